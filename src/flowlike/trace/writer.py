"""Appends blocks to a segment. One writer a file; not for several threads at once."""

import errno
import fcntl
import io
import os
import stat
import struct
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Protocol, Self

import msgspec
import zstandard

from flowlike.errors import TraceError
from flowlike.trace.records import Program, encode_block, malformed
from flowlike.trace.segment import (
    FRAME_BYTES,
    FRAME_HEAD,
    FRAME_MARK,
    MAGIC,
    MOST_FRAME_BYTES,
    failed,
    not_a_segment,
)

_LEVEL = 3
_HEADER_BYTES = 5  # of an array32
_split = msgspec.msgpack.Decoder(list[msgspec.Raw]).decode


class Place(NamedTuple):
    """Where a block stands: offset of its frame in the file, and which block of it it is."""

    offset: int
    block: int


class Sink(Protocol):
    """A binary file, as far as a writer needs one."""

    def write(self, data: memoryview, /) -> int | None:
        """Take some of the bytes and say how many; None means all."""
        ...


class SegmentWriter:
    """Writes a segment.

    A path is created with mode 0600, or appended to after a tail torn by a crash was cut off; it
    must be a regular file of ours, no symbolic link, and no other writer may have it open. A file
    object gets the whole segment from its start and is not closed.

    After an error the writer stays failed: what was flushed before is whole, what was not is lost.

    Raises:
        TraceError: ``trace.io``, ``trace.symlink``, ``trace.not-ours``, ``trace.in-use``,
            ``trace.not-a-segment``, ``trace.damaged``.
    """

    def __init__(self, target: str | Path | Sink) -> None:
        """Open the segment."""
        self._file: io.FileIO | None = None
        self._programs: set[str | None] = set()
        self._blocks: list[bytes] = []
        self._size = _HEADER_BYTES
        self._failure: TraceError | None = None
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
        if isinstance(target, str | Path):
            self._name = str(target)
            self._file = _open(Path(target))
            self._sink: Sink = self._file
            self._good = self._file.tell()
        else:
            self._name = "the trace"
            self._sink = target
            self._good = 0
        if self._good == 0:
            try:
                self._write(MAGIC)
            except TraceError:
                self._release()
                raise

    def append(self, block: bytes, program: Program | tuple[Any, ...] | None = None) -> Place:
        """Take a run's block; ``program`` (a ``Program`` or its tuple) goes before the first.

        The block reaches the file with the next full frame, ``flush`` or ``close``.

        Returns:
            Where it will stand; of a large block that is split, its first part.

        Raises:
            TraceError: ``trace.io``, ``trace.closed``; ``trace.too-large`` for a record of more
            than 8 MiB,
                ``trace.malformed`` for a large block that is none. The last two leave the writer
                usable.
        """
        if self._failure is not None:
            raise self._failure
        blocks = _parts(block) if len(block) > FRAME_BYTES - _HEADER_BYTES else [block]
        name = program[1] if isinstance(program, tuple) else program.hash if program else None
        if program is not None and name not in self._programs:
            described = encode_block([program])
            _check_size(len(described))
            self._programs.add(name)
            self._take(described)
        place = self._take(blocks[0])
        for part in blocks[1:]:
            self._take(part)
        return place

    def _take(self, part: bytes) -> Place:
        if self._size + len(part) > FRAME_BYTES and self._blocks:
            self.flush()
        self._blocks.append(part)
        self._size += len(part)
        return Place(self._good, len(self._blocks) - 1)

    def flush(self) -> None:
        """Hand all that was appended to the operating system.

        Raises:
            TraceError: ``trace.io``, ``trace.closed``.
        """
        if self._failure is not None:
            raise self._failure
        if not self._blocks:
            return
        content = struct.pack(">BI", 0xDD, len(self._blocks)) + b"".join(self._blocks)
        self._blocks = []
        self._size = _HEADER_BYTES
        packed = self._compressor.compress(content)
        self._write(FRAME_HEAD.pack(*FRAME_MARK, len(packed), len(content)) + packed)

    def close(self) -> None:
        """Flush, and close a file that the writer opened itself. A second call does nothing."""
        try:
            if self._failure is None:
                self.flush()
                self._failure = TraceError(
                    "trace.closed", f"{self._name} was closed.", remedy="Open the segment again."
                )
        finally:
            self._release()

    @property
    def length(self) -> int:
        """Bytes of whole frames in the file."""
        return self._good

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _write(self, data: bytes) -> None:
        left = memoryview(data)
        try:
            while left:
                count = self._sink.write(left)
                if count == 0:
                    raise OSError(errno.EIO, "nothing more is accepted")
                left = left[len(left) if count is None else count :]
        except (OSError, ValueError) as error:
            self._failure = failed(self._name, "written", error)
            self._cut()
            raise self._failure from error
        self._good += len(data)

    def _cut(self) -> None:
        """Take back a frame written in part; if that fails, readers see that it is torn."""
        if self._file is not None:
            try:
                self._file.truncate(self._good)
            except (OSError, ValueError):
                return

    def _release(self) -> None:
        if self._file is not None:
            self._file.close()


