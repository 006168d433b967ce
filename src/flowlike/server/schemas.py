"""The JSON schema of what a start node takes, for forms. Source: JSON Schema 2020-12."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from msgspec import UNSET

from flowlike.board.definition import DataType, PinDefinition, ValueType

_TYPES: dict[DataType, dict[str, Any]] = {
    DataType.STRING: {"type": "string"},
    DataType.INTEGER: {"type": "integer"},
    DataType.FLOAT: {"type": "number"},
    DataType.BOOLEAN: {"type": "boolean"},
    DataType.DATE: {"type": "string", "format": "date-time"},
    DataType.STRUCT: {"type": "object"},
    DataType.BYTE: {"type": "string", "contentEncoding": "base64"},
}
REST = "payload"

_NONE: Mapping[str, Any] = MappingProxyType({})


def payload_schema(
    pins: Mapping[str, PinDefinition], examples: Mapping[str, Any] = _NONE
) -> dict[str, Any]:
    """The schema of the payload that gives these outputs of a start node their values.

    ``examples`` holds values by pin key, such as those a person pinned.
    """
    data = {key: pin for key, pin in pins.items() if not pin.is_execution}
    rest = data.get(REST)
    open_ = (
        rest is not None and rest.type is DataType.STRUCT and rest.value_type is ValueType.NORMAL
    )
    if open_:
        del data[REST]
    required = sorted(key for key, pin in data.items() if pin.default is UNSET and not pin.optional)
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            key: pin_schema(pin) | ({"examples": [examples[key]]} if key in examples else {})
            for key, pin in data.items()
        },
        "additionalProperties": open_,
    }
    if open_ and REST in examples:
        schema["examples"] = [examples[REST]]
    return schema | {"required": required} if required else schema


def pin_schema(pin: PinDefinition) -> dict[str, Any]:
    """The schema of one value."""
    one = dict(pin.schema) if pin.schema else dict(_TYPES.get(pin.type, {}))
    if pin.choices:
        one["enum"] = list(pin.choices)
    if pin.range:
        one["minimum"], one["maximum"] = pin.range
    schema = _in(one, pin.value_type, is_byte=pin.type is DataType.BYTE)
    if pin.label or pin.name:
        schema["title"] = pin.label or pin.name
    if pin.description:
        schema["description"] = pin.description
    if pin.default is not UNSET:
        schema["default"] = pin.default
    return schema


def _in(one: dict[str, Any], value_type: ValueType, *, is_byte: bool) -> dict[str, Any]:
    if value_type is ValueType.ARRAY:
        return one if is_byte else {"type": "array", "items": one}
    if value_type is ValueType.SET:
        return {"type": "array", "items": one, "uniqueItems": True}
    if value_type is ValueType.MAP:
        return {"type": "object", "additionalProperties": one}
    return one
