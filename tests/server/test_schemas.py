"""The JSON schema of a payload, from the pins of a start node."""

import pytest

from flowlike.board.definition import DataType, PinDefinition, ValueType
from flowlike.server.schemas import payload_schema, pin_schema


def pin(type_: DataType = DataType.STRING, **more: object) -> PinDefinition:
    return PinDefinition(name="p", type=type_, **more)  # type: ignore[arg-type]  # fields of a pin


@pytest.mark.parametrize(
    ("type_", "schema"),
    [
        (DataType.STRING, {"type": "string"}),
        (DataType.INTEGER, {"type": "integer"}),
        (DataType.FLOAT, {"type": "number"}),
        (DataType.BOOLEAN, {"type": "boolean"}),
        (DataType.DATE, {"type": "string", "format": "date-time"}),
        (DataType.STRUCT, {"type": "object"}),
        (DataType.GENERIC, {}),
    ],
)
def test_each_type_has_a_schema(type_: DataType, schema: dict[str, object]) -> None:
    assert pin_schema(pin(type_)) == schema | {"title": "p"}


def test_containers_stand_around_the_element() -> None:
    item = {"type": "integer"}
    array = pin_schema(pin(DataType.INTEGER, value_type=ValueType.ARRAY))
    assert array == {"type": "array", "items": item, "title": "p"}
    set_ = pin_schema(pin(DataType.INTEGER, value_type=ValueType.SET))
    assert set_ == {"type": "array", "items": item, "uniqueItems": True, "title": "p"}
    map_ = pin_schema(pin(DataType.INTEGER, value_type=ValueType.MAP))
    assert map_ == {"type": "object", "additionalProperties": item, "title": "p"}


def test_bytes_are_base64() -> None:
    schema = pin_schema(pin(DataType.BYTE, value_type=ValueType.ARRAY))
    assert schema == {"type": "string", "contentEncoding": "base64", "title": "p"}


def test_what_a_pin_says_stands_in_its_schema() -> None:
    full = pin(DataType.INTEGER, label="Age", description="In years.", default=3, range=(0.0, 9.0))
    assert pin_schema(full) == {
        "type": "integer",
        "minimum": 0.0,
        "maximum": 9.0,
        "title": "Age",
        "description": "In years.",
        "default": 3,
    }
    assert pin_schema(pin(choices=("a", "b")))["enum"] == ["a", "b"]


def test_a_schema_of_its_own_is_taken() -> None:
    own = {"type": "object", "properties": {"x": {"type": "string"}}}
    assert pin_schema(pin(DataType.STRUCT, schema=own)) == own | {"title": "p"}


def test_a_payload_is_an_object_of_the_data_outputs() -> None:
    pins = {
        "exec_out": PinDefinition(name="exec_out", type=DataType.EXECUTION),
        "name": PinDefinition(name="name", type=DataType.STRING),
        "age": PinDefinition(name="age", type=DataType.INTEGER, default=1),
        "note": PinDefinition(name="note", type=DataType.STRING, optional=True),
    }
    schema = payload_schema(pins)
    assert sorted(schema["properties"]) == ["age", "name", "note"]
    assert schema["required"] == ["name"]
    assert schema["additionalProperties"] is False


def test_examples_stand_at_their_pins() -> None:
    pins = {
        "name": PinDefinition(name="name", type=DataType.STRING),
        "age": PinDefinition(name="age", type=DataType.INTEGER),
        "payload": PinDefinition(name="payload", type=DataType.STRUCT),
    }
    schema = payload_schema(pins, {"name": "Ada", "payload": {"a": 1}, "gone": 1})
    assert schema["properties"]["name"]["examples"] == ["Ada"]
    assert "examples" not in schema["properties"]["age"]
    assert schema["examples"] == [{"a": 1}]


def test_a_rest_takes_what_is_left() -> None:
    pins = {"payload": PinDefinition(name="payload", type=DataType.STRUCT)}
    assert payload_schema(pins) == {
        "type": "object",
        "properties": {},
        "additionalProperties": True,
    }
