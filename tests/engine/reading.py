"""What the reference knows of a board and its values; ``interpreter`` walks it. Only tests use it.

Dictionary slots; pure nodes pulled anew for each activation. It shares nothing with the compiler
but boards, node types and wire resolution.
"""

import copy
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from flowlike.board.definition import Kind
from flowlike.board.model import ERROR_PIN, Board
from flowlike.board.pins import input_pins, output_pins, split_endpoint
from flowlike.board.values import ValueMismatch, checker
from flowlike.board.wires import resolve_wires
from flowlike.errors import FlowlikeError
from flowlike.nodes.capabilities import Clock, Log
from flowlike.nodes.declaration import Gives
from flowlike.testing import FakeClock

MISSING = object()


class Budget(BaseException):
    """The step budget is used up."""


class Failed(Exception):  # noqa: N818 - a node failed; it is no fault of the interpreter
    """A node failed."""

    def __init__(self, seq: int, node: str, code: str, message: str, pin: str) -> None:
        super().__init__(message)
        self.seq, self.node, self.code, self.message, self.pin = seq, node, code, message, pin


@dataclass
class Frame:
    """Slots of one call: values, and the activation that wrote each."""

    values: dict[tuple[str, str], Any] = field(default_factory=dict)
    writers: dict[tuple[str, str], int] = field(default_factory=dict)
    states: dict[str, Any] = field(default_factory=dict)
    result: Any = None


@dataclass
class Step:
    """One activation as a trace would tell it."""

    node: str
    parent: int
    iteration: int
    fired: tuple[str, ...] = ()
    ins: tuple[int, ...] = ()
    ok: bool = True


class _Log:
    def __init__(self, run: "Reading", node: str) -> None:
        self.run, self.node = run, node

    def _write(self, level: int, message: object) -> None:
        self.run.logs.append((level, message, self.node))

    def debug(self, message: object, /, **_: object) -> None:
        self._write(0, message)

    def info(self, message: object, /, **_: object) -> None:
        self._write(1, message)

    def warning(self, message: object, /, **_: object) -> None:
        self._write(2, message)

    def error(self, message: object, /, **_: object) -> None:
        self._write(3, message)


