"""The executors of this machine: enough of them, never too many, each replaced when it is gone."""

import asyncio
import os
from collections.abc import Callable

from flowlike.errors import ExecutionError
from flowlike.execution.active import Cause, Worker
from flowlike.execution.frames import ProtocolError
from flowlike.execution.jobs import PoolOptions
from flowlike.execution.local import LocalExecutor, State
from flowlike.execution.protocol import Mode, Ready, Retiring, ToDispatcher

_READY_SECONDS = 60.0
_FAILURES = 3
"""Processes that may end before they are ready, one after another, until starting waits longer."""
_SLOW_TICKS = 5


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
        cores = os.cpu_count() or 1
        self._options = options
        self._usual = options.executors or cores
        self._most = self._usual + (4 * cores if options.spares < 0 else options.spares)
        self._at_once = max(cores, 1)
        self._heard = heard
        self._lost = lost
        self._free = free
        self.workers: list[Worker] = []
        self._young: dict[LocalExecutor, Worker] = {}
        self._ending: set[LocalExecutor] = set()
        self._loop = asyncio.get_running_loop()
        self._first: asyncio.Future[None] = self._loop.create_future()
        self._failures = 0
        self._ticks = 0
        self._closing = False
        self._tasks: set[asyncio.Task[None]] = set()
        self.started = 0
        self.lost = 0

    @property
    def starting(self) -> int:
        """Processes that are not ready yet."""
        return len(self._young)

    @property
    def has_spares(self) -> bool:
        """Whether there are more than the usual ones."""
        return len(self.workers) > self._usual

    async def open(self) -> None:
        """Starts the usual ones and waits for the first."""
        for _ in range(self._usual):
            self._start()
        async with asyncio.timeout(_READY_SECONDS):
            await self._first

    async def close(self) -> None:
        """Ends all of them."""
        self._closing = True
        await asyncio.gather(*self._tasks, return_exceptions=True)
        every = [*(worker.executor for worker in self.workers), *self._young]
        for executor in every:
            executor.kill()
            self._ending.add(executor)
        for _ in range(500):
            self._reap()
            if not self._ending:
                return
            await asyncio.sleep(0.01)

    def choose(self, mode: Mode | None) -> Worker | None:
        """The executor with the most room for a run of that mode."""
        best, least = None, -1
        for worker in self.workers:
            load = worker.place_for(mode) if worker.takes_runs else -1
            if load >= 0 and (least < 0 or load < least):
                best, least = worker, load
        return best

    def _start(self, *, spare: bool = False) -> None:
        executor = LocalExecutor(self._options, self._receive, self._gone)
        self._young[executor] = Worker(executor, self._options, spare=spare)
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

    def _receive(self, executor: LocalExecutor, messages: list[ToDispatcher]) -> None:
        worker = self._young.get(executor)
        if worker is not None:
            first, *messages = messages
            if not isinstance(first, Ready):
                executor.kill(ProtocolError("A process did not begin with Ready."))
                return
            self._join(worker, first)
        else:
            worker = next((each for each in self.workers if each.executor is executor), None)
        if worker is None:
            return
        worker.heard = self._loop.time()
        try:
            if any(isinstance(each, Retiring) for each in messages):
                self._retire(worker)
            self._heard(worker, messages)
        except ProtocolError as error:
            executor.kill(error)

    def _join(self, worker: Worker, ready: Ready) -> None:
        del self._young[worker.executor]
        worker.baseline_bytes = ready.baseline_bytes
        worker.stamp = ready.stamp
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
        executor.state = State.GONE
        self._ending.add(executor)
        self.lost += 1
        if self._young.pop(executor, None) is not None:
            self._failures += 1
            if self._failures >= _FAILURES and not self._first.done():
                self._first.set_exception(
                    ExecutionError(
                        "execution.no-executor",
                        "The processes that run boards do not start.",
                        remedy="Look at what they wrote to the error output.",
                    )
                )
                return
        worker = next((each for each in self.workers if each.executor is executor), None)
        if worker is not None:
            self.workers.remove(worker)
            if not self._closing:
                self._lost(worker, reason)
        self._reap()
        if not self._closing:
            self._replace()

    def _replace(self) -> None:
        """Starts what is missing of the usual number."""
        able = sum(worker.takes_runs for worker in self.workers) + len(self._young)
        if able < self._usual:
            delay = 0.0 if self._failures < _FAILURES else min(2.0**self._failures / 8, 30.0)
            if delay:
                self._loop.call_later(delay, self._start_missing)
            else:
                self._start()

    def _start_missing(self) -> None:
        able = sum(worker.takes_runs for worker in self.workers) + len(self._young)
        if able < self._usual and not self._closing:
            self._start()

    def _reap(self) -> None:
        self._ending = {each for each in self._ending if not each.reap()}

    # Called every few hundredths of a second while there is work.

    def look_after(self, now: float, waiting: int) -> None:
        """Starts spares for waiting runs, ends idle ones, watches memory."""
        self._ticks += 1
        if waiting:
            self._start_spares(waiting)
        if self._ticks % _SLOW_TICKS:
            return
        self._reap()
        for worker in list(self.workers):
            if worker.runs:
                worker.idle_since = now
                self._watch_memory(worker)
            elif self.has_spares and now - worker.idle_since > self._options.idle_seconds:
                self.workers.remove(worker)
                worker.executor.state = State.GONE
                worker.executor.kill()
                self._ending.add(worker.executor)
            elif worker.executor.state is State.RETIRING:
                worker.executor.kill()

    def _start_spares(self, waiting: int) -> None:
        room = self._most - len(self.workers) - len(self._young)
        for _ in range(min(waiting, room, self._at_once - len(self._young))):
            self._start(spare=True)

    def _watch_memory(self, worker: Worker) -> None:
        limit = self._options.memory_bytes
        if limit <= 0:
            return
        if worker.executor.resident_bytes() > worker.baseline_bytes + limit:
            for ticket, active in worker.runs.items():
                if active.mode is Mode.COMPUTING:
                    worker.blamed.setdefault(ticket, Cause.MEMORY)
                    break
            worker.executor.kill()
