"""What happens to a value between two pins: nothing, a safe conversion, or a check.

A value is checked only where the board does not already say what it is: behind Generic outputs,
where schemas cannot be compared, and at results of code the product does not ship.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import UNSET

from flowlike.board.definition import DataType, PinDefinition, ValueType
from flowlike.board.model import Board, Variable
from flowlike.board.types import Ok, check_wire
from flowlike.board.values import ValueMismatch, checker
from flowlike.engine.plan import PlanNode, Slot
from flowlike.errors import CompileError, NodeFailure, Where

Convert = Callable[[Any], Any]
_DEEPEST = 50


class Conversions:
    """Answers for one plan. Types are followed back through Generic pins.

    ``made`` says what the checks that ``on_wire`` gave were made of, by identity.
    """

    def __init__(self, board: Board, nodes: list[PlanNode]) -> None:
        self._board = board
        self._nodes = nodes
        self._static: dict[tuple[int, str], PinDefinition | None] = {}
        self._wires: dict[tuple[int, int], Convert | None] = {}
        self._kept: list[PinDefinition] = []
        self._checks: dict[int, Convert] = {}
        self.made: dict[int, tuple[PinDefinition, str]] = {}

    def literal(self, node: PlanNode, key: str, value: Any) -> Any:
        """The wire value of a literal. Raises CompileError ``board.bad-literal``."""
        return self._read(node, key, self._wanted(node, key), value)

    def pinned(self, node: PlanNode, key: str, value: Any) -> Any:
        """The wire value of a pinned output. Raises CompileError ``board.bad-literal``."""
        return self._read(node, key, node.outputs[key], value)

    def initial(self, node: PlanNode, key: str, missing: Any) -> Any:
        """What an output holds before its node has run: its default, else ``missing``."""
        pin = node.outputs[key]
        return missing if pin.default is UNSET else self._read(node, key, pin, pin.default)

    def on_wire(self, node: PlanNode, key: str, source: Slot) -> Convert | None:
        """What to do with a value on its way into an input; None for nothing."""
        target = self._wanted(node, key)
        if target.type is DataType.GENERIC and target.value_type is ValueType.NORMAL:
            return None
        known = self.static(source.node, source.key)
        pair = (id(known), id(target))
        if pair not in self._wires:
            self._kept += [target, *([known] if known else [])]
            convert = _conversion(known, target, key)
            if convert is not None and convert is not float:
                self.made[id(convert)] = target, key
            self._wires[pair] = convert
        return self._wires[pair]

    def static(self, number: int, key: str, depth: int = 0) -> PinDefinition | None:
        """What is known of an output's values without running: a pin they fit, or None."""
        slot = (number, key)
        if slot not in self._static:
            if depth > _DEEPEST:
                return None
            self._static[slot] = None
            self._static[slot] = self._find(self._nodes[number], key, depth)
        return self._static[slot]

    def _find(self, node: PlanNode, key: str, depth: int) -> PinDefinition | None:
        pin = node.outputs[key]
        if node.variable and pin.type is DataType.GENERIC and not node.type.function:
            pin = pin_of(self._board.variables[node.variable])
        if pin.optional:  # it may give null, which a typed input must not get unseen
            return None
        if pin.type is not DataType.GENERIC:
            return pin
        if not pin.generic or not node.type.trusted:
            return None
        found: PinDefinition | None = None
        for each, other in node.inputs.items():
            if other.generic != pin.generic:
                continue
            source = node.lookup.get(each)
            known = (
                self.static(source.node, source.key, depth + 1)
                if isinstance(source, Slot)
                else None
            )
            carried = _carry(known, other, pin) if known else None
            if carried is None or (found and not _alike(carried, found)):
                return None
            found = carried
        return found

    def _wanted(self, node: PlanNode, key: str) -> PinDefinition:
        pin = node.inputs[key]
        if node.variable and key == "value_in":
            return pin_of(self._board.variables[node.variable])
        return pin

    def _check_of(self, pin: PinDefinition) -> Convert:
        known = self._checks.get(id(pin))
        if known is None:
            self._kept.append(pin)
            known = self._checks[id(pin)] = checker(pin)
        return known

    def _read(self, node: PlanNode, key: str, pin: PinDefinition, value: Any) -> Any:
        if value is None and pin.optional:
            return None
        try:
            return self._check_of(pin)(value)
        except ValueMismatch as error:
            raise CompileError(
                "board.bad-literal",
                f"The value on {key!r} does not fit: {error.message}",
                remedy="Give the pin a value of its type.",
                where=Where(node=node.id, pin=key, path=error.path),
            ) from error


def pin_of(variable: Variable) -> PinDefinition:
    """A variable's type as a pin."""
    return PinDefinition(
        name=variable.name,
        type=variable.type,
        value_type=variable.value_type,
        schema=variable.schema,
    )


def _carry(
    known: PinDefinition, through: PinDefinition, out: PinDefinition
) -> PinDefinition | None:
    """The type that leaves a Generic output if ``known`` enters at the same variable."""
    if through.value_type is out.value_type:
        return known
    if through.value_type is known.value_type and out.value_type is ValueType.NORMAL:
        return msgspec.structs.replace(known, value_type=ValueType.NORMAL)
    if through.value_type is ValueType.NORMAL and known.value_type is ValueType.NORMAL:
        return msgspec.structs.replace(known, value_type=out.value_type)
    return None


def _alike(one: PinDefinition, other: PinDefinition) -> bool:
    """Whether two pins carry the same."""
    return (one.type, one.value_type, one.schema) == (other.type, other.value_type, other.schema)


def _conversion(known: PinDefinition | None, target: PinDefinition, key: str) -> Convert | None:
    if known is None:
        return checked(target, key)
    same = known.type is target.type and known.value_type is target.value_type
    if same and target.schema is None:
        return None
    if target.type is DataType.GENERIC and known.value_type is target.value_type:
        return None
    if known.type is DataType.INTEGER and target.type is DataType.FLOAT and not known.optional:
        return (
            float
            if known.value_type is target.value_type is ValueType.NORMAL
            else checked(target, key)
        )
    verdict = check_wire(known, target)
    if same and isinstance(verdict, Ok) and not verdict.undecided and verdict.conversion is None:
        return None
    return checked(target, key)


def checked(target: PinDefinition, key: str) -> Convert:
    """A check that fails like a node does, naming the input."""
    check = checker(target)
    optional = target.optional

    def convert(value: Any) -> Any:
        if optional and value is None:
            return None
        try:
            return check(value)
        except ValueMismatch as error:
            raise NodeFailure(
                "engine.wrong-type",
                f"The value for {key!r} does not fit: {error.message}",
                remedy="Convert the value first, or check the node it comes from.",
                pin=key,
            ) from error

    return convert
