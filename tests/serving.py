"""The real server: started as people start it, asked over HTTP, stopped or killed by its id."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

COMMAND = str(Path(sys.executable).with_name("flowlike"))
SAMPLE = Path(__file__).parent.parent / "examples" / "order-triage"
_SECONDS = 60
T = TypeVar("T")


def environment(folder: Path, **variables: str) -> dict[str, str]:
    """Of a user whose settings stand in ``folder/config``; nothing of ours is inherited."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("FLOWLIKE_")}
    places = {"XDG_CONFIG_HOME": folder / "config", "XDG_DATA_HOME": folder / "share"}
    return {**kept, **{name: str(path) for name, path in places.items()}, **variables}


def until(look: Callable[[], T], seconds: float = _SECONDS) -> T:
    """What ``look`` gives once it is something."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise TimeoutError(f"it never happened within {seconds} s")
        time.sleep(0.02)


class Serving:
    """One ``flowlike serve``; usable with ``with``.

    Args:
        folder: of the test; the data folder is ``folder/data``.
        options: of the command.
        variables: of its environment.
    """

    def __init__(self, folder: Path, *options: str, **variables: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.said = folder / "said"
        self.log = folder / "log"
        self._options = options
        self._environment = environment(folder, **variables)
        self.process: subprocess.Popen[bytes] | None = None
        # A connection of its own for each request: servers die here.
        self.http = httpx.Client(timeout=_SECONDS, limits=httpx.Limits(max_keepalive_connections=0))

    def start(self, *options: str) -> Self:
        """Starts it and waits until it is ready."""
        self.launch(*options)
        until(lambda: "ready at" in self.text or self.ended)
        assert not self.ended, self.log.read_text("utf-8")
        address = re.findall(r"ready at (\S+)", self.text)[-1]
        self.http.base_url = httpx.URL(address)
        return self

    def launch(self, *options: str) -> None:
        """Starts it and waits for nothing."""
        if self.process is not None:
            self.process.wait(_SECONDS)
        self.said.write_text("", "utf-8")
        bind = () if "--bind" in (*self._options, *options) else ("--bind", "127.0.0.1:0")
        with self.said.open("ab") as said, self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [COMMAND, *self.words(), *bind, *self._options, *options],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=log,
                cwd=self.folder,
                env=self._environment,
            )

    def words(self) -> tuple[str, ...]:
        """The command, without options that say where to listen."""
        return ("serve", "--data", str(self.data))

    @property
    def text(self) -> str:
        """What it said on stdout since its start."""
        return self.said.read_text("utf-8")

    @property
    def records(self) -> list[dict[str, Any]]:
        """Its log, but for lines of the supervisor."""
        lines = self.log.read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    @property
    def supervisor(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def api(self) -> int:
        """The API process; 0 while there is none."""
        return next(iter(children(self.supervisor)), 0)

    @property
    def executors(self) -> list[int]:
        return [each for each in children(self.api) if "execution" in command_of(each)]

    def sign_in(self) -> Self:
        """As the owner, by a new link."""
        done = self.command("login-link")
        token = done.stdout.partition("#")[2].strip()
        answer = self.http.post("/api/v1/auth/local", json={"token": token})
        assert answer.status_code < 300, answer.text
        self.http.headers["authorization"] = f"Bearer {answer.json()['session']}"
        return self

    def command(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Another command on the same data folder."""
        return subprocess.run(
            [COMMAND, *map(str, words), "--data", str(self.data)],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Stops it gently; gives its exit code."""
        assert self.process is not None
        if not self.ended:
            self.process.send_signal(number)
        return self.process.wait(_SECONDS)

    def kill(self) -> None:
        """Kills supervisor and API, and waits until the folder is free."""
        api = self.api
        assert self.process is not None
        self.process.kill()
        self.process.wait(_SECONDS)
        if api:
            kill(api)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.http.close()
        if not self.ended:
            self.stop()
        if not self.ended:
            self.kill()


def order() -> Any:
    """The body of a request to the sample app's event."""
    return json.loads((SAMPLE / "payloads" / "small.json").read_text("utf-8"))["body"]


def children(pid: int) -> list[int]:
    """Processes that one started."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, task.read_text("utf-8").split())
        except OSError:
            continue  # the thread is gone
    return found


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


def alive(pid: int) -> bool:
    """Whether a process is there, and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(") ")[2][:1] not in {"Z", ""}
    except OSError:
        return False


def kill(pid: int) -> None:
    """Kills a process and waits until it is gone."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    until(lambda: not alive(pid))


def lines_of(text: str) -> Iterator[Any]:
    """Objects of JSON, one a line."""
    for line in text.splitlines():
        yield json.loads(line)
