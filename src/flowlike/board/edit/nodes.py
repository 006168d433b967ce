"""Nodes: add, literals, settings, names, notes, removal, places."""

from typing import Any

import msgspec
from msgspec import UNSET

from flowlike.board.definition import DataType
from flowlike.board.edit.commands import (
    AddNode,
    ClearPinValue,
    MoveMany,
    Remove,
    Rename,
    SetComment,
    SetFunctionReference,
    SetLayer,
    SetNodeSetting,
    SetPinValue,
)
from flowlike.board.edit.draft import Draft, beyond_count
from flowlike.board.edit.follow import follow_literals, follow_starts
from flowlike.board.edit.refusal import Refused, refusal
from flowlike.board.edit.values import check_name, check_place, check_value
from flowlike.board.model import Input, Layer, Node, NodeSettings, Place
from flowlike.board.pins import output_pins

RETRY_ATTEMPTS = 100
_DAY_MS = 86_400_000
_LAYER_ONLY = ("entry", "exit")
_COMMENT_ONLY = ("width", "height")


def add_node(draft: Draft, command: AddNode) -> None:
    """Place a node; pins that follow from default literals come with it."""
    id_ = draft.fresh(command.id)
    draft.check_layer(command.layer)
    if draft.types.get(command.type) is None:
        raise refusal(Refused.UNKNOWN_TYPE, f"The type {command.type} is not installed.", node=id_)
    name = check_name(command.name, node=id_, empty=True)
    draft.put("node", id_, Node(type=command.type, name=name, layer=command.layer))
    if command.place is not None:
        draft.put("place", id_, check_place(command.place, node=id_))
    follow_literals(draft, id_)


def set_pin_value(draft: Draft, command: SetPinValue) -> None:
    """Write a literal; pins that follow from it are renewed."""
    node = _with_input(draft, command.node, command.pin)
    value = check_value(command.value, node=command.node, pin=command.pin)
    _check_fit(draft, command)
    draft.edit(command.node, inputs={**node.inputs, command.pin: Input(value=value)})
    follow_literals(draft, command.node)


def clear_pin_value(draft: Draft, command: ClearPinValue) -> None:
    """Remove a literal; a pin that exists by being listed stays."""
    node = _with_input(draft, command.node, command.pin)
    definition = draft.definition(node)
    inputs = dict(node.inputs)
    inputs.pop(command.pin, None)
    if definition is not None and beyond_count(
        command.pin, (*definition.inputs, *node.pins.inputs)
    ):
        inputs[command.pin] = Input()
    draft.edit(command.node, inputs=inputs)
    follow_literals(draft, command.node)


def set_node_setting(draft: Draft, command: SetNodeSetting) -> None:
    """Write one setting, checked against its type and bounds."""
    node, place = draft.node(command.node), f"settings.{command.setting}"
    fields: dict[str, Any] = {
        name: getattr(node.settings, name) for name in NodeSettings.__struct_fields__
    }
    if command.value is UNSET:
        fields[command.setting] = getattr(NodeSettings(), command.setting)
    else:
        value = check_value(command.value, node=command.node, path=place)
        try:
            parsed = msgspec.convert({command.setting: value}, NodeSettings)
        except msgspec.ValidationError as error:
            raise refusal(
                Refused.BAD_VALUE,
                f"The setting {command.setting} cannot hold this value.",
                node=command.node,
                path=place,
            ) from error
        fields[command.setting] = getattr(parsed, command.setting)
    settings = NodeSettings(**fields)
    fault = _setting_fault(draft, node, settings)
    if fault:
        raise refusal(Refused.BAD_VALUE, fault, node=command.node, path=place)
    draft.edit(command.node, settings=settings)


def _setting_fault(draft: Draft, node: Node, settings: NodeSettings) -> str:
    retry = settings.retry
    if retry is not None:
        if not 1 <= retry.attempts <= RETRY_ATTEMPTS:
            return f"A node is tried 1 to {RETRY_ATTEMPTS} times."
        if not 0 <= retry.delay_ms <= _DAY_MS:
            return "The delay between attempts is 0 ms to one day."
    if settings.timeout_ms is not None and not 1 <= settings.timeout_ms <= _DAY_MS:
        return "A time limit is 1 ms to one day."
    definition = draft.definition(node)
    if settings.pinned and definition is not None:
        known = output_pins(node, definition)
        for key in settings.pinned:
            if key not in known or known[key].is_execution:
                return f"There is no data output {key} to pin."
    return ""


