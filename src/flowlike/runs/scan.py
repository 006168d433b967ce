"""Reads segments for the index: which runs and programs stand where."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import msgspec

from flowlike.errors import TraceError
from flowlike.runs.kept import KeptRun, decode_kept
from flowlike.trace.frames import Frame, Frames
from flowlike.trace.records import Program, Run, decode_block, first_kind
from flowlike.trace.segment import Limits
from flowlike.trace.writer import Place

_PROGRAM, _KEPT = 7, 9
_ENDLESS = Limits(total_bytes=2**62)


class Seen(NamedTuple):
    """What one frame holds, and where the file goes on behind it."""

    runs: list[tuple[KeptRun, Place]]
    programs: list[tuple[str, Place]]
    end: int


def scan(path: Path, begin: int = 0) -> Iterator[Seen]:
    """What stands in a segment from an offset on. Damaged frames are passed over.

    Raises:
        TraceError: ``trace.io``, ``trace.not-a-segment``, ``trace.too-large``.
    """
    with closing(Frames(path, _ENDLESS)) as frames:
        frames.seek(begin)
        for frame in frames:
            if frame is not None:
                yield _seen(frame, frames.offset)


def program_name(blocks: list[bytes]) -> str:
    """Hash of the program of a run's blocks; empty if they do not tell."""
    try:
        first = decode_block(blocks[0])[0] if blocks else None
    except (TraceError, IndexError):
        return ""
    return first.program if isinstance(first, Run) else ""


def _seen(frame: Frame, end: int) -> Seen:
    seen = Seen([], [], end)
    try:
        blocks = frame.blocks()
    except TraceError:
        return seen
    for number, raw in enumerate(blocks):
        block = memoryview(raw)
        kind = first_kind(bytes(block[:16]))
        place = Place(frame.offset, number)
        if kind not in {_PROGRAM, _KEPT}:
            continue
        try:
            if kind == _KEPT:
                seen.runs.append((decode_kept(raw), place))
            else:
                seen.programs.extend((name, place) for name in _hashes(raw))
        except TraceError:
            continue
    return seen


def _hashes(block: msgspec.Raw) -> list[str]:
    return [record.hash for record in decode_block(block) if isinstance(record, Program)]
