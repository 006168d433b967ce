"""Runs that may wait, stored in the main database until they are done.

``put`` returns when the run is stored. From then on it is run at least once: if its executor dies
it runs again, a few times; if this process dies, the next one runs it. Apps take turns. All changes
of a moment go into one transaction, so that many small ones cost little.
"""

import asyncio
import contextlib
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import msgspec
from sqlalchemy import Connection

from flowlike.database.connect import Database
from flowlike.database.ids import new_id
from flowlike.engine.run import RunError
from flowlike.execution.dispatch import Dispatcher
from flowlike.execution.jobs import Busy, Closing, Job, Outcome, Source, Status
from flowlike.execution.ledger import Again, Ended, Entry, Ledger, Put
from flowlike.execution.turn import Turn

Told = TypeVar("Told", Source, Outcome)
_SECOND_US = 1_000_000
_HOUR_S = 3_600.0
_MOST_AT_ONCE = 512
_POLL_SECONDS = 1.0
_RETRY_SECONDS = 0.5
_NEVER_US = 2**62
_CLAIM_SECONDS = 0.02
_SHUTDOWN = "run.shutdown"
_SUPERSEDED = "run.superseded"


class QueueOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a queue works.

    Attributes:
        running: runs of the queue that go on at the same time; ``running_per_app`` of one app, 0
            for seven eighths of them.
        waiting: runs that may wait; beyond it ``put`` raises ``Busy``.
        attempts: how often a run is tried whose executor dies.
        backoff_seconds: before the second attempt; it doubles with each, up to ``most_backoff``.
        lease_seconds: how long a process may be silent before others take its runs.
        keep_hours: how long it is known that a run was in the queue.
        alone: no other process works on this database: what is leased at the start is not being
            run, and begins again at once.
    """

    running: int = 64
    running_per_app: int = 0
    waiting: int = 100_000
    attempts: int = 3
    backoff_seconds: float = 0.5
    most_backoff_seconds: float = 60.0
    lease_seconds: float = 30.0
    keep_hours: float = 24.0
    alone: bool = True


class QueueStats(msgspec.Struct, kw_only=True):
    """The state of a queue; counts are since the start.

    Attributes:
        waiting: runs that are queued, of all processes, about.
        running: runs of this process that were handed to the dispatcher.
        put: runs that were stored, ``done`` ones that ended.
        again: attempts whose executor died, and that are tried again.
        stale: ends that came too late and were not written.
        trouble: why the database could not be written, None if it can.
    """

    waiting: int = 0
    running: int = 0
    put: int = 0
    done: int = 0
    again: int = 0
    stale: int = 0
    trouble: Exception | None = None


class _Held(msgspec.Struct):
    """A run that this process leased and handed to the dispatcher."""

    job: Job
    source: Source
    failures: int


class _Wish(msgspec.Struct):
    """A run to be stored, and who waits for that."""

    job: Job
    source: Source
    rank: int
    stored: "asyncio.Future[None]"


class Queue:
    """See the module. It belongs to one event loop.

    Args:
        database: has the tables.
        dispatcher: runs what is leased.
        options: see there.
        clock_us: Unix time in microseconds.
        on_waiting: told of a run that stands in the queue again after its executor died.
        on_started: told of a run that is handed to the dispatcher, before it is.
        on_finished: told of a run that ends without having been handed over: it was cancelled, or
            tried too often. Of others the dispatcher tells.
    """

    def __init__(
        self,
        database: Database,
        dispatcher: Dispatcher,
        options: QueueOptions | None = None,
        *,
        clock_us: Callable[[], int] = lambda: time.time_ns() // 1_000,
        on_waiting: Callable[[Job, Source], None] = lambda _job, _source: None,
        on_started: Callable[[Job, Source], None] = lambda _job, _source: None,
        on_finished: Callable[[Job, Outcome], None] = lambda _job, _outcome: None,
    ) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._options = options or QueueOptions()
        self._clock_us = clock_us
        self._on_waiting = on_waiting
        self._on_started = on_started
        self._on_finished = on_finished
        self._ledger = Ledger(new_id())
        self._wishes: deque[_Wish] = deque()
        self._ended: list[Ended] = []
        self._again: list[Again] = []
        self._held: dict[str, _Held] = {}
        self._running: Counter[str] = Counter()
        self._sources: OrderedDict[str, Source] = OrderedDict()
        self._last_app = ""
        self._waiting = 0
        self._due_us = _NEVER_US
        self._rest = _POLL_SECONDS
        self._feeding = True
        self._closed = False
        self._renew_at = self._reap_at = self._clean_at = self._claim_at = 0.0
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._counts = QueueStats()

    # From outside.

    async def start(self) -> None:
        """Begin to work, first on what an earlier process left.

        Raises:
            DatabaseError: the database cannot be used.
        """

        def begin(connection: Connection) -> int:
            if self._options.alone:
                self._ledger.recover(connection)
            return self._ledger.waiting(connection)

        self._waiting = await self._database.transact(begin)
        self._wake.set()
        self._task = asyncio.create_task(self._work(), name="queue")

    async def close(self) -> None:
        """Write what has ended, and stop. What goes on is run again by the next process.

        Stop the dispatcher first, so that as much as possible has ended. A second call does
        nothing.
        """
        if self._task is None or self._closed:
            return
        self._closed = True
        self._wake.set()
        self._feeding = False
        await self._task
        for wish in self._wishes:
            if not wish.stored.done():
                wish.stored.set_exception(Closing())
        self._wishes.clear()

    async def put(self, job: Job, source: Source, *, priority: int = 0) -> None:
        """Store a run; it is run later, or at once. One that is known by its id is not run twice.

        Args:
            job: its run id is its name in the queue.
            source: what runs; the same object for the same thing, if possible.
            priority: among runs of the same app, higher ones go first.

        Raises:
            Busy: too many runs wait.
            Closing: ``close`` was called.
            DatabaseError: it was not stored.
        """
        if self._closed or self._task is None:
            raise Closing
        waiting = self._waiting + len(self._wishes)
        if waiting >= self._options.waiting:
            raise Busy(f"{waiting:,} runs wait in the queue.", 5)
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._wishes.append(_Wish(job, source, -priority, stored))
        self._wake.set()
        await stored

    async def cancel(self, run_id: str) -> bool:
        """End a run, whether it goes on or waits; False if there is no such run in the queue.

        Raises:
            DatabaseError: it waits on, for all we know.
        """
        cancel = partial(self._ledger.cancel, run_id, self._clock_us())
        found, entry = await self._database.transact(cancel)
        if entry is not None:
            self._waiting = max(self._waiting - 1, 0)
            self._tell(self._on_finished, entry.decoded() or entry.stub, _cancelled())
        elif run_id in self._held:
            self._dispatcher.cancel(run_id)
        return found

    async def forget(self, app: str) -> None:
        """End all runs of an app, those that go on and those that wait.

        Raises:
            DatabaseError: they wait on, for all we know.
        """
        forget = partial(self._ledger.forget, app, self._clock_us())
        entries = await self._database.transact(forget)
        self._waiting = max(self._waiting - len(entries), 0)
        for entry in entries:
            self._tell(self._on_finished, entry.decoded() or entry.stub, _cancelled())
        for run_id, held in list(self._held.items()):
            if held.job.app == app:
                self._dispatcher.cancel(run_id)

    def pause(self, *, paused: bool = True) -> None:
        """Begin no run, or go on. What goes on ends, and what is put is stored."""
        self._feeding = not paused
        self._wake.set()

    def stats(self) -> QueueStats:
        """How it is doing."""
        return msgspec.structs.replace(
            self._counts, waiting=self._waiting + len(self._wishes), running=len(self._held)
        )

    # The task.

    async def _work(self) -> None:
        while True:
            await self._until_needed()
            turn, wishes = self._gather()
            if turn.is_empty:
                if self._closed:
                    return
                continue
            try:
                await turn.write(self._database, self._ledger)
            except Exception as error:  # noqa: BLE001 - whoever waits must be told, whatever it is
                self._fail(turn, wishes, error)
                if self._closed:
                    return
                await asyncio.sleep(_RETRY_SECONDS)
                self._wake.set()
                continue
            self._counts.trouble = None
            self._follow(turn, wishes)
            if self._closed and not (self._ended or self._again):
                return

    async def _until_needed(self) -> None:
        if self._closed:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(_POLL_SECONDS, self._rest, self._until_due())):
                await self._wake.wait()
        self._wake.clear()
        self._rest = _POLL_SECONDS

    def _until_due(self) -> float:
        return max((self._due_us - self._clock_us()) / _SECOND_US, 0.0)

    def _gather(self) -> tuple[Turn, list[_Wish]]:
        """What is to be written now."""
        options, now, now_us = self._options, time.monotonic(), self._clock_us()
        count = 0 if self._closed else min(len(self._wishes), _MOST_AT_ONCE)
        wishes = [self._wishes.popleft() for _ in range(count)]
        turn = Turn(
            now_us=now_us,
            lease_us=now_us + int(options.lease_seconds * _SECOND_US),
            ended=self._ended,
            again=self._again,
            last_app=self._last_app,
            sources=self._sources,
        )
        self._ended, self._again = [], []
        if now >= self._renew_at:
            self._renew_at = now + options.lease_seconds / 3
            turn.renews = bool(self._held)
        if not options.alone and now >= self._reap_at:
            self._reap_at = now + _POLL_SECONDS
            turn.reaps = True
        if now >= self._clean_at:
            self._clean_at = now + _HOUR_S
            turn.forgets_us = now_us - int(options.keep_hours * _HOUR_S * _SECOND_US)
        turn.most_us = int(2 * options.most_backoff_seconds * _SECOND_US)
        is_due = now_us >= self._due_us or now_us + turn.most_us < self._due_us < _NEVER_US
        turn.promotes = turn.reaps or bool(turn.forgets_us) or is_due
        self._share(turn, wishes)
        return turn, wishes

    def _share(self, turn: Turn, wishes: list[_Wish]) -> None:
        """Decide which runs begin: new ones at once if none wait before them, else by turns."""
        free = self._options.running - len(self._held) if self._feeding else 0
        most = self._options.running_per_app or max(free_share(self._options.running), 1)
        going = self._running.copy()
        for wish in wishes:
            # Those that wait already come first.
            leased = free > self._waiting and going[wish.job.app] < most
            if leased:
                free -= 1
                going[wish.job.app] += 1
            turn.puts.append(Put(wish.job, wish.source, wish.rank, leased))
        if free > 0 and (self._waiting or turn.promotes or turn.again):
            # A claim costs the same for one as for many: wait a little for more places.
            now = time.monotonic()
            if free >= self._options.running // 4 or now >= self._claim_at:
                self._claim_at = now + _CLAIM_SECONDS
                turn.claims = free
                turn.full = {app for app, count in going.items() if count >= most}
            else:
                self._rest = self._claim_at - now

    def _fail(self, turn: Turn, wishes: list[_Wish], error: Exception) -> None:
        """Nothing was written: what has ended is noted later, what was to be put is refused."""
        self._ended = turn.ended + self._ended
        self._again = turn.again + self._again
        self._renew_at = 0.0 if turn.renews else self._renew_at
        self._clean_at = 0.0 if turn.forgets_us else self._clean_at
        self._counts.trouble = error
        for wish in wishes:
            if not wish.stored.done():
                wish.stored.set_exception(error)

    def _follow(self, turn: Turn, wishes: list[_Wish]) -> None:
        """All of it is stored: tell who waits, and begin what was leased."""
        counts = self._counts
        counts.done += turn.written
        counts.stale += len(turn.ended) - turn.written
        if turn.promotes:
            self._due_us = _NEVER_US if turn.due_us is None else turn.due_us
        self._waiting += turn.promoted + sum(run.due_us <= turn.now_us for run in turn.again)
        new = {put.job.run_id: put for put in reversed(turn.puts)}
        for run_id in turn.known:
            del new[run_id]
        counts.put += len(new)
        self._waiting += sum(not put.leased for put in new.values())
        self._waiting -= len(turn.entries)
        if turn.waiting is not None:
            self._waiting = turn.waiting
        for wish in wishes:
            if not wish.stored.done():
                wish.stored.set_result(None)
        if turn.mine is not None:
            self._compare(turn.mine)
        for put in reversed(new.values()):
            if put.leased:
                self._begin(msgspec.structs.replace(put.job, epoch=1), put.source, 0)
        for entry in turn.entries:
            self._last_app = entry.app_id
            self._take_up(entry)
        if turn.entries and len(turn.entries) < turn.claims:
            self._wake.set()  # some apps had fewer than their share

    # Runs.

    def _take_up(self, entry: Entry) -> None:
        """Begin a run that stood in the queue, unless that is no use."""
        job, source = entry.decoded(), self._sources.get(entry.source)
        if entry.cancelled:
            self._end_here(job or entry.stub, _cancelled())
        elif entry.failures >= self._options.attempts:
            self._end_here(job or entry.stub, _given_up(entry.failures))
        elif job is None or source is None:
            self._end_here(job or entry.stub, _unreadable())
        else:
            self._begin(job, source, entry.failures)

    def _begin(self, job: Job, source: Source, failures: int) -> None:
        self._held[job.run_id] = _Held(job, source, failures)
        self._running[job.app] += 1
        self._tell(self._on_started, job, source)
        try:
            ending = self._dispatcher.submit(job, source)
        except (Busy, Closing) as error:
            wait = error.retry_after if isinstance(error, Busy) else 0
            self._feeding = self._feeding and isinstance(error, Busy)
            held = self._release(job)
            if held is not None:
                self._put_back(held, wait, failures)
            return
        ending.add_done_callback(partial(self._over, job))

    def _over(self, job: Job, ending: "asyncio.Future[Outcome]") -> None:
        held = self._release(job)
        if held is None or self._task is None or self._task.done():
            return  # another process has it, or will have
        outcome = ending.result()
        code = outcome.error.code if outcome.error else ""
        tried = held.failures + 1
        if outcome.status == "interrupted" and code == _SHUTDOWN:
            self._feeding = False
            self._put_back(held, 0, held.failures)
        elif outcome.status == "interrupted" and code == _SUPERSEDED:
            return
        elif outcome.status == "interrupted" and tried < self._options.attempts:
            self._counts.again += 1
            wait = self._options.backoff_seconds * 2.0**held.failures
            self._put_back(held, min(wait, self._options.most_backoff_seconds), tried)
        else:
            self._ended.append(Ended(job.run_id, job.epoch, outcome.status))
            self._wake.set()

    def _release(self, job: Job) -> _Held | None:
        """Give up a lease in memory; None if it was another one's already."""
        held = self._held.get(job.run_id)
        if held is None or held.job.epoch != job.epoch:
            return None
        del self._held[job.run_id]
        self._running[job.app] -= 1
        if not self._running[job.app]:
            del self._running[job.app]
        return held

    def _put_back(self, held: _Held, seconds: float, failures: int) -> None:
        job = held.job
        due = self._clock_us() + int(seconds * _SECOND_US)
        self._again.append(Again(job.run_id, job.epoch, due, failures))
        self._due_us = min(self._due_us, due)
        self._tell(self._on_waiting, job, held.source)
        self._wake.set()

    def _end_here(self, job: Job, outcome: Outcome) -> None:
        self._ended.append(Ended(job.run_id, job.epoch, outcome.status))
        self._tell(self._on_finished, job, outcome)
        self._wake.set()

    def _tell(self, listener: Callable[[Job, Told], None], job: Job, told: Told) -> None:
        """Whatever a listener does, the queue goes on."""
        try:
            listener(job, told)
        except Exception as error:  # noqa: BLE001 - it is none of the run's business
            context = {"message": "a listener of the queue failed", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)

    def _compare(self, mine: dict[str, tuple[int, bool]]) -> None:
        """End runs that another process has taken, or that somebody wishes to end."""
        for run_id, held in list(self._held.items()):
            epoch, cancelled = mine.get(run_id, (-1, False))
            if epoch != held.job.epoch:
                self._release(held.job)
                self._dispatcher.cancel(run_id)
            elif cancelled:
                self._dispatcher.cancel(run_id)


def free_share(running: int) -> int:
    """Seven eighths: one app never takes all places."""
    return running - running // 8


def _ended(status: Status, error: RunError) -> Outcome:
    now = time.time_ns() // 1_000
    return Outcome(status, error=error, started_us=now, ended_us=now)


def _cancelled() -> Outcome:
    return _ended("cancelled", RunError("engine.cancelled", "The run was cancelled."))


def _given_up(failures: int) -> Outcome:
    return _ended(
        "interrupted",
        RunError(
            "queue.attempts",
            f"The process that ran it ended each of {failures} times.",
            remedy="Look at what the board does to its process, and run it again.",
        ),
    )


def _unreadable() -> Outcome:
    return _ended(
        "failed",
        RunError(
            "queue.source",
            "What was to run cannot be read any more; another version stored it.",
            remedy="Start the run again.",
        ),
    )
