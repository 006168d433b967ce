"""What time it is, as rooms are given it."""

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Gives microseconds of Unix time."""

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def now_us() -> int:
    """Microseconds of Unix time, by the system's clock."""
    return time.time_ns() // 1_000
