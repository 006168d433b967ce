"""Threat 65: a run logs, tells or returns without end, or watchers never read.

A run has quotas; a process that does not keep to them is cut off; what is kept for watchers is
bounded whether they read or not.
"""

import asyncio
import base64
from typing import Any

import msgspec
import pytest

from flowlike.board.definition import DataType
from flowlike.board.model import Board, Variable
from flowlike.execution.dispatch import Dispatcher
from flowlike.execution.frames import pack
from flowlike.execution.jobs import Outcome, PoolOptions, Quotas
from flowlike.execution.live import Channels
from flowlike.execution.protocol import Live, Told
from flowlike.trace.records import decode_block
from tests.engine.drawing import Types, draw, step
from tests.execution import hostile, offenders
from tests.execution.dispatching import code, job, source, until, within

TYPES = Types(*hostile.NODES)
SMALL = Quotas(logs=100_000, live=100_000, output=100_000, trace=100_000)
WIDE = Quotas(logs=10**9, live=10**9, output=10**9, trace=10**9)
KIB = 1_000


def options(quotas: Quotas, **more: Any) -> PoolOptions:
    return PoolOptions(executors=1, spares=0, wrapper=hostile.WRAPPER, quotas=quotas, **more)


def shouting(times: int, size: int = KIB) -> Board:
    """Logs and tells so many times so much."""
    steps = {"start": step("events_simple"), "do": step("h_shout", times=times, size=size)}
    return draw(steps, "start > do", types=TYPES)


def returning(megabytes: int) -> Board:
    steps = {
        "start": step("events_simple"),
        "make": step("h_large", megabytes=megabytes),
        "end": step("events_generic_return_result", response="@make.text"),
    }
    return draw(steps, "start > end", types=TYPES)


def answering(megabytes: int) -> Board:
    steps = {
        "start": step("events_simple"),
        "make": step("h_large", megabytes=megabytes),
        "end": step("http_respond", body="@make.text"),
    }
    return draw(steps, "start > end", types=TYPES)


def outcome_of(board: Board, quotas: Quotas, level: str = "off") -> Outcome:
    async def work(made: Dispatcher) -> Outcome:
        outcome = await made.run(job(), source(board, level=level))
        after = await made.run(job({"name": "Ada"}), source(offenders.greeting()))
        assert after.status == "completed"
        assert made.stats().lost == 0
        return outcome

    return within(work, options(quotas))  # type: ignore[no-any-return]  # what work gives


@pytest.mark.parametrize("board", [shouting(1_000), returning(1), answering(1)])
def test_the_attack_works_without_quotas(board: Board) -> None:
    assert outcome_of(board, WIDE).status == "completed"


@pytest.mark.parametrize(
    ("board", "quota"),
    [
        (shouting(1_000), "run.log-quota"),
        (shouting(100_000, 0), "run.live-quota"),
        (returning(1), "run.output-quota"),
        (answering(1), "run.output-quota"),
    ],
)
def test_a_run_beyond_its_quota_fails(board: Board, quota: str) -> None:
    outcome = outcome_of(board, SMALL)
    assert (outcome.status, code(outcome)) == ("failed", quota)
    assert outcome.outputs is None
    assert outcome.logs < 2_000


def test_events_have_a_quota_of_their_own() -> None:
    quotas = msgspec.structs.replace(SMALL, logs=10**9)
    assert code(outcome_of(shouting(1_000), quotas)) == "run.live-quota"


def counting() -> Board:
    """Goes round and stores a number each time."""
    nodes = {
        "start": step("events_simple"),
        "loop": step("control_while_loop", condition=True, max_iter=200),
        "set": step("variable_set", var_ref="x", value_in="@loop.iter"),
    }
    held = {"x": Variable(name="x", type=DataType.INTEGER, default=0)}
    return draw(nodes, "start > loop > set", variables=held)


def test_a_trace_beyond_its_quota_loses_values_first_and_then_steps() -> None:
    def kinds(quota: int) -> set[str]:
        outcome = outcome_of(counting(), msgspec.structs.replace(WIDE, trace=quota), "data")
        assert outcome.status == "completed"
        assert outcome.block is not None
        assert len(outcome.block) <= quota
        sizes.append(len(outcome.block))
        return {type(each).__name__ for each in decode_block(outcome.block)}

    sizes: list[int] = []
    assert kinds(10**9) == {"Run", "Step", "Value", "Log", "End"}
    assert kinds(sizes[0] * 3 // 4) == {"Run", "Step", "Log", "End"}
    assert kinds(sizes[1] // 2) == {"Run", "Log", "End"}


def telling(times: int) -> Board:
    """Tells watchers behind the back of the executor, which would count."""
    raw = b"".join(
        pack([Live(2, tuple(Told("log", b'"' + b"x" * KIB + b'"') for _ in range(100)))])
    )
    text = base64.b64encode(raw).decode()
    steps = {
        "start": step("events_simple"),
        "tell": step("h_raw", what=text, times=times),
        "wait": step("delay", time=60_000.0),
    }
    return draw(steps, "start > tell > wait", types=TYPES)


def test_a_process_that_ignores_quotas_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flowlike.execution.live._SLACK_BYTES", 1_000_000)

    async def work(made: Dispatcher) -> tuple[Outcome, Outcome]:
        await made.run(job({"name": "Ada"}), source(offenders.greeting()))
        outcome = await asyncio.wait_for(made.run(job(watch=True), source(telling(10_000))), 60)
        return outcome, await made.run(job({"name": "Ada"}), source(offenders.greeting()))

    outcome, after = within(work, options(SMALL))
    assert (outcome.status, code(outcome)) == ("interrupted", "run.executor-lost")
    assert "told its watchers" in outcome.error.message
    assert after.status == "completed"


def test_it_would_go_on_for_ever_if_nobody_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flowlike.execution.live._SLACK_BYTES", 10**12)

    async def work(made: Dispatcher) -> int:
        await made.run(job({"name": "Ada"}), source(offenders.greeting()))
        given = job(watch=True)
        future = made.submit(given, source(telling(300)))
        channel = made._channels.get(given.run_id)  # noqa: SLF001 - how much was heard
        assert channel is not None
        await until(lambda: channel.heard_bytes > 20_000_000)
        assert not future.done()
        return channel.bytes

    assert within(work, options(SMALL)) <= 4 << 20


@pytest.mark.parametrize("bounded", [True, False])
def test_watchers_that_never_read_cost_nothing(
    bounded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not bounded:  # the defence patched away
        monkeypatch.setattr(Channels, "_make_room", lambda *_: None)

    async def work(made: Dispatcher) -> int:
        given = job(watch=True)
        watchers = [made.watch(given.run_id) for _ in range(0)]
        future = made.submit(given, source(shouting(2_000)))
        for _ in range(1_000):
            watcher = made.watch(given.run_id)
            await anext(watcher)
            watchers.append(watcher)
        await future
        channel = made._channels.get(given.run_id)  # noqa: SLF001 - what is kept
        assert channel is not None
        for each in watchers:
            await each.aclose()
        return channel.bytes

    kept = within(work, options(WIDE, live_run_bytes=50_000))
    assert (kept <= 50_000) is bounded
