"""The computing thread by itself."""

import os
import sys
import threading
import time
from collections.abc import Callable

import pytest

from flowlike.execution.computing import PATIENCE, ComputingThread, Task
from flowlike.execution.protocol import Finished, Start


def start(payload: bytes = b"", variables: bytes = b"", ticket: int = 1) -> Start:
    return Start(ticket, 0, "run", payload, variables, 1_000, 10.0, watch=False)


class Thread:
    """A computing thread whose ends are noted."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.gate = threading.Event()
        self.begun = threading.Event()
        self.thread = ComputingThread(lambda call, told: call(told), self._note)

    def _note(self, told: Finished) -> None:
        self.done.append(told.ticket)

    def put(self, ticket: int, *, waits: bool = False) -> None:
        def make() -> Finished:
            if waits:
                self.begun.set()
                self.gate.wait(20)
            return Finished(ticket, "completed", 0, 0)

        self.thread.put(Task(start(ticket=ticket), make))

    def until(self, condition: Callable[[], bool]) -> None:
        ends = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < ends
            time.sleep(0.001)


def test_the_thread_makes_runs_in_order() -> None:
    made = Thread()
    for ticket in range(1, 30):
        made.put(ticket)
    made.until(lambda: len(made.done) == 29)
    assert made.done == list(range(1, 30))
    assert made.thread.ticket == 0


def test_runs_behind_a_long_one_are_given_back() -> None:
    made = Thread()
    made.put(1, waits=True)
    made.begun.wait(20)
    made.put(2)
    made.put(3)
    assert (made.thread.crowded, made.thread.ticket) == (True, 1)
    time.sleep(PATIENCE * 1.5)
    assert [each.start.ticket for each in made.thread.given_back()] == [2, 3]
    assert (made.thread.crowded, made.thread.ticket) == (False, 1)
    made.gate.set()
    made.put(4)
    made.until(lambda: made.done == [1, 4])
    assert made.thread.given_back() == []


def test_a_run_that_has_not_begun_can_be_taken_back() -> None:
    made = Thread()
    made.put(1, waits=True)
    made.begun.wait(20)
    made.put(2)
    assert made.thread.given_back() == []
    assert made.thread.remove(2)
    assert not made.thread.remove(2)
    assert not made.thread.remove(1)
    made.gate.set()
    made.put(3)
    made.until(lambda: made.done == [1, 3])


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_the_thread_gives_way_to_all_others() -> None:
    made = Thread()
    made.put(1)
    made.until(lambda: bool(made.done))
    native = next(each for each in threading.enumerate() if each.ident == made.thread.ident)
    assert native.native_id is not None
    assert os.getpriority(os.PRIO_PROCESS, native.native_id) == 10
