"""Pins that follow from something else: a node's literals, or the start node a call names."""

from collections.abc import Iterable

from msgspec import UNSET

from flowlike.board.definition import Kind, PinDefinition
from flowlike.board.edit.draft import Derives, Draft
from flowlike.board.model import ERROR_TEXT_PIN, InstancePins, Node
from flowlike.board.pins import input_pins, output_pins

FUNCTION_PIN = "fn_ref"
"""Input of a call node that holds the id of the start node it calls."""


def follow_literals(draft: Draft, id_: str) -> None:
    """Renew the own pins of a node whose pins follow from its literals, and of its callers."""
    node = draft.nodes[id_]
    definition = draft.definition(node)
    if definition is None:
        return
    if definition.kind is Kind.CALL_REFERENCE:
        _follow_call(draft, id_)
    elif definition.derived and isinstance(draft.types, Derives):
        literals = {
            pin.name: pin.default for pin in definition.inputs if pin.default is not UNSET
        } | {key: item.value for key, item in node.inputs.items() if item.value is not UNSET}
        pins = draft.types.derive(node.type, literals)
        if pins is not None:
            set_own_pins(draft, id_, pins)
    if definition.kind is Kind.START:
        follow_starts(draft, (id_,))


def follow_starts(draft: Draft, starts: Iterable[str]) -> None:
    """Renew the pins of every call of these start nodes; calls of removed ones keep theirs."""
    wanted = {id_ for id_ in starts if _is_start(draft, id_)}
    if not wanted:
        return
    callers = [
        id_
        for id_, node in draft.nodes.items()
        if (ref := node.inputs.get(FUNCTION_PIN)) is not None
        and isinstance(ref.value, str)
        and ref.value in wanted
    ]
    for id_ in callers:
        _follow_call(draft, id_)


def called_start(draft: Draft, node: Node) -> str:
    """Id of the start node a call names, empty if it names none that exists."""
    definition = draft.definition(node)
    ref = node.inputs.get(FUNCTION_PIN)
    if definition is None or definition.kind is not Kind.CALL_REFERENCE or ref is None:
        return ""
    return ref.value if isinstance(ref.value, str) and _is_start(draft, ref.value) else ""


def set_own_pins(draft: Draft, id_: str, pins: InstancePins) -> None:
    """Give a node other own pins. Literals and wires of pins that vanish go with them."""
    node = draft.nodes[id_]
    if node.pins == pins:
        return
    draft.edit(id_, pins=pins)
    drop_lost(draft, id_)


def drop_lost(draft: Draft, id_: str) -> None:
    """Drop literals and wires of pins that a node no longer has."""
    node = draft.nodes[id_]
    definition = draft.definition(node)
    if definition is None:
        return
    inputs, outputs = input_pins(node, definition), output_pins(node, definition)
    draft.edit(
        id_,
        inputs={key: item for key, item in node.inputs.items() if key in inputs},
        outputs={key: item for key, item in node.outputs.items() if key in outputs},
    )
    draft.cut(wire for wire in draft.wires_into((id_,)) if wire[2].partition(".")[2] not in inputs)


def _follow_call(draft: Draft, id_: str) -> None:
    node = draft.nodes[id_]
    start = called_start(draft, node)
    if not start:
        return
    target = draft.nodes[start]
    definition, own = draft.definition(target), draft.definition(node)
    if definition is None or own is None:
        return
    taken = {pin.name for pin in own.inputs}
    inputs = tuple(
        _parameter(key, pin)
        for key, pin in output_pins(target, definition).items()
        if not pin.is_execution and key not in taken and key != ERROR_TEXT_PIN
    )
    set_own_pins(draft, id_, InstancePins(inputs=inputs, outputs=node.pins.outputs))


def _parameter(key: str, pin: PinDefinition) -> PinDefinition:
    return PinDefinition(
        name=key,
        type=pin.type,
        value_type=pin.value_type,
        label=pin.label,
        description=pin.description,
        schema=pin.schema,
        sensitive=pin.sensitive,
        optional=pin.optional,
    )


def _is_start(draft: Draft, id_: str) -> bool:
    node = draft.nodes.get(id_)
    definition = draft.definition(node) if node is not None else None
    return definition is not None and definition.kind is Kind.START
