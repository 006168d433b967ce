"""What watchers of a run see: in order, from the start, and again after they come back."""

import asyncio
from contextlib import aclosing
from typing import Any

import msgspec
import pytest

from flowlike.board.definition import DataType
from flowlike.board.model import Board, Variable
from flowlike.errors import UsageError
from flowlike.execution.dispatch import Dispatcher
from flowlike.execution.jobs import LiveFrame, Outcome, PoolOptions
from flowlike.execution.live import Channels
from flowlike.execution.protocol import Told
from tests.engine.drawing import draw, event, step
from tests.execution import offenders
from tests.execution.dispatching import job, source, within

RETURN = "events_generic_return_result"


def telling() -> Board:
    """Logs, shows progress, and returns."""
    return draw(
        {
            "start": event(),
            "one": step("log_info", message="one", toast=False),
            "bar": step("log_progress", progress=50, message="half"),
            "two": step("log_warning", message="two", toast=False),
            "end": step(RETURN, response=3),
        },
        "start > one > bar > two > end",
    )


def slow(milliseconds: float) -> Board:
    """Logs, waits, logs."""
    return draw(
        {
            "start": step("events_simple"),
            "one": step("log_info", message="one", toast=False),
            "wait": step("delay", time=milliseconds),
            "two": step("log_info", message="two", toast=False),
        },
        "start > one > wait > two",
    )


def busy() -> Board:
    """Logs, then goes round for ever."""
    return draw(
        {
            "start": step("events_simple"),
            "say": step("log_info", message="here", toast=False),
            "one": step("variable_set", var_ref="x", value_in=1),
            "two": step("variable_set", var_ref="x", value_in=2),
        },
        "start > say > one > two > one",
        variables={"x": Variable(name="x", type=DataType.INTEGER, default=0)},
    )


def told(frames: list[LiveFrame]) -> list[tuple[str, Any]]:
    return [(each.kind, msgspec.json.decode(each.data)) for each in frames]


def nodes_of(frames: list[LiveFrame]) -> dict[str, list[Any]]:
    """The last that was told of each node."""
    found: dict[str, list[Any]] = {}
    for kind, data in told(frames):
        if kind == "node":
            found.update({node: rest for node, *rest in data["nodes"]})
    return found


@pytest.mark.parametrize("level", ["off", "steps"])
def test_a_run_is_told_in_order(level: str) -> None:
    async def work(made: Dispatcher) -> list[LiveFrame]:
        given = job({}, watch=True)
        future = made.submit(given, source(telling(), level=level))
        frames = [frame async for frame in made.watch(given.run_id)]
        await future
        return frames

    frames = within(work)
    assert [each.seq for each in frames] == list(range(1, len(frames) + 1))
    kinds = [each.kind for each in frames if each.kind != "node"]
    assert kinds == ["run", "log", "chunk", "log", "output", "done"]
    by_kind = [data for kind, data in told(frames) if kind != "node"]
    assert by_kind[1] == {"level": 1, "message": "one", "node": "one", "fields": {}}
    assert by_kind[2]["kind"] == "progress"
    assert by_kind[2]["node"] == "bar"
    assert by_kind[4] == 3
    assert (by_kind[5]["status"], by_kind[5]["logs"], by_kind[5]["max_level"]) == (
        "completed",
        2,
        2,
    )
    states = {name: rest[:2] for name, rest in nodes_of(frames).items()}
    assert states == (
        {name: ["done", 1] for name in ("start", "one", "bar", "two", "end")}
        if level == "steps"
        else {}
    )


def test_who_comes_late_sees_all_from_the_start_and_where_the_run_is() -> None:
    async def work(made: Dispatcher) -> list[LiveFrame]:
        given = job()
        future = made.submit(given, source(slow(1_000), level="steps"))
        await asyncio.sleep(0.3)
        frames: list[LiveFrame] = []
        running = False
        async for frame in made.watch(given.run_id):
            frames.append(frame)
            running = running or nodes_of(frames).get("wait", [""])[0] == "running"
        assert running
        await future
        return frames

    frames = within(work)
    messages = [data["message"] for kind, data in told(frames) if kind == "log"]
    assert messages == ["one", "two"]
    assert nodes_of(frames)["wait"][0] == "done"


