"""Requests that are refused before a room of the product is asked, and why.

The codes here are also the problem types of the API (``/problems/<code>``).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flowlike.errors import NOWHERE, RequestError, Where


class Kind(StrEnum):
    """What sort of problem it is: the last part of a problem's ``type``."""

    BAD_REQUEST = "bad-request"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    PERMISSION_MISSING = "permission-missing"
    STEP_UP = "step-up-required"
    NOT_FOUND = "not-found"
    METHOD = "method-not-allowed"
    NOT_ACCEPTABLE = "not-acceptable"
    SLOW = "request-timeout"
    CONFLICT = "conflict"
    PRECONDITION_FAILED = "precondition-failed"
    TOO_LARGE = "too-large"
    UNSUPPORTED_MEDIA = "unsupported-media"
    MISDIRECTED = "misdirected"
    INVALID = "invalid"
    LOCKED = "locked"
    RATE_LIMITED = "rate-limited"
    HEADERS = "headers-too-large"
    INTERNAL = "internal"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    FULL = "storage-full"

    @property
    def status(self) -> int:
        """The HTTP status of this sort of problem."""
        return _STATUS[self]

    @property
    def phrase(self) -> str:
        """The sort of problem in words: a problem's title."""
        return self.value.replace("-", " ").capitalize()


_STATUS = {
    Kind.BAD_REQUEST: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.PERMISSION_MISSING: 403,
    Kind.STEP_UP: 403,
    Kind.NOT_FOUND: 404,
    Kind.METHOD: 405,
    Kind.NOT_ACCEPTABLE: 406,
    Kind.SLOW: 408,
    Kind.CONFLICT: 409,
    Kind.PRECONDITION_FAILED: 412,
    Kind.TOO_LARGE: 413,
    Kind.UNSUPPORTED_MEDIA: 415,
    Kind.MISDIRECTED: 421,
    Kind.INVALID: 422,
    Kind.LOCKED: 423,
    Kind.RATE_LIMITED: 429,
    Kind.HEADERS: 431,
    Kind.INTERNAL: 500,
    Kind.UNAVAILABLE: 503,
    Kind.TIMEOUT: 504,
    Kind.FULL: 507,
}


class Refusal(RequestError):  # noqa: N818 - reads as a statement of fact
    """A request is refused.

    Args:
        kind: what sort of problem it is; decides the status.
        message: one sentence for a person.
        code: the error's own code; ``request.<kind>`` if none is given.
        headers: of the answer, such as ``Retry-After``.
        members: more members of the problem, JSON-like.
    """

    def __init__(
        self,
        kind: Kind,
        message: str,
        *,
        code: str = "",
        remedy: str = "",
        where: Where = NOWHERE,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code or f"request.{kind}", message, remedy=remedy, where=where)
        self.kind = kind
        self.headers = dict(headers or {})
        self.members = dict(members or {})


def not_found(message: str = "There is nothing here.") -> Refusal:
    """The same answer for what is not there and for what the caller may not know of."""
    return Refusal(Kind.NOT_FOUND, message, remedy="Check the address, or ask for access.")


def unauthenticated(message: str) -> Refusal:
    """No credential, or a bad one."""
    return Refusal(
        Kind.UNAUTHENTICATED,
        message,
        remedy="Sign in again.",
        headers={"WWW-Authenticate": 'Bearer realm="flowlike"'},
    )
