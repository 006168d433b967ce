"""A compiled board: Python source, compiled once, run many times.

The only place that compiles code.
"""

import ast
import asyncio
import copy
import gc
import linecache
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import perf_counter_ns
from types import CodeType
from typing import Any, Self

from flowlike.board.check import Severity, check
from flowlike.board.definition import Kind
from flowlike.board.limits import check_board
from flowlike.board.model import Board, TraceLevel
from flowlike.board.pins import definition_of
from flowlike.engine.activation import MISSING
from flowlike.engine.artifact import pack, unpack
from flowlike.engine.audit import audit
from flowlike.engine.failure import Failure, exited
from flowlike.engine.host import Host
from flowlike.engine.invoke import callable_of
from flowlike.engine.payload import payload_reader
from flowlike.engine.plan import Catalog, Plan, make_plan
from flowlike.engine.record import Recording, redact
from flowlike.engine.run import (
    Cancellation,
    Limits,
    Run,
    RunError,
    RunResult,
    Stop,
    bounded_enumerate,
    bounded_range,
    missing_value,
    out_of_memory,
    time_is_up,
)
from flowlike.engine.tables import Draft, Tables, draft_of
from flowlike.engine.variables import VariableReader
from flowlike.errors import CompileError, UsageError
from flowlike.trace.records import split_block
from flowlike.trace.redaction import redact_text

_DEFAULT_HOST = Host()
_DEFAULT_LIMITS = Limits()

HELPERS: Mapping[str, Any] = {
    "M": MISSING,
    "X": missing_value,
    "C": copy.deepcopy,
    "G": bounded_enumerate,
    "W": bounded_range,
    "S": dict.get,
    "T": type,
    "J": redact,
    "E": Exception,
    "O": TimeoutError,
}
"""What the fixed capital letters in generated source stand for."""


