import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.builtin.fields import MISSING, MOST_STEPS, find, put, take
from flowlike.nodes import NodeFailure

ORDER: dict[str, Any] = {
    "id": 7,
    "a.b": "plain",
    "a": {"b": "walked", "c.d": {"e": 1}},
    "lines": [{"sku": "x"}, [{"deep": True}], None],
    "tags[0]": "name",
    "tags": ["first"],
    "": "nameless",
    "nothing": None,
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", 7),
        ("a.b", "plain"),
        ("a.c.d", {"e": 1}),
        ("a.c.d.e", MISSING),  # `c.d` is a name of its own: only the rest as a whole is tried
        ("lines[0].sku", "x"),
        ("lines[0]sku", "x"),
        ("lines[1][0].deep", True),
        ("lines[2]", None),
        ("lines[3]", MISSING),
        ("lines.0", MISSING),
        ("lines[-1]", MISSING),
        ("lines[]", MISSING),
        ("tags[0]", "name"),
        ("", "nameless"),
        (".", MISSING),
        ("id.x", MISSING),
        ("id[0]", MISSING),
        ("nothing", None),
        ("nothing.x", MISSING),
        ("absent", MISSING),
        ("[0]", MISSING),
        ("a..b", MISSING),
    ],
)
def test_find(path: str, value: Any) -> None:
    assert find(ORDER, path) == value


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ({}, "a", {"a": 0}),
        ({}, "a.b.c", {"a": {"b": {"c": 0}}}),
        ({"a.b": 1, "a": {"b": 2}}, "a.b", {"a.b": 0, "a": {"b": 2}}),
        ({"a": {"b": 2}}, "a.b", {"a": {"b": 0}}),
        ({"a": [1, 2]}, "a[1]", {"a": [1, 0]}),
        ({"a": [{"b": 1}]}, "a[0].b", {"a": [{"b": 0}]}),
        ({"a": [[1]]}, "a[0][0]", {"a": [[0]]}),
        ({}, "a[0]", {"a": {"[0]": 0}}),
        ({}, "", {"": 0}),
        ({}, "a.", {"a.": 0}),
    ],
)
def test_put(before: Any, path: str, after: Any) -> None:
    kept = copy.deepcopy(before)
    assert put(before, path, 0) == after
    assert before == kept


@pytest.mark.parametrize(
    ("before", "path", "code"),
    [
        ({"a": 1}, "a.b", "struct.not-a-struct"),
        ({"a": None}, "a.b", "struct.not-a-struct"),
        ({"a": [1]}, "a[1]", "struct.no-such-item"),
        ({"a": [1]}, "a.b", "struct.no-such-item"),
        ({}, "a." * MOST_STEPS + "a", "struct.path-too-long"),
        ({}, "a." * 100_000, "struct.path-too-long"),
    ],
)
def test_put_refuses(before: Any, path: str, code: str) -> None:
    with pytest.raises(NodeFailure) as caught:
        put(before, path, 0)
    assert caught.value.code == code
    assert caught.value.where.pin == "field"
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("before", "path", "after", "taken"),
    [
        ({"a": 1, "b": 2}, "a", {"b": 2}, 1),
        ({"a": {"b": 1, "c": 2}}, "a.b", {"a": {"c": 2}}, 1),
        ({"a.b": 1, "a": {"b": 2}}, "a.b", {"a": {"b": 2}}, 1),
        ({"a": [1, 2]}, "a[0]", {"a": [2]}, 1),
        ({"a": [{"b": 1}]}, "a[0].b", {"a": [{}]}, 1),
        ({"a": None}, "a", {}, None),
        ({"a": 1}, "b", {"a": 1}, MISSING),
        ({"a": 1}, "a.b", {"a": 1}, MISSING),
        ({"a": [1]}, "a[4]", {"a": [1]}, MISSING),
    ],
)
def test_take(before: Any, path: str, after: Any, taken: Any) -> None:
    kept = copy.deepcopy(before)
    assert take(before, path) == (after, taken)
    assert before == kept


names = st.text(alphabet="ab.[0]1", max_size=8)
structs = st.recursive(
    st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
).filter(lambda each: isinstance(each, dict))


@given(structs, names)
def test_what_was_put_is_found_and_can_be_taken(struct: Any, path: str) -> None:
    kept = copy.deepcopy(struct)
    try:
        changed = put(struct, path, "new")
    except NodeFailure:
        assert find(struct, path) is MISSING
        return
    assert find(changed, path) == "new"
    left, taken = take(changed, path)
    assert taken == "new"
    assert struct == kept
    if find(struct, path) is MISSING and path in changed:
        assert left == struct


@given(structs, names)
def test_finding_and_taking_agree(struct: Any, path: str) -> None:
    left, taken = take(struct, path)
    assert taken == find(struct, path)
    if taken is MISSING:
        assert left == struct
