"""Apps with boards and live events, made over the API."""

import json
from typing import Any

from flowlike.board.model import Board
from flowlike.board.text import dump
from tests.server.building import board_of, node
from tests.server.routes.test_apps import create
from tests.server.scenes import Scene

ADD = board_of(
    "add",
    start=node("event_http_request", exec_out=["answer.exec_in"], query=["a.struct", "b.struct"]),
    a=node("struct_get", {"field": "a"}, value=["a_number.string"]),
    b=node("struct_get", {"field": "b"}, value=["b_number.string"]),
    a_number=node("val_from_string", value_ref=["add.integer1"]),
    b_number=node("val_from_string", value_ref=["add.integer2"]),
    add=node("int_add", sum=["answer.response"]),
    answer=node("events_generic_return_result"),
)
"""Adds the fields a and b of a query and returns the sum."""

ECHO = board_of(
    "echo",
    start=node(
        "event_http_request",
        exec_out=["respond.exec_in"],
        body=["respond.body"],
    ),
    respond=node("http_respond", {"status": 201}),
)
"""Answers with the body it was sent."""

TELL = board_of(
    "tell",
    start=node("event_http_request", exec_out=["respond.exec_in"]),
    respond=node(
        "http_respond",
        {"status": 200, "headers": {"Content-Type": "text/html"}, "body": "<script>1</script>"},
        exec_out=["wait.exec_in"],
    ),
    wait=node("delay", {"time": 200.0}, exec_out=["log.exec_in"]),
    log=node("log_info", {"message": "later", "toast": False}, exec_out=["end.exec_in"]),
    end=node("events_generic_return_result", {"response": 7}),
)
"""Answers at once and goes on for a while."""

GREET = board_of(
    "greet",
    start=node("events_generic", exec_out=["log.exec_in"], payload=["end.response"]),
    log=node("log_info", {"message": "hello", "toast": False}, exec_out=["end.exec_in"]),
    end=node("events_generic_return_result"),
)
"""Logs a line and returns its payload."""

FAIL = board_of(
    "fail",
    start=node("event_http_request", exec_out=["fail.exec_in"]),
    fail=node("control_fail", {"message": "secret detail"}),
)
"""Fails."""

WAIT = board_of(
    "wait",
    start=node("events_generic", exec_out=["wait.exec_in"]),
    wait=node("delay", {"time": 60_000.0}),
)
"""Waits for a minute."""

ENDLESS = board_of(
    "endless",
    start=node("event_http_request", exec_out=["one.exec_in"]),
    one=node("log_info", {"message": "one", "toast": False}, exec_out=["two.exec_in"]),
    two=node("log_info", {"message": "two", "toast": False}, exec_out=["one.exec_in"]),
)
"""Never ends."""


class Live:
    """An app, and how to fill it."""

    def __init__(self, made: Scene, app: str) -> None:
        self.made = made
        self.id = app
        self.path = f"/api/v1/apps/{app}"

    async def board(self, board: Board) -> str:
        """Puts a board into the app; its path."""
        body = {"name": board.name, "id": board.id, "board": json.loads(dump(board))}
        answer = await self.made.owner.post(f"{self.path}/boards", json=body)
        assert answer.status_code == 201, answer.text
        return f"{self.path}/boards/{board.id}"

    async def event(self, board: Board, **more: Any) -> dict[str, Any]:
        """Puts an event for a board that is there; it is a draft."""
        body = {
            "id": board.id,
            "name": board.name.title(),
            "board": board.id,
            "node": "start",
            "kind": "http",
            "path": f"/{board.id}",
            "access": "public",
        } | more
        answer = await self.made.owner.put(f"{self.path}/events/{body['id']}", json=body)
        assert answer.status_code == 200, answer.text
        row: dict[str, Any] = answer.json()
        return row

    async def publish(self, event: str, **body: Any) -> dict[str, Any]:
        """Publishes an event with its board as it is."""
        answer = await self.made.owner.post(
            f"{self.path}/events/{event}/publish", json={"bump": "minor"} | body
        )
        assert answer.status_code == 201, answer.text
        published: dict[str, Any] = answer.json()
        return published

    async def live(self, board: Board, **more: Any) -> str:
        """Board, event and published version at once; the address of an HTTP event."""
        await self.board(board)
        row = await self.event(board, **more)
        await self.publish(row["event"]["id"])
        return f"/e/{self.id}{row['event'].get('path', '')}"


async def app_of(made: Scene) -> Live:
    """A new app."""
    return Live(made, await create(made))
