import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.builtin import structs
from flowlike.nodes import NodeFailure, NodeType
from flowlike.testing import run_node

ORDER: dict[str, Any] = {"id": 7, "who": {"name": "Ada"}, "lines": [{"n": 1}], "note": None}

trees = st.recursive(
    st.dictionaries(st.sampled_from("abc"), st.none() | st.integers(0, 2), max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner | st.lists(inner), max_size=3),
    max_leaves=6,
)


def outputs(node: NodeType, **inputs: Any) -> dict[str, Any]:
    kept = copy.deepcopy(inputs)
    run = run_node(node, inputs)
    assert inputs == kept, "an input was changed in place"
    return run.outputs


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("id", 7, True),
        ("who.name", "Ada", True),
        ("lines[0].n", 1, True),
        ("note", None, True),
        ("lines[1]", None, False),
        ("absent", None, False),
    ],
)
def test_get_and_has(field: str, value: Any, found: bool) -> None:
    got = outputs(structs.struct_get, struct=ORDER, field=field)
    assert got == {"value": value, "found": found}
    assert outputs(structs.struct_has, struct=ORDER, field=field) == {"found": found}


def test_names_and_values_come_in_one_order() -> None:
    got = outputs(structs.struct_get_fields, struct=ORDER)
    assert got == {"field_names": list(ORDER), "fields": list(ORDER.values())}
    empty = outputs(structs.struct_get_fields, struct=outputs(structs.struct_make)["struct"])
    assert empty == {"field_names": [], "fields": []}


def test_set_makes_a_new_struct() -> None:
    got = outputs(structs.struct_set, struct_in=ORDER, field="who.age", value=36)
    assert got["struct_out"] == {**ORDER, "who": {"name": "Ada", "age": 36}}


@pytest.mark.parametrize(
    ("field", "code"),
    [("id.x", "struct.not-a-struct"), ("lines[1]", "struct.no-such-item")],
)
def test_set_refuses(field: str, code: str) -> None:
    with pytest.raises(NodeFailure) as caught:
        run_node(structs.struct_set, struct_in=ORDER, field=field, value=1)
    assert (caught.value.code, caught.value.where.pin) == (code, "field")


def test_remove_gives_what_was_there() -> None:
    got = outputs(structs.struct_remove, struct_in=ORDER, field="lines[0]")
    assert got == {"struct_out": {**ORDER, "lines": []}, "removed_value": {"n": 1}}
    got = outputs(structs.struct_remove, struct_in=ORDER, field="absent")
    assert got == {"struct_out": ORDER, "removed_value": None}


@pytest.mark.parametrize(
    ("deep", "wanted"),
    [
        (False, {"a": 1, "b": {"y": 2}, "c": [3], "d": None}),
        (True, {"a": 1, "b": {"x": 1, "y": 2}, "c": [3], "d": None}),
    ],
)
def test_merge(deep: bool, wanted: dict[str, Any]) -> None:
    base = {"a": 1, "b": {"x": 1}, "c": [1, 2], "d": {"z": 1}}
    patch = {"b": {"y": 2}, "c": [3], "d": None}
    assert outputs(structs.struct_merge, base=base, patch=patch, deep=deep) == {"result": wanted}
    assert list(wanted) == ["a", "b", "c", "d"]


def test_merge_is_shallow_unless_told() -> None:
    got = outputs(structs.struct_merge, base={"a": {"x": 1}}, patch={"a": {}})
    assert got == {"result": {"a": {}}}


@given(trees, st.booleans())
def test_merging_with_itself_or_nothing_changes_nothing(tree: Any, deep: bool) -> None:
    for base, patch in ((tree, tree), (tree, {}), ({}, tree)):
        got = outputs(structs.struct_merge, base=base, patch=patch, deep=deep)
        assert got == {"result": tree}


def test_merge_refuses_what_no_wire_should_carry() -> None:
    deep: dict[str, Any] = {}
    for _ in range(500):
        deep = {"a": deep}
    function = structs.struct_merge.function
    assert function is not None
    with pytest.raises(NodeFailure) as caught:
        function(deep, copy.copy(deep), True)
    assert caught.value.code == "struct.too-deep"
