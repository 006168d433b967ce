"""Runs that were made: lists, results, traces, logs; cancelling and running again.

Who may read an app's logs sees all its runs; who may only start runs sees their own. Values need
one more permission (threat 59). Spec: api-and-security, section 3.
"""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Literal

from litestar import Request, Response, get, post
from litestar.params import JSONBody, QueryParameter
from msgspec import UNSET, UnsetType

from flowlike.errors import Conflict
from flowlike.identity.permissions import Permission
from flowlike.runs.filters import RunFilter
from flowlike.runs.kept import KeptRun
from flowlike.server import traces
from flowlike.server.call import Call, FromCall
from flowlike.server.guards import MEMBER, app
from flowlike.server.pages import cut
from flowlike.server.refusal import not_found
from flowlike.server.rerunning import again
from flowlike.server.routes.events import LATER, Accepted, board_names
from flowlike.server.running import follow, follow_new, wants_later, wants_stream
from flowlike.server.sse import MEDIA_TYPE, resume_at
from flowlike.server.streams import StreamResponse
from flowlike.server.wire import (
    AppId,
    Body,
    Cursor,
    Limit,
    RunId,
    View,
    maybe_moment,
    microseconds,
    moment,
)
from flowlike.trace.history import RunTrace

_ROOT = "/api/v1/apps/{app_id:str}/runs"
_ONE = _ROOT + "/{run_id:str}"
_LATEST = 2**63 - 1
_READ = app(Permission.READ_LOGS)
_Text = Annotated[str, QueryParameter(max_length=64)]
_Time = Annotated[datetime | None, QueryParameter(description="A moment, RFC 3339.")]
_Status = Literal[
    "pending", "running", "completed", "failed", "cancelled", "timeout", "interrupted"
]


class RunErrorView(View, frozen=True, kw_only=True):
    """Why a run did not complete."""

    code: str
    message: str
    node: str


class RunView(View, frozen=True, kw_only=True):
    """A run. ``max_level`` is the highest level of its log, 0 debug to 4 fatal, -1 for no log."""

    run_id: str
    status: str
    event: str
    event_name: str
    event_version: int
    board: str
    board_name: str
    version: str
    revision: int | None
    node: str
    trigger: str
    actor: str
    actor_name: str
    started_at: datetime
    ended_at: datetime | None
    duration_ms: float | None
    steps: int
    logs: int
    max_level: int
    handled_errors: int
    level: str
    detail: str
    request_id: str
    error: RunErrorView | None


class Runs(View, frozen=True, kw_only=True):
    """A page of runs, the newest first."""

    items: list[RunView]
    next: str | None


class Result(View, frozen=True, kw_only=True):
    """How a run ended and what it returned, as far as its trace holds it."""

    run_id: str
    status: str
    output: traces.ContentView | None
    error: RunErrorView | None


class Trace(View, frozen=True, kw_only=True):
    """All that was recorded of a run."""

    run: RunView
    payload: traces.ContentView | None
    program: traces.ProgramView
    steps: list[traces.TraceStep]
    values: list[traces.TraceValue]
    logs: list[traces.LogView]
    errors: list[traces.ErrorView]
    end: traces.EndView | None
    damaged: bool


class NodeTotals(View, frozen=True, kw_only=True):
    """Counts and times by node."""

    items: list[traces.NodeTotal]
    next: str | None


class Logs(View, frozen=True, kw_only=True):
    """A page of a run's log, the oldest line first."""

    items: list[traces.LogView]
    next: str | None


class Cancelled(View, frozen=True, kw_only=True):
    """Whether the run was still going on."""

    cancelled: bool


class Rerun(Body, frozen=True, kw_only=True):
    """How to run again.

    ``latest`` takes the board or event as it is now instead of what ran; ``payload`` replaces the
    one of the run.
    """

    latest: bool = False
    payload: dict[str, Any] | UnsetType | None = UNSET


