"""How long runs are kept, and which are kept for good."""

from collections.abc import Callable, Generator

import msgspec

from flowlike.runs.index import Index, Placed, Segment
from flowlike.runs.kept import decode_kept, encode_kept
from flowlike.runs.scan import program_name, scan
from flowlike.runs.shelves import Kind, Shelf, Shelves, kind_of
from flowlike.trace.reader import Found, program_at, run_at
from flowlike.trace.writer import Place

_DAY_US = 86_400_000_000
_SLICE = 2_000


class RetentionOptions(msgspec.Struct, frozen=True, kw_only=True):
    """When segments are deleted. Pinned runs are never.

    Attributes:
        days: after the last of its runs started; ``failed_days`` for runs that failed.
        app_bytes: what all segments of one app may have together; the oldest go first.
    """

    days: float = 30.0
    failed_days: float = 90.0
    app_bytes: int = 5 * 1024**3


class Retention:
    """Deletes segments and moves pinned runs out of their way. Used by the archive's thread.

    Args:
        index, shelves: of the archive.
        options: see there.
        clock_us: Unix time.
    """

    def __init__(
        self,
        index: Index,
        shelves: Shelves,
        options: RetentionOptions,
        clock_us: Callable[[], int],
    ) -> None:
        self._index = index
        self._shelves = shelves
        self._options = options
        self._clock_us = clock_us

    def tidy(self) -> Generator[None]:
        """Delete what has been kept long enough, a little at each step.

        Raises:
            OSError, TraceError, DatabaseError: something cannot be deleted.
        """
        for segment in self._outlived():
            yield from self._delete(segment)

    def forget(self, app: str) -> Generator[None]:
        """Delete all of an app, pinned runs too: the files first, then a little at each step.

        What the index still knows of them after a restart is dropped then. Raises as ``tidy``.
        """
        gone = [segment for segment in self._shelves.known if segment.app == app]
        for segment in gone:
            self._shelves.forget(segment)
        yield
        for segment in gone:
            yield from self._drop(segment)

    def pin(self, run_id: str) -> bool:
        """Keep a run for good; False if it is unknown.

        Raises:
            TraceError, OSError, DatabaseError: it cannot be read or copied.
        """
        known = self._index.place_of(run_id)
        segment = None if known is None else self._shelves.get(known[0])
        if known is None or segment is None:
            return False
        if not known[3]:
            self._copy([(segment, known[1])], pinned=True)
        return True

    def unpin(self, run_id: str) -> bool:
        """Keep a run as long as others of its age; False if it is unknown.

        The file of pinned runs is written anew without it. Raises as ``pin``.
        """
        known = self._index.place_of(run_id)
        segment = None if known is None else self._shelves.get(known[0])
        if known is None or segment is None:
            return False
        if not known[3]:
            return True
        others = [
            (segment, place)
            for seen in scan(self._shelves.path(segment))
            for run, place in seen.runs
            if run.run_id != run_id
            and self._index.place_of(run.run_id) == (segment.id, place, run.epoch, True)
        ]
        self._shelves.retire(segment)
        self._copy(others, pinned=True)
        self._copy([(segment, known[1])], pinned=False)
        for _ in self._delete(segment):
            pass
        return True

    def _outlived(self) -> list[Segment]:
        now, options = self._clock_us(), self._options
        days = {Kind.USUAL: options.days, Kind.FAILED: options.failed_days}
        found: list[Segment] = []
        room: dict[str, int] = {}
        for segment in sorted(self._shelves.known, key=lambda one: -one.last_us):
            room[segment.app] = room.get(segment.app, options.app_bytes) - segment.length
            kind = Kind(segment.kind)
            if kind is Kind.PINNED or segment.runs == 0:
                continue  # what cannot be read may be somebody else's
            too_old = segment.last_us < now - days[kind] * _DAY_US
            if too_old or room[segment.app] < 0:
                found.append(segment)
        return found[::-1]

    def _delete(self, segment: Segment) -> Generator[None]:
        self._shelves.forget(segment)
        yield from self._drop(segment)
        yield

    def _drop(self, segment: Segment) -> Generator[None]:
        while not self._index.drop(segment, _SLICE):
            yield

    def _copy(self, places: list[tuple[Segment, Place]], *, pinned: bool) -> None:
        """Put runs where they belong when they are pinned, or not any more."""
        moved: list[Placed] = []
        shelves: dict[int, Shelf] = {}
        for segment, place in places:
            path = self._shelves.path(segment)
            found = run_at(path, place.offset, place.block)
            if found.about is None:
                continue
            run = msgspec.structs.replace(decode_kept(found.about), pinned=pinned)
            shelf = self._shelves.of(run.app, kind_of(run))
            shelves[shelf.segment.id] = shelf
            self._describe(shelf, segment, found)
            put = shelf.put(run, encode_kept(run), found.blocks)
            moved.append(Placed(run, shelf.segment.id, put))
        for shelf in shelves.values():
            shelf.flush()
            self._index.add([], [shelf.segment], shelf.described)
            shelf.described.clear()
            self._shelves.note(shelf.segment)
        self._index.move(moved)

    def _describe(self, shelf: Shelf, segment: Segment, found: Found) -> None:
        name = program_name(found.blocks)
        place = self._index.program_of(segment.id, name) if name else None
        if place is not None:
            path = self._shelves.path(segment)
            shelf.describe(name, program_at(path, place.offset, place.block))
