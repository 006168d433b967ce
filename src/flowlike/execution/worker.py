"""An executor as the dispatcher sees it: its programs, its runs, and what is wrong with it."""

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from flowlike.execution.active import Active, Cause, Known
from flowlike.execution.frames import ProtocolError
from flowlike.execution.jobs import PoolOptions, Source
from flowlike.execution.local import LocalExecutor, State
from flowlike.execution.protocol import Load, Mode, Start

DEEP = 8
"""Computing runs an executor is given at once; those behind a long one come back."""
PATIENCE = 0.05
"""Seconds a run may keep an executor from the next one before others are preferred."""
_LOADING_SECONDS = 120.0
"""How long an executor may take to make a program."""
_SLACK_BYTES = 32 * 1024 * 1024
"""With a quarter, what a process may use beyond its bound: it should refuse by itself before."""
_MOST_STRAYS = 10_000
"""Words about runs nobody knows; a few come from runs that were left."""


class Lane:
    """Runs that an executor makes one after another. The first is the one it makes now."""

    def __init__(self) -> None:
        self.runs: dict[int, Active] = {}
        self.since = 0.0

    def __len__(self) -> int:
        return len(self.runs)

    def add(self, active: Active, now: float) -> None:
        """Puts a run behind the others."""
        if not self.runs:
            self.since = now
        self.runs[active.ticket] = active

    def remove(self, active: Active, now: float) -> None:
        """Takes a run out."""
        if self.runs.pop(active.ticket, None) is not None:
            self.since = now

    @property
    def first(self) -> Active | None:
        """The run it makes now, as far as was heard."""
        return next(iter(self.runs.values()), None)

    def is_held(self, now: float) -> bool:
        """Whether one run keeps the others waiting."""
        return bool(self.runs) and now - self.since > PATIENCE


