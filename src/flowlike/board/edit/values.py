"""What may stand in a document: JSON values, names, coordinates."""

import math
import struct
from collections.abc import Mapping
from typing import Any

from flowlike.board.edit.refusal import Refused, refusal
from flowlike.board.limits import LIMITS
from flowlike.board.model import Place

VALUE_BYTES = 4 * 1024 * 1024
"""Most bytes one command may write as a literal or text."""

NAME_LENGTH = 200
INTEGER_BITS = 4096
"""Most bits of a whole number; one on an Integer pin has 64."""


def check_value(value: Any, *, node: str = "", pin: str = "", path: str = "") -> Any:
    """The value, if a board can hold it: JSON, finite, not too deep, not too large.

    Raises CommandError ``command.bad-value`` or ``command.too-large``.
    """
    try:
        size = _size(value, LIMITS.depth)
    except ValueError as fault:
        raise refusal(
            Refused.BAD_VALUE, f"The value {fault}.", node=node, pin=pin, path=path
        ) from fault
    if size > VALUE_BYTES:
        raise refusal(
            Refused.TOO_LARGE,
            f"The value is larger than {VALUE_BYTES:,} bytes.",
            node=node,
            pin=pin,
            path=path,
        )
    return value


def _size(value: Any, depth: int) -> int:
    """About how many bytes a value takes. Raises ValueError with what is wrong."""
    if value is None or isinstance(value, bool):
        return 5
    if isinstance(value, str):
        try:
            return len(value.encode()) + 2
        except UnicodeEncodeError:
            raise ValueError("holds half a character") from None
    if isinstance(value, int):
        if value.bit_length() > INTEGER_BITS:
            raise ValueError("has too many digits")
        return value.bit_length() // 3 + 1
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("is not a finite number")
        return 20
    if depth == 0:
        raise ValueError(f"is nested deeper than {LIMITS.depth}")
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("has a key that is not a text")
        return sum(_size(key, depth) + _size(item, depth - 1) for key, item in value.items()) + 2
    if isinstance(value, list | tuple):
        return sum(_size(item, depth - 1) + 1 for item in value) + 2
    raise ValueError("is not JSON")


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
