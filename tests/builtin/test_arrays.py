import copy
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.board.model import Board, Input, Node, Output
from flowlike.board.values import identity
from flowlike.builtin import arrays, elements
from flowlike.nodes import NodeFailure, NodeType, Pin, pure
from flowlike.nodes.catalog import Catalog, default_catalog
from flowlike.testing import SeededRandom, World, run_board, run_node

items = st.lists(st.integers(-3, 3) | st.sampled_from([1.0, True, "1", None]), max_size=8)


def outputs(node: NodeType, **inputs: Any) -> dict[str, Any]:
    kept = copy.deepcopy(inputs)
    run = run_node(node, inputs)
    assert identity(inputs) == identity(kept), "an input was changed in place"
    return run.outputs


def failure(node: NodeType, **inputs: Any) -> tuple[str, str]:
    with pytest.raises(NodeFailure) as caught:
        run_node(node, inputs)
    assert caught.value.remedy
    return caught.value.code, caught.value.where.pin


def test_an_array_is_made_of_as_many_elements_as_there_are_pins() -> None:
    values = {"element": 1, "element#2": "b", "element#3": None}
    assert outputs(arrays.construct_array, **values) == {"array_out": [1, "b", None]}


def test_new_arrays_are_empty() -> None:
    assert outputs(arrays.make_array) == {"array_out": []}
    assert outputs(arrays.array_clear, array_in=[1, 2]) == {"array_out": []}


@pytest.mark.parametrize("index", [-1, 2, 2**63 - 1])
def test_get_outside_is_no_failure(index: int) -> None:
    got = outputs(arrays.array_get, array_in=["a", None], index=index)
    assert got == {"element": None, "success": False}


def test_get_tells_null_from_nothing() -> None:
    got = outputs(arrays.array_get, array_in=["a", None], index=1)
    assert got == {"element": None, "success": True}


@pytest.mark.parametrize(
    ("value", "index"), [(1, 0), (True, 1), (1.0, 2), ("1", 3), (None, 4), ([1], 5), (2, -1)]
)
def test_finding_looks_at_type_and_value(value: Any, index: int) -> None:
    array = [1, True, 1.0, "1", None, [1], {"a": 1}, 1]
    found = outputs(arrays.array_find_item, array_in=array, item=value)
    assert found == {"index": index, "found": index >= 0}
    includes = outputs(arrays.array_includes, array_in=array, value=value)
    assert includes == {"includes": index >= 0}


@given(items, items)
def test_pushing_one_by_one_is_extending(array: list[Any], more: list[Any]) -> None:
    pushed = array
    for each in more:
        pushed = outputs(arrays.array_push, array_in=pushed, value=each)["array_out"]
    assert outputs(arrays.array_extend, array_in=array, values=more)["array_out"] == pushed
    assert outputs(arrays.array_batch_push, array_in=array, items=more)["array_out"] == pushed
    assert outputs(arrays.array_length, array=pushed) == {"length": len(array) + len(more)}


@given(items, st.integers(-2, 9))
def test_places_outside_are_refused_and_inside_are_served(array: list[Any], index: int) -> None:
    if not 0 <= index < len(array):
        refused = ("array.index-out-of-range", "index")
        assert failure(arrays.array_set_index, array_in=array, index=index, value=0) == refused
        assert failure(arrays.array_remove_index, array_in=array, index=index) == refused
        return
    changed = outputs(arrays.array_set_index, array_in=array, index=index, value="new")
    assert changed["array_out"] == [*array[:index], "new", *array[index + 1 :]]
    shorter = outputs(arrays.array_remove_index, array_in=array, index=index)
    assert shorter["array_out"] == [*array[:index], *array[index + 1 :]]


def test_pop_gives_the_last_and_refuses_nothing() -> None:
    assert outputs(arrays.array_pop, array_in=[1, 2]) == {"array_out": [1], "value": 2}
    assert failure(arrays.array_pop, array_in=[]) == ("array.empty", "array_in")


