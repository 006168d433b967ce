"""Threat 64: one app starts runs without end, or events that start each other.

What one app may have waiting is bounded, apps take turns, and chains of runs end.
"""

import asyncio
from collections import deque
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from flowlike.execution.active import Active
from flowlike.execution.dispatch import Dispatcher
from flowlike.execution.fair import FairQueue
from flowlike.execution.jobs import Busy, PoolOptions
from tests.execution import offenders
from tests.execution.dispatching import code, job, source, within

OPTIONS = PoolOptions(executors=1, spares=0, waiting=200, at_once=4)
GREETING = source(offenders.greeting())


class FirstCome(FairQueue[Active]):
    """The defence patched away: who comes first is served first, whoever it is."""

    def __init__(self) -> None:
        super().__init__()
        self._line: deque[Active] = deque()

    def push(self, app: str, item: Active) -> None:
        self._line.append(item)
        self._count += 1

    def put_back(self, app: str, item: Active) -> None:
        self._line.appendleft(item)
        self._count += 1

    def pop(self) -> Active:
        self._count -= 1
        return self._line.popleft()


def _note(ended: list[str], app: str, _future: object) -> None:
    ended.append(app)


async def place_of_the_other(made: Dispatcher) -> int:
    """How many runs of the app that floods end before the one of another app."""
    await made.run(job({"name": "x"}), GREETING)
    ended: list[str] = []
    futures = []
    for app in [*["flood"] * 90, "other"]:
        future = made.submit(job({"name": "x"}, app=app), GREETING)
        future.add_done_callback(partial(_note, ended, app))
        futures.append(future)
    await asyncio.gather(*futures)
    await asyncio.sleep(0)
    return ended.index("other")


def test_the_flood_goes_first_without_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flowlike.execution.queueing.FairQueue", FirstCome)
    assert within(place_of_the_other, OPTIONS) == 90


def test_apps_take_turns() -> None:
    assert within(place_of_the_other, OPTIONS) <= 2 * OPTIONS.at_once


async def flood(made: Dispatcher) -> tuple[int, int]:
    """Runs of one app that are taken, and after them runs of another."""
    taken = {"flood": 0, "other": 0}
    endless = source(offenders.endless())
    for app in taken:
        with suppress(Busy):
            for _ in range(1_000):
                made.submit(job(app=app), endless)
                taken[app] += 1
    return taken["flood"], taken["other"]


def test_one_app_takes_all_the_room_without_a_share() -> None:
    greedy = PoolOptions(executors=1, spares=0, waiting=200, waiting_per_app=200)
    taken, others = within(flood, greedy)
    assert taken >= 200
    assert others == 0


def test_one_app_cannot_take_the_room_of_all() -> None:
    taken, others = within(flood, OPTIONS)
    assert 100 <= taken < 200
    assert others >= 90


async def computing(made: Dispatcher) -> dict[str, str]:
    """Who gets to compute while one app holds what it may; by name, how it ended."""
    await made.run(job(app="other"), source(offenders.counting(5)))
    given = [job(app="flood") for _ in range(6)]
    futures = [made.submit(each, source(offenders.endless())) for each in given]
    await asyncio.sleep(0.5)
    other = made.submit(job(app="other"), source(offenders.counting(5)))
    try:
        async with asyncio.timeout(1.5):
            status: str = (await asyncio.shield(other)).status
    except TimeoutError:
        status = "waits"
    for each in given:
        made.cancel(each.run_id)
    ended = await asyncio.gather(*futures)
    await other
    return {"other": status, **{str(at): each.status for at, each in enumerate(ended)}}


@pytest.mark.parametrize(("share", "expected"), [(0, "waits"), (1, "completed")])
def test_an_app_may_be_kept_from_computing_everywhere(share: int, expected: str) -> None:
    options = PoolOptions(executors=2, spares=0, computing_per_app=share)
    statuses = within(computing, options)
    assert statuses.pop("other") == expected
    assert set(statuses.values()) == {"cancelled"}


async def chain(made: Dispatcher) -> tuple[int, str]:
    """Runs that start each other: how many ran, and what ended it."""
    for depth in range(100):
        outcome = await made.run(job({"name": "x"}, depth=depth), GREETING)
        if outcome.status != "completed":
            assert outcome.refused
            return depth, code(outcome)
    return 100, ""


def test_a_chain_of_runs_ends() -> None:
    assert within(chain, OPTIONS) == (17, "run.depth")


def test_a_chain_of_runs_goes_on_where_nothing_counts() -> None:
    assert within(chain, PoolOptions(executors=1, spares=0, depth=1_000)) == (100, "")


def test_items_of_an_app_stay_in_order() -> None:
    queue: FairQueue[Any] = FairQueue()
    for app, item in [("a", 1), ("a", 2), ("b", 3), ("a", 4), ("c", 5)]:
        queue.push(app, item)
    assert (len(queue), queue.of("a"), queue.of("x")) == (5, 3, 0)
    assert [queue.pop() for _ in range(5)] == [1, 3, 5, 2, 4]
    with pytest.raises(IndexError):
        queue.pop()
    queue.push("a", 1)
    queue.push("b", 2)
    queue.put_back("b", 0)
    assert not queue.remove("a", 9)
    assert not queue.remove("x", 9)
    assert queue.remove("a", 1)
    assert queue.clear() == [0, 2]
    assert not queue
