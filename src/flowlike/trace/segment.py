"""The segment file: what ``writer`` and ``reader`` agree on.

    file   = magic, frames
    magic  = a skippable zstd frame that holds "flowlike-trace-1"
    frame  = a skippable zstd frame that holds two u32, length of what follows and of its content;
             a zstd frame with checksum
    its content = a msgpack array of blocks (records.py)

All of it is one valid zstd stream, so ``zstd -dc`` shows it. Lengths stand before the data, so a
frame that was cut off is known as such and a damaged one can be stepped over.
"""

import struct
from dataclasses import dataclass

from flowlike.errors import TraceError

MAGIC = struct.pack("<II", 0x184D2A50, 16) + b"flowlike-trace-1"
FRAME_HEAD = struct.Struct("<IIII")
FRAME_MARK = (0x184D2A5C, 8)
FRAME_BYTES = 1024 * 1024
"""Content a frame aims at: it is closed before it would grow larger."""
MOST_FRAME_BYTES = 8 * 1024 * 1024
"""Content no frame exceeds; one record alone may need more than ``FRAME_BYTES``."""


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


def not_a_segment(name: str) -> TraceError:
    """The error for a file that does not begin as a segment."""
    return TraceError(
        "trace.not-a-segment",
        f"{name} is not a trace segment.",
        remedy="Name a file that `flowlike run --trace` wrote.",
    )


def failed(name: str, doing: str, error: OSError | ValueError) -> TraceError:
    """The error for a file the system does not let us use."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return TraceError(
        "trace.io",
        f"{name} cannot be {doing}: {reason}.",
        remedy="Check the free space and the rights of the file and its folder.",
    )
