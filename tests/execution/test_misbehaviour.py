"""Runs that do not end, die, or take too much: each ends with its own reason, others go on."""

import asyncio
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from flowlike.board.model import Board
from flowlike.engine.run import Limits
from flowlike.execution.dispatch import Dispatcher
from flowlike.execution.jobs import Outcome, PoolOptions, Source
from tests.engine.drawing import Types, draw, step
from tests.execution import hostile, offenders
from tests.execution.dispatching import LONG, code, job, source, until, within

TYPES = Types(*hostile.NODES)
ONE = PoolOptions(
    executors=1, spares=0, wrapper=hostile.WRAPPER, grace_seconds=0.3, overtime_seconds=0.3
)
RETURN = "events_generic_return_result"
GREETING = source(offenders.greeting())


def doing(kind: str, **inputs: Any) -> Board:
    """Does one thing."""
    steps = {"start": step("events_simple"), "do": step(kind, **inputs)}
    return draw(steps, "start > do", types=TYPES)


def giving(kind: str, pin: str, **inputs: Any) -> Board:
    """Returns what a pure node gives."""
    steps = {
        "start": step("events_simple"),
        "make": step(kind, **inputs),
        "end": step(RETURN, response=f"@make.{pin}"),
    }
    return draw(steps, "start > end", types=TYPES)


async def greet(made: Dispatcher) -> Outcome:
    return await made.run(job({"name": "Ada"}), GREETING)


@pytest.mark.parametrize("kind", ["h_sleep", "h_spin"])
def test_a_run_that_never_looks_up_is_killed_at_its_time_limit(kind: str) -> None:
    async def work(made: Dispatcher) -> tuple[Outcome, Outcome, Outcome, int]:
        [before] = made.stats().pids
        await greet(made)
        waits = made.submit(job(), source(offenders.waiting(60_000)))
        await asyncio.sleep(0.1)
        given = source(doing(kind, seconds=60.0))
        outcome = await made.run(job(limits=Limits(10**12, 0.3)), given)
        after = await greet(made)
        assert made.stats().pids != (before,)
        return outcome, await waits, after, made.stats().lost

    outcome, beside, after, lost = within(work, ONE)
    assert (outcome.status, code(outcome)) == ("timeout", "engine.timeout")
    assert outcome.ended_us - outcome.started_us >= 300_000
    assert (beside.status, code(beside)) == ("interrupted", "run.executor-lost")
    assert (after.status, lost) == ("completed", 1)


def test_a_run_that_never_looks_up_is_killed_after_a_cancel_and_its_grace() -> None:
    async def work(made: Dispatcher) -> Outcome:
        await made.run(job(), source(doing("h_sleep", seconds=0.0)))
        given = job(limits=LONG)
        future = made.submit(given, source(doing("h_sleep", seconds=60.0)))
        await asyncio.sleep(0.2)
        assert made.cancel(given.run_id)
        assert made.cancel(given.run_id)  # a second wish changes nothing
        return await future

    outcome = within(work, ONE)
    assert (outcome.status, code(outcome)) == ("cancelled", "engine.cancelled")


def test_runs_behind_a_long_one_are_not_to_blame() -> None:
    async def work(made: Dispatcher) -> list[Outcome]:
        await greet(made)
        slow = source(doing("h_sleep", seconds=1.0))
        await made.run(job(), source(doing("h_sleep", seconds=0.0)))
        first = made.submit(job(limits=LONG), slow)
        await asyncio.sleep(0.02)
        behind = [
            made.submit(job({"name": "Ada"}, limits=Limits(10**12, 0.1)), GREETING)
            for _ in range(3)
        ]
        return [await first, *[await each for each in behind]]

    assert [each.status for each in within(work, ONE)] == ["completed"] * 4


def test_a_run_that_eats_memory_fails_and_the_process_retires() -> None:
    async def work(made: Dispatcher) -> tuple[Outcome, Outcome, Outcome, bool]:
        [before] = made.stats().pids
        beside = made.submit(job(), source(offenders.waiting(1_500)))
        eater = await made.run(job(), source(offenders.eater()))
        after = await greet(made)
        return eater, await beside, after, made.stats().pids == (before,)

    options = PoolOptions(executors=1, spares=0, memory_bytes=256 << 20)
    eater, beside, after, same = within(work, options)
    assert (eater.status, code(eater)) == ("failed", "run.memory")
    assert beside.status == "completed"
    assert after.status == "completed"
    assert not same


def test_a_process_that_grows_past_its_bound_is_killed_and_the_run_named() -> None:
    async def work(made: Dispatcher) -> tuple[Outcome, Outcome]:
        steps = {
            "start": step("events_simple"),
            "each": step("control_while_loop", condition=True, max_iter=100_000),
            "keep": step("h_keep", megabytes=8),
            "rest": step("h_sleep", seconds=0.05),
        }
        board = draw(steps, "start > each > keep > rest", types=TYPES)
        outcome = await made.run(job(), source(board))
        return outcome, await greet(made)

    wrapper = (*hostile.WRAPPER, "--no-limit")
    options = PoolOptions(executors=1, spares=0, memory_bytes=64 << 20, wrapper=wrapper)
    outcome, after = within(work, options)
    assert (outcome.status, code(outcome)) == ("failed", "run.memory")
    assert "ended" in outcome.error.message
    assert after.status == "completed"


