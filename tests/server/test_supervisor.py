"""The supervisor: starts, starts again, gives up, stops gently; and stays small."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flowlike.server import supervisor

# Stands in for the API: tells what it was given, then does what its first argument says.
FAKE = """
import os, signal, sys, time
how, log, lifeline = sys.argv[1], sys.argv[2], int(sys.argv[3])

def tell(text):
    with open(log, "a") as file:
        file.write(text + "\\n")

starts = int.from_bytes(os.read(lifeline, 4), "big")
supervisor = int.from_bytes(os.read(lifeline, 4), "big")
length = int.from_bytes(os.read(lifeline, 4), "big")
settings = b""
while len(settings) < length:
    settings += os.read(lifeline, length - len(settings)) or sys.exit(3)

def stop(*_):
    tell("stopped")
    sys.exit(0)

signal.signal(signal.SIGTERM, signal.SIG_IGN if how == "stubborn" else stop)
signal.signal(signal.SIGHUP, lambda *_: tell("reload"))
tell(f"started {starts} {os.getpid()} {len(settings)} {settings[:8].decode()}")
if how.startswith("exit"):
    sys.exit(int(how[4:]))
if how == "once" and starts == 0:
    os.kill(os.getpid(), signal.SIGKILL)
if how == "often" and starts < 8:
    os.kill(supervisor, signal.SIGUSR1)
    os.kill(os.getpid(), signal.SIGKILL)
os.read(lifeline, 1)
tell("orphaned")
"""
# The real thing, with deaths close together so that no test waits.
MAIN = """
import sys
from flowlike.server import supervisor
supervisor.FIRST_DELAY = supervisor.MOST_DELAY = 0.001
sys.exit(supervisor.main(sys.argv[1:]))
"""


class Started:
    """A supervisor of the fake API."""

    def __init__(self, folder: Path, how: str, settings: bytes, stop_seconds: float) -> None:
        self.log = folder / "log"
        fake = folder / "fake.py"
        fake.write_text(FAKE, "utf-8")
        reading, writing = os.pipe()
        command = [sys.executable, str(fake), how, str(self.log)]
        self.process = subprocess.Popen(
            [sys.executable, "-c", MAIN, str(stop_seconds), str(reading), "", *command],
            pass_fds=(reading,),
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.close(reading)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(settings)

    def lines(self, count: int) -> list[str]:
        """The log once it has so many lines."""
        return until(lambda: found if len(found := self._read()) >= count else [])

    def child(self) -> int:
        return int(self.lines(1)[-1].split()[2])

    def _read(self) -> list[str]:
        return self.log.read_text("utf-8").splitlines() if self.log.exists() else []

    def end(self) -> tuple[int, str]:
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


def until(look: Callable[[], list[str]]) -> list[str]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.01)
    pytest.fail("it never happened")


Start = Callable[..., Started]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Started] = []

    def begin(how: str, settings: bytes = b"settings", stop_seconds: float = 30) -> Started:
        started.append(Started(tmp_path, how, settings, stop_seconds))
        return started[-1]

    yield begin
    for each in started:
        each.process.kill()
        with each.process:  # closes its pipe and waits
            pass


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text("utf-8").split(") ")[1][0] != "Z"


def test_the_settings_reach_the_api_whole(start: Start) -> None:
    text = b"settings" * 100_000
    supervised = start("serve", text)
    number, _, length, begin = supervised.lines(1)[0].split()[1:]
    assert (number, length, begin) == ("0", str(len(text)), "settings")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_api_gently(start: Start, number: signal.Signals) -> None:
    supervised = start("serve")
    child = supervised.child()
    supervised.process.send_signal(number)
    assert supervised.end() == (0, "")
    assert supervised.lines(2)[-1] == "stopped"
    assert not alive(child)


def test_an_api_that_dies_is_started_again(start: Start) -> None:
    supervised = start("once")
    first, second = supervised.lines(2)
    assert first.startswith("started 0")
    assert second.startswith("started 1")
    assert second.endswith("8 settings")
    supervised.process.terminate()
    code, said = supervised.end()
    assert code == 0
    assert "was killed by signal 9" in said
    assert "starting it again" in said


def test_after_failed_starts_in_a_row_it_gives_up_and_says_so(start: Start) -> None:
    supervised = start("exit70")
    code, said = supervised.end()
    assert code == 70
    assert len(supervised.lines(1)) == supervisor.MOST_FAILED_STARTS
    assert "ended with code 70, and was never ready in 5 starts" in said
    assert "remedy:" in said


def test_an_api_that_was_ready_is_started_again_as_often_as_it_takes(start: Start) -> None:
    supervised = start("often")
    assert supervised.lines(9)[-1].startswith("started 8")
    supervised.process.terminate()
    assert supervised.end()[0] == 0


@pytest.mark.parametrize("expected", sorted(supervisor.EXPLAINED))
def test_what_the_first_start_explained_is_not_tried_again(start: Start, expected: int) -> None:
    supervised = start(f"exit{expected}")
    assert supervised.end() == (expected, "")
    assert len(supervised.lines(1)) == 1


def test_a_stop_that_takes_too_long_ends_in_a_kill(start: Start) -> None:
    supervised = start("stubborn", stop_seconds=0.05)
    child = supervised.child()
    supervised.process.terminate()
    code, said = supervised.end()
    assert code == 70
    assert "did not stop within 0.05 s and was killed" in said
    assert not alive(child)


def test_a_new_certificate_is_passed_on(start: Start) -> None:
    supervised = start("serve")
    supervised.lines(1)
    supervised.process.send_signal(signal.SIGHUP)
    assert supervised.lines(2)[1] == "reload"
    supervised.process.terminate()
    assert supervised.end() == (0, "")


def test_the_api_learns_of_the_supervisors_death(start: Start) -> None:
    supervised = start("serve")
    child = supervised.child()
    supervised.process.kill()
    assert supervised.lines(2)[1] == "orphaned"
    until(lambda: [] if alive(child) else ["gone"])


def test_it_imports_next_to_nothing() -> None:
    script = f"import sys; print(*sys.modules)\n{Path(supervisor.__file__).read_text('utf-8')}"
    script = script.replace('if __name__ == "__main__":', "print(*sys.modules)\nif False:")
    told = subprocess.check_output([sys.executable, "-I", "-c", script], text=True)
    had, has = (set(line.split()) for line in told.splitlines())
    assert has - had <= {"signal", "enum", "types", "operator", "_operator", "functools"} | {
        *("collections", "_collections", "itertools", "keyword", "reprlib", "_functools")
    }
