"""Whether the server lives and can work, and how to sign in. Nothing here tells a version."""

from typing import Literal

from litestar import get

from flowlike.errors import FlowlikeError
from flowlike.server.call import FromCall
from flowlike.server.guards import PUBLIC
from flowlike.server.refusal import Kind, Refusal
from flowlike.server.wire import View


class Health(View, frozen=True, kw_only=True):
    """It is well."""

    status: Literal["ok"] = "ok"


class Info(View, frozen=True, kw_only=True):
    """How to sign in here. ``secure``: sessions are cookies."""

    name: str
    auth: list[str]
    secure: bool


@get(["/health/live", "/api/v1/health/live"], needs=PUBLIC, sync_to_thread=False, tags=["health"])
def live() -> Health:
    """The process answers."""
    return Health()


@get(["/health/ready", "/api/v1/health/ready"], needs=PUBLIC, tags=["health"])
async def ready(call: FromCall) -> Health:
    """Runs can be taken: there is a database and an executor."""
    services = call.services
    try:
        await services.identity.modes()
    except FlowlikeError:
        raise _not_ready() from None
    if not services.dispatcher.stats().executors:
        raise _not_ready()
    return Health()


@get("/api/v1/info", needs=PUBLIC, tags=["health"])
async def info(call: FromCall) -> Info:
    """The name of this installation, and the ways to sign in."""
    options = call.services.options
    return Info(name=options.name, auth=await call.services.identity.modes(), secure=options.secure)


def _not_ready() -> Refusal:
    return Refusal(
        Kind.UNAVAILABLE,
        "The server cannot take runs now.",
        code="server.not-ready",
        remedy="Try again in a moment.",
        headers={"Retry-After": "1"},
    )


ROUTES = (live, ready, info)
