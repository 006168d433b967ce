"""Boards over the API: commands, undo, history, versions, differences, following."""

from typing import Any

import pytest

from tests.server.awaiting import shared
from tests.server.routes.test_apps import create
from tests.server.scenes import Scene


class Board:
    """A board, and how to call it."""

    def __init__(self, made: Scene, app: str, id_: str = "main") -> None:
        self.made = made
        self.path = f"/api/v1/apps/{app}/boards/{id_}"
        self.revision = 0
        self.batches = 0

    async def get(self, below: str = "", **query: Any) -> Any:
        answer = await self.made.owner.get(self.path + below, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, below: str, body: Any, status: int = 200) -> Any:
        answer = await self.made.owner.post(self.path + below, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def edit(
        self, *commands: dict[str, Any], base: int | None = None, status: int = 200
    ) -> Any:
        self.batches += 1
        body = {
            "base_revision": self.revision if base is None else base,
            "id": f"batch{self.batches}",
            "commands": list(commands),
        }
        answer = await self.post("/commands", body, status)
        if status == 200:
            self.revision = answer["revision"]
        return answer

    async def step(self, which: str, status: int = 200) -> Any:
        answer = await self.post(f"/{which}", {"base_revision": self.revision}, status)
        self.revision = answer.get("revision", self.revision)
        return answer


def add(id_: str, kind: str = "log_info@1") -> dict[str, Any]:
    return {"command": "add_node", "id": id_, "type": kind}


def say(id_: str, text: str) -> dict[str, Any]:
    return {"command": "set_pin_value", "node": id_, "pin": "message", "value": text}


async def new_board(made: Scene) -> Board:
    app = await create(made)
    root = f"/api/v1/apps/{app}/boards"
    answer = await made.owner.post(root, json={"name": "Main", "id": "main"})
    assert answer.status_code == 201, answer.text
    return Board(made, app)


@shared
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"revision": 99}, 404),
        ({"revision": -1}, 422),
        ({"revision": "x"}, 422),
        ({"revision": 10**30}, 422),
        ({"revision": 0, "version": "1.0.0"}, 422),
    ],
)
async def test_a_state_that_never_was_is_refused(
    made: Scene, query: dict[str, Any], status: int
) -> None:
    board = await new_board(made)
    answer = await made.owner.get(board.path, params=query)
    assert (answer.status_code, "title" in answer.json()) == (status, True)


@shared
async def test_a_board_is_listed_with_what_it_starts_with(made: Scene) -> None:
    board = await new_board(made)
    await board.edit(add("start", "events_simple@1"))
    (row,) = (await made.owner.get(board.path.rpartition("/")[0])).json()["items"]
    assert (row["id"], row["name"], row["nodes"], row["revision"]) == ("main", "Main", 1, 1)
    assert row["starts"] == [{"id": "start", "name": "Simple Event", "type": "events_simple@1"}]
    assert row["version"] is None


@shared
async def test_a_board_is_the_document_of_its_file(made: Scene) -> None:
    board = await new_board(made)
    await board.edit(add("a"), say("a", "hi"))
    found = await board.get()
    assert (found["id"], found["revision"], found["version"]) == ("main", 1, None)
    document = found["board"]
    assert document["nodes"]["a"] == {"type": "log_info@1", "in": {"message": {"value": "hi"}}}
    validated = await board.post("/validate", {"board": document})
    assert validated == await board.post("/validate", {})


@shared
async def test_numbers_come_back_as_they_were(made: Scene) -> None:
    board = await new_board(made)
    add_int = add("a", "int_add@1")
    big = {"command": "set_pin_value", "node": "a", "pin": "integer1", "value": 2**53 + 1}
    await board.edit(add_int, big)
    text = (await made.owner.get(board.path)).text
    assert "9007199254740993" in text


