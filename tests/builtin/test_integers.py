import math
import operator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flowlike.builtin import integers
from flowlike.nodes import NodeFailure, NodeType
from flowlike.testing import SeededRandom, run_node

LEAST, MOST = -(2**63), 2**63 - 1
wide = st.integers(LEAST, MOST)


def call(node: NodeType, *values: Any) -> Any:
    assert node.function is not None
    return node.function(*values)


def failure(node: NodeType, *values: Any) -> tuple[str, str]:
    with pytest.raises(NodeFailure) as caught:
        call(node, *values)
    assert caught.value.message.endswith(".")
    assert caught.value.remedy
    return caught.value.code, caught.value.where.pin


@pytest.mark.parametrize(
    ("node", "exact"),
    [
        (integers.add, operator.add),
        (integers.subtract, operator.sub),
        (integers.multiply, operator.mul),
    ],
)
@given(one=wide, other=wide)
def test_results_are_exact_or_refused(node: NodeType, exact: Any, one: int, other: int) -> None:
    wanted = exact(one, other)
    if LEAST <= wanted <= MOST:
        assert call(node, one, other) == wanted
    else:
        assert failure(node, one, other) == ("math.integer-overflow", "")


@pytest.mark.parametrize(
    ("node", "one", "other"),
    [
        (integers.add, MOST, 1),
        (integers.add, LEAST, -1),
        (integers.subtract, LEAST, 1),
        (integers.subtract, MOST, -1),
        (integers.multiply, LEAST, -1),
        (integers.multiply, 2**62, 2),
        (integers.power, 2, 63),
        (integers.power, 2, 64),
        (integers.power, -2, 65),
        (integers.power, 3, 2**62),
    ],
)
def test_the_edges_of_64_bits(node: NodeType, one: int, other: int) -> None:
    assert failure(node, one, other) == ("math.integer-overflow", "")


@given(wide, wide)
def test_remainder_has_the_sign_of_the_first(one: int, other: int) -> None:
    assume(other)
    rest = call(integers.modulo, one, other)
    quotient, left = divmod(one - rest, other)
    assert left == 0
    assert abs(rest) < abs(other)
    assert rest == 0 or (rest < 0) == (one < 0)
    assert abs(quotient * other) <= abs(one)


def test_division() -> None:
    assert call(integers.divide, 7, -2) == -3.5
    assert isinstance(call(integers.divide, 4, 2), float)
    assert failure(integers.divide, 1, 0) == ("math.division-by-zero", "integer2")
    assert failure(integers.modulo, 1, 0) == ("math.division-by-zero", "integer2")


@given(st.integers(-40, 40), st.integers(0, 80))
def test_power(base: int, exponent: int) -> None:
    wanted = base**exponent
    if LEAST <= wanted <= MOST:
        assert call(integers.power, base, exponent) == wanted
    else:
        assert failure(integers.power, base, exponent)[0] == "math.integer-overflow"


def test_powers_at_the_edge() -> None:
    assert call(integers.power, -2, 63) == LEAST
    assert [call(integers.power, base, MOST) for base in (-1, 0, 1)] == [-1, 0, 1]
    assert [call(integers.power, base, MOST - 1) for base in (-1, 0, 1)] == [1, 0, 1]
    assert call(integers.power, 0, 0) == 1
    assert failure(integers.power, 2, -1) == ("math.negative-exponent", "exponent")


def test_root_gives_a_float() -> None:
    assert call(integers.integer_root, -27, 3) == -3.0
    assert math.isclose(call(integers.integer_root, 2, 2), math.sqrt(2))
    assert failure(integers.integer_root, 4, 0) == ("math.zero-degree", "degree")


@given(wide)
def test_absolute(value: int) -> None:
    if value == LEAST:
        assert failure(integers.absolute, value)[0] == "math.integer-overflow"
    else:
        assert call(integers.absolute, value) == abs(value)


def test_absolute_of_the_least() -> None:
    assert failure(integers.absolute, LEAST) == ("math.integer-overflow", "")


@given(wide, wide, wide)
def test_clamp(value: int, one: int, other: int) -> None:
    lowest, highest = sorted((one, other))
    assert call(integers.clamp, value, lowest, highest) == sorted((lowest, value, highest))[1]


@given(wide, wide)
def test_greater_and_smaller(one: int, other: int) -> None:
    assert call(integers.maximum, one, other) == max(one, other)
    assert call(integers.minimum, one, other) == min(one, other)


def test_ranges_upside_down() -> None:
    assert failure(integers.clamp, 1, 2, 0) == ("math.empty-range", "max")
    assert failure(integers.random_in_range, 2, 1, SeededRandom()) == ("math.empty-range", "max")


def test_random_reaches_both_ends_and_is_not_folded() -> None:
    source = SeededRandom(7)
    seen = {call(integers.random_in_range, -1, 1, source) for _ in range(60)}
    assert seen == {-1, 0, 1}
    definition = integers.random_in_range.definition
    assert (definition.pure, definition.deterministic) == (True, False)
    assert definition.permissions == ("random",)


def test_comparisons_as_nodes() -> None:
    outputs = [
        run_node(node, integer1=2, integer2=3).outputs
        for node in (
            integers.equal,
            integers.unequal,
            integers.greater_than,
            integers.greater_or_equal,
            integers.less_than,
            integers.less_or_equal,
        )
    ]
    assert outputs == [
        {"equal": False},
        {"unequal": True},
        {"greater_than": False},
        {"greater_than_or_equal": False},
        {"less_than": True},
        {"less_than_or_equal": True},
    ]
