"""One run inside an executor: what it is lent, what it may hand over, and how it is told."""

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from flowlike.board.values import to_json
from flowlike.engine.host import Host
from flowlike.engine.program import Program
from flowlike.engine.run import (
    Cancellation,
    Limits,
    LiveEvent,
    LogEntry,
    Response,
    Run,
    RunError,
    RunResult,
    Stop,
)
from flowlike.errors import FlowlikeError, PayloadError
from flowlike.execution import jobs
from flowlike.execution.jobs import NO_LOGS, Quotas
from flowlike.execution.protocol import Finished, Start
from flowlike.trace.records import encode_block, split_block

_HOST = Host()
_TEXTS = ("code", "message", "node", "pin", "remedy")
_VALUE, _BLOB, _LOG = 2, 8, 3
_ENTRY_BYTES = 64
"""What a line of log or a live event costs beside its text."""

encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class RunHost(Host):
    """What one run may use. It counts what the run says, and ends runs that say too much.

    ``told`` holds logs and live events in the order in which they happened.
    """

    def __init__(self, quotas: Quotas) -> None:  # one a run: no dictionary of its own
        self.lent = _HOST.lent
        self.on_start = self._begun
        self.on_log = self._logged
        self.on_event = self._happened
        self.on_respond: Callable[[Response], None] | None = None
        self.run: Run | None = None
        self.told: list[LogEntry | LiveEvent] = []
        self._logs = quotas.logs
        self._live = quotas.live

    def _begun(self, run: Run) -> None:
        self.run = run

    def _logged(self, entry: LogEntry) -> None:
        self._logs -= _ENTRY_BYTES + len(entry.message)
        if entry.fields:
            self._logs -= _size(entry.fields)
        if self._logs < 0:
            raise _too_much("log-quota", "wrote more log than it may")
        self.told.append(entry)

    def _happened(self, event: LiveEvent) -> None:
        self._live -= _ENTRY_BYTES + _size(event.payload)
        if self._live < 0:
            raise _too_much("live-quota", "sent more live events than it may")
        self.told.append(event)


def _size(value: Any) -> int:
    try:
        return len(encode(to_json(value)))
    except (ValueError, TypeError, OverflowError, RecursionError):
        return _ENTRY_BYTES


def _too_much(what: str, does: str) -> Stop:
    return Stop(
        "failed", f"run.{what}", f"The run {does}.", "Write less, or ask the operator for more."
    )


class Entry(msgspec.Struct):
    """A program with what every run of it gets."""

    program: Program
    overrides: Mapping[str, Any] | None


def keywords(entry: Entry, start: Start, host: Host, cancel: Cancellation | None) -> dict[str, Any]:
    """The arguments of ``Program.run`` for a run. Raises msgspec.DecodeError."""
    return {
        "payload": _decode(start.payload) if start.payload else None,
        "variables": _decode(start.variables) if start.variables else None,
        "overrides": entry.overrides,
        "host": host,
        "limits": Limits(start.steps, start.seconds),
        "cancel": cancel,
        "run_id": start.run_id,
    }


class Began(NamedTuple):
    """When a run began, by the wall clock and by one that nobody moves.

    The wall clock may be set while it runs; how long it took is true all the same.
    """

    us: int
    at_ns: int

    @classmethod
    def now(cls) -> "Began":
        """A run begins."""
        return cls(time.time_ns() // 1_000, time.monotonic_ns())

    def ended_us(self) -> int:
        """The time of its end, which is now, by the clock as it was."""
        return self.us + (time.monotonic_ns() - self.at_ns) // 1_000


def refused(start: Start, began: Began, error: BaseException) -> Finished:
    """The end of a run that came to nothing: bad input, or an exception nobody expected."""
    if isinstance(error, msgspec.DecodeError):
        problem = RunError(
            "payload.not-json",
            f"The payload cannot be read: {error}.",
            remedy="Send a JSON object.",
        )
    elif isinstance(error, FlowlikeError):
        problem = problem_of(error)
    elif isinstance(error, MemoryError):
        problem = RunError("run.memory", "The run ran out of memory.", remedy="Work on less.")
    else:
        problem = RunError(
            "run.fault",
            f"The run was ended by {type(error).__name__}: {error}",
            remedy="Report it to the author of the node that ran.",
        )
    wrong = isinstance(error, msgspec.DecodeError | PayloadError)
    ended_us = began.ended_us()
    return Finished(
        start.ticket, "failed", began.us, ended_us, error=written(problem), refused=wrong
    )


def problem_of(error: FlowlikeError) -> RunError:
    """An error of ours as the error of a run."""
    where = error.where
    place = where.pin or where.path
    return written(RunError(error.code, error.message, where.node, place, error.remedy))


def written(error: RunError) -> RunError:
    """The error with texts that can be sent: halves of surrogate pairs are spelled out."""
    try:
        encode(error)
    except UnicodeEncodeError:
        texts = {name: readable(getattr(error, name)) for name in _TEXTS}
        return RunError(**texts, cause=tuple(map(readable, error.cause)))
    return error


def readable(text: str) -> str:
    """The text with what UTF-8 cannot hold spelled out."""
    return text.encode("utf-8", "backslashreplace").decode()


def finished(start: Start, began: Began, result: RunResult, quotas: Quotas) -> Finished:
    """What the dispatcher is told of a result."""
    outputs, status, error = None, result.status, result.error
    response = None
    try:
        if result.outputs is not None:
            outputs = encode(to_json(result.outputs))
        if result.response is not None:
            response = answer(result.response)
    except (ValueError, TypeError, OverflowError, RecursionError) as problem:
        status, error = "failed", _unwritable(problem)
    if len(outputs or b"") + len(response.body if response else b"") > quotas.output:
        outputs, response, status = None, None, "failed"
        error = _too_much("output-quota", "returned more than it may").error
    block = result.trace
    if block is not None and len(block) > quotas.trace:
        block = shortened(block, quotas.trace)
    logs = result.logs
    return Finished(
        start.ticket,
        status,
        began.us,
        began.ended_us(),
        result.steps,
        result.handled_errors,
        len(logs),
        max([each.level for each in logs]) if logs else NO_LOGS,
        outputs,
        error and written(error),
        response,
        block,
    )


def shortened(block: bytes, most: int) -> bytes | None:
    """A trace without its values, or with no more than its begin, errors, logs and end."""
    first, *records, last = split_block(block)
    text = "Values were not recorded: the trace grew beyond what a run may keep."
    note = (_LOG, 0, 2, text, {"code": "trace.quota"}, last[-1])
    for unwanted in ({_VALUE, _BLOB}, {1, _VALUE, _BLOB}):
        kept = [each for each in records if each[0] not in unwanted]
        shorter = encode_block([first, *kept, note, last])
        if len(shorter) <= most:
            return shorter
    return None


def _unwritable(error: Exception) -> RunError:
    return RunError(
        "run.unwritable",
        f"The result of the run cannot be written as JSON: {error}.",
        remedy="Return plain data.",
    )


def answer(response: Response) -> jobs.Response:
    """A response as bytes. Raises what msgspec raises if its body is no plain data."""
    body = response.body
    if isinstance(body, str):
        return jobs.Response(
            response.status, response.headers, body.encode(), "text/plain; charset=utf-8"
        )
    if isinstance(body, bytes):
        return jobs.Response(response.status, response.headers, body, "application/octet-stream")
    content = b"" if body is None else encode(to_json(body))
    return jobs.Response(response.status, response.headers, content, "application/json")
