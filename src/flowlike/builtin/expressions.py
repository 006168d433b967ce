"""Evaluate Expression: one formula instead of a web of nodes. The language is in ``grammar``."""

from collections.abc import Mapping
from typing import Annotated, Any

from flowlike.builtin.grammar import parse
from flowlike.nodes import (
    DataType,
    Derived,
    Example,
    InstancePins,
    NodeFailure,
    Pin,
    PinDefinition,
    pure,
)

_OWN = "expression"


def _name_pins(literals: Mapping[str, Any]) -> InstancePins:
    """One Float input for each name in the expression; none if it cannot be read."""
    text = literals.get(_OWN)
    if not isinstance(text, str):
        return InstancePins()
    try:
        names = parse(text).names
    except NodeFailure:
        return InstancePins()
    pins = [PinDefinition(name=name, type=DataType.FLOAT) for name in names if name != _OWN]
    return InstancePins(inputs=tuple(pins))


@pure(
    name="eval",
    title="Evaluate Expression",
    category="Math",
    keywords=("formula", "calculate", "expression"),
    deterministic=True,
    pins=_name_pins,
)
def evaluate(
    expression: Annotated[str, Pin(label="Expression")], values: Derived
) -> Annotated[float, Pin("result", label="Result")]:
    """The value of a formula such as (price + shipping) * 1.19.

    Each name in the formula becomes an input. Operators, from weak to strong: or, and, not,
    == != < <= > >=, + -, * / %, signs, ** (power; also ^). % keeps the sign of the first number.
    Comparisons give 1 or 0; any number but 0 counts as true.

    Functions: abs, sign, min, max, clamp(x, lowest, highest), round (halves away from zero), floor,
    ceil, trunc, sqrt, cbrt, hypot(x, y), exp, ln, log(x, base), log2, log10, sin, cos, tan, asin,
    acos, atan, atan2(y, x), sinh, cosh, tanh, degrees, radians, if(test, one, other). Constants:
    pi, e, true, false.
    """
    parsed = parse(expression)
    for name in parsed.names:
        if name not in values:
            raise NodeFailure(
                "expression.unknown-name",
                f"The name {name!r} has no input.",
                remedy="Type the expression into the node, which then has an input for each name.",
                pin=_OWN,
            )
    return parsed.value(values)


EXAMPLES = (
    Example("eval", {"expression": "2 ** 10 % 7"}, {"result": 2.0}),
    Example(
        "eval",
        {"expression": "(price + shipping) * 1.5", "price": 10.0, "shipping": 2.0},
        {"result": 18.0},
    ),
    Example("eval", {"expression": "if(1 < 2, sqrt(16), 1 / 0)"}, {"result": 4.0}),
)
