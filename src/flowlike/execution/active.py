"""Runs that were taken and have not ended."""

import asyncio
from enum import Enum
from typing import TYPE_CHECKING

import msgspec

from flowlike.execution.jobs import Job, Outcome, Source
from flowlike.execution.protocol import Mode

if TYPE_CHECKING:
    from flowlike.execution.worker import Worker


class Known(msgspec.Struct):
    """What is known of a source since an executor loaded it."""

    mode: Mode | None = None
    hash: str = ""
    entry: str = ""
    record: bytes = b""


class Cause(Enum):
    """Why a process was killed, as the run says that was to blame."""

    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    MEMORY = "memory"


class Active(msgspec.Struct, eq=False):
    """A run that was taken.

    Attributes:
        waiter: set at the end, or when the board answers if ``early``.
        ended: set at the end of a run that answered before.
        ticket: what its executor calls it.
        mode: how its executor counts it.
        since: when its executor was given it, in seconds of the event loop.
        loading: its executor makes its program first.
        cancelled_at: when it was asked to end, 0.0 if it was not.
        left: nobody wants to hear of it any more; it only has to end.
        watched: live frames are kept.
        counted: it counts among those of its app that compute.
    """

    job: Job
    source: Source
    known: Known
    waiter: "asyncio.Future[Outcome]"
    early: bool
    watched: bool
    ended: "asyncio.Future[Outcome] | None" = None
    ticket: int = 0
    mode: Mode | None = None
    worker: "Worker | None" = None
    since: float = 0.0
    loading: bool = False
    cancelled_at: float = 0.0
    left: bool = False
    counted: bool = False
