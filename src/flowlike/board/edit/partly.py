"""Some entities of a board as another state has them, with the wires that still fit."""

from collections.abc import Collection

from flowlike.board.edit.change import EntityKind
from flowlike.board.edit.draft import Draft
from flowlike.board.model import Board
from flowlike.board.pins import Types, split_endpoint

_KINDS: tuple[EntityKind, ...] = ("variable", "layer", "node", "comment", "place")
_HOMES: tuple[tuple[EntityKind, str], ...] = (
    ("node", "layer"),
    ("comment", "layer"),
    ("layer", "parent"),
)


def partly(now: Board, then: Board, ids: Collection[str], types: Types) -> Board:
    """The board ``now``, but with the entities of ``ids`` as ``then`` has them.

    Wires lead only to what is there, and a data input that is fed by now keeps what feeds it. What
    stood in a layer that is gone stands on the board itself.
    """
    draft, other = Draft(now, types), Draft(then, types)
    before = set(draft.nodes) | set(draft.layers)
    wanted = set(ids)
    own = [wire for wire in _wires(other) if wire[0] in wanted]
    entering = [wire for wire in other.wires_into(wanted) if wire[0] not in wanted]
    for kind in _KINDS:
        for id_ in wanted:
            value = other.table(kind).get(id_)
            if value is None:
                draft.drop(kind, id_)
            else:
                draft.put(kind, id_, value)
    for id_ in wanted & set(draft.nodes):
        _bring_type(draft, other, id_)
    _rehome(draft)
    gone = before - set(draft.nodes) - set(draft.layers)
    draft.cut(draft.wires_into(gone))
    draft.cut(own)
    for source, key, target in own + entering:
        if _leads(draft, source, key, target):
            draft.set_wires(source, key, (*draft.wires_from(source, key), target))
    board, _ = draft.finish()
    return board


def _wires(draft: Draft) -> list[tuple[str, str, str]]:
    return draft.wires_into(set(draft.nodes) | set(draft.layers))


def _bring_type(draft: Draft, other: Draft, id_: str) -> None:
    """Store the definition that the node was stored with."""
    key = draft.nodes[id_].type
    if key not in draft.table("type") and key in other.table("type"):
        draft.put("type", key, other.table("type")[key])


def _rehome(draft: Draft) -> None:
    """Put what stands in a layer that is gone on the board itself."""
    for kind, field in _HOMES:
        for id_, entity in list(draft.table(kind).items()):
            home = getattr(entity, field)
            if home and home not in draft.layers:
                draft.edit(id_, **{field: ""})


def _leads(draft: Draft, source: str, key: str, target: str) -> bool:
    """Whether a wire of then can be drawn now."""
    wired = set(draft.nodes) | set(draft.layers)
    id_, pin = split_endpoint(target)
    if source not in wired or id_ not in wired or target in draft.wires_from(source, key):
        return False
    if not (_is_known(draft, source) and _is_known(draft, id_)):
        return True  # as it was: nobody can say what is wrong with it
    found = draft.input_table(id_).get(pin)
    if found is None or key not in draft.output_table(source):
        return False
    fed = any(end == target for _, _, end in draft.wires_into({id_}))
    return found.is_execution or not fed


def _is_known(draft: Draft, id_: str) -> bool:
    """Whether the pins of a node or layer are known."""
    node = draft.nodes.get(id_)
    return node is None or draft.definition(node) is not None
