"""Whole numbers of 64 bits. A result that does not fit is a failure, never a wrong number."""

from typing import Annotated

from flowlike.builtin.arithmetic import (
    LEAST_INTEGER,
    MOST_INTEGER,
    comparison,
    division_by_zero,
    empty_range,
    integer_overflow,
    root,
)
from flowlike.nodes import Example, NodeFailure, Pin, Random, pure

_CATEGORY = "Math/Int"
_MOST_EXPONENT = 63
"""Any base but -1, 0 and 1 leaves 64 bits above it."""

First = Annotated[int, Pin(label="Integer 1")]
Second = Annotated[int, Pin(label="Integer 2")]


@pure(name="int_add", title="Add", category=_CATEGORY, keywords=("+",), deterministic=True)
def add(integer1: First, integer2: Second) -> Annotated[int, Pin("sum", label="Sum")]:
    """Sum of two integers."""
    total = integer1 + integer2
    if LEAST_INTEGER <= total <= MOST_INTEGER:
        return total
    raise integer_overflow()


@pure(
    name="int_subtract", title="Subtract", category=_CATEGORY, keywords=("-",), deterministic=True
)
def subtract(
    integer1: First, integer2: Second
) -> Annotated[int, Pin("difference", label="Difference")]:
    """The first integer less the second."""
    difference = integer1 - integer2
    if LEAST_INTEGER <= difference <= MOST_INTEGER:
        return difference
    raise integer_overflow()


@pure(
    name="int_multiply", title="Multiply", category=_CATEGORY, keywords=("*",), deterministic=True
)
def multiply(integer1: First, integer2: Second) -> Annotated[int, Pin("product", label="Product")]:
    """Product of two integers."""
    product = integer1 * integer2
    if LEAST_INTEGER <= product <= MOST_INTEGER:
        return product
    raise integer_overflow()


@pure(name="int_divide", title="Divide", category=_CATEGORY, keywords=("/",), deterministic=True)
def divide(integer1: First, integer2: Second) -> Annotated[float, Pin("result", label="Result")]:
    """The first integer divided by the second, as a Float.

    7 / 2 is 3.5. Floor the result for a whole number.
    """
    if integer2:
        return integer1 / integer2
    raise division_by_zero("integer2")


@pure(
    name="int_modulo",
    title="Remainder",
    category=_CATEGORY,
    keywords=("%", "modulo"),
    deterministic=True,
)
def modulo(
    integer1: First, integer2: Second
) -> Annotated[int, Pin("remainder", label="Remainder")]:
    """What is left of the first integer after dividing it by the second.

    It has the sign of the first: -7 % 3 is -1, and 7 % -3 is 1.
    """
    if not integer2:
        raise division_by_zero("integer2")
    rest = abs(integer1) % abs(integer2)
    return -rest if integer1 < 0 else rest


@pure(name="int_power", title="Power", category=_CATEGORY, keywords=("**", "^"), deterministic=True)
def power(
    base: Annotated[int, Pin(label="Base")], exponent: Annotated[int, Pin(label="Exponent")]
) -> Annotated[int, Pin("power", label="Power")]:
    """The base raised to the exponent.

    The exponent must not be negative; 0 to the 0 is 1.
    """
    if exponent < 0:
        raise NodeFailure(
            "math.negative-exponent",
            "A negative exponent gives no whole number.",
            remedy="Use the power of floats.",
            pin="exponent",
        )
    if exponent > _MOST_EXPONENT:
        # Of the bases that stay small only the parity of the exponent counts.
        if base not in {-1, 0, 1}:
            raise integer_overflow()
        exponent = 2 - exponent % 2
    result: int = base**exponent
    if LEAST_INTEGER <= result <= MOST_INTEGER:
        return result
    raise integer_overflow()


@pure(name="int_root", title="Root", category=_CATEGORY, keywords=("sqrt",), deterministic=True)
def integer_root(
    radicand: Annotated[int, Pin(label="Radicand")],
    degree: Annotated[int, Pin(label="Degree", description="2 for the square root.")],
) -> Annotated[float, Pin("root", label="Root")]:
    """The real root of an integer, as a Float.

    Odd roots of negative numbers are negative. A negative degree gives one over the root.
    """
    return root(radicand, degree)


