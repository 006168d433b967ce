"""One run: its counters and limits, what generated code may call, and the result.

A run ends ``completed``, ``failed``, ``cancelled`` or ``timeout``. Generated code looks up from its
work at *checkpoints* (each round of a loop, each jump back, each branch): there the step budget,
the clock and a wish to cancel are looked at. Spec: engine, section 3.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, Protocol

import msgspec

from flowlike.engine.failure import Again, Failure, exited, locate
from flowlike.engine.writer import Site
from flowlike.errors import NodeFailure
from flowlike.trace.redaction import Redactor

MOST_ROUNDS = 1_000_000
MOST_BRANCHES = 1_000
MOST_RECORDS = 200_000
"""Records of one run that are kept in memory; beyond it steps and values are dropped."""
_NEVER_DROPPED = frozenset({3, 4})
DEEPEST_CALLS = 64
_FIRST_STRIDE = 256
_QUICK, _SLOW = 0.005, 0.02


_depths: ContextVar[Mapping[tuple[int, int], int]] = ContextVar(
    "depths", default=MappingProxyType({})
)
"""How often each node of each run is entered now; parallel branches begin with their caller's."""


class RunError(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a run failed: place in the board, and ``cause``, what lies behind it."""

    code: str
    message: str
    node: str = ""
    pin: str = ""
    remedy: str = ""
    cause: tuple[str, ...] = ()


class LogEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a run's log. ``level`` is 0 debug to 4 fatal, ``node`` an id."""

    level: int
    message: str
    node: str = ""
    fields: dict[str, Any] = {}


class LiveEvent(msgspec.Struct, frozen=True):
    """Something a node told those who watch the run."""

    kind: str
    payload: dict[str, Any]
    node: str = ""


class Response(msgspec.Struct, frozen=True):
    """The answer to the HTTP request that started a run."""

    status: int
    headers: dict[str, str]
    body: Any = None


class RunResult(msgspec.Struct, frozen=True, gc=False):
    """How a run ended.

    ``outputs`` is what the return-result node was given, None if none ran. ``steps`` counts
    activations, pure ones too. ``trace`` holds the recorded blocks, to be appended to a segment.
    ``handled_errors`` were caught by the board.
    """

    status: str
    outputs: Any = None
    error: RunError | None = None
    steps: int = 0
    trace: bytes | None = None
    handled_errors: int = 0
    logs: tuple[LogEntry, ...] | list[LogEntry] = ()
    events: tuple[LiveEvent, ...] | list[LiveEvent] = ()
    response: Response | None = None
    run_id: str = ""


class Limits(msgspec.Struct, frozen=True):
    """Bounds of one run: activations, and seconds of wall time."""

    steps: int = 1_000_000
    seconds: float = 300.0


class Cancellation:
    """A wish to end a run at its next checkpoint, from any thread or signal handler."""

    __slots__ = ("_wake", "requested")

    def __init__(self) -> None:
        self.requested = False
        self._wake: Callable[[], object] | None = None

    def request(self) -> None:
        """Asks the run to end."""
        self.requested = True
        if self._wake is not None:
            self._wake()

    def on_request(self, wake: Callable[[], object] | None) -> None:
        """Sets what else to do when asked: awaiting runs must be woken."""
        self._wake = wake
        if self.requested and wake is not None:
            wake()


class Stop(BaseException):
    """Ends a run from inside. No board can catch it."""

    def __init__(self, status: str, code: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.error = RunError(code, message, remedy=remedy)


class Runnable(Protocol):
    """What a run asks of its program."""

    filename: str
    is_async: bool
    log_level: int

    @property
    def sites(self) -> Mapping[int, Site]:
        """What each generated line stands for."""
        ...

    def clean(self, text: str, secrets: tuple[str, ...], /) -> str:
        """The text without secrets."""
        ...

    def node_id(self, number: int, /) -> str:
        """The id of a node by its number, empty if there is none."""
        ...

    def keep_logs(self, run: "Run", /) -> None:
        """Begins to record a run that logs, if its level keeps logs."""
        ...


class Hosting(Protocol):
    """What a run asks of its host."""

    on_log: Callable[[LogEntry], None] | None
    on_event: Callable[[LiveEvent], None] | None
    on_respond: Callable[[Response], None] | None


class Run:
    """The object generated code calls ``r``. One a run.

    ``limit`` is the activation count at which the code next looks up.
    """

    limit = _FIRST_STRIDE
    spent = 0
    handled = 0
    cancel: Cancellation | None = None
    logs: list[LogEntry] | tuple[LogEntry, ...] = ()
    events: list[LiveEvent] | tuple[LiveEvent, ...] = ()
    response: Response | None = None
    records: list[Any] | None = None
    dropped = 0
    record: Callable[[Any], None]
    describe: Callable[[Any], tuple[Any, ...]]
    now = staticmethod(time.perf_counter_ns)
    started = 0
    wall = 0
    run_id = ""
    variables: list[Any]
    capabilities: tuple[Any, ...] = ()
    secrets: tuple[str, ...] = ()
    budget = Limits().steps
    _stride = _FIRST_STRIDE
    _looked = 0.0
    _deadline = 0.0

    def __init__(self, program: "Runnable", host: "Hosting") -> None:
        self.program = program
        self.host = host

    def begin(self, limits: Limits, cancel: Cancellation | None) -> None:
        """Starts the clock. Only programs with checkpoints need it."""
        self._looked = time.perf_counter()
        self._deadline = self._looked + limits.seconds
        self.budget = limits.steps
        self.limit = min(_FIRST_STRIDE, limits.steps - 1)
        self.cancel = cancel

    # Checkpoints.

    def poll(self, count: int) -> int:
        """A checkpoint, about every 10 ms: ends the run, or says when to look up next."""
        self.spent = max(self.spent, count)
        if count >= self.budget:
            raise Stop(
                "failed",
                "engine.step-budget",
                f"The run was ended after {count:,} steps.",
                "Look for a loop that never ends, or raise the step budget.",
            )
        if self.cancel is not None and self.cancel.requested:
            raise Stop("cancelled", "engine.cancelled", "The run was cancelled.")
        now = time.perf_counter()
        if now >= self._deadline:
            raise time_is_up()
        if self.records is not None and len(self.records) > MOST_RECORDS:
            self._drop_records(self.records)
        passed, self._looked = now - self._looked, now
        if passed < _QUICK:
            self._stride = min(self._stride * 2, 65_536)
        elif passed > _SLOW:
            self._stride = max(self._stride // 4, 1)
        self.limit = min(count + self._stride, self.budget - 1)
        return self.limit

    def _drop_records(self, records: list[Any]) -> None:
        """Keeps the beginning of a very long trace, and of the rest logs and errors."""
        rest = records[MOST_RECORDS:]
        kept = [each for each in rest if each[0] in _NEVER_DROPPED]
        self.dropped += len(rest) - len(kept)
        records[MOST_RECORDS:] = kept[: MOST_RECORDS // 10]

    async def pause(self, count: int) -> int:
        """A checkpoint of an awaiting program: others get their turn."""
        await asyncio.sleep(0)
        return self.poll(count)

    def tick(self, count: int) -> int:
        """Counts activations of a program with parallel branches; gives the run's count so far."""
        self.spent += count
        return self.spent

    # Calls.

    def enter(self, node: int) -> None:
        """A node is about to run what may come back to it. Raises NodeFailure beyond 64 levels."""
        depths = _depths.get()
        depth = depths.get((id(self), node), 0) + 1
        if depth > DEEPEST_CALLS:
            raise NodeFailure(
                "engine.recursion",
                f"The node was entered again {DEEPEST_CALLS} times before it was done.",
                remedy="End the recursion earlier, or use a loop.",
            )
        _depths.set({**depths, (id(self), node): depth})

    def leave(self, node: int) -> None:
        """The node is done with what it ran."""
        depths = dict(_depths.get())
        depths[id(self), node] -= 1
        if not depths[id(self), node]:
            del depths[id(self), node]
        _depths.set(depths)

    # Errors.

    def fail(self, error: Exception) -> Failure:
        """A caught error, counted as handled."""
        self.handled += 1
        return self.note(error)

    def note(self, error: Exception) -> Failure:
        """What a caught exception means. Raises Stop for those no board may handle."""
        if isinstance(error, MemoryError):
            raise out_of_memory() from error
        failure = locate(error, self.program, self.secrets)
        self.spent -= failure.ahead if self.program.is_async else 0
        if self.records is not None:
            self.record_failure(failure)
        return failure

    def pass_over(self, error: Exception) -> Failure:
        """A body failed and its node goes on with the next: the error becomes a line of the log."""
        failure = self.fail(error)
        self.write_log(3, failure.message, {"code": failure.code}, failure.node, failure.seq)
        return failure

    def again(self, failure: Failure) -> None:
        """Fails once more, after what had to run first."""
        raise Again(failure)

    def record_failure(self, failure: Failure) -> None:
        """Notes a failed activation, unless it is noted already."""
        records = self.records
        if records is None or failure.node < 0 or failure.known:
            return
        if not failure.recorded:
            records.append(
                (
                    1,
                    failure.seq,
                    failure.node,
                    failure.parent,
                    failure.iteration,
                    failure.start - self.started,
                    time.perf_counter_ns() - failure.start,
                    0,
                    1,
                )
            )
        records.append(
            (
                4,
                failure.seq,
                failure.code,
                failure.message,
                failure.node,
                failure.pin,
                failure.remedy,
                failure.cause,
            )
        )

    # Logs.

    def write_log(
        self, level: int, message: str, fields: dict[str, Any], node: int, seq: int
    ) -> None:
        """Adds a line to the log, if the board wants lines of that level."""
        if level < self.program.log_level:
            return
        if self.records is None:
            self.program.keep_logs(self)
        if self.secrets:
            fields = Redactor(self.secrets).data(fields)
        entry = LogEntry(
            level, self.program.clean(message, self.secrets), self.program.node_id(node), fields
        )
        if self.logs == ():
            self.logs = []
        self.logs.append(entry)  # type: ignore[union-attr]  # made a list above
        if self.host.on_log is not None:
            self.host.on_log(entry)
        if self.records is not None:
            at = time.perf_counter_ns() - self.started
            self.records.append((3, seq, level, entry.message, fields or None, at))

    def send(self, event: LiveEvent) -> None:
        """Keeps a live event and tells the host."""
        if self.secrets:
            payload = Redactor(self.secrets).data(event.payload)
            event = LiveEvent(event.kind, payload, event.node)
        if self.events == ():
            self.events = []
        self.events.append(event)  # type: ignore[union-attr]  # made a list above
        if self.host.on_event is not None:
            self.host.on_event(event)

    def warn_rounds(self, node: int) -> None:
        """A While loop stopped because of its bound, not of its condition."""
        self.write_log(
            2,
            "The loop stopped at its highest number of rounds.",
            {"code": "max_iter_reached"},
            node,
            0,
        )

    # Concurrency.

    def timeout(self, milliseconds: float) -> asyncio.Timeout:
        """A bound for what runs inside it. Raises NodeFailure for a negative time."""
        if milliseconds < 0:
            raise NodeFailure(
                "engine.negative-time",
                "A time limit cannot be negative.",
                remedy="Give the time in milliseconds.",
                pin="timeout_ms",
            )
        return asyncio.timeout(milliseconds / 1000)

    async def each(
        self,
        branch: Callable[..., Awaitable[int]],
        frame: list[Any],
        count: int,
        items: list[Any],
        most: int,
        *context: int,
    ) -> int:
        """Runs a branch an item, at most ``most`` at once (0: all), and joins the frames."""
        if len(items) > MOST_ROUNDS:
            raise _too_many(len(items))
        gate = asyncio.Semaphore(most if most > 0 else MOST_BRANCHES)

        def start(index: int, child: list[Any]) -> Awaitable[int]:
            return branch(self, child, count, *context, index, items[index])

        return await self._join(len(items), start, frame, gate)

    async def branches(
        self,
        functions: tuple[Callable[..., Awaitable[int]], ...],
        frame: list[Any],
        count: int,
        *context: int,
    ) -> int:
        """Runs several branches at once and joins their frames."""

        def start(index: int, child: list[Any]) -> Awaitable[int]:
            return functions[index](self, child, count, *context, index)

        return await self._join(len(functions), start, frame, None)

    async def _join(
        self,
        count: int,
        start: Callable[[int, list[Any]], Awaitable[int]],
        frame: list[Any],
        gate: asyncio.Semaphore | None,
    ) -> int:
        before = list(frame)
        children: list[list[Any]] = []
        errors: dict[int, Exception] = {}

        async def one(index: int, child: list[Any]) -> None:
            try:
                await start(index, child)
            except SystemExit as error:  # a task that raised it would end the event loop
                errors[index] = exited(error)
                raise errors[index]  # noqa: B904 - it is the same failure with its traceback
            except Exception as error:
                errors[index] = error
                raise
            finally:
                if gate is not None:
                    gate.release()

        try:
            async with asyncio.TaskGroup() as group:
                for index in range(count):
                    if gate is not None:
                        await gate.acquire()
                    child = list(before)
                    children.append(child)
                    group.create_task(one(index, child))
        except BaseExceptionGroup as failures:
            stop = failures.subgroup(lambda each: not isinstance(each, Exception))
            if stop is not None:
                raise _first(stop) from None
            raise errors[min(errors)] from None
        for child in children:
            for place, value in enumerate(child):
                if value is not before[place]:
                    frame[place] = value
        return self.spent


def out_of_memory() -> Stop:
    """Ends a run that needs more than there is."""
    return Stop(
        "failed",
        "run.memory",
        "The run ran out of memory.",
        "Work on smaller parts, or raise the limit.",
    )


def time_is_up() -> Stop:
    """Ends a run at its time limit."""
    return Stop(
        "timeout",
        "engine.timeout",
        "The run took longer than it may.",
        "Look for a loop that never ends, or raise the time limit.",
    )


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _too_many(count: int) -> NodeFailure:
    return NodeFailure(
        "engine.too-many-rounds",
        f"{count:,} rounds are more than a loop may run ({MOST_ROUNDS:,}).",
        remedy="Work on smaller parts.",
    )


def bounded_enumerate(items: list[Any]) -> Iterator[tuple[int, Any]]:
    """Counts through a list a loop may run over."""
    if len(items) > MOST_ROUNDS:
        raise _too_many(len(items))
    return enumerate(items)


def bounded_range(rounds: int) -> range:
    """The rounds of a While loop."""
    if rounds > MOST_ROUNDS:
        raise _too_many(rounds)
    return range(rounds)


def missing_value(key: str) -> Any:
    """Fails because an input is wired to a node that has not run."""
    raise NodeFailure(
        "engine.no-value",
        f"Input {key!r} has no value yet: the node that feeds it has not run.",
        remedy="Make sure that the other node runs first.",
        pin=key,
    )


__all__ = [
    "Cancellation",
    "Limits",
    "LiveEvent",
    "LogEntry",
    "Response",
    "Run",
    "RunError",
    "RunResult",
    "Stop",
]
