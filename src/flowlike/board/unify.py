"""What Generic pins carry on this board: types flow along the wires into type variables.

Pins of one node with the same ``generic`` name share a variable; a pin without a name has its own.
A container over a variable says what the elements are: ``array: list[T]`` and ``value: T`` agree.

Types flow forwards only. What a value is read as says nothing of what it is: the result of parsing
JSON may lead to an Integer and to a String, each checked when it arrives. Where several types meet
in a variable their join is taken: Integer and Float give Float, structs of unlike schemas a struct
without one, anything with an unknown value is unknown. Types that have no join are a conflict on
the wire that comes later in pin order. Joins only widen, so the result does not depend on order.
"""

from collections import deque
from functools import reduce

import msgspec

from flowlike.board.definition import DataType, PinDefinition, ValueType
from flowlike.board.scene import Scene
from flowlike.board.schema import same
from flowlike.board.shapes import UNKNOWN, Shape, container_of, element_of, shape_of
from flowlike.board.types import (
    TYPE_MISMATCH,
    Refused,
    Verdict,
    check_shapes,
    check_wire,
    enforces,
)

_NESTING = 16
_LISTS = frozenset({ValueType.ARRAY, ValueType.SET})
_NUMBERS = frozenset({DataType.INTEGER, DataType.FLOAT})

Variable = int


class _Inflow(msgspec.Struct, frozen=True, gc=False):
    """One wire into a type variable: from a shape, or from a variable inside a container."""

    source: str
    target: str
    shape: Shape | None
    variable: Variable
    form: ValueType
    into: ValueType


