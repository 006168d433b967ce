import base64
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.builtin import text
from flowlike.nodes import NodeFailure

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


def test_length_limit() -> None:
    text.keep_short(text.MOST_CHARACTERS)
    with pytest.raises(NodeFailure) as caught:
        text.keep_short(text.MOST_CHARACTERS + 1)
    assert caught.value.code == "text.too-long"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("a\nb", "a\nb"),
        (None, ""),
        (True, "true"),
        (12, "12"),
        (1.5, "1.5"),
        (NOON, "2024-02-29T12:00:00Z"),
        ([1, None], "[1,null]"),
        ({"when": NOON}, '{"when":"2024-02-29T12:00:00Z"}'),
    ],
)
def test_values_shown(value: object, wanted: str) -> None:
    assert text.shown(value) == wanted


def test_pretty() -> None:
    assert text.shown({"a": [1]}, pretty=True) == '{\n  "a": [\n    1\n  ]\n}'


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=10,
    )
)
def test_json_is_what_others_read(value: Any) -> None:
    assert json.loads(text.json_of(value)) == value
    assert json.loads(text.json_of(value, pretty=True)) == value


def test_bytes_are_base64() -> None:
    assert json.loads(text.json_of([b"\xff\x00"])) == [base64.b64encode(b"\xff\x00").decode()]


def test_iso_is_in_utc() -> None:
    there = datetime(2024, 2, 29, 12, 0, 0, 5000, tzinfo=timezone(timedelta(hours=2)))
    assert text.iso(there) == "2024-02-29T10:00:00.005000Z"


def test_what_is_no_json() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    for value in (object(), deep, "\ud800"):
        with pytest.raises(NodeFailure) as caught:
            text.json_of(value)
        assert caught.value.code == "text.not-json"
    while deep:  # a deep list must not be freed by recursion either
        deep = deep.pop()
