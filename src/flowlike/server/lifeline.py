"""What the API process holds of its supervisor: a pipe that brings the settings and then waits."""

import asyncio
import os
import signal
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from flowlike.settings import Settings

_MOST_BYTES = 1_000_000


class Order(msgspec.Struct, frozen=True):
    """What one API process is to do.

    Attributes:
        settings: of the operator.
        socket: the descriptor of the listening socket.
        folder: the app folder that is edited, if one is.
        announce: print a login link even if somebody has signed in before.
        open_browser: show the page in the person's browser.
    """

    settings: Settings
    socket: int
    folder: str = ""
    announce: bool = False
    open_browser: bool = False


class Lifeline(NamedTuple):
    """The pipe after its message was read.

    ``starts`` says how often an API was started before, ``supervisor`` is the process above.
    """

    descriptor: int
    starts: int
    supervisor: int
    order: Order

    def ready(self) -> None:
        """Tells the supervisor that the API is."""
        if os.getppid() == self.supervisor:
            os.kill(self.supervisor, signal.SIGUSR1)

    def watch(self, gone: Callable[[], None]) -> None:
        """Calls ``gone`` in the running loop once the supervisor has ended."""
        loop = asyncio.get_running_loop()

        def readable() -> None:
            if not os.read(self.descriptor, 1):
                loop.remove_reader(self.descriptor)
                gone()

        loop.add_reader(self.descriptor, readable)


def receive(descriptor: int) -> Lifeline:
    """Reads the message. Raises EOFError if the supervisor is gone already."""
    starts, supervisor, length = (int.from_bytes(_exactly(descriptor, 4), "big") for _ in range(3))
    if length > _MOST_BYTES:
        raise EOFError
    text = _exactly(descriptor, length)
    os.set_inheritable(descriptor, False)
    return Lifeline(descriptor, starts, supervisor, msgspec.json.decode(text, type=Order))


def _exactly(descriptor: int, count: int) -> bytes:
    parts = b""
    while len(parts) < count:
        part = os.read(descriptor, count - len(parts))
        if not part:
            raise EOFError
        parts += part
    return parts
