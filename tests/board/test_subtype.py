"""Schemas against schemas: the shared vectors, and soundness against the check of values."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.board.schema import KINDS, Document
from flowlike.board.subtype import WORK, Answer, compare
from flowlike.board.validation import misfit

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "schemas.json").read_text("utf-8"))
CASES: list[dict[str, Any]] = VECTORS["cases"]

small = st.integers(-2, 3)
leaves: st.SearchStrategy[Any] = st.one_of(
    st.just({}),
    st.sampled_from([{"type": kind} for kind in KINDS[:5]]),
    st.builds(lambda low, width: {"type": "number", "minimum": low, "maximum": low + width}, small,
              st.integers(0, 3)),
    st.builds(lambda low: {"type": "integer", "exclusiveMinimum": low}, small),
    st.builds(lambda step: {"type": "integer", "multipleOf": step}, st.integers(1, 4)),
    st.builds(lambda length: {"type": "string", "maxLength": length}, st.integers(0, 2)),
    st.builds(lambda values: {"enum": values},
              st.lists(st.sampled_from([None, True, False, 0, 1, 2, "", "a", "ab"]), min_size=1)),
    st.just({"type": "string", "pattern": "^a"}),
)  # fmt: skip
names = st.sampled_from(["a", "b", "c"])


def _object(properties: dict[str, Any], required: list[str], further: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required}
    return schema if further is None else {**schema, "additionalProperties": further}


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.builds(_object, st.dictionaries(names, inner, max_size=3),
                  st.lists(names, unique=True, max_size=2),
                  st.one_of(st.none(), st.booleans(), inner)),
        st.builds(lambda items, least: {"type": "array", "items": items, "minItems": least},
                  inner, st.integers(0, 1)),
        st.builds(lambda word, members: {word: members},
                  st.sampled_from(["anyOf", "oneOf", "allOf"]),
                  st.lists(inner, min_size=1, max_size=3)),
    )  # fmt: skip


schemas = st.recursive(leaves, _nested, max_leaves=6)
values = st.recursive(
    st.sampled_from([None, True, False, -2, 0, 1, 2, 3, 0.5, 2.0, "", "a", "ab", "abc"]),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(names, inner, max_size=3)),
    max_leaves=5,
)


def fits(value: object, schema: Any) -> bool:
    return misfit(value, Document(schema)) is None


def test_there_are_enough_vectors() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_vectors(case: dict[str, Any]) -> None:
    relation = compare(case["source"], case["target"])
    assert relation.answer.name.lower() == case["answer"], relation
    assert relation.path == case.get("path", relation.path)
    assert relation.reason == case.get("reason", relation.reason)


@given(schemas)
def test_a_schema_fits_itself(schema: Any) -> None:
    assert compare(schema, json.loads(json.dumps(schema))).answer is Answer.FITS


@given(schemas, schemas, st.lists(values, max_size=12))
def test_what_fits_is_sound(source: Any, target: Any, samples: list[Any]) -> None:
    if compare(source, target).answer is Answer.FITS:
        for value in samples:
            assert fits(value, target) or not fits(value, source), value


@given(schemas, values)
def test_a_value_fits_its_own_constant(schema: Any, value: Any) -> None:
    answer = compare({"const": value}, schema).answer
    if answer is Answer.FITS:
        assert fits(value, schema)
    if answer is Answer.REFUSED:
        assert not fits(value, schema)


@given(schemas, schemas, schemas)
def test_decided_answers_chain(a: Any, b: Any, c: Any) -> None:
    if compare(a, b).answer is Answer.FITS and compare(b, c).answer is Answer.FITS:
        assert compare(a, c).answer is not Answer.REFUSED


def test_deep_and_wide_schemas_are_left_undecided() -> None:
    deep: Any = {"type": "string"}
    other: Any = {"type": "string", "minLength": 1}
    for _ in range(40):
        deep, other = {"type": "array", "items": deep}, {"type": "array", "items": other}
    assert compare(deep, other).answer is Answer.UNDECIDED
    many = {"anyOf": [{"type": "array", "items": {"const": n}} for n in range(100)]}
    assert compare(many, {"type": "array", "items": {"type": "string"}}).answer is not Answer.FITS
    wide = {"type": "object", "properties": {str(n): {"type": "integer"} for n in range(WORK + 5)}}
    goal = {"type": "object", "properties": {str(n): {"type": "number"} for n in range(WORK + 5)}}
    assert compare(wide, goal).answer is Answer.UNDECIDED


def test_products_of_alternatives_do_not_explode() -> None:
    choice = {"anyOf": [{"type": "object", "required": [str(n)]} for n in range(30)]}
    assert compare({"allOf": [choice] * 12}, {"type": "object"}).answer is not Answer.REFUSED


@pytest.mark.parametrize(
    "odd",
    [
        {"type": 5},
        {"type": "odd"},
        {"enum": 5},
        {"anyOf": 5},
        {"$ref": 5},
        {"type": "object", "properties": 5},
        {"type": "object", "required": 5},
        {"type": "number", "minimum": "x"},
        {"type": "string", "minLength": "x"},
        {"type": "number", "multipleOf": 0},
        {"allOf": [{"type": "number", "minimum": 1}, {"minimum": "x"}]},
        {"type": "array", "items": 5},
        {"type": "object", "additionalProperties": 5},
        {"type": "object", "properties": {"a": 5}},
    ],
)
def test_schemas_that_are_wrong_raise_nothing(odd: Any) -> None:
    like = {"type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"]}
    for other in (like, {"type": "number", "minimum": 0}, {"type": "array"}, {"type": "string"}):
        compare(odd, other)
        compare(other, odd)
    for value in ({"a": 1}, [1], "x", 1, None):
        misfit(value, Document(odd))