@pure(name="int_abs", title="Absolute", category=_CATEGORY, deterministic=True)
def absolute(
    integer: Annotated[int, Pin(label="Integer")],
) -> Annotated[int, Pin("absolute", label="Absolute")]:
    """The integer without its sign."""
    value = abs(integer)
    if value <= MOST_INTEGER:
        return value
    raise integer_overflow()


@pure(name="int_clamp", title="Clamp", category=_CATEGORY, deterministic=True)
def clamp(
    integer: Annotated[int, Pin(label="Integer")],
    lowest: Annotated[int, Pin("min", label="Min")],
    highest: Annotated[int, Pin("max", label="Max")],
) -> Annotated[int, Pin("clamped", label="Clamped")]:
    """The integer, or the end of the range it lies beyond."""
    if lowest > highest:
        raise empty_range()
    return min(max(integer, lowest), highest)


@pure(name="int_max", title="Max", category=_CATEGORY, deterministic=True)
def maximum(integer1: First, integer2: Second) -> Annotated[int, Pin("maximum", label="Maximum")]:
    """The greater of two integers."""
    return max(integer1, integer2)


@pure(name="int_min", title="Min", category=_CATEGORY, deterministic=True)
def minimum(integer1: First, integer2: Second) -> Annotated[int, Pin("minimum", label="Minimum")]:
    """The smaller of two integers."""
    return min(integer1, integer2)


@pure(name="int_random_in_range", title="Random Integer in Range", category=f"{_CATEGORY}/Random")
def random_in_range(
    lowest: Annotated[int, Pin("min", label="Min")],
    highest: Annotated[int, Pin("max", label="Max")],
    random: Random,
) -> Annotated[int, Pin("random_integer", label="Random Integer")]:
    """A random integer from min to max, both included. Not for secrets."""
    if lowest > highest:
        raise empty_range()
    return random.integer(lowest, highest)


equal = comparison("equal", "int", "equal", _CATEGORY)
unequal = comparison("unequal", "int", "unequal", _CATEGORY)
greater_than = comparison("greater_than", "int", "greater_than", _CATEGORY)
greater_or_equal = comparison("greater_than_or_equal", "int", "greater_than_or_equal", _CATEGORY)
less_than = comparison("less_than", "int", "less_than", _CATEGORY)
less_or_equal = comparison("less_than_or_equal", "int", "less_than_or_equal", _CATEGORY)


def _of(node: str, integer1: int, integer2: int, pin: str, result: object) -> Example:
    return Example(node, {"integer1": integer1, "integer2": integer2}, {pin: result})


EXAMPLES = (
    _of("int_add", 2, 3, "sum", 5),
    _of("int_subtract", 2, 3, "difference", -1),
    _of("int_multiply", 6, 7, "product", 42),
    _of("int_divide", 7, 2, "result", 3.5),
    Example("int_divide", {"integer1": 1, "integer2": 0}, fails="math.division-by-zero"),
    _of("int_modulo", -7, 3, "remainder", -1),
    _of("int_max", 2, 3, "maximum", 3),
    _of("int_min", 2, 3, "minimum", 2),
    _of("int_equal", 2, 2, "equal", True),
    _of("int_unequal", 2, 2, "unequal", False),
    _of("int_greater_than", 3, 2, "greater_than", True),
    _of("int_greater_than_or_equal", 2, 2, "greater_than_or_equal", True),
    _of("int_less_than", 3, 2, "less_than", False),
    _of("int_less_than_or_equal", 2, 2, "less_than_or_equal", True),
    Example("int_power", {"base": 2, "exponent": 10}, {"power": 1024}),
    Example("int_root", {"radicand": 64, "degree": 3}, {"root": 4.0}),
    Example("int_abs", {"integer": -5}, {"absolute": 5}),
    Example("int_clamp", {"integer": 12, "min": 0, "max": 10}, {"clamped": 10}),
    Example("int_random_in_range", {"min": 4, "max": 4}, {"random_integer": 4}),
)
