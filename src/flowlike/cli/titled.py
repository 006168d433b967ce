"""Errors that know what people call the nodes they speak of."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flowlike.errors import FlowlikeError

TitleOf = Callable[[str], str]
"""From the id of a node or layer to what people call it, empty if nothing."""


class TitledError(Exception):
    """An error, and how to name the nodes it speaks of."""

    def __init__(self, error: FlowlikeError, title_of: TitleOf) -> None:
        super().__init__(str(error))
        self.error = error
        self.title_of = title_of


@contextmanager
def titled(title_of: TitleOf) -> Iterator[None]:
    """Errors raised inside are told with these titles. Raises TitledError for them."""
    try:
        yield
    except FlowlikeError as error:
        raise TitledError(error, title_of) from error


def untitled(node: str) -> str:
    """For places in documents that are not known."""
    del node
    return ""
