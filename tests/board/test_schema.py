"""Schemas read into branches."""

from typing import Any

import pytest

from flowlike.board.schema import ANYTHING, Document, highest, kind_of, lowest, same


def kinds(schema: Any) -> list[str]:
    return [branch.kind for branch in Document(schema).branches(schema)]


@pytest.mark.parametrize(
    ("schema", "wanted"),
    [
        (True, ["null", "boolean", "number", "string", "array", "object"]),
        ({}, ["null", "boolean", "number", "string", "array", "object"]),
        (False, []),
        ({"type": "integer"}, ["integer"]),
        ({"type": ["string", "null"]}, ["string", "null"]),
        ({"type": ["integer", "number"]}, ["number"]),
        ({"enum": [1, "a", None, 2]}, ["integer", "string", "null"]),
        ({"enum": [1, "a"], "type": "string"}, ["string"]),
        ({"const": 1, "type": "number"}, ["integer"]),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, ["null", "string"]),
        ({"allOf": [{"type": ["string", "null"]}, {"type": ["string", "array"]}]}, ["string"]),
        ({"allOf": [{"type": "number"}, {"type": "integer"}]}, ["integer"]),
        ({"allOf": [{"enum": [1, 2]}, {"enum": [2, 3]}]}, ["integer"]),
        ({"allOf": [{"enum": [1.5]}, {"type": "integer"}]}, []),
        ({"allOf": [{"type": "string"}, {"type": "null"}]}, []),
    ],
)
def test_kinds(schema: Any, wanted: list[str]) -> None:
    assert kinds(schema) == wanted


def test_what_is_not_understood_is_unclear_and_annotations_are_not() -> None:
    def unclear(schema: Any) -> bool:
        return all(branch.unclear for branch in Document(schema).branches(schema))

    assert unclear({"type": "string", "not": {}})
    assert unclear({"type": "object", "required": 5})
    assert unclear({"type": "odd"})
    assert unclear({"$ref": "elsewhere.json"})
    assert unclear({"oneOf": [{"type": "number"}, {"type": "integer"}]})
    assert unclear({"allOf": [{"multipleOf": 2, "type": "integer"}, {"multipleOf": 3}]})
    closed = {"properties": {"a": {}}, "additionalProperties": False, "type": "object"}
    assert unclear({"allOf": [closed, {"properties": {"b": {}}}]})
    assert not unclear({"type": "string", "title": "T", "default": 1, "x-mine": 2})
    assert not unclear({"oneOf": [{"type": "string"}, {"type": "null"}]})


def test_members_of_all_of_tighten_each_other() -> None:
    schema = {
        "allOf": [
            {"type": "object", "required": ["a"], "properties": {"a": {"type": "number"}}},
            {"required": ["a", "b"], "properties": {"a": {"minimum": 1}}, "minProperties": 2},
        ]
    }
    (branch,) = Document(schema).branches(schema)
    assert branch.words["required"] == ["a", "b"]
    assert branch.words["properties"] == {"a": {"allOf": [{"type": "number"}, {"minimum": 1}]}}
    assert branch.words["minProperties"] == 2
    assert not branch.guessed
    array = {"allOf": [{"type": "array", "items": {"minimum": 1}}, {"items": {"maximum": 2}}]}
    (branch,) = Document(array).branches(array)
    assert branch.words["items"] == {"allOf": [{"minimum": 1}, {"maximum": 2}]}


def test_references() -> None:
    document = Document({"$defs": {"a/b": {"x~y": {"type": "null"}}}, "n": 5})
    assert document.resolve("#") == document.root
    assert document.resolve("#/$defs/a~1b/x~0y") == {"type": "null"}
    for missing in ("#/$defs/c", "#/n", "other.json", 5, "#/n/x"):
        assert document.resolve(missing) is None


def test_a_circle_of_references_is_unclear() -> None:
    schema = {
        "$ref": "#/$defs/a",
        "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}},
    }
    assert all(branch.unclear for branch in Document(schema).branches(schema))


def test_too_many_branches_are_unclear() -> None:
    many = {"anyOf": [{"type": "object", "required": [str(n)]} for n in range(65)]}
    assert all(branch.unclear for branch in Document(many).branches(many))
    nested = {"anyOf": [{"anyOf": many["anyOf"][:40]}] * 2}
    assert all(branch.unclear for branch in Document(nested).branches(nested))


def test_branches_are_read_once() -> None:
    document = Document({"type": "string"})
    assert document.branches(document.root) is document.branches(document.root)
    assert document.branches(True) == ANYTHING


def test_bounds() -> None:
    assert lowest({"minimum": 1, "exclusiveMinimum": 1}) == (1, True)
    assert lowest({"minimum": 2, "exclusiveMinimum": 1}) == (2, False)
    assert highest({"maximum": 1, "exclusiveMaximum": 1}) == (1, True)
    assert highest({"maximum": 1, "exclusiveMaximum": 2}) == (1, False)
    assert lowest({}) is None
    assert highest({"maximum": True}) is None


def test_equality_of_json_values() -> None:
    assert same(1, 1.0)
    assert not same(1, True)
    assert not same([0], [False])
    assert same({"a": [1]}, {"a": [1.0]})
    assert not same({"a": 1}, {"b": 1})
    assert not same([1], [1, 2])
    assert [kind_of(each) for each in (None, True, 1, 1.5, "", [], {}, object())] == [
        "null", "boolean", "integer", "number", "string", "array", "object", "",
    ]  # fmt: skip