class Resolved:
    """What every pin of a board carries, as far as known. Made by ``resolve_types``."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._variables: dict[tuple[str, str, str], Variable] = {}
        self._inflows: list[list[_Inflow]] = []
        self._readers: list[list[Variable]] = []
        self._values: list[Shape | None] = []
        self._pairs: dict[tuple[int, int], Verdict] = {}
        self._gather()
        self._settle()
        self._conflicts = self._find_conflicts()

    def input(self, node: str, key: str) -> Shape:
        """What an input pin takes. Raises KeyError if there is no such node or pin."""
        return self._shape(node, "in", key, self._scene.parts[node].inputs[key])

    def output(self, node: str, key: str) -> Shape:
        """What an output pin gives. Raises KeyError if there is no such node or pin."""
        return self._shape(node, "out", key, self._scene.parts[node].outputs[key])

    def wire(self, source: str, target: str) -> Verdict:
        """Whether a wire of the board fits, both ends known. Raises KeyError for unknown ends."""
        source_id, _, source_key = source.partition(".")
        target_id, _, target_key = target.partition(".")
        output = self._scene.parts[source_id].outputs[source_key]
        wanted = self._scene.parts[target_id].inputs[target_key]
        pair = (id(output), id(wanted))
        verdict = self._pairs.get(pair)
        if verdict is None:
            verdict = self._pairs[pair] = check_wire(output, wanted)
        open_ends = DataType.GENERIC in {output.type, wanted.type}
        if not open_ends or isinstance(verdict, Refused):
            return verdict
        conflict = self._conflicts.get((source, target))
        if conflict is not None:
            return conflict
        return check_shapes(
            self._shape(source_id, "out", source_key, output),
            self._shape(target_id, "in", target_key, wanted),
            enforce=enforces(output, wanted),
        )

    def _shape(self, node: str, side: str, key: str, pin: PinDefinition) -> Shape:
        if pin.type is not DataType.GENERIC:
            return shape_of(pin)
        variable = self._variables.get(_variable_key(node, side, key, pin))
        value = None if variable is None else self._values[variable]
        return container_of(pin.value_type, value or UNKNOWN)

    def _variable(self, node: str, side: str, key: str, pin: PinDefinition) -> Variable:
        name = _variable_key(node, side, key, pin)
        known = self._variables.get(name)
        if known is None:
            known = self._variables[name] = len(self._values)
            self._values.append(None)
            self._inflows.append([])
            self._readers.append([])
        return known

    def _gather(self) -> None:
        """Collects the wires that lead into a variable, in order of endpoints and pins."""
        parts = self._scene.parts
        source_of, rivals = self._scene.wiring.source, self._scene.wiring.rivals
        for node_id, part in parts.items():
            for key, pin in part.inputs.items():
                if pin.type is not DataType.GENERIC:
                    continue
                variable = self._variable(node_id, "in", key, pin)
                target = f"{node_id}.{key}"
                first = source_of.get(target)
                for source in rivals.get(target, () if first is None else (first,)):
                    self._flow(source, target, variable, pin)

    def _flow(self, source: str, target: str, variable: Variable, wanted: PinDefinition) -> None:
        node_id, _, key = source.partition(".")
        part = self._scene.parts.get(node_id)
        pin = None if part is None else part.outputs.get(key)
        if pin is None:
            shape: Shape | None = UNKNOWN
            origin, form = -1, ValueType.NORMAL
        elif pin.type is DataType.GENERIC:
            shape, form = None, pin.value_type
            origin = self._variable(node_id, "out", key, pin)
            self._readers[origin].append(variable)
        else:
            shape, form = shape_of(pin), ValueType.NORMAL
            origin = -1
        self._inflows[variable].append(
            _Inflow(source, target, shape, origin, form, wanted.value_type)
        )

    def _settle(self) -> None:
        """Widens variables until nothing changes. Each can change only a few times."""
        for variable, inflows in enumerate(self._inflows):
            if not inflows:
                self._values[variable] = UNKNOWN
        waiting = deque(range(len(self._values)))
        queued = [True] * len(self._values)
        while waiting:
            variable = waiting.popleft()
            queued[variable] = False
            value = self._joined(variable)
            if value is None or value == self._values[variable]:
                continue
            self._values[variable] = value
            for reader in self._readers[variable]:
                if not queued[reader]:
                    queued[reader] = True
                    waiting.append(reader)

    def _joined(self, variable: Variable) -> Shape | None:
        known = [self._values[variable]]
        known += [self._contribution(inflow) for inflow in self._inflows[variable]]
        shapes = [shape for shape in known if shape is not None]
        return reduce(_widen, shapes) if shapes else None

    def _contribution(self, inflow: _Inflow) -> Shape | None:
        """What a wire says of the variable it leads into; None if nothing, or nothing yet."""
        shape = inflow.shape
        if shape is None:
            value = self._values[inflow.variable]
            if value is None:
                return None
            shape = container_of(inflow.form, value)
        if inflow.into is ValueType.NORMAL:
            return shape if _depth(shape) <= _NESTING else UNKNOWN
        if shape.is_unknown:
            return UNKNOWN
        lists = inflow.into in _LISTS and shape.value_type in _LISTS
        if lists or shape.value_type is inflow.into:
            return element_of(shape)
        if inflow.into is ValueType.MAP and shape.type is DataType.STRUCT:
            return UNKNOWN
        return None

    def _find_conflicts(self) -> dict[tuple[str, str], Refused]:
        found: dict[tuple[str, str], Refused] = {}
        for variable, value in enumerate(self._values):
            if value is None or len(self._inflows[variable]) < 2:
                continue
            agreed, first = None, ""
            for inflow in self._inflows[variable]:
                shape = self._contribution(inflow)
                if shape is None or shape.is_unknown:
                    continue
                joined = shape if agreed is None else join(agreed, shape)
                if joined is None:
                    reason = f"source is {shape}, but {first} makes this pin {agreed}"
                    found[inflow.source, inflow.target] = Refused(TYPE_MISMATCH, "", reason)
                else:
                    agreed, first = joined, first or inflow.source
        return found


def resolve_types(scene: Scene) -> Resolved:
    """What every pin carries, in time near linear in pins and wires. Never raises."""
    return Resolved(scene)


def join(left: Shape, right: Shape) -> Shape | None:
    """The narrowest shape both fit, or None if there is none but "any value"."""
    if left is right or (left == right and same(left.schema, right.schema)):
        return left
    if left.is_unknown or right.is_unknown:
        return UNKNOWN
    if left.value_type is not right.value_type:
        return None
    if left.value_type is not ValueType.NORMAL:
        element = join(element_of(left), element_of(right))
        return None if element is None else container_of(left.value_type, element)
    if left.type is right.type:
        return Shape(left.type)
    if {left.type, right.type} == _NUMBERS:
        return Shape(DataType.FLOAT)
    return None


def _widen(left: Shape, right: Shape) -> Shape:
    """Like ``join``, and unknown where there is none: every pair has an answer, in any order."""
    form = left.value_type
    if form is right.value_type is not ValueType.NORMAL:
        return container_of(form, _widen(element_of(left), element_of(right)))
    return join(left, right) or UNKNOWN


def _variable_key(node: str, side: str, key: str, pin: PinDefinition) -> tuple[str, str, str]:
    return (node, "", pin.generic) if pin.generic else (node, side, key)


def _depth(shape: Shape) -> int:
    depth = 0
    inner: Shape | None = shape
    while inner is not None:
        depth += 1
        inner = inner.element
    return depth