def _check_size(size: int) -> None:
    if size + 2 * _HEADER_BYTES > MOST_FRAME_BYTES:
        raise TraceError(
            "trace.too-large",
            f"A trace record has {size} bytes; {MOST_FRAME_BYTES} is the most.",
            remedy="Describe large values instead of logging them.",
        )


def _parts(block: bytes) -> list[bytes]:
    """A large block as several of at most ``FRAME_BYTES``, unless one record is larger."""
    try:
        records = [bytes(memoryview(record)) for record in _split(block)]
    except (ValueError, RecursionError, MemoryError) as error:
        raise malformed(error) from error
    groups: list[list[bytes]] = []
    room = 0
    for record in records:
        _check_size(len(record))
        if len(record) > room:
            groups.append([])
            room = FRAME_BYTES - 2 * _HEADER_BYTES
        groups[-1].append(record)
        room -= len(record)
    return [struct.pack(">BI", 0xDD, len(group)) + b"".join(group) for group in groups]


def _open(path: Path) -> io.FileIO:
    """The file, locked, checked and positioned where the next frame goes; at 0 if it is new."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(path, flags, 0o600)
    except (OSError, ValueError) as error:
        if path.is_symlink():
            raise TraceError(
                "trace.symlink",
                f"{path} is a symbolic link; traces are not written through one.",
                remedy="Name the file itself.",
            ) from error
        raise failed(str(path), "opened", error) from error
    file = io.FileIO(descriptor, "r+b")
    try:
        _claim(file, path)
        file.seek(_whole(file, path))
        file.truncate()
        os.fchmod(descriptor, 0o600)
    except OSError as error:
        file.close()
        raise failed(str(path), "opened", error) from error
    except TraceError:
        file.close()
        raise
    return file


def _claim(file: io.FileIO, path: Path) -> None:
    found = os.fstat(file.fileno())
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
        raise TraceError(
            "trace.not-ours",
            f"{path} is not a regular file of this user.",
            remedy="Name a new file in a folder of your own.",
        )
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise TraceError(
            "trace.in-use",
            f"{path} is being written by another run.",
            remedy="Wait for it, or name another file.",
        ) from error


def _whole(file: io.FileIO, path: Path) -> int:
    """Where the last whole frame ends; 0 for an empty file or one torn inside its magic."""
    length = file.seek(0, os.SEEK_END)
    file.seek(0)
    begin = file.read(len(MAGIC))
    if begin != MAGIC:
        if not MAGIC.startswith(begin):
            raise not_a_segment(str(path))
        return 0
    end = len(MAGIC)
    while True:
        file.seek(end)
        head = file.read(FRAME_HEAD.size)
        if len(head) < FRAME_HEAD.size:
            return end
        *mark, packed, _ = FRAME_HEAD.unpack(head)
        if tuple(mark) != FRAME_MARK:
            raise TraceError(
                "trace.damaged",
                f"{path} is damaged at byte {end}; nothing is appended to it.",
                remedy="Write to a new file; this one may still be read in part.",
            )
        if end + FRAME_HEAD.size + packed > length:
            return end
        end += FRAME_HEAD.size + packed
