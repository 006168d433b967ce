import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.builtin import conversions
from flowlike.nodes import NodeFailure, NodeType
from flowlike.testing import run_node

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def call(node: NodeType, *given: Any) -> Any:
    assert node.function is not None
    return node.function(*given)


@given(values, st.booleans())
def test_bytes_round_trip(value: Any, pretty: bool) -> None:
    data = call(conversions.to_bytes, value, pretty)
    assert call(conversions.from_bytes, data) == value
    assert json.loads(data) == value


@given(values, st.booleans())
def test_text_round_trips_but_for_text_and_null(value: Any, pretty: bool) -> None:
    text = call(conversions.to_string, value, pretty)
    if isinstance(value, str):
        assert text == value
    elif value is None:
        assert not text
    else:
        assert call(conversions.from_string, text) == value


def test_pretty_by_default() -> None:
    run = run_node(conversions.to_string, value={"a": 1})
    assert run.outputs == {"string": '{\n  "a": 1\n}'}
    run = run_node(conversions.to_bytes, value=[1], pretty=False)
    assert run.outputs == {"bytes": b"[1]"}


def test_dates() -> None:
    date = datetime(2024, 2, 29, 12, tzinfo=UTC)
    assert call(conversions.to_string, date, True) == "2024-02-29T12:00:00Z"
    assert call(conversions.to_bytes, date, True) == b'"2024-02-29T12:00:00Z"'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "{'a': 1}",
        "[1,]",
        "NaN",
        "1e999",
        "9223372036854775808",
        '{"a": [-9223372036854775809]}',
        "1" * 5000,
        "[" * 201 + "1" + "]" * 201,
        "[" * 100_000,
        "[" * 100_000 + "]" * 100_000,
    ],
)
def test_what_is_no_usable_json(text: str) -> None:
    for node, given_, pin in (
        (conversions.from_string, text, "string"),
        (conversions.from_bytes, text.encode(), "bytes"),
    ):
        with pytest.raises(NodeFailure) as caught:
            call(node, given_)
        assert (caught.value.code, caught.value.where.pin) == ("conversion.not-json", pin)
        assert caught.value.remedy


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(NodeFailure) as caught:
        call(conversions.from_bytes, b'"\xff"')
    assert caught.value.code == "conversion.not-json"


def test_the_edges_are_accepted() -> None:
    assert call(conversions.from_string, "[9223372036854775807]") == [2**63 - 1]
    deep = call(conversions.from_string, "[" * 199 + "1" + "]" * 199)
    for _ in range(199):
        (deep,) = deep
    assert deep == 1
    assert call(conversions.from_string, '{"a": 1, "a": 2}') == {"a": 2}
