"""Runs over the API: starting, following, lists, traces, logs, cancelling, running again."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.server.awaiting import shared
from tests.server.living import FAIL, GREET, WAIT, Live, app_of
from tests.server.scenes import Scene


async def app_with(made: Scene, *boards: Any) -> Live:
    app = await app_of(made)
    for board in boards:
        await app.board(board)
    return app


def frames(text: str) -> list[tuple[int, str, Any]]:
    """The frames of a stream: id, kind, data."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in fields:
            found.append((int(fields.get("id", 0)), fields["event"], json.loads(fields["data"])))
    return found


async def start(app: Live, board: str, **body: Any) -> list[tuple[int, str, Any]]:
    path = f"{app.path}/boards/{board}/runs"
    answer = await app.made.owner.post(path, json={"node": "start", "payload": {}} | body)
    assert answer.status_code == 200, answer.text
    return frames(answer.text)


async def finished(app: Live, run_id: str) -> dict[str, Any]:
    for _ in range(500):
        run: dict[str, Any] = (await app.made.owner.get(f"{app.path}/runs/{run_id}")).json()
        if run["ended_at"]:
            return run
        await asyncio.sleep(0.01)
    raise AssertionError("the run goes on")


@shared
async def test_the_editor_starts_a_run_and_sees_what_happens(made: Scene) -> None:
    app = await app_with(made, GREET)
    seen = await start(app, "greet", payload={"x": 1})
    kinds = [kind for _, kind, _ in seen]
    assert kinds[0] == "run"
    assert kinds[-1] == "done"
    assert {"log", "output"} <= set(kinds)
    numbers = [number for number, _, _ in seen]
    assert numbers == sorted(set(numbers))
    run_id = seen[0][2]["run_id"]
    run = await finished(app, run_id)
    assert (run["trigger"], run["version"], run["event"]) == ("editor", "", "")
    assert (run["board_name"], run["node"], run["actor"]) == ("greet", "start", "local")


@shared
async def test_a_run_names_the_revision_that_ran(made: Scene) -> None:
    app = await app_with(made, GREET)
    path = f"{app.path}/boards/greet"
    before = (await made.owner.get(path)).json()
    run_id = (await start(app, "greet"))[0][2]["run_id"]
    change = {"command": "set_board", "name": "Later"}
    body = {"base_revision": before["revision"], "id": "later", "commands": [change]}
    assert (await made.owner.post(f"{path}/commands", json=body)).status_code == 200
    run = await finished(app, run_id)
    assert run["revision"] == before["revision"]
    ran = (await made.owner.get(path, params={"revision": run["revision"]})).json()
    assert (ran["board"], ran["revision"]) == (before["board"], before["revision"])
    assert (await made.owner.get(path)).json()["board"]["name"] == "Later"


@shared
async def test_a_run_is_followed_again_from_where_one_was(made: Scene) -> None:
    app = await app_with(made, GREET)
    seen = await start(app, "greet")
    path = f"{app.path}/runs/{seen[0][2]['run_id']}/events"
    again = frames((await made.owner.get(path)).text)
    assert again == seen
    rest = frames((await made.owner.get(path, headers={"last-event-id": str(seen[1][0])})).text)
    assert rest == seen[2:]
    odd = await made.owner.get(path, headers={"last-event-id": "x"})
    assert odd.status_code == 400


@shared
async def test_a_payload_that_does_not_fit_fails_the_run(made: Scene) -> None:
    app = await app_with(made, FAIL)
    seen = await start(app, "fail", payload={"wrong": 1})
    (error,) = [data for _, kind, data in seen if kind == "error"]
    assert error["code"].startswith("payload.")


@shared
async def test_only_the_board_one_saw_is_run(made: Scene) -> None:
    app = await app_with(made, GREET)
    path = f"{app.path}/boards/greet/runs"
    stale = await made.owner.post(path, json={"node": "start", "revision": 5})
    assert (stale.status_code, stale.json()["code"]) == (409, "board.stale-revision")
    fresh = await made.owner.post(path, json={"node": "start", "payload": {}, "revision": 0})
    assert fresh.status_code == 200
    version = await made.owner.post(f"{app.path}/boards/greet/versions", json={})
    seen = await start(app, "greet", version=version.json()["version"])
    run = await finished(app, seen[0][2]["run_id"])
    assert run["version"] == version.json()["version"]


