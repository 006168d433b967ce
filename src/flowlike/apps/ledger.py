"""The rows of boards: their state as snapshot and entries, moved on by compare and set.

Spec: design, "Board storage". A snapshot is compressed JSON; the text people see is made of it.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
import zstandard
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flowlike.apps.cache import OpenBoard
from flowlike.apps.collector import paused
from flowlike.apps.entries import Entry, HistoryItem, entry_of, patch_of, row_of
from flowlike.apps.facts import Start
from flowlike.apps.stacks import NEITHER, REDO, UNDO, Stacks, stack_of
from flowlike.board.edit import Change, replay
from flowlike.board.model import Board
from flowlike.database.connect import Database
from flowlike.database.schema.boards import (
    board_commands,
    board_snapshots,
    board_versions,
    boards,
)
from flowlike.errors import Conflict, NotFound

NO_BOARD = "board.not-found"
NO_REVISION = "board.no-revision"
ID_TAKEN = "board.id-taken"

_LEVEL = 3
_LIST_MOST = 200
_LARGE = 256 * 1024  # bytes that take a millisecond or two to decode
_decode = msgspec.json.Decoder(Board).decode
_encode = msgspec.json.encode


class BoardInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A board as a list shows it. ``version`` is the newest published one, empty if none is."""

    id: str
    name: str
    description: str
    revision: int
    version: str
    nodes: int
    starts: tuple[Start, ...]
    created_us: int
    updated_us: int
    updated_by: str


class Moved(Exception):  # noqa: N818 - a state of the database, not a fault
    """Another process changed the board first."""


def packed(board: Board) -> tuple[bytes, int]:
    """A board as a snapshot holds it, and its size before it was compressed."""
    raw = _encode(board)
    return zstandard.ZstdCompressor(_LEVEL).compress(raw), len(raw)


