"""What may stand in a document: JSON values, names, coordinates."""

import math
import struct
from collections.abc import Mapping
from typing import Any

import msgspec

from flowlike.board.edit.refusal import Refused, refusal
from flowlike.board.limits import LIMITS
from flowlike.board.model import Place

VALUE_BYTES = 4 * 1024 * 1024
"""Largest literal or text one command may write, encoded."""

NAME_LENGTH = 200
_INT64 = 2**63


def check_value(value: Any, *, node: str = "", pin: str = "", path: str = "") -> Any:
    """The value, if a board can hold it: JSON, finite, 64-bit integers, not too deep or large.

    Raises CommandError ``command.bad-value`` or ``command.too-large``.
    """
    fault = _fault(value, LIMITS.depth)
    if fault:
        raise refusal(Refused.BAD_VALUE, f"The value {fault}.", node=node, pin=pin, path=path)
    try:
        size = len(msgspec.json.encode(value))
    except (TypeError, ValueError, UnicodeError) as error:
        raise refusal(
            Refused.BAD_VALUE, "The value is not JSON.", node=node, pin=pin, path=path
        ) from error
    if size > VALUE_BYTES:
        raise refusal(
            Refused.TOO_LARGE,
            f"The value has {size:,} bytes; {VALUE_BYTES:,} are allowed.",
            node=node,
            pin=pin,
            path=path,
        )
    return value


def _fault(value: Any, depth: int) -> str:
    if isinstance(value, bool | str | None):
        return ""
    if isinstance(value, int):
        return "" if -_INT64 <= value < _INT64 else "is an integer beyond 64 bits"
    if isinstance(value, float):
        return "" if math.isfinite(value) else "is not a finite number"
    if depth == 0:
        return f"is nested deeper than {LIMITS.depth}"
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            return "has a key that is not a text"
        parts = list(value.values())
    elif isinstance(value, list | tuple):
        parts = list(value)
    else:
        return "is not JSON"
    return next((fault for part in parts if (fault := _fault(part, depth - 1))), "")


def check_name(name: str, *, node: str = "", path: str = "", empty: bool = False) -> str:
    """The name of something people see: one line, not too long. Raises ``command.bad-name``."""
    if (not name.strip() and not (empty and not name)) or len(name) > NAME_LENGTH:
        raise refusal(
            Refused.BAD_NAME,
            f"A name has 1 to {NAME_LENGTH} characters, not only spaces.",
            node=node,
            path=path,
        )
    if not name.isprintable():
        raise refusal(
            Refused.BAD_NAME, "A name holds no line breaks or control characters.", node=node
        )
    return name


def coordinate(value: float, *, node: str) -> float:
    """The coordinate as the 32-bit float that is stored. Raises ``command.bad-value``."""
    try:
        (rounded,) = struct.unpack("<f", struct.pack("<f", value))
    except OverflowError:
        rounded = math.inf
    if not math.isfinite(rounded):
        raise refusal(Refused.BAD_VALUE, "A coordinate is not a 32-bit number.", node=node)
    return float(rounded) + 0.0  # no negative zero


def check_place(place: Place, *, node: str) -> Place:
    """The place with its coordinates as they are stored."""

    def pair(point: tuple[float, float] | None) -> tuple[float, float] | None:
        if point is None:
            return None
        return coordinate(point[0], node=node), coordinate(point[1], node=node)

    def size(length: float | None) -> float | None:
        return None if length is None else coordinate(length, node=node)

    return Place(
        x=coordinate(place.x, node=node),
        y=coordinate(place.y, node=node),
        z=coordinate(place.z, node=node),
        width=size(place.width),
        height=size(place.height),
        entry=pair(place.entry),
        exit=pair(place.exit),
    )
