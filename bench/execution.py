"""Runs through a dispatcher and its processes: no HTTP, nothing kept.

Beside the rates stands what the same machine does without boards: a process that sends every byte
back over the same kind of socket, as many messages at once.
"""

import asyncio
import itertools
import os
import signal
import socket  # noqa: TID251 - a pair within this process and its child
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import uvloop

from bench import boards
from bench.harness import Sample, Task
from flowlike.board.model import Board
from flowlike.board.text import dump
from flowlike.engine.run import Limits
from flowlike.execution.cache import CompileCache
from flowlike.execution.dispatch import Dispatcher
from flowlike.execution.jobs import Job, Outcome, PoolOptions, Source

_numbers = itertools.count()
_LONG = Limits(10**12, 300)
_KEY = bytes(32)
_CHUNK = 400
"""Runs between two looks at the clock."""
_ECHO_SECONDS = 0.1


def tasks() -> list[Task]:
    """The figures of ``dispatch``."""
    return [
        Task("dispatch.c1.p50_ms", "ms", lambda: _latency("steps"), bar=0.25),
        *(
            Task(
                f"dispatch.c{count}",
                "runs/s",
                _rate(count),
                bar=15_000,
                baseline=_echoes(count),
                samples=1,
            )
            for count in (16, 64)
        ),
        Task(
            "dispatch.loops.c16",
            "runs/s",
            _rate(16, lambda: boards.mixed(20), "g0_event"),
            baseline=_echoes(16),
            samples=1,
        ),
        Task("dispatch.cached_ms", "ms", lambda: _ready(1_000, cached=True), samples=1, bar=5),
        Task("dispatch.compiled_ms", "ms", lambda: _ready(1_000, cached=False), samples=1),
        Task("dispatch.kill_ms", "ms", _kill, samples=1, bar=1_000),
    ]


def _source(board: Board, level: str, start: str = "start") -> Source:
    return Source(dump(board).encode(), start, level)  # type: ignore[arg-type]  # a level's name


def _job() -> Job:
    return Job(f"run{next(_numbers)}", limits=_LONG)


def _with_dispatcher(
    work: Callable[[Dispatcher, float], Awaitable[float]], options: PoolOptions
) -> Sample:
    """A sample that has a dispatcher of its own, started before the clock."""

    async def all_of_it(seconds: float) -> float:
        dispatcher = Dispatcher(options)
        await dispatcher.start()
        try:
            await _all_ready(dispatcher, options)
            return await work(dispatcher, seconds)
        finally:
            await dispatcher.stop()

    return lambda seconds: uvloop.run(all_of_it(seconds))


async def _all_ready(dispatcher: Dispatcher, options: PoolOptions) -> None:
    while len(dispatcher.stats().pids) < options.executors:  # noqa: ASYNC110 - nothing to await
        await asyncio.sleep(0.01)


def _latency(level: str) -> Sample:
    source = _source(boards.two_nodes(), level)

    async def work(dispatcher: Dispatcher, seconds: float) -> float:
        await dispatcher.run(_job(), source)
        times: list[float] = []
        ends = time.perf_counter() + seconds
        while not times or times[-1] < ends:
            begun = time.perf_counter()
            await dispatcher.run(_job(), source)
            times.append(time.perf_counter() - begun)
            if begun > ends:
                break
        return statistics.median(times) * 1e3

    return _with_dispatcher(work, PoolOptions(executors=1, spares=0))


def _rate(
    at_once: int, board: Callable[[], Board] = boards.two_nodes, start: str = "start"
) -> Callable[[], Sample]:
    def prepare() -> Sample:
        source = _source(board(), "steps", start)

        async def work(dispatcher: Dispatcher, seconds: float) -> float:
            await _burst(dispatcher, source, at_once, _CHUNK)
            count, begun = 0, time.perf_counter()
            while time.perf_counter() - begun < seconds:
                count += await _burst(dispatcher, source, at_once, _CHUNK)
            return count / (time.perf_counter() - begun)

        return _with_dispatcher(work, PoolOptions(executors=2, spares=0))

    return prepare


