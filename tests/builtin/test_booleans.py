from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.builtin import booleans
from flowlike.nodes import NodeFailure, NodeType
from flowlike.testing import run_node

many = st.lists(st.booleans(), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("node", "meaning"),
    [
        (booleans.and_, all),
        (booleans.or_, any),
        (booleans.xor, lambda values: values.count(True) % 2 == 1),
        (booleans.equal, lambda values: len(set(values)) == 1),
    ],
)
@given(values=many)
def test_of_many(node: NodeType, meaning: Callable[[list[bool]], bool], values: list[bool]) -> None:
    assert node.function is not None
    assert node.function(*values) is meaning(values)


def test_pins_left_alone_are_false() -> None:
    assert run_node(booleans.and_, boolean=True).outputs == {"result": False}
    assert run_node(booleans.equal).outputs == {"result": True}
    assert run_node(booleans.not_).outputs == {"result": True}
    (pin,) = booleans.or_.definition.inputs
    assert (pin.variadic, pin.count, pin.default) == (True, 2, False)


def test_more_pins() -> None:
    run = run_node(booleans.and_, {"boolean": True, "boolean#2": True, "boolean#3": False})
    assert run.outputs == {"result": False}


@pytest.mark.parametrize(("probability", "value"), [(0.0, False), (1.0, True)])
def test_certain_chances(probability: float, value: bool) -> None:
    for _ in range(20):
        assert run_node(booleans.random_bool, probability=probability).outputs == {"value": value}


@pytest.mark.parametrize("probability", [-0.1, 1.1])
def test_no_probability(probability: float) -> None:
    with pytest.raises(NodeFailure) as caught:
        run_node(booleans.random_bool, probability=probability)
    assert (caught.value.code, caught.value.where.pin) == ("math.bad-probability", "probability")
