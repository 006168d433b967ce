"""Events over the API: drafts, publishing, versions, calling them."""

from typing import Any

import pytest

from tests.server.awaiting import shared
from tests.server.living import ADD, FAIL, GREET, app_of
from tests.server.scenes import Scene


@shared
async def test_a_draft_answers_no_call(made: Scene) -> None:
    app = await app_of(made)
    await app.board(ADD)
    row = await app.event(ADD)
    assert row["event"]["format"] == "flowlike.event/1"
    assert (row["event"]["path"], row["event"]["kind"]) == ("/add", "http")
    assert (row["live"], row["url"], row["curl"], row["canary"]) == (None, None, None, None)
    assert row["active"] is True
    assert row["board_name"] == "add"


@shared
async def test_publishing_tells_how_to_call(made: Scene) -> None:
    app = await app_of(made)
    await app.board(ADD)
    await app.event(ADD)
    published = await app.publish("add", message="First.")
    assert published["event_version"] == "1"
    assert published["board_version"] == "0.1.0"
    assert published["url"] == f"http://127.0.0.1:8787/e/{app.id}/add"
    assert published["curl"] == f"curl '{published['url']}'"
    listed = (await made.owner.get(f"{app.path}/events/add/versions")).json()["items"]
    (version,) = listed
    assert (version["message"], version["live"], version["actor_name"]) == ("First.", True, "Owner")


@shared
async def test_what_a_call_needs_is_told(made: Scene) -> None:
    app = await app_of(made)
    await app.board(ADD)
    await app.event(ADD)
    path = f"{app.path}/events/add"
    early = await made.owner.get(f"{path}/prerun")
    assert (early.status_code, early.json()["code"]) == (409, "event.not-live")
    assert (await made.owner.get(f"{app.path}/events/none/prerun")).status_code == 404
    await app.publish("add")
    needs = (await made.owner.get(f"{path}/prerun")).json()
    assert needs["start"]["id"] == "start"
    assert "query" in needs["schema"]["properties"]
    assert (needs["variables"], needs["capabilities"]) == ([], [])


@shared
async def test_a_draft_is_looked_at_before_it_goes_live(made: Scene) -> None:
    app = await app_of(made)
    await app.board(ADD)
    await app.event(ADD)
    good = await made.owner.post(f"{app.path}/events/add/validate")
    assert (good.status_code, good.json()) == (200, {"findings": []})
    await app.event(ADD, node="answer")
    wrong = (await made.owner.post(f"{app.path}/events/add/validate")).json()["findings"]
    assert "event.not-a-start" in [each["code"] for each in wrong]
    assert (await made.owner.post(f"{app.path}/events/none/validate")).status_code == 404


@shared
async def test_how_to_call_depends_on_who_may(made: Scene) -> None:
    app = await app_of(made)
    await app.board(ADD)
    await app.event(ADD, id="mine", access="private", method="POST", path="/mine")
    private = (await app.publish("mine"))["curl"]
    assert private.startswith("curl -X POST '")
    assert "$SESSION" in private
    await app.board(GREET)
    await app.event(GREET, kind="generic", path="", access="private")
    published = await app.publish("greet")
    assert published["url"] is None
    assert "/events/greet/invoke" in published["curl"]


@shared
async def test_what_is_wrong_keeps_an_event_from_going_live(made: Scene) -> None:
    app = await app_of(made)
    await app.board(GREET)
    await app.event(GREET)
    answer = await made.owner.post(f"{app.path}/events/greet/publish", json={"bump": "minor"})
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "event.findings"
    assert problem["findings"][0]["severity"] == "error"


@shared
async def test_an_event_is_changed_if_it_is_as_one_saw_it(made: Scene) -> None:
    app = await app_of(made)
    await app.board(ADD)
    await app.event(ADD)
    path = f"{app.path}/events/add"
    first = await made.owner.get(path)
    tag = {"if-match": first.headers["etag"]}
    changed = first.json()["event"] | {"name": "Changed"}
    good = await made.owner.put(path, json=changed, headers=tag)
    assert good.json()["event"]["name"] == "Changed"
    assert good.headers["etag"] != first.headers["etag"]
    stale = await made.owner.put(path, json=changed, headers=tag)
    assert stale.status_code == 412
    assert (await made.owner.delete(path, headers=tag)).status_code == 412
    assert (await made.owner.delete(path, headers={"if-match": "*"})).status_code == 204
    assert (await made.owner.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"path": "no-slash"}, "/path"),
        ({"path": "/a/../b"}, "/path"),
        ({"method": "TRACE"}, "/method"),
        ({"kind": "generic"}, "/path"),
        ({"unknown": 1}, ""),
        ({"node": ""}, "/node"),
        ({"settings": {"limits": {"steps": 0}}}, "/settings/limits/steps"),
    ],
)
@shared
async def test_a_draft_is_a_document(made: Scene, change: dict[str, Any], pointer: str) -> None:
    app = await app_of(made)
    await app.board(ADD)
    body = {"id": "add", "board": "add", "node": "start", "kind": "http", "path": "/add"}
    answer = await made.owner.put(f"{app.path}/events/add", json=body | change)
    assert answer.status_code == 422, answer.text
    found = [each["pointer"] for each in answer.json().get("errors", [{"pointer": ""}])]
    assert found == [pointer]


