from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.builtin import elements
from flowlike.builtin.elements import check_capacity, check_index, distinct, empty
from flowlike.nodes import NodeFailure

values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.0, 1.0, "", "1", b"1"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=6,
)


def test_capacity_counts_all_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements, "MOST_ELEMENTS", 3)
    check_capacity([1, 2], (3,))
    with pytest.raises(NodeFailure, match="more than 3 elements") as caught:
        check_capacity([1, 2], [3, 4])
    assert caught.value.code == "collection.too-large"
    assert caught.value.remedy


def test_ten_million_elements_are_the_limit() -> None:
    check_capacity(range(10_000_000))
    with pytest.raises(NodeFailure, match="10,000,000"):
        check_capacity(range(10_000_000), (1,))


@pytest.mark.parametrize("index", [-1, 3, 2**62])
def test_an_index_outside_names_the_length(index: int) -> None:
    with pytest.raises(NodeFailure, match="has 3 items") as caught:
        check_index("abc", index, "indices")
    assert caught.value.code == "array.index-out-of-range"
    assert caught.value.where.pin == "indices"


def test_an_index_inside_is_given_back() -> None:
    assert [check_index("abc", index) for index in range(3)] == [0, 1, 2]


def test_taking_from_nothing_says_from_what() -> None:
    failure = empty("set", "set_in")
    assert (failure.code, failure.where.pin) == ("set.empty", "set_in")


def test_types_tell_elements_apart() -> None:
    date = datetime(2026, 1, 1, tzinfo=UTC)
    mixed: list[Any] = [1, 1.0, True, "1", b"1", None, [1], [True], {"a": 1}, {"a": 1.0}, date]
    assert [id(each) for each in distinct(mixed * 2)] == [id(each) for each in mixed]


def test_order_of_names_does_not_matter_but_order_of_items_does() -> None:
    same = [{"a": 1, "b": 2}, {"b": 2, "a": 1}]
    assert distinct(same) == same[:1]
    assert distinct([[1, 2], [2, 1]]) == [[1, 2], [2, 1]]


@given(st.lists(values, max_size=8))
def test_the_first_of_equal_ones_stays_in_its_place(items: list[Any]) -> None:
    kept = distinct(items)
    assert distinct(kept) == kept
    places = [next(at for at, item in enumerate(items) if item is each) for each in kept]
    assert places == sorted(places)
    assert distinct(items + kept) == kept
