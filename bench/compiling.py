"""From text to program: a board of mixed nodes, with 8 pins a node."""

from collections.abc import Callable

from bench import boards
from bench.harness import Sample, Task, duration
from flowlike.board.check import check
from flowlike.board.model import TraceLevel
from flowlike.board.text import dump, parse
from flowlike.engine.plan import make_plan
from flowlike.engine.program import Program, compile_board

_START = "g0_event"
_BARS = {1_000: 200, 10_000: 2_500}
_PARSE_BARS = {10_000: 250}


def tasks() -> list[Task]:
    """The figures of ``compile`` for 1,000 and 10,000 nodes."""
    return [task for count in _BARS for task in _tasks(count)]


def _tasks(count: int) -> list[Task]:
    def timed(name: str, prepare: Callable[[int], Sample], bar: float | None = None) -> Task:
        return Task(f"compile.{count}.{name}_ms", "ms", lambda: prepare(count), bar, samples=1)

    return [
        timed("cold", _cold, _BARS[count]),
        timed("parse", _parse, _PARSE_BARS.get(count)),
        timed("check", _check),
        timed("program", _program),
        timed("dump", _dump),
    ]


def _cold(count: int) -> Sample:
    text = boards.mixed_text(count)

    def work() -> None:
        compile_board(parse(text), boards.catalog(), event=_START)

    return duration(work, "ms")


def _parse(count: int) -> Sample:
    text = boards.mixed_text(count)
    return duration(lambda: parse(text), "ms")


def _dump(count: int) -> Sample:
    board = boards.mixed(count)
    return duration(lambda: dump(board), "ms")


def _check(count: int) -> Sample:
    board = boards.mixed(count)
    return duration(lambda: check(board, boards.catalog()), "ms")


def _program(count: int) -> Sample:
    plan = make_plan(boards.mixed(count), boards.catalog(), _START)
    return duration(lambda: Program(plan, TraceLevel.OFF), "ms")
