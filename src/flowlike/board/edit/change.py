"""Changes of a board as data: what was there before, what is there after.

A change names an entity and a path inside it. Entities that come or go are one change with an empty
path; an edited one gives a change for each field, pin or setting, so that edits of different parts
of one entity do not collide.
"""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from flowlike.board.definition import NodeDefinition
from flowlike.board.model import Board, Comment, Layer, Node, Place, Variable

EntityKind = Literal["board", "type", "variable", "node", "layer", "comment", "place"]

TABLES: dict[EntityKind, str] = {
    "type": "types",
    "variable": "variables",
    "node": "nodes",
    "layer": "layers",
    "comment": "comments",
    "place": "layout",
}
"""The field of the board that holds entities of a kind."""

STRUCTS: dict[EntityKind, type[msgspec.Struct]] = {
    "type": NodeDefinition,
    "variable": Variable,
    "node": Node,
    "layer": Layer,
    "comment": Comment,
    "place": Place,
}

HEAD = ("id", "name", "description", "version", "settings", "origin")
"""Fields of the board itself, in file order."""

# Fields that are compared one level down; the rest are values as a whole.
_DEEP = frozenset({"in", "out", "settings", "pins"})
_WHOLE: frozenset[EntityKind] = frozenset({"type", "place"})


class Change(
    msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, forbid_unknown_fields=True
):
    """One difference. ``path`` uses the file's names, such as ``("in", "message")``.

    ``before`` and ``after`` are JSON values, absent where there is nothing (or a default).
    """

    kind: EntityKind
    id: str = ""
    path: tuple[str, ...] = ()
    before: Any | UnsetType = UNSET
    after: Any | UnsetType = UNSET

    def reversed(self) -> "Change":
        """The change that undoes this one."""
        return msgspec.structs.replace(self, before=self.after, after=self.before)


def same(left: Any, right: Any) -> bool:
    """Whether two JSON values read the same: 1, 1.0 and true differ, key order does not count."""
    if left is right:
        return True
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return len(left) == len(right) and all(
            key in right and same(value, right[key]) for key, value in left.items()
        )
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float) and isinstance(right, float):
        return left.hex() == right.hex()  # tells 0.0 from -0.0
    return type(left) is type(right) and bool(left == right)


def plain(value: Any) -> Any:
    """A document value as JSON types. Settings and pins that say nothing are left out."""
    built = msgspec.to_builtins(value)
    if isinstance(value, Node | Layer | Board):
        for field in ("settings", "pins"):
            if built.get(field) == {}:  # msgspec omits only the default object itself
                del built[field]
    return built


def changes_between(
    kind: EntityKind, id_: str, before: msgspec.Struct | None, after: msgspec.Struct | None
) -> list[Change]:
    """The changes that turn one state of an entity into another; None is absence. Stable order."""
    if before is after:
        return []
    if before is None or after is None or kind in _WHOLE:
        old = UNSET if before is None else plain(before)
        new = UNSET if after is None else plain(after)
        if same(old, new):
            return []
        return [Change(kind=kind, id=id_, before=old, after=new)]
    old_parts, new_parts = _flatten(plain(before)), _flatten(plain(after))
    found = []
    for path in sorted(old_parts.keys() | new_parts.keys()):
        old, new = old_parts.get(path, UNSET), new_parts.get(path, UNSET)
        if not same(old, new):
            found.append(Change(kind=kind, id=id_, path=path, before=old, after=new))
    return found


def head_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Changes of the board's own fields, given as JSON values."""
    old_parts, new_parts = _flatten(before), _flatten(after)
    return [
        Change(
            kind="board",
            path=path,
            before=old_parts.get(path, UNSET),
            after=new_parts.get(path, UNSET),
        )
        for path in sorted(old_parts.keys() | new_parts.keys())
        if not same(old_parts.get(path, UNSET), new_parts.get(path, UNSET))
    ]


def head_of(board: Board, replaced: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The board's own fields as JSON values; ``replaced`` fields take the place of the board's."""
    fields = {name: getattr(board, name) for name in HEAD}
    return {
        key: value
        for key, value in plain(Board(**(fields | dict(replaced or {})))).items()
        if key in HEAD
    }


def value_at(entity: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """The JSON value at a path of an entity, UNSET if there is none."""
    value: Any = entity
    for step in path:
        if not isinstance(value, Mapping) or step not in value:
            return UNSET
        value = value[step]
    return value


def put_at(entity: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Write a JSON value at a path of an entity (two steps at most); UNSET removes."""
    holder = entity
    if len(path) == 2:
        inner = dict(entity.get(path[0]) or {})
        entity[path[0]] = inner
        holder = inner
    if value is UNSET:
        holder.pop(path[-1], None)
    else:
        holder[path[-1]] = value


def ends_in(change: Change, value: Any) -> set[str]:
    """Endpoints of the wires that ``value``, the change's ``before`` or ``after``, holds."""
    if value is UNSET or change.kind not in {"node", "layer"}:
        return set()
    if change.path[:1] == ("out",):
        outputs: Any = [value]
    elif not change.path:
        outputs = value.get("out", {}).values()
    else:
        return set()
    return {end for output in outputs for end in output.get("to", ())}


def home_in(change: Change, value: Any) -> str:
    """The layer that ``value``, the change's ``before`` or ``after``, puts the entity in."""
    field = "parent" if change.kind == "layer" else "layer"
    if value is UNSET or change.kind not in {"node", "layer", "comment"}:
        return ""
    if change.path == (field,):
        return str(value)
    return "" if change.path else str(value.get(field, ""))


def valid_path(path: tuple[str, ...]) -> bool:
    """Whether an entity can change at that path."""
    return len(path) < 2 or (len(path) == 2 and path[0] in _DEEP)


def _flatten(entity: Mapping[str, Any]) -> dict[tuple[str, ...], Any]:
    parts: dict[tuple[str, ...], Any] = {}
    for field, value in entity.items():
        if field in _DEEP and isinstance(value, Mapping):
            for key, inner in value.items():
                parts[field, key] = inner
        else:
            parts[field,] = value
    return parts
