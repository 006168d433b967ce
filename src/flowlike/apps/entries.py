"""What was done to a board: one entry a revision, in memory, in a row and on the wire."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from flowlike.board.edit import Applied, Batch, Change, Command, Restore
from flowlike.errors import CommandError, Conflict, Where

EntryKind = Literal["edit", "undo", "redo", "restore", "files"]

STALE = "board.stale-revision"
_REMEDY = "Take over what was missed, and do it again if it still fits."

_encode = msgspec.json.encode
_decode_commands = msgspec.json.Decoder(tuple[Command, ...]).decode
_decode_patch = msgspec.json.Decoder(tuple[Change, ...]).decode
_decode_touched = msgspec.json.Decoder(frozenset[str]).decode


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """How a board came to its revision.

    Attributes:
        revision: the one it led to.
        actor: id of who did it.
        at_us: when, by the server.
        id: the batch's id; its author minted it.
        kind: what sort of change.
        summary: what it was, in a few words.
        commands: what was asked for; those of an undo are what it restored.
        patch: what changed from the revision before.
        touched: what it wrote or leaned on, as ``kind:id``.
        exact: whether only an exact restore takes it back.
        answers: for undo and redo, the revision that was taken back or done again; else 0.
    """

    revision: int
    actor: str
    at_us: int
    id: str
    kind: EntryKind
    summary: str
    commands: tuple[Command, ...]
    patch: tuple[Change, ...]
    touched: frozenset[str]
    exact: bool = False
    answers: int = 0

    @property
    def inverse(self) -> Restore:
        """The command that takes it back."""
        return Restore(tuple(each.reversed() for each in reversed(self.patch)), exact=self.exact)


class HistoryItem(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as a list shows it. ``version`` is the one published of that revision, if any."""

    revision: int
    actor: str
    at_us: int
    id: str
    kind: EntryKind
    summary: str
    version: str = ""


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """A batch was applied, or had been already.

    Attributes:
        revision: the board's, with the batch in it.
        patch: what the batch changed.
        inverse: what takes it back.
        touched: what it wrote or leaned on.
        missing: what others had done since the base revision, the oldest first; it does not hold
            the batch itself.
        undo: how many steps its author may take back now.
        redo: how many they may do again.
    """

    revision: int
    patch: tuple[Change, ...]
    inverse: Restore
    touched: frozenset[str]
    missing: tuple[Entry, ...]
    undo: int
    redo: int


class Refusal(msgspec.Struct, frozen=True):
    """Why a batch does not fit the present board."""

    code: str
    message: str
    where: Where


class StaleRevision(Conflict):
    """A batch came too late: others changed what it wants to change. Nothing happened.

    Attributes:
        revision: the board's.
        missing: what was done since the base revision, the oldest first.
        refused: why the batch does not fit the present board; None if it only meets what others
            touched.
    """

    def __init__(
        self,
        message: str,
        *,
        revision: int,
        missing: Sequence[Entry],
        refused: Refusal | None = None,
    ) -> None:
        where = refused.where if refused else Where()
        super().__init__(STALE, message, remedy=_REMEDY, where=where)
        self.revision = revision
        self.missing = tuple(missing)
        self.refused = refused


def refusal_of(error: CommandError) -> Refusal:
    """The reason a command gave, as data."""
    return Refusal(error.code, error.message, error.where)


def made(
    applied: Applied,
    batch: Batch,
    *,
    revision: int,
    actor: str,
    at_us: int,
    batch_id: str,
    kind: EntryKind,
    summary: str,
    answers: int = 0,
) -> Entry:
    """The entry of what ``apply`` did."""
    return Entry(
        revision=revision,
        actor=actor,
        at_us=at_us,
        id=batch_id,
        kind=kind,
        summary=summary,
        commands=batch.commands,
        patch=applied.patch,
        touched=applied.touched,
        exact=applied.inverse.exact,
        answers=answers,
    )


def row_of(entry: Entry, stack: str) -> dict[str, Any]:
    """The entry's row, without app and board; a restore's commands are its patch, kept once."""
    commands = () if _says_its_patch(entry) else entry.commands
    return {
        "revision": entry.revision,
        "actor": entry.actor,
        "batch_id": entry.id,
        "kind": entry.kind,
        "answers": entry.answers,
        "stack": stack,
        "commands": _encode(commands),
        "patch": _encode(entry.patch),
        "exact": entry.exact,
        "touched": _encode(sorted(entry.touched)),
        "summary": entry.summary,
        "at_us": entry.at_us,
    }


def entry_of(row: Mapping[Any, Any]) -> Entry:
    """The entry that a row holds."""
    patch = _decode_patch(row["patch"])
    commands = _decode_commands(row["commands"])
    if not commands:
        commands = (Restore(patch, exact=True),)
    return Entry(
        revision=row["revision"],
        actor=row["actor"],
        at_us=row["at_us"],
        id=row["batch_id"],
        kind=row["kind"],
        summary=row["summary"],
        commands=commands,
        patch=patch,
        touched=_decode_touched(row["touched"]),
        exact=row["exact"],
        answers=row["answers"],
    )


def patch_of(raw: bytes) -> tuple[Change, ...]:
    """The patch that a row's column holds."""
    return _decode_patch(raw)


def _says_its_patch(entry: Entry) -> bool:
    return all(isinstance(each, Restore) for each in entry.commands)


def touched_by(entries: Iterable[Entry]) -> frozenset[str]:
    """All that entries wrote or leaned on."""
    found: set[str] = set()
    for entry in entries:
        found |= entry.touched
    return frozenset(found)
