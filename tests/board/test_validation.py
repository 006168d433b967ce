"""Values against schemas, keyword by keyword."""

from typing import Any

import pytest

from flowlike.board.schema import Document
from flowlike.board.validation import misfit

OBJECT = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
TREE = {
    "$ref": "#/$defs/t",
    "$defs": {"t": {"type": "object", "properties": {"next": {"$ref": "#/$defs/t"}}}},
}
CASES: list[tuple[Any, Any, tuple[str, str] | None]] = [
    (True, {"anything": 1}, None),
    (False, 1, ("", "is not allowed here")),
    ({"type": "string"}, 1, ("", "is integer, requires string")),
    ({"type": ["string", "null"]}, 1.5, ("", "is number, requires string or null")),
    ({"type": "number"}, 1, None),
    ({"type": "integer"}, True, ("", "is boolean, requires integer")),
    ({"const": 1}, True, ("", "requires 1")),
    ({"const": 1}, 1.0, None),
    ({"enum": ["a", [1]]}, [1], None),
    ({"enum": ["a", {"x": 1}]}, {"x": True}, ("", "requires one of 'a', {'x': 1}")),
    ({"minimum": 2}, 1, ("", "requires at least 2")),
    ({"maximum": 2}, 3, ("", "requires at most 2")),
    ({"exclusiveMinimum": 2}, 2, ("", "requires more than 2")),
    ({"exclusiveMaximum": 2}, 2, ("", "requires less than 2")),
    ({"multipleOf": 2}, 3, ("", "requires a multiple of 2")),
    ({"minimum": 2}, "text", None),
    ({"minLength": 1}, "", ("", "has 0 characters, requires at least 1")),
    ({"maxLength": 1}, "ab", ("", "has 2 characters, requires at most 1")),
    ({"pattern": "^a+$"}, "aab", ("", "does not match the pattern ^a+$")),
    ({"pattern": "^a+$"}, "aa", None),
    ({"pattern": "(?=a)"}, "b", None),
    ({"minItems": 1}, [], ("", "has 0 items, requires at least 1")),
    ({"items": {"type": "string"}}, ["a", 1], ("[1]", "is integer, requires string")),
    ({"uniqueItems": True}, [1, 1.0], ("", "holds equal items")),
    ({"uniqueItems": True}, [1, True, "1", [1], {"a": 1}], None),
    ({"uniqueItems": True}, [{"a": [1]}, {"a": [1]}], ("", "holds equal items")),
    (OBJECT, {"a": 1, "b": 2}, None),
    (OBJECT, {}, ("a", "is missing")),
    (OBJECT, {"a": "x"}, ("a", "is string, requires integer")),
    ({**OBJECT, "additionalProperties": False}, {"a": 1, "b": 1}, ("b", "is not allowed here")),
    ({"additionalProperties": {"type": "null"}}, {"b": 1}, ("b", "is integer, requires null")),
    ({"maxProperties": 1}, {"a": 1, "b": 1}, ("", "has 2 properties, requires at most 1")),
    ({"patternProperties": {}, "additionalProperties": False}, {"x": 1}, None),
    ({"properties": 5, "required": 5}, {}, None),
    ({"anyOf": [{"type": "string"}, {"type": "null"}]}, 1, ("", "fits none of the alternatives")),
    ({"anyOf": [OBJECT]}, {}, ("a", "is missing")),
    ({"anyOf": [{"type": "string"}, OBJECT]}, {"a": 1}, None),
    (
        {"oneOf": [{"type": "number"}, {"type": "integer"}]},
        1,
        ("", "fits several alternatives of which only one may fit"),
    ),
    ({"oneOf": [{"type": "number"}, {"type": "integer"}]}, 1.5, None),
    ({"allOf": [{"minimum": 1}, {"maximum": 2}]}, 3, ("", "requires at most 2")),
    (TREE, {"next": {"next": {}}}, None),
    (TREE, {"next": {"next": 1}}, ("next.next", "is integer, requires object")),
    ({"$ref": "#/nowhere"}, 1, None),
    ({"type": "string"}, object(), ("", "is object, requires string")),
]


@pytest.mark.parametrize(("schema", "value", "wanted"), CASES)
def test_keywords(schema: Any, value: Any, wanted: tuple[str, str] | None) -> None:
    assert misfit(value, Document(schema)) == wanted


def test_a_reference_to_itself_ends() -> None:
    found = misfit(1, Document({"$ref": "#"}))
    assert found == ("", "is nested deeper than 64 levels")


def test_a_pattern_that_would_take_for_ever_elsewhere_is_quick() -> None:
    assert misfit("a" * 50_000 + "b", Document({"pattern": "^(a+)+$"})) is not None


def test_a_part_of_a_document_keeps_its_references() -> None:
    document = Document({"$defs": {"n": {"type": "integer"}}})
    assert misfit("x", document, {"$ref": "#/$defs/n"}) == ("", "is string, requires integer")
