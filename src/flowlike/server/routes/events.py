"""Events: how runs are started from outside; their versions, and calling one.

Spec: api-and-security, sections 3 and 4.
"""

from datetime import datetime
from typing import Annotated, Any, cast

import msgspec
from litestar import Response, delete, get, patch, post, put
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from flowlike.apps.events import EventInfo
from flowlike.board.app import Event, EventKind
from flowlike.identity.permissions import Permission
from flowlike.server import answers
from flowlike.server.call import Call, FromCall
from flowlike.server.guards import app
from flowlike.server.options import ServerOptions
from flowlike.server.pages import cut
from flowlike.server.refusal import Kind, Refusal
from flowlike.server.routes.apps import Text
from flowlike.server.routes.boards import Bump, Findings, VersionText
from flowlike.server.running import begin, follow_new, wants_stream
from flowlike.server.wire import (
    AppId,
    Body,
    Cursor,
    EventId,
    Limit,
    View,
    check_precondition,
    document_of,
    etag,
    moment,
)

_ROOT = "/api/v1/apps/{app_id:str}/events"
_ONE = _ROOT + "/{event_id:str}"
_LIST = app(Permission.LIST_EVENTS)
_READ = app(Permission.READ_EVENTS)
_WRITE = app(Permission.WRITE_EVENTS)
_EXECUTE = app(Permission.EXECUTE_EVENTS)
_MOST = ServerOptions().sizes.event


class CanaryView(View, frozen=True, kw_only=True):
    """A version that gets a part of the calls, ``weight`` of 0 to 1."""

    weight: float
    event_version: str
    board_version: str


class EventRow(View, frozen=True, kw_only=True):
    """An event. ``live`` is the version that answers calls, None before it was published."""

    event: Event
    board_name: str
    active: bool
    live: str | None
    live_board_version: str | None
    canary: CanaryView | None
    url: str | None
    curl: str | None
    updated_at: datetime


class EventRows(View, frozen=True, kw_only=True):
    """A page of events."""

    items: list[EventRow]
    next: str | None


class Publishing(Body, frozen=True, kw_only=True):
    """What to publish: ``version`` of the board, or the board as it is after ``bump``.

    ``canary`` gives the new version a part of the calls first, 0 to 1.
    """

    version: VersionText | None = None
    bump: Bump | None = None
    message: Text = ""
    canary: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None


class Published(View, frozen=True, kw_only=True):
    """A published version and how to call it."""

    event_version: str
    board_version: str
    url: str | None
    curl: str | None


class EventVersionView(View, frozen=True, kw_only=True):
    """A published version of an event, which never changes."""

    event_version: str
    board_version: str
    created_at: datetime
    actor: str
    actor_name: str
    message: str
    live: bool


class EventVersions(View, frozen=True, kw_only=True):
    """A page of them, the newest first."""

    items: list[EventVersionView]
    next: str | None


class Rollback(Body, frozen=True, kw_only=True):
    """The version that shall be live again."""

    event_version: Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,8}$")]


class Activity(Body, frozen=True, kw_only=True):
    """Whether the event answers calls."""

    active: bool


class Invocation(Body, frozen=True, kw_only=True):
    """The input of a run."""

    payload: dict[str, Any] | None = None


class Invoked(View, frozen=True, kw_only=True):
    """A run that completed, and what it returned."""

    run_id: str
    output: Any


class Accepted(View, frozen=True, kw_only=True):
    """A run that will be made; its id."""

    run_id: str


LATER = ResponseSpec(Accepted, description="The run stands in the queue.")
"""The answer to those who do not wait."""


@get(_ROOT, needs=_LIST, tags=["events"])
async def list_events(
    call: FromCall, app_id: AppId, limit: Limit = 50, cursor: Cursor = None
) -> EventRows:
    """The events of an app."""
    found = await call.services.events.list(app_id)
    page, following = cut(found, limit, cursor, lambda each: each.event.id)
    names = await board_names(call, app_id)
    return EventRows(items=[_row(call, app_id, each, names) for each in page], next=following)


@get(_ONE, needs=_READ, tagged=True, tags=["events"])
async def get_event(call: FromCall, app_id: AppId, event_id: EventId) -> Response[EventRow]:
    """One event. ``ETag`` names its state."""
    return await _answer(call, app_id, await call.services.events.get(app_id, event_id))