class Program:
    """A planned board compiled at one trace level. ``compile_board`` makes it.

    Attributes:
        source: the generated Python; empty if the program was loaded from an artifact.
        is_async: whether the program awaits; then ``run`` needs a thread without a running event
            loop.
        loops: whether the program may go round, and so may run for long.
        hash: SHA-256 of the source and of what its names stand for, hexadecimal.
        permissions: what the nodes of the program may do.
        nodes: ids of the program's nodes; a node's place is its number in source and traces.
    """

    def __init__(self, plan: Plan, level: TraceLevel) -> None:
        draft = draft_of(plan, level)
        tree = ast.parse(draft.source)
        audit(tree, draft.words)
        filename = _filename(draft.tables.hash)
        code = compile(tree, filename, "exec")
        lines = draft.source.splitlines(keepends=True)
        linecache.cache[filename] = (len(draft.source), None, lines, filename)
        self.source = draft.source
        self._draft: Draft | None = draft
        self._bind(draft.tables, code)

    @classmethod
    def load(cls, artifact: bytes, catalog: Catalog, stamp: str) -> Self:
        """The program of an artifact that ``artifact`` gave for the same stamp.

        An artifact holds code: only load what you can vouch for. ``source`` is empty.

        Raises:
            CompileError: ``engine.foreign-artifact``; it is of another stamp or Python, or damaged,
                or a node type is not installed any more.
        """
        program = cls.__new__(cls)
        program.source = ""
        program._draft = None  # noqa: SLF001 - of this class
        with _no_collector():
            program._bind(*unpack(artifact, catalog, stamp))  # noqa: SLF001 - the same
        return program

    def artifact(self, stamp: str) -> bytes | None:
        """The program as bytes for ``load``; None if it was loaded itself or cannot be stored.

        Args:
            stamp: names all that the artifact depends on beside the board: engine and catalog.
        """
        return pack(self._draft, self._code, stamp) if self._draft is not None else None

    def _bind(self, tables: Tables, code: CodeType) -> None:
        self.level = tables.level
        self.is_async = tables.is_async
        self.loops = tables.loops
        self.sites = tables.sites
        self.filename = code.co_filename
        self.log_level = tables.log_level
        self.nodes = tables.nodes
        self.hash = tables.hash
        self.permissions = tables.permissions
        self._code = code
        self._capabilities = tables.capabilities
        self._lent = tuple([_DEFAULT_HOST.lend(each) for each in tables.capabilities])
        self._read_payload = payload_reader(*tables.start)
        self._takes_payload = bool(tables.start[1])
        self._has_variables = bool(tables.variables)
        self._variables = VariableReader(tables.variables)
        self._traced = self.level in (TraceLevel.STEPS, TraceLevel.DATA)
        self._notes = self.level is TraceLevel.ERRORS
        self._recording = Recording(tables.description)
        self._described = tables.description
        self._context = (0, -1) if self._traced else ()
        self._looks_up = self.loops or self.is_async
        self._prepared = self._has_variables or self._traced or self._looks_up
        names: dict[str, Any] = {"__builtins__": {}, **HELPERS, **tables.constants}
        for number, callee in tables.callees.items():
            names[f"n{number}"] = callable_of(callee)
        exec(code, names)  # the one place that runs what was compiled
        self._entry = names["u0"]

    _forget: Callable[..., object] = staticmethod(
        linecache.cache.pop
    )  # modules may be gone when the last program goes

    def __del__(self) -> None:
        self._forget(getattr(self, "filename", ""), None)

    def node_id(self, number: int, /) -> str:
        """The id of a node by its number, empty if there is none."""
        return self.nodes[number] if 0 <= number < len(self.nodes) else ""

    def keep_logs(self, run: Run, /) -> None:
        """Begins to record a run that logs, if the level keeps logs."""
        if self._notes:
            self._recording.begin(run)

    def clean(self, text: str, secrets: tuple[str, ...], /) -> str:
        """The text without the run's secrets."""
        return redact_text(text, secrets) if secrets else text

    # Running.

    def run(
        self,
        payload: Any = None,
        *,
        variables: Mapping[str, Any] | None = None,
        overrides: Mapping[str, Any] | None = None,
        secrets: Mapping[str, Any] | None = None,
        host: Host = _DEFAULT_HOST,
        limits: Limits = _DEFAULT_LIMITS,
        cancel: Cancellation | None = None,
        run_id: str = "",
    ) -> RunResult:
        """Runs the board once and waits for the end.

        Args:
            payload: a JSON object for the start node.
            variables: values of runtime-configured variables, by id or name.
            overrides: values of exposed variables, as an event sets them.
            secrets: values of secret variables.
            host: what the run may use; by default this process's clock and chance.
            limits: step and time budget.
            cancel: a wish to end the run, set from elsewhere.
            run_id: what the trace calls the run; by default a new id.

        Raises:
            PayloadError: payload or variables do not fit. Nothing was run.
            UsageError: ``engine.in-loop``; an awaiting program, called inside a running event loop.
        """
        if self.is_async:
            _refuse_loop()
            return asyncio.run(
                self.run_async(
                    payload,
                    variables=variables,
                    overrides=overrides,
                    secrets=secrets,
                    host=host,
                    limits=limits,
                    cancel=cancel,
                    run_id=run_id,
                )
            )
        run = Run(self, host)
        run.run_id = run_id
        if self._notes:
            run.started = perf_counter_ns()
        values = self._read_payload(payload) if self._takes_payload else ()
        if self._prepared or variables or overrides or secrets:
            self._prepare(run, variables, overrides, secrets, limits, cancel)
        if host is not _DEFAULT_HOST:
            self._meet(run, host)
        elif self._lent:
            run.capabilities = self._lent
        try:
            steps, outputs = self._entry(run, 0, *self._context, *values)
        except (Exception, SystemExit, Stop) as error:  # noqa: BLE001 - a node may raise anything
            return self._finish(run, payload, *self._failed(run, error))
        if run.records is not None:
            return self._finish(run, payload, RunResult("completed", outputs, None, steps))
        return RunResult(
            "completed",
            outputs,
            None,
            steps,
            None,
            run.handled,
            run.logs,
            run.events,
            run.response,
            run_id,
        )

    async def run_async(
        self,
        payload: Any = None,
        *,
        variables: Mapping[str, Any] | None = None,
        overrides: Mapping[str, Any] | None = None,
        secrets: Mapping[str, Any] | None = None,
        host: Host = _DEFAULT_HOST,
        limits: Limits = _DEFAULT_LIMITS,
        cancel: Cancellation | None = None,
        run_id: str = "",
    ) -> RunResult:
        """Like ``run``, inside an event loop. A program that never awaits runs without a pause."""
        if not self.is_async:
            return self.run(
                payload,
                variables=variables,
                overrides=overrides,
                secrets=secrets,
                host=host,
                limits=limits,
                cancel=cancel,
                run_id=run_id,
            )
        run = Run(self, host)
        run.run_id = run_id
        if self._notes:
            run.started = perf_counter_ns()
        values = self._read_payload(payload)
        self._prepare(run, variables, overrides, secrets, limits, cancel)
        self._meet(run, host)
        try:
            steps, outputs = await self._bounded(run, values, limits, cancel)
        except (Exception, SystemExit, Stop) as error:  # noqa: BLE001 - a node may raise anything
            return self._finish(run, payload, *self._failed(run, error))
        return self._finish(run, payload, RunResult("completed", outputs, None, steps))

    async def _bounded(
        self, run: Run, values: Sequence[Any], limits: Limits, cancel: Cancellation | None
    ) -> tuple[int, Any]:
        """Runs the entry so that the clock and a cancellation can end it while it waits."""
        limit = asyncio.timeout(limits.seconds)
        try:
            async with limit:
                entry = self._entry(run, 0, *self._context, *values)
                steps, outputs = await (entry if cancel is None else _cancellable(entry, cancel))
        except TimeoutError:
            if not limit.expired():
                raise  # a node's own
            raise time_is_up() from None
        return steps, outputs

    def _meet(self, run: Run, host: Host) -> None:
        """Gives the run what the host lends, and shows it to the host."""
        run.capabilities = tuple([host.lend(each) for each in self._capabilities])
        if host.on_start is not None:
            host.on_start(run)

    def _prepare(
        self,
        run: Run,
        variables: Mapping[str, Any] | None,
        overrides: Mapping[str, Any] | None,
        secrets: Mapping[str, Any] | None,
        limits: Limits,
        cancel: Cancellation | None,
    ) -> None:
        """Variables, clock and recorder, for programs that have use for them."""
        if self._has_variables or variables or overrides or secrets:
            run.variables = self._variables.read(variables, overrides, secrets)
            run.secrets = self._variables.secret_texts(run.variables)
        if self._looks_up:
            run.begin(limits, cancel)
        if self._traced:
            self._recording.begin(run)

    # Ending.

    def _failed(self, run: Run, error: BaseException) -> tuple[RunResult, Failure | None]:
        if isinstance(error, Stop):
            return RunResult(error.status, None, error.error, run.spent), None
        if isinstance(error, MemoryError):
            stop = out_of_memory()
            return RunResult(stop.status, None, stop.error, run.spent), None
        if isinstance(error, SystemExit):
            error = exited(error)
        failure = run.note(error)  # type: ignore[arg-type]  # no Stop
        problem = RunError(
            failure.code,
            failure.message,
            self.node_id(failure.node),
            failure.pin,
            failure.remedy,
            failure.cause,
        )
        return RunResult("failed", None, problem, failure.steps), failure

    def _finish(
        self, run: Run, payload: Any, result: RunResult, failure: Failure | None = None
    ) -> RunResult:
        """The result with all that the run left behind, and its trace if one was asked for."""
        run_id, trace = run.run_id, None
        if run.records is not None or (self._notes and result.status != "completed"):
            run_id, trace = self._recording.end(run, payload, result, failure)
        return RunResult(
            result.status,
            result.outputs,
            result.error,
            result.steps,
            trace,
            run.handled,
            run.logs,
            run.events,
            run.response,
            run_id,
        )

    @property
    def described(self) -> bytes:
        """A block of one record that lets traces of the program be read without the board."""
        return self._described.program

    def program_record(self) -> tuple[Any, ...]:
        """That record by itself: once a segment and program.

        Raises:
            TraceError: ``trace.malformed``; the board has texts that no trace can hold.
        """
        return split_block(self.described)[0]


