"""Apps: events by name, their boards, variables and limits."""

import json
from typing import Any

from tests.cli.calls import Calls, greeter, wire


def app(call: Calls, **event: Any) -> None:
    call("new", "shop")
    change(call, "events/hello.json", **event)


def change(call: Calls, file: str, **fields: Any) -> None:
    path = call.folder / "shop" / file
    document = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**document, **fields}), "utf-8")


def endless(call: Calls) -> None:
    nodes = {
        "start": {"type": "events_simple@1", "out": {"exec_out": wire("again.exec_in")}},
        "again": {
            "type": "variable_increment@1",
            "in": {"var_ref": {"value": "v"}},
            "out": {"exec_out": wire("again.exec_in")},
        },
    }
    variables = {"v": {"name": "v", "type": "Integer", "default": 0}}
    call.board(nodes, "shop/boards/hello.board.json", variables=variables)


def test_a_board_by_its_id(call: Calls) -> None:
    app(call, board="hello")
    call.file("shop/boards/a-broken.board.json", "{")
    assert call("run", "shop").code == 0
    change(call, "events/hello.json", board="nobody")
    done = call("run", "shop")
    assert done.code == 2
    assert "[cli.no-board]" in done.err


def test_several_events_need_a_name(call: Calls) -> None:
    app(call)
    event = json.loads((call.folder / "shop/events/hello.json").read_text("utf-8"))
    call.file("shop/events/two.json", json.dumps({**event, "id": "two", "name": "Hello"}))
    done = call("run", "shop")
    assert done.code == 2
    assert "[cli.which-event]" in done.err
    assert call("run", "shop", "--event", "two").code == 0
    assert "[cli.which-event]" in call("run", "shop", "--event", "Hello").err


def test_a_folder_that_is_no_app(call: Calls) -> None:
    (call.folder / "empty").mkdir()
    done = call("run", "empty")
    assert done.code == 2
    assert "empty/app.json: error: " in done.err


def test_a_board_outside_the_folder_is_refused(call: Calls) -> None:
    app(call, board="../secret.board.json")
    call.board(greeter(), "secret.board.json")
    done = call("run", "shop")
    assert done.code == 1
    assert "[event.bad-board]" in done.err


def test_an_event_sets_exposed_variables(call: Calls) -> None:
    app(call, variables={"v": "ho"}, node="start")
    nodes = {
        "start": {"type": "events_simple@1", "out": {"exec_out": wire("log.exec_in")}},
        "get": {
            "type": "variable_get@1",
            "in": {"var_ref": {"value": "v"}},
            "out": {"value_ref": wire("log.message")},
        },
        "log": {"type": "log_info@1"},
    }
    variables = {"v": {"name": "v", "type": "String", "default": "hi", "exposed": True}}
    call.board(nodes, "shop/boards/hello.board.json", variables=variables)
    assert call("run", "shop").err.startswith("info: ho\n")
    assert call("run", "shop/boards/hello.board.json").err.startswith("info: hi\n")


def test_files_may_lower_limits_and_never_raise_them(call: Calls) -> None:
    app(call, settings={"limits": {"steps": 50}})
    endless(call)
    done = call("run", "shop")
    assert "ended after 50 steps" in done.err
    assert "ended after 20 steps" in call("run", "shop", "--max-steps", "20").err
    assert "ended after 70 steps" in call("run", "shop", "--max-steps", "70").err
    change(call, "app.json", settings={"limits": {"steps": 30, "seconds": 1e9}})
    assert "ended after 30 steps" in call("run", "shop").err
    change(call, "app.json", settings={})
    change(call, "events/hello.json", settings={"limits": {"steps": 10**9}})
    assert "ended after 1,000,000 steps" in call("run", "shop").err


def test_files_ask_for_no_trace(call: Calls) -> None:
    app(call, settings={"trace": "data"})
    assert call("run", "shop").code == 0
    assert not list(call.folder.glob("*.trace"))
