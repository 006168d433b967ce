"""From the payload of a run to the outputs of its start node. Checked here, trusted ever after."""

import difflib
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import UNSET

from flowlike.board.definition import DataType, PinDefinition, ValueType
from flowlike.board.values import ValueMismatch, checker
from flowlike.errors import PayloadError, Where

REST = "payload"
"""An output of this name that is a Struct takes every key no other output takes."""

Reader = Callable[[Any], list[Any]]


def payload_reader(start: str, pins: Mapping[str, PinDefinition]) -> Reader:
    """The function that reads payloads for a start node with these data outputs.

    It gives one value for each data output, in pin order, and raises PayloadError with code, pin
    and path if a value is missing, unknown or of the wrong type.
    """
    if not pins:
        return lambda _payload: []
    return _Reader(start, pins).read


class _Reader:
    def __init__(self, node: str, pins: Mapping[str, PinDefinition]) -> None:
        self._node = node
        self._pins = pins
        rest = pins.get(REST)
        takes_rest = (
            rest is not None
            and rest.type is DataType.STRUCT
            and rest.value_type is ValueType.NORMAL
        )
        self._rest = REST if takes_rest else ""
        self._check = {key: checker(pin) for key, pin in pins.items()}
        self._folded = {_fold(key): key for key in pins if key != self._rest}

    def read(self, payload: Any) -> list[Any]:
        """The values of the start node's outputs."""
        if payload is None and any(self._is_required(pin) for pin in self._pins.values()):
            raise self._error(
                "payload.absent", "The event needs a payload.", "Give a JSON object.", ""
            )
        given = {} if payload is None else payload
        if not isinstance(given, Mapping):
            raise self._error(
                "payload.not-an-object",
                f"A payload is a JSON object, not {_json_name(given)}.",
                "Put the values under the names of the event's pins.",
                "",
            )
        taken = self._assign(given)
        return [self._value(key, taken) for key in self._pins]

    def _assign(self, given: Mapping[Any, Any]) -> dict[str, Any]:
        taken: dict[str, Any] = {}
        rest: dict[str, Any] = {}
        for name, value in given.items():
            if not isinstance(name, str):
                raise self._error(
                    "payload.bad-key", f"{name!r} is not a text.", "Use texts as keys.", ""
                )
            key = (
                name if name in self._pins and name != self._rest else self._folded.get(_fold(name))
            )
            if key is not None and (key == name or key not in given):
                taken[key] = value
            else:
                rest[name] = value
        if self._rest:
            if rest or self._is_required(self._pins[self._rest]):
                taken[self._rest] = rest
        elif rest:
            raise self._unknown(next(iter(rest)))
        return taken

    def _value(self, key: str, taken: Mapping[str, Any]) -> Any:
        pin = self._pins[key]
        value = taken.get(key, pin.default)
        if value is UNSET and pin.optional:
            return None
        if value is UNSET:
            raise self._error(
                "payload.missing",
                f"The payload lacks {key!r} ({_type_name(pin)}).",
                f"Add {key!r} to the payload.",
                key,
            )
        if value is None and pin.optional:
            return None
        try:
            return self._check[key](value)
        except ValueMismatch as error:
            path = error.path and f"{key}{'' if error.path.startswith('[') else '.'}{error.path}"
            raise PayloadError(
                "payload.wrong-type",
                f"The payload's {key!r} does not fit: {error.message}",
                remedy=f"Give {key!r} as {_type_name(pin)}.",
                where=Where(node=self._node, pin=key, path=path),
            ) from error

    def _is_required(self, pin: PinDefinition) -> bool:
        return pin.default is UNSET and not pin.optional

    def _unknown(self, name: str) -> PayloadError:
        near = difflib.get_close_matches(name, self._pins, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        return self._error(
            "payload.unknown-key",
            f"The event has no pin {name!r}.{hint}",
            f"It takes: {', '.join(self._pins)}.",
            "",
        )

    def _error(self, code: str, message: str, remedy: str, pin: str) -> PayloadError:
        return PayloadError(code, message, remedy=remedy, where=Where(node=self._node, pin=pin))


def _fold(name: str) -> str:
    return name.lower().replace("_", "")


def _type_name(pin: PinDefinition) -> str:
    plain = pin.value_type is ValueType.NORMAL
    return str(pin.type) if plain else f"{pin.value_type} of {pin.type}"


_JSON_NAMES = {bool: "a Boolean", int: "a number", float: "a number", str: "a text", list: "a list"}


def _json_name(value: object) -> str:
    return _JSON_NAMES.get(type(value), type(value).__name__)
