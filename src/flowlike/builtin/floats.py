"""Finite floating-point numbers. A result that is not finite is a failure."""

import math
from math import isfinite
from typing import Annotated

from flowlike.builtin.arithmetic import (
    LEAST_INTEGER,
    MOST_INTEGER,
    comparison,
    division_by_zero,
    empty_range,
    half_away,
    integer_overflow,
    no_real_result,
    not_finite,
    root,
)
from flowlike.nodes import Example, NodeFailure, Pin, Random, pure

_CATEGORY = "Math/Float"
_COMPARISON = f"{_CATEGORY}/Comparison"

First = Annotated[float, Pin(label="Float 1")]
Second = Annotated[float, Pin(label="Float 2")]
One = Annotated[float, Pin(label="Float")]
Tolerance = Annotated[
    float, Pin(label="Tolerance", description="How far apart they may be.", range=(0, 1e308))
]


@pure(name="float_add", title="Add", category=_CATEGORY, keywords=("+",), deterministic=True)
def add(float1: First, float2: Second) -> Annotated[float, Pin("sum", label="Sum")]:
    """Sum of two numbers."""
    total = float1 + float2
    if isfinite(total):
        return total
    raise not_finite()


@pure(
    name="float_subtract", title="Subtract", category=_CATEGORY, keywords=("-",), deterministic=True
)
def subtract(
    float1: First, float2: Second
) -> Annotated[float, Pin("difference", label="Difference")]:
    """The first number less the second."""
    difference = float1 - float2
    if isfinite(difference):
        return difference
    raise not_finite()


@pure(
    name="float_multiply", title="Multiply", category=_CATEGORY, keywords=("*",), deterministic=True
)
def multiply(float1: First, float2: Second) -> Annotated[float, Pin("product", label="Product")]:
    """Product of two numbers."""
    product = float1 * float2
    if isfinite(product):
        return product
    raise not_finite()


@pure(name="float_divide", title="Divide", category=_CATEGORY, keywords=("/",), deterministic=True)
def divide(
    dividend: Annotated[float, Pin(label="Dividend")],
    divisor: Annotated[float, Pin(label="Divisor")],
) -> Annotated[float, Pin("quotient", label="Quotient")]:
    """The dividend divided by the divisor."""
    if not divisor:
        raise division_by_zero("divisor")
    quotient = dividend / divisor
    if isfinite(quotient):
        return quotient
    raise not_finite()


@pure(
    name="float_power", title="Power", category=_CATEGORY, keywords=("**", "^"), deterministic=True
)
def power(
    base: Annotated[float, Pin(label="Base")],
    exponent: Annotated[float, Pin(label="Exponent")],
) -> Annotated[float, Pin("power", label="Power")]:
    """The base raised to the exponent.

    A negative base needs a whole exponent; 0 to the 0 is 1.
    """
    try:
        return math.pow(base, exponent)
    except OverflowError:
        raise not_finite() from None
    except ValueError:
        if base == 0:
            raise division_by_zero("base") from None
        raise no_real_result(
            "A negative number to a fractional power is not real.", "base"
        ) from None


@pure(name="float_root", title="Root", category=_CATEGORY, keywords=("sqrt",), deterministic=True)
def float_root(
    radicand: Annotated[float, Pin(label="Radicand")],
    degree: Annotated[int, Pin(label="Degree", description="2 for the square root.")],
) -> Annotated[float, Pin("root", label="Root")]:
    """The real root of a number.

    Odd roots of negative numbers are negative. A negative degree gives one over the root.
    """
    return root(radicand, degree)


@pure(name="float_abs", title="Absolute", category=_CATEGORY, deterministic=True)
def absolute(float: One) -> Annotated[float, Pin("absolute", label="Absolute")]:
    """The number without its sign."""
    return abs(float)


def _whole(value: int) -> int:
    if LEAST_INTEGER <= value <= MOST_INTEGER:
        return value
    raise integer_overflow()


@pure(name="float_ceil", title="Ceil", category=_CATEGORY, deterministic=True)
def ceiling(float: One) -> Annotated[int, Pin("ceiling", label="Ceiling")]:
    """The least integer that is not less than the number."""
    return _whole(math.ceil(float))


@pure(name="float_floor", title="Floor", category=_CATEGORY, deterministic=True)
def floor(float: One) -> Annotated[int, Pin("floor", label="Floor")]:
    """The greatest integer that is not greater than the number."""
    return _whole(math.floor(float))


@pure(name="float_round", title="Round", category=_CATEGORY, deterministic=True)
def round_(float: One) -> Annotated[float, Pin("rounded", label="Rounded")]:
    """The nearest whole number, as a Float.

    Halves go away from zero: 2.5 gives 3, and -2.5 gives -3.
    """
    return half_away(float)