async def _cancellable(entry: Coroutine[Any, Any, Any], cancel: Cancellation) -> Any:
    """Awaits the entry in a task of its own, which a wish to cancel can end at any time."""
    loop = asyncio.get_running_loop()
    task = loop.create_task(_staying(entry))
    cancel.on_request(lambda: loop.call_soon_threadsafe(task.cancel))
    try:
        return await task
    except asyncio.CancelledError:
        if task.cancelled() and cancel.requested:
            raise Stop("cancelled", "engine.cancelled", "The run was cancelled.") from None
        raise
    finally:
        cancel.on_request(None)


async def _staying(entry: Coroutine[Any, Any, Any]) -> Any:
    """Awaits the entry; a task that raised SystemExit would end the event loop."""
    try:
        return await entry
    except SystemExit as error:
        raise exited(error)  # noqa: B904 - it is the same failure with its traceback


def _refuse_loop() -> None:
    if asyncio._get_running_loop() is not None:  # noqa: SLF001 - its twin raises, which is slow
        raise UsageError(
            "engine.in-loop",
            "This board awaits, and run() would stop the event loop that is running.",
            remedy="Await run_async() instead.",
        )


def _filename(digest: str) -> str:
    """What tracebacks call the code; the same for equal code, so that artifacts agree."""
    return f"<flowlike {digest[:32]}>"


