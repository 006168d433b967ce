"""Takes runs, finds them a place, and sees each to its end, whatever becomes of the process."""

import asyncio
import itertools
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from functools import partial

from flowlike.engine.run import RunError
from flowlike.execution.active import Active, Cause, Known, Worker
from flowlike.execution.artifacts import Artifacts
from flowlike.execution.cache import CompileCache
from flowlike.execution.endings import finished_outcome, lost_outcome, outcome_of
from flowlike.execution.frames import ProtocolError
from flowlike.execution.jobs import (
    Busy,
    Closing,
    Job,
    LiveFrame,
    Outcome,
    PoolOptions,
    PoolStats,
    Source,
)
from flowlike.execution.live import Channel, Channels, not_watched
from flowlike.execution.pool import Pool
from flowlike.execution.protocol import (
    Cancel,
    Declined,
    Finished,
    Live,
    Loaded,
    Mode,
    Responded,
    ToDispatcher,
    Unknown,
    Watch,
)
from flowlike.execution.waiting import FairQueue

_MOST_KNOWN = 4_096
_TICK = 0.05
_STALE = "engine.foreign-artifact"
_LOADING_SECONDS = 120.0
"""How long an executor may take to make a program before it counts as lost."""

OnFinished = Callable[[Job, Outcome], None]


