"""The entry of the API process: what has to be there first, then everything else.

Executors are started before the rest is imported, and the garbage collector waits until the server
is ready: what is imported stays for ever, and to look at it again and again costs time.
"""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable

import uvloop

from flowlike.server.early import begin
from flowlike.server.lifeline import Lifeline

_PATIENCE = 3.0
"""Seconds a command may still hold the data folder."""
SWITCH_SECONDS = 0.0005
"""After which a thread must let the event loop go on: archive and database have threads.
The usual 5 ms are the lateness of every answer while one of them has something to compute."""

Say = Callable[[str], None]


class Wishes:
    """What others want of the server, by signals and by the end of the supervisor.

    Attributes:
        stop: it is to stop.
        hurry: without waiting for runs.
        reload: it is to read its certificate again.
    """

    def __init__(self, lifeline: Lifeline) -> None:
        self.stop = asyncio.Event()
        self.hurry = asyncio.Event()
        self.reload = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._asked)
        loop.add_signal_handler(signal.SIGHUP, self.reload.set)
        lifeline.watch(self._orphaned)

    def _asked(self) -> None:
        if self.stop.is_set():
            self.hurry.set()
        self.stop.set()

    def _orphaned(self) -> None:
        """Nobody would start us again or stop us: leave the folder to a new server."""
        self.hurry.set()
        self.stop.set()


def serve(lifeline: Lifeline, say: Say, show: Say) -> int:
    """Serves until a signal or the end of the supervisor; gives the exit code.

    Args:
        lifeline: what is to be done.
        say: told lines for the person who started the server: the address, the login link.
        show: opens an address in the person's browser.

    Raises:
        FlowlikeError: it cannot start.
    """
    gc.disable()
    sys.setswitchinterval(SWITCH_SECONDS)
    uvloop.run(_serve(lifeline, say, show))
    return 0


async def _serve(lifeline: Lifeline, say: Say, show: Say) -> None:
    wishes = Wishes(lifeline)
    async with begin(lifeline.order.settings, _PATIENCE) as early:
        from flowlike.server.process import Process  # noqa: PLC0415 - executors start meanwhile

        await Process(lifeline, wishes, early, say, show).run()
