"""The plan: which nodes an entry reaches, where each input comes from, and where control goes.

All that depends on the board is decided here, once; lowering only arranges it. Layers, reroutes and
disabled nodes are walked through and gone. Spec: engine, sections 3 and 4.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec
from msgspec import UNSET

from flowlike.board.definition import Kind, NodeDefinition, PinDefinition
from flowlike.board.model import ERROR_PIN, Board, Node
from flowlike.board.pins import PinTable, input_pins, output_pins, split_endpoint, split_key
from flowlike.board.wires import Wiring, resolve_wires
from flowlike.errors import CompileError, Where
from flowlike.nodes.declaration import Gives, NodeType

_MOST_WALKED = 10_000
MOST_PULLS = 200_000
"""Pure evaluations one program may spell out; a board above it repeats the same pure chain too
often.
"""


class Catalog(Protocol):
    """What the engine asks of a catalog."""

    def get(self, key: str, /) -> NodeDefinition | None:
        """The definition of ``name@version``."""
        ...

    def node_type(self, key: str, /) -> NodeType | None:
        """The node type of ``name@version``."""
        ...


@dataclass(frozen=True, slots=True)
class Constant:
    """An input that is the same in every run: a literal or a default, already a wire value."""

    value: Any


@dataclass(frozen=True, slots=True)
class Slot:
    """An input read from the output pin ``key`` of node number ``node``."""

    node: int
    key: str


@dataclass(frozen=True, slots=True)
class Missing:
    """An input whose source can never have a value; reading it fails."""


Source = Constant | Slot | Missing


@dataclass(frozen=True, slots=True)
class Target:
    """Where control goes: node number and the execution input that fires."""

    node: int
    key: str


@dataclass(frozen=True, slots=True)
class Arm:
    """One exclusive way on. ``pin`` is the execution output that fires."""

    pin: str
    targets: tuple[Target, ...]


@dataclass(slots=True)
class PlanNode:
    """A node of the program.

    ``bodies`` are run and come back to the node; of ``arms`` one is taken and never comes back.
    ``error`` is the arm of the error pin, None if the node has no such pin. ``lookup`` gives
    sources by input pin key.
    """

    number: int
    id: str
    node: Node
    type: NodeType
    inputs: PinTable
    outputs: PinTable
    lookup: dict[str, Source] = field(default_factory=dict)
    bodies: tuple[Arm, ...] = ()
    arms: tuple[Arm, ...] = ()
    error: Arm | None = None
    level: int = 0
    variable: str = ""
    function: int = -1

    @property
    def kind(self) -> Kind:
        """How the node is lowered."""
        return self.type.definition.kind

    @property
    def pure(self) -> bool:
        """Whether the node is pulled instead of fired."""
        return self.type.definition.pure

    @property
    def pinned(self) -> bool:
        """Whether recorded outputs stand in for the node."""
        return self.node.settings.pinned is not None

    def data_outputs(self) -> list[str]:
        """Keys of the outputs that carry data, in pin order."""
        return [key for key, pin in self.outputs.items() if not pin.is_execution]

    def exec_outputs(self) -> list[str]:
        """Keys of the execution outputs, in pin order."""
        return [key for key, pin in self.outputs.items() if pin.is_execution]

    def exec_inputs(self) -> list[str]:
        """Keys of the execution inputs, in pin order."""
        return [key for key, pin in self.inputs.items() if pin.is_execution]

    def pins_named(self, name: str) -> list[str]:
        """Keys of all inputs of one variadic name, in order."""
        return [key for key, pin in self.inputs.items() if pin.name == name]


@dataclass(slots=True)
class Plan:
    """All the compiler needs of a board. ``functions`` are start nodes called by others."""

    board: Board
    nodes: list[PlanNode]
    entry: int
    functions: list[int]

    def node(self, node_id: str) -> PlanNode | None:
        """The plan's node of that id, if it is reachable."""
        return next((each for each in self.nodes if each.id == node_id), None)


