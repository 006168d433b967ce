"""Variables, comments, layers as such, the board's own fields, and the stored types."""

import re

import msgspec
from msgspec import UNSET

from flowlike.board.edit.commands import (
    RecordTypes,
    RemoveVariable,
    SetBoard,
    UpsertComment,
    UpsertLayer,
    UpsertVariable,
)
from flowlike.board.edit.draft import Draft, check_id
from flowlike.board.edit.pins import check_own_pins
from flowlike.board.edit.refusal import Refused, refusal
from flowlike.board.edit.values import check_name, check_place, check_value
from flowlike.board.model import InstancePins, Layer

_VERSION = re.compile(r"(0|[1-9][0-9]{0,9})(\.(0|[1-9][0-9]{0,9})){2}")


def upsert_variable(draft: Draft, command: UpsertVariable) -> None:
    """Add or replace a variable. A secret one never brings a value."""
    check_id(command.id)
    _editable(draft, command.id)
    variable, path = command.variable, f"variables.{command.id}"
    check_name(variable.name, path=path)
    if variable.secret and variable.default is not UNSET:
        raise refusal(
            Refused.SECRET_VALUE, "A board never holds the value of a secret variable.", path=path
        )
    check_value(msgspec.to_builtins(variable), path=path)
    draft.put("variable", command.id, variable)


def remove_variable(draft: Draft, command: RemoveVariable) -> None:
    """Remove a variable that is editable."""
    if command.id not in draft.variables:
        raise refusal(
            Refused.UNKNOWN_ENTITY,
            f"There is no variable {command.id}.",
            path=f"variables.{command.id}",
        )
    _editable(draft, command.id)
    draft.drop("variable", command.id)


def upsert_comment(draft: Draft, command: UpsertComment) -> None:
    """Add or replace a comment; what an import kept of it stays."""
    old = draft.comments.get(command.id)
    if old is None:
        draft.fresh(command.id)
    draft.check_layer(command.comment.layer)
    check_value(msgspec.to_builtins(command.comment), node=command.id)
    origin = old.origin if old is not None else None
    comment = msgspec.structs.replace(command.comment, origin=origin)
    draft.put("comment", command.id, comment)
    if command.place is not None:
        if command.place.entry is not None or command.place.exit is not None:
            raise refusal(Refused.BAD_VALUE, "A comment has no entry or exit.", node=command.id)
        draft.put("place", command.id, check_place(command.place, node=command.id))


def upsert_layer(draft: Draft, command: UpsertLayer) -> None:
    """Add a layer or change one; wires of pins that vanish go with them."""
    id_ = command.id
    old = draft.layers.get(id_)
    if old is None:
        draft.fresh(id_)
        old = Layer(name="Layer")
    fields = {
        name: value
        for name in ("name", "parent", "kind", "comment", "color")
        if (value := getattr(command, name)) is not UNSET
    }
    layer = msgspec.structs.replace(old, **fields)
    check_name(layer.name, node=id_)
    check_value([layer.comment, layer.color], node=id_)
    draft.check_layer(layer.parent)
    pins = InstancePins(
        inputs=old.pins.inputs if command.inputs is UNSET else command.inputs,
        outputs=old.pins.outputs if command.outputs is UNSET else command.outputs,
    )
    check_own_pins((*pins.inputs, *pins.outputs), owner=id_)
    draft.put("layer", id_, msgspec.structs.replace(layer, pins=pins))
    _check_tree(draft, id_)
    if pins != old.pins:
        _drop_lost_relays(draft, id_)
    if command.place is not None:
        draft.put("place", id_, check_place(command.place, node=id_))


def set_board(draft: Draft, command: SetBoard) -> None:
    """Change the board's own fields."""
    fields = {
        name: value
        for name in ("name", "description", "version", "settings")
        if (value := getattr(command, name)) is not UNSET
    }
    if "name" in fields:
        check_name(fields["name"], path="name")
    if "version" in fields and not _VERSION.fullmatch(fields["version"]):
        raise refusal(Refused.BAD_VALUE, "A version reads like 1.2.3.", path="version")
    check_value([fields.get("description"), msgspec.to_builtins(fields.get("settings"))])
    draft.set_head(**fields)


def record_types(draft: Draft, _command: RecordTypes) -> None:
    """Store the installed definition of every used type; drop those no node uses.

    What is not installed keeps its stored definition.
    """
    used = {node.type for node in draft.nodes.values()}
    for key in sorted(set(draft.table("type")) - used):
        draft.drop("type", key)
    for key in sorted(used):
        definition = draft.types.get(key)
        if definition is not None and definition != draft.table("type").get(key):
            draft.put("type", key, definition)


def _editable(draft: Draft, id_: str) -> None:
    old = draft.variables.get(id_)
    if old is not None and not old.editable:
        raise refusal(
            Refused.NOT_EDITABLE,
            f"The variable {old.name} is not editable.",
            path=f"variables.{id_}",
        )


def _check_tree(draft: Draft, id_: str) -> None:
    seen: set[str] = set()
    step = draft.layers[id_].parent
    while step and step not in seen:
        if step == id_:
            raise refusal(Refused.LAYER_CYCLE, f"Layer {id_} cannot lie inside itself.", node=id_)
        seen.add(step)
        above = draft.layers.get(step)
        step = above.parent if above is not None else ""


def _drop_lost_relays(draft: Draft, id_: str) -> None:
    table = draft.input_table(id_)
    layer = draft.layers[id_]
    draft.edit(id_, outputs={key: out for key, out in layer.outputs.items() if key in table})
    draft.cut(wire for wire in draft.wires_into((id_,)) if wire[2].partition(".")[2] not in table)