@shared
async def test_what_has_not_changed_is_not_sent_again(made: Scene) -> None:
    board = await new_board(made)
    first = await made.owner.get(board.path)
    tag = {"if-none-match": first.headers["etag"]}
    assert (await made.owner.get(board.path, headers=tag)).status_code == 304
    await board.edit(add("a"))
    assert (await made.owner.get(board.path, headers=tag)).status_code == 200


@shared
async def test_commands_give_back_what_they_did(made: Scene) -> None:
    board = await new_board(made)
    done = await board.edit(add("a"))
    assert done == {
        "revision": 1,
        "patch": [{"kind": "node", "id": "a", "after": {"type": "log_info@1"}}],
        "touched": ["node:a"],
        "missing": [],
        "undo": 1,
        "redo": 0,
    }


@shared
async def test_a_batch_succeeds_or_fails_as_one(made: Scene) -> None:
    board = await new_board(made)
    refused = await board.edit(add("a"), add("a"), status=409)
    assert refused["code"] == "command.id-taken"
    assert (await board.get())["board"].get("nodes") is None


@shared
async def test_a_batch_sent_twice_counts_once(made: Scene) -> None:
    board = await new_board(made)
    body = {"base_revision": 0, "id": "same", "commands": [add("a")]}
    first = await board.post("/commands", body)
    second = await board.post("/commands", body)
    assert first["revision"] == second["revision"] == 1
    assert first["patch"] == second["patch"]


@shared
async def test_late_commands_that_meet_nothing_are_taken(made: Scene) -> None:
    board = await new_board(made)
    await board.edit(add("a"))
    late = await board.edit(add("b"), base=0)
    assert late["revision"] == 2
    (missed,) = late["missing"]
    assert (missed["revision"], missed["actor"], missed["actor_name"]) == (1, "local", "Owner")
    assert missed["commands"] == [add("a")]
    assert missed["touched"] == ["node:a"]


@shared
async def test_late_commands_that_meet_others_are_told_what_they_missed(made: Scene) -> None:
    board = await new_board(made)
    await board.edit(add("a"))
    await board.edit(say("a", "first"))
    problem = await board.edit(say("a", "late"), base=1, status=409)
    assert problem["type"] == "/problems/conflict"
    assert problem["code"] == "board.stale-revision"
    assert problem["revision"] == 2
    assert [each["revision"] for each in problem["missing"]] == [2]
    assert problem["missing"][0]["patch"]


@shared
async def test_one_takes_back_ones_own_and_does_it_again(made: Scene) -> None:
    board = await new_board(made)
    await board.edit(add("a"))
    undone = await board.step("undo")
    assert (undone["undo"], undone["redo"]) == (0, 1)
    read = await board.get()
    assert read["board"].get("nodes") is None
    assert (read["undo"], read["redo"]) == (0, 1)
    redone = await board.step("redo")
    assert (redone["undo"], redone["redo"]) == (1, 0)
    assert list((await board.get())["board"]["nodes"]) == ["a"]
    await board.step("undo")
    nothing = await board.step("undo", 409)
    assert nothing["type"] == "/problems/conflict"


@shared
async def test_a_step_may_be_left_as_it_is(made: Scene) -> None:
    board = await new_board(made)
    await board.edit(add("a"))
    await board.edit(add("b"))
    assert await board.post("/undo/skip", None) == {"undo": 1, "redo": 0}
    await board.post("/undo", {"base_revision": 2})
    assert list((await board.get())["board"]["nodes"]) == ["b"]
    await board.post("/undo/skip", None, 409)


