"""Paths to fields inside structs: ``customer.name``, ``items[0].price``.

A dot leads into a struct, a number in brackets to an item of an array, counted from 0. At each
struct a field whose whole name is the rest of the path wins, so a field named ``a.b`` is reached
by its plain name. A dot at the end belongs to the name. Values are never changed: what leads to a
change is made anew, the rest is shared.
"""

import re
from typing import Any

from flowlike.nodes import NodeFailure

MISSING: Any = object()
"""Stands for a field that is not there; null is a value."""

MOST_STEPS = 64
"""No value on a wire is nested deeper."""

_INDEX = re.compile(r"\[([0-9]{1,18})\](?:\.(?=.))?", re.DOTALL)
_NAME = re.compile(r"(.*?)(?:\.(?=.)|(?=\[[0-9]{1,18}\])|\Z)", re.DOTALL)


def _split(path: str) -> tuple[str | int, str]:
    """The first step of a path and what is left of it; nothing left: the last step."""
    match = _INDEX.match(path)
    if match:
        return int(match[1]), path[match.end() :]
    match = _NAME.match(path)
    assert match is not None  # noqa: S101 - it matches every text
    return match[1], path[match.end() :]


def _has_item(value: Any, step: str | int) -> bool:
    return isinstance(value, list) and isinstance(step, int) and step < len(value)


def find(value: Any, path: str) -> Any:
    """The value at the path, or ``MISSING``."""
    while True:
        if isinstance(value, dict) and path in value:
            return value[path]
        step, rest = _split(path)
        if isinstance(value, dict) and rest and step in value:
            value = value[step]
        elif _has_item(value, step):
            value = value[step]
            if not rest:
                return value
        else:
            return MISSING
        path = rest


def put(value: Any, path: str, new: Any) -> Any:
    """The value with another one at the path. Structs missing on the way are made.

    Raises:
        NodeFailure: ``struct.path-too-long``, ``struct.no-such-item`` (arrays do not grow), or
            ``struct.not-a-struct``: the path leads through something that has no fields.
    """
    return _put(value, path, new, 0)


def _put(value: Any, path: str, new: Any, depth: int) -> Any:
    if depth == MOST_STEPS:
        raise NodeFailure(
            "struct.path-too-long",
            f"The path has more than {MOST_STEPS} steps.",
            remedy="Use a flatter struct.",
            pin="field",
        )
    if isinstance(value, dict) and path in value:
        return {**value, path: new}
    step, rest = _split(path)
    if _has_item(value, step):
        inner = _put(value[step], rest, new, depth + 1) if rest else new
        return [*value[:step], inner, *value[int(step) + 1 :]]
    if isinstance(value, list):
        raise _no_item(value, step)
    if not isinstance(value, dict):
        raise _no_struct(value, step)
    if isinstance(step, int):  # a struct has no items: the brackets belong to the name
        return {**value, path: new}
    if not rest:
        return {**value, step: new}
    return {**value, step: _put(value.get(step, {}), rest, new, depth + 1)}


def take(value: Any, path: str) -> tuple[Any, Any]:
    """The value without what is at the path, and that; ``MISSING`` if there is nothing."""
    if isinstance(value, dict) and path in value:
        return {name: each for name, each in value.items() if name != path}, value[path]
    step, rest = _split(path)
    if _has_item(value, step) and isinstance(step, int):
        if not rest:
            return [*value[:step], *value[step + 1 :]], value[step]
        inner, taken = take(value[step], rest)
        return [*value[:step], inner, *value[step + 1 :]], taken
    if isinstance(value, dict) and rest and step in value:
        inner, taken = take(value[step], rest)
        return {**value, step: inner}, taken
    return value, MISSING


def _no_item(items: list[Any], step: str | int) -> NodeFailure:
    return NodeFailure(
        "struct.no-such-item",
        f"The path leads to {step!r} in an array of {len(items)} items.",
        remedy="Name an item that is there, such as items[0]; push to make an array longer.",
        pin="field",
    )


def _no_struct(value: Any, step: str | int) -> NodeFailure:
    kind = "null" if value is None else f"a {type(value).__name__}"
    return NodeFailure(
        "struct.not-a-struct",
        f"The path leads to the field {step!r} of {kind}, which has no fields.",
        remedy="Shorten the path, or set the field before it to a struct.",
        pin="field",
    )
