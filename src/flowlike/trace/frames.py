"""The frames of a segment file, one after the other or from a known place on.

A frame that is damaged costs what it held; what is beyond a limit is an error.
"""

import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec
import zstandard

from flowlike.errors import TraceError
from flowlike.trace.records import malformed
from flowlike.trace.segment import (
    FRAME_HEAD,
    FRAME_MARK,
    MAGIC,
    MOST_FRAME_BYTES,
    Limits,
    failed,
    not_a_segment,
)

_MOST_PACKED = MOST_FRAME_BYTES + MOST_FRAME_BYTES // 128 + 1024
_split = msgspec.msgpack.Decoder(list[msgspec.Raw]).decode


class Damage(NamedTuple):
    """What could not be read: the byte of the file where it begins, and why."""

    offset: int
    reason: str


class Frame(NamedTuple):
    """One frame: where it begins in the file, and what it holds."""

    offset: int
    content: bytes

    def blocks(self) -> list[msgspec.Raw]:
        """Its blocks, as they are encoded.

        Raises:
            TraceError: ``trace.malformed``.
        """
        try:
            return _split(self.content)
        except UNREADABLE as error:
            raise malformed(error) from error


UNREADABLE = (ValueError, TypeError, OverflowError, RecursionError, MemoryError)
"""What msgspec raises for data that is not what was expected."""


class BadFrame(Exception):  # noqa: N818 - reads as a statement of fact
    """A frame does not hold what it should. It never leaves this package."""


class Frames:
    """The frames of a segment.

    ``damage`` grows while reading; ``torn`` says that the file ends inside a frame, as after a
    crash or while a writer is at work; ``offset`` is where the next frame begins.

    Raises:
        TraceError: ``trace.io``, ``trace.not-a-segment``; while iterating also ``trace.too-large``.
    """

    def __init__(self, source: str | Path | BinaryIO, limits: Limits | None = None) -> None:
        """Open the segment and check its beginning."""
        self.damage: list[Damage] = []
        self.torn = False
        self.offset = 0
        self.name = str(source) if isinstance(source, str | Path) else "The trace"
        self.limits = limits or Limits()
        self._total = 0
        self._decompressor = zstandard.ZstdDecompressor(max_window_size=MOST_FRAME_BYTES)
        self._owned = isinstance(source, str | Path)
        self._file = _open(Path(source)) if isinstance(source, str | Path) else source
        try:
            begin = self._read(len(MAGIC))
            if begin != MAGIC:
                self.torn = MAGIC.startswith(begin)
                if not self.torn:
                    raise not_a_segment(self.name)
                self.damage.append(Damage(0, "cut off"))
        except TraceError:
            self.close()
            raise

    def seek(self, offset: int) -> None:
        """Go to a frame.

        Args:
            offset: where a frame begins, as ``Frame.offset`` or a writer told it; 0 for the first.

        Raises:
            TraceError: ``trace.io``.
        """
        try:
            self._file.seek(max(offset, len(MAGIC)))
        except (OSError, ValueError) as error:
            raise failed(self.name, "read", error) from error
        self.offset = max(offset, len(MAGIC))
        self.torn = False

    def __iter__(self) -> Iterator[Frame | None]:
        """The frames from here on; None stands for a damaged one."""
        while not self.torn:
            offset = self.offset
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
                yield Frame(offset, self._unpack(packed, size))
            except BadFrame as error:
                self.damage.append(Damage(offset, str(error)))
                yield None

    def close(self) -> None:
        """Close a file that was opened here."""
        if self._owned:
            self._file.close()

    def refuse(self, what: str) -> TraceError:
        """The error for a segment that holds more than we read."""
        return TraceError(
            "trace.too-large",
            f"{self.name} holds {what}; that is not read.",
            remedy="Read it with larger limits if you trust where it comes from.",
        )

    def _unpack(self, packed: bytes, size: int) -> bytes:
        try:
            # The size in the frame's own head is what zstandard allocates, so it is what counts.
            declared = zstandard.frame_content_size(packed)
            if declared > self.limits.frame_bytes:
                raise self.refuse(f"a frame of {declared} bytes")
            if declared != size:
                raise BadFrame("its lengths do not agree")
            self._total += declared
            if self._total > self.limits.total_bytes:
                raise self.refuse(f"more than {self.limits.total_bytes} bytes of content")
            return self._decompressor.decompress(packed, allow_extra_data=False)
        except (zstandard.ZstdError, *UNREADABLE) as error:
            raise BadFrame(malformed(error).message) from error

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
            raise failed(self.name, "read", error) from error
        data = b"".join(parts)
        self.offset += len(data)
        return data


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
