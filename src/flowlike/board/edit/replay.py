"""Recorded changes set again, quickly: from a stored board and what was done to it since."""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import UNSET

from flowlike.board.edit.change import HEAD, STRUCTS, TABLES, Change, EntityKind, head_of, plain
from flowlike.board.edit.change import put_at as put
from flowlike.board.model import Board


def replay(board: Board, patches: Iterable[Iterable[Change]]) -> Board:
    """The board after patches that once led on from it, each from the board before.

    Nothing is checked: the patches come from ``apply`` and from nowhere else. Each entity is made
    once however often it changed, so this is much faster than applying them as commands.
    """
    values: dict[tuple[EntityKind, str], dict[str, Any] | None] = {}
    head: dict[str, Any] | None = None
    for patch in patches:
        for change in patch:
            if change.kind == "board":
                head = head_of(board) if head is None else head
                put(head, change.path, change.after)
                continue
            key = (change.kind, change.id)
            if not change.path:
                values[key] = None if change.after is UNSET else dict(change.after)
                continue
            value = values[key] if key in values else _value(board, *key)
            value = value or {}
            put(value, change.path, change.after)
            values[key] = value
    return _built(board, values, head)


def _value(board: Board, kind: EntityKind, id_: str) -> dict[str, Any]:
    value = plain(getattr(board, TABLES[kind])[id_])
    return dict(value)


def _built(
    board: Board,
    values: dict[tuple[EntityKind, str], dict[str, Any] | None],
    head: dict[str, Any] | None,
) -> Board:
    fields: dict[str, Any] = {}
    for (kind, id_), value in values.items():
        name = TABLES[kind]
        table = fields.get(name)
        if table is None:
            table = fields[name] = dict(getattr(board, name))
        if value is None:
            table.pop(id_, None)
        else:
            table[id_] = msgspec.convert(value, STRUCTS[kind])
    if head is not None:
        converted = msgspec.convert(head, Board)
        fields |= {name: getattr(converted, name) for name in HEAD}
    return msgspec.structs.replace(board, **fields) if fields else board
