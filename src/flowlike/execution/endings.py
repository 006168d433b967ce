"""How runs end, as outcomes: told by their executor, or made up here when it is gone."""

import re
import time

import msgspec

from flowlike.board.model import TraceLevel
from flowlike.engine.run import RunError
from flowlike.execution.active import Active, Cause
from flowlike.execution.frames import ProtocolError
from flowlike.execution.jobs import Outcome, Response, Status
from flowlike.execution.protocol import Finished
from flowlike.trace.records import encode_block

_STATUSES: dict[str, Status] = {
    "completed": "completed",
    "failed": "failed",
    "cancelled": "cancelled",
    "timeout": "timeout",
}


def check_finished(told: Finished) -> None:
    """Whether what an executor told of an end can be true. Raises ProtocolError."""
    if told.status not in _STATUSES:
        raise ProtocolError(f"A run ended as {told.status!r}.")
    if told.outputs is not None:
        _check_json(told.outputs)
    if told.response is not None:
        check_response(told.response)


def finished_outcome(active: Active, told: Finished) -> Outcome:
    """What an executor told, which was checked."""
    return Outcome(
        _STATUSES[told.status],
        told.outputs,
        told.error,
        told.refused,
        told.steps,
        told.handled_errors,
        told.logs,
        told.max_level,
        told.response,
        told.block,
        active.known.record if told.block is not None else None,
        told.started_us,
        told.ended_us,
    )


def outcome_of(status: Status, error: RunError, *, refused: bool = False) -> Outcome:
    """The outcome of a run that no executor tells about."""
    now = time.time_ns() // 1_000
    return Outcome(status, error=error, refused=refused, started_us=now, ended_us=now)


def _check_json(data: bytes) -> None:
    try:
        _json.decode(data)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"A run's result is no JSON: {error}.") from error


def check_response(response: Response) -> None:
    """Whether an answer can be sent as HTTP. Raises ProtocolError."""
    good = 200 <= response.status <= 599 and all(
        _NAME.fullmatch(name) and text.isascii() and text.isprintable()
        for name, text in (*response.headers.items(), ("content-type", response.content_type))
    )
    if not good:
        raise ProtocolError("A run's answer is no HTTP.")


_json = msgspec.json.Decoder(msgspec.Raw)
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BLAMED: dict[Cause, tuple[Status, RunError]] = {
    Cause.TIMEOUT: (
        "timeout",
        RunError(
            "engine.timeout",
            "The run took longer than it may, and its process was ended.",
            remedy="Look for a node that computes for too long, or raise the time limit.",
        ),
    ),
    Cause.CANCELLED: (
        "cancelled",
        RunError("engine.cancelled", "The run was cancelled, and its process was ended."),
    ),
    Cause.MEMORY: (
        "failed",
        RunError(
            "run.memory",
            "The run used more memory than it may, and its process was ended.",
            remedy="Work on smaller parts, or raise the limit.",
        ),
    ),
}


def interrupted(code: str, message: str) -> Outcome:
    """A run that ended through no fault of its own."""
    return outcome_of("interrupted", RunError(code, message, remedy="Run it again."))


def cancelled() -> Outcome:
    """A run that was cancelled before it began."""
    return outcome_of("cancelled", RunError("engine.cancelled", "The run was cancelled."))


def too_deep(depth: int) -> Outcome:
    """A run at the end of too long a chain of runs."""
    error = RunError(
        "run.depth",
        f"The run was started by {depth} others, one after another.",
        remedy="Look for events that start each other.",
    )
    return outcome_of("failed", error, refused=True)


def lost_outcome(
    active: Active, cause: Cause | None, reason: Exception | None, seconds: float
) -> Outcome:
    """The end of a run whose process is gone, so many seconds after it was given it."""
    if cause is not None:
        outcome = outcome_of(*_BLAMED[cause])
    else:
        why = f": {reason}" if reason else "."
        outcome = interrupted("run.executor-lost", f"The process that ran it ended{why}")
    outcome.started_us -= int(seconds * 1e6)
    known = active.known
    if active.source.level is not TraceLevel.OFF and known.hash:
        outcome.block = _block(active, outcome)
        outcome.program = known.record
    return outcome


def _block(active: Active, outcome: Outcome) -> bytes:
    """A trace that says no more than when the run began and how it ended."""
    began = outcome.started_us * 1_000
    error = outcome.error
    code = error.code if error else None
    known = active.known
    head = (0, active.job.run_id, known.entry, None, known.hash, str(active.source.level), began, 0)
    passed = (outcome.ended_us - outcome.started_us) * 1_000
    return encode_block([head, (6, outcome.status, code, 0, 0, None, passed)])
