"""The queue on both databases, with a dispatcher whose runs the test ends."""

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from flowlike.database.connect import Database
from flowlike.database.schema.queue import run_queue, run_sources
from flowlike.errors import DatabaseError
from flowlike.execution.jobs import Busy, Closing, Source
from tests.execution.queueing import SOURCE, Clock, House, house, job

HOUR_US = 3_600_000_000


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


def test_a_run_is_stored_run_and_done(place: str) -> None:
    async def scenario() -> None:
        async with house(place) as at:
            at.dispatcher.by_hand = True
            await at.put("r1")
            (given,) = await at.dispatcher.has(1)
            assert given.job == msgspec.structs.replace(job("r1"), epoch=1)
            assert given.source is SOURCE
            row = await at.row("r1")
            assert (row.state, row.epoch, row.source) == ("leased", 1, SOURCE.key)
            at.dispatcher.end(given)
            await at.done(1)
            row = await at.row("r1")
            assert (row.state, row.status) == ("done", "completed")
            assert (row.job, row.source, row.holder) == (None, None, None)
            assert at.of("r1") == ["started 1", "completed"]
            stats = at.queue.stats()
            assert (stats.put, stats.done, stats.running, stats.waiting) == (1, 1, 0, 0)

    run(scenario())


def test_many_at_once_share_transactions(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with house(place) as at:
            writes = 0
            real = at.database.transact

            async def counted(work: Any) -> Any:
                nonlocal writes
                writes += 1
                return await real(work)

            monkeypatch.setattr(at.database, "transact", counted)
            await asyncio.gather(*(at.put(f"r{number}") for number in range(300)))
            await at.done(300)
            assert writes < 60
            assert set((await at.rows()).values()) == {"done"}
            assert sorted(at.dispatcher.ids) == sorted(f"r{number}" for number in range(300))

    run(scenario())


def test_the_board_is_stored_once(place: str) -> None:
    async def scenario() -> None:
        async with house(place) as at:
            other = Source(b"another", "start", overrides={"a": [1, "x"]})
            await asyncio.gather(*(at.put(f"r{number}") for number in range(20)))
            await at.queue.put(job("other"), other)
            async with at.database.read() as connection:
                found = (await connection.execute(select(run_sources.c.key))).scalars().all()
                assert sorted(found) == sorted([SOURCE.key, other.key])
                jobs = (await connection.execute(select(run_queue.c.job))).scalars().all()
                assert not any(b"the board" in (data or b"") for data in jobs)

    run(scenario())


def test_a_run_known_by_its_id_is_not_run_twice(place: str) -> None:
    async def scenario() -> None:
        async with house(place) as at:
            at.dispatcher.by_hand = True
            await asyncio.gather(at.put("r1"), at.put("r1"), at.put("r2"))
            await at.put("r1")
            assert sorted(at.dispatcher.ids) == ["r1", "r2"]
            for given in at.dispatcher.going:
                at.dispatcher.end(given)
            await at.done(2)
            await at.put("r1")
            assert at.queue.stats().put == 2
            assert len(at.dispatcher.given) == 2

    run(scenario())


def test_only_so_many_go_on_at_a_time_and_the_rest_follow(place: str) -> None:
    async def scenario() -> None:
        async with house(place, running=4, running_per_app=4) as at:
            at.dispatcher.by_hand = True
            await asyncio.gather(*(at.put(f"r{number:02}") for number in range(20)))
            while (ended := len(at.dispatcher.given)) < 20:
                assert len(at.dispatcher.going) <= 4
                at.dispatcher.end(at.dispatcher.going[0])
                await at.dispatcher.has(ended + 1)
            for given in at.dispatcher.going:
                at.dispatcher.end(given)
            await at.done(20)
            assert sorted(at.dispatcher.ids) == [f"r{number:02}" for number in range(20)]

    run(scenario())


def test_apps_take_turns_and_priorities_hold_within_one(place: str) -> None:
    async def scenario() -> None:
        async with house(place, running=1) as at:
            at.dispatcher.by_hand = True
            await at.put("first", "z")
            for number in range(6):
                await at.put(f"a{number}", "a", priority=number % 2)
            await at.put("b0", "b")
            await at.put("c0", "c")
            await at.put("c1", "c")
            for count in range(1, 11):
                given = await at.dispatcher.has(count)
                at.dispatcher.end(given[-1])
            await at.done(10)
            assert at.dispatcher.ids == [
                "first",
                *("a1", "b0", "c0"),
                *("a3", "c1"),
                *("a5", "a0", "a2", "a4"),
            ]

    run(scenario())


def test_one_app_never_takes_all_places(place: str) -> None:
    async def scenario() -> None:
        async with house(place, running=8) as at:
            at.dispatcher.by_hand = True
            await asyncio.gather(*(at.put(f"a{number}", "a") for number in range(20)))
            await at.dispatcher.has(7)
            await at.put("b", "b")
            given = await at.dispatcher.has(8)
            assert given[7].job.run_id == "b"
            at.dispatcher.by_hand = False
            for given_ in at.dispatcher.going:
                at.dispatcher.end(given_)
            await at.done(21)

    run(scenario())


def test_a_run_whose_executor_died_is_tried_again_and_again(place: str) -> None:
    async def scenario() -> None:
        async with house(place, attempts=3) as at:
            at.dispatcher.by_hand = True
            await at.put("r1")
            for attempt in range(1, 4):
                given = await at.dispatcher.has(attempt)
                assert given[-1].job.epoch == attempt
                assert given[-1].job.payload == b'{"order":7}'
                assert given[-1].source == SOURCE
                at.dispatcher.end(given[-1], "interrupted", "run.executor-lost")
                if attempt < 3:
                    await at.state("r1", "waiting")
                at.clock.at += 5_000
            await at.done(1)
            assert at.queue.stats().again == 2
            row = await at.row("r1")
            assert (row.state, row.status, row.epoch) == ("done", "interrupted", 3)
            again = ["interrupted", "waiting"]
            assert at.of("r1") == [
                *("started 1", *again, "started 2", *again, "started 3", "interrupted"),
            ]

    run(scenario())


def test_it_waits_longer_each_time(place: str) -> None:
    async def scenario() -> None:
        clock = Clock()
        options = {"backoff_seconds": 10.0, "most_backoff_seconds": 15.0, "attempts": 9}
        async with house(place, clock, **options) as at:
            at.dispatcher.by_hand = True
            await at.put("r1")
            for attempt, seconds in ((1, 10), (2, 15), (3, 15)):
                given = await at.dispatcher.has(attempt)
                begun = clock.at
                at.dispatcher.end(given[-1], "interrupted", "run.executor-lost")
                row = await at.state("r1", "waiting")
                assert row.due_us == begun + seconds * 1_000_000
                assert (row.holder, row.failures) == (None, attempt)
                clock.at += seconds * 1_000_000
                at.hurry()

    run(scenario())


@pytest.mark.parametrize("status", ["failed", "timeout", "cancelled"])
def test_other_ends_are_final(place: str, status: Any) -> None:
    async def scenario() -> None:
        async with house(place) as at:
            at.dispatcher.by_hand = True
            await at.put("r1")
            (given,) = await at.dispatcher.has(1)
            at.dispatcher.end(given, status, "node.failed")
            await at.done(1)
            assert (await at.row("r1")).status == status

    run(scenario())


def test_a_busy_dispatcher_is_asked_again_later(place: str) -> None:
    async def scenario() -> None:
        async with house(place) as at:
            at.dispatcher.busy = True
            await at.put("r1")
            row = await at.state("r1", "waiting")
            assert (row.due_us, row.failures) == (at.clock.at + 1_000_000, 0)
            at.dispatcher.busy = False
            at.clock.at += 1_000_000
            at.hurry()
            await at.done(1)
            assert at.of("r1") == ["started 1", "waiting", "started 2", "completed"]

    run(scenario())


# ------------------------------------------------------------------ cancelling


def test_a_run_that_waits_is_cancelled(place: str) -> None:
    async def scenario() -> None:
        async with house(place, running=1) as at:
            at.dispatcher.by_hand = True
            await at.put("r1")
            await at.put("r2")
            assert await at.queue.cancel("r2")
            assert at.of("r2") == ["cancelled"]
            row = await at.row("r2")
            assert (row.state, row.status, row.job) == ("done", "cancelled", None)
            assert not await at.queue.cancel("r2")
            assert not await at.queue.cancel("none")
            (given,) = await at.dispatcher.has(1)
            at.dispatcher.end(given)
            await at.done(1)
            await at.put("r3")
            await at.dispatcher.has(2)
            assert at.dispatcher.ids == ["r1", "r3"]

    run(scenario())


def test_a_run_that_goes_on_is_cancelled_and_not_run_again(place: str) -> None:
    async def scenario() -> None:
        async with house(place) as at:
            at.dispatcher.by_hand = True
            await at.put("r1")
            await at.dispatcher.has(1)
            assert await at.queue.cancel("r1")
            await at.done(1)
            assert (await at.row("r1")).status == "cancelled"

    run(scenario())


def test_a_wish_to_cancel_outlives_this_process(place: str) -> None:
    async def scenario() -> None:
        async with house(place) as at:
            at.dispatcher.by_hand = True
            at.dispatcher.deaf = True  # its end never comes
            await at.put("r1")
            await at.dispatcher.has(1)
            assert await at.queue.cancel("r1")
        async with house(place) as at:
            await at.done(1)
            assert at.of("r1") == ["cancelled"]
            assert at.dispatcher.given == []
            assert (await at.row("r1")).status == "cancelled"

    run(scenario())


def test_all_of_an_app_is_forgotten(place: str) -> None:
    async def scenario() -> None:
        async with house(place, running=2, running_per_app=2) as at:
            at.dispatcher.by_hand = True
            for number in range(4):
                await at.put(f"a{number}", "a")
            await at.put("b0", "b")
            await at.queue.forget("a")
            await at.done(2)
            assert [at.of(f"a{number}")[-1] for number in range(4)] == ["cancelled"] * 4
            given = await at.dispatcher.has(3)
            assert given[2].job.run_id == "b0"
            assert await at.rows() == {**{f"a{n}": "done" for n in range(4)}, "b0": "leased"}
            await at.queue.forget("none")

    run(scenario())


def test_an_idle_queue_leaves_the_database_alone(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with house(place) as at:
            await at.put("r1")
            await at.done(1)
            monkeypatch.setattr(at.database, "transact", lambda _: pytest.fail("it wrote"))
            monkeypatch.setattr("flowlike.execution.queue._POLL_SECONDS", 0.001)
            at.queue._wake.set()  # noqa: SLF001 - not to wait a second
            await asyncio.sleep(0.05)
            assert at.queue.stats().trouble is None
            monkeypatch.undo()

    run(scenario())


def test_a_clock_set_back_holds_nobody_up(place: str) -> None:
    async def scenario() -> None:
        clock = Clock()
        async with house(place, clock, backoff_seconds=1.0) as at:
            at.dispatcher.by_hand = True
            await at.put("r1")
            (given,) = await at.dispatcher.has(1)
            at.dispatcher.end(given, "interrupted", "run.executor-lost")
            await at.state("r1", "waiting")
            clock.at -= 400 * HOUR_US
            assert (await at.dispatcher.has(2))[1].job.epoch == 2

    run(scenario())


def test_a_listener_that_fails_stops_nothing(place: str) -> None:
    async def scenario() -> None:
        async with house(place) as at:
            problems: list[Any] = []
            loop = asyncio.get_running_loop()
            loop.set_exception_handler(lambda _, context: problems.append(context["exception"]))

            def fail(*_: object) -> None:
                raise ZeroDivisionError

            at.queue._on_started = fail  # noqa: SLF001 - as if given to it
            await at.put("r1")
            await at.done(1)
            assert [type(problem) for problem in problems] == [ZeroDivisionError]

    run(scenario())


# ------------------------------------------------------------------ limits and trouble


def test_a_full_queue_refuses(place: str) -> None:
    async def scenario() -> None:
        async with house(place, running=1, waiting=3) as at:
            at.dispatcher.by_hand = True
            for number in range(4):
                await at.put(f"r{number}")
            with pytest.raises(Busy):
                await at.put("r4")
            assert at.queue.stats().waiting == 3
            assert len(await at.rows()) == 4
        async with house(place, running=1, waiting=3) as at:
            at.dispatcher.by_hand = True
            await at.dispatcher.has(1)
            assert at.queue.stats().waiting == 3

    run(scenario())


def test_after_close_it_takes_nothing(place: str) -> None:
    async def scenario() -> None:
        async with house(place) as at:
            await at.queue.close()
            await at.queue.close()
            with pytest.raises(Closing):
                await at.put("r1")
            assert await at.rows() == {}

    run(scenario())


def test_a_queue_that_was_not_started_takes_nothing(place: str) -> None:
    async def scenario() -> None:
        database = await Database.open(place)
        at = House(database, Clock())
        with pytest.raises(Closing):
            await at.put("r1")
        await at.queue.close()
        await database.close()

    run(scenario())


def test_what_was_not_stored_is_told_and_what_has_ended_is_noted_later(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with house(place) as at:
            at.dispatcher.by_hand = True
            await at.put("r1")
            (given,) = await at.dispatcher.has(1)
            broken = True
            real = at.database.transact

            def work_of(work: Any, connection: Any) -> Any:
                result = work(connection)
                if broken:
                    raise DatabaseError("database.full", "There is no room left.")
                return result

            async def transact(work: Any) -> Any:
                return await real(partial(work_of, work))

            monkeypatch.setattr(at.database, "transact", transact)
            at.dispatcher.end(given)
            with pytest.raises(DatabaseError, match=r"database\.full"):
                await at.put("r2")
            assert isinstance(at.queue.stats().trouble, DatabaseError)
            broken = False
            await at.done(1)
            assert await at.rows() == {"r1": "done"}
            await at.put("r2")
            assert at.queue.stats().trouble is None
            assert (await at.row("r2")).state == "leased"

    run(scenario())


def test_nobody_waits_for_a_run_that_nobody_waits_for(place: str) -> None:
    async def scenario() -> None:
        async with house(place) as at:
            waiting = asyncio.create_task(at.put("r1"))
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            await at.done(1)
            assert at.of("r1") == ["started 1", "completed"]

    run(scenario())


def test_the_past_is_forgotten_after_a_while(place: str) -> None:
    async def scenario() -> None:
        clock = Clock()
        async with house(place, clock, keep_hours=24.0) as at:
            await at.put("r1")
            await at.done(1)
            clock.at += 25 * HOUR_US
            at.dispatcher.by_hand = True
            other = Source(b"another", "start")
            await at.queue.put(job("r2"), other)
            at.hurry()
            while len(await at.rows()) > 1:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.001)
            assert await at.rows() == {"r2": "leased"}
            async with at.database.read() as connection:
                keys = (await connection.execute(select(run_sources.c.key))).scalars().all()
            assert keys == [other.key]
            # What is thought to be stored is not any more.
            at.dispatcher.by_hand = False
            await at.put("r3")
            await at.done(2)

    run(scenario())


def test_an_odd_clock_loses_nothing(place: str) -> None:
    async def scenario() -> None:
        clock = Clock()
        async with house(place, clock, running=1) as at:
            at.dispatcher.by_hand = True
            for number in range(6):
                clock.at += (-1) ** number * 400 * HOUR_US
                await at.put(f"r{number}")
            for count in range(1, 7):
                given = await at.dispatcher.has(count)
                clock.at += (-1) ** count * 300 * HOUR_US
                at.hurry()
                at.dispatcher.end(given[-1])
            await at.done(6)
            assert at.queue.stats().stale == 0
            assert sorted(at.dispatcher.ids) == [f"r{number}" for number in range(6)]

    run(scenario())
