"""Runs a call on a thread with a large stack: the reference recurses, some programs nest deeply."""

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

_STACK = 512 * 1024 * 1024
_RECURSION = 30_000
T = TypeVar("T")


def deep(call: Callable[[], T]) -> T:
    """What ``call`` gives or raises."""
    given: list[T] = []
    raised: list[BaseException] = []

    def go() -> None:
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(_RECURSION)
        try:
            given.append(call())
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            raised.append(error)
        finally:
            sys.setrecursionlimit(before)

    size = threading.stack_size(_STACK)
    try:
        thread = threading.Thread(target=go)
        thread.start()
    finally:
        threading.stack_size(size)
    thread.join()
    if raised:
        raise raised[0]
    return given[0]