@put(_ONE, needs=_WRITE, tagged=True, tags=["events"])
async def put_event(
    call: FromCall, app_id: AppId, event_id: EventId, data: JSONBody[Event]
) -> Response[EventRow]:
    """Make or change an event. Calls are answered by its published version until the next."""
    if data.id != event_id:
        raise Refusal(
            Kind.INVALID,
            "The id in the body is not the one in the address.",
            remedy="Make them equal.",
        )
    wanted = call.request.headers.get("if-match")
    if wanted is not None:
        check_precondition(wanted, _tag(await call.services.events.get(app_id, event_id)))
    return await _answer(call, app_id, await call.services.events.put(app_id, data, call.sub))


@delete(_ONE, needs=_WRITE, tagged=True, tags=["events"])
async def delete_event(call: FromCall, app_id: AppId, event_id: EventId) -> None:
    """Delete an event with its versions. Its address answers 404 from now on."""
    wanted = call.request.headers.get("if-match")
    if wanted is not None:
        check_precondition(wanted, _tag(await call.services.events.get(app_id, event_id)))
    await call.services.events.delete(app_id, event_id)


@post(_ONE + "/validate", needs=_WRITE, status_code=200, tags=["events"])
async def validate_event(call: FromCall, app_id: AppId, event_id: EventId) -> Findings:
    """All that is wrong with the draft and the board it starts. Nothing runs."""
    return Findings(findings=list(await call.services.events.validate(app_id, event_id)))


@post(_ONE + "/publish", needs=_WRITE, tags=["events"])
async def publish(
    call: FromCall, app_id: AppId, event_id: EventId, data: JSONBody[Publishing]
) -> Published:
    """Make what an event starts a version that never changes, and let it answer calls."""
    made = await call.services.events.publish(
        app_id,
        event_id,
        call.sub,
        version=data.version or "",
        bump=data.bump or "",
        message=data.message,
        canary=data.canary or 0.0,
    )
    info = await call.services.events.get(app_id, event_id)
    return Published(
        event_version=str(made.event_version),
        board_version=made.board_version,
        url=url_of(call, app_id, info.event),
        curl=curl_of(call, app_id, info.event),
    )


@get(_ONE + "/versions", needs=_READ, tags=["events"])
async def list_versions(
    call: FromCall, app_id: AppId, event_id: EventId, limit: Limit = 50, cursor: Cursor = None
) -> EventVersions:
    """The published versions of an event, the newest first."""
    found = await call.services.events.versions(app_id, event_id)
    page, following = cut(found, limit, cursor, lambda each: str(each.version))
    names = await call.services.identity.names(each.actor for each in page)
    items = [
        EventVersionView(
            event_version=str(each.version),
            board_version=each.board_version,
            created_at=moment(each.at_us),
            actor=each.actor,
            actor_name=names.get(each.actor, each.actor),
            message=each.message,
            live=each.live,
        )
        for each in page
    ]
    return EventVersions(items=items, next=following)


@post(_ONE + "/rollback", needs=_WRITE, status_code=200, tags=["events"])
async def rollback(
    call: FromCall, app_id: AppId, event_id: EventId, data: JSONBody[Rollback]
) -> Response[EventRow]:
    """Let a former version answer calls again."""
    await call.services.events.rollback(app_id, event_id, int(data.event_version))
    return await _answer(call, app_id, await call.services.events.get(app_id, event_id))


@post(_ONE + "/promote", needs=_WRITE, status_code=200, tags=["events"])
async def promote(call: FromCall, app_id: AppId, event_id: EventId) -> Response[EventRow]:
    """Let the canary answer all calls."""
    await call.services.events.promote(app_id, event_id)
    return await _answer(call, app_id, await call.services.events.get(app_id, event_id))


@delete(_ONE + "/canary", needs=_WRITE, tags=["events"])
async def drop_canary(call: FromCall, app_id: AppId, event_id: EventId) -> None:
    """Let the stable version answer all calls again."""
    await call.services.events.drop_canary(app_id, event_id)


