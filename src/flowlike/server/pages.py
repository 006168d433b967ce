"""Pages of lists that are short enough to be read whole."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from flowlike.server.wire import from_cursor, to_cursor

T = TypeVar("T")


def cut(
    found: Sequence[T], limit: int, cursor: str | None, key: Callable[[T], str]
) -> tuple[list[T], str | None]:
    """A page of a list whose order does not change, and the cursor of the next one.

    The page begins after the entry the cursor names; if that is gone, at the beginning.
    """
    place: tuple[str, int] | None = from_cursor(cursor, tuple[str, int])
    start = 0
    if place is not None:
        name, index = place
        start = next((at + 1 for at, each in enumerate(found) if key(each) == name), index)
    page = list(found[start : start + limit])
    more = page and start + limit < len(found)
    return page, to_cursor(key(page[-1]), start + limit) if more else None
