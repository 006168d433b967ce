"""Runs as the engine hands them over, for the tests of this folder."""

import io
from collections.abc import Sequence
from typing import Any

from flowlike.trace.history import RunTrace
from flowlike.trace.reader import SegmentReader
from flowlike.trace.records import Program, ProgramNode, encode_block
from flowlike.trace.writer import SegmentWriter

PROGRAM = Program(
    "hash-1",
    "board-1",
    "Sums",
    (
        ProgramNode("start", "start@1", "Start", (), ("exec_out", "payload")),
        ProgramNode(
            "add",
            "int_add@1",
            "Add",
            ("exec_in", "a", "b"),
            ("exec_out", "sum"),
            ((1, 1), (2, 1)),
        ),
        ProgramNode("loop", "for_each@1", "Each", ("exec_in", "items"), ("body", "done", "item")),
    ),
)

Rows = list[tuple[Any, ...]]


def run_records(run_id: str = "r1", program: str = "hash-1") -> Rows:
    """A run of two steps with values."""
    return [
        (0, run_id, "start", None, program, "data", 1_700_000_000_000_000_000, 5, "ada"),
        (1, 1, 0, 0, -1, 0, 100, 0b11, 0, ()),
        (2, 1, 1, 1, (2, 8, 0, 41)),
        (1, 2, 1, 0, -1, 150, 50, 0b1, 0, (1, 1)),
        (2, 2, 1, 0, (2, 8, 0, 41)),
        (2, 2, 1, 1, (2, 8, 0, 82)),
        (3, 2, 1, "added", {"count": 2}, 160),
        (6, "ok", None, 2, 0, (2, 8, 0, 82), 200),
    ]


def segment(*runs: Sequence[tuple[Any, ...]], program: Program | None = PROGRAM) -> bytes:
    """A segment with one frame a run."""
    file = io.BytesIO()
    with SegmentWriter(file) as writer:
        for run in runs:
            writer.append(encode_block(run), program)
            writer.flush()
    return file.getvalue()


def read(data: bytes) -> list[RunTrace]:
    """The runs of a segment."""
    return list(SegmentReader(io.BytesIO(data)))


def trace_of(records: Sequence[tuple[Any, ...]], program: Program | None = PROGRAM) -> RunTrace:
    """One run, written and read back."""
    (trace,) = read(segment(records, program=program))
    return trace
