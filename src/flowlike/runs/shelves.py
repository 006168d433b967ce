"""The segment files of an archive: one row of them for each app and each kind of run.

    segments/APP/KIND-ID.trace

Runs that failed stand apart from others, so that they can be kept longer, and pinned ones from
both: what is deleted is always a whole file.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from enum import IntEnum
from pathlib import Path

import msgspec

from flowlike.database.ids import new_id, time_of
from flowlike.errors import TraceError
from flowlike.runs.index import Segment
from flowlike.runs.kept import KeptRun
from flowlike.trace.writer import Place, SegmentWriter

_SUFFIX = ".trace"
_HOUR_US = 3_600_000_000


class Kind(IntEnum):
    """Which runs a segment holds."""

    USUAL = 0
    FAILED = 1
    PINNED = 2


_NAMES = {Kind.USUAL: "runs", Kind.FAILED: "failed", Kind.PINNED: "pinned"}
_KINDS = {name: kind for kind, name in _NAMES.items()}


def kind_of(run: KeptRun) -> Kind:
    """Where a run belongs."""
    if run.pinned:
        return Kind.PINNED
    return Kind.FAILED if run.failed else Kind.USUAL


class ShelfOptions(msgspec.Struct, frozen=True, kw_only=True):
    """When a new file is begun.

    Attributes:
        segment_bytes: after so many bytes.
        segment_hours: so long after the one before was begun.
        open_files: how many are open at a time.
    """

    segment_bytes: int = 64 * 1024 * 1024
    segment_hours: float = 24.0
    open_files: int = 64


class Shelf:
    """A segment that is being written.

    Attributes:
        segment: what the index should know of it after a flush.
        described: programs that were written since the last ``settled``.

    Raises:
        TraceError: as ``SegmentWriter``.
    """

    def __init__(self, segment: Segment, path: Path, programs: set[str]) -> None:
        self.segment = segment
        self.described: list[tuple[int, str, Place]] = []
        self._programs = programs
        self._closed = False
        self._writer = SegmentWriter(path)

    @property
    def length(self) -> int:
        """Bytes of the file."""
        return self._writer.length

    def describe(self, name: str, program: bytes) -> None:
        """Write a program, by its hash, unless the segment has it.

        Raises:
            TraceError: as ``SegmentWriter.append``.
        """
        if name not in self._programs:
            place = self._writer.append(program)
            self._programs.add(name)
            self.described.append((self.segment.id, name, place))

    def put(self, run: KeptRun, note: bytes, blocks: Iterable[bytes]) -> Place:
        """Take a run; it is in the file after ``flush``.

        Args:
            run: what the note says.
            note: the ``Kept`` block.
            blocks: the run's own.

        Raises:
            TraceError: as ``SegmentWriter.append``.
        """
        place = self._writer.append(note)
        for block in blocks:
            self._writer.append(block)
        before, at = self.segment, run.started_us
        self.segment = before._replace(
            runs=before.runs + 1,
            first_us=min(before.first_us, at) if before.runs else at,
            last_us=max(before.last_us, at) if before.runs else at,
        )
        return place

    def flush(self) -> None:
        """Hand what was put to the operating system. After ``close`` it does nothing.

        Raises:
            TraceError: ``trace.io``.
        """
        if not self._closed:
            self._writer.flush()
            self.segment = self.segment._replace(length=self._writer.length)

    def close(self) -> None:
        """Flush and close the file.

        Raises:
            TraceError: ``trace.io``.
        """
        try:
            self.flush()
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Close the file without what was put since the last flush, if that can be helped."""
        self._closed = True
        with suppress(TraceError):
            self._writer.close()