def compile_board(
    board: Board,
    catalog: Catalog,
    *,
    event: str,
    trace: TraceLevel | str = TraceLevel.OFF,
    pinned: bool = False,
) -> Program:
    """Compiles a board for one start node.

    Args:
        event: the start node's id, else its unique name.
        trace: what runs record.
        pinned: use the recorded outputs of pinned nodes instead of running them (editor runs only).

    Raises:
        CompileError: the reachable part of the board is not correct.
        UsageError: there is no such start node, or no such trace level.
    """
    level = trace_level(trace)
    check_board(board)
    entry = find_start(board, catalog, event)
    with _no_collector():
        plan = make_plan(board, catalog, entry, pinned=pinned)
        _refuse_faults(plan, catalog)
        return Program(plan, level)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Compiling makes many objects and no garbage: looking for some takes half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _refuse_faults(plan: Plan, catalog: Catalog) -> None:
    """Raises CompileError with all faults of the nodes that will run."""
    running = {node.id for node in plan.nodes if not node.pinned}
    findings = check(plan.board, catalog, only=running)
    faults = tuple(each for each in findings if each.severity is Severity.ERROR)
    if faults:
        first = faults[0]
        raise CompileError(
            first.code, first.message, remedy=first.remedy, where=first.where, findings=faults
        )


def trace_level(name: TraceLevel | str) -> TraceLevel:
    """The level of that name. Raises UsageError."""
    try:
        return TraceLevel(name)
    except ValueError:
        raise UsageError(
            "engine.unknown-trace-level",
            f"There is no trace level {name!r}.",
            remedy=f"Use one of: {', '.join(TraceLevel)}.",
        ) from None


def starts(board: Board, catalog: Catalog) -> dict[str, str]:
    """The start nodes of a board: id to name."""
    found: dict[str, str] = {}
    for node_id, node in sorted(board.nodes.items()):
        definition = definition_of(node, board, catalog)
        if definition is not None and definition.kind is Kind.START:
            found[node_id] = node.name or definition.title or definition.name
    return found


def find_start(board: Board, catalog: Catalog, event: str = "") -> str:
    """The id of a start node by id or unique name; empty means the only one there is.

    Raises:
        UsageError: no such start node, or more than one.
    """
    found = starts(board, catalog)
    if event in found:
        return event
    named = [node_id for node_id, name in found.items() if name == event or not event]
    if len(named) == 1:
        return named[0]
    listed = ", ".join(f"{node_id} ({name})" for node_id, name in found.items()) or "none"
    wrong = "has no start node" if not found else "has more than one start node"
    if event:
        wrong = f"has {'more than one' if named else 'no'} start node {event!r}"
    raise UsageError(
        "engine.no-start" if not named else "engine.which-start",
        f"The board {wrong}.",
        remedy=f"Name one of: {listed}.",
    )
