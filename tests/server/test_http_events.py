"""Published HTTP events: who may call, what a board is told, how the caller is answered."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from flowlike.execution.dispatch import Dispatcher
from flowlike.execution.jobs import Busy, Job, Outcome, Source
from flowlike.execution.queue import Queue
from flowlike.server.options import Rate, Rates, Sizes
from tests.server.awaiting import awaited, shared
from tests.server.building import board_of, node
from tests.server.living import ADD, ECHO, ENDLESS, FAIL, TELL, Live, app_of
from tests.server.scenes import Scene, scene, with_options


async def run_of(app: Live, run_id: str) -> dict[str, Any]:
    answer = await app.made.owner.get(f"{app.path}/runs/{run_id}")
    assert answer.status_code == 200, answer.text
    run: dict[str, Any] = answer.json()
    return run


@shared
async def test_an_event_answers_with_its_runs_output(made: Scene) -> None:
    app = await app_of(made)
    url = await app.live(ADD)
    answer = await made.nobody.get(url, params={"a": "1", "b": "2"})
    assert answer.status_code == 200
    told = answer.json()
    assert told["output"] == 3
    assert told["run_id"] == answer.headers["x-request-id"]
    run = await run_of(app, told["run_id"])
    assert (run["status"], run["trigger"], run["event"]) == ("completed", "http", "add")
    assert (run["event_version"], run["version"], run["level"]) == (1, "0.1.0", "steps")
    head = await made.nobody.head(url, params={"a": "1", "b": "2"})
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) > 0


@shared
async def test_a_board_answers_in_its_own_words(made: Scene) -> None:
    app = await app_of(made)
    url = await app.live(ECHO, method="POST")
    answer = await made.nobody.post(url, json={"a": [1, 2.5, None]})
    assert (answer.status_code, answer.json()) == (201, {"a": [1, 2.5, None]})
    text = await made.nobody.post(url, content=b"as it is")
    assert text.text == "as it is"
    form = await made.nobody.post(url, data={"a": "1"})
    assert form.json() == {"a": "1"}


@shared
async def test_parameters_of_the_path_reach_the_board(made: Scene) -> None:
    app = await app_of(made)
    board = board_of(
        "show",
        start=node("event_http_request", exec_out=["end.exec_in"], params=["end.response"]),
        end=node("events_generic_return_result"),
    )
    url = await app.live(board, path="/orders/{id}/items/{item}")
    answer = await made.nobody.get(f"/e/{app.id}/orders/7/items/a%20b")
    assert answer.json()["output"] == {"id": "7", "item": "a b"}
    assert "{id}" in url
    for odd in ("/orders/7/items/", "/orders//items/x", "/orders/7/items/a%2fb", "/orders/7"):
        assert (await made.nobody.get(f"/e/{app.id}{odd}")).status_code == 404, odd


@shared
async def test_an_answer_does_not_wait_for_the_end(made: Scene) -> None:
    app = await app_of(made)
    url = await app.live(TELL)
    answer = await made.nobody.get(url)
    assert (answer.status_code, answer.text) == (200, "<script>1</script>")
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    run_id = answer.headers["x-request-id"]
    assert (await run_of(app, run_id))["status"] == "running"
    await ended(app, run_id)
    run = await run_of(app, run_id)
    assert (run["status"], run["logs"]) == ("completed", 1)


async def ended(app: Live, run_id: str) -> None:
    for _ in range(500):
        if (await run_of(app, run_id))["ended_at"]:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the run goes on")


@shared
async def test_a_run_that_fails_tells_its_id_and_no_more(made: Scene) -> None:
    app = await app_of(made)
    answer = await made.nobody.get(await app.live(FAIL))
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    run = await run_of(app, answer.json()["run_id"])
    assert run["error"]["message"] == "secret detail"


@awaited
async def test_a_run_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    async with scene(tmp_path, with_options(event_seconds=0.3), runs=True) as made:
        app = await app_of(made)
        url = await app.live(ENDLESS, settings={"limits": {"steps": 10**9}})
        answer = await made.nobody.get(url)
        assert answer.status_code in {500, 504}
        run = await run_of(app, answer.json()["run_id"])
        assert run["status"] in {"timeout", "failed"}


@shared
async def test_only_published_events_answer(made: Scene) -> None:
    app = await app_of(made)
    await app.board(ADD)
    await app.event(ADD)
    url = f"/e/{app.id}/add"
    assert (await made.nobody.get(url)).status_code == 404
    await app.publish("add")
    assert (await made.nobody.get(url, params={"a": "1", "b": "1"})).status_code == 200
    off = await made.owner.patch(f"{app.path}/events/add/active", json={"active": False})
    assert off.json()["active"] is False
    assert (await made.nobody.get(url)).status_code == 404
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert (await made.nobody.request(method, url)).status_code == 404
    assert (await made.nobody.get(f"/e/none{url}")).status_code == 404


@shared
async def test_a_body_never_holds_what_runs(made: Scene) -> None:
    app = await app_of(made)
    url = await app.live(ECHO, method="POST")
    graph = json.dumps({"board": {"nodes": {}}, "version": "9.9.9", "node": "other"})
    answer = await made.nobody.post(
        url, content=graph, headers={"content-type": "application/json"}
    )
    assert answer.text == graph.replace(" ", "") or answer.json() == json.loads(graph)
    assert (await run_of(app, answer.headers["x-request-id"]))["version"] == "0.1.0"


@shared
async def test_a_private_event_asks_who_calls(made: Scene) -> None:
    app = await app_of(made)
    url = await app.live(ADD, access="private")
    query = {"a": "1", "b": "2"}
    assert (await made.nobody.get(url, params=query)).status_code == 401
    answer = await made.owner.get(url, params=query)
    assert answer.json()["output"] == 3
    assert (await run_of(app, answer.json()["run_id"]))["actor"] == "local"


@awaited
async def test_a_public_event_refuses_foreign_pages_unless_they_are_listed(tmp_path: Path) -> None:
    options = with_options(event_origins=frozenset({"https://shop.example"}))
    async with scene(tmp_path, options, runs=True) as made:
        app = await app_of(made)
        url = (await app.live(ADD)) + "?a=1&b=2"
        foreign = await made.nobody.get(url, headers={"origin": "https://evil.test"})
        assert foreign.status_code == 403
        assert "access-control-allow-origin" not in foreign.headers
        listed = await made.nobody.get(url, headers={"origin": "https://shop.example"})
        assert listed.json()["output"] == 3
        assert listed.headers["access-control-allow-origin"] == "https://shop.example"
        assert "access-control-allow-credentials" not in listed.headers
        ours = await made.nobody.get(url, headers={"origin": "http://127.0.0.1:8787"})
        assert ours.status_code == 200
        asked = {"origin": "https://shop.example", "access-control-request-method": "POST"}
        allowed = await made.nobody.options(url, headers=asked)
        assert allowed.status_code == 204
        assert "authorization" not in allowed.headers["access-control-allow-headers"]
        refused = await made.nobody.options(url, headers=asked | {"origin": "https://evil.test"})
        assert refused.status_code == 403


@awaited
async def test_public_calls_are_counted_by_network(tmp_path: Path) -> None:
    rates = Rates(login=Rate(0), api=Rate(0), starts=Rate(0), public_event=Rate(2))
    async with scene(tmp_path, with_options(rates=rates), runs=True) as made:
        app = await app_of(made)
        url = (await app.live(ADD)) + "?a=1&b=2"
        statuses = [(await made.nobody.get(url)).status_code for _ in range(4)]
        assert statuses == [200, 200, 429, 429]


@awaited
async def test_starts_in_an_app_are_counted(tmp_path: Path) -> None:
    rates = Rates(login=Rate(0), api=Rate(0), starts=Rate(1), public_event=Rate(0))
    async with scene(tmp_path, with_options(rates=rates), runs=True) as made:
        app = await app_of(made)
        url = (await app.live(ADD, access="private")) + "?a=1&b=2"
        assert [(await made.owner.get(url)).status_code for _ in range(2)] == [200, 429]


@awaited
async def test_a_large_body_is_refused(tmp_path: Path) -> None:
    options = with_options(sizes=Sizes(event=1_000))
    async with scene(tmp_path, options, runs=True) as made:
        app = await app_of(made)
        url = await app.live(ECHO, method="POST")
        assert (await made.nobody.post(url, content=b"x" * 1_001)).status_code == 413

        async def chunks() -> Any:
            for _ in range(20):
                yield b"x" * 100

        assert (await made.nobody.post(url, content=chunks())).status_code == 413
        assert (await made.nobody.post(url, content=b"x" * 1_000)).status_code == 201


@shared
async def test_when_too_many_wait_callers_are_told_to_come_back(
    made: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = await app_of(made)
    url = await app.live(ADD)

    async def run(self: Dispatcher, job: Job, source: Source) -> Outcome:
        raise Busy("1,000 runs wait for a place.", 3)

    monkeypatch.setattr(Dispatcher, "run", run)
    answer = await made.nobody.get(url)
    assert (answer.status_code, answer.json()["code"]) == (503, "run.busy")
    assert answer.headers["retry-after"] == "3"
    assert (await made.owner.get(f"{app.path}/runs")).json()["items"] == []
    assert len(made.services.keeper) == 0


@shared
async def test_a_request_that_counts_once_runs_once(made: Scene) -> None:
    app = await app_of(made)
    url = await app.live(ECHO, method="POST")
    headers = {"idempotency-key": "k1"}
    first = await made.nobody.post(url, json={"a": 1}, headers=headers)
    second = await made.nobody.post(url, json={"a": 1}, headers=headers)
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    other = await made.nobody.post(url, json={"a": 2}, headers=headers)
    assert other.status_code == 422
    assert len((await made.owner.get(f"{app.path}/runs")).json()["items"]) == 1


@shared
async def test_a_caller_may_follow_the_run_but_sees_no_insides(made: Scene) -> None:
    app = await app_of(made)
    headers = {"accept": "text/event-stream"}
    answer = await made.nobody.get(await app.live(TELL), headers=headers)
    assert answer.headers["content-type"] == "text/event-stream"
    kinds = [line[7:] for line in answer.text.splitlines() if line.startswith("event: ")]
    assert kinds[0] == "run"
    assert kinds[-2:] == ["output", "done"]
    assert not {"log", "node"} & set(kinds)
    failed = await made.nobody.get(await app.live(FAIL), headers=headers)
    assert "secret" not in failed.text
    assert 'data: {"code":"run.failed"}' in failed.text


@shared
async def test_a_version_stays_while_its_board_goes_on(made: Scene) -> None:
    app = await app_of(made)
    url = (await app.live(ADD)) + "?a=2&b=5"
    command = {"command": "set_pin_value", "node": "a", "pin": "field", "value": "b"}
    batch = {"base_revision": 0, "id": "b1", "commands": [command]}
    answer = await made.owner.post(f"{app.path}/boards/add/commands", json=batch)
    assert answer.status_code == 200, answer.text
    assert (await made.nobody.get(url)).json()["output"] == 7
    await app.publish("add")
    assert (await made.nobody.get(url)).json()["output"] == 10
    rollback = await made.owner.post(f"{app.path}/events/add/rollback", json={"event_version": "1"})
    assert rollback.json()["live"] == "1"
    assert (await made.nobody.get(url)).json()["output"] == 7


@shared
async def test_a_part_of_the_calls_goes_to_a_canary(made: Scene) -> None:
    app = await app_of(made)
    url = (await app.live(ADD)) + "?a=2&b=5"
    published = await app.publish("add", canary=0.5)
    assert published["event_version"] == "2"
    versions = set()
    for _ in range(40):
        run = await run_of(app, (await made.nobody.get(url)).json()["run_id"])
        versions.add(run["event_version"])
    assert versions == {1, 2}
    row = await made.owner.post(f"{app.path}/events/add/promote")
    assert (row.json()["live"], row.json()["canary"]) == ("2", None)


@shared
async def test_who_does_not_wait_is_told_the_run(made: Scene) -> None:
    app = await app_of(made)
    url = await app.live(ADD)
    headers = {"prefer": "respond-async"}
    answer = await made.nobody.get(url, params={"a": "1", "b": "2"}, headers=headers)
    assert answer.status_code == 202
    run_id = answer.json()["run_id"]
    await ended(app, run_id)
    run = await run_of(app, run_id)
    assert (run["status"], run["trigger"], run["event_version"]) == ("completed", "http", 1)


@shared
async def test_a_queue_that_takes_nothing_more_leaves_no_run(
    made: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = await app_of(made)
    url = await app.live(ADD)

    async def put(self: Queue, job: Job, source: Source, *, priority: int = 0) -> None:
        raise Busy("1,000 runs wait.", 2)

    monkeypatch.setattr(Queue, "put", put)
    headers = {"prefer": "respond-async"}
    answer = await made.nobody.get(url, params={"a": "1", "b": "2"}, headers=headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert (await made.owner.get(f"{app.path}/runs")).json()["items"] == []
