"""A dispatcher without processes: what the queue asks of one, and a test's hand on every run."""

import asyncio
import time
from collections.abc import Callable

from flowlike.engine.run import RunError
from flowlike.execution.dispatch import Dispatcher
from flowlike.execution.jobs import Busy, Closing, Job, Outcome, Source, Status


class Given:
    """A run that was handed over."""

    def __init__(self, job: Job, source: Source) -> None:
        self.job = job
        self.source = source
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
