"""A board with its definitions looked up once: the pins of every node, and the resolved wires.

Pins of nodes that read or write a variable have the variable's type here, not Generic.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cached_property
from itertools import islice

import msgspec
from msgspec import UNSET

from flowlike.board.definition import DataType, Kind, NodeDefinition, PinDefinition
from flowlike.board.model import Board, Node
from flowlike.board.pins import PinTable, Types, definition_of, input_pins, output_pins
from flowlike.board.wires import Wiring, resolve_wires

VARIABLE_PIN = "var_ref"
FUNCTION_PIN = "fn_ref"
_MOST_SUGGESTIONS = 50
_MOST_NAMES = 2_000
_LONGEST_NAME = 64

READS_OR_WRITES = frozenset({Kind.VARIABLE_GET, Kind.VARIABLE_SET})


class Part(msgspec.Struct, frozen=True, gc=False):
    """One node with its definition and pins by key."""

    id: str
    node: Node
    definition: NodeDefinition
    inputs: PinTable
    outputs: PinTable

    @property
    def title(self) -> str:
        """What a person calls the node."""
        return self.node.name or self.definition.title or self.definition.name


class Scene:
    """``parts`` are the nodes of known type by id, in order of ids; ``missing`` the others."""

    def __init__(self, board: Board, types: Types) -> None:
        self.board = board
        self.types = types
        self.parts: dict[str, Part] = {}
        self.missing: list[str] = []
        self._suggestions = 0
        self._definitions: dict[str, NodeDefinition | None] = {}
        self._plain: dict[int, tuple[PinTable, PinTable] | None] = {}
        self._bound: dict[tuple[str, int], PinDefinition] = {}
        for node_id in sorted(board.nodes):
            node = board.nodes[node_id]
            definition = self._definition(node)
            if definition is None:
                self.missing.append(node_id)
            else:
                inputs, outputs = self._tables(node, definition)
                self.parts[node_id] = Part(node_id, node, definition, inputs, outputs)

    @cached_property
    def wiring(self) -> Wiring:
        """The wires with relays walked through."""
        return resolve_wires(self.board)

    def suggestion(self, wrong: str, known: Iterable[str]) -> str:
        """A question that names what is nearest to a wrong name, or nothing.

        Comparing is slow, so a board gets a limited number of answers.
        """
        if self._suggestions >= _MOST_SUGGESTIONS or len(wrong) > _LONGEST_NAME:
            return ""
        names = list(islice(known, _MOST_NAMES + 1))
        if len(names) > _MOST_NAMES:
            return ""
        self._suggestions += 1
        near = get_close_matches(wrong, names, n=1)
        return f" Did you mean {near[0]!r}?" if near else ""

    def _definition(self, node: Node) -> NodeDefinition | None:
        if node.type not in self._definitions:
            self._definitions[node.type] = definition_of(node, self.board, self.types)
        return self._definitions[node.type]

    def _tables(self, node: Node, definition: NodeDefinition) -> tuple[PinTable, PinTable]:
        if id(definition) not in self._plain:
            self._plain[id(definition)] = _plain_tables(definition)
        plain = self._plain[id(definition)]
        own = node.pins.inputs or node.pins.outputs
        if plain is not None and not own and node.outputs.keys() <= plain[1].keys():
            tables = plain
        else:
            tables = input_pins(node, definition), output_pins(node, definition)
        if definition.kind in READS_OR_WRITES:
            tables = self._bind(node, tables[0]), self._bind(node, tables[1])
        return tables

    def _bind(self, node: Node, table: PinTable) -> PinTable:
        variable_id = literal(node, VARIABLE_PIN)
        if not isinstance(variable_id, str) or variable_id not in self.board.variables:
            return table
        return {key: self._bound_pin(variable_id, pin) for key, pin in table.items()}

    def _bound_pin(self, variable_id: str, pin: PinDefinition) -> PinDefinition:
        if pin.type is not DataType.GENERIC:
            return pin
        key = (variable_id, id(pin))
        if key not in self._bound:
            variable = self.board.variables[variable_id]
            self._bound[key] = msgspec.structs.replace(
                pin,
                type=variable.type,
                value_type=variable.value_type,
                schema=variable.schema,
                generic="",
            )
        return self._bound[key]


def _plain_tables(definition: NodeDefinition) -> tuple[PinTable, PinTable] | None:
    """Tables that all nodes of a type without variadic pins share."""
    if any(pin.variadic for pin in (*definition.inputs, *definition.outputs)):
        return None
    bare = Node(type=definition.key)
    return input_pins(bare, definition), output_pins(bare, definition)


def literal(node: Node, key: str) -> object:
    """The literal on an input, or UNSET."""
    given = node.inputs.get(key)
    return UNSET if given is None else given.value
