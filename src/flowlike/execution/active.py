"""Runs that were taken and have not ended, and the processes that make them."""

import asyncio
from enum import Enum

import msgspec

from flowlike.execution.jobs import Job, Outcome, PoolOptions, Source
from flowlike.execution.local import LocalExecutor, State
from flowlike.execution.protocol import Load, Mode, Start

DEEP = 8
"""Computing runs an executor is given at once; those behind a long one come back."""


class Known(msgspec.Struct):
    """What is known of a source since an executor loaded it."""

    mode: Mode | None = None
    hash: str = ""
    entry: str = ""
    record: bytes = b""


class Cause(Enum):
    """Why a process was killed, as the run says that was to blame."""

    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    MEMORY = "memory"


class Active(msgspec.Struct, eq=False):
    """A run that was taken.

    ``waiter`` is set at the end, or when the board answers if ``early``; then ``ended`` is set at
    the end. Times are those of the event loop, in seconds.
    """

    job: Job
    source: Source
    known: Known
    waiter: "asyncio.Future[Outcome]"
    early: bool
    taken_at: float
    ended: "asyncio.Future[Outcome] | None" = None
    ticket: int = 0
    mode: Mode | None = None
    worker: "Worker | None" = None
    since: float = 0.0
    loading: bool = False
    fetching: bool = False
    cancelled_at: float = 0.0
    started_us: int = 0
    watched: bool = False


class Worker:
    """An executor with what it was given."""

    def __init__(self, executor: LocalExecutor, options: PoolOptions, *, spare: bool) -> None:
        self.executor = executor
        self.spare = spare
        self.runs: dict[int, Active] = {}
        self.light = 0
        self.computing = 0
        self.awaiting = 0
        self.stuck = False
        self.heard = 0.0
        self.idle_since = 0.0
        self.baseline_bytes = 0
        self.stamp = ""
        self.blamed: dict[int, Cause] = {}
        self._options = options
        self._numbers: dict[str, int] = {}
        self._sources: dict[int, Source] = {}
        self._next = 0

    @property
    def takes_runs(self) -> bool:
        """Whether it may be given a run."""
        return self.executor.state is State.READY

    def place_for(self, mode: Mode | None) -> int:
        """How loaded it is for a run of that mode; -1 if it can take none."""
        if mode is Mode.COMPUTING:
            return -1 if self.stuck or self.computing >= DEEP else self.computing * 8 + self.light
        if mode is Mode.AWAITING and self.awaiting >= self._options.awaiting:
            return -1
        if self.light >= self._options.at_once:
            return -1
        return self.light + 16 * self.computing + self.awaiting // 16

    def has(self, source: Source) -> bool:
        """Whether it was sent that program."""
        return source.key in self._numbers

    def give(self, active: Active, ticket: int, now: float, artifact: bytes) -> None:
        """Sends it a run, and before it the program if it has not got it."""
        source, job = active.source, active.job
        number = self._numbers.get(source.key)
        active.loading = number is None
        if number is None:
            number = self._load(source, artifact)
        active.worker = self
        active.ticket = ticket
        active.since = now
        active.mode = active.known.mode
        self.runs[ticket] = active
        self._count(active, 1)
        self.executor.send(
            Start(
                ticket,
                number,
                job.run_id,
                job.payload,
                msgspec.json.encode(job.variables) if job.variables else b"",
                job.limits.steps,
                job.limits.seconds,
                active.watched,
            )
        )

    def take(self, ticket: int) -> Active | None:
        """Takes a run off it: it ended or never began."""
        active = self.runs.pop(ticket, None)
        if active is not None:
            self._count(active, -1)
            active.worker = None
        return active

    def _count(self, active: Active, by: int) -> None:
        if active.mode is Mode.COMPUTING:
            self.computing += by
            if by < 0:
                self.stuck = False
        elif active.mode is Mode.AWAITING:
            self.awaiting += by
        else:
            self.light += by

    def _load(self, source: Source, artifact: bytes) -> int:
        number = self._next
        self._next += 1
        self._numbers[source.key] = number
        self._sources[number] = source
        overrides = msgspec.json.encode(source.overrides) if source.overrides else b""
        self.executor.send(
            Load(
                number,
                b"" if artifact else source.board,
                source.start,
                str(source.level),
                source.pinned,
                overrides,
                artifact,
                keep=not artifact,
            )
        )
        return number

    def source_of(self, number: int) -> Source | None:
        """The source it knows by a number."""
        return self._sources.get(number)

    def forget(self, number: int) -> None:
        """It has not got that program any more, or never could make it."""
        source = self._sources.pop(number, None)
        if source is not None and self._numbers.get(source.key) == number:
            del self._numbers[source.key]

    def now_known(self, number: int, known: Known, now: float) -> list[Active]:
        """The program of a number was loaded: its runs begin. Gives them."""
        source = self._sources.get(number)
        begun = [
            each
            for each in self.runs.values()
            if each.loading and source is not None and each.source.key == source.key
        ]
        for each in begun:
            self._count(each, -1)
            each.loading, each.known, each.mode, each.since = False, known, known.mode, now
            self._count(each, 1)
        return begun
