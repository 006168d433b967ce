import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.board.values import identity
from flowlike.builtin import elements, sets
from flowlike.nodes import NodeFailure, NodeType
from flowlike.testing import run_node

values = st.integers(0, 3) | st.sampled_from([True, 1.0, "1", None]) | st.lists(st.integers(0, 1))
unique = st.lists(values, max_size=6, unique_by=identity)


def outputs(node: NodeType, **inputs: Any) -> dict[str, Any]:
    kept = copy.deepcopy(inputs)
    run = run_node(node, inputs)
    assert identity(inputs) == identity(kept), "an input was changed in place"
    return run.outputs


def algebra(members: list[Any]) -> frozenset[object]:
    return frozenset(map(identity, members))


@given(unique, unique)
def test_sets_obey_the_algebra_of_sets(one: list[Any], other: list[Any]) -> None:
    pair = {"set_in_1": one, "set_in_2": other}
    left, right = algebra(one), algebra(other)
    assert algebra(outputs(sets.union, **pair)["set_out"]) == left | right
    assert algebra(outputs(sets.difference, **pair)["set_out"]) == left - right
    assert outputs(sets.is_mutual, **pair) == {"is_mutual": bool(left & right)}
    assert outputs(sets.set_is_subset, **pair) == {"is_subset": left <= right}
    assert outputs(sets.set_is_superset, **pair) == {"is_superset": left >= right}


@given(unique, values)
def test_what_was_inserted_is_there_and_can_be_discarded(members: list[Any], value: Any) -> None:
    there = identity(value) in algebra(members)
    assert outputs(sets.set_has, set_in=members, value=value) == {"contains": there}
    inserted = outputs(sets.insert, set_in=members, value=value)
    assert inserted["existed_before"] == there
    assert inserted["set_out"] == (members if there else [*members, value])
    discarded = outputs(sets.set_discard, set_in=inserted["set_out"], value=value)
    assert discarded["has_removed"]
    assert algebra(discarded["set_out"]) == algebra(members) - {identity(value)}
    again = outputs(sets.set_discard, set_in=discarded["set_out"], value=value)
    assert again == {"set_out": discarded["set_out"], "has_removed": False}


@given(st.lists(values, max_size=8))
def test_arrays_become_sets_and_back(array: list[Any]) -> None:
    members = outputs(sets.array_to_set, array_in=array)["set_out"]
    assert algebra(members) == algebra(array)
    assert len(members) == len(algebra(array))
    assert outputs(sets.set_to_array, set_in=members) == {"array_out": members}
    assert outputs(sets.array_to_set, array_in=members) == {"set_out": members}
    assert outputs(sets.set_get_size, set_in=members) == {"size": len(members)}
    assert outputs(sets.set_is_empty, set_in=members) == {"is_empty": not members}


def test_order_is_that_of_adding() -> None:
    assert outputs(sets.array_to_set, array_in=[3, 1, 3, 2]) == {"set_out": [3, 1, 2]}
    assert outputs(sets.union, set_in_1=[3, 1], set_in_2=[2, 1]) == {"set_out": [3, 1, 2]}
    assert outputs(sets.set_pop, set_in=[3, 1]) == {"set_out": [3]}


def test_new_sets_are_empty() -> None:
    assert outputs(sets.make_set) == {"set_out": []}
    assert outputs(sets.set_clear, set_in=[1]) == {"set_out": []}


def test_nothing_can_be_popped_from_nothing() -> None:
    with pytest.raises(NodeFailure) as caught:
        run_node(sets.set_pop, set_in=[])
    assert (caught.value.code, caught.value.where.pin) == ("set.empty", "set_in")


def test_sets_do_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements, "MOST_ELEMENTS", 2)
    assert outputs(sets.insert, set_in=[1, 2], value=2)["existed_before"]
    assert outputs(sets.union, set_in_1=[1, 2], set_in_2=[2])["set_out"] == [1, 2]
    for node, inputs in (
        (sets.insert, {"set_in": [1, 2], "value": 3}),
        (sets.union, {"set_in_1": [1, 2], "set_in_2": [2, 3]}),
    ):
        with pytest.raises(NodeFailure) as caught:
            run_node(node, inputs)
        assert caught.value.code == "collection.too-large"
