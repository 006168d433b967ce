import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.board.schema import Document
from flowlike.board.validation import misfit
from flowlike.builtin.json_text import infer_schema, make_schema, parse_with_schema
from flowlike.nodes import NodeFailure, NodeType
from flowlike.testing import run_node

leaves = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=3)
trees = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)
PERSON = json.dumps(
    {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["name"],
    }
)


def failure(node: NodeType, **inputs: Any) -> NodeFailure:
    with pytest.raises(NodeFailure) as caught:
        run_node(node, inputs)
    assert caught.value.remedy
    return caught.value


def test_what_fits_comes_as_it_is() -> None:
    data = {"name": "Ada", "tags": ["a"], "more": {"n": 1.5}}
    run = run_node(parse_with_schema, schema=PERSON, data=json.dumps(data))
    assert run.outputs == {"parsed": data}


@pytest.mark.parametrize(
    ("schema", "data", "code", "pin", "words"),
    [
        (PERSON, '{"name": 1}', "json.schema-mismatch", "data", "name"),
        (PERSON, '{"name": "", "tags": ["", 2]}', "json.schema-mismatch", "data", "tags[1]"),
        (PERSON, "{}", "json.schema-mismatch", "data", "name"),
        ("false", "{}", "json.schema-mismatch", "data", "it "),
        (PERSON, "[]", "json.not-an-object", "data", "no object"),
        (PERSON, "null", "json.not-an-object", "data", "no object"),
        (PERSON, '{"name": ', "json.malformed", "data", "no JSON"),
        (PERSON, "{'name': 1}", "json.malformed", "data", "no JSON"),
        (PERSON, "", "json.malformed", "data", "no JSON"),
        (PERSON, '{"n": NaN}', "json.malformed", "data", "no JSON"),
        (PERSON, '{"n": "\ud800"}', "json.malformed", "data", "no JSON"),
        (PERSON, '{"n": 9223372036854775808}', "json.unfit", "data", "64 bits"),
        (PERSON, '{"n":' + "[" * 64 + "]" * 64 + "}", "json.unfit", "data", "deeper"),
        (PERSON, "[" * 100_000, "json.malformed", "data", "no JSON"),
        ("{", "{}", "json.malformed", "schema", "no JSON"),
        ("[]", "{}", "json.bad-schema", "schema", "object"),
        ('"x"', "{}", "json.bad-schema", "schema", "object"),
    ],
)
def test_parsing_refuses(schema: str, data: str, code: str, pin: str, words: str) -> None:
    function = parse_with_schema.function
    assert function is not None
    with pytest.raises(NodeFailure) as caught:
        function(schema, data)
    error = caught.value
    assert (error.code, error.where.pin) == (code, pin)
    assert words in error.message
    assert error.remedy


def test_a_schema_of_an_example() -> None:
    example = {
        "n": 1,
        "price": 1.5,
        "ok": True,
        "none": None,
        "empty": [],
        "mixed": [1, "a", None, 2.5],
        "rows": [{"a": 1, "b": 1}, {"a": 2.5}],
        "nested": [[1], []],
    }
    run = run_node(make_schema, example_json=json.dumps(example))
    assert run.outputs["schema"] == {
        "type": "object",
        "properties": {
            "n": {"type": "integer"},
            "price": {"type": "number"},
            "ok": {"type": "boolean"},
            "none": {"type": "null"},
            "empty": {"type": "array"},
            "mixed": {"type": "array", "items": {"type": ["null", "number", "string"]}},
            "rows": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"a": {"type": "number"}, "b": {"type": "integer"}},
                    "required": ["a"],
                },
            },
            "nested": {
                "type": "array",
                "items": {"type": "array", "items": {"type": "integer"}},
            },
        },
        "required": list(example),
    }


@pytest.mark.parametrize(
    ("text", "code"), [("[1]", "json.not-an-object"), ("nothing", "json.malformed")]
)
def test_a_schema_needs_an_object(text: str, code: str) -> None:
    error = failure(make_schema, example_json=text)
    assert (error.code, error.where.pin) == (code, "example_json")


def test_no_values_allow_anything() -> None:
    assert infer_schema([]) == {}


@given(st.lists(trees, max_size=4))
def test_examples_fit_the_schema_made_of_them(values: list[Any]) -> None:
    schema = infer_schema(values)
    assert msgspec.json.decode(msgspec.json.encode(schema)) == schema
    document = Document(schema)
    for value in values:
        assert not misfit(value, document)
