"""Checks of inputs: each has a value that fits, from a wire, a person or the type."""

from collections.abc import Iterator
from typing import Any

from msgspec import UNSET

from flowlike.board.checks.codes import finding
from flowlike.board.checks.entities import VALUE_CODES
from flowlike.board.definition import DataType, PinDefinition
from flowlike.board.findings import Finding
from flowlike.board.scene import Part, Scene
from flowlike.board.shapes import Shape
from flowlike.board.unify import Resolved
from flowlike.board.values import Check, ValueMismatch, checker


class Inputs:
    """Looks at the inputs of all nodes; checks of plain pins are made once a pin."""

    def __init__(self, scene: Scene, resolved: Resolved) -> None:
        self._scene = scene
        self._resolved = resolved
        self._checks: dict[int, Check] = {}

    def __iter__(self) -> Iterator[Finding]:
        for part in self._scene.parts.values():
            yield from self._node(part)

    def _node(self, part: Part) -> Iterator[Finding]:
        settings = part.node.settings
        idle = settings.disabled or settings.pinned is not None
        for key, pin in part.inputs.items():
            if pin.is_execution:
                continue
            given = part.node.inputs.get(key)
            if given is not None and given.value is not UNSET:
                yield from self._literal(part, key, pin, given.value)
            elif (
                pin.default is UNSET and not pin.optional and not idle and not self._fed(part, key)
            ):
                yield finding(
                    "board.missing-value",
                    f"The input {key!r} has no value.",
                    "Type a value, or connect an output to it.",
                    node=part.id,
                    pin=key,
                )
        for key, given in part.node.inputs.items():
            known = part.inputs.get(key)
            if known is None:
                yield self._unknown(part, key, "input", list(part.inputs))
            elif known.is_execution and given.value is not UNSET:
                yield finding(
                    "board.bad-literal",
                    f"{key!r} carries execution and can have no value.",
                    "Remove the value.",
                    node=part.id,
                    pin=key,
                )
        yield from self._pinned(part)

    def _fed(self, part: Part, key: str) -> bool:
        return f"{part.id}.{key}" in self._scene.wiring.source

    def _unknown(self, part: Part, key: str, side: str, known: list[str]) -> Finding:
        return finding(
            "board.unknown-pin",
            f"There is no {side} {key!r}.",
            "Remove the value of this pin." + self._scene.suggestion(key, known),
            node=part.id,
            pin=key,
        )

    def _literal(self, part: Part, key: str, pin: PinDefinition, value: Any) -> Iterator[Finding]:
        if pin.sensitive and value not in ("", None):
            yield finding(
                "board.sensitive-literal",
                f"{key!r} is sensitive, and its value stands in the board for all to read.",
                "Put the value into a secret variable and connect that.",
                node=part.id,
                pin=key,
            )
        if value is None and pin.optional:
            return
        shape = None
        if pin.type is DataType.GENERIC:
            shape = self._resolved.input(part.id, key)
        yield from self._value(part, key, pin, shape, value)

    def _value(
        self, part: Part, key: str, pin: PinDefinition, shape: Shape | None, value: Any
    ) -> Iterator[Finding]:
        try:
            read = self._check(pin, shape)(value)
        except ValueMismatch as error:
            yield finding(
                VALUE_CODES.get(error.code, "board.bad-literal"),
                f"The value of {key!r} {error.message}.",
                f"Give it a value of its type, {shape or pin.type.value}.",
                node=part.id,
                pin=key,
                path=error.path,
            )
            return
        yield from self._bounds(part, key, pin, read)

    def _check(self, pin: PinDefinition, shape: Shape | None) -> Check:
        if shape is not None:
            return checker(shape)
        known = self._checks.get(id(pin))
        if known is None:
            known = self._checks[id(pin)] = checker(pin)
        return known

    def _pinned(self, part: Part) -> Iterator[Finding]:
        for key, value in (part.node.settings.pinned or {}).items():
            pin = part.outputs.get(key)
            if pin is None or pin.is_execution:
                yield self._unknown(part, key, "data output", list(part.outputs))
            else:
                yield from self._value(part, key, pin, None, value)

    def _bounds(self, part: Part, key: str, pin: PinDefinition, value: Any) -> Iterator[Finding]:
        """The first element that is no choice, and the first out of range."""
        values = value if isinstance(value, list) else [value]
        choices = pin.choices if pin.type is DataType.STRING else ()
        wrong = next((each for each in values if choices and each not in choices), None)
        if wrong is not None:
            listed = ", ".join(map(repr, choices[:8]))
            near = self._scene.suggestion(wrong, choices)
            yield finding(
                "board.not-a-choice",
                f"{wrong!r:.80} is not among the choices of {key!r}.",
                f"Choose one of {listed}.{near}",
                node=part.id,
                pin=key,
            )
        if pin.range is None or pin.type not in {DataType.INTEGER, DataType.FLOAT}:
            return
        lowest, highest = pin.range
        numbers = (each for each in values if isinstance(each, (int, float)))
        beyond = next((each for each in numbers if not lowest <= each <= highest), None)
        if beyond is not None:
            yield finding(
                "board.out-of-range",
                f"{beyond} lies outside the range of {key!r}.",
                f"Give a number from {lowest:g} to {highest:g}.",
                node=part.id,
                pin=key,
            )
