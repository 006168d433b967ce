"""Recorded changes set as they were recorded: undo, redo, differences and merges."""

from collections import Counter
from typing import Any

import msgspec
from msgspec import UNSET

from flowlike.board.edit.change import (
    HEAD,
    STRUCTS,
    Change,
    EntityKind,
    ends_in,
    home_in,
    plain,
    put_at,
    same,
    valid_path,
    value_at,
)
from flowlike.board.edit.commands import Restore
from flowlike.board.edit.draft import ENTITY_ID, Draft, check_id
from flowlike.board.edit.refusal import Refused, refusal
from flowlike.board.edit.values import check_value
from flowlike.board.model import Board, Layer, Node
from flowlike.board.pins import split_endpoint


def restore(draft: Draft, command: Restore) -> None:
    """Set every changed part, if the board holds what was there before.

    Unless ``exact``, it also refuses to leave wires or members without what they belong to, and a
    data input with two sources: signs of a later edit by somebody else.
    """
    groups: dict[tuple[EntityKind, str], list[Change]] = {}
    for change in command.changes:
        groups.setdefault((change.kind, change.id), []).append(change)
    wires = _Wires(draft)
    for (kind, id_), changes in groups.items():
        if kind == "board":
            _restore_head(draft, changes, exact=command.exact)
        else:
            if not command.exact:
                wires.note(kind, id_)
            _restore_entity(draft, kind, id_, changes, exact=command.exact)
    if not command.exact:
        wires.check()


def _restore_entity(
    draft: Draft, kind: EntityKind, id_: str, changes: list[Change], *, exact: bool
) -> None:
    present = draft.table(kind).get(id_)
    value: dict[str, Any] | None = None if present is None else plain(present)
    for change in changes:
        value = _changed(change, value)
    if value is None:
        draft.drop(kind, id_)
        return
    if not exact:
        if kind in {"node", "layer", "comment"} and present is None:
            draft.fresh(id_)
        elif kind != "type":
            check_id(id_)
        check_value(value, node=id_)
    try:
        draft.put(kind, id_, msgspec.convert(value, STRUCTS[kind]))
    except msgspec.ValidationError as error:
        raise refusal(Refused.BAD_VALUE, f"A change does not fit: {error}.", node=id_) from error


def _restore_head(draft: Draft, changes: list[Change], *, exact: bool) -> None:
    value: dict[str, Any] | None = draft.head()
    for change in changes:
        if change.id or not change.path or change.path[0] not in HEAD:
            raise refusal(Refused.BAD_VALUE, "The board has no such part.", path=_path(change))
        value = _changed(change, value)
    if not exact:
        check_value(value)
    try:
        board = msgspec.convert(value, Board)
    except msgspec.ValidationError as error:
        raise refusal(Refused.BAD_VALUE, f"A change does not fit: {error}.") from error
    draft.set_head(**{name: getattr(board, name) for name in HEAD})


def _changed(change: Change, value: dict[str, Any] | None) -> dict[str, Any] | None:
    if not valid_path(change.path):
        raise refusal(
            Refused.BAD_VALUE, "There is no such part.", node=change.id, path=_path(change)
        )
    present: Any = UNSET if value is None else value
    if change.path:
        present = UNSET if value is None else value_at(value, change.path)
    if not same(present, change.before) or (change.path and value is None):
        raise refusal(
            Refused.CONFLICT,
            "The board no longer holds what this change replaces.",
            node=change.id,
            path=_path(change),
        )
    if not change.path:
        if change.after is UNSET:
            return None
        if not isinstance(change.after, dict):
            raise refusal(Refused.BAD_VALUE, "An entity is an object.", node=change.id)
        return dict(change.after)
    copy = dict(value or {})
    put_at(copy, change.path, change.after)
    return copy


def _path(change: Change) -> str:
    return ".".join((change.kind, *change.path))