@shared
async def test_the_address_names_the_event(made: Scene) -> None:
    app = await app_of(made)
    await app.board(ADD)
    body = {"id": "other", "board": "add", "node": "start", "kind": "http", "path": "/add"}
    answer = await made.owner.put(f"{app.path}/events/add", json=body)
    assert answer.status_code == 422
    assert (await made.owner.get(f"{app.path}/events")).json()["items"] == []


@shared
async def test_events_come_in_pages(made: Scene) -> None:
    app = await app_of(made)
    await app.board(ADD)
    for number in range(3):
        await app.event(ADD, id=f"e{number}", name=f"E{number}", path=f"/e{number}")
    first = (await made.owner.get(f"{app.path}/events", params={"limit": 2})).json()
    cursor = {"limit": 2, "cursor": first["next"]}
    second = (await made.owner.get(f"{app.path}/events", params=cursor)).json()
    ids = [each["event"]["id"] for page in (first, second) for each in page["items"]]
    assert ids == ["e0", "e1", "e2"]
    assert second["next"] is None


@shared
async def test_a_program_calls_an_event_and_waits(made: Scene) -> None:
    app = await app_of(made)
    await app.live(GREET, kind="generic", path="", access="private")
    path = f"{app.path}/events/greet/invoke"
    answer = await made.owner.post(path, json={"payload": {"x": 1}})
    assert answer.json()["output"] == {"x": 1}
    run = (await made.owner.get(f"{app.path}/runs/{answer.json()['run_id']}")).json()
    assert (run["trigger"], run["actor"], run["actor_name"]) == ("api", "local", "Owner")
    stream = {"accept": "text/event-stream"}
    followed = await made.owner.post(path, json={"payload": {}}, headers=stream)
    assert "event: done" in followed.text
    assert "event: log" in followed.text
    assert (await made.nobody.post(path, json={})).status_code == 401


@shared
async def test_a_call_that_fails_says_which_run_it_was(made: Scene) -> None:
    app = await app_of(made)
    await app.live(FAIL)
    path = f"{app.path}/events/fail/invoke"
    request = {"method": "GET", "path": "/", "headers": {}, "query": {}, "body": ""}
    answer = await made.owner.post(path, json={"payload": request})
    assert answer.status_code == 500
    assert answer.json()["run_id"]
    wrong = await made.owner.post(path, json={"payload": {"nothing": 1}})
    assert wrong.status_code == 422
    assert wrong.json()["code"].startswith("payload.")


@shared
async def test_an_event_that_is_off_is_not_called(made: Scene) -> None:
    app = await app_of(made)
    await app.live(GREET, kind="generic", path="", access="private")
    await made.owner.patch(f"{app.path}/events/greet/active", json={"active": False})
    path = f"{app.path}/events/greet/invoke"
    answer = await made.owner.post(path, json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "event.not-live")
    missing = await made.owner.post(f"{app.path}/events/none/invoke", json={})
    assert missing.status_code == 404


@shared
async def test_a_canary_can_be_dropped(made: Scene) -> None:
    app = await app_of(made)
    await app.live(ADD)
    await app.publish("add", canary=0.25)
    path = f"{app.path}/events/add"
    canary = (await made.owner.get(path)).json()["canary"]
    assert canary == {"weight": 0.25, "event_version": "2", "board_version": "0.2.0"}
    assert (await made.owner.delete(f"{path}/canary")).status_code == 204
    assert (await made.owner.get(path)).json()["canary"] is None
    assert (await made.owner.delete(f"{path}/canary")).status_code == 409
    unknown = await made.owner.post(f"{path}/rollback", json={"event_version": "9"})
    assert unknown.status_code == 404


@shared
async def test_two_events_do_not_share_an_address(made: Scene) -> None:
    app = await app_of(made)
    await app.live(ADD)
    await app.event(ADD, id="again", path="/add")
    answer = await made.owner.post(f"{app.path}/events/again/publish", json={"bump": "patch"})
    assert (answer.status_code, answer.json()["code"]) == (409, "event.route-taken")


@shared
async def test_a_board_in_use_is_not_deleted(made: Scene) -> None:
    app = await app_of(made)
    await app.live(ADD)
    answer = await made.owner.delete(f"{app.path}/boards/add")
    assert answer.status_code == 409
