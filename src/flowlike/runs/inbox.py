"""Runs between their end and the segments: seen by readers at once, safe from a kill, bounded.

Any thread may put runs in; one thread takes them out, all that wait as one batch. Whoever puts
never waits for a disk.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import msgspec

from flowlike.errors import TraceError
from flowlike.runs.detail import only_errors, without_data
from flowlike.runs.index import Placed
from flowlike.runs.kept import Detail, KeptRun, encode_kept, writable
from flowlike.runs.spool import Spool

_MIB = 1024 * 1024


class InboxOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How much waits, and for how long.

    Attributes:
        pending_bytes: what may wait in memory. From half of it on traces lose their values, from
            three quarters their steps, and beyond it all but errors; at twice as much runs are
            lost.
        batch_bytes: a batch is taken when so much waits, or
        batch_seconds: so long after its first run.
        spool_bytes: of each of the two files that outlive this process; 0 for none.
    """

    pending_bytes: int = 64 * _MIB
    batch_bytes: int = 768 * 1024
    batch_seconds: float = 1.0
    spool_bytes: int = 8 * _MIB


class Counts(msgspec.Struct, kw_only=True):
    """What went in and what was lost since the start.

    Attributes:
        kept: runs that were put in.
        without_data: traces that lost their values for lack of room; ``without_steps`` their steps,
            ``without_trace`` everything.
        lost: runs of which nothing is kept.
        unspooled: runs that a kill would have taken, because the spool was full or missing.
    """

    kept: int = 0
    without_data: int = 0
    without_steps: int = 0
    without_trace: int = 0
    lost: int = 0
    unspooled: int = 0


class Entry:
    """One run that ended, on its way."""

    __slots__ = ("block", "note", "placed", "program", "run")

    def __init__(self, run: KeptRun, note: bytes, block: bytes, program: bytes | None) -> None:
        self.run = run
        self.note = note
        self.block = block
        self.program = program
        self.placed: Placed | None = None

    @property
    def size(self) -> int:
        """Bytes in memory, about."""
        return len(self.note) + len(self.block) + _OVERHEAD


Command = tuple[Callable[[], Any], "Future[Any]"]
_OVERHEAD = 600
_FULL, _HALF, _MOST = 1.0, 0.5, 0.75