@pytest.mark.parametrize(
    "body", [{}, {"node": 1}, {"node": "start", "trace": "all"}, {"node": "start", "steps": 1}]
)
@shared
async def test_a_start_that_does_not_fit_is_refused(made: Scene, body: Any) -> None:
    app = await app_with(made, GREET)
    answer = await made.owner.post(f"{app.path}/boards/greet/runs", json=body)
    assert answer.status_code == 422


@shared
async def test_a_trace_tells_what_happened(made: Scene) -> None:
    app = await app_with(made, GREET)
    seen = await start(app, "greet", payload={"x": 1}, trace="data")
    run_id = seen[0][2]["run_id"]
    await finished(app, run_id)
    trace = (await made.owner.get(f"{app.path}/runs/{run_id}/trace")).json()
    assert trace["run"]["run_id"] == run_id
    assert trace["payload"]["data"] == {"x": 1}
    assert {each["id"] for each in trace["program"]["nodes"]} == {"start", "log", "end"}
    steps = {each["node"]: each for each in trace["steps"]}
    assert steps["start"]["fired"] == ["exec_out"]
    assert steps["log"]["state"] == "ok"
    values = {(each["seq"], each["pin"]): each for each in trace["values"]}
    given = values[steps["start"]["seq"], "payload"]
    assert (given["kind"], given["content"]["data"]) == ("output", {"x": 1})
    assert trace["logs"][0]["message"] == "hello"
    assert trace["logs"][0]["node"] == "log"
    assert trace["end"]["status"] == "completed"
    assert trace["end"]["output"]["data"] == {"x": 1}
    assert trace["damaged"] is False
    result = (await made.owner.get(f"{app.path}/runs/{run_id}/result")).json()
    assert (result["status"], result["output"]["data"]) == ("completed", {"x": 1})
    totals = (await made.owner.get(f"{app.path}/runs/{run_id}/nodes")).json()["items"]
    assert {each["node"]: each["count"] for each in totals} == {"start": 1, "log": 1, "end": 1}


@shared
async def test_a_run_without_trace_is_still_a_run(made: Scene) -> None:
    app = await app_with(made, GREET)
    seen = await start(app, "greet", trace="off")
    run_id = seen[0][2]["run_id"]
    assert (await finished(app, run_id))["level"] == "off"
    trace = (await made.owner.get(f"{app.path}/runs/{run_id}/trace")).json()
    assert (trace["steps"], trace["end"]) == ([], None)
    assert (await made.owner.get(f"{app.path}/runs/{run_id}/nodes")).json()["items"] == []


@shared
async def test_an_error_names_its_node(made: Scene) -> None:
    app = await app_with(made, FAIL)
    request = {"method": "GET", "path": "/", "headers": {}, "query": {}, "body": ""}
    seen = await start(app, "fail", payload=request)
    run = await finished(app, seen[0][2]["run_id"])
    assert run["status"] == "failed"
    assert run["error"] == {"code": "control.failed", "message": "secret detail", "node": "fail"}
    trace = (await made.owner.get(f"{app.path}/runs/{run['run_id']}/trace")).json()
    assert trace["errors"][0]["node"] == "fail"


@shared
async def test_logs_are_searched_and_come_in_pages(made: Scene) -> None:
    app = await app_with(made, GREET)
    run_id = (await start(app, "greet"))[0][2]["run_id"]
    await finished(app, run_id)
    path = f"{app.path}/runs/{run_id}/logs"
    assert [each["message"] for each in (await made.owner.get(path)).json()["items"]] == ["hello"]
    found = await made.owner.get(path, params={"q": "HELL", "level": 1})
    assert len(found.json()["items"]) == 1
    for query in ({"q": "nothing"}, {"level": 3}):
        assert (await made.owner.get(path, params=query)).json()["items"] == []
    for query in ({"level": 9}, {"level": "x"}, {"limit": 0}, {"cursor": "x"}):
        assert (await made.owner.get(path, params=query)).status_code == 422, query


