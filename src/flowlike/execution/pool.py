"""The executors of this machine: enough of them, never too many, each replaced when it is gone."""

import asyncio
import os
from collections.abc import Callable

from flowlike.errors import ExecutionError
from flowlike.execution.frames import ProtocolError
from flowlike.execution.jobs import PoolOptions
from flowlike.execution.local import LocalExecutor, State
from flowlike.execution.protocol import Mode, Ready, Retiring, ToDispatcher
from flowlike.execution.worker import Worker

_READY_SECONDS = 60.0
_FAILURES = 3
"""Processes that may end before they are ready, one after another, until starting waits longer."""
_LONGEST_WAIT = 30.0
_REAP_SECONDS = 0.1
_END_SECONDS = 10.0


class Pool:
    """Keeps executors.

    Args:
        heard: called with what a ready executor says; may raise ProtocolError.
        lost: called with a worker whose process is gone.
        free: called when a new one can take runs.
    """

    def __init__(
        self,
        options: PoolOptions,
        heard: Callable[[Worker, list[ToDispatcher]], None],
        lost: Callable[[Worker, Exception | None], None],
        free: Callable[[], None],
    ) -> None:
        self._options = options
        self._cores = os.cpu_count() or 1
        self._usual = options.executors or self._cores
        spares = 4 * self._cores if options.spares < 0 else options.spares
        self._most = self._usual + spares
        self._heard = heard
        self._lost = lost
        self._free = free
        self.workers: list[Worker] = []
        self._by_executor: dict[LocalExecutor, Worker] = {}
        self._young: set[LocalExecutor] = set()
        self._ending: set[LocalExecutor] = set()
        self._loop = asyncio.get_running_loop()
        self._first: asyncio.Future[None] = self._loop.create_future()
        self._failures = 0
        self._closing = False
        self._tasks: set[asyncio.Task[None]] = set()
        self.started = 0
        self.lost = 0

    @property
    def starting(self) -> int:
        """Processes that are not ready yet."""
        return len(self._young)

    @property
    def is_changing(self) -> bool:
        """Whether there are others than the usual ones, so that somebody has to look after them."""
        return len(self.workers) > self._usual or bool(self._ending)

    # Beginning and end.

    async def open(self) -> None:
        """Starts the usual ones and waits for the first. Raises ExecutionError."""
        for _ in range(self._usual):
            self._start()
        try:
            async with asyncio.timeout(_READY_SECONDS):
                await self._first
        except (TimeoutError, ExecutionError) as error:
            await self.close()
            raise _none_starts() from error

    async def close(self) -> None:
        """Ends all of them."""
        self._closing = True
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for executor in list(self._by_executor):
            executor.kill()
            self._ending.add(executor)
        ends = self._loop.time() + _END_SECONDS
        while self._ending and self._loop.time() < ends:
            self._reap()
            await asyncio.sleep(0.005)

    def choose(self, mode: Mode | None, now: float) -> Worker | None:
        """The executor with the most room for a run of that mode."""
        best, least = None, -1
        for worker in self.workers:
            load = worker.load(mode, now) if worker.takes_runs else -1
            if load >= 0 and (least < 0 or load < least):
                best, least = worker, load
        return best

    def _start(self) -> None:
        executor = LocalExecutor(self._options, self._receive, self._gone)
        self._by_executor[executor] = Worker(executor, self._options)
        self._young.add(executor)
        self.started += 1
        task = self._loop.create_task(self._open(executor))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _open(self, executor: LocalExecutor) -> None:
        try:
            await executor.open()
        except OSError as error:
            executor.kill()
            self._gone(executor, error)

    # What they say.

    def _receive(self, executor: LocalExecutor, messages: list[ToDispatcher]) -> None:
        worker = self._by_executor.get(executor)
        if worker is None:
            return
        try:
            if executor in self._young:
                first, *messages = messages
                self._join(worker, first)
            for message in messages:
                if isinstance(message, Ready):
                    raise ProtocolError("A process was ready twice.")
                if isinstance(message, Retiring):
                    self._retire(worker)
            self._heard(worker, messages)
        except ProtocolError as error:
            executor.kill(error)
        if worker.executor.state is State.RETIRING and not worker.runs:
            executor.kill()

    def _join(self, worker: Worker, first: ToDispatcher) -> None:
        if not isinstance(first, Ready):
            raise ProtocolError("A process did not begin with Ready.")
        self._young.discard(worker.executor)
        worker.baseline_bytes = first.baseline_bytes
        worker.stamp = first.stamp
        worker.executor.state = State.READY
        worker.idle_since = self._loop.time()
        self._failures = 0
        self.workers.append(worker)
        if not self._first.done():
            self._first.set_result(None)
        self._free()

    def _retire(self, worker: Worker) -> None:
        if worker.executor.state is State.READY:
            worker.executor.state = State.RETIRING
            self._replace()

    def _gone(self, executor: LocalExecutor, reason: Exception | None) -> None:
        worker = self._by_executor.pop(executor, None)
        if worker is None:
            return
        executor.state = State.GONE
        self._ending.add(executor)
        self.lost += 1
        if executor in self._young:
            self._young.discard(executor)
            self._failures += 1
            if self._failures >= _FAILURES and not self._first.done():
                self._first.set_exception(_none_starts())
                return
        if worker in self.workers:
            self.workers.remove(worker)
            if not self._closing:
                self._lost(worker, reason)
        self._loop.call_later(_REAP_SECONDS, self._reap)
        self._replace()

    def _replace(self) -> None:
        """Starts one if one is missing; if the last ones did not come up, after a while."""
        if self._closing or not self._is_one_missing():
            return
        if self._failures < _FAILURES:
            self._start()
        else:
            wait = min(2.0 ** (self._failures - _FAILURES), _LONGEST_WAIT)
            self._loop.call_later(wait, self._start_missing)

    def _start_missing(self) -> None:
        if not self._closing and self._is_one_missing():
            self._start()

    def _is_one_missing(self) -> bool:
        able = sum(worker.takes_runs for worker in self.workers) + len(self._young)
        return able < self._usual

    def _reap(self) -> None:
        self._ending = {each for each in self._ending if not each.reap()}

    # Called every few hundredths of a second while there is work.

    def look_after(self, now: float, waiting: int, *, slow: bool) -> None:
        """Starts spares for waiting runs and kills what does not end.

        Args:
            waiting: runs that found no place.
            slow: whether to look at everything; else only at what may not wait.
        """
        if waiting:
            self._start_spares(waiting)
        if not slow:
            return
        self._reap()
        for worker in list(self.workers):
            if worker.runs:
                worker.idle_since = now
                self._look_at(worker, now)
            elif now - worker.idle_since > self._options.idle_seconds:
                self._end_spare(worker)

    def _look_at(self, worker: Worker, now: float) -> None:
        executor = worker.executor
        worker.find_overdue(now)
        if worker.is_lost(now):
            reason = ProtocolError("it was stopped for longer than its lease")
            executor.kill(reason)
        elif worker.blamed or worker.find_too_large():
            executor.kill()

    def _end_spare(self, worker: Worker) -> None:
        if len(self.workers) > self._usual:
            self.workers.remove(worker)
            del self._by_executor[worker.executor]
            worker.executor.state = State.GONE
            worker.executor.kill()
            self._ending.add(worker.executor)

    def _start_spares(self, waiting: int) -> None:
        room = self._most - len(self.workers) - len(self._young)
        for _ in range(min(waiting, room, self._cores - len(self._young))):
            self._start()


def _none_starts() -> ExecutionError:
    return ExecutionError(
        "execution.no-executor",
        "The processes that run boards do not start.",
        remedy="Look at what they wrote to the error output.",
    )
