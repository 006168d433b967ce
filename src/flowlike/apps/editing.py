"""How a board changes: by one batch at a time, rebased if it is late, or not at all."""

import asyncio
from collections.abc import Callable

import msgspec
from sqlalchemy.exc import IntegrityError

from flowlike.apps import facts
from flowlike.apps.cache import BoardCache, OpenBoard
from flowlike.apps.entries import Accepted, Entry, EntryKind, StaleRevision, made, refusal_of
from flowlike.apps.ledger import Ledger, Moved, no_board
from flowlike.apps.stacks import Stacks, blocker
from flowlike.apps.summaries import summary_of
from flowlike.board.edit import Applied, Batch, Command, Restore, apply
from flowlike.board.edit.commands import Paste
from flowlike.board.model import Board
from flowlike.board.pins import Types
from flowlike.database.ids import new_id
from flowlike.errors import AppError, CommandError, Conflict
from flowlike.identity.clock import Clock

NOTHING_TO_UNDO = "board.nothing-to-undo"
NOTHING_TO_REDO = "board.nothing-to-redo"
UNKNOWN_REVISION = "board.unknown-revision"
BATCH_ID_TAKEN = "board.batch-id-taken"
BUSY = "board.busy"

_ATTEMPTS = 5
_AT_ONCE = 2_000
"""Nodes of a board, and parts of a batch, that take about two milliseconds together."""


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to do to a board.

    Attributes:
        base: the revision they saw.
        batch: the commands.
        actor: who it is.
        id: of the batch; accepted once.
        kind: what sort of change.
        answers: for undo and redo, the entry that is taken back or done again.
    """

    base: int
    batch: Batch
    actor: str
    id: str
    kind: EntryKind
    answers: Entry | None = None


class Editor:
    """Applies edits to open boards and commits them.

    Args:
        ledger: the rows.
        cache: the open boards.
        catalog: the node types that are installed.
        clock: what time it is.
        snapshot_every: entries after which the whole board is stored again.
    """

    def __init__(
        self,
        ledger: Ledger,
        cache: BoardCache,
        catalog: Types,
        clock: Clock,
        snapshot_every: int,
    ) -> None:
        self._ledger = ledger
        self._cache = cache
        self._catalog = catalog
        self._clock = clock
        self._snapshot_every = snapshot_every

    async def change(self, app: str, board: str, edit: Callable[[OpenBoard], Edit]) -> Accepted:
        """Do what ``edit`` makes of the present board. Raises as ``Boards.apply``."""
        async with self._cache.using(app, board) as opened, opened.turn:
            for _ in range(_ATTEMPTS):
                wanted = edit(opened)
                try:
                    return await self._attempt(opened, wanted)
                except Moved:
                    await self._catch_up(opened)
                except (CommandError, StaleRevision, IntegrityError):
                    known = await self._known(opened, wanted.id, wanted.actor, wanted.base)
                    if known is None:
                        raise
                    return known
        raise _busy()

    async def answer(
        self, app: str, board: str, actor: str, base: int, batch_id: str, kind: EntryKind
    ) -> Accepted:
        """Undo or redo the newest step of ``actor``. Raises as ``Boards.undo``."""
        async with self._cache.using(app, board) as opened, opened.turn:
            for _ in range(_ATTEMPTS):
                known = await self._known(opened, batch_id, actor, base) if batch_id else None
                if known is not None:
                    return known
                edit = await self._step(opened, actor, base, batch_id or new_id(), kind)
                try:
                    return await self._attempt(opened, edit)
                except Moved:
                    await self._catch_up(opened)
        raise _busy()

    async def skip(self, app: str, board: str, actor: str) -> Stacks:
        """Leave the newest step of ``actor`` on the board: the one before it is the next to go.

        Raises Conflict if there is none.
        """
        async with self._cache.using(app, board) as opened, opened.turn:
            stacks = await self.stacks(opened, actor)
            if not stacks.undo:
                raise _nothing("undo")
            await self._ledger.leave(app, board, stacks.undo[-1])
            stacks.undo.pop()
            return stacks

    async def after(self, opened: OpenBoard, revision: int) -> list[Entry]:
        """Entries after a revision, the oldest first. Raises AppError if it never was."""
        if not 0 <= revision <= opened.revision:
            message = f"The board never had the revision {revision}."
            raise AppError(UNKNOWN_REVISION, message, remedy="Load the board again.")
        recent = opened.recent_after(revision)
        if recent is not None:
            return recent
        return await self._ledger.entries(opened.app, opened.id, revision, opened.revision)

    async def stacks(self, opened: OpenBoard, actor: str) -> Stacks:
        """What a person may take back and do again."""
        found = opened.stacks.get(actor)
        if found is None:
            found = await self._ledger.stacks(opened.app, opened.id, actor)
            opened.stacks[actor] = found
        return found

    # -------------------------------------------------------------- inside

    async def _attempt(self, opened: OpenBoard, edit: Edit) -> Accepted:
        if opened.deleted:  # while this waited; another board may have the id by now
            raise no_board(opened.id)
        missing = await self.after(opened, edit.base)
        stacks = await self.stacks(opened, edit.actor)
        try:
            applied = await self._applied(opened.board, edit.batch)
        except CommandError as error:
            if not missing and edit.answers is None:
                raise
            raise _stale(opened, missing, error) from error
        if edit.answers is None:
            _check_disjoint(opened, applied, missing)
        if applied.patch:
            await self._commit(opened, edit, applied)
        return _accepted(opened, applied, missing, stacks)

    async def _applied(self, board: Board, batch: Batch) -> Applied:
        """What the batch does; in a thread if it takes long enough for others to notice."""
        if len(board.nodes) + sum(map(_weight, batch.commands)) <= _AT_ONCE:
            return apply(board, batch, self._catalog)
        return await asyncio.to_thread(apply, board, batch, self._catalog)

    async def _commit(self, opened: OpenBoard, edit: Edit, applied: Applied) -> None:
        now = self._clock()
        summary = edit.answers.summary if edit.answers else ""
        entry = made(
            applied,
            edit.batch,
            revision=opened.revision + 1,
            actor=edit.actor,
            at_us=now,
            batch_id=edit.id,
            kind=edit.kind,
            summary=summary or summary_of(edit.batch, opened.board, applied.board, self._catalog),
            answers=edit.answers.revision if edit.answers else 0,
        )
        columns: dict[str, object] = {"updated_us": now, "updated_by": edit.actor}
        if facts.change(applied.patch):
            columns = facts.facts_of(applied.board, self._catalog, edit.actor, now)
        due = entry.revision - opened.snapshot >= self._snapshot_every
        keep = due or len(entry.patch) > _AT_ONCE  # so that it need not be gone through again
        await self._ledger.append(opened, applied.board, entry, columns, keep=keep)
        opened.stacks[edit.actor].push(entry.revision, entry.kind)
        opened.advance(applied.board, entry)

    async def _step(
        self, opened: OpenBoard, actor: str, base: int, batch_id: str, kind: EntryKind
    ) -> Edit:
        stacks = await self.stacks(opened, actor)
        listed = stacks.undo if kind == "undo" else stacks.redo
        if not listed:
            raise _nothing(kind)
        entry, *later = await self.after(opened, listed[-1] - 1)
        other = blocker(entry, later)
        if other is not None:
            raise _in_the_way(opened, await self.after(opened, base), kind, other)
        return Edit(
            base=base,
            batch=Batch((entry.inverse,)),
            actor=actor,
            id=batch_id,
            kind=kind,
            answers=entry,
        )

    async def _known(
        self, opened: OpenBoard, batch_id: str, actor: str, base: int
    ) -> Accepted | None:
        """The answer to a batch that was accepted before. Raises Conflict for one of others."""
        entry = await self._ledger.by_batch(opened.app, opened.id, batch_id)
        if entry is None:
            return None
        if entry.actor != actor:
            message = "The batch's id is taken."
            raise Conflict(BATCH_ID_TAKEN, message, remedy="Mint a fresh id for each batch.")
        if entry.revision > opened.revision:
            await self._catch_up(opened)
        missing = await self.after(opened, min(base, opened.revision))
        stacks = await self.stacks(opened, entry.actor)
        missing = [each for each in missing if each.revision != entry.revision]
        return Accepted(
            revision=opened.revision,
            patch=entry.patch,
            inverse=entry.inverse,
            touched=entry.touched,
            missing=tuple(missing),
            undo=len(stacks.undo),
            redo=len(stacks.redo),
        )

    async def _catch_up(self, opened: OpenBoard) -> None:
        """Take over what another process did to the board. Raises NotFound if it is gone."""
        try:
            fresh = await self._ledger.load(opened.app, opened.id)
        except AppError:
            self._cache.drop(opened.app, opened.id)
            raise
        if fresh.revision > opened.revision:
            between = await self._ledger.entries(
                opened.app, opened.id, opened.revision, fresh.revision
            )
            opened.catch_up(fresh, between)


def _weight(command: Command) -> int:
    """About how many parts a command changes."""
    if isinstance(command, Restore):
        return len(command.changes)
    return len(command.fragment.nodes) if isinstance(command, Paste) else 1


def _accepted(
    opened: OpenBoard, applied: Applied, missing: list[Entry], stacks: Stacks
) -> Accepted:
    return Accepted(
        revision=opened.revision,
        patch=applied.patch,
        inverse=applied.inverse,
        touched=applied.touched,
        missing=tuple(missing),
        undo=len(stacks.undo),
        redo=len(stacks.redo),
    )


def _check_disjoint(opened: OpenBoard, applied: Applied, missing: list[Entry]) -> None:
    if any(applied.touched & each.touched for each in missing):
        raise StaleRevision(
            "Somebody else changed the same part in the meantime.",
            revision=opened.revision,
            missing=missing,
        )


def _stale(opened: OpenBoard, missing: list[Entry], error: CommandError) -> StaleRevision:
    return StaleRevision(
        f"It does not fit the board as it is now. {error.message}",
        revision=opened.revision,
        missing=missing,
        refused=refusal_of(error),
    )


def _in_the_way(
    opened: OpenBoard, missing: list[Entry], kind: EntryKind, other: Entry
) -> StaleRevision:
    what = "be undone" if kind == "undo" else "be done again"
    return StaleRevision(
        f"It cannot {what}: somebody else changed the same part later ({other.summary}).",
        revision=opened.revision,
        missing=missing,
    )


def _nothing(kind: EntryKind) -> Conflict:
    if kind == "undo":
        message = "There is nothing of yours to undo."
        return Conflict(NOTHING_TO_UNDO, message, remedy="Steps of others stay theirs.")
    message = "There is nothing of yours to do again."
    return Conflict(NOTHING_TO_REDO, message, remedy="A new edit forgets what was undone.")


def _busy() -> Conflict:
    return Conflict(BUSY, "The board changes too fast at this moment.", remedy="Try again.")
