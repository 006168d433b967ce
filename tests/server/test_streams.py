"""Event streams over a real server: following a board and a run, resuming, and their ends."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.awaiting import awaited
from tests.server.living import GREET, TELL, Live, app_of
from tests.server.routes.test_runs import finished
from tests.server.scenes import Scene, listening, scene

Frame = tuple[str, str, Any]


class Reader:
    """The frames of a stream, one by one."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()
        self.comments = 0

    async def next(self) -> Frame | None:
        """The next frame; None at the end."""
        fields: dict[str, str] = {}
        async for line in self._lines:
            if not line and fields:
                return fields.get("id", ""), fields["event"], json.loads(fields["data"])
            if line.startswith(":"):
                self.comments += 1
            elif line:
                name, _, value = line.partition(": ")
                fields[name] = value
        return None

    async def all(self) -> list[Frame]:
        """All that are left."""
        found = []
        while (frame := await self.next()) is not None:
            found.append(frame)
        return found


@asynccontextmanager
async def followed(
    made: Scene, at: str, path: str, method: str = "GET", **more: Any
) -> AsyncIterator[Reader]:
    shown = {"authorization": made.owner.headers["authorization"], **more.pop("headers", {})}
    async with (
        httpx.AsyncClient(base_url=at, timeout=30) as client,
        client.stream(method, path, headers=shown, **more) as response,
    ):
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/event-stream"
        assert response.headers["cache-control"] == "no-store"
        yield Reader(response)


async def edit(app: Live, batch: str, text: str) -> int:
    command = {"command": "set_comment", "id": "log", "comment": text}
    path = f"{app.path}/boards/greet/commands"
    board = (await app.made.owner.get(f"{app.path}/boards/greet")).json()
    body = {"base_revision": board["revision"], "id": batch, "commands": [command]}
    answer = await app.made.owner.post(path, json=body)
    assert answer.status_code == 200, answer.text
    revision: int = answer.json()["revision"]
    return revision


@awaited
async def test_a_board_is_followed_and_resumed(tmp_path: Path) -> None:
    async with scene(tmp_path) as made, listening(made.app) as at:
        app = await app_of(made)
        path = (await app.board(GREET)) + "/changes"
        async with followed(made, at, path) as reader:
            await edit(app, "b1", "one")
            seen = await reader.next()
            assert seen is not None
            number, kind, change = seen
            assert (number, kind) == ("1", "change")
            assert (change["revision"], change["actor_name"], change["id"]) == (1, "Owner", "b1")
            assert change["patch"]
            assert change["touched"] == ["node:log"]
        await edit(app, "b2", "two")
        await edit(app, "b3", "three")
        async with followed(made, at, path, headers={"last-event-id": "1"}) as reader:
            missed = [await reader.next(), await reader.next()]
            assert [frame and frame[0] for frame in missed] == ["2", "3"]
        async with followed(made, at, path, params={"after": 2}) as reader:
            frame = await reader.next()
            assert frame is not None
            assert frame[0] == "3"


@awaited
async def test_a_quiet_stream_says_that_it_is_there(tmp_path: Path) -> None:
    async with scene(tmp_path) as made, listening(made.app) as at:
        app = await app_of(made)
        path = (await app.board(GREET)) + "/changes"
        async with followed(made, at, path) as reader:
            waiting = asyncio.ensure_future(reader.next())
            while not reader.comments:  # noqa: ASYNC110 - comments come by themselves
                await asyncio.sleep(0.02)
            waiting.cancel()
            await asyncio.wait((waiting,))


@awaited
async def test_a_deleted_board_ends_its_streams(tmp_path: Path) -> None:
    async with scene(tmp_path) as made, listening(made.app) as at:
        app = await app_of(made)
        path = await app.board(GREET)
        async with followed(made, at, path + "/changes") as reader:
            assert (await made.owner.delete(path)).status_code == 204
            assert await reader.all() == []


@pytest.mark.parametrize("how", ["signed out", "expired", "app deleted"])
@awaited
async def test_one_who_may_no_longer_read_is_cut_off(tmp_path: Path, how: str) -> None:
    async with scene(tmp_path) as made, listening(made.app) as at:
        app = await app_of(made)
        path = (await app.board(GREET)) + "/changes"
        async with followed(made, at, path) as reader:
            if how == "signed out":
                await made.owner.post("/api/v1/auth/logout")
            elif how == "expired":
                made.clock.ahead = 13 * 3600 * 1_000_000
            else:
                await made.owner.delete(app.path)
            assert await asyncio.wait_for(reader.all(), 20) == []


@awaited
async def test_a_run_is_followed_while_it_goes_on(tmp_path: Path) -> None:
    async with scene(tmp_path, runs=True) as made, listening(made.app) as at:
        app = await app_of(made)
        await app.board(TELL)
        request = {"method": "GET", "path": "/", "headers": {}, "query": {}, "body": ""}
        start = {"node": "start", "payload": request}
        path = f"{app.path}/boards/tell/runs"
        async with followed(made, at, path, "POST", json=start) as reader:
            first = await reader.next()
            assert first is not None
            run_id = first[2]["run_id"]
            again = f"{app.path}/runs/{run_id}/events"
            async with followed(made, at, again, headers={"last-event-id": "1"}) as second:
                seen, rest = await reader.all(), await second.all()
        assert rest == seen
        assert [kind for _, kind, _ in seen][-2:] == ["output", "done"]


@awaited
async def test_who_leaves_does_not_end_the_run(tmp_path: Path) -> None:
    async with scene(tmp_path, runs=True) as made, listening(made.app) as at:
        app = await app_of(made)
        await app.board(TELL)
        request = {"method": "GET", "path": "/", "headers": {}, "query": {}, "body": ""}
        path = f"{app.path}/boards/tell/runs"
        start = {"node": "start", "payload": request}
        async with followed(made, at, path, "POST", json=start) as reader:
            first = await reader.next()
        assert first is not None
        run = await finished(app, first[2]["run_id"])
        assert run["status"] == "completed"


@awaited
async def test_a_run_in_the_queue_is_followed_from_its_beginning(tmp_path: Path) -> None:
    async with scene(tmp_path, runs=True) as made, listening(made.app) as at:
        app = await app_of(made)
        await app.live(GREET, kind="generic", path="", access="private")
        path = f"{app.path}/events/greet/invoke/async"
        answer = await made.owner.post(path, json={"payload": {"x": 1}})
        assert answer.status_code == 202
        run_id = answer.json()["run_id"]
        async with followed(made, at, f"{app.path}/runs/{run_id}/events") as reader:
            seen = await asyncio.wait_for(reader.all(), 30)
        assert seen[-1][1] == "done"
        assert seen[-1][2]["status"] == "completed"
        run = (await made.owner.get(f"{app.path}/runs/{run_id}")).json()
        assert (run["status"], run["trigger"]) == ("completed", "api")
