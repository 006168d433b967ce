"""Runs that wait: by kind, by app, within bounds."""

from typing import Any

import pytest

from flowlike.board.model import TraceLevel
from flowlike.execution.active import Active, Known
from flowlike.execution.jobs import Busy, Job, PoolOptions, Source
from flowlike.execution.protocol import Mode
from flowlike.execution.queueing import Waiting


def running(level: TraceLevel = TraceLevel.STEPS) -> Active:
    waiter: Any = None
    source = Source(b"", "start", level)
    known = Known(Mode.INLINE, "hash", "start", b"record")
    return Active(Job("run"), source, known, waiter, early=False, watched=False)


def waits(app: str, mode: Mode | None = Mode.INLINE) -> Active:
    made = running()
    made.job = Job("run", app=app)
    made.known = Known(mode)
    return made


def test_runs_wait_by_what_they_wait_for() -> None:
    waiting = Waiting(PoolOptions(waiting=10))
    runs = {mode: waits("a", mode) for mode in (None, *Mode)}
    for each in runs.values():
        waiting.add(each)
    assert len(waiting) == 4
    assert all(waiting.has(mode) for mode in (None, *Mode))
    taken: list[Active] = []

    def give(each: Active) -> bool:
        if each.known.mode is Mode.COMPUTING:
            return False
        taken.append(each)
        return True

    waiting.give_all(give)
    assert [each.known.mode for each in taken] == [None, Mode.INLINE, Mode.AWAITING]
    assert len(waiting) == 1
    waiting.remove(runs[Mode.COMPUTING])
    waiting.remove(runs[Mode.COMPUTING])
    assert len(waiting) == 0


def test_a_run_whose_mode_has_become_known_moves() -> None:
    waiting = Waiting(PoolOptions(waiting=10))
    run = waits("a", None)
    waiting.add(run)
    run.known.mode = Mode.COMPUTING
    waiting.give_all(lambda _: False)
    assert waiting.has(Mode.COMPUTING)
    assert not waiting.has(None)


def test_too_many_waiting_runs_are_refused_in_all_and_by_app() -> None:
    waiting = Waiting(PoolOptions(waiting=10, waiting_per_app=4))
    for app in "ab":
        for _ in range(4):
            waiting.add(waits(app))
        with pytest.raises(Busy):
            waiting.add(waits(app))
    waiting.add(waits("c"))
    waiting.add(waits("d"))
    with pytest.raises(Busy) as refused_:
        waiting.add(waits("e"))
    assert refused_.value.headers == {"retry-after": "1"}
    waiting.put_back(waits("a"))  # what had a place is never refused


def test_an_app_at_its_share_lets_others_pass() -> None:
    waiting = Waiting(PoolOptions(waiting=10, computing_per_app=1))
    runs = [waits(app, Mode.COMPUTING) for app in "aab"]
    for each in runs:
        waiting.add(each)
    begun: list[str] = []

    def give(each: Active) -> bool:
        waiting.begun(each)
        begun.append(each.job.app)
        return True

    waiting.give_all(give)
    assert begun == ["a", "b"]
    waiting.ended(runs[0])
    waiting.give_all(give)
    assert begun == ["a", "b", "a"]


def test_a_run_that_turns_out_not_to_compute_is_not_counted() -> None:
    waiting = Waiting(PoolOptions(waiting=10, computing_per_app=1))
    run = waits("a", None)
    waiting.begun(run)
    assert not waiting.may_compute(waits("a", Mode.COMPUTING))
    run.known.mode = Mode.INLINE
    waiting.begun(run)
    assert waiting.may_compute(waits("a", Mode.COMPUTING))
