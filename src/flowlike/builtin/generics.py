"""Nodes for values of any type."""

from typing import Annotated, Generic, TypeVar

from flowlike.nodes import Example, Out, Pin, pure

T = TypeVar("T")


class Chosen(Out, Generic[T]):
    """The value that was there, or the default."""

    result: Annotated[T, Pin(label="Result")]
    used_fallback: Annotated[bool, Pin(label="Used Fallback")]


@pure(
    name="utils_types_fallback",
    title="Fallback",
    category="Utils/Types",
    keywords=("default", "null"),
    deterministic=True,
)
def fallback(
    value: Annotated[T | None, Pin(label="Value")], default: Annotated[T, Pin(label="Default")]
) -> Chosen:  # type: ignore[type-arg] # a declaration names the class; its T is that of the pins
    """The value, or the default if there is none.

    Null counts as none; false, 0 and empty text are values.
    """
    if value is None:
        return Chosen(default, True)
    return Chosen(value, False)


EXAMPLES = (
    Example(
        "utils_types_fallback",
        {"value": "Ada", "default": "nobody"},
        {"result": "Ada", "used_fallback": False},
    ),
    Example("utils_types_fallback", {"default": 1}, {"result": 1, "used_fallback": True}),
)
