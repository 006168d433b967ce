"""What goes into an executor and what comes out, as the rest of the product sees it."""

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec.structs import force_setattr

from flowlike.board.model import TraceLevel
from flowlike.engine.run import Limits, RunError
from flowlike.errors import ExecutionError

Status = Literal["running", "completed", "failed", "cancelled", "timeout", "interrupted"]
NO_LOGS = -1

_MIB = 1024 * 1024


class Source(msgspec.Struct, frozen=True):
    """What runs: one start node of one board.

    Attributes:
        board: canonical text of the board.
        start: the start node's id, or its unique name.
        level: what runs record.
        pinned: recorded outputs stand in for pinned nodes (editor runs only).
        overrides: values of exposed variables, as an event sets them.
        code: SHA-256 over what is compiled, hexadecimal; computed if not given.
        key: SHA-256 over all of it; computed if not given. Keep the source, not to pay twice.
    """

    board: bytes
    start: str
    level: TraceLevel = TraceLevel.ERRORS
    pinned: bool = False
    overrides: Mapping[str, Any] = {}
    code: str = ""
    key: str = ""

    def __post_init__(self) -> None:
        if self.key:
            return
        digest = hashlib.sha256(self.board)
        head = [self.start, str(self.level), self.pinned]
        digest.update(msgspec.json.encode(head))
        force_setattr(self, "code", digest.hexdigest())
        if self.overrides:
            digest.update(msgspec.json.encode(self.overrides, order="deterministic"))
        force_setattr(self, "key", digest.hexdigest())


class Job(msgspec.Struct, frozen=True):
    """One run to be made.

    Attributes:
        run_id: given by the caller; also names the run in its trace.
        revision: of the board, if no published version of it runs.
        epoch: counts attempts at one run. A later one replaces an earlier one that still goes on,
            whatever that does after.
        payload: a JSON object for the start node; empty for none.
        variables: values of runtime-configured variables, by id or name.
        watch: keep live frames from the start, also while nobody watches.
        depth: how many runs started each other to come to this one.
    """

    run_id: str
    epoch: int = 0
    app: str = ""
    board: str = ""
    version: str = ""
    revision: int = 0
    event: str = ""
    event_version: int = 0
    node: str = ""
    trigger: str = ""
    actor: str = ""
    payload: bytes = b""
    limits: Limits = Limits()
    request_id: str = ""
    watch: bool = False
    depth: int = 0
    variables: Mapping[str, Any] = {}


class Response(msgspec.Struct, frozen=True, array_like=True):
    """The answer to the HTTP request that started a run.

    ``content_type`` is what the body is by itself; a header of the board's may say otherwise.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    content_type: str


class Outcome(msgspec.Struct):
    """How a run ended, or that it answered its request and goes on (status ``running``).

    Attributes:
        outputs: what the board returned, JSON; None if it returned nothing.
        refused: nothing ran: payload, variables or the board itself did not fit.
        logs: lines of the log; ``max_level`` their highest level, -1 if there are none.
        block: the run's trace; None if its level kept nothing.
        program: the record of the program, without which the block cannot be read.
        started_us: Unix time in microseconds.
    """

    status: Status
    outputs: bytes | None = None
    error: RunError | None = None
    refused: bool = False
    steps: int = 0
    handled_errors: int = 0
    logs: int = 0
    max_level: int = NO_LOGS
    response: Response | None = None
    block: bytes | None = None
    program: bytes | None = None
    started_us: int = 0
    ended_us: int = 0
    finished: "asyncio.Future[Outcome] | None" = None

    async def ended(self) -> "Outcome":
        """Waits for the end of the run. Cancelling the wait leaves the run alone."""
        return self if self.finished is None else await asyncio.shield(self.finished)


LiveKind = Literal["run", "node", "log", "chunk", "output", "error", "done"]


class LiveFrame(msgspec.Struct, frozen=True):
    """One thing a watcher is told. ``seq`` counts from 1 in each run; ``data`` is JSON.

    run     {"run_id", "status"}
    node    {"nodes": [[id, state, count, total_us], …]}; states running, done, failed, skipped
    log     {"level", "message", "node", "fields"}
    chunk   {"kind", "payload", "node"}
    output  what the board returned
    error   {"code", "message", "node", "pin", "remedy", "cause"}
    done    {"status", "steps", "handled_errors", "logs", "max_level"}; the last
    """

    seq: int
    kind: LiveKind
    data: bytes


class Quotas(msgspec.Struct, frozen=True, kw_only=True):
    """What one run may hand over, in bytes of its encoding. Beyond it the run fails."""

    logs: int = 4 * _MIB
    live: int = 16 * _MIB
    output: int = 16 * _MIB
    trace: int = 64 * _MIB


class PoolOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How many executors, and what they may take.

    Attributes:
        executors: processes that are always there; 0 means one a core.
        spares: further ones while computing slots are full; -1 means four a core.
        idle_seconds: how long a spare stays without work.
        wrapper: words put before the command of each executor, such as ``("nice", "-n", "5")``;
            they must become the command (``exec``) and keep file descriptors open.
        packages: native packages whose nodes are loaded.
        memory_bytes: what runs may use in one process beyond what it needs itself; 0 for no limit.
        waiting: runs that may wait for a place; beyond it callers get ``Busy``.
        waiting_per_app: the same for one app; 0 means half of ``waiting``.
        at_once: short runs one executor is given before more have to wait.
        computing_per_app: runs of one app that may compute at the same time; 0 for no limit.
        awaiting: runs one executor may have that wait for something themselves.
        grace_seconds: how long a cancelled run may go on before its process is killed.
        overtime_seconds: the same for a run at its time limit.
        lease_seconds: how long a process may be stopped by the system before it counts as lost.
        depth: how many runs may start each other.
        programs: compiled programs one executor keeps, and ``program_bytes`` of them.
        live_bytes: live frames kept for watchers, ``live_run_bytes`` of one run.
        live_seconds: how long after a run's end.
    """

    executors: int = 0
    spares: int = -1
    idle_seconds: float = 30.0
    wrapper: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    memory_bytes: int = 1024 * _MIB
    waiting: int = 1_000
    waiting_per_app: int = 0
    at_once: int = 32
    computing_per_app: int = 0
    awaiting: int = 1_000
    grace_seconds: float = 2.0
    overtime_seconds: float = 1.0
    lease_seconds: float = 10.0
    depth: int = 16
    programs: int = 256
    program_bytes: int = 64 * _MIB
    quotas: Quotas = Quotas()
    live_bytes: int = 64 * _MIB
    live_run_bytes: int = 4 * _MIB
    live_seconds: float = 24 * 3600.0


class PoolStats(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a dispatcher. ``lost`` executors died or were killed; all counts since start.

    ``pids`` are those of the executors that are ready.
    """

    executors: int
    starting: int
    active: int
    waiting: int
    taken: int
    finished: int
    refused: int
    interrupted: int
    started: int
    lost: int
    watched: int
    pids: tuple[int, ...]


class Busy(ExecutionError):  # noqa: N818 - reads as a statement of fact
    """Too many runs wait. ``retry_after`` is in whole seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__("run.busy", message, remedy=f"Try again in {retry_after} s.")
        self.retry_after = retry_after
        self.headers = {"retry-after": str(retry_after)}


class Closing(ExecutionError):  # noqa: N818 - the same
    """The dispatcher takes no more runs."""

    def __init__(self) -> None:
        super().__init__(
            "run.closing",
            "The server is stopping and takes no more runs.",
            remedy="Try again in a moment.",
        )
