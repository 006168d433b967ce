"""Boards that people edit: one way to change one, whoever asks, and nothing is ever lost.

A batch is applied to the present board. If it was made for an earlier revision, it is taken only
if it meets nothing that others touched since; else it is refused with what was missed. Undo and
redo are entries like any other. Spec: engine, section 5; editor, "Undo/redo" and "Save".
"""

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Sequence

import msgspec
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from flowlike.apps.cache import BoardCache, OpenBoard
from flowlike.apps.editing import Edit, Editor
from flowlike.apps.entries import Accepted, Entry, EntryKind, HistoryItem
from flowlike.apps.facts import facts_of
from flowlike.apps.ledger import BoardInfo, Ledger, no_board
from flowlike.apps.missing import no_app
from flowlike.apps.stamps import authored, check_from_outside, stamped
from flowlike.apps.versions import Bump, Version, Versions, VersionText, recorded
from flowlike.board.check import check
from flowlike.board.diff import Difference, describe
from flowlike.board.diff import diff as difference
from flowlike.board.edit import Batch, partly
from flowlike.board.findings import Finding
from flowlike.board.model import Board
from flowlike.board.pins import Types
from flowlike.board.text import dump
from flowlike.database.connect import Database
from flowlike.database.ids import new_id
from flowlike.errors import AppError
from flowlike.identity.clock import Clock, now_us

