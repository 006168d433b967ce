"""Ends that are told, and ends that are made up when a process is gone."""

import asyncio
from typing import Any

import pytest

from flowlike.board.model import TraceLevel
from flowlike.execution.active import Active, Cause, Known
from flowlike.execution.endings import (
    check_finished,
    finished_outcome,
    interrupted,
    lost_outcome,
)
from flowlike.execution.frames import ProtocolError
from flowlike.execution.jobs import Job, Source
from flowlike.execution.protocol import Finished, Mode
from flowlike.trace import records
from flowlike.trace.records import decode_block, encode_block


def running(level: TraceLevel = TraceLevel.STEPS) -> Active:
    waiter: Any = None
    source = Source(b"", "start", level)
    known = Known(Mode.INLINE, "hash", "start", b"record")
    return Active(Job("run"), source, known, waiter, early=False, watched=False)


@pytest.mark.parametrize(
    ("cause", "status", "code"),
    [
        (Cause.TIMEOUT, "timeout", "engine.timeout"),
        (Cause.CANCELLED, "cancelled", "engine.cancelled"),
        (Cause.MEMORY, "failed", "run.memory"),
        (None, "interrupted", "run.executor-lost"),
    ],
)
def test_a_lost_run_has_a_reason_and_a_trace(cause: Cause | None, status: str, code: str) -> None:
    outcome = lost_outcome(running(), cause, None, 2.0)
    assert outcome.error is not None
    assert (outcome.status, outcome.error.code) == (status, code)
    assert 1_900_000 < outcome.ended_us - outcome.started_us < 2_100_000
    assert outcome.block is not None
    first, last = decode_block(outcome.block)
    assert isinstance(first, records.Run)
    assert isinstance(last, records.End)
    assert (first.run_id, first.program) == ("run", "hash")
    assert (last.status, last.error) == (status, code)
    assert outcome.program == b"record"


def test_a_lost_run_that_keeps_no_trace_has_none() -> None:
    assert lost_outcome(running(TraceLevel.OFF), None, ProtocolError("it lied"), 0).block is None
    told_of = lost_outcome(running(), None, ProtocolError("it lied"), 0).error
    assert told_of is not None
    assert "it lied" in told_of.message


def test_the_record_goes_with_the_block() -> None:
    block = encode_block([(6, "completed", None, 0, 0, None, 1)])
    assert finished_outcome(running(), Finished(1, "completed", 1, 2)).program is None
    outcome = finished_outcome(running(), Finished(1, "completed", 1, 2, block=block))
    assert (outcome.block, outcome.program) == (block, b"record")


def test_ends_that_cannot_be_true_are_refused() -> None:
    check_finished(Finished(1, "completed", 1, 2, outputs=b' {"a": [1, "\\u00e4"]} '))
    for lie in (
        Finished(1, "running", 1, 2),
        Finished(1, "interrupted", 1, 2),
        Finished(1, "completed", 1, 2, outputs=b""),
        Finished(1, "completed", 1, 2, outputs=b"1 2"),
        Finished(1, "completed", 1, 2, outputs=b"[" * 100_000),
    ):
        with pytest.raises(ProtocolError):
            check_finished(lie)


def test_an_outcome_that_has_ended_is_its_own_end() -> None:
    outcome = interrupted("a", "b")
    assert asyncio.run(outcome.ended()) is outcome
