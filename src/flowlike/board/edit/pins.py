"""Pins people add and take away: variadic ones, own ones, error pins."""

from typing import TypeVar

from msgspec import UNSET

from flowlike.board.definition import Kind, PinDefinition
from flowlike.board.edit.commands import (
    AddErrorPin,
    AddPin,
    Direction,
    RemoveErrorPin,
    RemovePin,
)
from flowlike.board.edit.draft import Draft, beyond_count
from flowlike.board.edit.follow import called_start, follow_starts
from flowlike.board.edit.refusal import Refused, refusal
from flowlike.board.edit.values import NAME_LENGTH, check_value
from flowlike.board.model import (
    ERROR_PIN,
    ERROR_TEXT_PIN,
    Input,
    InstancePins,
    Layer,
    Node,
    Output,
)
from flowlike.board.pins import PinTable, pin_key, split_key

_T = TypeVar("_T")

VARIADIC_PINS = 999
"""Most pins of one variadic name."""

OWN_PINS = 200
"""Most own pins in one direction of a node or layer."""


def add_pin(draft: Draft, command: AddPin) -> None:
    """Add one more of a variadic pin, or an own pin."""
    if bool(command.name) == (command.pin is not None):
        raise refusal(
            Refused.BAD_PIN, "Give either the name of a variadic pin or a pin.", node=command.id
        )
    if command.pin is None:
        _add_variadic(draft, command.id, command.direction, command.name)
    else:
        _add_own(draft, command, command.pin)
    follow_starts(draft, (command.id,))


def remove_pin(draft: Draft, command: RemovePin) -> None:
    """Remove a variadic or own pin, its literal and its wires."""
    entity = draft.wired(command.id)
    own = entity.pins.inputs if command.direction == "in" else entity.pins.outputs
    table = _table(draft, entity, command.id, command.direction)
    pin = table.get(command.pin)
    if pin is None:
        raise refusal(
            Refused.UNKNOWN_PIN,
            f"{command.id} has no pin {command.pin}.",
            node=command.id,
            pin=command.pin,
        )
    if pin.variadic:
        _remove_variadic(draft, command, pin, table)
    elif pin in own:
        _may_change(draft, entity, command.id, command.direction)
        _forget(draft, command.id, command.direction, command.pin)
        _set_own(
            draft, command.id, command.direction, tuple(old for old in own if old.name != pin.name)
        )
    else:
        raise refusal(
            Refused.FIXED_PINS,
            f"The pin {command.pin} belongs to the type of {command.id}.",
            node=command.id,
            pin=command.pin,
        )
    follow_starts(draft, (command.id,))


def add_error_pin(draft: Draft, command: AddErrorPin) -> None:
    """Let a node that runs by execution handle its failure."""
    node = draft.node(command.node)
    definition = draft.definition(node)
    if definition is not None and definition.pure:
        raise refusal(
            Refused.FIXED_PINS,
            f"{command.node} has no execution pins; the node that pulls it handles its failure.",
            node=command.node,
        )
    if ERROR_PIN in node.outputs or ERROR_TEXT_PIN in node.outputs:
        raise refusal(
            Refused.BAD_PIN, f"{command.node} has its error pins already.", node=command.node
        )
    draft.edit(command.node, outputs={**node.outputs, ERROR_PIN: Output()})


def remove_error_pin(draft: Draft, command: RemoveErrorPin) -> None:
    """Take the error pins away with their wires."""
    node = draft.node(command.node)
    if ERROR_PIN not in node.outputs and ERROR_TEXT_PIN not in node.outputs:
        raise refusal(Refused.UNKNOWN_PIN, f"{command.node} has no error pins.", node=command.node)
    outputs = dict(node.outputs)
    outputs.pop(ERROR_PIN, None)
    outputs.pop(ERROR_TEXT_PIN, None)
    draft.edit(command.node, outputs=outputs)


def check_own_pins(pins: tuple[PinDefinition, ...], *, owner: str) -> None:
    """Refuse own pins with names that are empty, repeated, reserved or like ``name#2``."""
    if len(pins) > 2 * OWN_PINS:
        raise refusal(Refused.TOO_LARGE, f"{owner} would have too many pins.", node=owner)
    seen: set[str] = set()
    for pin in pins:
        fault = ""
        if not pin.name or len(pin.name) > NAME_LENGTH or not pin.name.isprintable():
            fault = "is empty, too long or holds control characters"
        elif pin.name in seen:
            fault = "is there already"
        elif pin.name in {ERROR_PIN, ERROR_TEXT_PIN}:
            fault = "is reserved for failures"
        elif split_key(pin.name)[1] != 1:
            fault = "looks like the key of a repeated pin"
        elif pin.variadic:
            fault = "cannot be variadic"
        if fault:
            raise refusal(Refused.BAD_PIN, f"The pin name {fault}.", node=owner, pin=pin.name[:80])
        if pin.default is not UNSET:
            check_value(pin.default, node=owner, pin=pin.name)
        seen.add(pin.name)


def _add_variadic(draft: Draft, id_: str, direction: Direction, name: str) -> None:
    node = draft.wired(id_)
    table = _table(draft, node, id_, direction)
    if isinstance(node, Layer) or name not in table or not table[name].variadic:
        raise refusal(
            Refused.FIXED_PINS, f"The pin {name} of {id_} stands once.", node=id_, pin=name
        )
    number = _count(table, name) + 1
    if number > VARIADIC_PINS:
        raise refusal(
            Refused.TOO_LARGE, f"{name} stands at most {VARIADIC_PINS} times.", node=id_, pin=name
        )
    key = pin_key(name, number)
    if direction == "in":
        draft.edit(id_, inputs={**node.inputs, key: Input()})
    else:
        draft.edit(id_, outputs={**node.outputs, key: Output()})


