"""Asynchronous runs with everything on: stored, run in executors, kept with their trace, done.

Beside them stands what SQLite does alone, with the same settings and disk: a transaction with one
row.
"""

import asyncio
import itertools
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import msgspec
import uvloop

from bench import boards
from bench.harness import Sample, Task, duration
from flowlike.board.model import TraceLevel
from flowlike.board.text import dump
from flowlike.database.connect import Database
from flowlike.database.ids import new_id
from flowlike.execution.dispatch import Dispatcher
from flowlike.execution.jobs import Job, PoolOptions, Source
from flowlike.execution.queue import Queue
from flowlike.runs.archive import Archive
from flowlike.server.keeping import Keeper

_PAYLOAD = msgspec.json.encode({"order": 4711, "items": ["a", "b", "c"], "note": "x" * 200})
_CHUNK = 1_000
_PAUSE = 0.02
"""Between two runs where latency is looked at: 50 a second."""


def tasks() -> list[Task]:
    """The figures of this bench."""
    return [
        *(
            Task(f"queue.{name}", "runs/s", _done(at_once), bar, _bare_rate, samples=1)
            for name, at_once, bar in (("done", 64, 1_500), ("c16", 16, None), ("c256", 256, None))
        ),
        Task("queue.backlog", "runs/s", _backlog, bar=1_500, baseline=_bare_rate, samples=1),
        Task("queue.put_p50_ms", "ms", lambda: _latency("stored", 0.5), None, _bare_ms, 1),
        Task("queue.start_p50_ms", "ms", lambda: _latency("begun", 0.5), 15, _bare_ms, 1),
        Task("queue.start_p99_ms", "ms", lambda: _latency("begun", 0.99), 60, _bare_ms, 1),
    ]


class _House:
    """All that an asynchronous run passes through, and when it did."""

    def __init__(self, database: Database, keeper: Keeper, dispatcher: Dispatcher) -> None:
        self.keeper = keeper
        self.begun: dict[str, float] = {}
        self.queue = Queue(
            database,
            dispatcher,
            on_waiting=self.keeper.waiting,
            on_started=self._started,
            on_finished=self.keeper.finished,
        )
        self.source = Source(dump(boards.two_nodes()).encode(), "start", TraceLevel.STEPS)

    def _started(self, job: Job, source: Source) -> None:
        self.begun[job.run_id] = time.perf_counter()
        self.keeper.started(job, source)

    async def put(self) -> str:
        run_id = new_id()
        job = Job(run_id, app="bench", board="two", event="e", payload=_PAYLOAD, trigger="api")
        self.keeper.waiting(job, self.source)
        await self.queue.put(job, self.source)
        return run_id

    async def burst(self, count: int, at_once: int) -> None:
        """So many runs, put by so many callers, until all of them are done."""
        goal = self.queue.stats().done + count
        left = iter(range(count))

        async def one() -> None:
            for _ in left:
                await self.put()

        await asyncio.gather(*(one() for _ in range(at_once)))
        await self.done(goal)

    async def done(self, goal: int) -> None:
        while self.queue.stats().done < goal:  # noqa: ASYNC110 - nothing to await
            await asyncio.sleep(0.001)
        self.begun.clear()


@asynccontextmanager
async def _house() -> AsyncIterator[_House]:
    with tempfile.TemporaryDirectory(prefix="flowlike-bench-") as folder:
        database = await Database.open(Path(folder) / "bench.db")
        archive = Archive(Path(folder) / "runs")
        keeper = Keeper(archive)
        dispatcher = Dispatcher(PoolOptions(executors=2, spares=0), on_finished=keeper.finished)
        house = _House(database, keeper, dispatcher)
        await dispatcher.start()
        await house.queue.start()
        try:
            await house.burst(200, 16)
            yield house
        finally:
            await dispatcher.stop()
            await house.queue.close()
            await archive.close()
            await database.close()


def _done(at_once: int) -> Callable[[], Sample]:
    async def work(seconds: float) -> float:
        async with _house() as house:
            count, begun = 0, time.perf_counter()
            while not count or time.perf_counter() - begun < seconds:
                await house.burst(_CHUNK, at_once)
                count += _CHUNK
            return count / (time.perf_counter() - begun)

    return lambda: lambda seconds: uvloop.run(work(seconds))


def _backlog() -> Sample:
    """Runs that stood in the queue before: leased in batches, read, run, done."""

    async def work(_seconds: float) -> float:
        async with _house() as house:
            house.queue.pause()
            await asyncio.gather(*(house.put() for _ in range(3 * _CHUNK)))
            goal = house.queue.stats().done + 3 * _CHUNK
            begun = time.perf_counter()
            house.queue.pause(paused=False)
            await house.done(goal)
            return 3 * _CHUNK / (time.perf_counter() - begun)

    return lambda seconds: uvloop.run(work(seconds))


def _latency(until: str, share: float) -> Sample:
    """Milliseconds from asking until it is stored or handed to an executor, at low load."""

    async def work(seconds: float) -> float:
        async with _house() as house:
            times: list[float] = []
            ends = time.perf_counter() + seconds
            while len(times) < 20 or time.perf_counter() < ends:
                asked = time.perf_counter()
                run_id = await house.put()
                stored = time.perf_counter()
                times.append((house.begun.pop(run_id) if until == "begun" else stored) - asked)
                await asyncio.sleep(_PAUSE)
            return sorted(times)[int(len(times) * share)] * 1e3

    return lambda seconds: uvloop.run(work(seconds))


def _bare_ms() -> float:
    """One transaction with one row of about the same size, in milliseconds."""
    with (
        tempfile.TemporaryDirectory(prefix="flowlike-bench-") as folder,
        closing(sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)) as connection,
    ):
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("PRAGMA synchronous = normal")
        connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, row BLOB)")
        numbers = itertools.count()

        def one() -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO bare VALUES (?, ?)", (next(numbers), _PAYLOAD))
            connection.execute("COMMIT")

        return duration(one, "ms")(0.2)


def _bare_rate() -> float:
    return 1e3 / _bare_ms()