@get(_ROOT, needs=_READ, tags=["runs"])
async def list_runs(
    call: FromCall,
    app_id: AppId,
    status: Annotated[list[_Status] | None, QueryParameter(description="One of these.")] = None,
    event: _Text = "",
    board: _Text = "",
    trigger: _Text = "",
    actor: _Text = "",
    since: _Time = None,
    until: _Time = None,
    q: Annotated[str, QueryParameter(max_length=512)] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Runs:
    """Runs, the newest first, those that go on among them."""
    wanted = RunFilter(
        status=tuple(status or ()),
        event=event,
        board=board,
        trigger=trigger,
        actor=actor,
        since_us=microseconds(since) if since else 0,
        until_us=microseconds(until) if until else _LATEST,
        q=q,
        before=cursor or "",
    )
    found, following = await call.services.archive.runs(app_id, wanted, limit)
    return Runs(items=await views(call, app_id, found), next=following or None)


@get(_ONE, needs=MEMBER, tags=["runs"])
async def get_run(call: FromCall, app_id: AppId, run_id: RunId) -> RunView:
    """One run."""
    return await _view(call, app_id, await _visible(call, app_id, run_id))


@get(_ONE + "/events", needs=MEMBER, media_type=MEDIA_TYPE, streams="only", tags=["runs"])
async def follow_run(
    call: FromCall, request: Request[Any, Any, Any], app_id: AppId, run_id: RunId
) -> StreamResponse:
    """What happens in a run, from its beginning or after ``Last-Event-ID``."""
    run = await _visible(call, app_id, run_id)
    after = resume_at(request.headers.get("last-event-id"))
    need = _READ if call.may(Permission.READ_LOGS) else MEMBER
    return follow(call, app_id, run_id, after, need, with_data=_sees_data(call, run))


@get(_ONE + "/result", needs=MEMBER, tags=["runs"])
async def result(call: FromCall, app_id: AppId, run_id: RunId) -> Result:
    """How a run ended, and what it returned if its trace holds that."""
    run = await _visible(call, app_id, run_id)
    if not run.ended:
        raise Conflict("run.not-ended", "The run goes on.", remedy="Ask again when it is over.")
    trace = await call.services.archive.trace(app_id, run_id)
    shown = trace is not None and _sees_data(call, run)
    end = traces.end_of(trace, with_data=shown) if trace is not None else None
    return Result(
        run_id=run_id,
        status=run.status,
        output=end.output if end else None,
        error=_error(run),
    )


@get(_ONE + "/trace", needs=MEMBER, tags=["runs"])
async def get_trace(call: FromCall, app_id: AppId, run_id: RunId) -> Trace:
    """All that was recorded of a run. Without ReadRunData no values are in it."""
    run = await _visible(call, app_id, run_id)
    view = await _view(call, app_id, run)
    trace = await call.services.archive.trace(app_id, run_id)
    if trace is None:
        return Trace(
            run=view,
            payload=None,
            program=traces.ProgramView(nodes=[]),
            steps=[],
            values=[],
            logs=[],
            errors=[],
            end=None,
            damaged=False,
        )
    return await asyncio.to_thread(_trace, view, trace, with_data=_sees_data(call, run))


def _trace(view: RunView, trace: RunTrace, *, with_data: bool) -> Trace:
    payload = trace.run.payload
    return Trace(
        run=view,
        payload=traces.content_of(trace, payload) if payload is not None and with_data else None,
        program=traces.program_of(trace),
        steps=traces.steps_of(trace),
        values=traces.values_of(trace) if with_data else [],
        logs=traces.logs_of(trace),
        errors=traces.errors_of(trace),
        end=traces.end_of(trace, with_data=with_data),
        damaged=trace.damaged,
    )


@get(_ONE + "/nodes", needs=MEMBER, tags=["runs"])
async def node_totals(call: FromCall, app_id: AppId, run_id: RunId) -> NodeTotals:
    """How often each node ran, and how long."""
    await _visible(call, app_id, run_id)
    trace = await call.services.archive.trace(app_id, run_id)
    return NodeTotals(items=traces.totals_of(trace) if trace else [], next=None)


@get(_ONE + "/logs", needs=MEMBER, tags=["runs"])
async def logs(
    call: FromCall,
    app_id: AppId,
    run_id: RunId,
    level: Annotated[int, QueryParameter(ge=0, le=4, description="The least level.")] = 0,
    q: Annotated[str, QueryParameter(max_length=512, description="A part of the message.")] = "",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Logs:
    """The lines of a run's log."""
    await _visible(call, app_id, run_id)
    trace = await call.services.archive.trace(app_id, run_id)
    lines = traces.logs_of(trace) if trace else []
    wanted = q.casefold()
    numbered = [
        (str(number), line)
        for number, line in enumerate(lines)
        if line.level >= level and wanted in line.message.casefold()
    ]
    page, following = cut(numbered, limit, cursor, lambda each: each[0])
    return Logs(items=[line for _, line in page], next=following)


@post(_ONE + "/cancel", needs=app(Permission.CANCEL_RUNS), status_code=202, tags=["runs"])
async def cancel(call: FromCall, app_id: AppId, run_id: RunId) -> Cancelled:
    """Wish that a run ends. It does at its next step, or is killed soon after."""
    run = await _found(call, app_id, run_id)
    if run.ended:
        return Cancelled(cancelled=False)
    going = call.services.dispatcher.cancel(run_id)
    queued = await call.services.queue.cancel(run_id)
    return Cancelled(cancelled=going or queued)


@post(
    _ONE + "/rerun",
    needs=MEMBER,
    status_code=200,
    streams="only",
    responses={202: LATER},
    tags=["runs"],
)
async def rerun(
    call: FromCall, app_id: AppId, run_id: RunId, data: JSONBody[Rerun]
) -> Response[Any]:
    """Run the same again. Streams what happens with ``Accept: text/event-stream``, else 202."""
    run = await _visible(call, app_id, run_id)
    bit = Permission.EXECUTE_EVENTS if run.event else Permission.EXECUTE_BOARDS
    call.require(bit)
    if data.payload is UNSET and not _sees_data(call, run):
        call.require(Permission.READ_RUN_DATA)  # a board may return what it was given
    plan = await again(call, run, latest=data.latest, payload=data.payload)
    if wants_stream(call) and not wants_later(call):
        return follow_new(call, plan, app(bit))
    await call.tools.starter.queue(plan)
    return Response(Accepted(run_id=plan.job.run_id), status_code=202)


async def _found(call: Call, app_id: str, run_id: str) -> KeptRun:
    run = await call.services.archive.run(app_id, run_id)
    if run is None:
        raise not_found("There is no such run, or it is not kept any more.")
    return run


async def _visible(call: Call, app_id: str, run_id: str) -> KeptRun:
    """A run that the caller may see: of an app whose logs they read, or their own."""
    run = await _found(call, app_id, run_id)
    if not call.may(Permission.READ_LOGS) and not (call.sub and run.actor == call.sub):
        call.require(Permission.READ_LOGS)
    return run


def _sees_data(call: Call, run: KeptRun) -> bool:
    return call.may(Permission.READ_RUN_DATA) or (bool(call.sub) and run.actor == call.sub)


async def _view(call: Call, app_id: str, run: KeptRun) -> RunView:
    return (await views(call, app_id, [run]))[0]


async def views(call: Call, app_id: str, found: list[KeptRun]) -> list[RunView]:
    """Runs with the names of what they speak of."""
    if not found:
        return []
    boards = await board_names(call, app_id)
    events = {each.event.id: each.event.name for each in await call.services.events.list(app_id)}
    people = await call.services.identity.names(each.actor for each in found if each.actor)
    return [
        RunView(
            run_id=run.run_id,
            status=run.status,
            event=run.event,
            event_name=events.get(run.event, run.event),
            event_version=run.event_version,
            board=run.board,
            board_name=boards.get(run.board, run.board),
            version=run.version,
            revision=None if run.version else run.revision,
            node=run.node,
            trigger=run.trigger,
            actor=run.actor,
            actor_name=people.get(run.actor, run.actor),
            started_at=moment(run.started_us),
            ended_at=maybe_moment(run.ended_us),
            duration_ms=(run.ended_us - run.started_us) / 1000 if run.ended_us else None,
            steps=run.steps,
            logs=run.logs,
            max_level=run.max_level,
            handled_errors=run.handled_errors,
            level=run.level,
            detail=run.detail,
            request_id=run.request_id,
            error=_error(run),
        )
        for run in found
    ]


def _error(run: KeptRun) -> RunErrorView | None:
    if not run.error_code:
        return None
    return RunErrorView(code=run.error_code, message=run.error_message, node=run.error_node)


ROUTES = (
    list_runs,
    get_run,
    follow_run,
    result,
    get_trace,
    node_totals,
    logs,
    cancel,
    rerun,
)