class Dispatcher:
    """The one way to run a board on the server. See the package's docstring."""

    def __init__(
        self,
        options: PoolOptions,
        cache: CompileCache | None = None,
        on_finished: OnFinished | None = None,
    ) -> None:
        self._options = options
        self._on_finished = on_finished
        self._pool = Pool(options, self._heard, self._lost, self._pump)
        self._tickets = itertools.count(1)
        self._runs: dict[str, Active] = {}
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._light: FairQueue[Active] = FairQueue()
        self._heavy: FairQueue[Active] = FairQueue()
        self._artifacts = Artifacts(cache)
        self._channels = Channels(options)
        self._closing = False
        self._ticking = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._loop = asyncio.get_running_loop()
        self._taken = self._finished = self._refused = self._interrupted = 0

    async def start(self) -> None:
        """Starts the executors; returns when one is ready.

        Raises:
            ExecutionError: ``execution.no-executor``; none of them came up.
        """
        await self._pool.open()

    async def stop(self, drain_seconds: float = 0.0) -> None:
        """Takes no more runs, lets those that go on end for a while, and interrupts the rest."""
        self._closing = True
        if self._runs and drain_seconds > 0:
            try:
                async with asyncio.timeout(drain_seconds):
                    await self._idle.wait()
            except TimeoutError:
                pass
        for active in list(self._runs.values()):
            self._leave(active)
            self._end(active, _interrupted("run.shutdown", "The server was stopped."))
        await self._pool.close()
        await asyncio.to_thread(self._artifacts.close)

    # Taking runs.

    async def run(self, job: Job, source: Source) -> Outcome:
        """Runs a board, and waits for its answer if it gives one, else for its end.

        Raises:
            Busy: too many runs wait.
            Closing: ``stop`` was called.
        """
        return await self._take(job, source, early=True).waiter

    def submit(self, job: Job, source: Source) -> "asyncio.Future[Outcome]":
        """Runs a board; the future is set at its end. Raises what ``run`` raises."""
        return self._take(job, source, early=False).waiter

    def _take(self, job: Job, source: Source, *, early: bool) -> Active:
        if self._closing:
            raise Closing
        known = self._known.get(source.key)
        if known is None:
            known = self._learn(source)
        now = self._loop.time()
        active = Active(job, source, known, self._loop.create_future(), early, now)
        active.watched = job.watch
        before = self._runs.get(job.run_id)
        if before is not None and job.epoch <= before.job.epoch:
            self._settle(active, _interrupted("run.superseded", "A later attempt has begun."))
            return active
        if job.depth > self._options.depth:
            self._settle(active, _too_deep(job.depth))
            return active
        self._place(active)
        if before is not None:
            self._leave(before)
            self._settle(before, _interrupted("run.superseded", "A later attempt has begun."))
        self._taken += 1
        self._runs[job.run_id] = active
        if job.watch:
            self._channels.open(job.run_id)
        if not self._ticking:
            self._ticking = True
            self._idle.clear()
            self._loop.call_later(_TICK, self._tick)
        return active

    def _learn(self, source: Source) -> Known:
        known = self._known[source.key] = Known()
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return known

    # Placing runs.

    def _queue(self, active: Active) -> FairQueue[Active]:
        return self._heavy if active.known.mode is Mode.COMPUTING else self._light

    def _place(self, active: Active) -> None:
        queue = self._queue(active)
        worker = None if queue else self._pool.choose(active.known.mode)
        if worker is not None:
            self._give(worker, active)
            return
        app, options = active.job.app, self._options
        share = options.waiting_per_app or options.waiting // 2
        waiting = len(self._light) + len(self._heavy)
        if waiting >= options.waiting or self._light.of(app) + self._heavy.of(app) >= share:
            self._refused += 1
            raise Busy(f"{waiting:,} runs wait for a place.", 1 + waiting // 500)
        queue.push(app, active)

    def _pump(self) -> None:
        """Gives waiting runs the places that have become free."""
        for queue in (self._light, self._heavy):
            while queue:
                active = queue.pop()
                right = self._queue(active)
                if right is not queue:  # its mode has become known
                    right.push(active.job.app, active)
                    continue
                worker = self._pool.choose(active.known.mode)
                if worker is None:
                    queue.put_back(active.job.app, active)
                    break
                self._give(worker, active)

    def _give(self, worker: Worker, active: Active) -> None:
        """Sends a run to an executor, once it is known whether there is an artifact for it."""
        source, artifact = active.source, b""
        if not worker.has(source):
            if not self._artifacts.is_known(source.code, worker.stamp):
                active.fetching = True
                self._artifacts.fetch(source.code, worker.stamp, partial(self._fetched, active))
                return
            artifact = self._artifacts.get(source.code, worker.stamp)
        worker.give(active, next(self._tickets), self._loop.time(), artifact)

    def _fetched(self, active: Active) -> None:
        active.fetching = False
        if self._runs.get(active.job.run_id) is active:
            self._again(active)
            self._pump()

    def _again(self, active: Active) -> None:
        """A run that did not begin where it was sent finds another place."""
        self._queue(active).put_back(active.job.app, active)

    def _leave(self, active: Active) -> None:
        """Takes a run from wherever it is, so that nothing more is heard of it."""
        if active.worker is not None:
            active.worker.executor.send(Cancel(active.ticket))
            active.worker.take(active.ticket)
        else:
            self._light.remove(active.job.app, active)
            self._heavy.remove(active.job.app, active)

    # Ending runs.

    def cancel(self, run_id: str) -> bool:
        """Ends a run: at its next checkpoint, or with its process after the grace time.

        Says whether there is such a run. Its outcome is ``cancelled`` unless it ended before.
        """
        active = self._runs.get(run_id)
        if active is None:
            return False
        if active.worker is None:
            self._leave(active)
            self._end(active, _cancelled())
        elif not active.cancelled_at:
            active.cancelled_at = self._loop.time()
            active.worker.executor.send(Cancel(active.ticket))
        return True

    def _end(self, active: Active, outcome: Outcome) -> None:
        if self._runs.get(active.job.run_id) is active:
            del self._runs[active.job.run_id]
        self._finished += 1
        self._interrupted += outcome.status == "interrupted"
        if self._on_finished is not None:
            try:
                self._on_finished(active.job, outcome)
            except Exception as error:  # noqa: BLE001 - whoever listens, the run has ended
                self._loop.call_exception_handler(
                    {"message": "on_finished failed", "exception": error}
                )
        if active.watched:
            self._channels.end(active.job.run_id, outcome, self._loop.time())
        self._settle(active, outcome)
        if not self._runs:
            self._idle.set()

    def _settle(self, active: Active, outcome: Outcome) -> None:
        """Tells those who await the run."""
        waiter = active.ended if active.ended is not None else active.waiter
        if not waiter.done():
            waiter.set_result(outcome)

    # What executors say.

    def _heard(self, worker: Worker, messages: list[ToDispatcher]) -> None:
        for message in messages:
            match message:
                case Finished():
                    active = worker.take(message.ticket)
                    if active is not None:
                        self._end(active, finished_outcome(active, message))
                case Responded():
                    self._answered(worker, message)
                case Live():
                    active = worker.runs.get(message.ticket)
                    if active is not None:
                        self._channels.hear(active.job.run_id, message.frames)
                case Loaded():
                    self._loaded(worker, message)
                case Declined():
                    self._declined(worker, message.ticket)
                case Unknown():
                    worker.forget(message.program)
                    active = worker.take(message.ticket)
                    if active is not None:
                        self._again(active)
                case _:
                    pass
        if self._light or self._heavy:
            self._pump()

    def _answered(self, worker: Worker, message: Responded) -> None:
        active = worker.runs.get(message.ticket)
        if active is not None and active.early and active.ended is None:
            active.ended = self._loop.create_future()
            early = Outcome("running", response=message.response, finished=active.ended)
            if not active.waiter.done():
                active.waiter.set_result(early)

    def _loaded(self, worker: Worker, message: Loaded) -> None:
        source = worker.source_of(message.program)
        if source is None:
            raise ProtocolError("A program was loaded that nobody asked for.")
        known = self._known.get(source.key) or self._learn(source)
        if message.error is None:
            known.mode, known.hash = message.mode, message.hash
            known.entry, known.record = message.entry, message.record
            if message.artifact:
                self._artifacts.keep(source.code, worker.stamp, message.artifact)
        begun = worker.now_known(message.program, known, self._loop.time())
        if message.error is None:
            return
        worker.forget(message.program)
        stale = message.error.code == _STALE
        if stale:
            self._artifacts.keep_none(source.code, worker.stamp)
        for active in begun:
            worker.take(active.ticket)
            if stale:
                self._again(active)
            else:
                self._end(active, outcome_of("failed", message.error, refused=True))

    def _declined(self, worker: Worker, ticket: int) -> None:
        active = worker.take(ticket)
        if active is None:
            return
        if active.cancelled_at:
            self._end(active, _cancelled())
            return
        worker.stuck = True
        self._again(active)

    def _lost(self, worker: Worker, reason: Exception | None) -> None:
        """A process is gone: its runs end here."""
        for active in list(worker.runs.values()):
            cause = worker.blamed.get(active.ticket)
            worker.take(active.ticket)
            self._end(active, lost_outcome(active, cause, reason))
        self._pump()

    # Looking after runs.

    def _tick(self) -> None:
        now = self._loop.time()
        for worker in self._pool.workers:
            self._look_at(worker, now)
        oldest = [queue for queue in (self._light, self._heavy) if queue]
        self._pool.look_after(now, waiting=sum(len(queue) for queue in oldest))
        if oldest:
            self._pump()
        if self._runs or self._pool.has_spares:
            self._loop.call_later(_TICK, self._tick)
        else:
            self._ticking = False

    def _look_at(self, worker: Worker, now: float) -> None:
        """Kills a process whose run is over its time and does not end."""
        options = self._options
        for active in worker.runs.values():
            if active.loading:
                due = active.since + _LOADING_SECONDS
            else:
                due = active.since + active.job.limits.seconds + options.overtime_seconds
            if active.cancelled_at and now > active.cancelled_at + options.grace_seconds:
                worker.blamed[active.ticket] = Cause.CANCELLED
            elif now > due:
                worker.blamed[active.ticket] = Cause.TIMEOUT
        if worker.blamed:
            worker.executor.kill()

    # Watching.

    def watch(self, run_id: str, after: int = 0) -> AsyncGenerator[LiveFrame, None]:
        """What a run tells, from the frame after ``after`` to its end.

        Frames that there was no room to keep are left out: numbers then jump. Close the generator
        if you leave it early.

        Raises:
            UsageError: ``run.not-live``; the run does not go on and nothing is kept of it.
        """
        active = self._runs.get(run_id)
        if active is not None:
            self._channels.open(run_id)
            active.watched = True
        channel = self._channels.get(run_id)
        if channel is None:
            raise not_watched(run_id)
        return self._frames(channel, active, after)

    async def _frames(
        self, channel: Channel, active: Active | None, after: int
    ) -> AsyncGenerator[LiveFrame, None]:
        channel.watchers += 1
        if active is not None:
            self._tell_worker(active, on=True)
        try:
            while True:
                for frame in channel.after(after):
                    after = frame.seq
                    yield frame
                if channel.last > after:
                    continue
                if channel.done:
                    return
                await channel.news()
        finally:
            channel.watchers -= 1
            if active is not None and not channel.watchers and not active.job.watch:
                self._tell_worker(active, on=False)

    def _tell_worker(self, active: Active, *, on: bool) -> None:
        if active.worker is not None:
            active.worker.executor.send(Watch(active.ticket, on))

    def stats(self) -> PoolStats:
        """Counts since the start, and how things are now."""
        pool = self._pool
        return PoolStats(
            executors=len(pool.workers),
            starting=pool.starting,
            active=len(self._runs),
            waiting=len(self._light) + len(self._heavy),
            taken=self._taken,
            finished=self._finished,
            refused=self._refused,
            interrupted=self._interrupted,
            started=pool.started,
            lost=pool.lost,
            watched=len(self._channels),
            pids=tuple(worker.executor.pid for worker in pool.workers),
        )


def _interrupted(code: str, message: str) -> Outcome:
    return outcome_of("interrupted", RunError(code, message, remedy="Run it again."))


def _cancelled() -> Outcome:
    return outcome_of("cancelled", RunError("engine.cancelled", "The run was cancelled."))


def _too_deep(depth: int) -> Outcome:
    error = RunError(
        "run.depth",
        f"The run was started by {depth} others, one after another.",
        remedy="Look for events that start each other.",
    )
    return outcome_of("failed", error, refused=True)
