"""From an exception in generated code to the node that failed.

Nothing is kept while a program runs well. When it fails, the traceback holds the generated line,
the line's site names the node, and the frame's locals hold the count of activations.
"""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol

import msgspec

from flowlike.engine.writer import Site
from flowlike.errors import FlowlikeError, NodeFailure

_MOST_CAUSES = 8
_MOST_TEXT = 4_096


class Failure(msgspec.Struct, frozen=True):
    """A failed activation.

    ``steps`` counts activations up to and with it, ``ahead`` those counted with it but not begun.
    """

    code: str
    message: str
    node: int = -1
    pin: str = ""
    remedy: str = ""
    cause: tuple[str, ...] = ()
    steps: int = 0
    seq: int = 0
    parent: int = 0
    iteration: int = -1
    start: int = 0
    recorded: bool = False
    known: bool = False
    ahead: int = 0


class Again(Exception):  # noqa: N818 - it says that a known failure goes on
    """A failure that was held back while other nodes ran."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def exited(error: SystemExit) -> NodeFailure:
    """What a node's try to end the process becomes: a failure like any other, at its place."""
    failure = NodeFailure(
        "node.exited",
        "The node tried to end the process.",
        remedy="Report it to the author of the package.",
    )
    return failure.with_traceback(error.__traceback__)


class Located(Protocol):
    """What locating asks of a program."""

    filename: str

    @property
    def sites(self) -> Mapping[int, Site]:
        """What each generated line stands for."""
        ...

    def clean(self, text: str, secrets: tuple[str, ...], /) -> str:
        """The text without secrets."""
        ...


def locate(error: BaseException, program: Located, secrets: tuple[str, ...] = ()) -> Failure:
    """The failure behind an exception that came out of generated code."""
    site, names = _innermost(error.__traceback__, program)
    count = names.get("c", 0) - site.ahead
    if isinstance(error, Again):
        return msgspec.structs.replace(error.failure, steps=count, known=True, ahead=site.ahead)
    code, message, remedy, pin = _describe(error)
    return Failure(
        code=program.clean(code, secrets),
        message=program.clean(message, secrets),
        node=site.node,
        pin=pin,
        remedy=program.clean(remedy, secrets),
        cause=tuple(program.clean(each, secrets) for each in _causes(error)),
        steps=count,
        seq=count,
        parent=names.get(site.parent[0], 0),
        iteration=names.get(site.parent[1], -1),
        start=names.get(f"z{site.node}", names.get("z", 0)),
        recorded=site.recorded,
        ahead=site.ahead,
    )


def _innermost(traceback: TracebackType | None, program: Located) -> tuple[Site, Mapping[str, Any]]:
    site, names = Site(-1), {}
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == program.filename:
            found = program.sites.get(traceback.tb_lineno)
            if found is not None:
                site = found
                names = traceback.tb_frame.f_locals
        traceback = traceback.tb_next
    return site, names


def _describe(error: BaseException) -> tuple[str, str, str, str]:
    if isinstance(error, FlowlikeError):
        return error.code, error.message[:_MOST_TEXT], error.remedy, error.where.pin
    if isinstance(error, RecursionError):
        return (
            "engine.recursion",
            "The run is nested too deeply.",
            "Use a loop instead of recursion.",
            "",
        )
    text = str(error)
    message = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return "node.raised", message[:_MOST_TEXT], "Look at the node's inputs.", ""


def _causes(error: BaseException) -> list[str]:
    causes: list[str] = []
    cause = error.__cause__
    while cause is not None and len(causes) < _MOST_CAUSES:
        causes.append(f"{type(cause).__name__}: {cause}"[:_MOST_TEXT])
        cause = cause.__cause__
    return causes
