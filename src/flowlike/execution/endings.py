"""How runs end, as outcomes: told by their executor, or made up here when it is gone."""

import time

from flowlike.board.model import TraceLevel
from flowlike.engine.run import RunError
from flowlike.execution.active import Active, Cause
from flowlike.execution.frames import ProtocolError
from flowlike.execution.jobs import Outcome, Status
from flowlike.execution.protocol import Finished
from flowlike.trace.records import encode_block

_STATUSES: dict[str, Status] = {
    "completed": "completed",
    "failed": "failed",
    "cancelled": "cancelled",
    "timeout": "timeout",
}


def finished_outcome(active: Active, told: Finished) -> Outcome:
    """What an executor told. Raises ProtocolError if it told nonsense."""
    status = _STATUSES.get(told.status)
    if status is None:
        raise ProtocolError(f"A run ended as {told.status!r}.")
    return Outcome(
        status,
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


def lost_outcome(active: Active, cause: Cause | None, reason: Exception | None) -> Outcome:
    """The end of a run whose process is gone."""
    if cause is not None:
        status, error = _BLAMED[cause]
    else:
        why = f": {reason}" if reason else "."
        status = "interrupted"
        error = RunError(
            "run.executor-lost", f"The process that ran it ended{why}", remedy="Run it again."
        )
    outcome = outcome_of(status, error)
    outcome.started_us = active.started_us or outcome.started_us
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