def _add_own(draft: Draft, command: AddPin, pin: PinDefinition) -> None:
    id_, entity = command.id, draft.wired(command.id)
    _may_change(draft, entity, id_, command.direction)
    own = entity.pins.inputs if command.direction == "in" else entity.pins.outputs
    index = len(own) if command.index is None else command.index
    if not 0 <= index <= len(own):
        raise refusal(Refused.BAD_PIN, f"There is no place {index} among the pins.", node=id_)
    if pin.name in _names(draft, entity, id_, command.direction):
        raise refusal(
            Refused.BAD_PIN, f"{id_} has a pin {pin.name} already.", node=id_, pin=pin.name
        )
    pins = (*own[:index], pin, *own[index:])
    check_own_pins(pins, owner=id_)
    if len(pins) > OWN_PINS:
        raise refusal(Refused.TOO_LARGE, f"{id_} would have too many pins.", node=id_)
    _set_own(draft, id_, command.direction, pins)


def _names(draft: Draft, entity: Node | Layer, id_: str, direction: Direction) -> set[str]:
    if isinstance(entity, Layer):
        return {pin.name for pin in (*entity.pins.inputs, *entity.pins.outputs)}
    return set(_table(draft, entity, id_, direction))


def _may_change(draft: Draft, entity: Node | Layer, id_: str, direction: Direction) -> None:
    """Refuse unless: a layer, an output of a start node, an input of a call that names nothing."""
    if isinstance(entity, Layer):
        return
    definition = draft.definition(entity)
    kind = definition.kind if definition is not None else Kind.CALL
    if definition is not None and not definition.derived:
        if kind is Kind.START and direction == "out":
            return
        if kind is Kind.CALL_REFERENCE and direction == "in" and not called_start(draft, entity):
            return
    raise refusal(Refused.FIXED_PINS, f"The pins of {id_} follow from something else.", node=id_)


def _table(draft: Draft, entity: Node | Layer, id_: str, direction: Direction) -> PinTable:
    if isinstance(entity, Layer):
        pins = entity.pins.inputs if direction == "in" else entity.pins.outputs
        return {pin.name: pin for pin in pins}
    return draft.input_table(id_) if direction == "in" else draft.output_table(id_)


def _set_own(draft: Draft, id_: str, direction: Direction, own: tuple[PinDefinition, ...]) -> None:
    pins = draft.wired(id_).pins
    if direction == "in":
        draft.edit(id_, pins=InstancePins(inputs=own, outputs=pins.outputs))
    else:
        draft.edit(id_, pins=InstancePins(inputs=pins.inputs, outputs=own))


def _forget(draft: Draft, id_: str, direction: Direction, key: str) -> None:
    """Drop the literal and the wires of one pin."""
    entity = draft.wired(id_)
    if isinstance(entity, Layer) or direction == "in":
        endpoint = f"{id_}.{key}"
        draft.cut(wire for wire in draft.wires_into((id_,)) if wire[2] == endpoint)
        entity = draft.wired(id_)
    if isinstance(entity, Node) and direction == "in":
        draft.edit(id_, inputs={k: v for k, v in entity.inputs.items() if k != key})
    else:
        draft.edit(id_, outputs={k: v for k, v in entity.outputs.items() if k != key})


def _count(table: PinTable, name: str) -> int:
    return sum(1 for key in table if split_key(key)[0] == name)


def _remove_variadic(draft: Draft, command: RemovePin, pin: PinDefinition, table: PinTable) -> None:
    """Drop one of several; the literals and wires of later ones move up by one."""
    id_, name = command.id, pin.name
    gone, count = split_key(command.pin)[1], _count(table, name)
    if count <= pin.count:
        raise refusal(
            Refused.LEAST_PINS, f"{name} stands {pin.count} times by its type.", node=id_, pin=name
        )
    _forget(draft, id_, command.direction, command.pin)
    node = draft.node(id_)
    if command.direction == "out":
        outputs = {
            key: output
            for key, output in _shift(node.outputs, name, gone, count).items()
            if output.to or split_key(key)[0] != name
        }
        if beyond_count(last := pin_key(name, count - 1), (pin,)):
            outputs.setdefault(last, Output())
        draft.edit(id_, outputs=outputs)
        return
    inputs = {
        key: item
        for key, item in _shift(node.inputs, name, gone, count).items()
        if item.value is not UNSET or split_key(key)[0] != name
    }
    if beyond_count(last := pin_key(name, count - 1), (pin,)):
        inputs.setdefault(last, Input())
    draft.edit(id_, inputs=inputs)
    moved = {
        f"{id_}.{pin_key(name, n)}": f"{id_}.{pin_key(name, n - 1)}"
        for n in range(gone + 1, count + 1)
    }
    for source, key in {wire[:2]: None for wire in draft.wires_into((id_,)) if wire[2] in moved}:
        wires = draft.wires_from(source, key)
        draft.set_wires(source, key, tuple(moved.get(end, end) for end in wires))


def _shift(items: dict[str, _T], name: str, gone: int, count: int) -> dict[str, _T]:
    moved = {pin_key(name, n): pin_key(name, n - 1) for n in range(gone + 1, count + 1)}
    return {moved.get(key, key): item for key, item in items.items()}