class Shelves:
    """All segment files. Used by one thread.

    Args:
        folder: where they are.
        options: see there.
        programs_of: hashes of the programs a segment describes.
        clock_us: Unix time.
    """

    def __init__(
        self,
        folder: Path,
        options: ShelfOptions,
        programs_of: Callable[[int], set[str]],
        clock_us: Callable[[], int],
    ) -> None:
        self._folder = folder
        self._options = options
        self._programs_of = programs_of
        self._clock_us = clock_us
        self._known: dict[int, Segment] = {}
        self._newest: dict[tuple[str, Kind], int] = {}
        self._open: OrderedDict[tuple[str, Kind], Shelf] = OrderedDict()
        self._last = 0

    @property
    def known(self) -> list[Segment]:
        """All segments, in the order they were made."""
        return [self._known[number] for number in sorted(self._known)]

    def path(self, segment: Segment) -> Path:
        """The file of a segment."""
        return self._folder / segment.app / segment.file

    def get(self, number: int) -> Segment | None:
        """A segment by its id."""
        return self._known.get(number)

    def note(self, segment: Segment) -> None:
        """Know a segment as the index does."""
        self._known[segment.id] = segment
        self._last = max(self._last, segment.id)

    def resume(self, segment: Segment) -> None:
        """Have runs put into a segment that was there, unless a newer one was begun."""
        key = segment.app, Kind(segment.kind)
        self._newest.setdefault(key, segment.id)

    def unknow(self, segment: Segment) -> None:
        """Forget a segment whose file is gone or another one."""
        self._known.pop(segment.id, None)

    def register(self, app: str, file: str) -> Segment:
        """Know a file that the index does not."""
        kind = _KINDS.get(file.partition("-")[0], Kind.USUAL)
        self._last += 1
        segment = Segment(self._last, app, file, kind, 0, 0, 0, 0)
        self._known[segment.id] = segment
        return segment

    def forget(self, segment: Segment) -> None:
        """Delete a segment's file; the folder too if it is the last.

        Raises:
            OSError: it cannot be deleted.
        """
        self.retire(segment)
        path = self.path(segment)
        path.unlink(missing_ok=True)
        self._known.pop(segment.id, None)
        if not any(other.app == segment.app for other in self._known.values()):
            with suppress(OSError):  # something else is in it
                path.parent.rmdir()

    def retire(self, segment: Segment) -> None:
        """Never write to a segment again.

        Raises:
            TraceError: ``trace.io``: what was put is not in the file.
        """
        key = segment.app, Kind(segment.kind)
        if self._newest.get(key) == segment.id:
            del self._newest[key]
        shelf = self._open.get(key)
        if shelf is not None and shelf.segment.id == segment.id:
            del self._open[key]
            shelf.close()

    def of(self, app: str, kind: Kind) -> Shelf:
        """Where runs of this kind are put now.

        Raises:
            OSError: the folder cannot be made.
            TraceError: the file cannot be.
        """
        key = app, kind
        shelf = self._open.get(key)
        if shelf is not None and self._is_done(shelf.segment, shelf.length):
            self.retire(shelf.segment)
            shelf = None
        if shelf is None:
            shelf = self._resume(key) or self._begin(key)
            self._open[key] = shelf
            if len(self._open) > self._options.open_files:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end(key)
        return shelf

    def close_all(self) -> None:
        """Close all files; nothing may be put that was not flushed."""
        for shelf in self._open.values():
            shelf.abandon()
        self._open.clear()

    def reset(self) -> None:
        """Close all files and know none of them."""
        self.close_all()
        self._known.clear()
        self._newest.clear()
        self._last = 0

    def _is_done(self, segment: Segment, length: int) -> bool:
        if length >= self._options.segment_bytes:
            return True
        age = self._clock_us() - _made_us(segment.file)
        return segment.kind != Kind.PINNED and age > self._options.segment_hours * _HOUR_US

    def _resume(self, key: tuple[str, Kind]) -> Shelf | None:
        segment = self._known.get(self._newest.get(key, 0))
        if segment is None or self._is_done(segment, segment.length):
            return None
        try:
            return Shelf(segment, self.path(segment), self._programs_of(segment.id))
        except TraceError:
            return None  # damaged, say: it is still read, and a new one is begun

    def _begin(self, key: tuple[str, Kind]) -> Shelf:
        app, kind = key
        (self._folder / app).mkdir(mode=0o700, parents=True, exist_ok=True)
        segment = self.register(app, f"{_NAMES[kind]}-{new_id(self._clock_us())}{_SUFFIX}")
        try:
            shelf = Shelf(segment, self.path(segment), set())
        except TraceError:
            del self._known[segment.id]
            raise
        self._newest[key] = segment.id
        return shelf


def _made_us(file: str) -> int:
    """When a file was begun, by its name; long ago if that does not tell."""
    try:
        return time_of(file.removesuffix(_SUFFIX).partition("-")[2])
    except ValueError:
        return 0


def files(folder: Path) -> Iterable[tuple[str, str]]:
    """App and name of each segment file there is."""
    for path in sorted(folder.glob(f"*/*{_SUFFIX}")):
        yield path.parent.name, path.name
