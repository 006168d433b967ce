"""The built-in nodes as a whole: examples, the index, the pins of the original."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from msgspec import UNSET

from flowlike.builtin.index import FAMILIES
from flowlike.nodes import Example, NodeType
from flowlike.nodes.catalog import default_catalog
from flowlike.testing import check_example
from tools import builtin_index

ORIGINAL = json.loads((Path(__file__).parents[1] / "data" / "original_pins.json").read_text())
"""Pins of the original's nodes of the same name: [direction, name, type, value type, default?]."""

DIFFERENCES = {
    ("control_call_reference", "out", "response"): "functions give results here",
    ("map_keys", "out", "keys"): "keys are texts; the wire says so",
    ("float_equal", "in", "tolerance"): "without a tolerance the comparison is exact",
    ("float_unequal", "in", "tolerance"): "without a tolerance the comparison is exact",
    ("utils_datetime_format", "in", "timezone"): "days and hours depend on the place",
    ("utils_datetime_parse", "in", "timezone"): "days and hours depend on the place",
    ("utils_datetime_to_date", "in", "timezone"): "days and hours depend on the place",
    ("utils_datetime_to_time", "in", "timezone"): "days and hours depend on the place",
}
"""Pins that differ on purpose, with the reason. Empty reasons are not allowed."""

NODES = list(default_catalog())
BY_NAME = {each.definition.name: each for each in NODES}
EXAMPLES = [
    example
    for family in FAMILIES
    for example in import_module(f"flowlike.builtin.{family}").EXAMPLES
]


def pins_of(node: NodeType) -> dict[tuple[str, str, str], list[Any]]:
    """Type, container and default of each pin."""
    name = node.definition.name
    found = {}
    for direction, pins in (("in", node.definition.inputs), ("out", node.definition.outputs)):
        for pin in pins:
            default = [] if pin.default is UNSET else [pin.default]
            found[name, direction, pin.name] = [pin.type.value, pin.value_type.value, *default]
    return found


@pytest.mark.parametrize(
    "node",
    [each for each in NODES if each.definition.name in ORIGINAL],
    ids=lambda each: each.definition.name,
)
def test_pins_are_those_of_the_original(node: NodeType) -> None:
    name = node.definition.name
    theirs = {(name, each[0], each[1]): each[2:] for each in ORIGINAL[name]}
    ours = pins_of(node)
    different = {
        key: (theirs.get(key), ours.get(key))
        for key in theirs.keys() | ours.keys()
        if theirs.get(key) != ours.get(key) and key not in DIFFERENCES
    }
    assert not different, "(the original's, ours)"


def test_every_difference_is_one_and_has_a_reason() -> None:
    for key, reason in DIFFERENCES.items():
        name = key[0]
        theirs = {(name, each[0], each[1]): each[2:] for each in ORIGINAL[name]}
        assert reason
        assert theirs.get(key) != pins_of(BY_NAME[name]).get(key), key


def test_the_index_is_fresh() -> None:
    assert builtin_index.INDEX.read_text(encoding="utf-8") == builtin_index.source()


def test_every_node_has_an_example() -> None:
    assert set(BY_NAME) == {example.node for example in EXAMPLES}


@pytest.mark.parametrize("node", NODES, ids=lambda each: each.definition.key)
def test_every_node_is_described(node: NodeType) -> None:
    definition = node.definition
    assert definition.title
    assert definition.category
    assert definition.description.endswith((".", "!", "?"))
    assert definition.description.count("\n") == 0


@pytest.mark.parametrize(
    "example", EXAMPLES, ids=[f"{each.node}-{number}" for number, each in enumerate(EXAMPLES)]
)
def test_examples_hold(example: Example) -> None:
    check_example(BY_NAME[example.node], example)
