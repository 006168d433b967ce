import copy
from typing import Any

import pytest

from flowlike.builtin import variables
from flowlike.errors import NodeFailure
from flowlike.nodes import NodeType
from flowlike.testing import run_node

LISTS = ["array_push_ref", "array_extend_ref", "array_clear_ref", "set_insert_ref", "set_clear_ref"]


def node(name: str) -> NodeType:
    found = getattr(variables, name)
    assert isinstance(found, NodeType)
    return found


def update(name: str, before: Any, **inputs: Any) -> tuple[Any, dict[str, Any]]:
    kept = copy.deepcopy(before)
    run = run_node(node(name), before=before, **inputs)
    assert before == kept, "the old value was changed in place"
    return run.variable, run.outputs


def failure(name: str, before: Any, **inputs: Any) -> NodeFailure:
    with pytest.raises(NodeFailure) as caught:
        run_node(node(name), before=before, **inputs)
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize(
    ("before", "by", "after"),
    [(3, 1.0, 4), (3, -5.0, -2), (1.5, 1.0, 2.5), (2**53, 1.0, 2**53 + 1), (0.0, 0.25, 0.25)],
)
def test_increment_adds_and_keeps_the_type(before: float, by: float, after: float) -> None:
    value, outputs = update("variable_increment", before, by=by)
    assert (value, type(value)) == (after, type(before))
    assert outputs == {"value": after}


def test_increment_by_default_adds_one() -> None:
    assert update("variable_increment", 1)[0] == 2


@pytest.mark.parametrize(
    ("before", "by", "code", "pin"),
    [
        (3, 0.5, "variable.not-whole", "by"),
        (2**63 - 1, 1.0, "variable.overflow", "by"),
        (-(2**63), -1.0, "variable.overflow", "by"),
        (1.7e308, 1.7e308, "variable.overflow", "by"),
        (True, 1.0, "variable.wrong-type", "var_ref"),
        ("3", 1.0, "variable.wrong-type", "var_ref"),
        (None, 1.0, "variable.wrong-type", "var_ref"),
    ],
)
def test_increment_refuses(before: Any, by: float, code: str, pin: str) -> None:
    error = failure("variable_increment", before, by=by)
    assert (error.code, error.where.pin) == (code, pin)


def test_arrays_grow_and_shrink() -> None:
    assert update("array_push_ref", [1], value=2) == ([1, 2], {})
    assert update("array_extend_ref", [1], values=[2, 3]) == ([1, 2, 3], {})
    assert update("array_pop_ref", [1, 2]) == ([1], {"value": 2})
    assert update("array_clear_ref", [1]) == ([], {})
    assert update("array_set_index_ref", [1, 2, 3], index=1, value=9) == ([1, 9, 3], {})
    assert update("array_remove_index_ref", [1, 2, 3], index=1) == ([1, 3], {"value": 2})


@pytest.mark.parametrize("index", [-1, 2, 2**62])
def test_an_index_must_be_there(index: int) -> None:
    for name, inputs in (("array_set_index_ref", {"value": 0}), ("array_remove_index_ref", {})):
        error = failure(name, [1, 2], index=index, **inputs)
        assert (error.code, error.where.pin) == ("array.index-out-of-range", "index")


@pytest.mark.parametrize("before", [[], None])
def test_nothing_can_be_popped_off_an_empty_array(before: Any) -> None:
    assert failure("array_pop_ref", before).code == "array.empty"


def test_maps_are_set_and_cleared() -> None:
    assert update("map_set_ref", {"a": 1}, key="b", value=2) == ({"a": 1, "b": 2}, {})
    assert update("map_set_ref", {"a": 1}, key="a", value=2) == ({"a": 2}, {})
    assert update("map_remove_ref", {"a": 1, "b": 2}, key="a") == (
        {"b": 2},
        {"value": 1, "was_present": True},
    )
    assert update("map_remove_ref", {"a": 1}, key="b") == (
        {"a": 1},
        {"value": None, "was_present": False},
    )
    assert update("map_clear_ref", {"a": 1}) == ({}, {})


def test_sets_keep_order_and_hold_each_element_once() -> None:
    assert update("set_insert_ref", [1], value=2) == ([1, 2], {"was_new": True})
    assert update("set_insert_ref", [1, 2], value=1) == ([1, 2], {"was_new": False})
    assert update("set_insert_ref", [1], value=True) == ([1, True], {"was_new": True})
    assert update("set_insert_ref", [[1]], value=[True]) == ([[1], [True]], {"was_new": True})
    assert update("set_insert_ref", [{"a": 1}], value={"a": 1}) == (
        [{"a": 1}],
        {"was_new": False},
    )
    assert update("set_discard_ref", [1, True], value=1) == ([True], {"was_present": True})
    assert update("set_discard_ref", [1], value=2) == ([1], {"was_present": False})
    assert update("set_clear_ref", [1]) == ([], {})


def test_a_variable_without_a_value_is_empty() -> None:
    assert update("array_push_ref", None, value=1)[0] == [1]
    assert update("map_set_ref", None, key="a", value=1)[0] == {"a": 1}
    assert update("set_insert_ref", None, value=1)[0] == [1]


@pytest.mark.parametrize(
    ("name", "before", "inputs"),
    [
        ("array_push_ref", {}, {"value": 1}),
        ("array_extend_ref", "ab", {"values": []}),
        ("array_pop_ref", 3, {}),
        ("array_clear_ref", {}, {}),
        ("array_set_index_ref", {}, {"index": 0, "value": 1}),
        ("array_remove_index_ref", "a", {"index": 0}),
        ("map_set_ref", [], {"key": "a", "value": 1}),
        ("map_remove_ref", [], {"key": "a"}),
        ("map_clear_ref", "a", {}),
        ("set_insert_ref", {}, {"value": 1}),
        ("set_discard_ref", "a", {"value": "a"}),
        ("set_clear_ref", 1, {}),
    ],
)
def test_a_variable_of_the_wrong_type_is_refused(
    name: str, before: Any, inputs: dict[str, Any]
) -> None:
    error = failure(name, before, **inputs)
    assert (error.code, error.where.pin) == ("variable.wrong-type", "var_ref")