@pytest.mark.parametrize("kind", ["h_exit", "h_crash"])
def test_a_run_that_takes_its_process_with_it_is_interrupted(kind: str) -> None:
    async def work(made: Dispatcher) -> tuple[Outcome, Outcome]:
        outcome = await made.run(job(), source(doing(kind)))
        return outcome, await greet(made)

    outcome, after = within(work, ONE)
    assert (outcome.status, code(outcome)) == ("interrupted", "run.executor-lost")
    assert after.status == "completed"


def test_what_nodes_raise_never_ends_the_process() -> None:
    async def work(made: Dispatcher) -> list[Outcome]:
        exit_ = step("h_system_exit")
        loop = step("control_for_each", array=[1])
        start = step("events_simple")
        inline = draw({"start": start, "do": exit_}, "start > do", types=TYPES)
        computing = draw(
            {"start": start, "each": loop, "do": exit_}, "start > each > do", types=TYPES
        )
        wait = step("delay", time=1.0)
        awaiting = draw({"start": start, "w": wait, "do": exit_}, "start > w > do", types=TYPES)
        ended = [await made.run(job(), source(each)) for each in (inline, computing, awaiting)]
        await greet(made)
        assert made.stats().lost == 0
        return ended

    for outcome in within(work, ONE):
        assert (outcome.status, code(outcome), outcome.refused) == ("failed", "node.exited", False)
        assert outcome.error.node == "do"


@pytest.mark.parametrize("level", ["off", "errors", "data"])
def test_texts_that_cannot_be_sent_are_spelled_out(level: str) -> None:
    async def work(made: Dispatcher) -> tuple[Outcome, Outcome, list[str]]:
        returned = await made.run(job(), source(giving("h_odd", "text"), level=level))
        failed = await made.run(job(), source(doing("h_odd_failure"), level=level))
        steps = {
            "start": step("events_simple"),
            "odd": step("h_odd"),
            "log": step("log_info", message="@odd.text", toast=True),
        }
        given = job(watch=True)
        board = draw(steps, "start > log", types=TYPES)
        await made.run(given, source(board, level=level))
        told = [frame.data.decode() async for frame in made.watch(given.run_id)]
        assert made.stats().lost == 0
        return returned, failed, told

    returned, failed, told = within(work, ONE)
    assert (returned.status, code(returned)) == ("failed", "run.unwritable")
    assert failed.error.message == "odd \\ud800"
    assert failed.error.code == "test.odd\\udc00"
    assert any("\\\\ud800" in each for each in told)


def test_a_result_that_is_no_json_fails_the_run() -> None:
    async def work(made: Dispatcher) -> Outcome:
        return await made.run(job(), source(giving("h_no_json", "value")))

    outcome = within(work, ONE)
    assert (outcome.status, code(outcome)) == ("failed", "run.unwritable")


def test_a_computing_run_behind_an_endless_one_finds_a_spare() -> None:
    async def work(made: Dispatcher) -> tuple[Outcome, int]:
        given = source(offenders.counting(10))
        forever = source(offenders.endless())
        await made.run(job(), given)
        await made.run(job(limits=Limits(1_000, 60)), forever)
        endless = made.submit(endless_job := job(), forever)
        outcomes = await asyncio.gather(*(made.run(job(), given) for _ in range(12)))
        most = len(made.stats().pids)
        assert {each.outputs for each in outcomes} == {b"10"}
        made.cancel(endless_job.run_id)
        return await endless, most

    endless, most = within(work, PoolOptions(executors=1, spares=2))
    assert endless.status == "cancelled"
    assert most >= 2


def test_spares_go_when_there_is_nothing_for_them() -> None:
    async def work(made: Dispatcher) -> None:
        board = source(offenders.endless())
        given = [job() for _ in range(3)]
        futures = [made.submit(each, board) for each in given]
        await until(lambda: len(made.stats().pids) == 3)
        for each in given:
            made.cancel(each.run_id)
        await asyncio.gather(*futures)
        await until(lambda: len(made.stats().pids) == 1)
        assert (await greet(made)).status == "completed"

    within(work, PoolOptions(executors=1, spares=4, idle_seconds=0.2))


def test_short_runs_pass_by_long_ones() -> None:
    async def work(made: Dispatcher) -> tuple[list[Outcome], list[Outcome]]:
        await greet(made)
        given = [job() for _ in range(4)]
        futures = [made.submit(each, source(offenders.endless())) for each in given]
        await asyncio.sleep(0.3)
        short = [await greet(made) for _ in range(50)]
        for each in given:
            made.cancel(each.run_id)
        return short, [await each for each in futures]

    short, long = within(work, PoolOptions(executors=1, spares=0))
    assert {each.status for each in short} == {"completed"}
    assert {each.status for each in long} == {"cancelled"}


