"""What lists show of a board, taken from the board when it changes."""

from typing import Any

import msgspec

from flowlike.board.definition import Kind
from flowlike.board.edit import Change
from flowlike.board.model import Board
from flowlike.board.pins import Types, definition_of


class Start(msgspec.Struct, frozen=True):
    """A start node of a board."""

    id: str
    name: str
    type: str


def facts_of(board: Board, types: Types, actor: str, now: int) -> dict[str, Any]:
    """Columns of the board's row."""
    return {
        "name": board.name,
        "description": board.description,
        "nodes": len(board.nodes),
        "starts": msgspec.json.encode(starts_of(board, types)),
        "updated_us": now,
        "updated_by": actor,
    }


def change(patch: tuple[Change, ...]) -> bool:
    """Whether a patch may have changed any of it."""
    return any(
        each.kind == "board"
        or (each.kind == "node" and each.path[:1] in {(), ("name",), ("type",)})
        for each in patch
    )


def starts_of(board: Board, types: Types) -> list[Start]:
    """The start nodes, sorted by name."""
    is_start: dict[str, str] = {}
    found = []
    for id_, node in board.nodes.items():
        title = is_start.get(node.type)
        if title is None:
            definition = definition_of(node, board, types)
            starts = definition is not None and definition.kind is Kind.START
            title = (definition.title or node.type) if definition and starts else ""
            is_start[node.type] = title
        if title:
            found.append(Start(id_, node.name or title, node.type))
    return sorted(found, key=lambda start: (start.name, start.id))
