"""An archive of 100,000 runs at trace level steps: writing it, and looking into it.

The runs are real ones of a board of 20 nodes, half of them of a board of two. What is looked up is
compared with one row of the index looked up by its key with SQLite alone; what is written, with the
same blocks appended to a segment and nothing else.
"""

import asyncio
import atexit
import itertools
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import cache
from pathlib import Path

from bench import boards
from bench.harness import Sample, Task, duration
from flowlike.board.model import Board
from flowlike.database.ids import new_id
from flowlike.engine.program import Program, compile_board
from flowlike.runs.archive import Archive
from flowlike.runs.filters import RunFilter
from flowlike.runs.kept import KeptRun
from flowlike.server.launch import SWITCH_SECONDS
from flowlike.trace.records import encode_block
from flowlike.trace.writer import SegmentWriter

RUNS = 100_000
POOL = 20_000
_APP = "bench"
_RATE = 10_000
_FAILED_EVERY = 500
_SLICE = 50

Kept = tuple[KeptRun, bytes, bytes]


def tasks() -> list[Task]:
    """The figures of this bench."""
    return [
        Task("runs.kept", "runs/s", lambda: _kept, bar=10_000, baseline=_appended, samples=1),
        Task("runs.kept_us", "us", lambda: _cost, samples=1),
        Task("runs.loop_p99_ms", "ms", lambda: _lag, bar=20, baseline=_lookup_ms, samples=1),
        *(
            Task(f"runs.{name}_ms", "ms", _looking(ask), bar=bar, baseline=_lookup_ms, samples=1)
            for name, ask, bar in _QUESTIONS
        ),
        Task("runs.rebuild_ms", "ms", lambda: _rebuild, samples=1),
        Task("runs.disk_bytes", "bytes", lambda: _disk, baseline=_raw_bytes, samples=1),
        Task("runs.index_bytes", "bytes", lambda: _index, baseline=_raw_bytes, samples=1),
    ]


# ------------------------------------------------------------------ runs


@cache
def _programs() -> tuple[tuple[Program, bytes], ...]:
    def made(board: Board, start: str) -> tuple[Program, bytes]:
        program = compile_board(board, boards.catalog(), event=start, trace="steps")
        return program, encode_block([program.program_record()])

    return made(boards.two_nodes(), "start"), made(boards.mixed(20), "g0_event")


def _made(count: int) -> Iterator[Kept]:
    """Runs of the last hours, the latest last."""
    begin = time.time_ns() // 1_000 - count * 1_000
    programs = itertools.cycle(enumerate(_programs()))
    for number, (which, (program, described)) in zip(range(count), programs, strict=False):
        at = begin + number * 1_000
        run_id = new_id(at)
        result = program.run({}, run_id=run_id)
        failed = number % _FAILED_EVERY == 0
        run = KeptRun(
            run_id=run_id,
            app=_APP,
            board=f"board-{which}",
            version="1.2.0",
            event=f"event-{number % 7}",
            event_version=3,
            node="start",
            trigger="http",
            actor="anonymous",
            status="failed" if failed else "completed",
            started_us=at,
            ended_us=at + 400,
            steps=result.steps,
            error_code="node.failed" if failed else "",
            error_message=f"Order {number} has no price." if failed else "",
            level="steps",
            request_id=new_id(at),
        )
        yield run, result.trace or b"", described


@cache
def _pool() -> list[Kept]:
    return list(_made(POOL))