def test_many_runs_may_wait_at_once_in_one_process() -> None:
    async def work(made: Dispatcher) -> list[Outcome]:
        given = source(offenders.waiting(200))
        return await asyncio.gather(*(made.run(job(), given) for _ in range(300)))

    outcomes = within(work, PoolOptions(executors=1, spares=0))
    assert {each.status for each in outcomes} == {"completed"}


def test_blocking_nodes_do_not_keep_others_waiting() -> None:
    async def work(made: Dispatcher) -> list[Outcome]:
        given = source(doing("h_thread_sleep", seconds=0.5))
        blocking = [made.submit(job(), given) for _ in range(20)]
        await asyncio.sleep(0.1)
        short = [await greet(made) for _ in range(20)]
        assert not any(each.done() for each in blocking)
        return [*short, *await asyncio.gather(*blocking)]

    assert {each.status for each in within(work, ONE)} == {"completed"}


def test_eight_endless_runs_and_an_eater_each_end_with_their_reason() -> None:
    async def work(made: Dispatcher) -> tuple[list[Outcome], Outcome, list[Outcome]]:
        loops = source(offenders.counting(50))
        await asyncio.gather(greet(made), made.run(job(), loops))
        limits = Limits(10**12, 3.0)
        endless = source(offenders.endless())
        futures = [made.submit(job(limits=limits), endless) for _ in range(8)]
        eater = made.submit(job(), source(offenders.eater()))
        others = []
        while not all(each.done() for each in futures):
            others.append(await greet(made))
            others.append(await made.run(job(), loops))
            await asyncio.sleep(0.05)
        return [await each for each in futures], await eater, others

    options = PoolOptions(executors=2, spares=8, memory_bytes=256 << 20)
    endless, eater, others = within(work, options)
    assert [(each.status, code(each)) for each in endless] == [("timeout", "engine.timeout")] * 8
    assert (eater.status, code(eater)) == ("failed", "run.memory")
    assert len(others) > 4
    assert {each.status for each in others} == {"completed"}


def test_processes_end_with_the_one_that_started_them(tmp_path: Any) -> None:
    import subprocess
    import sys

    script = tmp_path / "host.py"
    script.write_text(
        "import asyncio, sys\n"
        "from flowlike.execution.dispatch import Dispatcher\n"
        "from flowlike.execution.jobs import PoolOptions\n"
        "async def main():\n"
        "    made = Dispatcher(PoolOptions(executors=2, spares=0))\n"
        "    await made.start()\n"
        "    while len(made.stats().pids) < 2: await asyncio.sleep(0.01)\n"
        "    print(*made.stats().pids, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE) as host:
        assert host.stdout is not None
        pids = [int(each) for each in host.stdout.readline().split()]
        assert len(pids) == 2
        assert all(alive(pid) for pid in pids)
        host.send_signal(signal.SIGKILL)
        host.wait()
        ends = time.monotonic() + 20
        while any(alive(pid) for pid in pids):
            assert time.monotonic() < ends, "a process outlived the one that started it"
            time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_process_knows_no_more_than_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWLIKE_SECRET_KEY", "hush")
    monkeypatch.setenv("DATABASE_URL", "postgres://hush")

    async def work(made: Dispatcher) -> tuple[bytes, list[bytes], list[str], str]:
        await greet(made)
        [pid] = made.stats().pids
        about = Path(f"/proc/{pid}")
        words = (about / "cmdline").read_bytes().split(b"\0")
        links = [str(each.readlink()) for each in (about / "fd").iterdir()]
        return (about / "environ").read_bytes(), words, links, str((about / "cwd").readlink())

    environment, words, links, folder = within(work, PoolOptions(executors=1, spares=0))
    assert b"hush" not in environment
    assert {each.partition(b"=")[0] for each in environment.split(b"\0") if each} == {
        b"LANG",
        b"PYTHONUTF8",
        b"MALLOC_ARENA_MAX",
    }
    assert words[1:4] == [b"-I", b"-m", b"flowlike.execution.executor"]
    assert words[4].isdigit()
    assert folder == "/"
    files = [each for each in links if each.startswith("/") and not each.startswith("/dev/")]
    assert [each for each in files if not each.endswith(" (deleted)")] == []


def test_programs_that_were_let_go_are_sent_again() -> None:
    async def work(made: Dispatcher) -> list[Outcome]:
        sources = [source(offenders.counting(number)) for number in range(1, 6)]
        ended = []
        for _ in range(3):
            ended += [await made.run(job(), each) for each in sources]
        return ended

    options = PoolOptions(executors=1, spares=0, programs=2)
    assert [each.outputs for each in within(work, options)] == [b"1", b"2", b"3", b"4", b"5"] * 3


def test_a_source_with_overrides_is_another_program() -> None:
    plain = Source(b"{}", "start")
    other = Source(b"{}", "start", overrides={"x": 1})
    assert plain.code == other.code
    assert plain.key != other.key
    assert len({plain.key, Source(b"{}", "a").key, Source(b"{ }", "start").key}) == 3
