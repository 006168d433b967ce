"""Dispatchers with real processes, and boards to give them."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import uvloop

from flowlike.board.model import Board, TraceLevel
from flowlike.board.text import dump
from flowlike.engine.run import Limits
from flowlike.execution.dispatch import Dispatcher, OnFinished
from flowlike.execution.jobs import Job, Outcome, PoolOptions, Source

_numbers = itertools.count(1)
LONG = Limits(steps=10**12, seconds=120)
SMALL = PoolOptions(executors=1, spares=0)


def source(board: Board, start: str = "start", level: str = "off", **more: Any) -> Source:
    return Source(dump(board).encode(), start, TraceLevel(level), **more)


def job(payload: Any = None, **more: Any) -> Job:
    if "limits" not in more:
        more["limits"] = LONG
    text = b"" if payload is None else msgspec.json.encode(payload)
    return Job(more.pop("run_id", f"run{next(_numbers)}"), payload=text, **more)


@asynccontextmanager
async def dispatcher(
    options: PoolOptions = SMALL, on_finished: OnFinished | None = None
) -> AsyncIterator[Dispatcher]:
    made = Dispatcher(options, on_finished=on_finished)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


def within(work: Callable[[Dispatcher], Awaitable[Any]], options: PoolOptions = SMALL) -> Any:
    """Runs ``work`` with a dispatcher, in an event loop of its own."""

    async def all_of_it() -> Any:
        async with dispatcher(options) as made:
            return await work(made)

    return uvloop.run(all_of_it())


async def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Waits until something is so; fails if it never is."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - it may be a process that changes
            await asyncio.sleep(0.005)


def code(outcome: Outcome) -> str:
    return outcome.error.code if outcome.error else ""
