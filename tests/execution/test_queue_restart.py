"""Queues after each other and beside each other on one database."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from sqlalchemy import update

from flowlike.database.schema.queue import run_queue, run_sources
from tests.execution.queueing import SOURCE, Clock, house, until

HOUR_US = 3_600_000_000


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


# ------------------------------------------------------------------ restarts and several processes


def test_what_is_left_is_run_by_the_next_process(place: str) -> None:
    async def scenario() -> None:
        async with house(place, running=3, running_per_app=3) as at:
            at.dispatcher.by_hand = True
            await asyncio.gather(*(at.put(f"r{number}") for number in range(8)))
            given = await at.dispatcher.has(3)
            at.dispatcher.end(given[0])
            await at.done(1)
        first = {given.job.run_id for given in at.dispatcher.given}
        done = at.dispatcher.ids[0]
        async with house(place) as at:
            await at.done(7)
            assert sorted(at.dispatcher.ids) == sorted(
                f"r{number}" for number in range(8) if f"r{number}" != done
            )
            for given_ in at.dispatcher.given:
                again = given_.job.run_id in first
                assert given_.job.epoch == (2 if again else 1)
                assert given_.job.payload == b'{"order":7}'
                assert given_.source == SOURCE
            assert set((await at.rows()).values()) == {"done"}

    run(scenario())


def test_a_shutdown_is_nobodys_fault(place: str) -> None:
    async def scenario() -> None:
        for epoch in range(1, 6):
            async with house(place, attempts=2) as at:
                at.dispatcher.by_hand = True
                if epoch == 1:
                    await at.put("r1")
                (given,) = await at.dispatcher.has(1)
                assert given.job.epoch == epoch
                at.dispatcher.closing = True
                at.dispatcher.end(given, "interrupted", "run.shutdown")
        async with house(place, attempts=2) as at:
            await at.done(1)
            assert (await at.row("r1")).failures == 0

    run(scenario())


def test_a_dispatcher_that_stops_first_loses_nothing(place: str) -> None:
    async def scenario() -> None:
        async with house(place) as at:
            at.dispatcher.closing = True
            await at.put("r1")
            await at.put("r2")
            assert at.dispatcher.given == []
        async with house(place) as at:
            await at.done(2)
            assert sorted(at.dispatcher.ids) == ["r1", "r2"]

    run(scenario())


def test_a_silent_process_loses_its_runs_and_its_late_ends_are_not_written(place: str) -> None:
    async def scenario() -> None:
        clock = Clock()
        async with (
            house(place, clock, alone=False, lease_seconds=30.0) as first,
            house(place, clock, alone=False, lease_seconds=30.0) as other,
        ):
            first.dispatcher.by_hand = True
            await first.put("r1")
            (given,) = await first.dispatcher.has(1)
            clock.at += 31_000_000
            other.hurry()
            await other.done(1)
            assert other.of("r1") == ["started 2", "completed"]
            row = await first.row("r1")
            first.dispatcher.end(given, "failed", "node.failed")
            await first.done(1)
            assert first.queue.stats().stale == 1
            assert first.queue.stats().done == 0
            assert await first.row("r1") == row

    run(scenario())


def test_a_process_that_sees_it_was_given_up_ends_its_run(place: str) -> None:
    async def scenario() -> None:
        clock = Clock()
        async with house(place, clock, alone=False) as first:
            first.dispatcher.by_hand = True
            await first.put("r1")
            (given,) = await first.dispatcher.has(1)
            async with first.database.write() as connection:
                await connection.execute(update(run_queue).values(holder="another", epoch=2))
            first.hurry()
            assert (await given.ending).status == "cancelled"
            await asyncio.sleep(0)
            assert first.queue.stats().running == 0
            row = await first.row("r1")
            assert (row.state, row.epoch) == ("leased", 2)

    run(scenario())


def test_leases_of_a_living_process_are_prolonged(place: str) -> None:
    async def scenario() -> None:
        clock = Clock()
        async with house(place, clock, alone=False, lease_seconds=30.0) as at:
            at.dispatcher.by_hand = True
            await at.put("r1")
            await at.dispatcher.has(1)
            clock.at += 29_000_000
            at.hurry()
            while (await at.row("r1")).lease_us != clock.at + 30_000_000:
                at.hurry()
                await asyncio.sleep(0.001)
            assert at.queue.stats().running == 1

    run(scenario())


def test_two_processes_share_one_queue_and_run_nothing_twice(place: str) -> None:
    async def scenario() -> None:
        async with (
            house(place, alone=False, running=8, running_per_app=8) as one,
            house(place, alone=False, running=8, running_per_app=8) as two,
        ):
            await asyncio.gather(
                *(at.put(f"r{number}-{id(at)}") for number in range(100) for at in (one, two))
            )
            await until(lambda: one.queue.stats().done + two.queue.stats().done == 200)
            ids = one.dispatcher.ids + two.dispatcher.ids
            assert len(ids) == len(set(ids)) == 200

    run(scenario())


def test_a_run_that_failed_too_often_elsewhere_is_given_up(place: str) -> None:
    async def scenario() -> None:
        async with house(place, running=1) as at:
            at.dispatcher.by_hand = True
            await at.put("r1")
            await at.put("r2")
            async with at.database.write() as connection:
                await connection.execute(update(run_queue).values(failures=3))
            at.dispatcher.end(at.dispatcher.given[0])
            await at.done(2)
            assert at.of("r2") == ["interrupted"]
            assert (await at.row("r2")).status == "interrupted"

    run(scenario())


def test_what_another_version_stored_is_told_of(place: str) -> None:
    async def scenario() -> None:
        async with house(place, running=1) as at:
            at.dispatcher.by_hand = True
            await at.put("r1")
            await at.put("r2")
            async with at.database.write() as connection:
                await connection.execute(update(run_sources).values(source=b"\xc1"))
                damaged = update(run_queue).where(run_queue.c.run_id == "r2").values(job=b"\xc1")
                await connection.execute(damaged)
        async with house(place) as at:
            await at.done(2)
            assert at.of("r1") == at.of("r2") == ["failed"]

    run(scenario())
