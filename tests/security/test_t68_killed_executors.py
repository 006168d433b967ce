"""Threat 68: executors are killed or stopped in the midst of work, at any moment.

No run that was taken is lost, none ends twice, and nothing an executor says too late counts.
"""

import asyncio
import os
import signal
from collections import Counter
from random import Random
from typing import Any

import pytest

from flowlike.execution.dispatch import Dispatcher
from flowlike.execution.jobs import Job, Outcome, PoolOptions
from flowlike.execution.local import LocalExecutor
from tests.examples import attacks
from tests.execution import offenders
from tests.execution.dispatching import code, dispatcher, job, source, until

pytestmark = pytest.mark.attack

GREETING = source(offenders.greeting(), level="steps")
LOOPS = source(offenders.counting(2_000))
WAITS = source(offenders.waiting(150))
TWO = PoolOptions(executors=2, spares=0)


class Keeper:
    """Whoever is told of ends: counts them by run and epoch."""

    def __init__(self) -> None:
        self.ends: Counter[tuple[str, int]] = Counter()
        self.statuses: dict[tuple[str, int], str] = {}

    def keep(self, given: Job, outcome: Outcome) -> None:
        self.ends[given.run_id, given.epoch] += 1
        self.statuses[given.run_id, given.epoch] = outcome.status


def mixture(count: int, epoch: int = 0) -> list[tuple[Job, Any]]:
    """Runs of each kind."""
    made = []
    for number in range(count):
        given = (GREETING, LOOPS, WAITS)[number % 3]
        payload = {"name": "Ada"} if given is GREETING else None
        made.append((job(payload, run_id=f"r{number}", epoch=epoch), given))
    return made


async def kill_in_the_midst(made: Dispatcher, keeper: Keeper, random: Random) -> None:
    for each in (GREETING, LOOPS, WAITS):  # so that all kinds are known
        await made.run(job({"name": "x"} if each is GREETING else None), each)
    await until(lambda: len(made.stats().pids) == 2)
    runs = mixture(150)
    futures = {given.run_id: made.submit(given, what) for given, what in runs}
    await asyncio.sleep(random.random() * 0.05)
    in_flight = made.stats().active - made.stats().waiting
    victim = random.choice(made.stats().pids)
    assert in_flight > 0, "nothing was in flight: the kill would show nothing"
    os.kill(victim, signal.SIGKILL)
    outcomes = dict(zip(futures, await asyncio.gather(*futures.values()), strict=True))
    lost = {name for name, each in outcomes.items() if each.status == "interrupted"}
    assert {each.status for each in outcomes.values()} <= {"completed", "interrupted"}
    assert {code(outcomes[name]) for name in lost} <= {"run.executor-lost"}
    # What was interrupted runs again, as a later attempt of the same run.
    again = [(job_, what) for job_, what in mixture(150, epoch=1) if job_.run_id in lost]
    repeated = await asyncio.gather(*(made.submit(given, what) for given, what in again))
    assert {each.status for each in repeated} <= {"completed"}
    await until(lambda: len(made.stats().pids) == 2)
    assert victim not in made.stats().pids
    ours = {key: count for key, count in keeper.ends.items() if key[0] in futures}
    assert set(ours.values()) == {1}, "a run ended twice"
    assert len(ours) == 150 + len(again)


@pytest.mark.parametrize("attempt", range(attacks(3)))
def test_a_kill_loses_no_run_and_ends_none_twice(attempt: int) -> None:
    async def work() -> None:
        keeper = Keeper()
        async with dispatcher(TWO, keeper.keep) as made:
            await kill_in_the_midst(made, keeper, Random(attempt))

    asyncio.run(work())


def only_disconnect(self: LocalExecutor, reason: Exception | None = None) -> None:
    """As it would be with a process far away: the connection ends, the process lives on."""
    if self._link is not None:
        self._link.break_off(reason)


@pytest.mark.parametrize("attempt", range(attacks(2)))
def test_a_process_that_was_stopped_past_its_lease_writes_nothing(
    attempt: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        keeper = Keeper()
        options = PoolOptions(executors=1, spares=0, lease_seconds=0.3)
        async with dispatcher(options, keeper.keep) as made:
            await made.run(job(), WAITS)
            [pid] = made.stats().pids
            given = job(run_id="stale", epoch=1)
            future = made.submit(given, WAITS)
            await asyncio.sleep(0.01 + 0.01 * (attempt % 10))
            assert made.stats().active == 1, "nothing was in flight"
            os.kill(pid, signal.SIGSTOP)
            with monkeypatch.context() as patch:
                patch.setattr(LocalExecutor, "kill", only_disconnect)
                first = await asyncio.wait_for(future, 30)
            assert (first.status, code(first)) == ("interrupted", "run.executor-lost")
            second = made.submit(job(run_id="stale", epoch=2), WAITS)
            os.kill(pid, signal.SIGCONT)  # it finishes the run and finds nobody to tell
            assert (await second).status == "completed"
            await asyncio.sleep(0.3)
        assert keeper.statuses["stale", 1] == "interrupted"
        assert keeper.statuses["stale", 2] == "completed"
        assert set(keeper.ends.values()) == {1}

    asyncio.run(work())


async def superseded(keeper: Keeper) -> tuple[Outcome, Outcome]:
    """A stopped process wakes within its lease, when a later attempt has begun elsewhere."""
    async with dispatcher(TWO, keeper.keep) as made:
        await until(lambda: len(made.stats().pids) == 2)
        await asyncio.gather(*(made.run(job(), WAITS) for _ in range(8)))
        future = made.submit(job(run_id="stale", epoch=1), WAITS)
        await asyncio.sleep(0.02)
        assert made.stats().active == 1, "nothing was in flight"
        pids = made.stats().pids
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        second = made.submit(job(run_id="stale", epoch=2), WAITS)
        first = await future
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
        outcome = await second
        await asyncio.sleep(0.3)
        assert made.stats().pids == pids
        return first, outcome


@pytest.mark.parametrize("attempt", range(attacks(2)))
def test_a_later_attempt_fences_off_an_earlier_one(attempt: int) -> None:
    keeper = Keeper()
    first, second = asyncio.run(superseded(keeper))
    assert (first.status, code(first)) == ("interrupted", "run.superseded")
    assert second.status == "completed"
    assert [key for key in keeper.ends if key[0] == "stale"] == [("stale", 2)]


def test_the_earlier_one_would_be_heard_without_the_fence(monkeypatch: pytest.MonkeyPatch) -> None:
    # The defence patched away: nothing is ever left behind, and who ended is not asked.
    heard: list[int] = []

    def take(self: Any, worker: Any, ticket: int) -> Any:
        active = worker.take(ticket, 0.0)
        if active is not None and active.job.run_id == "stale":
            heard.append(active.job.epoch)
        return active

    monkeypatch.setattr(Dispatcher, "_taken_off", take)
    monkeypatch.setattr(Dispatcher, "_cancel", lambda *_: None)
    asyncio.run(superseded(Keeper()))
    assert heard == [1, 2]


def test_an_attempt_that_is_not_later_changes_nothing() -> None:
    async def work() -> None:
        keeper = Keeper()
        async with dispatcher(TWO, keeper.keep) as made:
            future = made.submit(job(run_id="a", epoch=3), WAITS)
            for epoch in (3, 2):
                refused = await made.submit(job(run_id="a", epoch=epoch), WAITS)
                assert code(refused) == "run.superseded"
            assert (await future).status == "completed"
        assert dict(keeper.ends) == {("a", 3): 1}

    asyncio.run(work())
