"""A queue, and a dispatcher without processes: the test has its hand on every run."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import select

from flowlike.database.connect import Database
from flowlike.database.schema.queue import run_queue
from flowlike.engine.run import RunError
from flowlike.execution.dispatch import Dispatcher
from flowlike.execution.jobs import Busy, Closing, Job, Outcome, Source, Status
from flowlike.execution.queue import Queue, QueueOptions


class Given:
    """A run that was handed over."""

    def __init__(self, job: Job, source: Source) -> None:
        self.job = job
        self.source = source
        self.began_us = time.time_ns() // 1_000
        self.ending: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()


class FakeDispatcher(Dispatcher):
    """Takes runs and ends them at once, or when the test says so.

    Attributes:
        given: all runs that were handed over.
        by_hand: they end when ``end`` is called.
        busy, closing: it refuses; deaf: it cancels nothing.
    """

    def __init__(self, on_finished: Callable[[Job, Outcome], None] | None = None) -> None:
        self.given: list[Given] = []
        self.by_hand = False
        self.busy = self.closing = self.deaf = False
        self.heard: asyncio.Event = asyncio.Event()
        self._on_end = on_finished

    def submit(self, job: Job, source: Source) -> "asyncio.Future[Outcome]":
        if self.closing:
            raise Closing
        if self.busy:
            raise Busy("All places are taken.", 1)
        given = Given(job, source)
        self.given.append(given)
        self.heard.set()
        if not self.by_hand:
            self.end(given)
        return given.ending

    def cancel(self, run_id: str) -> bool:
        for given in self.going:
            if given.job.run_id == run_id and not self.deaf:
                self.end(given, "cancelled")
                return True
        return False

    def end(self, given: Given, status: Status = "completed", code: str = "") -> None:
        """Ends a run."""
        now = time.time_ns() // 1_000
        error = RunError(code, "It ended.") if code else None
        outcome = Outcome(status, error=error, started_us=now, ended_us=now)
        if self._on_end is not None:
            self._on_end(given.job, outcome)
        given.ending.set_result(outcome)

    @property
    def going(self) -> list[Given]:
        """Runs that have not ended."""
        return [given for given in self.given if not given.ending.done()]

    @property
    def ids(self) -> list[str]:
        """Ids of all that was handed over, in that order."""
        return [given.job.run_id for given in self.given]

    async def has(self, count: int) -> list[Given]:
        """Waits until so many runs have been handed over."""
        while len(self.given) < count:
            self.heard.clear()
            await self.heard.wait()
        return self.given


SOURCE = Source(b"the board", "start")


class Clock:
    def __init__(self) -> None:
        self.at = 1_800_000_000_000_000

    def __call__(self) -> int:
        return self.at


class House:
    """A queue, its database and its dispatcher, and all that it told."""

    def __init__(self, database: Database, clock: Clock, **options: Any) -> None:
        self.told: list[tuple[str, str]] = []
        self.database = database
        self.clock = clock
        self.dispatcher = FakeDispatcher(self._finished)
        self.queue = Queue(
            database,
            self.dispatcher,
            QueueOptions(**({"backoff_seconds": 0.001} | options)),
            clock_us=clock,
            on_waiting=lambda job, _: self.told.append((job.run_id, "waiting")),
            on_started=lambda job, _: self.told.append((job.run_id, f"started {job.epoch}")),
            on_finished=self._finished,
        )

    def _finished(self, job: Job, outcome: Outcome) -> None:
        self.told.append((job.run_id, outcome.status))

    def of(self, run_id: str) -> list[str]:
        """What was told of a run."""
        return [what for told, what in self.told if told == run_id]

    async def put(self, run_id: str, app: str = "shop", priority: int = 0) -> None:
        await self.queue.put(job(run_id, app), SOURCE, priority=priority)

    async def done(self, count: int) -> None:
        """Waits until so many have ended, for the database too."""
        await until(lambda: self.queue.stats().done + self.queue.stats().stale >= count)

    async def state(self, run_id: str, state: str) -> Any:
        """Waits until a row has a state."""
        while (row := await self.row(run_id)).state != state:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.001)
        return row

    def hurry(self) -> None:
        """Has the queue look after leases and old rows now."""
        self.queue._renew_at = self.queue._reap_at = self.queue._clean_at = 0  # noqa: SLF001 - not to wait for minutes
        self.queue._wake.set()  # noqa: SLF001 - not to wait for minutes

    async def rows(self) -> dict[str, str]:
        """Ids and states."""
        async with self.database.read() as connection:
            found = await connection.execute(select(run_queue.c.run_id, run_queue.c.state))
            return {row.run_id: row.state for row in found}

    async def row(self, run_id: str) -> Any:
        async with self.database.read() as connection:
            return (
                await connection.execute(select(run_queue).where(run_queue.c.run_id == run_id))
            ).one()


async def until(holds: Callable[[], bool]) -> None:
    """Waits for what no event tells of."""
    while not holds():  # noqa: ASYNC110 - the queue has no event for it
        await asyncio.sleep(0.001)


def job(run_id: str, app: str = "shop", **more: Any) -> Job:
    return Job(run_id=run_id, app=app, board="b", payload=b'{"order":7}', **more)


@asynccontextmanager
async def house(place: str, clock: Clock | None = None, **options: Any) -> AsyncIterator[House]:
    database = await Database.open(place)
    made = House(database, clock or Clock(), **options)
    await made.queue.start()
    try:
        yield made
    finally:
        await made.queue.close()
        await database.close()
