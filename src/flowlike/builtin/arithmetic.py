"""What integer and float nodes share: limits, their failures, comparison nodes, roots.

An Integer has 64 bits and a Float is finite; a node that cannot keep to that fails.
"""

import dataclasses
import math
import operator
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

from flowlike.nodes import NodeFailure, NodeType, Pin, pure

LEAST_INTEGER = -(2**63)
MOST_INTEGER = 2**63 - 1
_AGAIN = "Use smaller numbers, or Float where exactness does not matter."


def integer_overflow() -> NodeFailure:
    """A failure: the result does not fit into 64 bits."""
    return NodeFailure(
        "math.integer-overflow", "The result does not fit into 64 bits.", remedy=_AGAIN
    )


def not_finite(pin: str = "") -> NodeFailure:
    """A failure: the result is too large for a float."""
    return NodeFailure(
        "math.not-finite",
        "The result is too large for a Float.",
        remedy="Use numbers of smaller magnitude.",
        pin=pin,
    )


def division_by_zero(pin: str) -> NodeFailure:
    """A failure: the value at the pin is zero and something would be divided by it."""
    return NodeFailure(
        "math.division-by-zero",
        "Division by zero.",
        remedy="Branch on the value before dividing by it.",
        pin=pin,
    )


def no_real_result(message: str, pin: str) -> NodeFailure:
    """A failure: only complex numbers would do."""
    return NodeFailure(
        "math.no-real-result", message, remedy="Check the sign of the number before.", pin=pin
    )


def empty_range(pin: str = "max") -> NodeFailure:
    """A failure: the lower end of a range lies above the upper."""
    return NodeFailure(
        "math.empty-range", "Min is greater than max.", remedy="Swap the two.", pin=pin
    )


def half_away(value: float) -> float:
    """The nearest whole number; halves go away from zero."""
    fraction, whole = math.modf(value)
    return whole + math.copysign(1.0, value) if abs(fraction) >= 0.5 else whole


def root(radicand: float, degree: int) -> float:
    """The real root of that degree; an exact one is given exactly.

    A negative degree gives one over the root of the positive degree.

    Raises:
        NodeFailure: ``math.zero-degree``, ``math.no-real-result`` for an even root of a negative
            number, ``math.division-by-zero`` for a negative degree of zero, ``math.not-finite``.
    """
    if degree == 0:
        raise NodeFailure(
            "math.zero-degree",
            "There is no root of degree 0.",
            remedy="Give a degree other than 0, such as 2 for the square root.",
            pin="degree",
        )
    if radicand < 0 and degree % 2 == 0:
        raise no_real_result("An even root of a negative number is not real.", "radicand")
    if radicand == 0 and degree < 0:
        raise division_by_zero("radicand")
    magnitude, times = abs(radicand), abs(degree)
    found = _positive_root(magnitude, times)
    if degree < 0:
        found = 1.0 / found
        if not math.isfinite(found):
            raise not_finite()
    return -found if radicand < 0 else found


def _positive_root(magnitude: float, times: int) -> float:
    found: float = float(magnitude) ** (1.0 / times)
    nearest = round(found)
    # A float root misses exact ones by a bit: 64 ** (1 / 3) is 3.9999999999999996.
    return float(nearest) if nearest**times == magnitude else found


class Comparison(NamedTuple):
    """What compares two numbers: a row of the table below."""

    title: str
    symbol: str
    operator: Callable[[Any, Any], bool]
    docs: str


COMPARISONS = {
    "equal": Comparison("Equal", "==", operator.eq, "Whether two numbers are equal."),
    "unequal": Comparison("Unequal", "!=", operator.ne, "Whether two numbers differ."),
    "greater_than": Comparison(
        "Greater Than", ">", operator.gt, "Whether the first number is greater than the second."
    ),
    "greater_than_or_equal": Comparison(
        "Greater Than or Equal",
        ">=",
        operator.ge,
        "Whether the first number is at least the second.",
    ),
    "less_than": Comparison(
        "Less Than", "<", operator.lt, "Whether the first number is less than the second."
    ),
    "less_than_or_equal": Comparison(
        "Less Than or Equal", "<=", operator.le, "Whether the first number is at most the second."
    ),
}


def comparison(row: str, family: str, output: str, category: str) -> NodeType:
    """A node that compares two numbers; its function is the operator itself, which is fast.

    Args:
        row: key of ``COMPARISONS``.
        family: ``int`` or ``float``, the first word of the node's name.
        output: name of the output pin.
        category: where editors list it.
    """
    title, symbol, compares, docs = COMPARISONS[row]
    type_, word = (int, "Integer") if family == "int" else (float, "Float")

    def compare(first: Any, second: Any) -> bool:
        return compares(first, second)

    compare.__annotations__ = {
        "first": Annotated[type_, Pin(f"{word.lower()}1", label=f"{word} 1")],
        "second": Annotated[type_, Pin(f"{word.lower()}2", label=f"{word} 2")],
        "return": Annotated[bool, Pin(output, label=title)],
    }
    compare.__doc__ = docs
    declare = pure(
        name=f"{family}_{row}",
        title=title,
        category=category,
        keywords=(symbol, "compare"),
        deterministic=True,
    )
    return dataclasses.replace(declare(compare), function=compares)
