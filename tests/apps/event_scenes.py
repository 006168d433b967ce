"""A board that passes every check, and events for it."""

from typing import Any

from flowlike.board.app import Event, EventKind, Method
from flowlike.board.definition import DataType
from flowlike.board.edit import Batch, apply
from flowlike.board.edit import commands as c
from flowlike.board.model import Board, Variable
from flowlike.nodes.catalog import default_catalog
from tests.apps.scenes import ADA, APP, BOARD, Room

CATALOG = default_catalog()


def fine() -> Board:
    """Two starts, by name and by HTTP; each returns a greeting."""
    commands = (
        c.AddNode(id="go", type="events_simple@1"),
        c.AddNode(id="ask", type="event_http_request@1"),
        c.AddNode(id="end", type="events_generic_return_result@1"),
        c.SetPinValue("end", "response", "hello"),
        c.Connect("go.exec_out", "end.exec_in"),
        c.Connect("ask.exec_out", "end.exec_in"),
        c.UpsertVariable("open", Variable(name="open", type=DataType.STRING, exposed=True)),
        c.UpsertVariable("key", Variable(name="key", type=DataType.STRING, secret=True)),
        c.UpsertVariable("own", Variable(name="own", type=DataType.STRING)),
    )
    return apply(Board(id="fine"), Batch(commands), CATALOG).board


def event(id_: str = "ask", **more: Any) -> Event:
    """A simple event, unless a path makes it an HTTP event."""
    fields: dict[str, Any] = {"id": id_, "name": id_, "board": BOARD, "node": "go"}
    if "path" in more:
        fields |= {"kind": EventKind.HTTP, "method": Method.POST, "node": "ask"}
    return Event(**(fields | more))


async def live(room: Room, made: Event, **more: Any) -> int:
    """Save and publish an event with the board as it is; the version."""
    await room.events.put(APP, made, ADA)
    done = await room.events.publish(APP, made.id, ADA, bump="minor", **more)
    return done.event_version
