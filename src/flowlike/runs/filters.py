"""Which runs a list shows, and where its pages end."""

import base64
import binascii
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from flowlike.errors import UsageError
from flowlike.runs.kept import STATUSES, KeptRun, Status
from flowlike.runs.query import Term, check_text, holds, parse_query

MOST_LIMIT = 200
_LATEST = 2**63 - 1

FIELDS: dict[str, Callable[[KeptRun], str]] = {
    "run": lambda run: run.run_id,
    "request": lambda run: run.request_id,
    "status": lambda run: run.status,
    "board": lambda run: run.board,
    "version": lambda run: run.version,
    "event": lambda run: run.event,
    "node": lambda run: run.error_node,
    "trigger": lambda run: run.trigger,
    "actor": lambda run: run.actor,
    "error": lambda run: run.error_code,
}
"""Fields of a search: how to get them of a run. All are compared whole."""


class Cursor(NamedTuple):
    """The last run of a page: the next one begins after it."""

    started_us: int
    run_id: str

    def __str__(self) -> str:
        packed = msgspec.msgpack.encode(tuple(self))
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """The cursor that ``str`` made.

        Raises:
            UsageError: ``runs.cursor``.
        """
        try:
            packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            return cls(*_cursor(packed))
        except (binascii.Error, ValueError) as error:
            raise UsageError(
                "runs.cursor",
                "This cursor is none of ours.",
                remedy="Use the one that the page before gave, or begin without one.",
            ) from error


_cursor = msgspec.msgpack.Decoder(tuple[int, str]).decode


class RunFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which runs of an app. What is empty or None holds for every run.

    Attributes:
        status: one of these.
        since_us: started then or later; ``until_us``: before then.
        q: a search; see ``runs.query``, its fields are those of ``FIELDS``.
        before: the ``next`` of the page before.

    Raises:
        UsageError: ``runs.query``, ``runs.cursor``, ``runs.status``.
    """

    status: tuple[Status, ...] = ()
    event: str = ""
    board: str = ""
    trigger: str = ""
    actor: str = ""
    since_us: int = 0
    until_us: int = _LATEST
    q: str = ""
    before: str = ""
    terms: tuple[Term, ...] = ()
    cursor: Cursor | None = None

    def __post_init__(self) -> None:
        if unknown := set(self.status) - set(STATUSES):
            raise UsageError(
                "runs.status",
                f"There is no status {min(unknown)!r}.",
                remedy=f"There are {', '.join(STATUSES)}.",
            )
        for name in (self.event, self.board, self.trigger, self.actor):
            check_text(name)
        put = msgspec.structs.force_setattr
        put(self, "terms", parse_query(self.q, frozenset(FIELDS)))
        put(self, "cursor", Cursor.parse(self.before) if self.before else None)

    def shows(self, run: KeptRun) -> bool:
        """Whether a run of the app belongs on this page or a later one."""
        return (
            (not self.status or run.status in self.status)
            and self.event in {"", run.event}
            and self.board in {"", run.board}
            and self.trigger in {"", run.trigger}
            and self.actor in {"", run.actor}
            and self.since_us <= run.started_us < self.until_us
            and (self.cursor is None or run.order < self.cursor)
            and all(_term_holds(term, run) for term in self.terms)
        )


def texts_of(run: KeptRun) -> tuple[str, ...]:
    """Where a word without a field is looked for."""
    return (
        run.run_id,
        run.request_id,
        run.error_code,
        run.error_message,
        run.event,
        run.board,
        run.actor,
    )


def _term_holds(term: Term, run: KeptRun) -> bool:
    if term.field:
        return (FIELDS[term.field](run) == term.value) is term.wanted
    return holds(term, texts_of(run))
