"""A real ``flowlike serve`` for browsers to visit, with the sample app in a folder of its own."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue

import httpx
import msgspec

from tools.locked import ROOT

SAMPLE = ROOT / "examples" / "order-triage"
_READY = re.compile(r"ready at (?P<base>https?://\S+)")
_LINK = re.compile(r"(?P<base>https?://[^\s/]+)/login#(?P<token>\S+)")
_START_SECONDS = 60.0
_STOP_SECONDS = 30.0


class Served(msgspec.Struct, frozen=True):
    """A server that answers: its address, and a session of its owner."""

    base: str
    session: str
    data: Path

    def link(self) -> str:
        """A fresh sign-in link."""
        words = [*_command("login-link"), "--data", str(self.data)]
        done = subprocess.run(words, capture_output=True, text=True, check=True, env=self.environ)
        found = _LINK.search(done.stdout + done.stderr)
        assert found, done.stdout + done.stderr
        return found[0]

    @property
    def environ(self) -> dict[str, str]:
        """Variables for a command that shall find this installation."""
        return environ(self.data.parent)


def environ(home: Path) -> dict[str, str]:
    """Our variables, with folders for settings and data below ``home``."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith("FLOWLIKE_")}
    return ours | {
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "share"),
        "NO_COLOR": "1",
    }


def _command(name: str) -> list[str]:
    return [str(Path(sys.executable).with_name("flowlike")), name]


@contextmanager
def serving(home: Path, settings: Mapping[str, str] | None = None) -> Iterator[Served]:
    """Starts a server on a free port, signs its owner in, and stops it at the end."""
    data = home / "data"
    sample = [*_command("import"), str(SAMPLE), "--activate", "--once", "--data", str(data)]
    subprocess.run(sample, check=True, capture_output=True, env=environ(home), cwd=home)
    words = [*_command("serve"), "--data", str(data), "--bind", "127.0.0.1:0", "--link"]
    with subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environ(home) | dict(settings or {}),
        cwd=home,
    ) as process:
        lines: SimpleQueue[str] = SimpleQueue()
        reader = threading.Thread(target=_read, args=(process, lines), daemon=True)
        reader.start()
        try:
            base, token = _announced(lines)
            yield Served(base, _sign_in(base, token), data)
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
            reader.join(_STOP_SECONDS)


def _read(process: "subprocess.Popen[str]", lines: "SimpleQueue[str]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)


def _announced(lines: "SimpleQueue[str]") -> tuple[str, str]:
    said: list[str] = []
    while True:
        try:
            said.append(lines.get(timeout=_START_SECONDS))
        except Empty:
            raise AssertionError(f"the server is not ready:\n{''.join(said)}") from None
        found = _LINK.search(said[-1])
        if found:
            return found["base"], found["token"]


def _sign_in(base: str, token: str) -> str:
    answer = httpx.post(f"{base}/api/v1/auth/local", json={"token": token})
    answer.raise_for_status()
    return str(answer.json()["session"])
