"""The archive of a server: takes runs as they begin and end, and shows them.

What was kept is seen at once and outlives a kill of the process. A thread writes it into segments
and an index; queries run in threads of their own. Nothing here waits on the event loop.
"""

import asyncio
import re
import time
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from flowlike.errors import DatabaseError, FlowlikeError, UsageError
from flowlike.runs.detail import only_errors
from flowlike.runs.details import LogFilter, LogPage, NodeTotal, log_page, node_totals, payload_of
from flowlike.runs.filters import RunFilter
from flowlike.runs.inbox import Counts, Entry, Inbox, InboxOptions
from flowlike.runs.kept import MESSAGE_LENGTH, Bar, KeptRun
from flowlike.runs.reader import ArchiveReader, Page
from flowlike.runs.recovery import Leftovers
from flowlike.runs.retention import RetentionOptions
from flowlike.runs.sampling import Sampler, Sampling
from flowlike.runs.shelves import ShelfOptions
from flowlike.runs.writing import Writer
from flowlike.trace.history import RunTrace
from flowlike.trace.reader import Found

Result = TypeVar("Result")
_APP = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOST_APPS = 4_096
_LEAST_SEGMENT = 64 * 1024


class ArchiveOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How an archive keeps runs. ``readers`` is how many queries run at the same time."""

    inbox: InboxOptions = InboxOptions()
    shelves: ShelfOptions = ShelfOptions()
    retention: RetentionOptions = RetentionOptions()
    readers: int = 2


class ArchiveStats(msgspec.Struct, frozen=True, kw_only=True):
    """The state of an archive.

    Attributes:
        active: runs that have not ended; ``pending`` ones that are not written yet, with their
            bytes.
        counts: since the start.
        failures: how often writing failed; ``trouble`` is why it does now, None if it does not.
        catching_up: the index is being brought up to date with the segments.
        spooled: whether a kill of the process would take nothing.
    """

    active: int
    pending: int
    pending_bytes: int
    counts: Counts
    failures: int
    trouble: FlowlikeError | None
    catching_up: bool
    spooled: bool


class Archive:
    """See the module.

    Args:
        folder: where it is, made if need be (0700). One archive a folder: the data folder's lock
            sees to it.
        options: see there.
        clock_us: Unix time in microseconds.
        on_trouble: told, in a thread of the archive, when writing begins to fail and, with None,
            when it works again. Runs succeed all the same.

    Raises:
        DatabaseError: the index cannot be opened.
        OSError: the folder cannot be made.
    """

    def __init__(
        self,
        folder: str | Path,
        options: ArchiveOptions | None = None,
        *,
        clock_us: Callable[[], int] = lambda: time.time_ns() // 1_000,
        on_trouble: Callable[[FlowlikeError | None], None] = lambda _: None,
    ) -> None:
        options = options or ArchiveOptions()
        path = Path(folder)
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        left = Leftovers(path)  # before the inbox makes files of its own
        self._inbox = Inbox(path, options.inbox)
        self._writer = Writer(
            path, self._inbox, left, _shelves(options), options.retention, clock_us, on_trouble
        )
        self._reader = ArchiveReader(path)
        self._threads = ThreadPoolExecutor(options.readers, "flowlike-archive-reader")
        self._sampler = Sampler()
        self._apps: set[str] = set()
        self._writer.on_rebuild = self._reader.renew
        self._writer.start()

    async def close(self) -> None:
        """Write what waits, and stop. A second call does nothing.

        What cannot be written stays in the spool, and the next archive of this folder takes it.
        """
        self._inbox.close()
        await asyncio.to_thread(self._writer.join)
        self._threads.shutdown(wait=False)
        self._reader.close()

    # Putting in. At once, from any thread.

    def begin(self, run: KeptRun, *, durable: bool = True) -> None:
        """Show a run that is pending or running; call again when that changes.

        Args:
            run: as far as it is known.
            durable: if this process is killed, the run is kept as ``interrupted``. Say False for
                one that stands in the queue: it runs again.

        Raises:
            UsageError: ``runs.app``: its app is no id.
        """
        self._check(run.app)
        self._inbox.begin(run, durable=durable)

    def withdraw(self, run_id: str) -> None:
        """Take back ``begin`` of a run that will never be kept."""
        self._inbox.drop(run_id)

    def keep(
        self,
        run: KeptRun,
        block: bytes | None = None,
        program: bytes | None = None,
        sampling: Sampling | None = None,
    ) -> None:
        """Keep a run that ended. Of two with one id, the one with the higher epoch counts.

        Args:
            run: what is known of it.
            block: its trace, None if its level recorded nothing.
            program: the block that describes its program, without which the trace shows numbers
                instead of nodes. Give the same object for the same program.
            sampling: keep whole traces of some runs only; None for all.

        Raises:
            UsageError: ``runs.app``: its app is no id.
        """
        self._check(run.app)
        if len(run.error_message) > MESSAGE_LENGTH:
            cut = run.error_message[: MESSAGE_LENGTH - 1] + "…"
            run = msgspec.structs.replace(run, error_message=cut)
        block = block or b""
        if sampling is not None and block and not self._samples(sampling, run):
            run = msgspec.structs.replace(run, detail="sampled")
            block = only_errors(block)
        self._inbox.keep(run, block, program)

    # Looking.

    async def runs(self, app: str, asked: RunFilter | None = None, limit: int = 50) -> Page:
        """A page of an app's runs, the newest first, active ones too.

        Raises:
            DatabaseError: as ``flowlike.database.faults``.
        """
        asked = asked or RunFilter()
        newer = self._inbox.of_app(app)
        return await self._in_thread(lambda: self._reader.runs(app, asked, limit, newer))

    async def run(self, app: str, run_id: str) -> KeptRun | None:
        """One run, active or ended; None if it is not there or of another app."""
        found = self._inbox.find(run_id)
        if found is not None:
            return found[0] if found[0].app == app else None
        return await self._in_thread(lambda: self._reader.run(app, run_id))

    async def trace(self, app: str, run_id: str) -> RunTrace | None:
        """What one run recorded; None if it is not there, has not ended, or recorded nothing.

        Raises:
            TraceError: ``trace.malformed``: its segment is damaged there.
        """
        return await self._of_trace(app, run_id, lambda trace: trace)

    async def nodes(self, app: str, run_id: str) -> list[NodeTotal] | None:
        """Totals of a run's nodes; None as ``trace``, which see."""
        return await self._of_trace(app, run_id, node_totals)

    async def logs(
        self, app: str, run_id: str, asked: LogFilter | None = None, limit: int = 100
    ) -> LogPage | None:
        """A page of a run's log; None as ``trace``, which see."""
        asked = asked or LogFilter()
        return await self._of_trace(app, run_id, lambda trace: log_page(trace, asked, limit))

    async def payload(self, app: str, run_id: str) -> Any:
        """What a run was given, if its level kept it; None as ``trace``, which see.

        Raises:
            TraceError: ``trace.not-kept``: it was secret or too large.
        """
        return await self._of_trace(app, run_id, payload_of)

    async def counts(self, app: str, since_us: int = 0) -> dict[str, int]:
        """How many runs have each status, active ones too."""
        newer = self._inbox.of_app(app)
        return await self._in_thread(lambda: self._reader.counts(app, since_us, newer))

    async def activity(self, app: str, since_us: int, step_us: int, steps: int) -> list[Bar]:
        """How many runs started in each of so many spans of time, active ones too."""
        newer = self._inbox.of_app(app)
        return await self._in_thread(
            lambda: self._reader.activity(app, since_us, step_us, steps, newer)
        )

    def stats(self) -> ArchiveStats:
        """How it is doing."""
        active, pending, size = self._inbox.waiting()
        return ArchiveStats(
            active=active,
            pending=pending,
            pending_bytes=size,
            counts=msgspec.structs.replace(self._inbox.counts),
            failures=self._writer.failures,
            trouble=self._writer.trouble,
            catching_up=self._writer.catching_up,
            spooled=self._inbox.is_spooled,
        )

    # Having something done by the thread that writes.

    async def flush(self) -> None:
        """Wait until all that was kept before stands in segments and index.

        Raises:
            FlowlikeError: it cannot be written now.
        """
        await self._by_writer(self._writer.check)

    async def pin(self, app: str, run_id: str, *, pinned: bool = True) -> bool:
        """Keep a run that ended for good, or not any more; False if it is not there.

        Raises:
            TraceError, DatabaseError: it cannot be read or copied.
        """
        if await self.run(app, run_id) is None:
            return False
        retention = self._writer.retention
        return await self._by_writer(
            lambda: retention.pin(run_id) if pinned else retention.unpin(run_id)
        )

    async def tidy(self) -> None:
        """Delete now what has been kept long enough, instead of within ten minutes."""
        await self._finish(self._writer.retention.tidy)

    async def forget(self, app: str) -> None:
        """Delete all runs of an app. The index is cleared of them a little later."""
        await self._finish(lambda: self._writer.retention.forget(app), first_step=True)

    async def rebuild(self) -> None:
        """Make the index anew from the segments. Until then lists show what is in it so far."""
        await self._by_writer(self._writer.rebuild)
        await self._finish(lambda: ())  # chores are done in turn

    async def _finish(
        self, make: Callable[[], Iterable[None]], *, first_step: bool = False
    ) -> None:
        """Have a chore done; with ``first_step`` before all others, and wait for that alone."""
        done: Future[None] = Future()

        def chore() -> Generator[None]:
            try:
                for _ in make():
                    if first_step and not done.done():
                        done.set_result(None)
                    yield
            except Exception as error:
                if not done.done():
                    done.set_exception(error)
                raise
            else:
                if not done.done():
                    done.set_result(None)
            finally:
                done.cancel()  # of one that was given up

        await self._by_writer(lambda: self._writer.add_chore(chore(), first=first_step))
        await asyncio.wrap_future(done)

    async def _by_writer(self, work: Callable[[], Result]) -> Result:
        return await asyncio.wrap_future(self._inbox.submit(work))

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except DatabaseError as error:
            if error.code == "database.damaged":
                self._inbox.submit(self._writer.rebuild)
            raise

    async def _of_trace(
        self, app: str, run_id: str, ask: Callable[[RunTrace], Result]
    ) -> Result | None:
        def work() -> Result | None:
            found = self._inbox.find(run_id)
            trace = self._reader.trace(app, run_id) if found is None else self._waiting(app, *found)
            return None if trace is None else ask(trace)

        return await self._in_thread(work)

    def _waiting(self, app: str, run: KeptRun, entry: Entry | None) -> RunTrace | None:
        if entry is None or run.app != app or not entry.block:
            return None
        found = Found(entry.note, [entry.block], damaged=False)
        return self._reader.decoded(found, 0, entry.program)

    def _samples(self, sampling: Sampling, run: KeptRun) -> bool:
        return run.failed or self._sampler.keeps(
            sampling, run.app, run.event, run.run_id, run.started_us
        )

    def _check(self, app: str) -> None:
        if app in self._apps:
            return
        if not _APP.fullmatch(app):
            raise UsageError(
                "runs.app",
                f"{app[:80]!r} is no id of an app.",
                remedy="Ids have 1 to 64 letters, digits, - and _.",
            )
        if len(self._apps) >= _MOST_APPS:
            self._apps.clear()
        self._apps.add(app)


def _shelves(options: ArchiveOptions) -> ShelfOptions:
    """Files small enough that deleting one does not take much of what an app may have."""
    most = max(options.retention.app_bytes // 8, _LEAST_SEGMENT)
    size = min(options.shelves.segment_bytes, most)
    return msgspec.structs.replace(options.shelves, segment_bytes=size)
