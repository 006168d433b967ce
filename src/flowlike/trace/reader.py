"""Reads segments, which may be cut off, damaged or made to harm.

A torn end and a damaged frame cost what they held and are reported; what is beyond a limit is an
error.
"""

import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

import msgspec
import zstandard

from flowlike.errors import TraceError
from flowlike.trace.history import RunTrace, gather
from flowlike.trace.records import Program, Record, Run, malformed
from flowlike.trace.segment import (
    FRAME_HEAD,
    FRAME_MARK,
    MAGIC,
    MOST_FRAME_BYTES,
    failed,
    not_a_segment,
)

_MOST_PACKED = MOST_FRAME_BYTES + MOST_FRAME_BYTES // 128 + 1024
_blocks = msgspec.msgpack.Decoder(list[list[Record]]).decode


@dataclass(frozen=True, slots=True)
class Limits:
    """What one reader accepts. The defaults are far above what our writer makes of a day's runs.

    ``frame_bytes`` is the content of one frame, ``run_bytes`` and ``run_records`` are of one run,
    ``total_bytes`` is the content of the whole segment, ``programs`` their number.
    """

    frame_bytes: int = MOST_FRAME_BYTES
    run_bytes: int = 64 * 1024 * 1024
    run_records: int = 2_000_000
    total_bytes: int = 16 * 1024 * 1024 * 1024
    programs: int = 4096


class Damage(NamedTuple):
    """What could not be read: the byte of the file where it begins, and why."""

    offset: int
    reason: str


class SegmentReader:
    """Iterates over the runs of a segment, once, in the order they were written.

    ``damage`` grows while reading; ``torn`` says that the file ends inside a frame, as after a
    crash or while a writer is at work.

    Raises:
        TraceError: ``trace.io``, ``trace.not-a-segment``; while iterating also ``trace.too-large``.
    """

    def __init__(self, source: str | Path | BinaryIO, limits: Limits | None = None) -> None:
        """Open the segment and check its beginning."""
        self.damage: list[Damage] = []
        self.torn = False
        self._limits = limits or Limits()
        self._owned = isinstance(source, str | Path)
        self._name = str(source) if isinstance(source, str | Path) else "The trace"
        self._file = _open(Path(source)) if isinstance(source, str | Path) else source
        self._offset = 0
        self._total = 0
        self._programs: dict[str, Program] = {}
        self._decompressor = zstandard.ZstdDecompressor(max_window_size=MOST_FRAME_BYTES)
        try:
            begin = self._read(len(MAGIC))
            if begin != MAGIC:
                self.torn = MAGIC.startswith(begin)
                if not self.torn:
                    raise not_a_segment(self._name)
                self.damage.append(Damage(0, "cut off"))
        except TraceError:
            self.close()
            raise

    def __iter__(self) -> Iterator[RunTrace]:
        """Each run, when all of it was read."""
        records: list[Record] = []
        size = 0
        damaged = False
        for content in self._frames():
            if content is None:
                damaged = True
                continue
            for block in content.blocks:
                if block and isinstance(block[0], Program):
                    self._keep(block)
                    continue
                if block and isinstance(block[0], Run):
                    if records:
                        yield gather(records, self._programs, damaged=damaged)
                    records, size, damaged = [], 0, False
                elif not records:
                    continue  # the run's beginning was in a damaged frame
                records += block
                size += content.size // len(content.blocks)
                self._check_run(len(records), size)
        if records:
            yield gather(records, self._programs, damaged=damaged or self.torn)

    def close(self) -> None:
        """Close a file that the reader opened itself."""
        if self._owned:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _frames(self) -> Iterator["_Frame | None"]:
        """The frames; None stands for a damaged one."""
        while not self.torn:
            offset = self._offset
            head = self._read(FRAME_HEAD.size)
            if not head:
                return
            if len(head) < FRAME_HEAD.size:
                self._tear(offset)
                return
            *mark, packed_size, size = FRAME_HEAD.unpack(head)
            if tuple(mark) != FRAME_MARK or packed_size > _MOST_PACKED:
                self.damage.append(Damage(offset, "no frame begins here; the rest is not read"))
                yield None
                return
            packed = self._read(packed_size)
            if len(packed) < packed_size:
                self._tear(offset)
                return
            try:
                yield self._unpack(packed, size)
            except _BadFrameError as error:
                self.damage.append(Damage(offset, str(error)))
                yield None

    def _unpack(self, packed: bytes, size: int) -> "_Frame":
        try:
            # The size in the frame's own head is what zstandard allocates, so it is what counts.
            declared = zstandard.frame_content_size(packed)
            if declared > self._limits.frame_bytes:
                self._refuse(f"a frame of {declared} bytes")
            if declared != size:
                raise _BadFrameError("its lengths do not agree")
            self._total += declared
            if self._total > self._limits.total_bytes:
                self._refuse(f"more than {self._limits.total_bytes} bytes of content")
            content = self._decompressor.decompress(packed, allow_extra_data=False)
            return _Frame(_blocks(content), size)
        except (zstandard.ZstdError, *_UNREADABLE) as error:
            raise _BadFrameError(malformed(error).message) from error

    def _keep(self, block: list[Record]) -> None:
        for record in block:
            if isinstance(record, Program):
                self._programs[record.hash] = record
        if len(self._programs) > self._limits.programs:
            self._refuse(f"more than {self._limits.programs} programs")

    def _check_run(self, records: int, size: int) -> None:
        if records > self._limits.run_records or size > self._limits.run_bytes:
            self._refuse(f"a run of {records} records and about {size} bytes")

    def _refuse(self, what: str) -> None:
        raise TraceError(
            "trace.too-large",
            f"{self._name} holds {what}; that is not read.",
            remedy="Read it with larger limits if you trust where it comes from.",
        )

    def _tear(self, offset: int) -> None:
        self.torn = True
        self.damage.append(Damage(offset, "cut off"))

    def _read(self, size: int) -> bytes:
        parts = []
        try:
            while size > 0 and (part := self._file.read(size)):
                parts.append(part)
                size -= len(part)
        except (OSError, ValueError) as error:
            raise failed(self._name, "read", error) from error
        data = b"".join(parts)
        self._offset += len(data)
        return data


_UNREADABLE = (ValueError, TypeError, OverflowError, RecursionError, MemoryError)


class _BadFrameError(Exception):
    """A frame that does not hold what it should."""


class _Frame(NamedTuple):
    blocks: list[list[Record]]
    size: int


def _open(path: Path) -> BinaryIO:
    try:
        # Not blocking: a pipe by that name must not hang the reader before it is refused.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        raise failed(str(path), "opened", error) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise not_a_segment(str(path))
    return io.BufferedReader(io.FileIO(descriptor, "rb"))
