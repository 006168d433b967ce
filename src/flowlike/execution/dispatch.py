"""Takes runs, finds them a place, and sees each to its end, whatever becomes of the process."""

import asyncio
import itertools
from collections.abc import AsyncGenerator, Callable
from functools import partial

from flowlike.engine.run import RunError
from flowlike.execution.active import Active
from flowlike.execution.artifacts import Artifacts
from flowlike.execution.cache import CompileCache
from flowlike.execution.endings import (
    cancelled,
    check_finished,
    check_response,
    finished_outcome,
    interrupted,
    lost_outcome,
    outcome_of,
    too_deep,
)
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
from flowlike.execution.knowledge import Knowledge
from flowlike.execution.live import Channel, Channels, check_told, not_watched
from flowlike.execution.pool import Pool
from flowlike.execution.protocol import (
    Cancel,
    Declined,
    Finished,
    Live,
    Loaded,
    Responded,
    ToDispatcher,
    Unknown,
    Watch,
)
from flowlike.execution.queueing import Waiting
from flowlike.execution.worker import Worker

_TICK = 0.05
_SLOW_TICKS = 5
_STALE = "engine.foreign-artifact"

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
        self._waiting = Waiting(options)
        self._artifacts = Artifacts(cache)
        self._channels = Channels(options)
        self._tickets = itertools.count(1)
        self._runs: dict[str, Active] = {}
        self._knowledge = Knowledge()
        self._closing = False
        self._ticking = False
        self._ticks = 0
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
            self._end(active, interrupted("run.shutdown", "The server was stopped."))
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
        known = self._knowledge.of(source, self._pool.workers)
        waiter: asyncio.Future[Outcome] = self._loop.create_future()
        active = Active(job, source, known, waiter, early, job.watch)
        before = self._runs.get(job.run_id)
        if before is not None and job.epoch <= before.job.epoch:
            waiter.set_result(interrupted("run.superseded", "A later attempt has begun."))
            return active
        if job.depth > self._options.depth:
            waiter.set_result(too_deep(job.depth))
            return active
        self._place(active)
        if before is not None:
            self._leave(before)
            self._settle(before, interrupted("run.superseded", "A later attempt has begun."))
        self._taken += 1
        self._runs[job.run_id] = active
        if job.watch:
            self._channels.open(job.run_id)
        self._idle.clear()
        if not self._ticking:
            self._ticking = True
            self._loop.call_later(_TICK, self._tick)
        return active

    # Placing runs.

    def _place(self, active: Active) -> None:
        mode = active.known.mode
        if not self._waiting.has(mode):
            worker = self._pool.choose(mode, self._loop.time())
            if worker is not None and self._waiting.may_compute(active):
                self._give(worker, active)
                return
        try:
            self._waiting.add(active)
        except Busy:
            self._refused += 1
            raise

    def _give(self, worker: Worker, active: Active) -> None:
        """Sends a run to an executor, once it is known whether there is an artifact for it."""
        source, artifact = active.source, b""
        if not worker.has(source):
            if not self._artifacts.is_known(source.code, worker.stamp):
                then = partial(self._fetched, active)
                self._artifacts.fetch(source.code, worker.stamp, then)
                return
            artifact = self._artifacts.get(source.code, worker.stamp)
        self._waiting.begun(active)
        worker.give(active, next(self._tickets), self._loop.time(), artifact)

    def _fetched(self, active: Active) -> None:
        if self._runs.get(active.job.run_id) is active:
            self._waiting.put_back(active)
            self._pump()

    def _pump(self) -> None:
        """Gives waiting runs the places that have become free."""
        now = self._loop.time()

        def give(active: Active) -> bool:
            worker = self._pool.choose(active.known.mode, now)
            if worker is not None:
                self._give(worker, active)
            return worker is not None

        self._waiting.give_all(give)

    def _taken_off(self, worker: Worker, ticket: int) -> Active | None:
        """The run of a ticket, which its executor is done with; None if nobody wants it."""
        active = worker.take(ticket, self._loop.time())
        if active is None:
            return None
        self._waiting.ended(active)
        return None if active.left else active

    def _leave(self, active: Active) -> None:
        """Nothing more is to be heard of a run; if it goes on, it has to end."""
        if active.worker is None:
            self._waiting.remove(active)
        else:
            active.left = True
            self._cancel(active)

    # Ending runs.

    def cancel(self, run_id: str) -> bool:
        """Ends a run: at its next checkpoint, or with its process after the grace time.

        Says whether there is such a run. Its outcome is ``cancelled`` unless it ended before.
        """
        active = self._runs.get(run_id)
        if active is None:
            return False
        if active.worker is None:
            self._waiting.remove(active)
            self._end(active, cancelled())
        else:
            self._cancel(active)
        return True

    def _cancel(self, active: Active) -> None:
        if active.worker is not None and not active.cancelled_at:
            active.cancelled_at = self._loop.time()
            active.worker.executor.send(Cancel(active.ticket))

    def _end(self, active: Active, outcome: Outcome) -> None:
        run_id = active.job.run_id
        if self._runs.get(run_id) is not active:
            return
        del self._runs[run_id]
        self._finished += 1
        if outcome.status == "interrupted":
            self._interrupted += 1
        if self._on_finished is not None:
            try:
                self._on_finished(active.job, outcome)
            except Exception as error:  # noqa: BLE001 - whoever listens, the run has ended
                context = {"message": "on_finished failed", "exception": error}
                self._loop.call_exception_handler(context)
        if active.watched:
            self._channels.end(run_id, outcome, self._loop.time())
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
                    check_finished(message)
                    active = self._taken_off(worker, message.ticket)
                    if active is not None:
                        self._end(active, finished_outcome(active, message))
                case Responded():
                    self._answered(worker, message)
                case Live():
                    check_told(message.frames)
                    active = worker.runs.get(message.ticket)
                    if active is None:
                        worker.stray()
                    elif not active.left:
                        self._channels.hear(active.job.run_id, message.frames)
                case Loaded():
                    self._loaded(worker, message)
                case Declined():
                    self._declined(worker, message.ticket)
                case Unknown():
                    worker.forget(message.program)
                    active = self._taken_off(worker, message.ticket)
                    if active is not None:
                        self._waiting.put_back(active)
                case _:
                    pass
        if self._waiting:
            self._pump()

    def _answered(self, worker: Worker, message: Responded) -> None:
        check_response(message.response)
        active = worker.runs.get(message.ticket)
        if active is None:
            worker.stray()
        elif active.early and active.ended is None and not active.left:
            active.ended = self._loop.create_future()
            early = Outcome("running", response=message.response, finished=active.ended)
            if not active.waiter.done():
                active.waiter.set_result(early)

    def _loaded(self, worker: Worker, message: Loaded) -> None:
        source = worker.source_of(message.program)
        if source is None:
            raise ProtocolError("A program was loaded that nobody asked for.")
        known = self._knowledge.of(source, self._pool.workers)
        if message.error is None:
            known.mode, known.hash, known.entry = message.mode, message.hash, message.entry
            self._knowledge.learn(known, message.record)
            if message.artifact:
                self._artifacts.keep(source.code, worker.stamp, message.artifact)
        begun = worker.loaded(message.program, known, self._loop.time())
        for active in begun:
            self._waiting.begun(active)
        if message.error is not None:
            worker.forget(message.program)
            self._not_loaded(worker, begun, source, message.error)

    def _not_loaded(
        self, worker: Worker, runs: list[Active], source: Source, error: RunError
    ) -> None:
        stale = error.code == _STALE
        if stale:
            self._artifacts.keep_none(source.code, worker.stamp)
        for each in runs:
            active = self._taken_off(worker, each.ticket)
            if active is None:
                continue
            if stale:
                self._waiting.put_back(active)
            else:
                self._end(active, outcome_of("failed", error, refused=True))

    def _declined(self, worker: Worker, ticket: int) -> None:
        active = worker.take(ticket, self._loop.time())
        if active is None:
            return
        self._waiting.ended(active)
        worker.stuck = bool(worker.computing)
        if active.cancelled_at:
            self._end(active, cancelled())
        elif not active.left:
            self._waiting.put_back(active)

    def _lost(self, worker: Worker, reason: Exception | None) -> None:
        """A process is gone: its runs end here."""
        now = self._loop.time()
        for ticket, each in list(worker.runs.items()):
            cause = worker.blamed.get(ticket)
            active = self._taken_off(worker, ticket)
            if active is not None:
                self._end(each, lost_outcome(each, cause, reason, now - each.since))
        self._pump()

    # Looking after runs.

    def _tick(self) -> None:
        now = self._loop.time()
        self._ticks += 1
        slow = self._ticks % _SLOW_TICKS == 0
        if slow:
            self._channels.forget_old(now)
        self._pool.look_after(now, waiting=len(self._waiting), slow=slow)
        if self._waiting:
            self._pump()
        if self._runs or self._pool.is_changing:
            self._loop.call_later(_TICK, self._tick)
        else:
            self._ticking = False

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
            waiting=len(self._waiting),
            taken=self._taken,
            finished=self._finished,
            refused=self._refused,
            interrupted=self._interrupted,
            started=pool.started,
            lost=pool.lost,
            watched=len(self._channels),
            pids=tuple(worker.executor.pid for worker in pool.workers),
        )
