"""What an archive finds when it is opened: segments the index does not know, and a spool."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from flowlike.errors import TraceError
from flowlike.runs.inbox import Entry
from flowlike.runs.index import Index, Placed, Segment
from flowlike.runs.kept import KeptRun, decode_kept, encode_kept
from flowlike.runs.scan import Seen, program_name, scan
from flowlike.runs.shelves import Kind, Shelves, files
from flowlike.runs.spool import left_behind
from flowlike.trace.records import Program, decode_block, first_kind

_PROGRAM = 7
_SLICE = 2_000


def catch_up(folder: Path, index: Index, shelves: Shelves) -> Iterator[None]:
    """Bring index and shelves to what the segment files say, a frame at each step.

    Meanwhile other segments may be begun and noted. When it is through, the newest file of each row
    is written on. A file that cannot be read is left alone.

    Raises:
        DatabaseError: the index cannot be written.
    """
    there = list(files(folder))
    known = {(segment.app, segment.file): segment for segment in index.segments()}
    for segment in known.values():
        shelves.note(segment)
    for key in known.keys() - set(there):
        yield from _drop(known[key], index, shelves)
    newest: dict[tuple[str, Kind], Segment] = {}
    for app, file in there:
        segment = known.get((app, file)) or shelves.register(app, file)
        path = shelves.path(segment)
        length = path.stat().st_size if path.exists() else 0
        if length < segment.length:
            yield from _drop(segment, index, shelves)
            segment = shelves.register(app, file)
        if length > segment.length:
            for caught in _read(segment, path, index):
                segment = caught
                yield
            shelves.note(segment)
        newest[app, Kind(segment.kind)] = segment
    for segment in newest.values():
        shelves.resume(segment)


def _drop(segment: Segment, index: Index, shelves: Shelves) -> Iterator[None]:
    shelves.unknow(segment)
    while not index.drop(segment, _SLICE):
        yield


def _read(segment: Segment, path: Path, index: Index) -> Iterator[Segment]:
    try:
        for seen in scan(path, segment.length):
            segment = _noted(segment, seen)
            pinned = segment.kind == Kind.PINNED
            runs = [
                Placed(msgspec.structs.replace(run, pinned=pinned), segment.id, place)
                for run, place in seen.runs
            ]
            programs = [(segment.id, name, place) for name, place in seen.programs]
            index.add(runs, [segment], programs)
            yield segment
    except TraceError:
        return


def _noted(segment: Segment, seen: Seen) -> Segment:
    times = [run.started_us for run, _ in seen.runs]
    if segment.runs:
        times += [segment.first_us, segment.last_us]
    return segment._replace(
        length=seen.end,
        runs=segment.runs + len(seen.runs),
        first_us=min(times, default=0),
        last_us=max(times, default=0),
    )


class Leftovers:
    """What processes that were killed left in their spools.

    A run that had begun and not ended is ``interrupted``.

    Args:
        folder: of the archive; its spools are all of others.

    Raises:
        OSError: one cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._paths = sorted(folder.glob("spool-*"))
        ended: dict[str, Entry] = {}
        begun: dict[str, KeptRun] = {}
        programs: dict[str, bytes] = {}
        for path in self._paths:
            for note, block in left_behind(path):
                _sort(note, block, ended, begun, programs)
        for run_id, run in begun.items():
            if run_id not in ended:
                ended[run_id] = _interrupted(run)
        for entry in ended.values():
            entry.program = programs.get(program_name([entry.block])) if entry.block else None
        self._entries = list(ended.values())

    def unknown(self, known_epoch: Callable[[str], int | None]) -> list[Entry]:
        """Runs that the index does not know, or knows an earlier attempt of."""
        return [
            entry
            for entry in self._entries
            if (epoch := known_epoch(entry.run.run_id)) is None or epoch < entry.run.epoch
        ]

    def remove(self) -> None:
        """Delete the files: what they held stands in segments."""
        for path in self._paths:
            path.unlink(missing_ok=True)
        self._paths = []
        self._entries = []


def _sort(
    note: bytes,
    block: bytes,
    ended: dict[str, Entry],
    begun: dict[str, KeptRun],
    programs: dict[str, bytes],
) -> None:
    try:
        if first_kind(note) == _PROGRAM:
            for record in decode_block(note):
                if isinstance(record, Program):
                    programs[record.hash] = note
            return
        run = decode_kept(note)
    except TraceError:
        return
    if not run.ended:
        begun[run.run_id] = run
        return
    before = ended.get(run.run_id)
    if before is None or before.run.epoch <= run.epoch:
        ended[run.run_id] = Entry(run, note, block, None)


def _interrupted(run: KeptRun) -> Entry:
    ended = msgspec.structs.replace(
        run,
        status="interrupted",
        ended_us=run.started_us,
        error_code="run.interrupted",
        error_message="The server ended while this ran.",
    )
    return Entry(ended, encode_kept(ended), b"", None)
