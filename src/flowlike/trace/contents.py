"""How a value becomes the ``content`` of a record, and a value again.

Values are encoded at once, so that what a node changes later does not change the past. Small ones
stand in the record, middling ones once a run as a blob, of large ones the beginning is kept.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec

from flowlike.errors import TraceError
from flowlike.trace.records import Content, Form, Shape, malformed

INLINE_BYTES = 256
BLOB_BYTES = 64 * 1024
HEAD_BYTES = 4 * 1024

Described = tuple[Any, ...]
"""A content as a tuple, ready for a record: ``(shape, size, form[, data[, head]])``."""

_SHAPES: dict[type, tuple[int, int]] = {
    type(None): (0, 0),
    bool: (1, 1),
    int: (2, 8),
    float: (3, 8),
    datetime: (6, 8),
}
_CONTAINERS: dict[type, int] = {dict: 7, list: 8}
_INTEGERS = range(-(2**63), 2**64)
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode
_UNENCODABLE = (TypeError, ValueError, OverflowError, RecursionError)


def describe_value(
    value: Any, key: bytes, seen: set[bytes], records: list[tuple[Any, ...]]
) -> Described:
    """The content of a value.

    Args:
        value: what the wire carries.
        key: secret of the run, at most 64 bytes, so that equal values of two runs look unlike.
        seen: digests that are in the run's trace already; grows.
        records: the run's records; a new blob is appended, so append the value's record afterwards.
    """
    scalar = _SHAPES.get(type(value))
    if scalar is not None and (scalar[0] != Shape.INTEGER or value in _INTEGERS):
        return (*scalar, 0, value)
    shape, data = _bytes_of(value)
    if data is None:
        return (shape, 0, 4, type(value).__name__)
    size = len(data)
    if size <= INLINE_BYTES:
        # Text may have been repaired: what is kept is what was measured.
        inline = (
            data.decode()
            if shape == Shape.TEXT
            else data
            if shape == Shape.BYTES
            else msgspec.Raw(data)
        )
        return (shape, size, 0, inline)
    digest = blake2b(data, digest_size=16, key=key).digest()
    if size > BLOB_BYTES:
        return (shape, size, 2, digest, data[:HEAD_BYTES])
    if digest not in seen:
        seen.add(digest)
        records.append((8, digest, data))
    return (shape, size, 1, digest)


def redacted_value(value: Any) -> Described:
    """The content of a secret: its shape and size, nothing of itself."""
    scalar = _SHAPES.get(type(value))
    if scalar is not None:
        return (*scalar, 3)
    shape, data = _bytes_of(value)
    return (shape, len(data or b""), 3)


def _bytes_of(value: Any) -> tuple[int, bytes | None]:
    """Shape and bytes of a value that is no scalar; None if it cannot be written down."""
    if isinstance(value, str):
        return 4, value.encode("utf-8", "backslashreplace")
    if isinstance(value, bytes | bytearray | memoryview):
        return 5, bytes(value)
    shape: int = _CONTAINERS.get(type(value), 9)
    try:
        return shape, _encode(value)
    except _UNENCODABLE:
        return shape, None


def value_of(content: Content, blobs: Mapping[bytes, bytes]) -> Any:
    """The value again, if all of it was kept.

    Raises:
        TraceError: ``trace.not-kept``; it was redacted, too large or could not be written, or its
            blob is missing. ``trace.malformed``; its blob is damaged.
    """
    if content.form is Form.INLINE:
        return content.data
    data = blobs.get(content.data) if isinstance(content.data, bytes) else None
    if content.form is Form.BLOB and data is not None:
        try:
            if content.shape is Shape.TEXT:
                return data.decode()
            return data if content.shape is Shape.BYTES else _decode(data)
        except (ValueError, TypeError, OverflowError, RecursionError, MemoryError) as error:
            raise malformed(error) from error
    raise TraceError(
        "trace.not-kept",
        f"This value is not in the trace ({content.form.name.lower()}, {content.size} bytes).",
        remedy="Only its type and size, and of large values the beginning, are recorded.",
    )