class Inbox:
    """See the module.

    Args:
        folder: where the spool is.
        options: see there.
    """

    def __init__(self, folder: Path, options: InboxOptions) -> None:
        self.counts = Counts()
        self.spool_error: OSError | None = None
        self._options = options
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._active: dict[str, tuple[KeptRun, bytes]] = {}
        self._pending: dict[str, Entry] = {}
        self._queue: list[Entry] = []
        self._commands: list[Command] = []
        self._bytes = 0
        self._queued_bytes = 0
        self._first_at = 0.0
        self._closing = False
        self._programs: set[bytes] = set()
        self._spools = self._make_spools(folder)

    # Putting in, from any thread.

    def begin(self, run: KeptRun, *, durable: bool) -> None:
        """Show a run that has not ended; a second call shows how it is now.

        Args:
            run: pending or running.
            durable: whether a kill of this process shall leave it as interrupted. What stands in
                a queue begins anew instead.
        """
        run = writable(run)
        with self._lock:
            known = self._active.get(run.run_id)
            note = known[1] if known else encode_kept(run) if durable else b""
            self._active[run.run_id] = run, note
            if note and not known:
                self._spool(note, b"")

    def drop(self, run_id: str) -> None:
        """Show a run no longer that was begun and will not be kept."""
        with self._lock:
            self._active.pop(run_id, None)

    def keep(self, run: KeptRun, block: bytes, program: bytes | None) -> None:
        """Take a run that ended. It may lose detail if too much waits."""
        if self._bytes > self._options.pending_bytes * _HALF:
            slim = self._slimmed(run, block)
            if slim is None:
                self.drop(run.run_id)
                return
            run, block = slim
        try:
            note = encode_kept(run)
        except UnicodeEncodeError:
            run = writable(run)
            note = encode_kept(run)
        entry = Entry(run, note, block, program if block else None)
        with self._lock:
            self._active.pop(run.run_id, None)
            before = self._pending.get(run.run_id)
            if before is not None and before.run.epoch > run.epoch:
                return
            self._pending[run.run_id] = entry
            self.counts.kept += 1
            self._put(entry)
            if entry.program is not None and entry.program not in self._programs:
                self._programs.add(entry.program)
                self._spool(entry.program, b"")
            if not self._spool(entry.note, block):
                self.counts.unspooled += 1

    def restore(self, entries: list[Entry]) -> None:
        """Take what another process left; its files are its safety until ``take`` is settled."""
        with self._lock:
            for entry in entries:
                self._pending[entry.run.run_id] = entry
                self._put(entry)

    def submit(self, work: Callable[[], Any]) -> "Future[Any]":
        """Have the thread that takes do something between two batches."""
        future: Future[Any] = Future()
        with self._lock:
            if self._closing:
                future.cancel()
                return future
            self._commands.append((work, future))
            self._wake.notify()
        return future

    def close(self) -> None:
        """Let ``take`` return what there is, and then nothing for ever."""
        with self._lock:
            self._closing = True
            self._wake.notify()

    # Taking out, from one thread.

    def take(
        self, seconds: float, *, batch: bool = True
    ) -> tuple[list[Entry], list[Command], bool]:
        """The next batch and what else is to be done, after at most so long.

        Args:
            seconds: how long to wait.
            batch: False while the batch before is not settled: only commands are taken.

        Returns:
            Runs, commands, and whether more may come.
        """
        until = time.monotonic() + seconds
        with self._lock:
            while not self._closing and not self._commands and not (batch and self._is_due()):
                now = time.monotonic()
                due = until
                if self._queue and batch:
                    due = min(due, self._first_at + self._options.batch_seconds)
                if due <= now:
                    break
                self._wake.wait(due - now)
            commands, self._commands = self._commands, []
            taken: list[Entry] = []
            if batch and self._queue and (commands or self._closing or self._is_due()):
                taken, self._queue = self._queue, []
                self._queued_bytes = 0
                self._swap()
            return taken, commands, not self._closing

    def settle(self, batch: list[Entry]) -> None:
        """A batch stands in segments and index now: forget it."""
        with self._lock:
            for entry in batch:
                self._bytes -= entry.size
                if self._pending.get(entry.run.run_id) is entry:
                    del self._pending[entry.run.run_id]
            if len(self._spools) > 1:
                self._spools[1].clear()

    def release(self) -> None:
        """Delete the spool: all of it stands in segments."""
        for spool in self._spools:
            spool.remove()
        self._spools = []

    # Looking, from any thread.

    @property
    def is_spooled(self) -> bool:
        """Whether what is put in outlives this process."""
        return bool(self._spools)

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits to be taken."""
        return not self._queue

    def of_app(self, app: str) -> list[KeptRun]:
        """Runs of an app that are active or pending; of two with one id, the last counts."""
        with self._lock:
            pending = [entry.run for entry in self._pending.values() if entry.run.app == app]
            active = [run for run, _ in self._active.values() if run.app == app]
        # Of two with one id the active one goes on: it is a later attempt.
        return pending + active

    def find(self, run_id: str) -> tuple[KeptRun, Entry | None] | None:
        """A run that is active or pending; the entry if it ended."""
        with self._lock:
            if known := self._active.get(run_id):
                return known[0], None
            if entry := self._pending.get(run_id):
                return entry.run, entry
        return None

    def waiting(self) -> tuple[int, int, int]:
        """How many runs are active, how many pending, and how many bytes those are."""
        with self._lock:
            return len(self._active), len(self._pending), self._bytes

    # The rest.

    def _is_due(self) -> bool:
        if not self._queue:
            return False
        if self._queued_bytes >= self._options.batch_bytes:
            return True
        return time.monotonic() >= self._first_at + self._options.batch_seconds

    def _put(self, entry: Entry) -> None:
        size = entry.size
        self._bytes += size
        self._queued_bytes += size
        self._queue.append(entry)
        if len(self._queue) == 1:
            self._first_at = time.monotonic()
            self._wake.notify()
        elif self._queued_bytes >= self._options.batch_bytes > self._queued_bytes - size:
            self._wake.notify()

    def _slimmed(self, run: KeptRun, block: bytes) -> tuple[KeptRun, bytes] | None:
        """The run with as much of its block as there is room for; None if there is none at all."""
        share = self._bytes / self._options.pending_bytes
        counts = self.counts
        if share > 2 * _FULL:
            counts.lost += 1
            return None
        if not block or (run.level == "errors" and share <= _FULL):
            return run, block
        detail: Detail
        try:
            if share <= _MOST and run.level == "data":
                counts.without_data += 1
                block, detail = without_data(block), "no-data"
            elif share <= _MOST:
                return run, block
            elif share <= _FULL or run.failed:
                counts.without_steps += 1
                block, detail = only_errors(block), "errors"
            else:
                counts.without_trace += 1
                block, detail = b"", "none"
        except TraceError:
            counts.without_trace += 1
            block, detail = b"", "none"
        return msgspec.structs.replace(run, detail=detail), block

    def _spool(self, note: bytes, block: bytes) -> bool:
        if not self._spools:
            return False
        return self._spools[0].add(note, block) or self._spools[0].add(note, b"")

    def _swap(self) -> None:
        """Runs go to the other file from here on; those that go on are copied over."""
        if not self._spools:
            return
        self._spools.reverse()
        self._programs.clear()
        for _, note in self._active.values():
            if note and self._spools[0].used < self._options.spool_bytes // 2:
                self._spools[0].add(note, b"")

    def _make_spools(self, folder: Path) -> list[Spool]:
        if self._options.spool_bytes == 0:
            return []
        made: list[Spool] = []
        try:
            for path in _free_names(folder):
                made.append(Spool(path, self._options.spool_bytes))
                if len(made) == 2:
                    break
        except OSError as error:
            for spool in made:
                spool.remove()
            self.spool_error = error
            return []
        return made


def _free_names(folder: Path) -> Iterator[Path]:
    number = 0
    while True:
        path = folder / f"spool-{number}"
        if not path.exists():
            yield path
        number += 1
