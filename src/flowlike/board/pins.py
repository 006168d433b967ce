"""The pins a node really has: its type's, its own, repeated ones, and the error pins."""

import re
from collections.abc import Iterable
from typing import Protocol

from flowlike.board.definition import DataType, NodeDefinition, PinDefinition
from flowlike.board.model import ERROR_PIN, ERROR_TEXT_PIN, Board, Layer, Node

_ERROR_PINS = {
    ERROR_PIN: PinDefinition(name=ERROR_PIN, type=DataType.EXECUTION, label="On error"),
    ERROR_TEXT_PIN: PinDefinition(name=ERROR_TEXT_PIN, type=DataType.STRING, label="Error"),
}

PinTable = dict[str, PinDefinition]
_ORDINAL = re.compile(r"[2-9]|[1-9][0-9]{1,2}")


class Types(Protocol):
    """Where definitions come from: a catalog, or a plain dictionary. Keys are ``name@version``."""

    def get(self, key: str, /) -> NodeDefinition | None:
        """The definition, or None if the type is not installed."""
        ...


def definition_of(node: Node, board: Board, types: Types) -> NodeDefinition | None:
    """The node's definition: the installed one, else the one stored in the board, else None."""
    return types.get(node.type) or board.types.get(node.type)


def pin_key(name: str, ordinal: int) -> str:
    """Key of the ``ordinal``-th pin (from 1) of that name."""
    return name if ordinal == 1 else f"{name}#{ordinal}"


def split_key(key: str) -> tuple[str, int]:
    """Name and ordinal of a pin key; a malformed or too high ordinal counts as part of the name."""
    name, mark, digits = key.rpartition("#")
    if mark and _ORDINAL.fullmatch(digits):
        return name, int(digits)
    return key, 1


def split_endpoint(endpoint: str) -> tuple[str, str]:
    """Entity id and pin key of an endpoint such as ``n1.exec_in``; ids hold no dot."""
    entity, _, key = endpoint.partition(".")
    return entity, key


def _expand(pins: Iterable[PinDefinition], listed: Iterable[str]) -> PinTable:
    highest: dict[str, int] = {}
    for key in listed:
        name, ordinal = split_key(key)
        if ordinal > highest.get(name, 0):
            highest[name] = ordinal
    table: PinTable = {}
    for pin in pins:
        if pin.variadic:
            for ordinal in range(1, max(pin.count, highest.get(pin.name, 0)) + 1):
                table[pin_key(pin.name, ordinal)] = pin
        else:
            ordinal = 1
            while (
                pin_key(pin.name, ordinal) in table
            ):  # derived pins may share a name, each labelled
                ordinal += 1
            table[pin_key(pin.name, ordinal)] = pin
    return table


def input_pins(node: Node, definition: NodeDefinition) -> PinTable:
    """Input pins by key, in pin order."""
    return _expand((*definition.inputs, *node.pins.inputs), node.inputs)


def output_pins(node: Node, definition: NodeDefinition) -> PinTable:
    """Output pins by key, in pin order; the error pins last, if the node has them."""
    table = _expand((*definition.outputs, *node.pins.outputs), node.outputs)
    if ERROR_PIN in node.outputs or ERROR_TEXT_PIN in node.outputs:
        table |= _ERROR_PINS
    return table


def layer_pins(layer: Layer) -> tuple[PinTable, PinTable]:
    """Pins of a layer by key: those that lead in, those that lead out."""
    return _expand(layer.pins.inputs, ()), _expand(layer.pins.outputs, ())