@patch(_ONE + "/active", needs=_WRITE, tags=["events"])
async def set_active(
    call: FromCall, app_id: AppId, event_id: EventId, data: JSONBody[Activity]
) -> Response[EventRow]:
    """Switch an event on or off."""
    await call.services.events.set_active(app_id, event_id, data.active)
    return await _answer(call, app_id, await call.services.events.get(app_id, event_id))


@post(
    _ONE + "/invoke",
    needs=_EXECUTE,
    status_code=200,
    streams="too",
    request_max_body_size=_MOST,
    tags=["events"],
)
async def invoke(
    call: FromCall, app_id: AppId, event_id: EventId, data: JSONBody[Invocation]
) -> Response[Invoked]:
    """Run the live version and wait for its result; a stream with ``Accept: text/event-stream``."""
    plan = await begin(call, app_id, event_id, data.payload)
    if wants_stream(call):
        return cast("Response[Invoked]", follow_new(call, plan, _EXECUTE))
    outcome = await call.tools.starter.run(plan)
    answer = answers.of_run(plan.job.run_id, await outcome.ended())
    encoded: Any = answer.body
    return Response(encoded, media_type="application/json")


@post(
    _ONE + "/invoke/async",
    needs=_EXECUTE,
    status_code=202,
    request_max_body_size=_MOST,
    tags=["events"],
)
async def invoke_later(
    call: FromCall, app_id: AppId, event_id: EventId, data: JSONBody[Invocation]
) -> Accepted:
    """Put a run of the live version into the queue; it is kept once this is answered."""
    plan = await begin(call, app_id, event_id, data.payload)
    await call.tools.starter.queue(plan)
    return Accepted(run_id=plan.job.run_id)


async def board_names(call: Call, app_id: str) -> dict[str, str]:
    """Names of an app's boards by id."""
    return {each.id: each.name for each in await call.services.boards.list(app_id)}


async def _answer(call: Call, app_id: str, info: EventInfo) -> Response[EventRow]:
    row = _row(call, app_id, info, await board_names(call, app_id))
    return Response(row, headers={"ETag": _tag(info)})


def _tag(info: EventInfo) -> str:
    weight = info.canary.weight if info.canary else 0
    return etag(info.updated_us, info.live, int(info.active), weight)


def _row(call: Call, app_id: str, info: EventInfo, names: dict[str, str]) -> EventRow:
    canary = info.canary
    return EventRow(
        event=document_of(info.event),
        board_name=names.get(info.event.board, info.event.board),
        active=info.active,
        live=str(info.live) if info.live else None,
        live_board_version=info.live_board_version or None,
        canary=None
        if canary is None
        else CanaryView(
            weight=canary.weight,
            event_version=str(canary.event_version),
            board_version=canary.board_version,
        ),
        url=url_of(call, app_id, info.event) if info.live else None,
        curl=curl_of(call, app_id, info.event) if info.live else None,
        updated_at=moment(info.updated_us),
    )


def url_of(call: Call, app_id: str, event: Event) -> str | None:
    """The address of an HTTP event, as this caller reaches the server."""
    if event.kind is not EventKind.HTTP:
        return None
    return f"{call.facts.origin}/e/{app_id}{event.path}"


def curl_of(call: Call, app_id: str, event: Event) -> str:
    """A command that calls the event."""
    url = url_of(call, app_id, event)
    if url is None:
        url = f"{call.facts.origin}/api/v1/apps/{app_id}/events/{event.id}/invoke"
        body = " -H 'Content-Type: application/json' -d '{\"payload\":{}}'"
        return f"curl -X POST '{url}' -H 'Authorization: Bearer '\"$SESSION\"{body}"
    parts = ["curl"] if event.method == "GET" else ["curl -X", event.method]
    parts.append(f"'{url}'")
    if event.access != "public":
        parts.append("-H 'Authorization: Bearer '\"$SESSION\"")
    if event.method in {"POST", "PUT", "PATCH"}:
        parts.append("-H 'Content-Type: application/json' -d '{}'")
    return " ".join(parts)


ROUTES = (
    list_events,
    get_event,
    put_event,
    delete_event,
    validate_event,
    publish,
    list_versions,
    rollback,
    promote,
    drop_canary,
    set_active,
    invoke,
    invoke_later,
)
