"""Errors as problem details (RFC 9457): the whole tree of errors, mapped once.

A problem never holds SQL, a path of this machine, or a trace of ours (threat 58:
``tests/security/test_t58_problems.py``). Spec: api-and-security, section 3.
"""

import re
import traceback
from collections.abc import Mapping
from typing import Any

import msgspec
import structlog
from litestar.exceptions import HTTPException, ValidationException

from flowlike import errors
from flowlike.errors import FlowlikeError
from flowlike.server.refusal import Kind, Refusal, not_found

MEDIA_TYPE = "application/problem+json"

_OUR_FAULT = "Something went wrong on our side."
_NO_STORE = "The data cannot be read or written now."
_TELL = "Try again; if it stays, tell the operator the request id."
_STORES = {
    "database.full": (
        "There is no room left on the server's disk.",
        "Make room there, or tell the operator; then repeat it.",
    ),
    "database.read-only": (
        "The server may not write its data.",
        "Tell the operator: its folder, or the disk, has become read-only.",
    ),
}
"""What a person can do something about, without saying where it is."""

_FRAMES = 8

_log = structlog.get_logger("flowlike.server")


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong with a body. ``pointer`` is a JSON pointer (RFC 6901) into it."""

    pointer: str
    message: str


class Spot(msgspec.Struct, frozen=True, omit_defaults=True):
    """The place in a board that a problem speaks of."""

    node: str = ""
    pin: str = ""
    path: str = ""
    line: int = 0


class Problem(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What went wrong.

    ``type`` and ``title`` say what sort of problem it is, ``code`` exactly which error, ``detail``
    what happened and ``remedy`` what to do next.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    remedy: str = ""
    instance: str = ""
    request_id: str = ""
    where: Spot | None = None
    errors: tuple[Fault, ...] = ()


class Answer(msgspec.Struct, frozen=True):
    """A problem ready to be sent."""

    status: int
    headers: dict[str, str]
    body: bytes


_FAMILIES: dict[type[BaseException], Kind] = {
    errors.AccessError: Kind.UNAUTHENTICATED,
    errors.AppError: Kind.INVALID,
    errors.BoardError: Kind.INVALID,
    errors.CommandError: Kind.CONFLICT,
    errors.Conflict: Kind.CONFLICT,
    errors.DatabaseError: Kind.UNAVAILABLE,
    errors.DeclarationError: Kind.INTERNAL,
    errors.ExecutionError: Kind.UNAVAILABLE,
    errors.NodeFailure: Kind.INVALID,
    errors.NotFound: Kind.NOT_FOUND,
    errors.PasswordRefused: Kind.INVALID,
    errors.PayloadError: Kind.INVALID,
    errors.TraceError: Kind.INTERNAL,
    errors.UsageError: Kind.INVALID,
    errors.WaitError: Kind.RATE_LIMITED,
}
"""Which sort of problem a family of errors is. The nearest family of an error counts."""

_CODES = {"database.full": Kind.FULL, "identity.step-up": Kind.STEP_UP}
"""Errors that are another sort of problem than their family."""
_OURS = frozenset({Kind.INTERNAL, Kind.FULL})
_HIDDEN = (errors.DatabaseError,)
"""Families whose sentences name things of this machine."""

_STATUSES = {
    400: Kind.BAD_REQUEST,
    401: Kind.UNAUTHENTICATED,
    403: Kind.FORBIDDEN,
    404: Kind.NOT_FOUND,
    405: Kind.METHOD,
    406: Kind.NOT_ACCEPTABLE,
    413: Kind.TOO_LARGE,
    415: Kind.UNSUPPORTED_MEDIA,
    422: Kind.INVALID,
    429: Kind.RATE_LIMITED,
    503: Kind.UNAVAILABLE,
}


def answer(error: BaseException, *, request_id: str = "", instance: str = "") -> Answer:
    """The problem that ``error`` is, ready to be sent. What nobody expected becomes 500."""
    refusal = _refusal(error)
    if refusal.kind in _OURS and not isinstance(error, Refusal):
        _log.error("request.failed", code=refusal.code, request_id=request_id, **facts_of(error))
    problem = Problem(
        type=f"/problems/{refusal.kind}",
        title=refusal.kind.phrase,
        status=refusal.kind.status,
        code=refusal.code,
        detail=refusal.message,
        remedy=refusal.remedy,
        instance=instance,
        request_id=request_id,
        where=_spot(refusal),
        errors=_faults(error),
    )
    body: Any = problem
    if refusal.members:
        body = msgspec.to_builtins(problem) | refusal.members
    return Answer(
        refusal.kind.status,
        {"content-type": MEDIA_TYPE, **refusal.headers},
        msgspec.json.encode(body),
    )


def facts_of(error: BaseException) -> dict[str, Any]:
    """What a log may hold of an error nobody expected: its kind and where it was raised.

    Its message may hold what a request or a run worked on; so may local variables.
    """
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    at = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames]
    cause = error.__cause__ or error.__context__
    return {"error": type(error).__name__, "at": at} | (
        {"cause": type(cause).__name__} if cause is not None else {}
    )


def _refusal(error: BaseException) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, ValidationException):
        return Refusal(Kind.INVALID, "The request does not fit.", remedy="See the errors.")
    if isinstance(error, HTTPException):
        return _of_framework(error)
    if isinstance(error, FlowlikeError):
        return _of_room(error)
    return Refusal(Kind.INTERNAL, _OUR_FAULT, remedy=_TELL)


def _of_room(error: FlowlikeError) -> Refusal:
    found = (_FAMILIES[each] for each in type(error).__mro__ if each in _FAMILIES)
    kind = _CODES.get(error.code) or next(found, Kind.INTERNAL)
    if kind is Kind.INTERNAL:
        return Refusal(kind, _OUR_FAULT, code=error.code, remedy=_TELL)
    if isinstance(error, _HIDDEN):
        told, remedy = _STORES.get(error.code, (_NO_STORE, _TELL))
        return Refusal(kind, told, code=error.code, remedy=remedy)
    return Refusal(
        kind,
        error.message,
        code=error.code,
        remedy=error.remedy,
        where=error.where,
        headers=getattr(error, "headers", None),
        members=getattr(error, "members", None),
    )


def _of_framework(error: HTTPException) -> Refusal:
    kind = _STATUSES.get(error.status_code, Kind.INTERNAL)
    headers = {
        name.lower(): value
        for name, value in (error.headers or {}).items()
        if name.lower() in {"allow", "retry-after"}
    }
    if kind is Kind.NOT_FOUND:
        return not_found()
    if kind is Kind.METHOD:
        return Refusal(kind, "This address does not answer that method.", headers=headers)
    if kind is Kind.TOO_LARGE:
        return Refusal(kind, "The body is larger than it may be here.", remedy="Send less.")
    if kind is Kind.INTERNAL:
        return Refusal(kind, _OUR_FAULT, remedy=_TELL)
    return Refusal(kind, "The request cannot be understood.", headers=headers)


def _spot(error: FlowlikeError) -> Spot | None:
    where = error.where
    spot = Spot(node=where.node, pin=where.pin, path=where.path, line=where.line)
    return None if spot == Spot() else spot


_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


def _faults(error: BaseException) -> tuple[Fault, ...]:
    if isinstance(error, ValidationException):
        extra = error.extra if isinstance(error.extra, list) else []
        return tuple(_fault(each) for each in extra if isinstance(each, Mapping))
    if isinstance(error, FlowlikeError) and error.where.path:
        return (Fault(_pointer(error.where.path), error.message),)
    return ()


def _fault(entry: Mapping[str, Any]) -> Fault:
    message, key = str(entry.get("message", "")), str(entry.get("key", ""))
    source = entry.get("source")
    name = getattr(source, "value", source)
    prefix = "" if name in {None, "body"} else f"{name}."
    return Fault(_pointer(f"{prefix}{key}"), message)


def _pointer(path: str) -> str:
    """A dotted path such as ``commands[0].node`` as a JSON pointer."""
    steps = [name or index for name, index in _STEP.findall(f".{path}" if path else "")]
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)
