"""An installation with one app and one board in it, that can be stopped and started again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from flowlike.apps.apps import Apps
from flowlike.apps.boards import BoardOptions, Boards
from flowlike.apps.entries import Accepted
from flowlike.apps.events import Events
from flowlike.board.edit import Batch, Command
from flowlike.board.model import Board
from flowlike.board.pins import Types
from flowlike.board.text import dump
from flowlike.database.connect import Database
from flowlike.database.ids import new_id
from tests.board.edit_examples import TYPES, sample
from tests.identity.scenes import HandClock

APP, BOARD = "shop", "orders"
ADA, BOB = "ada", "bob"


class Room(NamedTuple):
    """What a test works with."""

    database: Database
    apps: Apps
    boards: Boards
    events: Events
    clock: HandClock

    async def do(
        self, actor: str, *commands: Command, base: int | None = None, batch_id: str = ""
    ) -> Accepted:
        """Apply commands as one batch, from the present revision if no base is given."""
        if base is None:
            base = await self.revision()
        batch = batch_id or new_id()
        self.clock.turn(1)
        return await self.boards.apply(APP, BOARD, base, Batch(commands), actor, batch)

    async def revision(self) -> int:
        return (await self.boards.get(APP, BOARD)).revision

    async def board(self) -> Board:
        return (await self.boards.get(APP, BOARD)).board

    async def text(self) -> str:
        return dump(await self.board())

    async def undo(self, actor: str) -> Accepted:
        return await self.boards.undo(APP, BOARD, actor, await self.revision())

    async def redo(self, actor: str) -> Accepted:
        return await self.boards.redo(APP, BOARD, actor, await self.revision())


@asynccontextmanager
async def room(
    place: str | Path,
    *,
    types: Types = TYPES,
    board: Board | None = None,
    options: BoardOptions | None = None,
) -> AsyncIterator[Room]:
    """Open an installation; the first time with an app and a board in it."""
    database = await Database.open(place)
    try:
        clock = HandClock()
        boards = Boards(database, types, clock=clock, options=options)
        events = Events(database, boards, clock=clock)
        await events.open()
        apps = Apps(database, boards, events, clock=clock)
        if not await apps.list_for(ADA):
            await apps.create(ADA, "Shop", id=APP)
            await boards.create(APP, ADA, id=BOARD, board=board or sample())
        yield Room(database, apps, boards, events, clock)
    finally:
        await database.close()
