"""What differs between two boards: as a command, and in words for people.

Spec: engine, section 6; editor, "Versions, diff".
"""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from flowlike.board.definition import PinDefinition
from flowlike.board.edit.change import (
    TABLES,
    Change,
    EntityKind,
    changes_between,
    head_changes,
    head_of,
)
from flowlike.board.edit.commands import Batch, Restore
from flowlike.board.model import Board, Node
from flowlike.board.pins import Types, definition_of, input_pins

What = Literal["added", "removed", "changed", "moved"]
_KINDS: tuple[EntityKind, ...] = ("type", "variable", "node", "layer", "comment", "place")
_RANK: dict[str, int] = {"board": 0, "variable": 1, "layer": 2, "node": 3, "comment": 4, "type": 5}
_SHORT = 60


class Detail(msgspec.Struct, frozen=True):
    """One field, pin or setting before and after: JSON values, UNSET if there is none.

    ``secret``: the values were left out.
    """

    path: str
    before: Any | UnsetType = UNSET
    after: Any | UnsetType = UNSET
    secret: bool = False


class Difference(msgspec.Struct, frozen=True):
    """What happened to one entity."""

    kind: EntityKind
    id: str
    title: str
    what: What
    details: tuple[Detail, ...] = ()

    @property
    def layout(self) -> bool:
        """Whether a run would notice nothing."""
        return self.what == "moved"


def changes(a: Board, b: Board) -> tuple[Change, ...]:
    """Every change from ``a`` to ``b``, in stable order."""
    found = head_changes(head_of(a), head_of(b))
    for kind in _KINDS:
        old, new = getattr(a, TABLES[kind]), getattr(b, TABLES[kind])
        if old is new:
            continue
        for id_ in sorted(old.keys() | new.keys()):
            found += changes_between(kind, id_, old.get(id_), new.get(id_))
    return tuple(found)


def diff(a: Board, b: Board) -> Batch:
    """The batch that makes ``b`` of ``a``; empty if they are equal.

    It names only what differs, and is refused by a board where that part is not as in ``a``.
    """
    found = changes(a, b)
    return Batch((Restore(found, exact=True),) if found else ())


def describe(a: Board, b: Board, types: Types | None = None) -> list[Difference]:
    """What a person would say happened from ``a`` to ``b``. Stable order: by kind, then id.

    ``types`` are installed definitions besides those the boards store. Values of sensitive pins and
    of secret variables are never told.
    """
    known = types if types is not None else {}
    groups: dict[tuple[EntityKind, str], list[Change]] = {}
    for change in changes(a, b):
        groups.setdefault((change.kind, change.id), []).append(change)
    places = {id_: group for (kind, id_), group in groups.items() if kind == "place"}
    told = [
        _difference(kind, id_, group, a, b, known)
        for (kind, id_), group in groups.items()
        if kind != "place"
    ]
    said = {(item.kind, item.id): item for item in told}
    for id_, group in places.items():
        owner = _owner(a, b, id_)
        if (owner, id_) not in said:
            details = _details(group, frozenset())
            told.append(Difference(owner, id_, _title(a, b, owner, id_), "moved", details))
    return sorted(told, key=lambda item: (_RANK[item.kind], item.id))


def render(differences: list[Difference], *, layout: bool = True) -> str:
    """The differences as lines of text; without ``layout``, moves are left out."""
    return "".join(f"{line}\n" for item in differences for line in _lines(item, layout=layout))


def _lines(item: Difference, *, layout: bool) -> Iterator[str]:
    if item.layout and not layout:
        return
    name = f"{item.kind} {item.id}".rstrip()
    yield f"{item.what:<8}{name}" + (f" ({item.title})" if item.title else "")
    if item.what != "changed":
        return
    for detail in item.details:
        yield f"        {detail.path}: {_said(detail)}"


def _said(detail: Detail) -> str:
    if detail.secret:
        return "changed, not shown"
    return f"{_text(detail.before)} → {_text(detail.after)}"


def _text(value: Any) -> str:
    if value is UNSET:
        return "(none)"
    text = msgspec.json.encode(value, order="deterministic").decode()
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"


def _difference(
    kind: EntityKind, id_: str, group: list[Change], a: Board, b: Board, types: Types
) -> Difference:
    title = _title(a, b, kind, id_)
    if kind != "board" and not group[0].path:
        first = group[0]
        if first.before is UNSET:
            return Difference(kind, id_, title, "added")
        if first.after is UNSET:
            return Difference(kind, id_, title, "removed")
    return Difference(
        kind, id_, title, "changed", _details(group, _secret_paths(kind, id_, a, b, types))
    )


def _details(group: list[Change], secret: frozenset[str]) -> tuple[Detail, ...]:
    return tuple(
        Detail(path, secret=True)
        if (path := ".".join(change.path)) in secret
        else Detail(path, change.before, change.after)
        for change in group
    )


def _secret_paths(kind: EntityKind, id_: str, a: Board, b: Board, types: Types) -> frozenset[str]:
    """Paths whose values are not told."""
    if kind == "variable":
        pair = (a.variables.get(id_), b.variables.get(id_))
        return frozenset({"default"} if any(item and item.secret for item in pair) else ())
    if kind != "node":
        return frozenset()
    found: set[str] = set()
    for board in (a, b):
        node = board.nodes.get(id_)
        if node is None:
            continue
        definition = definition_of(node, board, types)
        pins: dict[str, PinDefinition] = {} if definition is None else input_pins(node, definition)
        outputs = () if definition is None else (*definition.outputs, *node.pins.outputs)
        found |= {f"in.{key}" for key, pin in pins.items() if pin.sensitive}
        if any(pin.sensitive for pin in outputs):
            found.add("settings.pinned")
    return frozenset(found)


def _owner(a: Board, b: Board, id_: str) -> EntityKind:
    for kind in ("node", "layer", "comment"):
        if id_ in getattr(b, TABLES[kind]) or id_ in getattr(a, TABLES[kind]):
            return kind
    return "node"


def _title(a: Board, b: Board, kind: EntityKind, id_: str) -> str:
    if kind in {"board", "type"}:
        return ""
    entity = getattr(b, TABLES[kind]).get(id_) or getattr(a, TABLES[kind]).get(id_)
    if isinstance(entity, Node):
        definition = b.types.get(entity.type) or a.types.get(entity.type)
        return entity.name or (definition.title if definition else "") or entity.type
    if kind == "comment" and entity is not None:
        return str(entity.content)[:_SHORT]
    return str(getattr(entity, "name", ""))