class Reading:
    """A board and one run's values: wires, slots, pulled nodes."""

    def __init__(self, board: Board, catalog: Any, budget: int = 100_000) -> None:
        self.board, self.catalog, self.budget = board, catalog, budget
        self.wiring = resolve_wires(board)
        self.variables = {
            key: None if each.default is UNSET else copy.deepcopy(each.default)
            for key, each in board.variables.items()
        }
        self.variable_writers: dict[str, int] = {}
        self.steps: dict[int, Step] = {}
        self.count = 0
        self.handled = 0
        self.logs: list[tuple[int, object, str]] = []
        self.active: Counter[str] = Counter()
        self.clock = FakeClock()

    # Looking at the board.

    def _type(self, node_id: str) -> Any:
        return self.catalog.node_type(self.board.nodes[node_id].type)

    def _kind(self, node_id: str) -> Kind:
        return Kind(self._type(node_id).definition.kind)

    def _pure(self, node_id: str) -> bool:
        return bool(self._type(node_id).definition.pure)

    def _inputs(self, node_id: str) -> Any:
        return input_pins(self.board.nodes[node_id], self._type(node_id).definition)

    def _outputs(self, node_id: str) -> Any:
        return output_pins(self.board.nodes[node_id], self._type(node_id).definition)

    def _source(self, node_id: str, key: str) -> tuple[str, str] | None:
        endpoint = self.wiring.source.get(f"{node_id}.{key}")
        while endpoint is not None:
            source, pin = split_endpoint(endpoint)
            if self._kind(source) is not Kind.REROUTE:
                return source, pin
            endpoint = self.wiring.source.get(f"{source}.route_in")
        return None

    def _targets(
        self, node_id: str, key: str, seen: frozenset[str] = frozenset()
    ) -> list[tuple[str, str]]:
        found = []
        for endpoint in self.wiring.targets.get(f"{node_id}.{key}", ()):
            target, pin = split_endpoint(endpoint)
            node = self.board.nodes[target]
            if target in seen:
                continue
            if self._kind(target) is Kind.REROUTE:
                found += self._targets(target, "route_out", seen | {target})
            elif node.settings.disabled:
                first = next((k for k, p in self._outputs(target).items() if p.is_execution), None)
                found += self._targets(target, first, seen | {target}) if first else []
            else:
                found.append((target, pin))
        return found

    def _exec_outputs(self, node_id: str) -> list[str]:
        return [
            key
            for key, pin in self._outputs(node_id).items()
            if pin.is_execution and key != ERROR_PIN
        ]

    # Values.

    def _level(self, node_id: str) -> int:
        sources = [self._source(node_id, key) for key in self._inputs(node_id)]
        return max(
            (self._level(each[0]) + 1 for each in sources if each and self._pure(each[0])),
            default=0,
        )

    def _cone(self, node_id: str, keys: list[str]) -> list[str]:
        found: set[str] = set()

        def visit(each: str, wanted: list[str]) -> None:
            pins = self._inputs(each)
            for key in wanted:
                source = self._source(each, key)
                if (
                    source
                    and not pins[key].lazy
                    and self._pure(source[0])
                    and source[0] not in found
                ):
                    found.add(source[0])
                    visit(source[0], list(self._inputs(source[0])))

        visit(node_id, keys)
        return sorted(found, key=lambda each: (self._level(each), each))

    def _pull(
        self, node_id: str, frame: Frame, where: tuple[int, int], keys: list[str] | None = None
    ) -> None:
        memo: set[str] = set()
        for each in self._cone(node_id, list(self._inputs(node_id)) if keys is None else keys):
            self._evaluate(each, frame, where, memo)

    def _evaluate(self, node_id: str, frame: Frame, where: tuple[int, int], memo: set[str]) -> None:
        if node_id in memo:
            return
        memo.add(node_id)
        step = self._step(node_id, where)
        if self._kind(node_id) is Kind.SELECT:
            chosen = "a" if self._read(node_id, "condition", frame, step) else "b"
            source = self._source(node_id, chosen)
            if source and self._pure(source[0]):
                try:
                    for each in [*self._cone(source[0], list(self._inputs(source[0]))), source[0]]:
                        self._evaluate(each, frame, where, memo)
                except Failed:
                    del self.steps[step]  # it never came to do anything itself
                    raise
            value = self._read(node_id, chosen, frame, step)
            self._note_ins(node_id, frame, step, ("condition", chosen))
            self._write(node_id, "result", value, frame, step)
        elif self._kind(node_id) is Kind.VARIABLE_GET:
            value = self.variables[self._literal(node_id, "var_ref")]
            self._write(node_id, "value_ref", value, frame, step)
        else:
            self._note_ins(node_id, frame, step)
            result = self._guard(node_id, step, lambda: self._invoke(node_id, frame, step))
            self._spread(node_id, result, frame, step)

    def _literal(self, node_id: str, key: str) -> Any:
        listed = self.board.nodes[node_id].inputs.get(key)
        if listed is not None and listed.value is not UNSET:
            return listed.value
        default = self._inputs(node_id)[key].default
        return None if default is UNSET else default

    def _read(self, node_id: str, key: str, frame: Frame, step: int) -> Any:
        """The value of an input, which must fit the pin."""
        value = self._fetch(node_id, key, frame, step)
        pin = self._inputs(node_id)[key]
        if self._source(node_id, key) is None or (pin.optional and value is None):
            return value
        if key == "value_in" and self._kind(node_id) is Kind.VARIABLE_SET:
            variable = self.board.variables[self._literal(node_id, "var_ref")]
            pin = replace(pin, type=variable.type, value_type=variable.value_type)
        try:
            return checker(pin)(value)
        except ValueMismatch as error:
            self.steps[step].ok = False
            message = f"The value for {key!r} does not fit: {error.message}"
            raise Failed(step, node_id, "engine.wrong-type", message, key) from error

    def _fetch(self, node_id: str, key: str, frame: Frame, step: int) -> Any:
        """The value of an input as its source left it."""
        source = self._source(node_id, key)
        if source is None:
            return self._literal(node_id, key)
        value = frame.values.get(source, MISSING)
        if value is MISSING:
            default = self._outputs(source[0])[source[1]].default
            value = MISSING if default is UNSET else default
        if value is MISSING:
            self.steps[step].ok = False
            text = f"Input {key!r} has no value yet: the node that feeds it has not run."
            raise Failed(step, node_id, "engine.no-value", text, key)
        return value

    def _write(self, node_id: str, key: str, value: Any, frame: Frame, step: int) -> None:
        frame.values[node_id, key] = value
        frame.writers[node_id, key] = step

    def _step(self, node_id: str, where: tuple[int, int]) -> int:
        self.count += 1
        self.steps[self.count] = Step(node_id, *where)
        return self.count

    def _note_ins(
        self, node_id: str, frame: Frame, step: int, keys: tuple[str, ...] | None = None
    ) -> None:
        """Notes who wrote the wired inputs; ``keys`` are those that were read."""
        ins = []
        for key, pin in self._inputs(node_id).items():
            source = self._source(node_id, key)
            if source and not pin.is_execution:
                ins.append(frame.writers.get(source, 0) if keys is None or key in keys else 0)
        self.steps[step].ins = tuple(ins)

    def _guard(self, node_id: str, step: int, call: Any) -> Any:
        try:
            return call()
        except Exception as error:
            raise self.failed(node_id, step, error) from error

    def failed(self, node_id: str, step: int, error: Exception) -> Failed:
        """What an exception of a node means."""
        self.steps[step].ok = False
        if isinstance(error, Failed):
            return error
        if isinstance(error, FlowlikeError):
            return Failed(step, node_id, error.code, error.message, error.where.pin)
        return Failed(step, node_id, "node.raised", f"{type(error).__name__}: {error}", "")

    def _arguments(self, node_id: str, frame: Frame, step: int) -> tuple[list[Any], dict[str, Any]]:
        args: list[Any] = []
        keywords: dict[str, Any] = {}
        pins = self._inputs(node_id)
        for each in self._type(node_id).parameters:
            if each.capability is not None:
                values = [
                    _Log(self, node_id)
                    if each.capability is Log
                    else self._capability(each.capability)
                ]
            elif not each.pin:
                values = [tuple(key for key, pin in pins.items() if pin.is_execution)]
            elif each.many:
                values = [
                    self._read(node_id, k, frame, step)
                    for k, p in pins.items()
                    if p.name == each.pin
                ]
            else:
                values = [self._read(node_id, each.pin, frame, step)]
            if each.mutates:
                values = copy.deepcopy(values)
            if each.keyword:
                keywords[each.name] = values[0]
            else:
                args += values
        return args, keywords

    def _capability(self, kind: type) -> Any:
        return self.clock if kind is Clock else None

    def _invoke(self, node_id: str, frame: Frame, step: int, *before: Any) -> Any:
        args, keywords = self._arguments(node_id, frame, step)
        return self._type(node_id).function(*before, *args, **keywords)

    def _spread(self, node_id: str, result: Any, frame: Frame, step: int) -> None:
        kind = self._type(node_id)
        if kind.gives is Gives.VALUE and kind.value_pin:
            self._write(node_id, kind.value_pin, result, frame, step)
        for name, pin in kind.fields if kind.gives is Gives.FIELDS else ():
            if pin:
                self._write(node_id, pin, getattr(result, name), frame, step)
