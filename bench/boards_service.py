"""Boards on a server: one command with its transaction, an undo, opening, and publishing.

The board has 1,000 nodes. Commands and undo are compared with a bare transaction of the same
database that updates a row and inserts one; the rest with the loop.
"""

import asyncio
import itertools
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import insert, update

from bench import boards as examples
from bench.harness import Sample, Task
from flowlike.apps.apps import Apps
from flowlike.apps.boards import Boards
from flowlike.apps.events import Events
from flowlike.board.edit import Batch, Command
from flowlike.board.edit import commands as verbs
from flowlike.database.connect import Database
from flowlike.database.schema.meta import meta

_NODES = 1_000
_APP, _BOARD, _ACTOR = "bench", "board", "local"
_LEAST_MS = 1e-6

Step = Callable[[Database, Boards], Awaitable[None]]


def tasks() -> list[Task]:
    """The figures of this bench."""
    return [
        _compared("apply_ms", lambda: _edits(_set_value), bar=5),
        _compared("add_ms", lambda: _edits(_add_node), bar=5),
        _compared("undo_ms", _undos),
        Task("boards.open_ms", "ms", lambda: _sample(lambda: _open), bar=20, samples=1),
        Task("boards.publish_ms", "ms", lambda: _sample(lambda: _publish), samples=1),
    ]


def _compared(name: str, step: Callable[[], Step], bar: float | None = None) -> Task:
    full = f"boards.{name}"
    return Task(full, "ms", lambda: _sample(step), bar=bar, baseline=_transaction_ms, samples=1)


def _set_value(number: int) -> Command:
    return verbs.SetPinValue("g0_clamp", "min", number + 1)


def _add_node(number: int) -> Command:
    return verbs.AddNode(id=f"new{number}", type="int_add@1")


def _edits(command: Callable[[int], Command]) -> Step:
    numbers = itertools.count()
    revision = 0

    async def step(_: Database, boards: Boards) -> None:
        nonlocal revision
        number = next(numbers)
        batch = Batch((command(number),))
        done = await boards.apply(_APP, _BOARD, revision, batch, _ACTOR, f"b{number}")
        revision = done.revision

    return step


def _undos() -> Step:
    """An edit taken back and done again, in turn."""
    kinds: Iterator[bool] = itertools.cycle((True, False))

    async def step(_: Database, boards: Boards) -> None:
        revision = (await boards.get(_APP, _BOARD)).revision
        if not revision:
            batch = Batch((_set_value(0),))
            revision = (await boards.apply(_APP, _BOARD, 0, batch, _ACTOR, "b")).revision
        act = boards.undo if next(kinds) else boards.redo
        await act(_APP, _BOARD, _ACTOR, revision)

    return step


async def _open(database: Database, _: Boards) -> None:
    await Boards(database, examples.catalog()).get(_APP, _BOARD)


async def _publish(_: Database, boards: Boards) -> None:
    await boards.publish(_APP, _BOARD, _ACTOR)


def _transaction_ms() -> float:
    async def step(database: Database, _: Boards) -> None:
        name = f"row{time.perf_counter_ns()}"
        async with database.write() as connection:
            await connection.execute(update(meta).where(meta.c.name == "none").values(value=b"x"))
            await connection.execute(insert(meta).values(name=name, value=b"x"))

    return _sample(lambda: step)(0.1)


def _sample(made: Callable[[], Step]) -> Sample:
    """Milliseconds a step, the first one left out, over about so many seconds."""
    return lambda seconds: asyncio.run(_measured(made(), seconds))


async def _measured(step: Step, seconds: float) -> float:
    async with _installation() as (database, boards):
        await step(database, boards)
        begun = time.perf_counter()
        times = 0
        while not times or time.perf_counter() - begun < seconds:
            await step(database, boards)
            times += 1
        return max((time.perf_counter() - begun) * 1e3 / times, _LEAST_MS)


@asynccontextmanager
async def _installation() -> AsyncIterator[tuple[Database, Boards]]:
    with tempfile.TemporaryDirectory(prefix="flowlike-bench-") as folder:
        database = await Database.open(Path(folder) / "bench.db")
        try:
            boards = Boards(database, examples.catalog())
            apps = Apps(database, boards, Events(database, boards))
            await apps.create(_ACTOR, "Bench", id=_APP)
            board = examples.mixed(_NODES)
            await boards.create(_APP, _ACTOR, id=_BOARD, board=board)
            yield database, boards
        finally:
            await database.close()