class Worker:
    """One executor."""

    def __init__(self, executor: LocalExecutor, options: PoolOptions) -> None:
        self.executor = executor
        self.runs: dict[int, Active] = {}
        self.light = Lane()
        self.computing = Lane()
        self.awaiting: dict[int, Active] = {}
        self.loading: dict[int, Active] = {}
        self.stuck = False
        self.idle_since = 0.0
        self.stopped_since = 0.0
        self.baseline_bytes = 0
        self.stamp = ""
        self.blamed: dict[int, Cause] = {}
        self._options = options
        self._numbers: dict[str, int] = {}
        self._sources: dict[int, Source] = {}
        self._ready: dict[int, Known] = {}
        self._suspects: set[int] = set()
        self._next = 0
        self._strays = 0

    @property
    def takes_runs(self) -> bool:
        """Whether it may be given a run."""
        return self.executor.state is State.READY

    def load(self, mode: Mode | None, now: float) -> int:
        """How loaded it is for a run of that mode; -1 if it can take none."""
        computing, light = len(self.computing), len(self.light)
        if mode is Mode.COMPUTING:
            return -1 if self.stuck or computing >= DEEP else computing * 8 + light
        if light >= self._options.at_once or self.light.is_held(now):
            return -1
        if mode is None and len(self.loading) >= self._options.at_once:
            return -1
        if mode is Mode.AWAITING and len(self.awaiting) >= self._options.awaiting:
            return -1
        return 16 * (light + len(self.loading) + 16 * computing) + len(self.awaiting)

    # Programs.

    def has(self, source: Source) -> bool:
        """Whether it was sent that program."""
        return source.key in self._numbers

    def source_of(self, number: int) -> Source | None:
        """The source it knows by a number."""
        return self._sources.get(number)

    def known_of(self, source: Source) -> Known | None:
        """What it told of a source when it loaded it."""
        number = self._numbers.get(source.key)
        return self._ready.get(number) if number is not None else None

    def forget(self, number: int) -> None:
        """It has not got that program any more, or never could make it."""
        self._ready.pop(number, None)
        source = self._sources.pop(number, None)
        if source is not None and self._numbers.get(source.key) == number:
            del self._numbers[source.key]

    def loaded(self, number: int, known: Known, now: float) -> list[Active]:
        """The program of a number was loaded: its runs begin. Gives them."""
        source = self._sources.get(number)
        self._ready[number] = known
        begun = [
            each
            for each in self.loading.values()
            if source is not None and each.source.key == source.key
        ]
        for each in begun:
            self._leave_lane(each, now)
            each.loading, each.known, each.mode, each.since = False, known, known.mode, now
            self._enter_lane(each, now)
        return begun

    def _load(self, source: Source, artifact: bytes) -> int:
        number = self._next
        self._next += 1
        self._numbers[source.key] = number
        self._sources[number] = replace(source, board=b"")  # its key is enough, and boards large
        self._forget_oldest()
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

    def _forget_oldest(self) -> None:
        """An executor keeps so many programs; what is said of others takes room for nothing."""
        if len(self._sources) > self._options.programs:
            oldest = next(iter(self._sources))
            if oldest in self._ready:
                self.forget(oldest)

    # Runs.

    def give(self, active: Active, ticket: int, now: float, artifact: bytes) -> None:
        """Sends it a run, and before it the program if it has not got it."""
        source, job = active.source, active.job
        number = self._numbers.get(source.key)
        active.loading = number not in self._ready
        if number is None:
            number = self._load(source, artifact)
        active.worker, active.ticket, active.since = self, ticket, now
        active.mode = None if active.loading else active.known.mode
        self.runs[ticket] = active
        self._enter_lane(active, now)
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

    def take(self, ticket: int, now: float) -> Active | None:
        """Takes a run off it: it ended or never began. None if there is no such run.

        Raises:
            ProtocolError: it spoke of runs nobody knows far too often.
        """
        active = self.runs.pop(ticket, None)
        if active is None:
            self.stray()
            return None
        self._leave_lane(active, now)
        active.worker = None
        if active.mode is Mode.COMPUTING:
            self.stuck = False
        return active

    def stray(self) -> None:
        """It spoke of a run nobody knows. Raises ProtocolError if it does so all the time."""
        self._strays += 1
        if self._strays > _MOST_STRAYS:
            raise ProtocolError("A process spoke of runs that it was never given.")

    def _enter_lane(self, active: Active, now: float) -> None:
        if active.loading:
            self.loading[active.ticket] = active
        elif active.mode is Mode.AWAITING:
            self.awaiting[active.ticket] = active
        elif active.mode is Mode.COMPUTING:
            self.computing.add(active, now)
        else:
            self.light.add(active, now)

    def _leave_lane(self, active: Active, now: float) -> None:
        if active.loading:
            self.loading.pop(active.ticket, None)
        elif active.mode is Mode.AWAITING:
            self.awaiting.pop(active.ticket, None)
        elif active.mode is Mode.COMPUTING:
            self.computing.remove(active, now)
        else:
            self.light.remove(active, now)

    # What is wrong.

    def find_overdue(self, now: float) -> None:
        """Blames the runs that should have ended and did not, when they are seen a second time.

        If it was this process that was late, their ends wait to be read and come in between.
        """
        overdue = dict(self._overdue(now))
        self.blamed.update(
            (ticket, cause) for ticket, cause in overdue.items() if ticket in self._suspects
        )
        self._suspects = set(overdue)

    def _overdue(self, now: float) -> Iterator[tuple[int, Cause]]:
        options = self._options
        for active, since in self._making():
            if now > since + active.job.limits.seconds + options.overtime_seconds:
                yield active.ticket, Cause.TIMEOUT
        for active in self.loading.values():
            if now > active.since + _LOADING_SECONDS:
                yield active.ticket, Cause.TIMEOUT
        for active in self.runs.values():
            if active.cancelled_at and now > active.cancelled_at + options.grace_seconds:
                yield active.ticket, Cause.CANCELLED

    def _making(self) -> Iterator[tuple[Active, float]]:
        """The runs it makes now, and since when; those behind them have not begun."""
        for lane in (self.light, self.computing):
            if lane.first is not None:
                yield lane.first, lane.since
        for active in self.awaiting.values():
            yield active, active.since

    def find_too_large(self) -> bool:
        """Whether it uses more memory than it may; blames the run that computes, if any does."""
        limit = self._options.memory_bytes
        most = self.baseline_bytes + limit + limit // 4 + _SLACK_BYTES
        if limit <= 0 or self.executor.resident_bytes() <= most:
            return False
        first = self.computing.first or self.light.first
        if first is None and len(self.runs) == 1:
            first = next(iter(self.runs.values()))
        if first is not None:
            self.blamed.setdefault(first.ticket, Cause.MEMORY)
        return True

    def is_lost(self, now: float) -> bool:
        """Whether the system has kept it stopped for longer than its lease."""
        if not self.executor.is_stopped():
            self.stopped_since = 0.0
            return False
        self.stopped_since = self.stopped_since or now
        return now - self.stopped_since > self._options.lease_seconds
