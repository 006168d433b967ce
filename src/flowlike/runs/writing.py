"""The thread that writes the archive: batches into segments, then into the index."""

import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from pathlib import Path

import msgspec

from flowlike.errors import DatabaseError, FlowlikeError, TraceError
from flowlike.runs.detail import only_errors
from flowlike.runs.inbox import Command, Entry, Inbox
from flowlike.runs.index import Index, Placed, Segment
from flowlike.runs.kept import encode_kept
from flowlike.runs.recovery import Leftovers, catch_up
from flowlike.runs.retention import Retention, RetentionOptions
from flowlike.runs.shelves import Shelf, ShelfOptions, Shelves, kind_of
from flowlike.trace.records import Program, decode_block
from flowlike.trace.segment import failed
from flowlike.trace.writer import Place

_RETRY_SECONDS = 1.0
_TIDY_SECONDS = 600.0
_MOST_PROGRAMS = 1_024
INDEX = "index.db"
SEGMENTS = "segments"


class Writer:
    """Owns segments and index. All but ``start`` and ``join`` happens in its thread.

    Args:
        folder: of the archive.
        inbox: where runs come from.
        leftovers: what other processes could not write.
        shelf_options, retention_options: see there.
        clock_us: Unix time.
        on_trouble: told when writing begins to fail, and with None when it works again.

    Attributes:
        failures: how often writing failed; ``trouble`` is the last error while it does.
        catching_up: the index does not know all that the segments hold.
        on_rebuild: called when the index was made anew, empty.
    """

    def __init__(
        self,
        folder: Path,
        inbox: Inbox,
        leftovers: Leftovers,
        shelf_options: ShelfOptions,
        retention_options: RetentionOptions,
        clock_us: Callable[[], int],
        on_trouble: Callable[[FlowlikeError | None], None],
    ) -> None:
        self.failures = 0
        self.trouble: FlowlikeError | None = None
        self.catching_up = True
        self._damaged = False
        self._retry_at = 0.0
        self.on_rebuild: Callable[[], None] = lambda: None
        self._inbox = inbox
        self._on_trouble = on_trouble
        self._folder = folder / SEGMENTS
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._index = Index(folder / INDEX)
        self._shelves = Shelves(self._folder, shelf_options, self._index.programs, clock_us)
        self.retention = Retention(self._index, self._shelves, retention_options, clock_us)
        self._leftovers = leftovers
        entries = leftovers.unknown(self._known_epoch)
        inbox.restore(entries)
        if not entries:
            leftovers.remove()
        self._batch: list[Entry] = []
        self._touched: dict[int, Segment] = {}
        self._described: list[tuple[int, str, Place]] = []
        self._chores: deque[Generator[None]] = deque([self._catch_up()])
        self._hashes: dict[bytes, str] = {}
        self._thread = threading.Thread(target=self._work, name="flowlike-archive", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def join(self) -> None:
        """Wait until the inbox is closed and all of it is written, or cannot be."""
        self._thread.join()

    def add_chore(self, chore: Generator[None], *, first: bool = False) -> None:
        """Have something done in small steps between batches; before other chores, if possible."""
        if first and not self.catching_up:
            self._chores.appendleft(chore)
        else:
            self._chores.append(chore)

    def check(self) -> None:
        """Say whether all that was kept until now is written.

        Raises:
            FlowlikeError: why it is not.
        """
        if self._batch and self.trouble is not None:
            raise self.trouble

    def rebuild(self) -> None:
        """Make the index anew from the segments.

        Raises:
            DatabaseError, OSError: that is tried again, until it is possible.
        """
        self._damaged = True
        self._index.renew()
        self._start_over()
        self._damaged = False
        self.on_rebuild()

    # The thread.

    def _work(self) -> None:
        tidy_at = 0.0
        while True:
            now = time.monotonic()
            if now >= tidy_at:
                self.add_chore(self.retention.tidy())
                tidy_at = now + _TIDY_SECONDS
            if now >= self._retry_at:
                self._repair()
            batch, commands, more = self._inbox.take(
                self._patience(now, tidy_at), batch=not self._batch
            )
            self._batch += batch
            self._attempt(self._write)
            for command in commands:
                self._do(command)
            if more and self._chores:
                self._attempt(self._step)
            if not more and (self._batch or self._inbox.is_empty):
                break
        if not self._batch:  # else the next process takes it from the spool
            self._inbox.release()
        self._drop_chores()
        self._shelves.close_all()
        self._index.close()

    def _patience(self, now: float, tidy_at: float) -> float:
        """How long to wait for something to do."""
        if self._chores:
            return 0.0
        until = self._retry_at if self._batch or self.catching_up or self._damaged else tidy_at
        return max(until - now, 0.0)

    def _repair(self) -> None:
        if self._damaged:
            self._attempt(self.rebuild)
        elif self.catching_up and not self._chores:
            self._start_over()  # it failed

    def _start_over(self) -> None:
        """Read from the segments what the index does not know; what was not noted is put again."""
        self._drop_chores()
        self._shelves.reset()
        for entry in self._batch:
            entry.placed = None
        self._touched.clear()
        self._described.clear()
        self.catching_up = True
        self.add_chore(self._catch_up())

    def _do(self, command: Command) -> None:
        work, future = command
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(work())
        except Exception as error:  # noqa: BLE001 - whoever asked gets it
            self._shelves.close_all()
            future.set_exception(error)

    def _attempt(self, work: Callable[[], None]) -> None:
        try:
            work()
        except FlowlikeError as error:
            self._fail(error)
        except OSError as error:
            self._fail(failed("The archive", "written", error))
        except Exception as error:  # noqa: BLE001 - the thread must live on, and says what happened
            self._fail(FlowlikeError("runs.fault", f"The archive has a fault: {error!r}."))
        else:
            if self.trouble is not None and not self._batch and not self._damaged:
                self._say(None)

    def _fail(self, error: FlowlikeError) -> None:
        self.failures += 1
        self._shelves.close_all()
        self._retry_at = time.monotonic() + _RETRY_SECONDS
        if isinstance(error, DatabaseError) and error.code == "database.damaged":
            self._damaged = True
            self._retry_at = 0.0
        if self.trouble is None:
            self._say(error)

    def _say(self, trouble: FlowlikeError | None) -> None:
        self.trouble = trouble
        try:
            self._on_trouble(trouble)
        except Exception:  # noqa: BLE001 - whoever listens, the thread lives on
            self.failures += 1

    # Chores.

    def _step(self) -> None:
        chore = self._chores[0]
        try:
            next(chore)
        except StopIteration:
            self._chores.popleft()
        except BaseException:
            self._chores.popleft()
            raise

    def _drop_chores(self) -> None:
        chores, self._chores = self._chores, deque()
        for chore in chores:
            chore.close()

    def _catch_up(self) -> Generator[None]:
        yield from catch_up(self._folder, self._index, self._shelves)
        self.catching_up = False

    def _known_epoch(self, run_id: str) -> int | None:
        known = self._index.place_of(run_id)
        return None if known is None else known[2]

    # Batches.

    def _write(self) -> None:
        """Write the batch; after an error it is tried again, from where it stopped."""
        if not self._batch:
            return
        self._place([entry for entry in self._batch if entry.placed is None])
        placed = [entry.placed for entry in self._batch if entry.placed is not None]
        self._index.add(placed, self._touched.values(), self._described)
        for segment in self._touched.values():
            self._shelves.note(segment)
        self._touched.clear()
        self._described.clear()
        self._inbox.settle(self._batch)
        self._batch = []
        self._leftovers.remove()

    def _place(self, entries: Iterable[Entry]) -> None:
        shelves: dict[int, Shelf] = {}
        placed: list[tuple[Entry, Placed]] = []
        for entry in entries:
            shelf = self._shelves.of(entry.run.app, kind_of(entry.run))
            shelves[shelf.segment.id] = shelf
            place = self._put(shelf, entry)
            placed.append((entry, Placed(entry.run, shelf.segment.id, place)))
        for number, shelf in shelves.items():
            shelf.flush()
            self._touched[number] = shelf.segment
            self._described += shelf.described
            shelf.described.clear()
        for entry, at in placed:
            entry.placed = at

    def _put(self, shelf: Shelf, entry: Entry) -> Place:
        try:
            return self._put_all(shelf, entry)
        except TraceError as error:
            if error.code not in {"trace.too-large", "trace.malformed"}:
                raise
        self._inbox.counts.without_trace += 1
        self._slim(entry)
        return shelf.put(entry.run, entry.note, [entry.block] if entry.block else [])

    def _put_all(self, shelf: Shelf, entry: Entry) -> Place:
        if entry.program is not None:
            shelf.describe(self._hash(entry.program), entry.program)
        return shelf.put(entry.run, entry.note, [entry.block] if entry.block else [])

    def _slim(self, entry: Entry) -> None:
        try:
            entry.block = only_errors(entry.block)
        except TraceError:
            entry.block = b""
        detail = "errors" if entry.block and len(entry.block) < _MOST_SLIM else "none"
        entry.block = entry.block if detail == "errors" else b""
        entry.run = msgspec.structs.replace(entry.run, detail=detail)
        entry.note = encode_kept(entry.run)

    def _hash(self, program: bytes) -> str:
        name = self._hashes.get(program)
        if name is None:
            records = decode_block(program)
            name = next((record.hash for record in records if isinstance(record, Program)), "")
            if len(self._hashes) >= _MOST_PROGRAMS:
                self._hashes.clear()
            self._hashes[program] = name
        return name


_MOST_SLIM = 1024 * 1024