class _Planner:
    def __init__(self, board: Board, catalog: Catalog, *, pinned: bool) -> None:
        self.board = board
        self.catalog = catalog
        self.keep_pinned = pinned
        self.wiring: Wiring = resolve_wires(board)
        self.numbers: dict[str, int] = {}
        self.nodes: list[PlanNode] = []
        self.functions: list[int] = []

    def number(self, node_id: str) -> int:
        known = self.numbers.get(node_id)
        if known is not None:
            return known
        node = self.board.nodes[node_id]
        kind = self.catalog.node_type(node.type)
        if kind is None:
            raise _missing_node(node_id, node)
        number = len(self.nodes)
        self.numbers[node_id] = number
        definition = kind.definition
        outputs = output_pins(node, definition)
        if node.settings.pinned is not None:
            if self.keep_pinned and definition.kind is Kind.START:
                outputs = _with_defaults(outputs, node.settings.pinned)
            if not self.keep_pinned or definition.kind is Kind.START:
                node = _without_pinned(node)
        self.nodes.append(
            PlanNode(number, node_id, node, kind, input_pins(node, definition), outputs)
        )
        return number

    def grow(self, entry: str) -> Plan:
        start = self.number(entry)
        done = 0
        while done < len(self.nodes):
            self._connect(self.nodes[done])
            done += 1
        _set_levels(self.nodes)
        return Plan(self.board, self.nodes, start, self.functions)

    def _connect(self, node: PlanNode) -> None:
        if not node.pinned:
            for key, pin in node.inputs.items():
                if not pin.is_execution:
                    node.lookup[key] = self._source(node, key, pin)
        match node.kind:
            case Kind.VARIABLE_GET | Kind.VARIABLE_SET | Kind.VARIABLE_UPDATE:
                node.variable = self._variable(node)
            case Kind.CALL_REFERENCE:
                self._function(node)
        if not node.pure:
            self._control(node)

    def _source(self, node: PlanNode, key: str, pin: PinDefinition) -> Source:
        endpoint = self._origin(f"{node.id}.{key}")
        if endpoint is None:
            return _literal(node, key, pin)
        source_id, source_key = split_endpoint(endpoint)
        if self.board.nodes[source_id].settings.disabled:
            return Missing()
        return Slot(self.number(source_id), source_key)

    def _origin(self, endpoint: str) -> str | None:
        """The real source of an input, reroutes walked through; None if it is not wired."""
        source = self.wiring.source.get(endpoint)
        seen: set[str] = set()
        while source is not None:
            node_id, _ = split_endpoint(source)
            if not self._is_reroute(node_id):
                return source
            if node_id in seen:
                raise CompileError(
                    "engine.reroute-cycle",
                    "These reroutes lead in a circle, so the pin never gets a value.",
                    remedy="Wire the reroute to a node that makes the value.",
                    where=Where(node=node_id),
                )
            seen.add(node_id)
            source = self.wiring.source.get(f"{node_id}.route_in")
        return None

    def _is_reroute(self, node_id: str) -> bool:
        kind = self.catalog.node_type(self.board.nodes[node_id].type)
        return kind is not None and kind.definition.kind is Kind.REROUTE

    def _variable(self, node: PlanNode) -> str:
        source = node.lookup.get("var_ref")
        name = source.value if isinstance(source, Constant) else None
        if not isinstance(name, str) or name not in self.board.variables:
            raise CompileError(
                "board.unknown-variable",
                f"There is no variable {name!r} in this board.",
                remedy="Choose one of the board's variables on the node.",
                where=Where(node=node.id, pin="var_ref"),
            )
        return name

    def _function(self, node: PlanNode) -> None:
        source = node.lookup.get("fn_ref")
        name = source.value if isinstance(source, Constant) else None
        target = self.board.nodes.get(name) if isinstance(name, str) else None
        kind = self.catalog.node_type(target.type) if target else None
        if kind is None or kind.definition.kind is not Kind.START:
            raise CompileError(
                "board.bad-function-reference",
                f"{name!r} is not a start node of this board.",
                remedy="Set fn_ref to the id of an event node in this board.",
                where=Where(node=node.id, pin="fn_ref"),
            )
        node.function = self.number(str(name))
        if node.function not in self.functions:
            self.functions.append(node.function)

    def _control(self, node: PlanNode) -> None:
        wired = {key: self._targets(f"{node.id}.{key}") for key in node.exec_outputs()}
        if ERROR_PIN in wired:
            node.error = Arm(ERROR_PIN, wired.pop(ERROR_PIN))
        bodies, arms = _split(node, {key: bool(targets) for key, targets in wired.items()})
        node.bodies = tuple(Arm(key, wired[key]) for key in bodies)
        if node.kind in _FIRES_ALL:
            node.arms = (Arm("", tuple(target for key in arms for target in wired[key])),)
        else:
            node.arms = tuple(Arm(key, wired[key]) for key in arms)

    def _targets(self, endpoint: str) -> tuple[Target, ...]:
        """Where an execution output leads; reroutes and disabled nodes are walked through."""
        found: list[Target] = []
        waiting = self._after(endpoint, frozenset())
        walked = 0
        while waiting:
            target, path = waiting.pop()
            node_id, key = split_endpoint(target)
            through = self._passes_to(node_id)
            if through is None:
                found.append(Target(self.number(node_id), key))
            elif node_id not in path:
                walked += 1
                if walked > _MOST_WALKED:
                    raise _too_many_ways(node_id)
                waiting += self._after(through, path | {node_id})
        return tuple(found)

    def _after(self, output: str, path: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
        """What an output leads to, last first, with the nodes walked through so far."""
        return [(target, path) for target in reversed(self.wiring.targets.get(output, ()))]

    def _passes_to(self, node_id: str) -> str | None:
        """The endpoint control passes to without running the node; None if the node runs."""
        if self._is_reroute(node_id):
            return f"{node_id}.route_out"
        node = self.board.nodes[node_id]
        if not node.settings.disabled:
            return None
        kind = self.catalog.node_type(node.type)
        definition = kind.definition if kind else self.board.types.get(node.type)
        outputs = output_pins(node, definition) if definition else {}
        first = next((key for key, pin in outputs.items() if pin.is_execution), "")
        return f"{node_id}.{first}" if first else ""


_FIRES_ALL = frozenset({Kind.START, Kind.SEQUENCE})
_BODY_PINS: Mapping[Kind, tuple[str, ...]] = {
    Kind.FOR_EACH: ("exec_out",),
    Kind.FOR_EACH_BREAK: ("exec_out",),
    Kind.PARALLEL_FOR_EACH: ("exec_out",),
    Kind.PARALLEL: ("exec_out",),
    Kind.WHILE: ("exec_out",),
    Kind.TIMEOUT: ("exec_body",),
    Kind.TRY: ("try", "catch", "finally"),
}


def _split(node: PlanNode, wired: Mapping[str, bool]) -> tuple[list[str], list[str]]:
    """The execution outputs that come back to the node, and those that do not."""
    keys = list(wired)
    if node.pinned:
        return [], keys[:1]
    if node.type.gives is Gives.EXITS:
        return keys, []
    if node.kind is Kind.SEQUENCE and (
        node.error or node.node.settings.on_body_error == "continue"
    ):
        return keys, []
    names = _BODY_PINS.get(node.kind, ())
    if node.kind is Kind.TRY and not wired["finally"]:
        return ["try"], ["catch"]
    bodies = [key for key in keys if split_key(key)[0] in names]
    return bodies, [key for key in keys if key not in bodies]


def _literal(node: PlanNode, key: str, pin: PinDefinition) -> Source:
    listed = node.node.inputs.get(key)
    value = listed.value if listed is not None and listed.value is not UNSET else pin.default
    if value is not UNSET:
        return Constant(value)
    if pin.optional:
        return Constant(None)
    raise CompileError(
        "board.missing-value",
        f"Input {key!r} has no value: it is not wired, has no literal and no default.",
        remedy="Wire the pin or give it a value.",
        where=Where(node=node.id, pin=key),
    )


def _without_pinned(node: Node) -> Node:
    settings = msgspec.structs.replace(node.settings, pinned=None)
    return msgspec.structs.replace(node, settings=settings)


def _with_defaults(pins: PinTable, values: Mapping[str, Any]) -> PinTable:
    """The outputs of a start node, where what is pinned stands in for what a payload lacks."""
    return {
        key: msgspec.structs.replace(pin, default=values[key]) if key in values else pin
        for key, pin in pins.items()
    }


def _missing_node(node_id: str, node: Node) -> CompileError:
    return CompileError(
        "engine.missing-node",
        f"The node type {node.type!r} is not installed.",
        remedy="Install the package it comes from, or replace the node.",
        where=Where(node=node_id),
    )


def _pure_sources(node: PlanNode, nodes: list[PlanNode]) -> list[int]:
    return [
        source.node
        for source in node.lookup.values()
        if isinstance(source, Slot) and nodes[source.node].pure
    ]


def _set_levels(nodes: list[PlanNode]) -> None:
    """Gives each pure node its distance from the nodes without pure sources; refuses circles."""
    state = dict.fromkeys((node.number for node in nodes if node.pure), 0)
    for root in state:
        if state[root]:
            continue
        path = [(root, iter(_pure_sources(nodes[root], nodes)))]
        state[root] = 1
        while path:
            number, sources = path[-1]
            source = next(sources, None)
            if source is None:
                path.pop()
                state[number] = 2
                levels = (nodes[each].level for each in _pure_sources(nodes[number], nodes))
                nodes[number].level = max(levels, default=-1) + 1
            elif state[source] == 1:
                raise _pure_cycle([each for each, _ in path], source, nodes)
            elif not state[source]:
                state[source] = 1
                path.append((source, iter(_pure_sources(nodes[source], nodes))))


def _pure_cycle(path: list[int], source: int, nodes: list[PlanNode]) -> CompileError:
    circle = [nodes[each].id for each in path[path.index(source) :]]
    return CompileError(
        "board.pure-cycle",
        f"These nodes feed each other in a circle: {' -> '.join(reversed([*circle, circle[0]]))}.",
        remedy="Break the circle, for example with a variable.",
        where=Where(node=circle[0]),
    )


def cone(
    node: PlanNode, nodes: list[PlanNode], *, keys: Iterable[str] | None = None
) -> list[PlanNode]:
    """The pure nodes to run before ``node``, in order: by level, then by id.

    Lazy inputs of the nodes on the way are left out; ``keys`` limits the inputs looked at.
    """
    wanted = node.lookup if keys is None else dict.fromkeys(keys)
    waiting = _eager(node, wanted)
    found: set[int] = set()
    while waiting:
        number = waiting.pop()
        if number in found or not nodes[number].pure:
            continue
        found.add(number)
        waiting.extend(_eager(nodes[number], nodes[number].lookup))
    return sorted((nodes[number] for number in found), key=lambda each: (each.level, each.id))


def _eager(node: PlanNode, keys: Iterable[str]) -> list[int]:
    sources = []
    for key in keys:
        source = node.lookup.get(key)
        if isinstance(source, Slot) and not node.inputs[key].lazy:
            sources.append(source.node)
    return sources


def _too_many_ways(node_id: str) -> CompileError:
    return CompileError(
        "engine.too-many-ways",
        f"More than {_MOST_WALKED:,} ways lead through reroutes and disabled nodes here.",
        remedy="Remove disabled nodes that lead to each other.",
        where=Where(node=node_id),
    )


def too_many_pulls(node: PlanNode) -> CompileError:
    """A board whose pure nodes would fill too much code."""
    return CompileError(
        "engine.too-many-pulls",
        f"The pure nodes would have to be written out more than {MOST_PULLS:,} times.",
        remedy="Store values that many nodes read in a variable.",
        where=Where(node=node.id),
    )


def make_plan(board: Board, catalog: Catalog, entry: str, *, pinned: bool = False) -> Plan:
    """Plans the program that starts at node ``entry``.

    Args:
        pinned: use recorded outputs of nodes that have them (editor runs only). Those of a start
            node stand in for what the payload lacks.

    Raises:
        CompileError: a reachable node is not installed, an input has no value, pure nodes form a
            circle, a reference leads nowhere.
    """
    return _Planner(board, catalog, pinned=pinned).grow(entry)


__all__ = ["MOST_PULLS", "Plan", "PlanNode", "cone", "make_plan"]
