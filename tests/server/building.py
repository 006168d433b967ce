"""Boards in a few words."""

from typing import Any

from flowlike.board.model import Board, Input, Node, Output
from flowlike.nodes.catalog import default_catalog

CATALOG = default_catalog()


def node(kind: str, literals: dict[str, Any] | None = None, **wires: list[str]) -> Node:
    """A node with what is written on its inputs and where its outputs lead."""
    return Node(
        type=f"{kind}@1",
        inputs={pin: Input(value) for pin, value in (literals or {}).items()},
        outputs={pin: Output(tuple(to)) for pin, to in wires.items()},
    )


def board_of(id_: str, **nodes: Node) -> Board:
    """A board of these nodes."""
    types = {each.type: CATALOG.get(each.type) for each in nodes.values()}
    known = {key: definition for key, definition in types.items() if definition is not None}
    assert len(known) == len(types), types
    return Board(id=id_, name=id_, types=known, nodes=nodes)
