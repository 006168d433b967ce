"""What routes that start or follow runs share."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from flowlike.apps.live import LiveEvent
from flowlike.board.model import TraceLevel
from flowlike.database.ids import new_id
from flowlike.errors import Conflict, UsageError
from flowlike.identity.permissions import Permission
from flowlike.runs.kept import KeptRun
from flowlike.server.call import Call
from flowlike.server.guards import Need
from flowlike.server.sse import MEDIA_TYPE, Frame
from flowlike.server.starting import Plan
from flowlike.server.streams import StreamResponse, stream

NOT_LIVE = "event.not-live"
_VALUES = frozenset({"output", "chunk"})
_LOOK_AGAIN = 0.25  # seconds


async def live_of(call: Call, app_id: str, event_id: str) -> LiveEvent:
    """An event that answers calls. Raises NotFound, Conflict ``event.not-live``."""
    live = call.services.events.live(app_id, event_id)
    if live is None:
        await call.services.events.get(app_id, event_id)
        raise Conflict(
            NOT_LIVE,
            "The event is not published, or it is switched off.",
            remedy="Publish it and switch it on.",
        )
    return live


async def begin(call: Call, app_id: str, event_id: str, payload: Any) -> Plan:
    """A run of the live version of an event. Raises as ``live_of``, and Refusal (429)."""
    live = await live_of(call, app_id, event_id)
    call.tools.starts.take(app_id)
    run_id = new_id()
    published = live.choose(run_id)
    ready = await call.tools.starter.prepare(published)
    return call.tools.starter.plan(
        published,
        ready,
        b"" if payload is None else msgspec.json.encode(payload),
        run_id=run_id,
        trigger="api",
        actor=call.sub,
        request_id=call.facts.request_id,
    )


def most_level(call: Call) -> TraceLevel:
    """The most that may be recorded for the caller: values are not for everybody."""
    return TraceLevel.DATA if call.may(Permission.READ_RUN_DATA) else TraceLevel.STEPS


def wants_stream(call: Call) -> bool:
    """Whether the caller asks for the run's events instead of its result."""
    return MEDIA_TYPE in call.facts.field(b"accept")


def wants_later(call: Call) -> bool:
    """Whether the caller does not wait: ``Prefer: respond-async`` (RFC 7240)."""
    return "respond-async" in call.facts.field(b"prefer")


def follow_new(call: Call, plan: Plan, need: Need) -> StreamResponse:
    """Starts a run and streams its events. Raises what the dispatcher raises."""
    job = msgspec.structs.replace(plan.job, watch=True)
    call.tools.starter.begin(msgspec.structs.replace(plan, job=job))
    return follow(call, job.app, job.run_id, 0, need)


def follow(
    call: Call, app_id: str, run_id: str, after: int, need: Need, *, with_data: bool = True
) -> StreamResponse:
    """Streams the events of a run after a number; of one that is over, its end.

    Args:
        need: what the caller must hold as long as the stream is open.
        with_data: whether values are for the caller: what the run returned and what nodes sent.
    """
    frames = _frames(call, app_id, run_id, after)
    return stream(call, frames if with_data else _without_data(frames), need)


async def _without_data(frames: AsyncIterator[Frame]) -> AsyncIterator[Frame]:
    async for frame in frames:
        if frame.kind not in _VALUES:
            yield frame


async def _frames(call: Call, app_id: str, run_id: str, after: int) -> AsyncIterator[Frame]:
    while True:
        try:
            async for frame in call.services.dispatcher.watch(run_id, after):
                yield Frame(frame.seq, frame.kind, frame.data)
            return
        except UsageError:  # it has not begun, or was over long ago
            run = await call.services.archive.run(app_id, run_id)
        if run is None or run.ended:
            if run is not None:
                yield Frame(0, "done", _done(run))
            return
        await asyncio.sleep(_LOOK_AGAIN)


def _done(run: KeptRun) -> bytes:
    return msgspec.json.encode(
        {
            "status": run.status,
            "steps": run.steps,
            "handled_errors": run.handled_errors,
            "logs": run.logs,
            "max_level": run.max_level,
        }
    )