@shared
async def test_activity_counts_what_started_when(made: Scene) -> None:
    app = await app_with(made, GREET, FAIL)
    for board in ("greet", "fail"):
        await finished(app, (await start(app, board))[0][2]["run_id"])
    path = f"{app.path}/activity"
    since = (datetime.now(UTC) - timedelta(minutes=30)).isoformat()
    answer = await made.owner.get(path, params={"since": since, "count": 3})
    assert answer.status_code == 200, answer.text
    assert answer.json()["items"] == [
        {"runs": 2, "failed": 1},
        {"runs": 0, "failed": 0},
        {"runs": 0, "failed": 0},
    ]
    odd: list[dict[str, Any]] = [
        {},
        {"since": "x"},
        {"since": since, "step": 1},
        {"since": since, "count": 9_999},
    ]
    for each in odd:
        assert (await made.owner.get(path, params=each)).status_code in {400, 422}, each
    for moment in ("0001-01-01T00:00:00Z", "9999-12-31T23:00:00Z"):
        wide = {"since": moment, "step": 31 * 86_400, "count": 400}
        assert (await made.owner.get(path, params=wide)).status_code == 200, moment


@shared
async def test_runs_are_listed_filtered_and_paged(made: Scene) -> None:
    app = await app_with(made, GREET, FAIL)
    ids = [(await start(app, "greet"))[0][2]["run_id"] for _ in range(3)]
    failed = (await start(app, "fail"))[0][2]["run_id"]
    for run_id in (*ids, failed):
        await finished(app, run_id)
    path = f"{app.path}/runs"

    async def listed(**query: Any) -> list[str]:
        answer = await made.owner.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return [each["run_id"] for each in answer.json()["items"]]

    assert await listed() == [failed, *reversed(ids)]
    assert await listed(status="failed") == [failed]
    assert await listed(status=["failed", "completed"], board="greet") == ids[::-1]
    assert await listed(trigger="http") == []
    assert await listed(q="status:failed") == [failed]
    assert await listed(since="2100-01-01T00:00:00Z") == []
    assert await listed(until="2001-01-01T00:00:00Z") == []
    first = (await made.owner.get(path, params={"limit": 3})).json()
    assert await listed(limit=3, cursor=first["next"]) == [ids[0]]
    for odd in ({"status": "odd"}, {"limit": 500}, {"since": "today"}, {"cursor": "!"}, {"q": ":"}):
        answer = await made.owner.get(path, params=odd)
        assert answer.status_code in {200, 422}, odd
        assert odd == {"q": ":"} or answer.status_code == 422, odd


@shared
async def test_a_run_that_goes_on_is_shown_and_can_be_cancelled(made: Scene) -> None:
    app = await app_with(made, WAIT)
    body = {"node": "start", "payload": {}}
    path = f"{app.path}/boards/wait/runs"
    task = asyncio.ensure_future(made.owner.post(path, json=body))
    run_id = ""
    while not run_id:
        await asyncio.sleep(0.01)
        items = (await made.owner.get(f"{app.path}/runs")).json()["items"]
        run_id = items[0]["run_id"] if items else ""
    early = await made.owner.get(f"{app.path}/runs/{run_id}/result")
    assert (early.status_code, early.json()["code"]) == (409, "run.not-ended")
    answer = await made.owner.post(f"{app.path}/runs/{run_id}/cancel")
    assert answer.status_code == 202
    done = frames((await task).text)[-1]
    assert done[1] == "done"
    run = await finished(app, run_id)
    assert run["status"] == "cancelled"
    again = await made.owner.post(f"{app.path}/runs/{run_id}/cancel")
    assert again.json() == {"cancelled": False}