@cache
def _folder() -> Path:
    """A folder with an archive of so many runs, gone when this process ends."""
    folder = Path(tempfile.mkdtemp(prefix="flowlike-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)

    async def fill() -> None:
        archive = Archive(folder)
        for number, kept in enumerate(_made(RUNS)):
            archive.keep(*kept)
            if number % 5_000 == 0:
                await archive.flush()
        await archive.close()

    asyncio.run(fill())
    return folder


# ------------------------------------------------------------------ writing


def _kept(_seconds: float) -> float:
    """From the first run kept to the last one in segment and index, as fast as they come."""

    async def work(archive: Archive) -> float:
        begun = time.perf_counter()
        for number, kept in enumerate(_pool()):
            archive.keep(*kept)
            if number % _SLICE == 0:
                await asyncio.sleep(0)
        await archive.flush()
        return len(_pool()) / (time.perf_counter() - begun)

    return _anew(work)


def _cost(_seconds: float) -> float:
    """Processor time of one run, all of it: kept, spooled, packed, written, indexed."""

    async def work(archive: Archive) -> float:
        begun = time.process_time()
        await _paced(archive)
        await archive.flush()
        return (time.process_time() - begun) / len(_pool()) * 1e6

    return _anew(work)


async def _paced(archive: Archive) -> None:
    begun = time.perf_counter()
    for number, kept in enumerate(_pool()):
        archive.keep(*kept)
        if number % _SLICE == 0:
            due = begun + number / _RATE
            await asyncio.sleep(max(due - time.perf_counter(), 0))


def _lag(_seconds: float) -> float:
    """How late a timer of the loop is while runs come at 10,000/s and lists are asked for."""

    async def work(archive: Archive) -> float:
        late: list[float] = []

        async def watch() -> None:
            while True:
                due = time.perf_counter() + 0.001
                await asyncio.sleep(0.001)
                late.append(time.perf_counter() - due)

        async def look() -> None:
            while True:
                await archive.runs(_APP)

        usual = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_SECONDS)  # as the server does
        beside = [asyncio.create_task(work()) for work in (watch, look)]
        await _paced(archive)
        for task in beside:
            task.cancel()
        sys.setswitchinterval(usual)
        return sorted(late)[len(late) * 99 // 100] * 1e3

    return _anew(work)


def _anew(work: Callable[[Archive], Awaitable[float]]) -> float:
    async def all_of_it() -> float:
        with tempfile.TemporaryDirectory(prefix="flowlike-bench-") as folder:
            archive = Archive(folder)
            try:
                return await work(archive)
            finally:
                await archive.close()

    _pool()
    return asyncio.run(all_of_it())


def _appended() -> float:
    """Runs a second into a segment, and nothing else."""
    with tempfile.TemporaryDirectory(prefix="flowlike-bench-") as folder:
        begun = time.perf_counter()
        with SegmentWriter(Path(folder) / "bench.trace") as writer:
            for _, block, _ in _pool():
                writer.append(block)
        return len(_pool()) / (time.perf_counter() - begun)


# ------------------------------------------------------------------ looking


def _fortnight() -> tuple[int, int, int]:
    """The last 14 days by hour, as ``Archive.activity`` takes them."""
    hour_us, hours = 3_600_000_000, 14 * 24
    return time.time_ns() // 1_000 - (hours - 1) * hour_us, hour_us, hours


Ask = Callable[[Archive], Awaitable[object]]
_QUESTIONS: tuple[tuple[str, Ask, float | None], ...] = (
    ("list", lambda archive: archive.runs(_APP), 50),
    ("list_failed", lambda archive: archive.runs(_APP, RunFilter(status=("failed",))), 50),
    ("list_event", lambda archive: archive.runs(_APP, RunFilter(event="event-3")), 50),
    ("search", lambda archive: archive.runs(_APP, RunFilter(q="no such words")), 50),
    ("counts", lambda archive: archive.counts(_APP), None),
    ("activity", lambda archive: archive.activity(_APP, *_fortnight()), 50),
    ("trace", lambda archive: archive.trace(_APP, _some_run()), 20),
)


@cache
def _ids() -> Iterator[str]:
    """Runs of all times, in an order that no cache foresees."""
    with sqlite3.connect(_folder() / "index.db") as connection:
        found = connection.execute(
            "SELECT run_id FROM runs WHERE id % 997 = 3 ORDER BY id * 7919 % 10007"
        )
        return itertools.cycle([row[0] for row in found])


def _some_run() -> str:
    return next(_ids())


def _looking(ask: Ask) -> Callable[[], Sample]:
    def prepare() -> Sample:
        folder = _folder()
        _ids()

        async def times(seconds: float) -> float:
            archive = Archive(folder)
            try:
                await ask(archive)
                taken: list[float] = []
                ends = time.perf_counter() + seconds
                while not taken or time.perf_counter() < ends:
                    begun = time.perf_counter()
                    await ask(archive)
                    taken.append(time.perf_counter() - begun)
                return statistics.median(taken) * 1e3
            finally:
                await archive.close()

        return lambda seconds: asyncio.run(times(seconds))

    return prepare


def _lookup_ms() -> float:
    with sqlite3.connect(_folder() / "index.db") as connection:
        statement = "SELECT * FROM runs WHERE run_id = ?"
        look = duration(lambda: connection.execute(statement, (_some_run(),)).fetchone(), "ms")
        return look(0.1)


def _rebuild(_seconds: float) -> float:
    async def work() -> float:
        archive = Archive(_folder())
        try:
            begun = time.perf_counter()
            await archive.rebuild()
            return (time.perf_counter() - begun) * 1e3
        finally:
            await archive.close()

    return asyncio.run(work())


# ------------------------------------------------------------------ room


def _disk(_seconds: float) -> float:
    """Bytes on disk for one run, index included."""
    return sum(path.stat().st_size for path in _folder().rglob("*") if path.is_file()) / RUNS


def _index(_seconds: float) -> float:
    return sum(path.stat().st_size for path in _folder().glob("index.db*")) / RUNS


def _raw_bytes() -> float:
    """Bytes of a run's trace as the engine hands it over."""
    return statistics.fmean(len(block) for _, block, _ in _pool())