def is_loose(old: Draft, patch: tuple[Change, ...]) -> bool:
    """Whether the parts of the old board that the patch changed held loose ends or odd ids.

    If so, only an exact restore brings them back.
    """
    ids: set[str] = set()
    ends: set[str] = set()
    for change in patch:
        home = home_in(change, change.before)
        if (home and home not in old.layers) or (
            change.kind not in {"type", "board"} and not ENTITY_ID.fullmatch(change.id)
        ):
            return True
        if change.kind in {"node", "layer"}:
            ends |= ends_in(change, change.before) - ends_in(change, change.after)
            if _makes_pins(change):
                ids.add(change.id)
    into = ids | {split_endpoint(end)[0] for end in ends}
    counted = Counter(wire[2] for wire in old.wires_into(into)) if into else Counter()
    return any(_dangles(old, end, count, new=end in ends) for end, count in counted.items())


def _makes_pins(change: Change) -> bool:
    """Whether undoing the change alters which pins of an entity wires may lead to."""
    field, key = (*change.path, "", "")[:2]
    if not field:
        return change.before is not UNSET
    return field in {"type", "pins"} or (field == "in" and "#" in key)


def _dangles(draft: Draft, end: str, count: int, *, new: bool) -> bool:
    """Whether a wire leads to nothing, or is new and shares a data input with another."""
    id_, key = split_endpoint(end)
    entity = draft.nodes.get(id_) or draft.layers.get(id_)
    if entity is None:
        return True
    if isinstance(entity, Node) and draft.definition(entity) is None:
        return False
    pin = draft.input_table(id_).get(key)
    return pin is None or (new and count > 1 and not pin.is_execution)


class _Wires:
    """What a restored part could leave dangling, looked at after all is set."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._before: dict[str, set[str]] = {}
        self._pins: dict[str, set[str]] = {}
        self._homes: dict[str, str] = {}

    def note(self, kind: EntityKind, id_: str) -> None:
        """Remember the wires that leave an entity, and its pins, before it changes."""
        if kind in {"node", "layer", "comment"}:
            self._homes[id_] = self._home(id_)
            entity = self._draft.table(kind).get(id_)
            self._before[id_] = _targets(entity)
            if isinstance(entity, Node | Layer):
                self._pins[id_] = self._inputs(id_, entity)

    def check(self) -> None:
        """Refuse what would be left behind. Raises CommandError ``command.conflict``."""
        draft = self._draft
        added: set[str] = set()
        lost: set[str] = set()
        for id_ in self._homes:
            entity = draft.nodes.get(id_) or draft.layers.get(id_)
            added |= _targets(entity) - self._before[id_]
            now = set() if entity is None else self._inputs(id_, entity)
            if self._pins.get(id_, set()) - now:
                lost.add(id_)
            home = self._home(id_)
            if home != self._homes[id_] and home and home not in draft.layers:
                raise _conflict(home)
        ends = lost | {split_endpoint(end)[0] for end in added}
        counted = Counter(wire[2] for wire in draft.wires_into(ends)) if ends else Counter()
        for end, count in counted.items():
            if _dangles(draft, end, count, new=end in added):
                raise _conflict(*split_endpoint(end))
        for id_ in lost - set(draft.nodes) - set(draft.layers):
            if draft.members((id_,)):
                raise _conflict(id_)

    def _home(self, id_: str) -> str:
        draft = self._draft
        known = id_ in draft.nodes or id_ in draft.layers or id_ in draft.comments
        return draft.home_of(id_) if known else ""

    def _inputs(self, id_: str, entity: Node | Layer) -> set[str]:
        known = isinstance(entity, Layer) or self._draft.definition(entity) is not None
        return {"", *(self._draft.input_table(id_) if known else ())}


def _targets(entity: msgspec.Struct | None) -> set[str]:
    if not isinstance(entity, Node | Layer):
        return set()
    return {end for output in entity.outputs.values() for end in output.to}


def _conflict(id_: str, pin: str = "") -> Exception:
    return refusal(
        Refused.CONFLICT, "A later edit depends on what this would change.", node=id_, pin=pin
    )
