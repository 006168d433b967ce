"""The words between a dispatcher and an executor. The same ones whatever carries them.

A frame holds a msgpack array of messages; a message is an array that begins with its number. Both
sides check what they decode: a message with a wrong shape, an unknown number or too many parts is a
broken promise, and the connection ends. Tickets and program numbers are the dispatcher's; they mean
nothing on another connection. Threats, row 89 (``tests/security/test_t89_*``).
"""

from enum import IntEnum
from typing import Annotated

import msgspec

from flowlike.engine.run import RunError
from flowlike.execution.jobs import Quotas, Response

MOST_MESSAGES = 4_096
"""Messages in one frame."""
MOST_FRAMES = 1_024
"""Live frames in one message."""

Number = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Word = Annotated[str, msgspec.Meta(max_length=256)]


class Mode(IntEnum):
    """How an executor runs a program."""

    INLINE = 0
    """At once: it neither waits nor loops."""
    COMPUTING = 1
    """In the computing thread: it loops, and never waits."""
    AWAITING = 2
    """In the event loop: it waits for something at least once."""


# From the dispatcher.


class Configure(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """The first message: what the operator set."""

    packages: tuple[str, ...]
    memory_bytes: int
    programs: int
    program_bytes: int
    quotas: Quotas


class Load(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """Make this program ready: from its artifact, then without the board, or from the board."""

    program: Number
    board: bytes
    start: str
    level: str
    pinned: bool
    overrides: bytes
    artifact: bytes
    keep: bool
    """Whether the artifact is wanted back."""


class Start(msgspec.Struct, frozen=True, array_like=True, tag=3, gc=False):
    """Run a program once. ``payload`` and ``variables`` are JSON; empty means none."""

    ticket: Number
    program: Number
    run_id: str
    payload: bytes
    variables: bytes
    steps: int
    seconds: float
    watch: bool


class Cancel(msgspec.Struct, frozen=True, array_like=True, tag=4):
    """End this run."""

    ticket: Number


class Watch(msgspec.Struct, frozen=True, array_like=True, tag=5):
    """Somebody watches this run, or nobody does any more."""

    ticket: Number
    on: bool


# From the executor.


class Ready(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """The process can take runs. ``stamp`` says what its artifacts fit."""

    stamp: Word
    baseline_bytes: Count
    """Resident memory before the first run."""


class Loaded(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """A program is ready, or cannot be made."""

    program: Number
    mode: Mode = Mode.INLINE
    hash: Word = ""
    entry: str = ""
    record: bytes = b""
    artifact: bytes = b""
    error: RunError | None = None


class Unknown(msgspec.Struct, frozen=True, array_like=True, tag=3):
    """The run did not start: its program was let go to make room."""

    ticket: Number
    program: Number


class Declined(msgspec.Struct, frozen=True, array_like=True, tag=4):
    """The run did not start: another one has had the computing thread for too long."""

    ticket: Number


class Responded(msgspec.Struct, frozen=True, array_like=True, tag=5):
    """The run answered its request and goes on."""

    ticket: Number
    response: Response


class Told(msgspec.Struct, frozen=True, array_like=True):
    """A live frame on its way."""

    kind: Word
    data: bytes


class Live(msgspec.Struct, frozen=True, array_like=True, tag=6):
    """What watchers of a run are to see."""

    ticket: Number
    frames: Annotated[tuple[Told, ...], msgspec.Meta(max_length=MOST_FRAMES)]


class Finished(msgspec.Struct, frozen=True, array_like=True, tag=7, gc=False):
    """A run ended."""

    ticket: Number
    status: Word
    started_us: Count
    ended_us: Count
    steps: Count = 0
    handled_errors: Count = 0
    logs: Count = 0
    max_level: Annotated[int, msgspec.Meta(ge=-1, le=4)] = -1
    outputs: bytes | None = None
    error: RunError | None = None
    response: Response | None = None
    block: bytes | None = None
    refused: bool = False


class Retiring(msgspec.Struct, frozen=True, array_like=True, tag=8):
    """The process takes no more runs and ends when its last one does."""

    reason: Word


ToExecutor = Configure | Load | Start | Cancel | Watch
ToDispatcher = Ready | Loaded | Unknown | Declined | Responded | Live | Finished | Retiring

ForExecutor = Annotated[list[ToExecutor], msgspec.Meta(max_length=MOST_MESSAGES)]
ForDispatcher = Annotated[list[ToDispatcher], msgspec.Meta(max_length=MOST_MESSAGES)]
