"""True and false."""

import dataclasses
from typing import Annotated

import msgspec

from flowlike.nodes import Example, NodeFailure, NodeType, Pin, Random, pure

_CATEGORY = "Utils/Bool"

Many = Annotated[bool, Pin("boolean", label="Boolean", count=2)]
Result = Annotated[bool, Pin("result", label="Result")]


def _default_false(declared: NodeType) -> NodeType:
    """A repeated pin that is neither wired nor set counts as false; ``*items`` has no default."""
    definition = declared.definition
    pins = tuple(msgspec.structs.replace(pin, default=False) for pin in definition.inputs)
    return dataclasses.replace(
        declared, definition=msgspec.structs.replace(definition, inputs=pins)
    )


@_default_false
@pure(name="bool_and", title="And", category=_CATEGORY, keywords=("&&", "all"), deterministic=True)
def and_(*boolean: Many) -> Result:
    """True if all inputs are true."""
    return False not in boolean


@_default_false
@pure(name="bool_or", title="Or", category=_CATEGORY, keywords=("||", "any"), deterministic=True)
def or_(*boolean: Many) -> Result:
    """True if at least one input is true."""
    return True in boolean


@_default_false
@pure(
    name="bool_xor", title="Exclusive Or", category=_CATEGORY, keywords=("^",), deterministic=True
)
def xor(*boolean: Many) -> Result:
    """True if an odd number of inputs is true."""
    return sum(boolean) % 2 == 1


@_default_false
@pure(name="bool_equal", title="Equal", category=_CATEGORY, keywords=("==",), deterministic=True)
def equal(*boolean: Many) -> Result:
    """True if all inputs are the same."""
    return not (True in boolean and False in boolean)


@pure(name="bool_not", title="Not", category=_CATEGORY, keywords=("!",), deterministic=True)
def not_(boolean: Annotated[bool, Pin(label="Boolean")] = False) -> Result:
    """The opposite of the input."""
    return not boolean


@pure(name="random_bool", title="Random Boolean", category=_CATEGORY)
def random_bool(
    random: Random,
    probability: Annotated[
        float, Pin(label="Probability", description="Of true, from 0 to 1.", range=(0, 1))
    ] = 0.5,
) -> Annotated[bool, Pin("value", label="Value")]:
    """True with the given probability. Not for secrets."""
    if 0.0 <= probability <= 1.0:
        return random.fraction() < probability
    raise NodeFailure(
        "math.bad-probability",
        f"{probability} is not a probability.",
        remedy="Give a number from 0 to 1.",
        pin="probability",
    )


def _two(node: str, one: bool, other: bool, result: bool) -> Example:
    return Example(node, {"boolean": one, "boolean#2": other}, {"result": result})


EXAMPLES = (
    _two("bool_and", True, False, False),
    _two("bool_or", True, False, True),
    _two("bool_xor", True, True, False),
    _two("bool_equal", False, False, True),
    Example("bool_not", {"boolean": True}, {"result": False}),
    Example("random_bool", {"probability": 1.0}, {"value": True}),
    Example("random_bool", {"probability": 2.0}, fails="math.bad-probability"),
)