@pytest.mark.parametrize("grow", ["array_push", "array_extend", "array_batch_push"])
def test_arrays_do_not_grow_without_end(monkeypatch: pytest.MonkeyPatch, grow: str) -> None:
    monkeypatch.setattr(elements, "MOST_ELEMENTS", 3)
    added = {"array_push": "value", "array_extend": "values", "array_batch_push": "items"}[grow]
    more: Any = 4 if grow == "array_push" else [4]
    inputs = {"array_in": [1, 2], added: more}
    assert run_node(getattr(arrays, grow), inputs).outputs["array_out"] == [1, 2, 4]
    inputs["array_in"] = [1, 2, 3]
    assert failure(getattr(arrays, grow), **inputs)[0] == "collection.too-large"


def test_shuffling_keeps_the_items_and_asks_for_chance() -> None:
    array = list(range(50))
    runs = [
        run_node(arrays.array_shuffle, {"array_in": array}, world=World(SeededRandom(seed)))
        for seed in (1, 1, 2)
    ]
    first, again, other = (run.outputs["array_out"] for run in runs)
    assert sorted(first) == array == list(range(50))
    assert first == again != other
    assert arrays.array_shuffle.definition.permissions == ("random",)
    assert not arrays.array_shuffle.definition.deterministic


def test_removing_fields_counts_them() -> None:
    people = [{"a": 1, "b": {"c": 2}}, {"b": {}}, {"a": None}]
    one = outputs(arrays.array_filter_field, array_in=people, field="a")
    assert one == {"array_out": [{"b": {"c": 2}}, {"b": {}}, {}], "removed_count": 2}
    many = outputs(arrays.array_filter_fields, array_in=people, fields=["a", "b.c", "a", "x"])
    assert many == {"array_out": [{"b": {}}, {"b": {}}, {}], "removed_count": 3}
    none = outputs(arrays.array_filter_fields, array_in=people, fields=[])
    assert none == {"array_out": people, "removed_count": 0}


def test_many_items_are_removed_by_their_old_places() -> None:
    got = outputs(arrays.array_batch_remove, array_in=["a", "b", "c", "d"], indices=[3, 0])
    assert got == {"array_out": ["b", "c"], "removed": ["d", "a"]}


@pytest.mark.parametrize(
    ("indices", "code"), [([0, 0], "array.index-twice"), ([0, 2], "array.index-out-of-range")]
)
def test_removing_many_refuses(indices: list[int], code: str) -> None:
    assert failure(arrays.array_batch_remove, array_in=[1, 2], indices=indices) == (code, "indices")


def test_the_later_value_of_an_index_stays() -> None:
    got = outputs(arrays.array_batch_set, array_in=[1, 2], indices=[0, 0], values=[8, 9])
    assert got == {"array_out": [9, 2]}


@pytest.mark.parametrize(
    ("indices", "values", "refused"),
    [
        ([0], [], ("array.lengths-differ", "values")),
        ([5], [1], ("array.index-out-of-range", "indices")),
    ],
)
def test_setting_many_refuses(
    indices: list[int], values: list[int], refused: tuple[str, str]
) -> None:
    got = failure(arrays.array_batch_set, array_in=[1, 2], indices=indices, values=values)
    assert got == refused


@pure(name="test_integers", title="Integers", category="Test")
def integers() -> Annotated[list[int], Pin("items")]:
    """Gives integers."""
    return [1]


@pytest.mark.parametrize(("index", "code"), [(0, ""), (1, "engine.wrong-type")])
def test_null_for_a_missing_item_does_not_pass_as_an_integer(index: int, code: str) -> None:
    nodes = {
        "start": Node(type="events_simple@1", outputs={"exec_out": Output(("end.exec_in",))}),
        "items": Node(type="test_integers@1", outputs={"items": Output(("get.array_in",))}),
        "get": Node(
            type="array_get@1",
            inputs={"index": Input(index)},
            outputs={"element": Output(("add.integer1",))},
        ),
        "add": Node(
            type="int_add@1",
            inputs={"integer2": Input(1)},
            outputs={"sum": Output(("end.response",))},
        ),
        "end": Node(type="events_generic_return_result@1"),
    }
    catalog = Catalog([*default_catalog(), integers])
    result = run_board(Board(id="test", nodes=nodes), event="start", catalog=catalog)
    assert (result.error.code if result.error else "") == code
