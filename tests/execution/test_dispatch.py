"""Runs through real processes: how they are given, how they end, what is told of them."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from flowlike.board.definition import DataType
from flowlike.board.model import Board, Variable
from flowlike.engine.run import Limits
from flowlike.errors import ExecutionError
from flowlike.execution.cache import CompileCache
from flowlike.execution.dispatch import Dispatcher
from flowlike.execution.jobs import Busy, Closing, Job, Outcome, PoolOptions
from tests.engine.drawing import draw, step
from tests.execution import offenders
from tests.execution.dispatching import code, dispatcher, job, source, until, within

TWO = PoolOptions(executors=2, spares=0)


@pytest.mark.parametrize(
    ("board", "payload", "outputs"),
    [
        (offenders.greeting(), {"name": "Ada"}, b'"Hello Ada"'),
        (offenders.counting(100), None, b"100"),
        (offenders.waiting(1), None, b'"waited"'),
    ],
    ids=["inline", "computing", "awaiting"],
)
def test_each_kind_of_program_runs(board: Any, payload: Any, outputs: bytes) -> None:
    async def work(made: Dispatcher) -> list[Outcome]:
        given = source(board)
        return [await made.run(job(payload), given) for _ in range(3)]

    for outcome in within(work):
        assert (outcome.status, outcome.outputs, outcome.error) == ("completed", outputs, None)
        assert 0 < outcome.started_us <= outcome.ended_us
        assert outcome.steps > 0
        assert not outcome.refused


def test_a_failing_board_tells_what_failed() -> None:
    async def work(made: Dispatcher) -> Outcome:
        return await made.run(job(), source(offenders.failing()))

    outcome = within(work)
    assert outcome.status == "failed"
    assert outcome.error.node == "fail"
    assert not outcome.refused


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (job({"nam": 1}), "payload.missing"),
        (job([1]), "payload.not-an-object"),
        (Job("r", payload=b"{"), "payload.not-json"),
        (Job("r", payload=b'{"name": "\\ud800"}'), "payload.not-json"),
        (job({"name": "Ada"}, variables={"x": 1}), "variable.unknown"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused_and_nothing_runs(given: Job, wrong: str) -> None:
    async def work(made: Dispatcher) -> Outcome:
        return await made.run(given, source(offenders.greeting(), level="steps"))

    outcome = within(work)
    assert (outcome.status, outcome.refused, code(outcome)) == ("failed", True, wrong)
    assert outcome.block is None


def test_a_board_that_cannot_be_compiled_is_refused() -> None:
    async def work(made: Dispatcher) -> list[Outcome]:
        board = offenders.greeting()
        return [
            await made.run(job(), source(board, start="nowhere")),
            await made.run(job(), source(board, start="nowhere")),
            await made.run(job(), source(board, level="off").__class__(b"{", "start")),
            await made.run(job({"name": "Ada"}), source(board)),
        ]

    first, second, unreadable, fine = within(work)
    assert (code(first), first.refused) == ("engine.no-start", True)
    assert code(second) == "engine.no-start"
    assert unreadable.refused
    assert fine.status == "completed"


def test_many_at_once_over_two_processes() -> None:
    async def work(made: Dispatcher) -> list[Outcome]:
        given = source(offenders.greeting())
        return await asyncio.gather(
            *(made.run(job({"name": str(number)}), given) for number in range(300))
        )

    outcomes = within(work, TWO)
    assert [each.outputs for each in outcomes] == [
        f'"Hello {number}"'.encode() for number in range(300)
    ]


def test_a_cancelled_run_ends_at_a_checkpoint() -> None:
    async def work(made: Dispatcher) -> list[Outcome]:
        ended = []
        for board in (offenders.endless(), offenders.endless_waiting(), offenders.waiting(60_000)):
            given = job()
            future = made.submit(given, source(board))
            await asyncio.sleep(0.3)
            assert made.cancel(given.run_id)
            ended.append(await future)
        assert made.stats().lost == 0
        assert not made.cancel("nobody")
        return ended

    assert [each.status for each in within(work)] == ["cancelled"] * 3


def test_a_run_at_its_time_limit_ends() -> None:
    async def work(made: Dispatcher) -> list[Outcome]:
        limits = Limits(10**12, 0.2)
        boards = (offenders.endless(), offenders.waiting(60_000))
        return [await made.run(job(limits=limits), source(board)) for board in boards]

    assert [each.status for each in within(work)] == ["timeout"] * 2


def test_a_run_beyond_its_steps_ends() -> None:
    async def work(made: Dispatcher) -> Outcome:
        return await made.run(job(limits=Limits(1_000, 60)), source(offenders.endless()))

    outcome = within(work)
    assert (outcome.status, code(outcome)) == ("failed", "engine.step-budget")


def test_a_killed_process_is_replaced_and_its_runs_are_interrupted() -> None:
    async def work(made: Dispatcher) -> tuple[Outcome, Outcome]:
        pids = made.stats().pids
        future = made.submit(job(), source(offenders.endless(), level="steps"))
        await asyncio.sleep(0.3)
        os.kill(pids[0], signal.SIGKILL)
        lost = await future
        after = await asyncio.wait_for(
            made.run(job({"name": "Ada"}), source(offenders.greeting())), 20
        )
        await until(lambda: len(made.stats().pids) == 1)
        assert made.stats().pids != pids
        return lost, after

    lost, after = within(work)
    assert (lost.status, code(lost)) == ("interrupted", "run.executor-lost")
    assert after.status == "completed"


def test_too_many_waiting_runs_are_refused() -> None:
    async def work(made: Dispatcher) -> Busy:
        board = source(offenders.endless())
        await made.run(job(limits=Limits(10**12, 0.1)), board)
        while made.stats().waiting < 20:
            made.submit(job(app=str(made.stats().waiting)), board)
        with pytest.raises(Busy) as refused:
            made.submit(job(), board)
        return refused.value

    refused = within(work, PoolOptions(executors=1, spares=0, waiting=20))
    assert refused.retry_after >= 1


def test_a_stopped_dispatcher_takes_nothing_and_interrupts_the_rest() -> None:
    async def work() -> Outcome:
        async with dispatcher() as made:
            future = made.submit(job(), source(offenders.endless()))
            await made.stop(0.1)
            with pytest.raises(Closing):
                made.submit(job(), source(offenders.endless()))
            return await future

    outcome = asyncio.run(work())
    assert (outcome.status, code(outcome)) == ("interrupted", "run.shutdown")


def test_whoever_keeps_runs_is_told_before_those_who_wait() -> None:
    told: list[tuple[str, str]] = []

    async def work() -> None:
        def keep(given: Job, outcome: Outcome) -> None:
            told.append((given.run_id, outcome.status))
            raise RuntimeError("a keeper that fails")

        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda *_: None)
        async with dispatcher(on_finished=keep) as made:
            given = job({"name": "Ada"})
            outcome = await made.run(given, source(offenders.greeting()))
            assert told == [(given.run_id, outcome.status)]

    asyncio.run(work())


def answering(milliseconds: float, body: Any = "hi") -> Board:
    """Answers its request and goes on."""
    steps = {
        "start": step("events_simple"),
        "say": step("http_respond", status=201, headers={"X-Made": "yes"}, body=body),
        "wait": step("delay", time=milliseconds),
        "end": step("events_generic_return_result", response="done"),
    }
    way = "start > say > wait > end" if milliseconds else "start > say > end"
    return draw(steps, way)


def test_a_board_that_answers_is_not_waited_for() -> None:
    async def work(made: Dispatcher) -> tuple[Outcome, Outcome]:
        outcome = await made.run(job(), source(answering(300)))
        assert made.stats().active == 1
        return outcome, await outcome.ended()

    early, end = within(work)
    assert (early.status, early.response.status) == ("running", 201)
    assert early.response.headers == {"X-Made": "yes"}
    assert (early.response.body, early.response.content_type) == (
        b"hi",
        "text/plain; charset=utf-8",
    )
    assert (end.status, end.outputs, end.response) == ("completed", b'"done"', early.response)


def test_who_asked_for_the_end_gets_the_end() -> None:
    async def work(made: Dispatcher) -> Outcome:
        return await made.submit(job(), source(answering(10)))

    assert within(work).status == "completed"


@pytest.mark.parametrize(
    ("body", "sent", "kind"),
    [({"a": [1]}, b'{"a":[1]}', "application/json"), (None, b"", "application/json")],
)
def test_an_answer_is_sent_with_the_end_of_a_short_run(body: Any, sent: bytes, kind: str) -> None:
    async def work(made: Dispatcher) -> Outcome:
        outcome = await made.run(job(), source(answering(0, body)))
        assert await outcome.ended() is outcome
        return outcome

    outcome = within(work)
    assert outcome.status == "completed"
    assert (outcome.response.body, outcome.response.content_type) == (sent, kind)


def test_a_stop_waits_for_runs_that_began_after_others_had_ended() -> None:
    async def work() -> Outcome:
        async with dispatcher() as made:
            await made.run(job({"name": "Ada"}), source(offenders.greeting()))
            future = made.submit(job(), source(offenders.waiting(300)))
            await made.stop(30)
            return await future

    assert asyncio.run(work()).status == "completed"


def test_processes_that_do_not_start_are_told_and_cleaned_up() -> None:
    async def work() -> str:
        made = Dispatcher(PoolOptions(executors=1, spares=0, wrapper=("/bin/false",)))
        with pytest.raises(ExecutionError) as refused:
            await made.start()
        assert made.stats().pids == ()
        assert made.stats().starting == 0
        return refused.value.code

    assert asyncio.run(work()) == "execution.no-executor"


def test_a_command_that_is_not_there_is_told_too() -> None:
    async def work() -> str:
        made = Dispatcher(PoolOptions(executors=1, spares=0, wrapper=("/nowhere/at/all",)))
        with pytest.raises(ExecutionError) as refused:
            await made.start()
        return refused.value.code

    assert asyncio.run(work()) == "execution.no-executor"


def test_a_wrapper_starts_the_processes() -> None:
    async def work(made: Dispatcher) -> tuple[Outcome, int]:
        outcome = await made.run(job({"name": "Ada"}), source(offenders.greeting()))
        return outcome, os.getpriority(os.PRIO_PROCESS, made.stats().pids[0])

    options = PoolOptions(executors=1, spares=0, wrapper=("/usr/bin/env", "nice", "-n", "3"))
    outcome, nice = within(work, options)
    assert outcome.status == "completed"
    assert nice == os.getpriority(os.PRIO_PROCESS, 0) + 3


def test_a_run_may_be_cancelled_before_its_program_is_made_and_while_it_waits() -> None:
    async def work(made: Dispatcher) -> list[str]:
        loading = job()
        futures = [made.submit(loading, source(offenders.endless()))]
        assert made.cancel(loading.run_id)
        held = [job() for _ in range(12)]
        forever = source(offenders.endless_waiting())
        futures += [made.submit(each, forever) for each in held]
        for each in held:
            assert made.cancel(each.run_id)
        assert (await asyncio.gather(*futures))[0].status == "cancelled"
        assert made.stats().lost == 0
        return [each.result().status for each in futures]

    assert within(work, PoolOptions(executors=1, spares=0, at_once=2)) == ["cancelled"] * 13


def test_programs_are_compiled_once_for_all_processes(tmp_path: Path) -> None:
    cache = CompileCache(tmp_path / "cache", b"k" * 32)

    async def work() -> None:
        made = Dispatcher(TWO, cache)
        await made.start()
        await until(lambda: len(made.stats().pids) == 2)
        given = source(offenders.waiting(50))
        await asyncio.gather(*(made.run(job(), given) for _ in range(8)))
        await asyncio.gather(*(made.run(job(), given) for _ in range(8)))
        os.kill(made.stats().pids[0], signal.SIGKILL)
        await until(lambda: made.stats().lost == 1 and len(made.stats().pids) == 2)
        outcomes = await asyncio.gather(*(made.run(job(), given) for _ in range(8)))
        assert {each.status for each in outcomes} == {"completed"}
        await made.stop()

    asyncio.run(work())
    assert cache.stats.stored <= 2  # both may have begun before either was done
    assert cache.stats.misses == 1


def test_variables_and_overrides_reach_the_run() -> None:
    held = {
        "a": Variable(name="a", type=DataType.INTEGER, default=1, exposed=True),
        "b": Variable(name="b", type=DataType.INTEGER, default=2, runtime_configured=True),
    }
    board = draw(
        {
            "start": step("events_simple"),
            "a": step("variable_get", var_ref="a"),
            "b": step("variable_get", var_ref="b"),
            "sum": step("int_add", integer1="@a.value_ref", integer2="@b.value_ref"),
            "end": step("events_generic_return_result", response="@sum.sum"),
        },
        "start > end",
        variables=held,
    )

    async def work(made: Dispatcher) -> list[bytes | None]:
        plain, other = source(board), source(board, overrides={"a": 10})
        jobs = [(job(), plain), (job(), other), (job(variables={"b": 20}), other)]
        return [(await made.run(given, what)).outputs for given, what in jobs]

    assert within(work) == [b"3", b"12", b"30"]
