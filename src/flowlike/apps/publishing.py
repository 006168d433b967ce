"""What must be right before an event goes live: its document, its start node, its whole board."""

import msgspec

from flowlike.apps.versions import recorded
from flowlike.board.app import Event, EventKind, check_event
from flowlike.board.check import check
from flowlike.board.definition import Kind
from flowlike.board.findings import Finding, Severity
from flowlike.board.model import Board
from flowlike.board.pins import Types, definition_of
from flowlike.errors import PublishRefused, Where

NOT_A_START = "event.not-a-start"
WRONG_START = "event.wrong-start"
REFUSED = "event.findings"

HTTP_NODE = "event_http_request"


def findings_of(event: Event, board: Board, types: Types) -> tuple[Finding, ...]:
    """All that is wrong with an event and the board it would run, the worst first.

    A published board has the definitions of its types in it, whether or not this one does.
    """
    board = recorded(board, types)
    found = [*check_event(event, board), *_start(event, board, types), *check(board, types)]
    return tuple(sorted(found, key=lambda each: each.rank))


def refuse_errors(findings: tuple[Finding, ...]) -> None:
    """Raises PublishRefused with all findings, warnings too, if one of them is an error."""
    errors = [each for each in findings if each.severity is Severity.ERROR]
    if not errors:
        return
    first, more = errors[0], len(errors) - 1
    message = f"The event cannot go live: {first.message}"
    if more:
        message += f" And {more} more."
    raise PublishRefused(
        REFUSED,
        message,
        remedy=first.remedy or "Correct what the findings name.",
        where=first.where,
        findings=findings,
    )


def _start(event: Event, board: Board, types: Types) -> list[Finding]:
    node = board.nodes.get(event.node)
    definition = None if node is None else definition_of(node, board, types)
    if node is None or definition is None:
        return []  # told by the other checks
    if definition.kind is not Kind.START:
        message = f"The node {event.node} does not start a run."
        return [_finding(NOT_A_START, event.node, message, "Name one of the board's start nodes.")]
    if event.kind is EventKind.HTTP and definition.name != HTTP_NODE:
        message = f"The node {event.node} does not take HTTP requests."
        remedy = "Name an HTTP Request Event node, or change the kind of the event."
        return [_finding(WRONG_START, event.node, message, remedy)]
    return []


def _finding(code: str, node: str, message: str, remedy: str) -> Finding:
    return Finding(
        code=code,
        severity=Severity.ERROR,
        message=message,
        remedy=remedy,
        where=Where(node=node, path="node"),
    )


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """An event went live.

    Attributes:
        event_version: the version made, counted from 1.
        board_version: the published version of the board that it runs.
        findings: what may be better; none of it is an error.
    """

    event_version: int
    board_version: str
    findings: tuple[Finding, ...] = ()