@shared
async def test_runs_of_a_deleted_app_end_and_nothing_is_kept(made: Scene) -> None:
    app = await app_with(made, WAIT)
    body = {"node": "start", "payload": {}}
    task = asyncio.ensure_future(made.owner.post(f"{app.path}/boards/wait/runs", json=body))
    while not (await made.owner.get(f"{app.path}/runs")).json()["items"]:  # noqa: ASYNC110 - no event tells
        await asyncio.sleep(0.01)
    assert (await made.owner.delete(app.path)).status_code == 204
    seen = frames((await task).text)  # it ends: told so, or since the app is nobody's any more
    assert seen[0][1] == "run"
    await made.services.archive.flush()
    assert (await made.services.archive.runs(app.id)).runs == []
    assert len(made.services.keeper) == 0


@shared
async def test_a_run_is_run_again(made: Scene) -> None:
    app = await app_with(made, GREET)
    first = (await start(app, "greet", payload={"x": 1}, trace="data"))[0][2]["run_id"]
    await finished(app, first)
    path = f"{app.path}/runs/{first}/rerun"
    stream = {"accept": "text/event-stream"}
    same = frames((await made.owner.post(path, json={}, headers=stream)).text)
    assert [data for _, kind, data in same if kind == "output"] == [{"x": 1}]
    other = {"payload": {"y": 2}}
    changed = frames((await made.owner.post(path, json=other, headers=stream)).text)
    assert [data for _, kind, data in changed if kind == "output"] == [{"y": 2}]
    run = await finished(app, changed[0][2]["run_id"])
    assert (run["trigger"], run["level"]) == ("rerun", "data")


@shared
async def test_without_its_payload_a_run_is_not_run_again(made: Scene) -> None:
    app = await app_with(made, GREET)
    first = (await start(app, "greet", payload={"x": 1}, trace="off"))[0][2]["run_id"]
    await finished(app, first)
    path = f"{app.path}/runs/{first}/rerun"
    answer = await made.owner.post(path, json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "run.payload-not-kept")


@shared
async def test_what_is_not_there_is_not_found(made: Scene) -> None:
    app = await app_with(made, GREET)
    other = await app_with(made, GREET)
    run_id = (await start(app, "greet"))[0][2]["run_id"]
    await finished(app, run_id)
    for below in ("", "/events", "/result", "/trace", "/nodes", "/logs"):
        for path in (f"{app.path}/runs/none", f"{other.path}/runs/{run_id}"):
            assert (await made.owner.get(path + below)).status_code == 404, path + below
    for below in ("/cancel", "/rerun"):
        answer = await made.owner.post(f"{other.path}/runs/{run_id}{below}", json={})
        assert answer.status_code == 404, below


@shared
async def test_who_does_not_wait_is_told_the_run(made: Scene) -> None:
    app = await app_with(made, GREET)
    path, later = f"{app.path}/boards/greet/runs", {"prefer": "respond-async"}
    body = {"node": "start", "payload": {"x": 1}, "trace": "data"}
    answer = await made.owner.post(path, json=body, headers=later)
    assert answer.status_code == 202
    first = answer.json()["run_id"]
    run = await finished(app, first)
    assert (run["status"], run["trigger"], run["level"]) == ("completed", "editor", "data")
    again = await made.owner.post(f"{app.path}/runs/{first}/rerun", json={}, headers=later)
    assert again.status_code == 202
    run = await finished(app, again.json()["run_id"])
    assert (run["status"], run["trigger"]) == ("completed", "rerun")


@shared
async def test_a_run_that_waits_can_be_cancelled(made: Scene) -> None:
    app = await app_with(made, WAIT)
    later = {"prefer": "respond-async"}
    path = f"{app.path}/boards/wait/runs"
    answer = await made.owner.post(path, json={"node": "start", "payload": {}}, headers=later)
    run_id = answer.json()["run_id"]
    cancelled = await made.owner.post(f"{app.path}/runs/{run_id}/cancel")
    assert (cancelled.status_code, cancelled.json()) == (202, {"cancelled": True})
    assert (await finished(app, run_id))["status"] == "cancelled"
