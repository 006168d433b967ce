"""What a trace tells when asked: totals of its nodes, lines of its log, its payload."""

from typing import Any, NamedTuple

import msgspec

from flowlike.errors import UsageError
from flowlike.runs.query import Term, holds, parse_query
from flowlike.trace.history import RunTrace
from flowlike.trace.records import Log, State

LEVELS = ("debug", "info", "warning", "error", "fatal")
MOST_LINES = 500
_FIELDS = frozenset({"level", "node"})


class NodeTotal(msgspec.Struct, frozen=True):
    """All activations of one node in one run; times in microseconds."""

    node: str
    count: int
    errors: int
    total_us: int
    max_us: int


class LogLine(msgspec.Struct, frozen=True):
    """A line of a run's log. ``number`` counts from 0, ``at_us`` from the run's start."""

    number: int
    level: int
    message: str
    node: str
    fields: dict[str, Any] | None
    at_us: int


class LogPage(NamedTuple):
    """Some lines, in the order they were written, and the cursor of the next page."""

    lines: list[LogLine]
    next: str


class LogFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which lines of a log.

    Attributes:
        level: at least this one.
        q: a search, see ``runs.query``; its fields are ``level`` and ``node``.
        after: the ``next`` of the page before.

    Raises:
        UsageError: ``runs.query``, ``runs.cursor``.
    """

    level: int = 0
    q: str = ""
    after: str = ""
    terms: tuple[Term, ...] = ()

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "terms", parse_query(self.q, _FIELDS))
        if self.after and not (self.after.isascii() and self.after.isdecimal()):
            raise UsageError(
                "runs.cursor",
                "This cursor is none of ours.",
                remedy="Use the one that the page before gave, or begin without one.",
            )

    @property
    def begin(self) -> int:
        """Number of the first line that may be shown."""
        return int(self.after[:18]) if self.after else 0


def node_totals(trace: RunTrace) -> list[NodeTotal]:
    """The nodes that ran, in the order of their first activation.

    At level ``errors`` only nodes that failed are known, without times.
    """
    totals: dict[int, list[int]] = {}
    for step in trace.steps:
        total = totals.setdefault(step.node, [0, 0, 0, 0])
        took = step.duration_ns // 1_000
        total[0] += 1
        total[1] += step.state is State.ERROR
        total[2] += took
        total[3] = max(total[3], took)
    if not trace.steps:
        for error in trace.errors:
            if error.node >= 0:
                total = totals.setdefault(error.node, [0, 0, 0, 0])
                total[0] += 1
                total[1] += 1
    return [NodeTotal(trace.node(node).id, *total) for node, total in totals.items()]


def log_page(trace: RunTrace, asked: LogFilter, limit: int = 100) -> LogPage:
    """A page of a run's log.

    Args:
        trace: the run.
        asked: which lines.
        limit: at most so many, and at most 500.
    """
    limit = max(1, min(limit, MOST_LINES))
    lines: list[LogLine] = []
    for number in range(asked.begin, len(trace.logs)):
        log = trace.logs[number]
        if log.level < asked.level:
            continue
        node = _node(trace, log)
        if all(_holds(term, log, node) for term in asked.terms):
            if len(lines) == limit:
                return LogPage(lines, str(number))
            at = log.at_ns // 1_000
            lines.append(LogLine(number, log.level, log.message, node, log.fields, at))
    return LogPage(lines, "")


def payload_of(trace: RunTrace) -> Any:
    """The payload a run was given; None if it had none, or its level did not keep it.

    Raises:
        TraceError: ``trace.not-kept``: it was secret or too large; ``trace.malformed``.
    """
    content = trace.run.payload
    return None if content is None else trace.value(content)


def _node(trace: RunTrace, log: Log) -> str:
    step = trace.by_seq.get(log.seq)
    if step is not None:
        return trace.node(step.node).id
    # Without steps, a node that logged is known only if the line says so.
    node = (log.fields or {}).get("node", "")
    return node if isinstance(node, str) else ""


def _holds(term: Term, log: Log, node: str) -> bool:
    if term.field == "level":
        return (LEVELS[log.level] == term.value) is term.wanted
    if term.field == "node":
        return (node == term.value) is term.wanted
    return holds(term, (log.message, *_texts(log.fields)))


def _texts(fields: dict[str, Any] | None) -> tuple[str, ...]:
    return tuple(f"{name}={value}" for name, value in (fields or {}).items())
