"""``flowlike run``: payloads, results, logs, limits, apps, exit codes."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calls import Calls, greeter, wire


def fails(code: str = "shop.no-stock") -> dict[str, Any]:
    return {
        "start": {"type": "events_simple@1", "out": {"exec_out": wire("stop.exec_in")}},
        "stop": {
            "type": "control_fail@1",
            "name": "Give up",
            "in": {"message": {"value": "No stock."}, "code": {"value": code}},
        },
    }


def test_results_go_to_stdout_and_logs_to_stderr(call: Calls) -> None:
    done = call("run", call.board(greeter()), "--input", "name=Ada")
    assert done == (0, "Ada\n", "info: Ada\ncompleted after 3 steps\n")


def test_json_holds_everything(call: Calls) -> None:
    done = call("run", call.board(greeter()), "--input", "name=Ada", "--json")
    assert done.code == 0
    assert done.data == {
        "status": "completed",
        "outputs": "Ada",
        "error": None,
        "steps": 3,
        "handled_errors": 0,
        "logs": [{"level": "Info", "message": "Ada", "node": "log", "fields": {}}],
        "events": [],
        "response": None,
        "run_id": "",
        "trace": "",
    }
    assert done.out.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [("Ada", "Ada"), ("42", "42"), ('"Ada"', "Ada"), ("null", "null"), ("a=b", "a=b"), ("", "")],
)
def test_an_input_for_a_text_pin(call: Calls, text: str, value: str) -> None:
    done = call("run", call.board(greeter()), "--input", f"name={text}", "--json")
    assert done.data["outputs"] == value


def test_an_input_that_fits_neither_way_is_refused(call: Calls) -> None:
    done = call("run", call.board(greeter()), "--input", "name=a", "--input", "n=many")
    assert done.code == 1
    assert "[payload.wrong-type]" in done.err
    assert "pin: n" in done.err


@pytest.mark.parametrize("pairs", [["name"], ["=x"], ["name=a", "name=b"]])
def test_inputs_that_are_no_pairs(call: Calls, pairs: list[str]) -> None:
    given = [part for pair in pairs for part in ("--input", pair)]
    done = call("run", call.board(greeter()), *given)
    assert done.code == 2
    assert "[cli.bad-input]" in done.err


def test_a_payload_from_a_file_and_from_stdin(call: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    board = call.board(greeter())
    payload = call.file("p.json", '{"name": "Bo"}')
    assert call("run", board, "--payload", payload).out == "Bo\n"
    stdin = io.TextIOWrapper(io.BytesIO(b'{"name": "Cy"}'))
    monkeypatch.setattr("sys.stdin", stdin)
    assert call("run", board, "--payload", "-").out == "Cy\n"


def test_payload_and_input_exclude_each_other(call: Calls) -> None:
    done = call("run", call.board(greeter()), "--payload", "p.json", "--input", "name=x")
    assert done.code == 2


def test_a_failing_run_names_node_reason_and_remedy(call: Calls) -> None:
    done = call("run", call.board(fails()))
    assert done.code == 1
    assert done.out == ""
    assert "failed: No stock. [shop.no-stock]\n  node: Give up (stop)\n" in done.err
    told = call("run", call.board(fails()), "--json").data
    assert told["status"] == "failed"
    assert told["error"]["code"] == "shop.no-stock"
    assert told["error"]["title"] == "Give up"


def test_an_app_runs_by_its_events(call: Calls) -> None:
    assert call("new", "shop").code == 0
    assert call("run", "shop", "--input", "name=Bo").out == "Hello, Bo!\n"
    assert call("run", "shop", "--event", "hello").out == "Hello, world!\n"
    done = call("run", "shop", "--event", "bye")
    assert done.code == 2
    assert "[cli.no-event]" in done.err
    assert "hello (Hello)" in done.err


def test_a_trace_is_written_and_named(call: Calls) -> None:
    done = call("run", call.board(greeter()), "--input", "name=a", "--trace", "data")
    assert "trace in t.trace" in done.err
    assert call("trace", "t.trace").code == 0


def test_a_run_without_a_file(call: Calls) -> None:
    done = call("run", "none.board.json", "--json")
    assert done.code == 2
    assert json.loads(done.out)["error"]["code"] == "file.unreadable"


def test_new_boards_run_at_once(call: Calls, tmp_path: Path) -> None:
    assert call("new", tmp_path / "first.board.json").code == 0
    assert call("run", tmp_path / "first.board.json").out == "Hello, world!\n"
