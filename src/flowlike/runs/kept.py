"""What is kept of a run beside its trace."""

from typing import Literal

import msgspec

from flowlike.trace.records import Kept, malformed

Status = Literal["pending", "running", "completed", "failed", "cancelled", "timeout", "interrupted"]
STATUSES: tuple[Status, ...] = (
    "pending",
    "running",
    "completed",
    "failed",
    "cancelled",
    "timeout",
    "interrupted",
)
"""In the order of their numbers in the index; new ones go to the end."""

Detail = Literal["", "sampled", "no-data", "errors", "none"]
"""What is missing of the trace its level promises: nothing; steps and data, because the event keeps
samples only; data, steps and data, or all of it, because they came faster than they were written.
"""

MESSAGE_LENGTH = 500
"""Characters of an error's message that are kept here; all of it is in the trace."""


WRONG: frozenset[Status] = frozenset({"failed", "timeout", "interrupted"})
"""How a run ends that somebody should look at."""


class Bar(msgspec.Struct, frozen=True):
    """How many runs started in a span of time, and how many of those went wrong."""

    runs: int = 0
    failed: int = 0


class KeptRun(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """A run as a list of runs shows it. Fields may be added at the end, never moved.

    Attributes:
        version: of the board, empty if a revision ran that was not published.
        event_version: 0 if no event started it.
        node: id of the start node.
        trigger: what started it, such as ``http``, ``editor``, ``api``.
        actor: who.
        started_us: Unix time in microseconds; ``ended_us`` is 0 until it ended.
        logs: lines of its log; ``max_level`` is their highest level, -1 if there are none.
        handled_errors: errors that the board caught.
        error_node: id of the node to blame.
        level: of its trace.
        epoch: which attempt this was; a later one replaces an earlier one.
        detail: what is missing of the trace.
        pinned: kept until somebody unpins it; only ever set on reading.
        revision: of the board, if no published version ran; 0 otherwise.
    """

    run_id: str
    app: str
    board: str = ""
    version: str = ""
    event: str = ""
    event_version: int = 0
    node: str = ""
    trigger: str = ""
    actor: str = ""
    status: Status = "running"
    started_us: int = 0
    ended_us: int = 0
    steps: int = 0
    logs: int = 0
    max_level: int = -1
    handled_errors: int = 0
    error_code: str = ""
    error_message: str = ""
    error_node: str = ""
    level: str = "off"
    request_id: str = ""
    epoch: int = 0
    detail: Detail = ""
    pinned: bool = False
    revision: int = 0

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self.status not in {"pending", "running"}

    @property
    def failed(self) -> bool:
        """Whether it ended otherwise than it should."""
        return self.ended and self.status != "completed"

    @property
    def order(self) -> tuple[int, str]:
        """Where it stands in a list, which begins with the greatest."""
        return self.started_us, self.run_id


_encode = msgspec.msgpack.Encoder().encode
_run = msgspec.msgpack.Decoder(KeptRun).decode
_block = msgspec.msgpack.Decoder(list[Kept]).decode
_KIND = 9


def encode_kept(run: KeptRun) -> bytes:
    """The block that stands before the run's own in a segment.

    Raises:
        UnicodeEncodeError: a text holds what no file takes: see ``writable``.
    """
    return _encode(((_KIND, run),))


def writable(run: KeptRun) -> KeptRun:
    """The run, with halves of characters that no file takes replaced: boards may make them."""
    try:
        _encode(run)
    except UnicodeEncodeError:
        values = {
            name: value.encode("utf-8", "backslashreplace").decode()
            for name, value in msgspec.structs.asdict(run).items()
            if isinstance(value, str)
        }
        return msgspec.structs.replace(run, **values)
    return run


def decode_kept(block: bytes | msgspec.Raw) -> KeptRun:
    """The run again.

    Raises:
        TraceError: ``trace.malformed``.
    """
    try:
        return _run(_block(block)[0].about)
    except (ValueError, TypeError, IndexError, RecursionError) as error:
        raise malformed(error) from error
