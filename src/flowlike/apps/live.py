"""Published events in memory: which answers a route, and which version a call gets.

Everything here is asked on the way of each request, so it is read once and kept. It may hold what
is public; the boards' texts stay in the database until somebody asks.
"""

import hashlib
from collections.abc import Iterable

import msgspec

from flowlike.apps.routes import RouteTable
from flowlike.board.app import Event, EventKind


class PublishedEvent(msgspec.Struct, frozen=True, kw_only=True, eq=False, weakref=True):
    """A version of an event: it never changes, and stays the same object while it is live.

    Attributes:
        app, id: which event it is.
        version: counted from 1.
        event: its document; ``board`` is the board's id.
        board, board_version: the published board it runs.
        board_hash: SHA-256 of that board's text, in hex.
    """

    app: str
    id: str
    version: int
    event: Event
    board: str
    board_version: str
    board_hash: str


class LiveEvent(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """An event that is switched on. ``weight`` of its calls (0 to 1) go to ``canary``."""

    app: str
    id: str
    stable: PublishedEvent
    canary: PublishedEvent | None = None
    weight: float = 0.0

    def choose(self, key: str) -> PublishedEvent:
        """The version that a call gets: always the same for the same key.

        ``key`` is what makes a call the same one: its idempotency key, else its run's id.
        """
        if self.canary is None or self.weight <= 0:
            return self.stable
        digest = hashlib.sha256(f"{self.app}\0{self.id}\0{key}".encode()).digest()
        part = int.from_bytes(digest[:8]) / 2**64
        return self.canary if part < self.weight else self.stable


class Match(msgspec.Struct, frozen=True):
    """An event that answers a request, and the parameters of its path."""

    event: LiveEvent
    params: dict[str, str]


class LiveEvents:
    """All events that are published and switched on."""

    def __init__(self) -> None:
        self._events: dict[str, dict[str, LiveEvent]] = {}
        self._routes: dict[str, RouteTable[LiveEvent]] = {}

    def get(self, app: str, id_: str) -> LiveEvent | None:
        """The event; None if there is none, or it is off."""
        return self._events.get(app, {}).get(id_)

    def match(self, app: str, method: str, path: str) -> Match | None:
        """The event for a method and a path as it came over the wire."""
        table = self._routes.get(app)
        found = None if table is None else table.match(method, path)
        return None if found is None else Match(*found)

    def replace(self, app: str, events: Iterable[LiveEvent]) -> None:
        """Make these the live events of an app. Versions that stay live stay the same objects."""
        known = {
            (each.id, each.version): each
            for live in self._events.pop(app, {}).values()
            for each in (live.stable, live.canary)
            if each is not None
        }
        self._routes.pop(app, None)
        table: RouteTable[LiveEvent] = RouteTable()
        kept: dict[str, LiveEvent] = {}
        for live in events:
            again = msgspec.structs.replace(
                live,
                stable=_same(known, live.stable),
                canary=live.canary and _same(known, live.canary),
            )
            kept[live.id] = again
            event = again.stable.event
            if event.kind is EventKind.HTTP:
                table.add(event.method, event.path, again)
        if kept:
            self._events[app] = kept
            self._routes[app] = table

    @property
    def apps(self) -> list[str]:
        """Apps that have live events."""
        return list(self._events)


def _same(known: dict[tuple[str, int], PublishedEvent], found: PublishedEvent) -> PublishedEvent:
    """The object that was live already, unless an event of that id was made anew since."""
    before = known.get((found.id, found.version))
    if before is None or (before.event, before.board_hash) != (found.event, found.board_hash):
        return found
    return before
