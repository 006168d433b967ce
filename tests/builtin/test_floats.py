import math
import operator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.builtin import floats
from flowlike.nodes import NodeFailure, NodeType
from flowlike.testing import SeededRandom, run_node

MOST = 1.7976931348623157e308
finite = st.floats(allow_nan=False, allow_infinity=False)


def call(node: NodeType, *values: Any, **named: Any) -> Any:
    assert node.function is not None
    return node.function(*values, **named)


def failure(node: NodeType, *values: Any, **named: Any) -> tuple[str, str]:
    with pytest.raises(NodeFailure) as caught:
        call(node, *values, **named)
    assert caught.value.message.endswith(".")
    assert caught.value.remedy
    return caught.value.code, caught.value.where.pin


@pytest.mark.parametrize(
    ("node", "exact"),
    [
        (floats.add, operator.add),
        (floats.subtract, operator.sub),
        (floats.multiply, operator.mul),
    ],
)
@given(one=finite, other=finite)
def test_results_are_finite_or_refused(
    node: NodeType, exact: Any, one: float, other: float
) -> None:
    wanted = exact(one, other)
    if math.isfinite(wanted):
        assert call(node, one, other) == wanted
    else:
        assert failure(node, one, other) == ("math.not-finite", "")


@pytest.mark.parametrize(
    ("node", "values"),
    [
        (floats.add, (MOST, MOST)),
        (floats.subtract, (-MOST, MOST)),
        (floats.multiply, (MOST, 2.0)),
        (floats.divide, (MOST, 0.5)),
        (floats.power, (10.0, 400.0)),
    ],
)
def test_too_large(node: NodeType, values: tuple[float, float]) -> None:
    assert failure(node, *values) == ("math.not-finite", "")


def test_division_by_zero() -> None:
    assert failure(floats.divide, 1.0, 0.0) == ("math.division-by-zero", "divisor")
    assert failure(floats.divide, 1.0, -0.0) == ("math.division-by-zero", "divisor")
    assert failure(floats.power, 0.0, -1.0) == ("math.division-by-zero", "base")
    assert call(floats.divide, 1.0, -4.0) == -0.25


def test_powers() -> None:
    assert call(floats.power, -2.0, 3.0) == -8.0
    assert call(floats.power, 0.0, 0.0) == 1.0
    assert failure(floats.power, -2.0, 0.5) == ("math.no-real-result", "base")


def test_root() -> None:
    assert call(floats.float_root, 6.25, 2) == 2.5
    assert call(floats.float_root, 4.0, -2) == 0.5
    assert failure(floats.float_root, -1.0, 2) == ("math.no-real-result", "radicand")


@given(finite)
def test_rounding_goes_to_the_nearest_and_halves_away_from_zero(value: float) -> None:
    rounded = call(floats.round_, value)
    assert rounded == int(rounded)
    distance = abs(Fraction(rounded) - Fraction(value))
    assert distance <= Fraction(1, 2)
    if distance == Fraction(1, 2):
        assert abs(rounded) > abs(value)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [(2.5, 3.0), (-2.5, -3.0), (0.49999999999999994, 0.0), (-0.2, 0.0), (1e300, 1e300)],
)
def test_rounding(value: float, rounded: float) -> None:
    assert call(floats.round_, value) == rounded


@given(st.floats(-9e18, 9e18))
def test_floor_and_ceiling(value: float) -> None:
    low, high = call(floats.floor, value), call(floats.ceiling, value)
    assert type(low) is type(high) is int
    assert low <= value <= high
    assert high - low <= 1


@pytest.mark.parametrize("value", [1e19, -1e19, MOST])
def test_floor_and_ceiling_need_64_bits(value: float) -> None:
    assert failure(floats.floor, value) == ("math.integer-overflow", "")
    assert failure(floats.ceiling, value) == ("math.integer-overflow", "")


@given(finite, finite, finite)
def test_clamp(value: float, one: float, other: float) -> None:
    lowest, highest = sorted((one, other))
    assert call(floats.clamp, value, lowest, highest) == sorted((lowest, value, highest))[1]


def test_simple_ones() -> None:
    assert call(floats.absolute, -0.5) == 0.5
    assert call(floats.maximum, 1.0, 2.0) == 2.0
    assert call(floats.minimum, 1.0, 2.0) == 1.0


def test_ranges_upside_down() -> None:
    assert failure(floats.clamp, 1.0, 2.0, 0.0) == ("math.empty-range", "max")
    assert failure(floats.random_in_range, 2.0, 1.0, SeededRandom()) == ("math.empty-range", "max")


@given(finite, finite, st.integers(0, 100))
def test_random_stays_in_range(one: float, other: float, seed: int) -> None:
    lowest, highest = sorted((one, other))
    value = call(floats.random_in_range, lowest, highest, SeededRandom(seed))
    assert lowest <= value <= highest


@given(finite, finite, st.floats(0, 1e300))
def test_equality_within_a_tolerance(one: float, other: float, tolerance: float) -> None:
    equal = call(floats.equal, one, other, tolerance=tolerance)
    assert equal == call(floats.equal, other, one, tolerance=tolerance)
    assert equal != call(floats.unequal, one, other, tolerance=tolerance)
    assert equal == (abs(one - other) <= tolerance)


def test_equality() -> None:
    assert run_node(floats.equal, float1=0.1, float2=0.1).outputs == {"is_equal": True}
    assert run_node(floats.unequal, float1=0.1, float2=0.2, tolerance=0.5).outputs == {
        "is_unequal": False
    }
    for node in (floats.equal, floats.unequal):
        assert failure(node, 1.0, 1.0, tolerance=-1.0) == ("math.negative-tolerance", "tolerance")


def test_orderings_as_nodes() -> None:
    outputs = [
        run_node(node, float1=2.0, float2=3.0).outputs
        for node in (
            floats.greater_than,
            floats.greater_or_equal,
            floats.less_than,
            floats.less_or_equal,
        )
    ]
    assert outputs == [
        {"is_greater": False},
        {"is_greater_or_equal": False},
        {"is_less": True},
        {"is_less_or_equal": True},
    ]
