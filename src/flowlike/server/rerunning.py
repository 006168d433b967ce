"""Running again what ran: the same version and payload, or newer ones."""

from typing import Any

import msgspec
from msgspec import UNSET

from flowlike.board.app import Event, RunSettings
from flowlike.board.model import TraceLevel
from flowlike.database.ids import new_id
from flowlike.errors import Conflict, NotFound, TraceError
from flowlike.execution.jobs import Job
from flowlike.runs.kept import KeptRun
from flowlike.server.call import Call
from flowlike.server.running import begin, most_level
from flowlike.server.starting import Plan

NO_PAYLOAD = "run.payload-not-kept"


async def again(call: Call, run: KeptRun, *, latest: bool, payload: Any) -> Plan:
    """A run like ``run``.

    A run of an event runs the event's live version with ``latest``, else the board version that
    ran; a run of a draft runs the board as it is. What no event started records what it recorded.

    Raises NotFound, Conflict ``run.payload-not-kept``, Refusal (429).
    """
    given = await _payload(call, run) if payload is UNSET else payload
    if latest and run.event:
        return await begin(call, run.app, run.event, given)
    call.tools.starts.take(run.app)
    version = "" if latest else run.version
    state = await call.services.boards.get(run.app, run.board, version)
    event = await _event(call, run)
    ready = await call.tools.starter.readied(
        run.app,
        state.board,
        run.node,
        event.settings if event else RunSettings(trace=TraceLevel(run.level)),
        overrides=event.variables if event else None,
        most=most_level(call),
    )
    job = Job(
        run_id=new_id(),
        app=run.app,
        board=run.board,
        version=state.version,
        revision=0 if state.version else state.revision,
        event=run.event,
        event_version=run.event_version,
        node=run.node,
        trigger="rerun",
        actor=call.sub,
        payload=b"" if given is None else msgspec.json.encode(given),
        request_id=call.facts.request_id,
        limits=ready.limits,
    )
    return Plan(job, ready.source)


async def _event(call: Call, run: KeptRun) -> Event | None:
    """The event as it was published when it started the run; None if none did, or it is gone."""
    if not run.event:
        return None
    try:
        versions = await call.services.events.versions(run.app, run.event)
    except NotFound:
        return None
    return next((each.event for each in versions if each.version == run.event_version), None)


async def _payload(call: Call, run: KeptRun) -> Any:
    trace = await call.services.archive.trace(run.app, run.run_id)
    if trace is not None and trace.run.payload is None:
        return None
    try:
        if trace is not None and trace.run.payload is not None:
            return trace.value(trace.run.payload)
    except TraceError:
        pass
    raise Conflict(
        NO_PAYLOAD,
        "The payload of that run is not kept.",
        remedy="Give a payload.",
    )
