"""What arrays, sets and maps share: how large they may become, equal elements, failures."""

from collections.abc import Iterable, Sized
from typing import Any

from flowlike.board.values import identity
from flowlike.nodes import NodeFailure

MOST_ELEMENTS = 10_000_000
"""Most elements of a collection that a node makes; it bounds what one run can take in memory."""


def check_capacity(*parts: Sized) -> None:
    """Raises NodeFailure ``collection.too-large`` if the parts together hold too many elements."""
    if sum(map(len, parts)) > MOST_ELEMENTS:
        raise NodeFailure(
            "collection.too-large",
            f"The result would hold more than {MOST_ELEMENTS:,} elements.",
            remedy="Work on smaller parts, one after another.",
        )


def check_index(items: Sized, index: int, pin: str = "index") -> int:
    """The index. Raises NodeFailure ``array.index-out-of-range`` if no item has it."""
    if 0 <= index < len(items):
        return index
    raise NodeFailure(
        "array.index-out-of-range",
        f"The array has {len(items)} items; there is none at index {index}.",
        remedy="Use an index from 0 up to the length less one.",
        pin=pin,
    )


def empty(what: str, pin: str) -> NodeFailure:
    """A failure: an element was to be taken from an empty array or set."""
    return NodeFailure(
        f"{what}.empty",
        f"The {what} is empty; nothing can be taken from it.",
        remedy="Test the size first, or use the error pin.",
        pin=pin,
    )


def distinct(items: Iterable[Any]) -> list[Any]:
    """The items without those that equal an earlier one."""
    found: dict[object, Any] = {}
    for item in items:
        found.setdefault(identity(item), item)
    return list(found.values())
