"""An installation with a clock that tests turn by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from flowlike.database.connect import Database
from flowlike.identity.local import Identity, IdentityOptions
from flowlike.identity.passwords import HashCosts

KEY = bytes(range(32))
CHEAP = HashCosts(passes=1, memory_kib=8, lanes=1)
PASSWORD = "correct horse battery staple"
START = 1_750_000_000_000_000


class HandClock:
    """A clock that stands until it is turned."""

    def __init__(self, now: int = START) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def turn(self, seconds: float) -> None:
        self.now += int(seconds * 1_000_000)


@asynccontextmanager
async def installation(
    place: str | Path, clock: HandClock, options: IdentityOptions | None = None
) -> AsyncIterator[Identity]:
    """An open installation; opened again, it holds what it held."""
    database = await Database.open(place)
    try:
        identity = Identity(
            database, KEY, clock=clock, options=options or IdentityOptions(costs=CHEAP)
        )
        await identity.open()
        yield identity
    finally:
        await database.close()