@pure(name="float_clamp", title="Clamp", category=_CATEGORY, deterministic=True)
def clamp(
    float: One,
    lowest: Annotated[float, Pin("min", label="Min")],
    highest: Annotated[float, Pin("max", label="Max")],
) -> Annotated[float, Pin("clamped", label="Clamped")]:
    """The number, or the end of the range it lies beyond."""
    if lowest > highest:
        raise empty_range()
    return min(max(float, lowest), highest)


@pure(name="float_max", title="Max", category=_CATEGORY, deterministic=True)
def maximum(float1: First, float2: Second) -> Annotated[float, Pin("maximum", label="Maximum")]:
    """The greater of two numbers."""
    return max(float1, float2)


@pure(name="float_min", title="Min", category=_CATEGORY, deterministic=True)
def minimum(float1: First, float2: Second) -> Annotated[float, Pin("minimum", label="Minimum")]:
    """The smaller of two numbers."""
    return min(float1, float2)


@pure(name="float_random_in_range", title="Random Float in Range", category=f"{_CATEGORY}/Random")
def random_in_range(
    lowest: Annotated[float, Pin("min", label="Min")],
    highest: Annotated[float, Pin("max", label="Max")],
    random: Random,
) -> Annotated[float, Pin("random_float", label="Random Float")]:
    """A random number from min to max. Not for secrets."""
    if lowest > highest:
        raise empty_range()
    part = random.fraction()
    # highest - lowest may be too large for a float; rounding may leave the range by a bit.
    value = lowest * (1.0 - part) + highest * part
    return min(max(value, lowest), highest)


def _near(float1: float, float2: float, tolerance: float) -> bool:
    if tolerance < 0:
        raise NodeFailure(
            "math.negative-tolerance",
            "A tolerance cannot be negative.",
            remedy="Give 0 for exact equality.",
            pin="tolerance",
        )
    return abs(float1 - float2) <= tolerance


@pure(
    name="float_equal",
    title="Equal",
    category=_COMPARISON,
    keywords=("==", "compare"),
    deterministic=True,
)
def equal(
    float1: First, float2: Second, tolerance: Tolerance = 0.0
) -> Annotated[bool, Pin("is_equal", label="Is Equal")]:
    """Whether two numbers are equal, or at most the tolerance apart."""
    return _near(float1, float2, tolerance)


@pure(
    name="float_unequal",
    title="Unequal",
    category=_COMPARISON,
    keywords=("!=", "compare"),
    deterministic=True,
)
def unequal(
    float1: First, float2: Second, tolerance: Tolerance = 0.0
) -> Annotated[bool, Pin("is_unequal", label="Is Unequal")]:
    """Whether two numbers are further apart than the tolerance."""
    return not _near(float1, float2, tolerance)


greater_than = comparison("greater_than", "float", "is_greater", _COMPARISON)
greater_or_equal = comparison("greater_than_or_equal", "float", "is_greater_or_equal", _COMPARISON)
less_than = comparison("less_than", "float", "is_less", _COMPARISON)
less_or_equal = comparison("less_than_or_equal", "float", "is_less_or_equal", _COMPARISON)


def _of(node: str, float1: float, float2: float, pin: str, result: object) -> Example:
    return Example(node, {"float1": float1, "float2": float2}, {pin: result})


def _one(node: str, value: float, pin: str, result: object) -> Example:
    return Example(node, {"float": value}, {pin: result})


EXAMPLES = (
    _of("float_add", 0.5, 0.25, "sum", 0.75),
    _of("float_subtract", 0.5, 0.25, "difference", 0.25),
    _of("float_multiply", 1.5, 2.0, "product", 3.0),
    _of("float_max", 1.5, 2.0, "maximum", 2.0),
    _of("float_min", 1.5, 2.0, "minimum", 1.5),
    _of("float_greater_than", 1.5, 2.0, "is_greater", False),
    _of("float_greater_than_or_equal", 2.0, 2.0, "is_greater_or_equal", True),
    _of("float_less_than", 1.5, 2.0, "is_less", True),
    _of("float_less_than_or_equal", 2.0, 2.0, "is_less_or_equal", True),
    _of("float_equal", 2.0, 2.0, "is_equal", True),
    _of("float_unequal", 2.0, 2.5, "is_unequal", True),
    Example("float_divide", {"dividend": 7.0, "divisor": 2.0}, {"quotient": 3.5}),
    Example("float_divide", {"dividend": 7.0, "divisor": 0.0}, fails="math.division-by-zero"),
    Example("float_power", {"base": 2.0, "exponent": -1.0}, {"power": 0.5}),
    Example("float_root", {"radicand": -27.0, "degree": 3}, {"root": -3.0}),
    _one("float_abs", -1.5, "absolute", 1.5),
    _one("float_ceil", 1.2, "ceiling", 2),
    _one("float_floor", -1.2, "floor", -2),
    _one("float_round", 2.5, "rounded", 3.0),
    Example("float_clamp", {"float": 1.5, "min": 0.0, "max": 1.0}, {"clamped": 1.0}),
    Example("float_random_in_range", {"min": 0.5, "max": 0.5}, {"random_float": 0.5}),
)
