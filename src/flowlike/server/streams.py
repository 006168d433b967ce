"""Event streams of the API: who reads is asked again and again whether they still may."""

from collections.abc import AsyncIterator
from typing import Any, cast

from litestar import Response
from litestar.response.base import ASGIResponse

from flowlike.errors import FlowlikeError
from flowlike.server.call import Call
from flowlike.server.guards import Need
from flowlike.server.sse import MEDIA_TYPE, EventStream, Frame


class StreamResponse(Response[bytes]):
    """A stream, as the framework takes it for a response."""

    def __init__(self, inner: EventStream) -> None:
        super().__init__(b"", media_type=MEDIA_TYPE)
        self._inner = inner

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:
        """What is sent: the stream itself, which writes its own head."""
        return cast("ASGIResponse", self._inner)


def stream(call: Call, frames: AsyncIterator[Frame], need: Need) -> StreamResponse:
    """The answer that streams ``frames`` to the caller."""
    options = call.services.options
    inner = EventStream(
        frames,
        allowed=lambda: _still(call, need),
        slots=call.tools.slots,
        caller=call.sub or call.facts.network,
        streams=options.streams,
        most=options.sizes.frame,
    )
    return StreamResponse(inner)


async def _still(call: Call, need: Need) -> bool:
    """Whether the session lives and the role still holds what the route asks for."""
    credentials = call.tools.credentials
    try:
        principal = await credentials.principal(call.facts, call.request.method)
        await call.tools.doorkeeper.admit(principal, need, call.principal.app_id)
    except FlowlikeError:
        return False
    return True