class Ledger:
    """Reads and writes the rows of boards; ``recent`` entries stay beside an open one."""

    def __init__(self, database: Database, recent: int) -> None:
        self._database = database
        self._recent = recent

    # -------------------------------------------------------------- reading

    async def load(self, app: str, id_: str) -> OpenBoard:
        """The board as it is now. Raises NotFound."""
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(boards.c.revision, boards.c.snapshot, board_snapshots.c.body)
                .join(
                    board_snapshots,
                    (board_snapshots.c.app_id == boards.c.app_id)
                    & (board_snapshots.c.board_id == boards.c.id)
                    & (board_snapshots.c.revision == boards.c.snapshot),
                )
                .where(boards.c.app_id == app, boards.c.id == id_)
            )
            row = rows.one_or_none()
            if row is None:
                raise no_board(id_)
            entries = await self._entries(connection, app, id_, row.snapshot, row.revision)
        patches = [entry.patch for entry in entries]
        board, size = await asyncio.to_thread(_rebuilt, row.body, patches)
        opened = OpenBoard(
            app,
            id_,
            board,
            row.revision,
            size=size,
            snapshot=row.snapshot,
            recent=self._recent,
        )
        opened.recent.extend(entries)
        return opened

    async def at(self, app: str, id_: str, revision: int) -> Board:
        """The board as it was at a revision. Raises NotFound ``board.no-revision``."""
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(board_snapshots.c.revision, board_snapshots.c.body)
                .where(
                    board_snapshots.c.app_id == app,
                    board_snapshots.c.board_id == id_,
                    board_snapshots.c.revision <= revision,
                )
                .order_by(board_snapshots.c.revision.desc())
                .limit(1)
            )
            row = rows.one_or_none()
            if row is None:
                raise _no_revision(revision)
            rows = await connection.execute(
                select(board_commands.c.patch)
                .where(_of(board_commands, app, id_), *_between(row.revision, revision))
                .order_by(board_commands.c.revision)
            )
            patches: list[tuple[Change, ...]] = [patch_of(each.patch) for each in rows]
        if row.revision + len(patches) != revision:
            raise _no_revision(revision)
        board, _ = await asyncio.to_thread(_rebuilt, row.body, patches)
        return board

    async def entries(self, app: str, id_: str, after: int, upto: int) -> list[Entry]:
        """Entries after one revision up to another, the oldest first."""
        async with self._database.read() as connection:
            return await self._entries(connection, app, id_, after, upto)

    async def by_batch(self, app: str, id_: str, batch: str) -> Entry | None:
        """The entry of a batch; None if it was not accepted."""
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(board_commands).where(
                    _of(board_commands, app, id_), board_commands.c.batch_id == batch
                )
            )
            row = rows.mappings().one_or_none()
        return None if row is None else entry_of(row)

    async def stacks(self, app: str, id_: str, actor: str) -> Stacks:
        """What a person may take back and do again."""
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(board_commands.c.revision, board_commands.c.stack)
                .where(
                    _of(board_commands, app, id_),
                    board_commands.c.actor == actor,
                    board_commands.c.stack.in_((UNDO, REDO)),
                )
                .order_by(board_commands.c.revision)
            )
            found = Stacks(undo=[], redo=[])
            for row in rows:
                (found.undo if row.stack == UNDO else found.redo).append(row.revision)
        return found

    async def leave(self, app: str, id_: str, revision: int) -> None:
        """Take an entry off the stack it is on: it is not taken back any more."""
        async with self._database.write() as connection:
            await connection.execute(
                update(board_commands)
                .where(_of(board_commands, app, id_), board_commands.c.revision == revision)
                .values(stack=NEITHER)
            )

    async def history(self, app: str, id_: str, before: int, limit: int) -> list[HistoryItem]:
        """Entries before a revision (0: all), the newest first. Raises NotFound."""
        most = max(1, min(limit, _LIST_MOST))
        columns = board_commands.c
        async with self._database.read() as connection:
            await self.check(connection, app, id_)
            query = select(
                columns.revision,
                columns.actor,
                columns.at_us,
                columns.batch_id,
                columns.kind,
                columns.summary,
            ).where(_of(board_commands, app, id_))
            if before:
                query = query.where(columns.revision < before)
            query = query.order_by(columns.revision.desc()).limit(most)
            rows = (await connection.execute(query)).all()
            published = await connection.execute(
                select(board_versions).where(
                    _of(board_versions, app, id_),
                    board_versions.c.revision.in_([row.revision for row in rows]),
                )
            )
            names = {each.revision: f"{each.major}.{each.minor}.{each.patch}" for each in published}
        return [
            HistoryItem(
                revision=row.revision,
                actor=row.actor,
                at_us=row.at_us,
                id=row.batch_id,
                kind=row.kind,
                summary=row.summary,
                version=names.get(row.revision, ""),
            )
            for row in rows
        ]

    async def infos(self, app: str, id_: str = "") -> list[BoardInfo]:
        """The boards of an app, the one changed last first; or one of them."""
        query = select(boards).where(boards.c.app_id == app)
        newest = select(
            board_versions.c.board_id,
            board_versions.c.major,
            board_versions.c.minor,
            board_versions.c.patch,
        ).where(board_versions.c.app_id == app)
        if id_:
            query = query.where(boards.c.id == id_)
            newest = newest.where(board_versions.c.board_id == id_)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(boards.c.updated_us.desc()))).all()
            versions: dict[str, tuple[int, int, int]] = {}
            for each in await connection.execute(newest):
                number = (each.major, each.minor, each.patch)
                versions[each.board_id] = max(versions.get(each.board_id, number), number)
        return [_info(row, versions.get(row.id)) for row in rows]

    async def check(self, connection: AsyncConnection, app: str, id_: str) -> int:
        """The revision of a board. Raises NotFound."""
        rows = await connection.execute(
            select(boards.c.revision).where(boards.c.app_id == app, boards.c.id == id_)
        )
        revision: int | None = rows.scalar_one_or_none()
        if revision is None:
            raise no_board(id_)
        return revision

    # -------------------------------------------------------------- writing

    async def create(
        self, connection: AsyncConnection, app: str, board: Board, facts: dict[str, Any]
    ) -> None:
        """Write a new board at revision 0. Raises Conflict ``board.id-taken``."""
        taken = await connection.execute(
            select(boards.c.id).where(boards.c.app_id == app, boards.c.id == board.id)
        )
        if taken.first() is not None:
            message = f"The app has a board {board.id} already."
            raise Conflict(ID_TAKEN, message, remedy="Give the board another id.")
        row = facts | {"created_us": facts["updated_us"], "revision": 0, "snapshot": 0}
        await connection.execute(insert(boards).values(app_id=app, id=board.id, **row))
        await connection.execute(insert(board_snapshots).values(_snapshot(app, board, 0, facts)))

    async def append(
        self, opened: OpenBoard, board: Board, entry: Entry, facts: dict[str, Any], *, keep: bool
    ) -> None:
        """Commit an entry, if the board is still at the revision before it.

        Args:
            opened: the board before.
            board: the board after.
            entry: what happened.
            facts: columns of the board's row that follow from it.
            keep: whether to write a snapshot.

        Raises:
            Moved: another process changed the board first.
            IntegrityError: the batch was accepted before.
        """
        app, id_ = opened.app, opened.id
        stacks = opened.stacks.get(entry.actor)
        snapshot = None
        if keep:
            snapshot = await asyncio.to_thread(_snapshot, app, board, entry.revision, facts)
        async with self._database.write() as connection:
            values = facts | {"revision": entry.revision}
            if snapshot is not None:
                values["snapshot"] = entry.revision
            done = await connection.execute(
                update(boards)
                .where(
                    boards.c.app_id == app,
                    boards.c.id == id_,
                    boards.c.revision == entry.revision - 1,
                )
                .values(**values)
            )
            if done.rowcount != 1:
                raise Moved
            await self._restack(connection, app, id_, entry, stacks)
            row = row_of(entry, stack_of(entry.kind))
            await connection.execute(insert(board_commands).values(app_id=app, board_id=id_, **row))
            if snapshot is not None:
                await connection.execute(insert(board_snapshots).values(snapshot))
        if snapshot is not None:
            opened.snapshot = entry.revision

    async def _restack(
        self, connection: AsyncConnection, app: str, id_: str, entry: Entry, stacks: Stacks | None
    ) -> None:
        """Take off a stack what the entry takes back, does again, or makes impossible."""
        mine = _of(board_commands, app, id_) & (board_commands.c.actor == entry.actor)
        if entry.answers:
            which = mine & (board_commands.c.revision == entry.answers)
        elif stacks is None or stacks.redo:
            which = mine & (board_commands.c.stack == REDO)
        else:
            return
        await connection.execute(update(board_commands).where(which).values(stack=NEITHER))

    async def delete(self, connection: AsyncConnection, app: str, id_: str) -> None:
        """Delete a board and all that was kept of it. Raises NotFound."""
        done = await connection.execute(
            delete(boards).where(boards.c.app_id == app, boards.c.id == id_)
        )
        if not done.rowcount:
            raise no_board(id_)

    async def _entries(
        self, connection: AsyncConnection, app: str, id_: str, after: int, upto: int
    ) -> list[Entry]:
        if upto <= after:
            return []
        rows = await connection.execute(
            select(board_commands)
            .where(_of(board_commands, app, id_), *_between(after, upto))
            .order_by(board_commands.c.revision)
        )
        found = rows.mappings().all()
        if sum(len(row["patch"]) for row in found) < _LARGE:
            return [entry_of(row) for row in found]
        return await asyncio.to_thread(_decoded, found)