@pytest.mark.parametrize("level", ["off", "steps"])
def test_a_computing_run_shows_where_it_is(level: str) -> None:
    async def work(made: Dispatcher) -> dict[str, list[Any]]:
        given = job(watch=True)
        future = made.submit(given, source(busy(), level=level))
        frames: list[LiveFrame] = []
        async with aclosing(made.watch(given.run_id)) as watched:
            async for frame in watched:
                frames.append(frame)
                states = {rest[0] for rest in nodes_of(frames).values()}
                if "running" in states:
                    break
        made.cancel(given.run_id)
        await future
        return nodes_of(frames)

    nodes = within(work)
    assert any(rest[0] == "running" for name, rest in nodes.items() if name in {"one", "two"})
    if level == "steps":
        assert nodes["say"][:2] == ["done", 1]
        assert nodes["one"][1] > 100


def test_who_watches_before_the_program_is_made_misses_nothing() -> None:
    async def work(made: Dispatcher) -> list[LiveFrame]:
        given = job({})
        future = made.submit(given, source(telling(), level="steps"))
        frames = [frame async for frame in made.watch(given.run_id)]
        await future
        return frames

    kinds = [each.kind for each in within(work) if each.kind != "node"]
    assert kinds == ["run", "log", "chunk", "log", "output", "done"]


def test_who_comes_back_goes_on_where_they_were() -> None:
    async def work(made: Dispatcher) -> tuple[list[LiveFrame], list[LiveFrame], list[LiveFrame]]:
        given = job({}, watch=True)
        await made.run(given, source(telling()))
        every = [frame async for frame in made.watch(given.run_id)]
        rest = [frame async for frame in made.watch(given.run_id, after=3)]
        none = [frame async for frame in made.watch(given.run_id, after=every[-1].seq)]
        return every, rest, none

    every, rest, none = within(work)
    assert rest == every[3:]
    assert none == []


def test_a_failed_run_tells_its_error() -> None:
    async def work(made: Dispatcher) -> list[LiveFrame]:
        given = job(watch=True)
        await made.run(given, source(offenders.failing()))
        return [frame async for frame in made.watch(given.run_id)]

    frames = told(within(work))
    assert [kind for kind, _ in frames if kind != "node"] == ["run", "error", "done"]
    assert frames[-2][1]["node"] == "fail"
    assert frames[-1][1]["status"] == "failed"


def test_a_run_whose_process_dies_is_told_to_its_end() -> None:
    async def work(made: Dispatcher) -> list[LiveFrame]:
        given = job(watch=True)
        future = made.submit(given, source(offenders.endless()))
        await asyncio.sleep(0.2)
        import os
        import signal

        os.kill(made.stats().pids[0], signal.SIGKILL)
        await future
        return [frame async for frame in made.watch(given.run_id)]

    frames = told(within(work))
    assert frames[-1][1]["status"] == "interrupted"


def test_nothing_is_told_of_a_run_nobody_knows() -> None:
    async def work(made: Dispatcher) -> None:
        with pytest.raises(UsageError) as refused:
            made.watch("nobody")
        assert refused.value.code == "run.not-live"
        await made.run(given := job({}), source(telling()))
        with pytest.raises(UsageError):
            made.watch(given.run_id)

    within(work)


def test_runs_nobody_watches_send_nothing() -> None:
    async def work(made: Dispatcher) -> int:
        given = source(telling(), level="steps")
        for _ in range(10):
            await made.run(job({}), given)
        return made.stats().watched

    assert within(work) == 0


OPTIONS = PoolOptions(live_bytes=10_000, live_run_bytes=4_000, live_seconds=100)


def chunk(size: int = 100) -> Told:
    return Told("chunk", b"1" * size)


def test_the_newest_frames_of_a_run_are_kept() -> None:
    channels = Channels(OPTIONS)
    channel = channels.open("a")
    channels.hear("a", tuple(chunk() for _ in range(100)))
    assert channel.bytes <= OPTIONS.live_run_bytes
    assert channel.last == 101
    kept = channel.after(0)
    assert [each.seq for each in kept] == list(range(kept[0].seq, 102))
    assert kept[0].seq > 2
    assert channel.after(100) == kept[-1:]
    assert channel.after(101) == channel.after(500) == []


def test_runs_that_ended_make_room_for_those_that_go_on() -> None:
    channels = Channels(OPTIONS)
    for name in "abcde":
        channels.open(name)
        channels.hear(name, tuple(chunk() for _ in range(30)))
        channels.end(name, Outcome("completed"), 0.0)
    assert channels.get("a") is None
    assert channels.get("e") is not None
    assert len(channels) < 5


def test_a_channel_does_not_stay_for_ever() -> None:
    channels = Channels(OPTIONS)
    channels.open("a")
    channels.open("b")
    channels.end("a", Outcome("completed"), 10.0)
    channels.forget_old(100.0)
    assert channels.get("a") is not None
    channels.forget_old(111.0)
    assert channels.get("a") is None
    assert channels.get("b") is not None
