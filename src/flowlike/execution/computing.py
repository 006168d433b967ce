"""The one thread of an executor that computes: runs that loop and never wait."""

import threading
import time
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue

import msgspec

from flowlike.execution.confinement import give_way
from flowlike.execution.protocol import Finished, Start

PATIENCE = 0.05
"""Seconds a run may have the thread before those behind it are given back."""


class Task(msgspec.Struct):
    """A run and how to make it."""

    start: Start
    make: Callable[[], Finished]


class ComputingThread:
    """Makes runs one after another. ``ticket`` is that of the run it makes now, else 0.

    Args:
        post: calls a function in the event loop's thread.
        done: called there with each end.
    """

    def __init__(self, post: Callable[..., object], done: Callable[[Finished], None]) -> None:
        self._post = post
        self._done = done
        self._tokens: SimpleQueue[None] = SimpleQueue()
        self._waiting: deque[Task] = deque()
        self._since = 0.0
        self.ticket = 0
        self._thread = threading.Thread(target=self._work, name="computing", daemon=True)
        self._thread.start()

    @property
    def ident(self) -> int:
        """The thread's number, for ``sys._current_frames``."""
        return self._thread.ident or 0

    def put(self, task: Task) -> None:
        """Makes a run as soon as the thread is free."""
        self._waiting.append(task)
        self._tokens.put(None)

    def remove(self, ticket: int) -> bool:
        """Takes back a run that has not begun. Says whether it had not."""
        for task in list(self._waiting):
            if task.start.ticket == ticket:
                try:
                    self._waiting.remove(task)
                except ValueError:  # it began in this moment
                    return False
                return True
        return False

    def given_back(self) -> list[Task]:
        """Takes back all that waits, if the run that has the thread had it for too long."""
        since = self._since
        if not since or time.monotonic() - since < PATIENCE:
            return []
        taken: list[Task] = []
        while self._waiting:
            try:
                taken.append(self._waiting.popleft())
            except IndexError:  # the thread was quicker
                break
        return taken

    @property
    def crowded(self) -> bool:
        """Whether a run waits for the thread."""
        return bool(self._waiting)

    def _work(self) -> None:
        give_way()
        while True:
            self._tokens.get()
            try:
                task = self._waiting.popleft()
            except IndexError:  # it was taken back
                continue
            self._since = time.monotonic()
            self.ticket = task.start.ticket
            finished = task.make()
            self._since = 0.0
            self.ticket = 0
            self._post(self._done, finished)
