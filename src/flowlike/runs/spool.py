"""Runs on their way into segments, where the end of this process cannot take them.

A run that ended is copied into a file that is mapped into memory: no system call, and what was
copied belongs to the system from then on. When its runs stand in segments, the file begins anew. A
process that is killed leaves it behind, and the next one takes the runs from it.

    file  = entries, a length of 0
    entry = u32 length of what follows, u32 CRC-32 of it, u32 length of the note, note, block

Entries beyond the first length of 0, or with a wrong sum, are of earlier times.
"""

import mmap
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from flowlike.database.folder import open_private

_LENGTH = struct.Struct("<I")
_HEAD = struct.Struct("<II")
_LEAST = _LENGTH.size + _HEAD.size
_END = b"\0\0\0\0"


class Spooled(NamedTuple):
    """What was spooled: the note (a ``Kept`` block), and the run's block or nothing."""

    note: bytes
    block: bytes


class Spool:
    """One file. Not for several threads at once.

    Args:
        path: made anew (0600), with room for all of it set aside.
        size: bytes it holds.

    Raises:
        OSError: there is no room, or the system cannot do it here.
    """

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self._size = size
        self._at = 0
        path.unlink(missing_ok=True)
        descriptor = open_private(path)
        try:
            # Without room set aside, a full disk would end the process at some later copy.
            os.posix_fallocate(descriptor, 0, size)
            self._map = mmap.mmap(descriptor, size)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(descriptor)

    def add(self, note: bytes, block: bytes) -> bool:
        """Copy a run; False if there is no room for it."""
        length = _HEAD.size + len(note) + len(block)
        begin = self._at
        end = begin + 4 + length
        if end + 4 > self._size:
            return False
        data = self._map
        head = _HEAD.pack(zlib.crc32(block, zlib.crc32(note)), len(note))
        data[begin + 4 : end] = b"".join((head, note, block))
        data[end : end + 4] = _END
        data[begin : begin + 4] = _LENGTH.pack(length)  # last: until now the entry was not there
        self._at = end
        return True

    def clear(self) -> None:
        """Begin anew."""
        self._map[:4] = _END
        self._at = 0

    @property
    def used(self) -> int:
        """Bytes in use."""
        return self._at

    def remove(self) -> None:
        """Close and delete the file."""
        self._map.close()
        self.path.unlink(missing_ok=True)


def left_behind(path: Path) -> Iterator[Spooled]:
    """What another process left in its file, in the order it came.

    Raises:
        OSError: it cannot be read.
    """
    data = path.read_bytes()
    at = 0
    while at + _LEAST <= len(data):
        (length,) = _LENGTH.unpack_from(data, at)
        if length < _HEAD.size or at + 4 + length > len(data):
            return
        total, size = _HEAD.unpack_from(data, at + 4)
        body = data[at + _LEAST : at + 4 + length]
        if size > len(body) or zlib.crc32(body) != total:
            return
        yield Spooled(body[:size], body[size:])
        at += 4 + length
