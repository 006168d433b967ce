"""Runs of a board from the editor: what a start node wants, and starting it."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody, QueryParameter

from flowlike.board.app import RunLimits, RunSettings
from flowlike.board.definition import Kind
from flowlike.board.model import Board, Node, TraceLevel
from flowlike.board.pins import definition_of
from flowlike.board.text import parse
from flowlike.database.ids import new_id
from flowlike.engine.plan import Plan as BoardPlan
from flowlike.engine.plan import make_plan
from flowlike.errors import Conflict, NotFound
from flowlike.execution.jobs import Job
from flowlike.identity.permissions import Permission
from flowlike.nodes.catalog import Catalog
from flowlike.server.call import Call, FromCall
from flowlike.server.guards import app
from flowlike.server.options import ServerOptions
from flowlike.server.routes.boards import Start, VersionQuery, VersionText
from flowlike.server.routes.events import LATER, Accepted
from flowlike.server.running import follow_new, live_of, most_level, wants_later
from flowlike.server.schemas import payload_schema
from flowlike.server.starting import Plan
from flowlike.server.wire import ID, AppId, BoardId, Body, EventId, View

_ONE = "/api/v1/apps/{app_id:str}/boards/{board_id:str}"
NO_START = "engine.no-start"
_EXECUTE = app(Permission.EXECUTE_BOARDS)
_INVOKE = app(Permission.EXECUTE_EVENTS)


class VariableNeed(View, frozen=True, kw_only=True):
    """A variable whose value comes from who runs the board."""

    id: str
    name: str
    type: str
    value_type: str
    secret: bool
    description: str


class Prerun(View, frozen=True, kw_only=True):
    """What a run needs. ``schema`` is the JSON schema of its payload."""

    start: Start
    schema: dict[str, Any]
    variables: list[VariableNeed]
    capabilities: list[str]


class NewRun(Body, frozen=True, kw_only=True):
    """A run to start.

    Args:
        node: the start node.
        payload: its input.
        version: a published version of the board; the board as it is if none is given.
        revision: refuse to run unless the board is at this revision.
        trace: what to record.
        pinned: recorded outputs stand in for pinned nodes, those of the start node for what the
            payload lacks.
        limits: less than the usual ones.
    """

    node: Annotated[str, msgspec.Meta(pattern=ID)]
    payload: dict[str, Any] | None = None
    version: VersionText | None = None
    revision: Annotated[int, msgspec.Meta(ge=0)] | None = None
    trace: TraceLevel | None = None
    pinned: bool = False
    limits: RunLimits = RunLimits()


@get(_ONE + "/prerun", needs=_EXECUTE, tags=["boards"])
async def prerun(
    call: FromCall,
    app_id: AppId,
    board_id: BoardId,
    node: Annotated[str, QueryParameter(pattern=ID, description="The start node.")],
    version: VersionQuery = None,
) -> Prerun:
    """What a run from a start node needs: payload, variables, capabilities."""
    state = await call.services.boards.get(app_id, board_id, version or "")
    return await _needs(call, state.board, node)


@get("/api/v1/apps/{app_id:str}/events/{event_id:str}/prerun", needs=_INVOKE, tags=["events"])
async def prerun_event(call: FromCall, app_id: AppId, event_id: EventId) -> Prerun:
    """What a call of the live version needs: payload, variables, capabilities."""
    published = (await live_of(call, app_id, event_id)).stable
    text = await call.services.events.text(published)
    board = await asyncio.to_thread(parse, text)
    found = await _needs(call, board, published.event.node)
    left = [each for each in found.variables if each.id not in published.event.variables]
    return msgspec.structs.replace(found, variables=left)


async def _needs(call: Call, board: Board, node: str) -> Prerun:
    plan = await asyncio.to_thread(_planned, board, call.services.catalog, node)
    entry = plan.nodes[plan.entry]
    definitions = [each.type.definition for each in plan.nodes]
    return Prerun(
        start=Start(
            id=entry.id,
            name=entry.node.name or entry.type.definition.title,
            type=entry.node.type,
        ),
        schema=payload_schema(entry.outputs, _examples(call, board.nodes[node])),
        variables=[
            VariableNeed(
                id=id_,
                name=each.name,
                type=each.type,
                value_type=each.value_type,
                secret=each.secret,
                description=each.description,
            )
            for id_, each in board.variables.items()
            if each.runtime_configured
        ],
        capabilities=sorted({name for each in definitions for name in each.permissions}),
    )


def _examples(call: Call, start: Node) -> Mapping[str, Any]:
    """What is pinned at a start node, for those who may read it there."""
    return (start.settings.pinned or {}) if call.may(Permission.READ_BOARDS) else {}


def _planned(board: Board, catalog: Catalog, node: str) -> BoardPlan:
    placed = board.nodes.get(node)
    definition = None if placed is None else definition_of(placed, board, catalog)
    if definition is None or definition.kind is not Kind.START:
        raise NotFound(
            NO_START, "The board has no such start node.", remedy="Name one that starts runs."
        )
    return make_plan(board, catalog, node)


@post(
    _ONE + "/runs",
    needs=_EXECUTE,
    status_code=200,
    streams="only",
    responses={202: LATER},
    request_max_body_size=ServerOptions().sizes.event,
    tags=["boards"],
)
async def start_run(
    call: FromCall, app_id: AppId, board_id: BoardId, data: JSONBody[NewRun]
) -> Response[Any]:
    """Run a board and stream what happens; 202 with ``Prefer: respond-async``."""
    state = await call.services.boards.get(app_id, board_id, data.version or "")
    if data.revision is not None and data.revision != state.revision:
        raise Conflict(
            "board.stale-revision",
            "The board has changed since.",
            remedy="Take over what was missed, then run it.",
        )
    call.tools.starts.take(app_id)
    ready = await call.tools.starter.readied(
        app_id,
        state.board,
        data.node,
        RunSettings(trace=data.trace, limits=data.limits),
        pinned=data.pinned,
        most=most_level(call),
    )
    job = Job(
        run_id=new_id(),
        app=app_id,
        board=board_id,
        version=state.version,
        revision=0 if state.version else state.revision,
        node=data.node,
        trigger="editor",
        actor=call.sub,
        payload=b"" if data.payload is None else msgspec.json.encode(data.payload),
        request_id=call.facts.request_id,
        limits=ready.limits,
    )
    plan = Plan(job, ready.source)
    if wants_later(call):
        await call.tools.starter.queue(plan)
        return Response(Accepted(run_id=job.run_id), status_code=202)
    return follow_new(call, plan, _EXECUTE)


ROUTES = (prerun, prerun_event, start_run)
