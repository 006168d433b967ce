"""Values to text or bytes and back, through JSON."""

from typing import Annotated, Any

import msgspec

from flowlike.builtin.arithmetic import LEAST_INTEGER, MOST_INTEGER
from flowlike.builtin.text import json_of, shown
from flowlike.nodes import Example, NodeFailure, Pin, pure

_CATEGORY = "Utils/Conversions"
MOST_DEPTH = 200
"""Lists and structs within each other that JSON may hold."""

Value = Annotated[Any, Pin(label="Value")]
Pretty = Annotated[bool, Pin(label="Pretty?", description="With line breaks and indents.")]


def parsed(text: str | bytes, pin: str) -> Any:
    """The value that a JSON text stands for. Of equal names in a struct the last one counts.

    Raises:
        NodeFailure: ``conversion.not-json``: no JSON, a number that does not fit into an Integer or
            a Float, or nested deeper than 200.
    """
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise _not_json(str(error), pin) from error
    level, depth = [value], 0
    while level:
        if depth > MOST_DEPTH:
            raise _not_json(f"it is nested deeper than {MOST_DEPTH}", pin)
        level = [inner for each in level for inner in _inside(each, pin)]
        depth += 1
    return value


def _inside(value: Any, pin: str) -> list[Any]:
    if type(value) is int and not LEAST_INTEGER <= value <= MOST_INTEGER:
        raise _not_json("a whole number does not fit into 64 bits", pin)
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _not_json(reason: str, pin: str) -> NodeFailure:
    return NodeFailure(
        "conversion.not-json",
        f"This is no JSON that can be used: {reason}.",
        remedy='Text stands in quotes in JSON: "text". Use text as it is without this node.',
        pin=pin,
    )


@pure(
    name="val_to_string",
    title="To String",
    category=_CATEGORY,
    keywords=("json", "stringify"),
    deterministic=True,
)
def to_string(value: Value, pretty: Pretty = True) -> Annotated[str, Pin("string", label="String")]:
    """Any value as text.

    Text stays as it is and null gives no text; dates are written as RFC 3339, all else as JSON.
    """
    return shown(value, pretty=pretty)


@pure(
    name="val_from_string",
    title="From String",
    category=_CATEGORY,
    keywords=("json", "parse"),
    deterministic=True,
)
def from_string(
    string: Annotated[str, Pin(label="String")],
) -> Annotated[Any, Pin("value_ref", label="Value")]:
    """The value that a JSON text stands for."""
    return parsed(string, "string")


@pure(name="val_to_bytes", title="To Bytes", category=_CATEGORY, deterministic=True)
def to_bytes(value: Value, pretty: Pretty = True) -> Annotated[bytes, Pin("bytes", label="Bytes")]:
    """Any value as JSON in UTF-8, which From Bytes reads again.

    Text is put in quotes, too. Bytes are base64.
    """
    return json_of(value, pretty=pretty)


@pure(name="val_from_bytes", title="From Bytes", category=_CATEGORY, deterministic=True)
def from_bytes(
    bytes: Annotated[bytes, Pin(label="Bytes")],
) -> Annotated[Any, Pin("value", label="Value")]:
    """The value that JSON in UTF-8 stands for.

    For bytes that are plain text use From UTF-8 Lossy.
    """
    return parsed(bytes, "bytes")


EXAMPLES = (
    Example("val_to_string", {"value": {"a": 1}, "pretty": False}, {"string": '{"a":1}'}),
    Example("val_to_string", {"value": "as it is"}, {"string": "as it is"}),
    Example("val_from_string", {"string": "[1, 2.5, true]"}, {"value_ref": [1, 2.5, True]}),
    Example("val_from_string", {"string": "plain"}, fails="conversion.not-json"),
    Example("val_to_bytes", {"value": "é", "pretty": False}, {"bytes": b'"\xc3\xa9"'}),
    Example("val_from_bytes", {"bytes": b'{"a": null}'}, {"value": {"a": None}}),
)
