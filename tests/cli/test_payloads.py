"""Variables, secrets, and where they come from."""

from typing import Any

import pytest

from flowlike.cli.payloads import secret_name
from tests.cli.calls import Calls, wire


def board_of(call: Calls, variable: dict[str, Any], **rest: Any) -> str:
    """A board that returns its one variable."""
    nodes = {
        "start": {"type": "events_simple@1", "out": {"exec_out": wire("end.exec_in")}},
        "get": {
            "type": "variable_get@1",
            "in": {"var_ref": {"value": "v"}},
            "out": {"value_ref": wire("end.response")},
        },
        "end": {"type": "events_generic_return_result@1"},
    }
    return call.board(nodes, variables={"v": {"type": "String", **variable}}, **rest)


def test_variables_by_name_or_id(call: Calls) -> None:
    board = board_of(call, {"name": "Greeting", "default": "hi", "runtime_configured": True})
    assert call("run", board).out == "hi\n"
    for key in ("v", "Greeting"):
        file = call.file("v.json", f'{{"{key}": "ho"}}')
        assert call("run", board, "--variables", file).out == "ho\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[1]", "variable.not-an-object"),
        ('{"w": 1}', "variable.unknown"),
        ('{"v": 1}', "variable.wrong-type"),
        ("{", "text."),
    ],
)
def test_variables_that_do_not_fit(call: Calls, text: str, code: str) -> None:
    board = board_of(call, {"name": "v", "runtime_configured": True})
    done = call("run", board, "--variables", call.file("v.json", text))
    assert done.code == 1
    assert f"[{code}" in done.err
    assert "remedy: " in done.err


def test_a_caller_sets_only_what_may_be_set(call: Calls) -> None:
    board = board_of(call, {"name": "v", "default": "hi"})
    done = call("run", board, "--variables", call.file("v.json", '{"v": "ho"}'))
    assert "[variable.not-settable]" in done.err


def test_secrets_come_from_the_environment_alone(
    call: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = board_of(call, {"name": "API key", "secret": True, "runtime_configured": True})
    done = call("run", board)
    assert "'API key' is empty; FLOWLIKE_SECRET_API_KEY is not set" in done.err
    monkeypatch.setenv("FLOWLIKE_SECRET_API_KEY", "hunter22")
    done = call("run", board, "--variables", call.file("v.json", '{"v": "other"}'))
    assert done.code == 1
    assert "[variable.not-settable]" in done.err
    assert "hunter22" not in done.out + done.err
    assert call("run", board).err == "completed after 3 steps\n"


def test_secrets_of_other_types_are_json_and_never_told(
    call: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = board_of(call, {"name": "pin", "type": "Integer", "secret": True})
    monkeypatch.setenv("FLOWLIKE_SECRET_PIN", "4711")
    assert call("run", board).out == "4711\n"
    for wrong in ("47x11", '"4711"'):
        monkeypatch.setenv("FLOWLIKE_SECRET_PIN", wrong)
        done = call("run", board)
        assert done.code == 1
        assert "[variable.wrong-type]" in done.err
        assert "47" not in done.out + done.err


@pytest.mark.parametrize(
    ("name", "variable"),
    [("key", "KEY"), ("API key", "API_KEY"), ("a.b-c", "A_B_C"), ("größe", "GR__E")],
)
def test_names_of_secrets(name: str, variable: str) -> None:
    assert secret_name(name) == f"FLOWLIKE_SECRET_{variable}"


def test_values_from_stdin_are_no_files_named_minus(call: Calls) -> None:
    board = board_of(call, {"name": "v", "runtime_configured": True})
    done = call("run", board, "--variables", "none.json")
    assert done.code == 2
    assert "[file.unreadable]" in done.err