async def _burst(dispatcher: Dispatcher, source: Source, at_once: int, count: int) -> int:
    left = iter(range(count))

    async def one() -> None:
        for _ in left:
            outcome = await dispatcher.run(_job(), source)
            if outcome.status != "completed":
                raise RuntimeError(outcome)

    await asyncio.gather(*(one() for _ in range(at_once)))
    return count


def _ready(nodes: int, *, cached: bool) -> Sample:
    """Time until the first run of a board ended, in a process that never saw it.

    The process has run another board of the same node types before.
    """
    source = _source(_shut(nodes), "off", "g0_event")
    folder = tempfile.TemporaryDirectory(prefix="flowlike-bench-")

    async def sample() -> float:
        cache = CompileCache(Path(folder.name), _KEY) if cached else None
        if cache is not None and not cache.stats.stored:
            await _first_run(source, CompileCache(Path(folder.name), _KEY))
        return await _first_run(source, cache)

    return lambda _seconds: uvloop.run(sample())


def _shut(nodes: int) -> Board:
    """A large board whose event leads past it, so that its first run takes no time."""
    board = boards.mixed(nodes)
    gate = boards.node("control_branch", {"condition": False}, {"true": ["g0_diff.exec_in"]})
    event = boards.node("events_simple", {}, {"exec_out": ["gate.exec_in"]})
    every = {**board.nodes, "g0_event": event, "gate": gate}
    return msgspec.structs.replace(board, nodes=every)


async def _first_run(source: Source, cache: CompileCache | None) -> float:
    dispatcher = Dispatcher(PoolOptions(executors=1, spares=0), cache)
    await dispatcher.start()
    try:
        await dispatcher.run(_job(), _source(boards.mixed(boards.GROUP), "off", "g0_event"))
        begun = time.perf_counter()
        await dispatcher.run(_job(), source)
        first = time.perf_counter() - begun
        begun = time.perf_counter()
        await dispatcher.run(_job(), source)
        return max(first - (time.perf_counter() - begun), 0) * 1e3
    finally:
        await dispatcher.stop()


def _kill() -> Sample:
    """Time from the kill of the only process to the end of a run in the one that replaces it."""
    endless, quick = _source(boards.endless(), "off"), _source(boards.two_nodes(), "off")

    async def work(dispatcher: Dispatcher, _seconds: float) -> float:
        await dispatcher.run(_job(), quick)
        lost = dispatcher.submit(_job(), endless)
        await asyncio.sleep(0.05)
        [pid] = dispatcher.stats().pids
        begun = time.perf_counter()
        os.kill(pid, signal.SIGKILL)
        outcomes: list[Outcome] = [await lost, await dispatcher.run(_job(), quick)]
        if [each.status for each in outcomes] != ["interrupted", "completed"]:
            raise RuntimeError(outcomes)
        return (time.perf_counter() - begun) * 1e3

    return _with_dispatcher(work, PoolOptions(executors=1, spares=0))


_ECHO = """
import socket, sys
end = socket.socket(fileno=int(sys.argv[1]))
while data := end.recv(65536):
    end.sendall(data)
"""
_MESSAGE = bytes(100)


def _echoes(at_once: int) -> Callable[[], float]:
    """Messages a second that a process sends back, ``at_once`` of them at a time."""

    def measure() -> float:
        ours, theirs = socket.socketpair()
        number = theirs.fileno()
        words = [sys.executable, "-I", "-S", "-c", _ECHO, str(number)]
        with ours, subprocess.Popen(words, pass_fds=[number]) as process:
            theirs.close()
            batch = _MESSAGE * at_once
            _round_trip(ours, batch)
            count, begun = 0, time.perf_counter()
            while time.perf_counter() - begun < _ECHO_SECONDS:
                _round_trip(ours, batch)
                count += at_once
            passed = time.perf_counter() - begun
            ours.close()
            process.wait()
        return count / passed

    return measure


def _round_trip(end: socket.socket, batch: bytes) -> None:
    end.sendall(batch)
    left = len(batch)
    while left:
        left -= len(end.recv(left))
