"""What all bodies of the API share: times, ids, pages. Spec: api-and-security, section 3."""

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec
from litestar.params import PathParameter, QueryParameter

from flowlike.server.refusal import Kind, Refusal

ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of bodies that are sent to us: what is not known is refused."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Base of bodies that we send."""


AppId = Annotated[str, PathParameter(pattern=ID, description="The app.")]
BoardId = Annotated[str, PathParameter(pattern=ID, description="The board.")]
EventId = Annotated[str, PathParameter(pattern=ID, description="The event.")]
RunId = Annotated[str, PathParameter(pattern=ID, description="The run.")]
SessionId = Annotated[str, PathParameter(pattern=ID, description="The session.")]

Limit = Annotated[int, QueryParameter(ge=1, le=200, description="How many at most.")]
Cursor = Annotated[
    str | None,
    QueryParameter(max_length=512, description="Where to go on: `next` of the page before."),
]


def document_of(document: msgspec.Struct) -> Any:
    """A board or event as its file says it: with the format it has, which structs leave out."""
    written = msgspec.json.encode(document)
    kind = msgspec.json.encode(getattr(document, "format"))  # noqa: B009 - all documents have one
    return msgspec.Raw(b'{"format":' + kind + b"," + written[1:])


def moment(us: int) -> datetime:
    """Microseconds of Unix time as a moment; written as RFC 3339 in UTC."""
    return _EPOCH + timedelta(microseconds=us)


def maybe_moment(us: int | None) -> datetime | None:
    """The same, if it came to that."""
    return moment(us) if us else None


def microseconds(at: datetime) -> int:
    """A moment as microseconds of Unix time; one without zone is UTC."""
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(microseconds=1)


def to_cursor(*place: Any) -> str:
    """An opaque cursor."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).rstrip(b"=").decode()


def from_cursor(cursor: str | None, kind: Any) -> Any:
    """The place a cursor stands for, None without one. Raises Refusal (422)."""
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        raw = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
        return msgspec.json.decode(raw, type=kind)
    except (binascii.Error, UnicodeError, msgspec.MsgspecError) as error:
        raise Refusal(
            Kind.INVALID,
            "The cursor is none that this list gave.",
            code="request.bad-cursor",
            remedy="Begin without a cursor.",
        ) from error


def etag(*parts: object) -> str:
    """A strong entity tag."""
    return '"' + "-".join(str(part) for part in parts) + '"'


def matches(header: str, tag: str) -> bool:
    """Whether a list of entity tags, or ``*``, names this one. Source: RFC 9110, section 8.8.3."""
    named = [each.strip().removeprefix("W/") for each in header.split(",")]
    return "*" in named or tag in named


def check_precondition(if_match: str | None, tag: str) -> None:
    """Raises Refusal (412) if the caller wants to change another state than there is."""
    if if_match is not None and not matches(if_match, tag):
        raise Refusal(
            Kind.PRECONDITION_FAILED,
            "It has changed since you read it.",
            remedy="Read it again, then repeat your change.",
            headers={"ETag": tag},
        )
