"""Programs that an executor keeps: made, sent, let go."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowlike.board.text import dump
from flowlike.engine.program import compile_board
from flowlike.execution.programs import Programs, mode_of
from flowlike.execution.protocol import Load, Loaded, Mode, Start
from flowlike.execution.stamp import stamp_of
from flowlike.nodes.catalog import default_catalog
from flowlike.trace.records import decode_block
from tests.execution import offenders

CATALOG = default_catalog()


def start(payload: bytes = b"", variables: bytes = b"", ticket: int = 1) -> Start:
    return Start(ticket, 0, "run", payload, variables, 1_000, 10.0, watch=False)


class Ready:
    """Programs whose thread posts at once."""

    def __init__(self, most: int = 10, most_bytes: int = 10**9) -> None:
        self.loaded: list[tuple[Loaded, list[Start]]] = []
        self.done = threading.Event()
        self.programs = Programs(CATALOG, "stamp", self._post, self._ready, most, most_bytes)

    def _post(self, call: Callable[..., object], *arguments: Any) -> None:
        self._call = (call, arguments)
        self.done.set()

    def _ready(self, loaded: Loaded, waiting: list[Start]) -> None:
        self.loaded.append((loaded, waiting))

    def load(self, number: int, *, wait: bool = True, **more: Any) -> Loaded | None:
        self.done.clear()
        board = dump(offenders.greeting()).encode()
        known: dict[str, Any] = {"board": board, "start": "start", "level": "off", "pinned": False}
        known |= {"overrides": b"", "artifact": b"", "keep": False, **more}
        self.programs.load(Load(number, **known))
        return self.finish() if wait else None

    def finish(self) -> Loaded:
        assert self.done.wait(20)
        call, arguments = self._call
        call(*arguments)
        return self.loaded[-1][0]


def test_a_program_is_made_from_its_board_and_then_from_its_artifact() -> None:
    ready = Ready()
    made = ready.load(1, keep=True)
    assert made is not None
    assert made.error is None
    assert (made.mode, made.entry, len(made.hash)) == (Mode.INLINE, "start", 64)
    assert made.artifact
    assert decode_block(made.record)
    again = ready.load(2, board=b"", artifact=made.artifact)
    assert again is not None
    assert (again.hash, again.record, again.artifact) == (made.hash, made.record, b"")
    kept = ready.programs.get(2)
    assert kept is not None
    assert kept.entry is not None
    assert kept.entry.program.run({"name": "Ada"}).outputs == "Hello Ada"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"board": b"{"}, "text.malformed"),
        ({"start": "nowhere"}, "engine.no-start"),
        ({"artifact": b"noise"}, "engine.foreign-artifact"),
        ({"level": "loud"}, "engine.unknown-trace-level"),
        ({"overrides": b"{"}, "run.fault"),
    ],
)
def test_a_program_that_cannot_be_made_says_why(wrong: dict[str, Any], code: str) -> None:
    ready = Ready()
    made = ready.load(1, **wrong)
    assert made is not None
    assert made.error is not None
    assert made.error.code.partition(".")[0] == code.partition(".")[0]
    assert ready.programs.get(1) is None


def test_runs_wait_for_their_program() -> None:
    ready = Ready()
    ready.load(1, wait=False)
    kept = ready.programs.get(1)
    assert kept is not None
    kept.waiting += [start(ticket=5), start(ticket=6)]
    assert ready.programs.has_waiting(5)
    assert ready.programs.remove(5)
    assert not ready.programs.remove(5)
    assert not ready.programs.has_waiting(5)
    ready.finish()
    assert [each.ticket for each in ready.loaded[0][1]] == [6]


@pytest.mark.parametrize(("most", "most_bytes"), [(2, 10**9), (100, 100_000)])
def test_programs_used_last_are_kept(most: int, most_bytes: int) -> None:
    ready = Ready(most, most_bytes)
    for number in range(4):
        ready.load(number)
        ready.programs.get(0)
    assert ready.programs.get(0) is not None
    assert ready.programs.get(1) is None
    assert ready.programs.get(3) is not None


@pytest.mark.parametrize(
    ("board", "mode"),
    [
        (offenders.greeting(), Mode.INLINE),
        (offenders.counting(), Mode.COMPUTING),
        (offenders.endless_waiting(), Mode.AWAITING),
    ],
)
def test_the_board_says_how_it_is_run(board: Any, mode: Mode) -> None:
    assert mode_of(compile_board(board, CATALOG, event="start")) is mode


def test_a_stamp_is_the_same_until_something_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import flowlike

    assert stamp_of(()) == stamp_of(())
    (tmp_path / "engine").mkdir()
    file = tmp_path / "engine" / "run.py"
    file.write_text("one")
    monkeypatch.setattr(flowlike, "__file__", str(tmp_path / "__init__.py"))
    first = stamp_of(())
    file.write_text("other")
    assert stamp_of(()) != first