BAD_ID = "board.bad-id"
BAD_BATCH_ID = "board.bad-batch-id"

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class BoardOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How boards are kept.

    Attributes:
        cache_bytes: about how much memory open boards may take.
        snapshot_every: entries after which the whole board is stored again.
        recent: entries kept beside an open board: enough for most late batches and listeners.
    """

    cache_bytes: int = 256 * 1024 * 1024
    snapshot_every: int = 64
    recent: int = 256


class BoardState(msgspec.Struct, frozen=True):
    """A board at a revision. ``version`` names the published version that was asked for."""

    revision: int
    version: str
    board: Board


class Boards:
    """The boards of all apps.

    Args:
        database: where they are.
        catalog: the node types that are installed.
        clock: what time it is.
        options: see there.
    """

    def __init__(
        self,
        database: Database,
        catalog: Types,
        *,
        clock: Clock = now_us,
        options: BoardOptions | None = None,
    ) -> None:
        options = options or BoardOptions()
        self.catalog = catalog
        self._database = database
        self._clock = clock
        self._ledger = Ledger(database, options.recent)
        self._versions = Versions(database, catalog, clock)
        self._cache = BoardCache(options.cache_bytes, self._ledger.load)
        self._editor = Editor(self._ledger, self._cache, catalog, clock, options.snapshot_every)

    # -------------------------------------------------------------- whole boards

    async def create(
        self,
        app: str,
        actor: str,
        *,
        name: str = "",
        id: str = "",  # noqa: A002 - its name everywhere
        board: Board | None = None,
    ) -> BoardInfo:
        """Make a board in an app, empty or as the given document.

        Args:
            app: the app.
            actor: who makes it.
            name: its name; empty keeps the document's.
            id: its id; empty mints one.
            board: what it holds; its own id does not count.

        Raises:
            Conflict: the app has a board of that id.
            AppError: the id is malformed.
            TextError: the document is beyond the limits or holds what may not be stored.
        """
        id_ = id or new_id(self._clock())
        _check_id(id_, BAD_ID)
        new = msgspec.structs.replace(board or Board(id=id_), id=id_)
        if name:
            new = msgspec.structs.replace(new, name=name)
        await asyncio.to_thread(dump, new)
        try:
            async with self._database.write() as connection:
                await self.add(connection, app, new, actor)
        except IntegrityError as error:
            raise no_app(app) from error
        return await self.info(app, id_)

    async def add(self, connection: AsyncConnection, app: str, board: Board, actor: str) -> None:
        """Write a board that may be stored, in a transaction of the caller's. Raises Conflict."""
        facts = facts_of(board, self.catalog, actor, self._clock())
        await self._ledger.create(connection, app, board, facts)

    async def list(self, app: str) -> Sequence[BoardInfo]:
        """The boards of an app, the one changed last first."""
        return await self._ledger.infos(app)

    async def info(self, app: str, board: str) -> BoardInfo:
        """A board as a list shows it. Raises NotFound."""
        found = await self._ledger.infos(app, board)
        if not found:
            raise no_board(board)
        return found[0]

    async def get(self, app: str, board: str, version: str = "") -> BoardState:
        """A board as it is now, or as it was published. Raises NotFound."""
        if version:
            kept = await self._versions.text(app, board, version)
            return BoardState(kept.revision, version, await asyncio.to_thread(kept.parse))
        async with self._cache.using(app, board) as opened:
            return BoardState(opened.revision, "", opened.board)

    async def at(self, app: str, board: str, revision: int) -> BoardState:
        """A board as it was at a revision. Raises NotFound."""
        return BoardState(revision, "", await self._ledger.at(app, board, revision))

    async def delete(self, app: str, board: str) -> None:
        """Delete a board with its history and versions.

        Raises NotFound, or Conflict ``board.in-use`` if an event runs it.
        """
        async with self._database.write() as connection:
            await self._versions.check_unused(connection, app, board)
            await self._ledger.delete(connection, app, board)
        self._cache.drop(app, board)

    def forget_app(self, app: str) -> None:
        """Drop from memory what belongs to an app that was deleted."""
        self._cache.drop_app(app)

    # -------------------------------------------------------------- editing

    async def apply(
        self, app: str, board: str, base_revision: int, batch: Batch, actor: str, batch_id: str
    ) -> Accepted:
        """Apply a batch that was made for ``base_revision``, as one step of its author.

        A batch that was accepted before gives its patch again and does nothing. A batch that
        changes nothing leaves no entry.

        Raises:
            StaleRevision: others changed since what it wants to change, or it fits no more.
            CommandError: it is refused by the board its author saw.
            NotFound: there is no such board.
            AppError: a revision that never was; a malformed batch id.
        """
        _check_id(batch_id, BAD_BATCH_ID)
        check_from_outside(batch)

        def edit(opened: OpenBoard) -> Edit:
            return Edit(
                base=base_revision,
                batch=stamped(batch, opened.board, actor),
                actor=actor,
                id=batch_id,
                kind="edit",
            )

        return await self._editor.change(app, board, edit)

    async def undo(
        self, app: str, board: str, actor: str, base_revision: int, batch_id: str = ""
    ) -> Accepted:
        """Take back the newest step of ``actor`` that stands.

        Raises:
            Conflict: there is none.
            StaleRevision: somebody else changed the same part later, or builds on it.
            NotFound, AppError: as ``apply``.
        """
        _check_id(batch_id or "none", BAD_BATCH_ID)
        return await self._editor.answer(app, board, actor, base_revision, batch_id, "undo")

    async def skip(self, app: str, board: str, actor: str) -> tuple[int, int]:
        """Leave the newest step of ``actor`` as it is, so that earlier ones may be taken back.

        How many steps they may take back then, and do again. Raises NotFound, or Conflict if there
        is none.
        """
        stacks = await self._editor.skip(app, board, actor)
        return len(stacks.undo), len(stacks.redo)

    async def redo(
        self, app: str, board: str, actor: str, base_revision: int, batch_id: str = ""
    ) -> Accepted:
        """Do again what ``actor`` took back last. Raises as ``undo``."""
        _check_id(batch_id or "none", BAD_BATCH_ID)
        return await self._editor.answer(app, board, actor, base_revision, batch_id, "redo")

    async def restore(
        self,
        app: str,
        board: str,
        base_revision: int,
        actor: str,
        *,
        version: str = "",
        revision: int | None = None,
        document: Board | None = None,
        ids: Collection[str] | None = None,
    ) -> Accepted:
        """Make the board what it was at a revision or version, or what a document says: one step.

        With ``ids``, only those of its nodes, layers, comments and variables.

        Raises NotFound, AppError, TextError for a document that may not be stored, or
        StaleRevision if others changed what would be restored.
        """
        if [bool(version), revision is not None, document is not None].count(True) != 1:
            raise ValueError("a version, a revision or a document: one of the three")
        base = await self._ledger.at(app, board, base_revision)
        if document is not None:
            target = authored(document, base, actor)
        else:
            target = await self._state(app, board, version or str(revision))
        if ids is not None:
            target = await asyncio.to_thread(partly, base, target, ids, self.catalog)
        return await self.merge(app, board, base_revision, target, actor, base=base, kind="restore")

    async def merge(
        self,
        app: str,
        board: str,
        base_revision: int,
        target: Board,
        actor: str,
        *,
        base: Board | None = None,
        kind: EntryKind = "files",
    ) -> Accepted:
        """Apply what leads from the board at ``base_revision`` to ``target``, as one step.

        What others did since stays, if it meets nothing of it. ``base`` takes the place of the
        board at that revision, where a file held the same in other words.

        Raises:
            StaleRevision: it does.
            TextError: the target may not be stored.
            NotFound, AppError: as ``apply``.
        """
        await asyncio.to_thread(dump, target)
        if base is None:
            base = await self._ledger.at(app, board, base_revision)
        target = msgspec.structs.replace(target, id=base.id)
        wanted = Edit(
            base=base_revision,
            batch=await asyncio.to_thread(difference, base, target),
            actor=actor,
            id=new_id(),
            kind=kind,
        )
        return await self._editor.change(app, board, lambda _: wanted)

    async def stacks(self, app: str, board: str, actor: str) -> tuple[int, int]:
        """How many steps a person may take back, and how many do again. Raises NotFound."""
        async with self._cache.using(app, board) as opened, opened.turn:
            stacks = await self._editor.stacks(opened, actor)
            return len(stacks.undo), len(stacks.redo)

    # -------------------------------------------------------------- what happened

    async def history(
        self, app: str, board: str, before: int = 0, limit: int = 50
    ) -> Sequence[HistoryItem]:
        """What was done before a revision (0: up to now), the newest first. Raises NotFound."""
        return await self._ledger.history(app, board, before, limit)

    async def since(self, app: str, board: str, revision: int) -> Sequence[Entry]:
        """All that was done after a revision, the oldest first. Raises NotFound, AppError."""
        async with self._cache.using(app, board) as opened:
            return await self._editor.after(opened, revision)

    async def subscribe(self, app: str, board: str, after: int) -> AsyncIterator[Entry]:
        """Each entry after a revision, then each new one; ends when the board is deleted.

        A slow reader misses nothing: entries wait in the database, not in a queue. Raises NotFound,
        AppError.
        """
        async with self._cache.using(app, board) as opened:
            while not opened.deleted:
                pulse = opened.pulse
                for entry in await self._editor.after(opened, after):
                    yield entry
                    after = entry.revision
                if after >= opened.revision and not opened.deleted:
                    await pulse.wait()

    async def validate(
        self, app: str, board: str, draft: Board | None = None
    ) -> tuple[Finding, ...]:
        """All that is wrong with a board, or with a draft of it. Never runs anything."""
        checked = (await self.get(app, board)).board if draft is None else draft
        return await asyncio.to_thread(lambda: check(recorded(checked, self.catalog), self.catalog))

    async def diff(self, app: str, board: str, old: str, new: str | Board) -> Sequence[Difference]:
        """What happened between states: each ``""`` (now), a revision, a version or a document."""
        first = await self._state(app, board, old)
        if isinstance(new, str):
            second = await self._state(app, board, new)
        else:
            second = msgspec.structs.replace(new, id=first.id)
        return await asyncio.to_thread(describe, first, second, self.catalog)

    # -------------------------------------------------------------- versions

    async def publish(
        self,
        app: str,
        board: str,
        actor: str,
        bump: Bump = "minor",
        message: str = "",
        *,
        state: BoardState | None = None,
    ) -> Version:
        """Keep the board as a version that never changes: as it is now, or as ``state`` has it.

        Raises NotFound, Conflict.
        """
        state = state or await self.get(app, board)
        return await self._versions.publish(app, state.board, state.revision, actor, bump, message)

    async def versions(self, app: str, board: str) -> Sequence[Version]:
        """The published versions, the newest first. Raises NotFound."""
        return await self._versions.list(app, board)

    async def text(self, app: str, board: str, version: str) -> VersionText:
        """The canonical text of a version. Raises NotFound."""
        return await self._versions.text(app, board, version)

    async def _state(self, app: str, board: str, which: str) -> Board:
        if not which:
            return (await self.get(app, board)).board
        if which.isdecimal() and len(which) < 16:
            return await self._ledger.at(app, board, int(which))
        return await self._ledger.at(app, board, await self._versions.revision(app, board, which))


def _check_id(id_: str, code: str) -> None:
    if not _ID.fullmatch(id_):
        message = "An id has 1 to 64 letters, digits, - and _, and begins with a letter or digit."
        raise AppError(code, message, remedy="Give a well-formed id, or none.")
