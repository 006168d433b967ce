"""Bodies of requests: bounded, received in time, and JSON that reads one way only.

Keys that stand twice, NaN, numbers no float holds, halves of characters and deep nesting are
refused (threat 47); nothing is decompressed (threat 62). Spec: api-and-security, section 3.
"""

import asyncio
import re
from typing import Any

import msgspec
from litestar import Request
from litestar.types import Receive

from flowlike.board.limits import Limits
from flowlike.board.strict import read_json
from flowlike.errors import TextError, Where
from flowlike.identity.principal import Principal
from flowlike.server.refusal import Kind, Refusal

DEPTH = 64
# What msgspec says after the sentence: "… - at `$.commands[0].node`".
_AT = re.compile(r"^(?P<message>.*) - at `(?:key in )?(?P<path>\$[^`]*)`$", re.DOTALL)
_LARGE = 256 * 1024  # bytes; from here on reading leaves the loop to others
_DEPTH = Limits(depth=DEPTH)


def strict_json(raw: bytes) -> Any:
    """The JSON value of a body. Raises Refusal (422)."""
    try:
        return read_json(raw, _DEPTH, "")[0]
    except TextError as error:
        where = Where(line=error.where.line, path=error.where.path)
        raise Refusal(
            Kind.INVALID, error.message, code=error.code, remedy=error.remedy, where=where
        ) from error


class StrictRequest(Request[Principal, Any, Any]):
    """A request whose JSON is read strictly, and only if it says that it is JSON."""

    async def json(self) -> Any:
        """The value of the body. Raises Refusal (413, 415, 422)."""
        require_json(self.headers.get("content-type", ""))
        raw = await self.body()
        kind = self.route_handler.parsed_fn_signature.parameters["data"].annotation
        if len(raw) > _LARGE:
            return await asyncio.to_thread(_typed, raw, kind)
        return _typed(raw, kind)


def _typed(raw: bytes, kind: Any) -> Any:
    """A body as what its route takes. The framework would take "1" for 1; here it is refused."""
    try:
        return msgspec.convert(strict_json(raw), kind)
    except msgspec.ValidationError as error:
        found = _AT.match(str(error))
        message, path = (found["message"], found["path"]) if found else (str(error), "")
        raise Refusal(
            Kind.INVALID,
            f"The body does not fit: {message}.",
            code="request.wrong-body",
            remedy="See openapi.json for what it may hold.",
            where=Where(path=path.removeprefix("$").removeprefix(".")),
        ) from error


def require_json(content_type: str) -> None:
    """Refuses (415) a body that does not say it is JSON: a form of a foreign page cannot."""
    if media_type(content_type) != "application/json":
        raise Refusal(
            Kind.UNSUPPORTED_MEDIA,
            "The body must be JSON.",
            remedy="Send it with Content-Type: application/json.",
        )


def media_type(content_type: str) -> str:
    """The media type of a Content-Type header in small letters, without parameters."""
    return content_type.partition(";")[0].strip().lower()


async def read_body(receive: Receive, most: int) -> bytes:
    """The whole body. Raises Refusal (413) beyond ``most`` bytes, EOFError if the client left."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise EOFError
        chunk = message["body"]
        size += len(chunk)
        if size > most:
            raise too_large(most)
        chunks.append(chunk)
        if not message["more_body"]:
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def too_large(most: int) -> Refusal:
    """The refusal of a body of more than ``most`` bytes."""
    return Refusal(
        Kind.TOO_LARGE,
        f"The body is larger than the {most:,} bytes it may have here.",
        remedy="Send less.",
        headers={"Connection": "close"},
    )


def in_time(receive: Receive, seconds: float) -> Receive:
    """``receive`` that raises Refusal (408) if the body is not there within ``seconds``."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    complete = False

    async def bounded() -> Any:
        nonlocal complete
        if complete:
            return await receive()
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            raise Refusal(
                Kind.SLOW,
                f"The body was not there within {seconds:g} s.",
                remedy="Send it again, faster.",
                headers={"Connection": "close"},
            ) from None
        complete = not message.get("more_body", False)
        return message

    return bounded
