"""Ids of rows: ULIDs in lower case, so that they sort by the time they were made."""

import os
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
_LENGTH = 26
_TIME_LENGTH = 10


def new_id(at_us: int | None = None) -> str:
    """Make an id: 48 bits of milliseconds, 80 random bits, 26 characters.

    Args:
        at_us: microseconds of Unix time it should carry; now by default.
    """
    milliseconds = (time.time_ns() // 1_000 if at_us is None else at_us) // 1_000
    number = (milliseconds & (1 << 48) - 1) << 80 | int.from_bytes(os.urandom(10))
    return "".join([_PAIRS[number >> at & 1023] for at in range(120, -1, -10)])


def time_of(made: str) -> int:
    """Microseconds of Unix time that an id carries, to the millisecond.

    Raises:
        ValueError: it is no id of ``new_id``.
    """
    if len(made) != _LENGTH or made[0] not in _ALPHABET[:8]:
        raise ValueError(f"{made!r} is no ULID in lower case.")
    milliseconds = 0
    for letter in made[:_TIME_LENGTH]:
        milliseconds = milliseconds << 5 | _ALPHABET.index(letter)
    return milliseconds * 1_000