def rename(draft: Draft, command: Rename) -> None:
    """Name a node or layer; only a node's name may be empty."""
    entity = draft.wired(command.id)
    draft.edit(
        command.id,
        name=check_name(command.name, node=command.id, empty=isinstance(entity, Node)),
    )


def set_comment(draft: Draft, command: SetComment) -> None:
    """Write the note of a node or layer."""
    draft.wired(command.id)
    draft.edit(command.id, comment=check_value(command.comment, node=command.id, path="comment"))


def set_function_reference(draft: Draft, command: SetFunctionReference) -> None:
    """Write the list of nodes that may be called; each exists and stands once."""
    draft.node(command.node)
    for id_ in command.functions:
        draft.node(id_)
    if len(set(command.functions)) < len(command.functions):
        raise refusal(Refused.BAD_VALUE, "A function is listed twice.", node=command.node)
    draft.edit(command.node, functions=command.functions)


def move_many(draft: Draft, command: MoveMany) -> None:
    """Write places; coordinates that are not given stay."""
    for id_, move in command.moves.items():
        kind = draft.kind_of(id_)
        foreign = (*(_LAYER_ONLY if kind != "layer" else ()),) + (
            _COMMENT_ONLY if kind != "comment" else ()
        )
        given = {
            name: value
            for name in move.__struct_fields__
            if (value := getattr(move, name)) is not UNSET
        }
        wrong = [name for name in foreign if name in given]
        if wrong:
            raise refusal(Refused.BAD_VALUE, f"A {kind} has no {wrong[0]}.", node=id_)
        place = msgspec.structs.replace(draft.layout.get(id_, Place()), **given)
        draft.put("place", id_, check_place(place, node=id_))


def set_layer(draft: Draft, command: SetLayer) -> None:
    """Put entities into a layer; a layer never comes to lie inside itself."""
    draft.check_layer(command.layer)
    above = set()
    step = command.layer
    while step and step not in above:
        above.add(step)
        step = draft.layers[step].parent if step in draft.layers else ""
    for id_ in command.ids:
        kind = draft.kind_of(id_)
        if kind == "layer" and id_ in above:
            raise refusal(Refused.LAYER_CYCLE, f"Layer {id_} cannot lie inside itself.", node=id_)
        draft.edit(id_, **{"parent" if kind == "layer" else "layer": command.layer})


def remove(draft: Draft, command: Remove) -> None:
    """Remove entities, what lies inside them, and all that leads to them."""
    for id_ in command.ids:
        draft.kind_of(id_)
    gone = set(command.ids) | draft.members(id_ for id_ in command.ids if id_ in draft.layers)
    remove_entities(draft, gone)


def remove_entities(draft: Draft, gone: set[str]) -> None:
    """Remove nodes, layers and comments by id with the wires and references that lead to them."""
    ends = {id_ for id_ in gone if id_ in draft.nodes or id_ in draft.layers}
    if ends:
        draft.cut(wire for wire in draft.wires_into(ends) if wire[0] not in gone)
        users = [id_ for id_, node in draft.nodes.items() if node.functions and id_ not in gone]
        for id_ in users:
            left = tuple(ref for ref in draft.nodes[id_].functions if ref not in gone)
            if left != draft.nodes[id_].functions:
                draft.edit(id_, functions=left)
    for id_ in sorted(gone):
        draft.drop(draft.kind_of(id_), id_)
        draft.drop("place", id_)
    follow_starts(draft, gone)


def _with_input(draft: Draft, id_: str, key: str) -> Node:
    entity = draft.wired(id_)
    pin = draft.target_pin(f"{id_}.{key}")
    if isinstance(entity, Layer) or pin.is_execution:
        raise refusal(
            Refused.BAD_VALUE, f"The pin {key} of {id_} holds no value.", node=id_, pin=key
        )
    return entity


def _check_fit(draft: Draft, command: SetPinValue) -> None:
    """Refuse what could never run. Other misfits are findings, so that people may type in steps."""
    pin, value = draft.target_pin(f"{command.node}.{command.pin}"), command.value
    fault = ""
    if pin.choices and isinstance(value, str) and value not in pin.choices:
        fault = "not one of the choices"
    elif pin.type is DataType.INTEGER and isinstance(value, int) and not _fits_64_bits(value):
        fault = "an integer beyond 64 bits"
    if fault:
        raise refusal(
            Refused.BAD_VALUE,
            f"The value for {command.pin} is {fault}.",
            node=command.node,
            pin=command.pin,
        )


def _fits_64_bits(value: int) -> bool:
    return -(2**63) <= value < 2**63
