"""Undo and redo of one person, and whether somebody else's later edit stands in the way. Pure.

Each row of a person's edits is on their undo stack, on their redo stack, or on neither; the newest
row of a stack is its top. So the stacks outlive the process, and nothing but rows is kept.
"""

from collections.abc import Iterable

import msgspec

from flowlike.apps.entries import Entry, EntryKind
from flowlike.board.edit import Change

UNDO, REDO, NEITHER = "undo", "redo", ""


class Stacks(msgspec.Struct):
    """Revisions that a person may take back, and those they may do again; the last is the top."""

    undo: list[int] = []
    redo: list[int] = []

    def push(self, revision: int, kind: EntryKind) -> None:
        """Note what was done: an edit forgets what could be done again."""
        if kind == "undo":
            self.undo.pop()
            self.redo.append(revision)
        elif kind == "redo":
            self.redo.pop()
            self.undo.append(revision)
        else:
            self.redo.clear()
            self.undo.append(revision)


def stack_of(kind: EntryKind) -> str:
    """The stack on which a new entry lands."""
    return REDO if kind == "undo" else UNDO


def blocker(entry: Entry, later: Iterable[Entry]) -> Entry | None:
    """The first later entry by somebody else that changed what taking ``entry`` back would change.

    What its author took back since does not count. An entry that only an exact restore takes back
    is blocked by any later edit of what it touched, since an exact restore looks at nothing else.
    """
    standing: dict[int, Entry] = {}
    for each in later:
        if each.actor == entry.actor:
            continue
        if each.answers in standing:
            del standing[each.answers]
        else:
            standing[each.revision] = each
    for each in standing.values():
        if _meet(entry.patch, each.patch) or (entry.exact and entry.touched & each.touched):
            return each
    return None


def _meet(one: tuple[Change, ...], other: tuple[Change, ...]) -> bool:
    """Whether two patches changed the same part of an entity, or one of them the whole of it."""
    paths: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for change in one:
        paths.setdefault((change.kind, change.id), []).append(change.path)
    return any(
        _inside(path, change.path)
        for change in other
        for path in paths.get((change.kind, change.id), ())
    )


def _inside(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