def _decoded(rows: Sequence[Any]) -> list[Entry]:
    with paused:
        return [entry_of(row) for row in rows]


def no_board(id_: str) -> NotFound:
    """There is no such board in this app."""
    return NotFound(NO_BOARD, f"There is no board {id_[:80]}.", remedy="It may have been deleted.")


def _no_revision(revision: int) -> NotFound:
    message = f"The board has no revision {revision}."
    return NotFound(NO_REVISION, message, remedy="Look it up in the board's history.")


def _of(table: Any, app: str, id_: str) -> Any:
    return (table.c.app_id == app) & (table.c.board_id == id_)


def _between(after: int, upto: int) -> Sequence[Any]:
    return (board_commands.c.revision > after, board_commands.c.revision <= upto)


def _rebuilt(body: bytes, patches: list[tuple[Change, ...]]) -> tuple[Board, int]:
    """The board of a snapshot and what followed, and the snapshot's size as JSON."""
    raw = zstandard.ZstdDecompressor().decompress(body)
    with paused:
        return replay(_decode(raw), patches), len(raw)


def _snapshot(app: str, board: Board, revision: int, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "app_id": app,
        "board_id": board.id,
        "revision": revision,
        "body": packed(board)[0],
        "created_us": facts["updated_us"],
    }


def _info(row: Any, version: tuple[int, int, int] | None) -> BoardInfo:
    return BoardInfo(
        id=row.id,
        name=row.name,
        description=row.description,
        revision=row.revision,
        version="" if version is None else ".".join(map(str, version)),
        nodes=row.nodes,
        starts=msgspec.json.decode(row.starts, type=tuple[Start, ...]),
        created_us=row.created_us,
        updated_us=row.updated_us,
        updated_by=row.updated_by,
    )
