import itertools
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.board.values import identity
from flowlike.builtin import array_order
from flowlike.nodes import NodeFailure, NodeType
from flowlike.testing import run_node

DAY = datetime(2026, 1, 1, tzinfo=UTC)
BIG = 1.7e308
finite = st.floats(allow_nan=False, allow_infinity=False)


def result(node: NodeType, **inputs: Any) -> Any:
    before = identity(inputs["array"])
    given = run_node(node, inputs).outputs
    assert identity(inputs["array"]) == before, "the array was changed in place"
    (value,) = given.values()
    return value


def failure(node: NodeType, **inputs: Any) -> NodeFailure:
    with pytest.raises(NodeFailure) as caught:
        run_node(node, inputs)
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize(
    ("array", "ordered"),
    [
        ([], []),
        ([2, 1.5, 1], [1, 1.5, 2]),
        (["b", "B", "a", "é", ""], ["", "B", "a", "b", "é"]),
        ([True, False], [False, True]),
        ([b"b", b"a"], [b"a", b"b"]),
        ([DAY + timedelta(1), DAY], [DAY, DAY + timedelta(1)]),
        ([None, 2, None, 1], [1, 2, None, None]),
        ([2**53 + 1, float(2**53)], [float(2**53), 2**53 + 1]),
    ],
)
def test_sort_by_the_items_themselves(array: list[Any], ordered: list[Any]) -> None:
    assert identity(result(array_order.array_sort, array=array)) == identity(ordered)


def test_sort_by_a_path_is_stable_both_ways_and_nothing_comes_last() -> None:
    people: list[dict[str, Any]] = [
        {"n": n, "of": {"age": age}} for n, age in enumerate([3, None, 1, 3, 1])
    ]
    people.append({"n": 5})
    for descending, order in ((False, [2, 4, 0, 3, 1, 5]), (True, [0, 3, 2, 4, 1, 5])):
        got = result(array_order.array_sort, array=people, key="of.age", descending=descending)
        assert [each["n"] for each in got] == order


@given(st.lists(st.none() | st.integers() | finite))
def test_sorting_twice_is_sorting_once(array: list[Any]) -> None:
    array = [each for each in array if type(each) is not int or abs(each) < 2**63]
    once = result(array_order.array_sort, array=array)
    assert result(array_order.array_sort, array=once) == once
    assert sorted(map(repr, once)) == sorted(map(repr, array))
    filled = [each for each in once if each is not None]
    assert all(one <= other for one, other in itertools.pairwise(filled))
    assert once[len(filled) :] == [None] * (len(array) - len(filled))


@pytest.mark.parametrize(
    ("array", "words"),
    [
        ([1, "a"], ["index 1", "texts", "after numbers"]),
        ([None, True, 1], ["index 2", "numbers", "after Booleans"]),
        ([[1], [2]], ["index 0", "array or struct"]),
        ([{}, {}], ["index 0", "array or struct"]),
        ([1, {}], ["index 1", "array or struct"]),
    ],
)
def test_what_cannot_be_compared_is_named(array: list[Any], words: list[str]) -> None:
    error = failure(array_order.array_sort, array=array)
    assert (error.code, error.where.pin) == ("array.not-comparable", "key")
    assert all(word in error.message for word in words)


@pytest.mark.parametrize(
    ("bounds", "part"),
    [
        ({}, "abcde"),
        ({"start": 1, "end": 3}, "bc"),
        ({"start": -2}, "de"),
        ({"end": -1}, "abcd"),
        ({"start": 3, "end": 1}, ""),
        ({"start": -99, "end": 2**62}, "abcde"),
        ({"start": 9}, ""),
        ({"end": 0}, ""),
        ({"end": None}, "abcde"),
    ],
)
def test_slice(bounds: dict[str, Any], part: str) -> None:
    assert result(array_order.array_slice, array=list("abcde"), **bounds) == list(part)


def test_unique_keeps_the_first_in_its_place() -> None:
    got = result(array_order.array_unique, array=[3, 1, 3, 1.0, True, 1])
    assert identity(got) == identity([3, 1, 1.0, True])
    rows = [{"k": 1, "n": 0}, {"k": 1, "n": 1}, {"n": 2}, {"k": None, "n": 3}, {"k": "1", "n": 4}]
    got = result(array_order.array_unique, array=rows, key="k")
    assert [each["n"] for each in got] == [0, 2, 4]


def test_groups_are_named_after_values() -> None:
    values = ["x", 1, 1.5, True, False, DAY, None, "1", "x"]
    rows: list[dict[str, Any]] = [{"k": {"v": value}, "n": n} for n, value in enumerate(values)]
    rows.append({"n": 9})
    got = result(array_order.array_group_by, array=rows, key="k.v")
    assert {name: [each["n"] for each in group] for name, group in got.items()} == {
        "x": [0, 8],
        "1": [1, 7],
        "1.5": [2],
        "true": [3],
        "false": [4],
        "2026-01-01T00:00:00Z": [5],
        "": [6, 9],
    }
    assert list(got) == ["x", "1", "1.5", "true", "false", "2026-01-01T00:00:00Z", ""]


@pytest.mark.parametrize("value", [[], {}])
def test_an_array_or_struct_names_no_group(value: Any) -> None:
    error = failure(array_order.array_group_by, array=[{"k": 1}, {"k": value}], key="k")
    assert (error.code, error.where.pin) == ("array.no-group-name", "key")
    assert "index 1" in error.message


def rows_of(values: list[Any]) -> list[dict[str, Any]]:
    return [{"v": value} for value in values]


@pytest.mark.parametrize(
    ("op", "values", "wanted"),
    [
        ("sum", [1, 2.5, None], 3.5),
        ("sum", [], 0.0),
        ("sum", [0.1] * 10, 1.0),
        ("mean", [1, 2, None], 1.5),
        ("mean", [BIG, BIG], BIG),
        ("min", [3, -1.5], -1.5),
        ("max", [3, -1.5], 3.0),
        ("count", ["a", None, 1, []], 3.0),
        ("count", [], 0.0),
    ],
)
def test_aggregate(op: str, values: list[Any], wanted: float) -> None:
    got = result(array_order.array_aggregate, array=[*rows_of(values), {}], field="v", op=op)
    assert (got, type(got)) == (wanted, float)


@pytest.mark.parametrize(
    ("op", "values", "code", "pin"),
    [
        ("sum", [BIG, BIG], "math.not-finite", "array"),
        ("sum", [1, "2"], "array.not-a-number", "field"),
        ("max", [True], "array.not-a-number", "field"),
        ("mean", [None], "array.nothing-to-aggregate", "array"),
        ("min", [], "array.nothing-to-aggregate", "array"),
        ("max", [], "array.nothing-to-aggregate", "array"),
        ("median", [1], "array.unknown-operation", "op"),
    ],
)
def test_aggregate_refuses(op: str, values: list[Any], code: str, pin: str) -> None:
    error = failure(array_order.array_aggregate, array=rows_of(values), field="v", op=op)
    assert (error.code, error.where.pin) == (code, pin)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1))
def test_sums_are_exact_but_for_the_last_rounding(numbers: list[float]) -> None:
    got = result(array_order.array_aggregate, array=rows_of(numbers), field="v")
    assert got == float(sum(map(Fraction, numbers)))
