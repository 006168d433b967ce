"""Every error of the product, one tree of families.

    FlowlikeError                 anything a caller may want to catch
    ├── BoardError                a document (board, app, event) is wrong
    │   ├── TextError             it cannot be read
    │   ├── CommandError          an edit command was refused; the board is unchanged
    │   └── CompileError          it cannot become a program; carries every finding
    ├── DeclarationError          a node's Python declaration is wrong (its author's mistake)
    ├── PayloadError              the input given to a run does not fit the start node
    ├── NodeFailure               a node failed on purpose or on bad input
    ├── TraceError                a trace cannot be written or read
    ├── UnsafeError               what was configured is unsafe or cannot work
    ├── AccessError               a credential or a sign-in was refused
    │   ├── WaitError             too many attempts; it may be tried again later
    │   └── PasswordRefused       a new password is too weak
    ├── AppError                  an app, board or event cannot be used so
    │   ├── NotFound              it is not there, or not in this app
    │   ├── Conflict              somebody else was first, or the name is taken
    │   ├── ImportRefused         a folder or archive may not be imported; nothing was
    │   └── PublishRefused        an event may not go live; carries every finding
    ├── DatabaseError             the database or its folder cannot be used
    │   └── FolderInUseError      another process holds the data folder; carries its id
    ├── RequestError              an HTTP request is refused before any room is asked
    ├── ExecutionError            a run cannot be taken, or an executor broke its word
    └── UsageError                the caller asked for something that does not exist

Each carries a stable code, a sentence for a person, what to do next, and where. The codes stand
beside what raises them.
"""

import math
from typing import Any

import msgspec


class Where(msgspec.Struct, frozen=True, omit_defaults=True):
    """The place an error or a finding speaks of. Every part may be absent."""

    file: str = ""
    line: int = 0
    node: str = ""
    pin: str = ""
    path: str = ""

    def __str__(self) -> str:
        file = f"{self.file}:{self.line}" if self.line else self.file
        pin = ".".join(part for part in (self.node, self.pin) if part)
        return " ".join(part for part in (file, pin, self.path) if part)


NOWHERE = Where()


class FlowlikeError(Exception):
    """Base of all errors.

    Args:
        code: stable and dotted, ``family.what`` in kebab case, such as ``board.unknown-node``.
        message: one sentence for a person.
        remedy: what to do next; empty if nothing can be done.
        where: the place it speaks of.
    """

    def __init__(
        self, code: str, message: str, *, remedy: str = "", where: Where = NOWHERE
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.where = where

    def __str__(self) -> str:
        place = str(self.where)
        return f"{self.message} [{self.code}]" + (f" at {place}" if place else "")


class BoardError(FlowlikeError):
    """A document is wrong."""


class TextError(BoardError):
    """A document cannot be read."""


class CommandError(BoardError):
    """An edit command was refused; nothing changed."""


class CompileError(BoardError):
    """A board cannot become a program.

    ``findings`` holds all that is wrong (``flowlike.board.check.Finding``), the worst first; the
    error's own code, message and place are those of the first.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        remedy: str = "",
        where: Where = NOWHERE,
        findings: tuple[object, ...] = (),
    ) -> None:
        super().__init__(code, message, remedy=remedy, where=where)
        self.findings = findings


class DeclarationError(FlowlikeError):
    """A node's Python declaration is wrong."""


class PayloadError(FlowlikeError):
    """The input given to a run does not fit."""


class NodeFailure(FlowlikeError):  # noqa: N818 - reads as a statement of fact
    """A node failed. Node authors raise it; any other exception becomes one at the node's border.

    Args:
        pin: the input pin to blame, if one is.
    """

    def __init__(self, code: str, message: str, *, remedy: str = "", pin: str = "") -> None:
        super().__init__(code, message, remedy=remedy, where=Where(pin=pin))


class TraceError(FlowlikeError):
    """A trace cannot be written or read."""


class UnsafeError(FlowlikeError):
    """What was configured would be unsafe, or cannot work; nothing was done."""


class RequestError(FlowlikeError):
    """An HTTP request is refused before any room is asked."""


class AccessError(FlowlikeError):
    """A credential or a sign-in was refused. The message never says which part was wrong."""


class WaitError(AccessError):
    """Too many attempts. ``seconds`` says when it may be tried again."""

    def __init__(self, code: str, message: str, *, remedy: str = "", seconds: float) -> None:
        super().__init__(code, message, remedy=remedy)
        self.seconds = seconds
        self.headers = {"retry-after": str(math.ceil(seconds))}


class PasswordRefused(AccessError):  # noqa: N818 - reads as a statement of fact
    """A new password is too weak."""


class AppError(FlowlikeError):
    """An app, board or event cannot be used so."""


class NotFound(AppError):  # noqa: N818 - reads as a statement of fact
    """It is not there, or not in this app."""


class Conflict(AppError):  # noqa: N818 - reads as a statement of fact
    """Somebody else was first, or a name or route is taken."""


class ImportRefused(AppError):  # noqa: N818 - reads as a statement of fact
    """A folder or archive may not be imported. Nothing of it was."""


class PublishRefused(AppError):  # noqa: N818 - reads as a statement of fact
    """An event may not go live.

    ``findings`` holds all that is wrong (``flowlike.board.findings.Finding``), the worst first.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        remedy: str = "",
        where: Where = NOWHERE,
        findings: tuple[Any, ...] = (),
    ) -> None:
        super().__init__(code, message, remedy=remedy, where=where)
        self.findings = findings
        self.members = {"findings": findings}


class DatabaseError(FlowlikeError):
    """The database or its folder cannot be used."""


class FolderInUseError(DatabaseError):
    """Another process holds the data folder: ``pid``, 0 if it did not say who it is."""

    def __init__(self, code: str, message: str, *, remedy: str = "", pid: int = 0) -> None:
        super().__init__(code, message, remedy=remedy)
        self.pid = pid


class ExecutionError(FlowlikeError):
    """A run cannot be taken, or an executor broke its word."""


class UsageError(FlowlikeError):
    """The caller asked for something that does not exist."""