@shared
async def test_history_goes_back_in_pages(made: Scene) -> None:
    board = await new_board(made)
    for number in range(5):
        await board.edit(add(f"n{number}"))
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await board.get("/history", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [each["revision"] for each in page["items"]]
        cursor = page["next"]
    assert seen == [5, 4, 3, 2, 1]
    last = (await board.get("/history", limit=1))["items"][0]
    assert last["actor_name"] == "Owner"
    assert last["summary"]


@shared
async def test_versions_never_change(made: Scene) -> None:
    board = await new_board(made)
    await board.edit(add("a"))
    first = await board.post("/versions", {"bump": "major", "message": "One."}, 201)
    await board.edit(add("b"))
    second = await board.post("/versions", {}, 201)
    listed = (await board.get("/versions"))["items"]
    assert [each["version"] for each in listed] == [second["version"], first["version"]]
    assert listed[1]["message"] == "One."
    old = await board.get(version=first["version"])
    assert list(old["board"]["nodes"]) == ["a"]
    assert old["version"] == first["version"]


@shared
async def test_differences_are_told_in_words(made: Scene) -> None:
    board = await new_board(made)
    await board.edit(add("a"))
    found = await board.get("/diff", **{"from": "0"})
    assert (found["from"], found["to"]) == ("0", "")
    (difference,) = [each for each in found["differences"] if each["kind"] == "node"]
    assert (difference["id"], difference["what"]) == ("a", "added")


@shared
async def test_a_former_state_comes_back_as_a_change(made: Scene) -> None:
    board = await new_board(made)
    await board.edit(add("a"))
    version = (await board.post("/versions", {}, 201))["version"]
    await board.edit(add("b"))
    body = {"base_revision": board.revision, "version": version}
    restored = await board.post("/restore", body)
    assert restored["revision"] == 3
    assert list((await board.get())["board"]["nodes"]) == ["a"]
    await board.post("/restore", {"base_revision": 3}, 422)
    both = {"base_revision": 3, "version": version, "revision": 1}
    await board.post("/restore", both, 422)


@shared
async def test_some_things_of_a_former_state_come_back(made: Scene) -> None:
    board = await new_board(made)
    await board.edit(add("a"), add("b"))
    await board.edit({"command": "remove", "ids": ["a", "b"]})
    assert list((await board.get(revision=1))["board"]["nodes"]) == ["a", "b"]
    await board.post("/restore", {"base_revision": 2, "revision": 1, "ids": ["b"]})
    assert list((await board.get())["board"]["nodes"]) == ["b"]
    await board.post("/restore", {"base_revision": 3, "revision": 1, "ids": []}, 422)
    both = await made.owner.get(board.path, params={"revision": 1, "version": "0.1.0"})
    never = await made.owner.get(board.path, params={"revision": 99})
    assert (both.status_code, never.status_code) == (422, 404)


@shared
async def test_a_document_is_compared_and_taken_over(made: Scene) -> None:
    board = await new_board(made)
    await board.edit(add("a"))
    document = (await board.get())["board"]
    note = {"content": "Theirs", "author": "somebody"}
    document |= {"nodes": {"b": document["nodes"]["a"]}, "layout": {}, "comments": {"n": note}}
    found = (await board.post("/diff", {"board": document}))["differences"]
    assert {(each["id"], each["what"]) for each in found if each["kind"] == "node"} == {
        ("a", "removed"),
        ("b", "added"),
    }
    await board.post("/restore", {"base_revision": 1, "board": document})
    now = (await board.get())["board"]
    assert list(now["nodes"]) == ["b"]
    assert now["comments"]["n"]["author"] != "somebody"
    await board.post("/undo", {"base_revision": 2})
    assert list((await board.get())["board"]["nodes"]) == ["a"]
    wrong = document | {"nodes": {"a": {"type": 5}}}
    problem = await board.post("/restore", {"base_revision": 3, "board": wrong}, 422)
    assert problem["errors"][0]["pointer"].startswith("/board/nodes/a")


@shared
async def test_a_board_can_be_made_of_a_document(made: Scene) -> None:
    board = await new_board(made)
    await board.edit(add("a"))
    document = (await board.get())["board"]
    root = board.path.rpartition("/")[0]
    copy = {"name": "Copy", "id": "copy", "board": document}
    answer = await made.owner.post(root, json=copy)
    assert answer.status_code == 201
    assert answer.json()["nodes"] == 1
    wrong = {"name": "Wrong", "board": document | {"nodes": {"a": {"type": 5}}}}
    answer = await made.owner.post(root, json=wrong)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/board/nodes/a")


@shared
async def test_a_board_is_deleted_if_it_is_as_one_saw_it(made: Scene) -> None:
    board = await new_board(made)
    tag = (await made.owner.get(board.path)).headers["etag"]
    await board.edit(add("a"))
    stale = await made.owner.delete(board.path, headers={"if-match": tag})
    assert stale.status_code == 412
    fresh = (await made.owner.get(board.path)).headers["etag"]
    done = await made.owner.delete(board.path, headers={"if-match": fresh})
    assert done.status_code == 204
    assert (await made.owner.get(board.path)).status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"id": "x", "commands": [add("a")]}, ""),
        ({"base_revision": "0", "id": "x", "commands": [add("a")]}, "/base_revision"),
        ({"base_revision": -1, "id": "x", "commands": [add("a")]}, "/base_revision"),
        ({"base_revision": 0, "id": "", "commands": [add("a")]}, "/id"),
        ({"base_revision": 0, "id": "x", "commands": []}, "/commands"),
        ({"base_revision": 0, "id": "x", "commands": [{"command": "fly"}]}, "/commands/0/command"),
        ({"base_revision": 0, "id": "x", "commands": [add("a") | {"x": 1}]}, "/commands/0"),
        ({"base_revision": 0, "id": "x", "commands": [add("a") | {"id": 5}]}, "/commands/0/id"),
        ({"base_revision": 0, "id": "x", "commands": [add("a")], "more": 1}, ""),
    ],
)
@shared
async def test_what_does_not_fit_is_pointed_at(made: Scene, body: Any, pointer: str) -> None:
    board = await new_board(made)
    problem = await board.post("/commands", body, 422)
    assert problem["code"] == "request.wrong-body"
    assert [each["pointer"] for each in problem.get("errors", [{"pointer": ""}])] == [pointer]


