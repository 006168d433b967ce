"""A server of its own for a measurement: the real command, in a folder that goes away."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from flowlike.board.model import Board
from flowlike.board.text import dump

COMMAND = str(Path(sys.executable).with_name("flowlike"))
_READY = re.compile(r"ready at (http://\S+)")
_LINK = re.compile(r"/login#(\S+)")
_SECONDS = 30


class Served(NamedTuple):
    """A server that is ready.

    ``pid`` is the supervisor's, ``token`` that of the login link, ``seconds`` the time from the
    command to the first answer of ``/health/ready``.
    """

    pid: int
    address: str
    token: str
    seconds: float


class Owner:
    """Who owns a server, signed in by its link, with an app that is new. Close it."""

    def __init__(self, server: Served) -> None:
        self._client = httpx.Client(base_url=f"{server.address}/api/v1", timeout=_SECONDS)
        session = self.ask("POST", "/auth/local", {"token": server.token})["session"]
        self._client.headers["authorization"] = f"Bearer {session}"
        self.app = str(self.ask("POST", "/apps", {"name": "Bench"})["id"])

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> dict[str, Any]:
        """The body of an answer, which must be a good one."""
        answer = self._client.request(method, path, json=body, headers=headers).raise_for_status()
        told: dict[str, Any] = answer.json() if answer.content else {}
        return told

    def in_app(self, method: str, path: str, body: object = None, **headers: str) -> dict[str, Any]:
        """The same, of the app."""
        return self.ask(method, f"/apps/{self.app}{path}", body, **headers)

    def put(self, board: Board) -> None:
        """Puts a board into the app."""
        document = json.loads(dump(board))
        self.in_app("POST", "/boards", {"name": board.name, "id": board.id, "board": document})

    def publish(self, event: str, board: Board, **more: object) -> None:
        """Puts an event for a board that is there, and publishes it."""
        known = {"id": event, "board": board.id, "node": "start"}
        self.in_app("PUT", f"/events/{event}", known | more)
        self.in_app("POST", f"/events/{event}/publish", {"bump": "major"})

    def close(self) -> None:
        """Closes its connections."""
        self._client.close()


@contextmanager
def served(*options: str, **variables: str) -> Iterator[Served]:
    """Starts ``flowlike serve`` on a free port and a new data folder; stops it at the end."""
    with tempfile.TemporaryDirectory(prefix="flowlike-bench-") as folder:
        environ = {name: text for name, text in os.environ.items() if "FLOWLIKE_" not in name}
        command = [COMMAND, "serve", "--data", f"{folder}/data", "--bind", "127.0.0.1:0"]
        begun = time.perf_counter()
        process = subprocess.Popen(
            [*command, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=folder,
            env={**environ, **variables, "XDG_CONFIG_HOME": folder},
        )
        try:
            yield _ready(process, begun)
        finally:
            process.send_signal(signal.SIGTERM)
            with process:
                pass


def _ready(process: "subprocess.Popen[str]", begun: float) -> Served:
    said = ""
    for line in process.stdout or ():
        said += line
        address, token = _READY.search(said), _LINK.search(said)
        if address and token:
            httpx.get(f"{address[1]}/api/v1/health/ready", timeout=_SECONDS).raise_for_status()
            return Served(process.pid, address[1], token[1], time.perf_counter() - begun)
    message = f"the server ended before it was ready: {said}"
    raise RuntimeError(message)


def memory_mib(pid: int) -> float:
    """Proportional set size of a process and all below it, in MiB. Linux only."""
    return sum(_pss_kib(each) for each in _family(pid)) / 1024


def _pss_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text("utf-8").split():
            yield from _family(int(child))
