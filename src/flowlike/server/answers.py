"""What an HTTP event is answered with: the board's answer within bounds, or how its run ended.

A board sets a status, a body and headers of a short list. Cookies, redirects, headers that steer
browsers or proxies and line breaks never leave (threat 44), whatever the executor hands over.
"""

import re

import msgspec

from flowlike.builtin.events import may_set
from flowlike.execution.jobs import Outcome, Response
from flowlike.server.refusal import Kind, Refusal

JSON = b"application/json"
_VALUE = re.compile(r"[\x20-\x7e]*")
_NAME = re.compile(r"[a-z0-9-]+")
BODILESS = frozenset({204, 205, 304})
_MOST_FIELDS = 50
_MOST_BYTES = 16_384

Head = list[tuple[bytes, bytes]]


class Answer(msgspec.Struct, frozen=True):
    """What is sent."""

    status: int
    headers: Head
    body: bytes


def of_board(response: Response) -> Answer:
    """The answer a board gave, less what a board may not say."""
    status = response.status if 200 <= response.status <= 599 else 500
    headers = _allowed(response)
    body = b"" if status in BODILESS else response.body
    if not any(name == b"content-type" for name, _ in headers) and body:
        headers.append((b"content-type", _type(response.content_type)))
    return Answer(status, headers, body)


def _allowed(response: Response) -> Head:
    found: dict[bytes, bytes] = {}
    size = 0
    for given, value in response.headers.items():
        name = given.lower()
        if not (_NAME.fullmatch(name) and may_set(name) and _VALUE.fullmatch(value)):
            continue
        size += len(name) + len(value)
        if size > _MOST_BYTES or len(found) == _MOST_FIELDS:
            break
        found[name.encode()] = value.encode()
    return list(found.items())


def _type(content_type: str) -> bytes:
    return content_type.encode() if _VALUE.fullmatch(content_type) else b"application/octet-stream"


def of_run(run_id: str, outcome: Outcome) -> Answer:
    """The answer for a run that gave none. Raises Refusal if it did not complete."""
    if outcome.status == "completed":
        output = outcome.outputs or b"null"
        body = b'{"run_id":"%b","output":%b}' % (run_id.encode(), output)
        return Answer(200, [(b"content-type", JSON)], body)
    raise ended(run_id, outcome)


def ended(run_id: str, outcome: Outcome) -> Refusal:
    """Why there is no answer. Callers learn the run's id; what went wrong is for its owners."""
    members = {"run_id": run_id}
    error = outcome.error
    if outcome.refused and error is not None and error.code.startswith("payload."):
        return Refusal(
            Kind.INVALID, error.message, code=error.code, remedy=error.remedy, members=members
        )
    if outcome.status == "timeout":
        return Refusal(
            Kind.TIMEOUT,
            "The run took longer than it may.",
            code="run.timeout",
            remedy="Try again, or ask for the answer later with Prefer: respond-async.",
            members=members,
        )
    if outcome.status == "interrupted":
        return Refusal(
            Kind.UNAVAILABLE,
            "The run was interrupted.",
            code="run.interrupted",
            remedy="Try again.",
            headers={"Retry-After": "1"},
            members=members,
        )
    return Refusal(
        Kind.INTERNAL,
        "The run failed.",
        code="run.failed",
        remedy="Tell the owner of the event the id of the run.",
        members=members,
    )
