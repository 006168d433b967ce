"""Reads the runs of segments, which may be cut off, damaged or made to harm.

A torn end and a damaged frame cost what they held and are reported; what is beyond a limit is an
error.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

import msgspec

from flowlike.trace.frames import UNREADABLE, Damage, Frame, Frames
from flowlike.trace.history import RunTrace, gather
from flowlike.trace.records import Kept, Program, Record, Run, decode_block, first_kind, malformed
from flowlike.trace.segment import Limits

__all__ = ["Damage", "Limits", "SegmentReader"]

_blocks = msgspec.msgpack.Decoder(list[list[Record]]).decode


class SegmentReader:
    """Iterates over the runs of a segment, once, in the order they were written.

    ``damage`` grows while reading; ``torn`` says that the file ends inside a frame, as after a
    crash or while a writer is at work.

    Raises:
        TraceError: ``trace.io``, ``trace.not-a-segment``; while iterating also ``trace.too-large``.
    """

    def __init__(self, source: str | Path | BinaryIO, limits: Limits | None = None) -> None:
        """Open the segment and check its beginning."""
        self._limits = limits or Limits()
        self._frames = Frames(source, self._limits)
        self._programs: dict[str, Program] = {}

    @property
    def damage(self) -> list[Damage]:
        """What could not be read so far."""
        return self._frames.damage

    @property
    def torn(self) -> bool:
        """Whether the file was seen to end inside a frame."""
        return self._frames.torn

    def __iter__(self) -> Iterator[RunTrace]:
        """Each run, when all of it was read."""
        records: list[Record] = []
        size = 0
        damaged = False
        for frame in self._frames:
            blocks = None if frame is None else self._decode(frame)
            if frame is None or blocks is None:
                damaged = True
                continue
            for block in blocks:
                if block and isinstance(block[0], Program):
                    self._keep(block)
                    continue
                if block and isinstance(block[0], Run | Kept):
                    if records:
                        yield gather(records, self._programs, damaged=damaged)
                    records, size, damaged = [], 0, False
                    if isinstance(block[0], Kept):
                        continue
                elif not records:
                    continue  # the run's beginning was in a damaged frame
                records += block
                size += len(frame.content) // len(blocks)
                if len(records) > self._limits.run_records or size > self._limits.run_bytes:
                    raise self._frames.refuse(f"a run of {len(records)} records, {size} bytes")
        if records:
            yield gather(records, self._programs, damaged=damaged or self.torn)

    def close(self) -> None:
        """Close a file that the reader opened itself."""
        self._frames.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _decode(self, frame: Frame) -> list[list[Record]] | None:
        try:
            return _blocks(frame.content)
        except UNREADABLE as error:
            self._frames.damage.append(Damage(frame.offset, malformed(error).message))
            return None

    def _keep(self, block: list[Record]) -> None:
        for record in block:
            if isinstance(record, Program):
                self._programs[record.hash] = record
        if len(self._programs) > self._limits.programs:
            raise self._frames.refuse(f"more than {self._limits.programs} programs")


class Found(NamedTuple):
    """What stands at a place, still encoded.

    ``about`` is the block the archive wrote before the run, None if there is none; ``blocks`` are
    the run's own, none if it was not traced. ``damaged`` means that some of them may be missing.
    """

    about: bytes | None
    blocks: list[bytes]
    damaged: bool

    def trace(self, programs: Mapping[str, Program]) -> RunTrace | None:
        """The run; None if it was not traced.

        Raises:
            TraceError: ``trace.malformed``.
        """
        records = [record for block in self.blocks for record in decode_block(block)]
        if not records or not isinstance(records[0], Run):
            return None
        return gather(records, programs, damaged=self.damaged)


def run_at(source: str | Path, offset: int, place: int) -> Found:
    """Read one run from where it was put.

    Args:
        source: the segment.
        offset: of the frame in the file.
        place: of the run's first block in the frame.

    Raises:
        TraceError: ``trace.io``, ``trace.not-a-segment``, ``trace.too-large``,
            ``trace.malformed``: no run begins there, or the frame is damaged.
    """
    about: bytes | None = None
    blocks: list[bytes] = []
    size = 0
    with closing(Frames(source)) as frames:
        frames.seek(offset)
        for raw in _blocks_from(frames, place):
            block = bytes(memoryview(raw))
            kind = first_kind(block)
            if kind == _KEPT and about is None and not blocks:
                about = block
                continue
            if kind in _BEGINNINGS and (blocks or kind != _RUN):
                break
            blocks.append(block)
            size += len(block)
            if size > frames.limits.run_bytes:
                raise frames.refuse(f"a run of {size} bytes")
        damaged = bool(frames.damage)
    if about is None and (not blocks or first_kind(blocks[0]) != _RUN):
        raise malformed(ValueError("no run begins there"))
    return Found(about, blocks, damaged)


def program_at(source: str | Path, offset: int, place: int) -> bytes:
    """Read the block of a program from where it was put.

    Raises:
        TraceError: as ``run_at``.
    """
    with closing(Frames(source)) as frames:
        frames.seek(offset)
        for raw in _blocks_from(frames, place):
            block = bytes(memoryview(raw))
            if first_kind(block) == _PROGRAM:
                return block
            break
    raise malformed(ValueError("no program stands there"))


def _blocks_from(frames: Frames, place: int) -> Iterator[msgspec.Raw]:
    """The blocks from one of the next frame's on, up to the first damage."""
    for frame in frames:
        if frame is None:
            return
        yield from frame.blocks()[place:]
        place = 0


_RUN, _PROGRAM, _KEPT = 0, 7, 9
_BEGINNINGS = frozenset({_RUN, _PROGRAM, _KEPT})
