"""Small boards in a few words, and what they need to run.

``draw({"start": step("events_simple"), "say": step("log_info", message="hi")}, "start > say")``. An
input ``"@node.pin"`` is a wire; every other one is a literal.
"""

import itertools
from collections.abc import Mapping
from typing import Any

import msgspec

from flowlike.board.definition import DataType, NodeDefinition, PinDefinition, ValueType
from flowlike.board.model import (
    ERROR_PIN,
    ERROR_TEXT_PIN,
    Board,
    BoardSettings,
    Input,
    InstancePins,
    LogLevel,
    Node,
    NodeSettings,
    Output,
    Retry,
    TraceLevel,
    Variable,
)
from flowlike.board.pins import input_pins, output_pins
from flowlike.engine.program import Program, compile_board
from flowlike.nodes.catalog import default_catalog
from flowlike.nodes.declaration import NodeType
from flowlike.trace.history import RunTrace, gather
from flowlike.trace.records import Program as Described
from flowlike.trace.records import decode_block, encode_block

Pins = Mapping[str, str | PinDefinition]


class Types:
    """The built-in node types and some more."""

    def __init__(self, *more: NodeType) -> None:
        self._more = {each.definition.key: each for each in more}
        self._builtin = default_catalog()

    def node_type(self, key: str, /) -> NodeType | None:
        return self._more.get(key) or self._builtin.node_type(key)

    def get(self, key: str, /) -> NodeDefinition | None:
        found = self.node_type(key)
        return found.definition if found else None


class Step(msgspec.Struct):
    """One node of a drawing."""

    type: str
    inputs: dict[str, Any] = {}
    pins: InstancePins = InstancePins()
    settings: NodeSettings = NodeSettings()


def pin(name: str, kind: str | PinDefinition) -> PinDefinition:
    """``Integer``, ``Array of Integer`` or a pin made elsewhere."""
    if isinstance(kind, PinDefinition):
        return msgspec.structs.replace(kind, name=name)
    holder, _, item = kind.rpartition(" of ")
    return PinDefinition(
        name=name, type=DataType(item), value_type=ValueType(holder or ValueType.NORMAL)
    )


def step(
    kind: str,
    values: Mapping[str, Any] | None = None,
    /,
    *,
    takes: Pins | None = None,
    gives: Pins | None = None,
    settings: Mapping[str, Any] | None = None,
    **inputs: Any,
) -> Step:
    """A node of type ``kind``, version 1 unless it says; ``takes`` and ``gives`` are more pins."""
    more = InstancePins(
        inputs=tuple(pin(name, each) for name, each in (takes or {}).items()),
        outputs=tuple(pin(name, each) for name, each in (gives or {}).items()),
    )
    key = kind if "@" in kind else f"{kind}@1"
    return Step(key, {**(values or {}), **inputs}, more, NodeSettings(**(settings or {})))


def event(**gives: str | PinDefinition) -> Step:
    """A generic event with these outputs."""
    return step("events_generic", gives=gives)


def draw(
    steps: Mapping[str, Step],
    *flow: str,
    variables: Mapping[str, Variable] | None = None,
    types: Types | None = None,
    settings: BoardSettings | None = None,
) -> Board:
    """A board. ``flow`` holds chains of nodes, ``"a > b > c"`` or ``"a.done > b.reset"``."""
    types = types or Types()
    nodes = {
        name: Node(
            type=each.type,
            pins=each.pins,
            settings=each.settings,
            inputs={
                key: Input() if _is_wire(value) else Input(value)
                for key, value in each.inputs.items()
            },
        )
        for name, each in steps.items()
    }
    for name, each in steps.items():
        for key, value in each.inputs.items():
            if _is_wire(value):
                _wire(nodes, value[1:], f"{name}.{key}")
    for chain in flow:
        names = chain.split(" > ")
        for left, right in itertools.pairwise(names):
            _wire(nodes, _source(nodes, left, types), _target(nodes, right, types))
    return Board(
        id="drawn",
        nodes=nodes,
        variables=dict(variables or {}),
        settings=settings or BoardSettings(log_level=LogLevel.DEBUG),
    )


def _is_wire(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("@")


def _wire(nodes: dict[str, Node], source: str, target: str) -> None:
    name, _, key = source.partition(".")
    node = nodes[name]
    known = node.outputs.get(key, Output())
    outputs = {**node.outputs, key: Output(to=(*known.to, target))}
    if key in (ERROR_PIN, ERROR_TEXT_PIN):
        outputs = {ERROR_PIN: Output(), ERROR_TEXT_PIN: Output(), **outputs}
    nodes[name] = msgspec.structs.replace(node, outputs=outputs)


def _definition(node: Node, types: Types) -> NodeDefinition:
    found = types.get(node.type)
    return found or NodeDefinition(name=node.type.partition("@")[0])


def _source(nodes: dict[str, Node], name: str, types: Types) -> str:
    if "." in name:
        return name
    table = output_pins(nodes[name], _definition(nodes[name], types))
    return f"{name}.{next((key for key, each in table.items() if each.is_execution), 'exec_out')}"


def _target(nodes: dict[str, Node], name: str, types: Types) -> str:
    if "." in name:
        return name
    table = input_pins(nodes[name], _definition(nodes[name], types))
    return f"{name}.{next((key for key, each in table.items() if each.is_execution), 'exec_in')}"


def compiled(
    board: Board,
    types: Types | None = None,
    *,
    event: str = "start",
    trace: str = "off",
    pinned: bool = False,
) -> Program:
    """The program of the start node ``start``."""
    return compile_board(board, types or Types(), event=event, trace=trace, pinned=pinned)


def traced(program: Program, trace: bytes | None) -> RunTrace:
    """A run's trace, read back."""
    assert trace is not None
    described = decode_block(encode_block([program.program_record()]))[0]
    assert isinstance(described, Described)
    return gather(decode_block(trace), {described.hash: described}, damaged=False)


__all__ = [
    "BoardSettings",
    "LogLevel",
    "Retry",
    "TraceLevel",
    "Types",
    "Variable",
    "compiled",
    "draw",
    "event",
    "pin",
    "step",
    "traced",
]
