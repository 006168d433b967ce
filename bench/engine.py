"""Runs of compiled boards: whole results, cost a step, the scheduler, cancelling."""

import asyncio
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from bench import boards
from bench.harness import Sample, Task, rate
from flowlike.board.model import Board, TraceLevel
from flowlike.engine.host import Host, SystemClock
from flowlike.engine.program import Program, compile_board
from flowlike.engine.run import Cancellation
from flowlike.trace.writer import SegmentWriter

_BARS = {"off": 1_000_000, "errors": 500_000, "steps": 150_000, "data": 60_000}
_STEP_BARS = {"off": 0.15, "errors": 0.3, "steps": 1.5, "data": 4.0}
_CHAIN = 200
_AT_ONCE = 1_024


def tasks() -> list[Task]:
    """The figures of this bench."""
    levels = [str(level) for level in TraceLevel]
    return [
        *(Task(f"engine.{name}", "runs/s", _runs(name), bar=_BARS[name]) for name in levels),
        Task("engine.steps_written", "runs/s", _written),
        *(Task(f"engine.step_us.{n}", "us", _step(n), bar=_STEP_BARS[n]) for n in levels),
        Task("engine.async", "runs/s", _scheduler, bar=100_000, samples=1),
        Task("engine.async_p99_ms", "ms", _scheduler_p99, bar=15, samples=1),
        Task("engine.cancel_ms", "ms", _cancel, bar=50, samples=1),
    ]


def _compiled(board: Board, level: str) -> Program:
    return compile_board(board, boards.catalog(), event="start", trace=level)


def _runs(level: str) -> Callable[[], Sample]:
    return lambda: rate(_compiled(boards.two_nodes(), level).run)


def _written() -> Sample:
    program = _compiled(boards.two_nodes(), "steps")
    described = program.program_record()

    def sample(seconds: float) -> float:
        with (
            tempfile.TemporaryDirectory(prefix="flowlike-bench-") as folder,
            SegmentWriter(Path(folder) / "bench.trace") as writer,
        ):

            def once() -> None:
                block = program.run().trace
                if block is not None:
                    writer.append(block, described)

            return rate(once)(seconds)

    return sample


def _step(level: str) -> Callable[[], Sample]:
    def prepare() -> Sample:
        short = rate(_compiled(boards.pure_chain(1), level).run)
        long = rate(_compiled(boards.pure_chain(1 + _CHAIN), level).run)
        return lambda seconds: (1 / long(seconds / 2) - 1 / short(seconds / 2)) / _CHAIN * 1e6

    return prepare


class _Turns(SystemClock):
    """A clock on which waiting means that all others have a turn."""

    async def sleep(self, seconds: float) -> None:
        """Gives way once."""
        del seconds
        await asyncio.sleep(0)


_HOST = Host(clock=_Turns())


async def _crowd(program: Program, seconds: float) -> tuple[int, list[float]]:
    """Keeps 1,024 runs going for a while; how many ended, and how long each took in seconds."""
    times: list[float] = []
    ends = time.perf_counter() + seconds

    async def one() -> None:
        begun = 0.0
        while begun < ends:
            begun = time.perf_counter()
            await program.run_async(host=_HOST)
            times.append(time.perf_counter() - begun)

    await asyncio.gather(*(one() for _ in range(_AT_ONCE)))
    return len(times), times


def _scheduler() -> Sample:
    program = _compiled(boards.awaiting(), "off")

    def sample(seconds: float) -> float:
        begun = time.perf_counter()
        count, _ = asyncio.run(_crowd(program, seconds))
        return count / (time.perf_counter() - begun)

    return sample


def _scheduler_p99() -> Sample:
    program = _compiled(boards.awaiting(), "off")

    def sample(seconds: float) -> float:
        _, times = asyncio.run(_crowd(program, seconds))
        return statistics.quantiles(times, n=100)[98] * 1e3

    return sample


def _cancel() -> Sample:
    program = _compiled(boards.endless(), "off")

    def sample(_seconds: float) -> float:
        wish = Cancellation()
        asked: list[float] = []

        def ask() -> None:
            asked.append(time.perf_counter())
            wish.request()

        timer = threading.Timer(0.02, ask)
        timer.start()
        program.run(cancel=wish)
        ended = time.perf_counter()
        timer.join()
        return max(ended - asked[0], 0.0) * 1e3 if asked else 0.0

    return sample
