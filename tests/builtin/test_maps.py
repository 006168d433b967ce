import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.builtin import elements, maps
from flowlike.nodes import NodeFailure, NodeType
from flowlike.testing import run_node

entries = st.dictionaries(st.sampled_from(["", "a", "b", "a.b"]), st.none() | st.integers(0, 3))
keys = st.sampled_from(["", "a", "b", "a.b", "absent"])


def outputs(node: NodeType, **inputs: Any) -> dict[str, Any]:
    kept = copy.deepcopy(inputs)
    run = run_node(node, inputs)
    assert inputs == kept, "an input was changed in place"
    return run.outputs


@given(entries, keys)
def test_reading_agrees(entries: dict[str, Any], key: str) -> None:
    there = key in entries
    assert outputs(maps.map_get, map_in=entries, key=key) == {
        "value": entries.get(key),
        "found": there,
    }
    assert outputs(maps.map_has_key, map_in=entries, key=key) == {"has_key": there}
    assert outputs(maps.map_keys, map_in=entries) == {"keys": list(entries)}
    assert outputs(maps.map_values, map_in=entries) == {"values": list(entries.values())}
    assert outputs(maps.map_size, map_in=entries) == {"size": len(entries)}


@given(entries, keys)
def test_what_was_set_is_got_and_can_be_removed(entries: dict[str, Any], key: str) -> None:
    changed = outputs(maps.map_set, map_in=entries, key=key, value="new")
    assert changed["replaced"] == (key in entries)
    assert changed["map_out"] == {**entries, key: "new"}
    removed = outputs(maps.map_remove, map_in=changed["map_out"], key=key)
    assert (removed["value"], removed["was_present"]) == ("new", True)
    assert removed["map_out"] == {name: each for name, each in entries.items() if name != key}


def test_a_key_that_is_set_again_keeps_its_place() -> None:
    got = outputs(maps.map_set, map_in={"a": 1, "b": 2}, key="a", value=9)
    assert list(got["map_out"].items()) == [("a", 9), ("b", 2)]


def test_removing_an_absent_key_changes_nothing() -> None:
    got = outputs(maps.map_remove, map_in={"a": None}, key="b")
    assert got == {"map_out": {"a": None}, "value": None, "was_present": False}


def test_new_maps_are_empty() -> None:
    assert outputs(maps.make_map) == {"map_out": {}}
    assert outputs(maps.map_clear, map_in={"a": 1}) == {"map_out": {}}


def test_maps_do_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements, "MOST_ELEMENTS", 2)
    full = {"a": 1, "b": 2}
    assert outputs(maps.map_set, map_in=full, key="b", value=3)["replaced"]
    with pytest.raises(NodeFailure) as caught:
        run_node(maps.map_set, map_in=full, key="c", value=3)
    assert caught.value.code == "collection.too-large"