@shared
async def test_recorded_changes_come_from_the_server_only(made: Scene) -> None:
    board = await new_board(made)
    forged = {"command": "restore", "changes": [], "exact": True}
    problem = await board.edit(forged, status=409)
    assert problem["code"] == "command.server-only"


@shared
async def test_what_a_start_needs_is_told(made: Scene) -> None:
    board = await new_board(made)
    await board.edit(add("go", "event_http_request@1"), add("log"))
    wire = {"command": "connect", "source": "go.exec_out", "target": "log.exec_in"}
    await board.edit(wire, say("log", "hi"))
    found = await board.get("/prerun", node="go")
    assert found["start"]["id"] == "go"
    assert sorted(found["schema"]["properties"])[:3] == ["body", "headers", "method"]
    assert "log" in found["capabilities"]
    assert found["variables"] == []
    assert found["schema"]["required"] == ["body"]
    pinned = {"setting": "pinned", "value": {"body": {"a": 1}}}
    await board.edit({"command": "set_node_setting", "node": "go", **pinned})
    again = await board.get("/prerun", node="go")
    assert again["schema"]["properties"]["body"]["examples"] == [{"a": 1}]
    for node in ("log", "none"):
        missing = await made.owner.get(board.path + "/prerun", params={"node": node})
        assert missing.status_code == 404


@shared
async def test_another_apps_board_is_not_found(made: Scene) -> None:
    board = await new_board(made)
    other = await create(made, "Other")
    moved = board.path.replace(board.path.split("/")[4], other)
    assert (await made.owner.get(moved)).status_code == 404
    body = {"base_revision": 0, "id": "x", "commands": [add("a")]}
    assert (await made.owner.post(moved + "/commands", json=body)).status_code == 404
