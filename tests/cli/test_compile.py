"""``flowlike compile``: a summary, or the generated source."""

import ast

from tests.cli.calls import Calls, greeter, wire


def test_the_summary(call: Calls) -> None:
    done = call("compile", call.board(greeter()))
    assert done.code == 0
    assert "nodes: 3 (start, " in done.out
    assert "permissions: log, stream\n" in done.out
    assert "runs straight through" in done.out


def test_the_source_is_python(call: Calls) -> None:
    done = call("compile", call.board(greeter()), "--source")
    assert done.code == 0
    [function] = ast.parse(done.out).body
    assert isinstance(function, ast.FunctionDef)
    traced = call("compile", call.board(greeter()), "--source", "--trace", "data")
    assert len(traced.out) > len(done.out)


def test_a_board_that_awaits(call: Calls) -> None:
    nodes = {
        "start": {"type": "events_simple@1", "out": {"exec_out": wire("wait.exec_in")}},
        "wait": {"type": "delay@1"},
    }
    assert "awaits" in call("compile", call.board(nodes)).out


def test_an_event_of_an_app(call: Calls) -> None:
    call("new", "shop")
    assert call("compile", "shop", "--event", "hello").code == 0
    done = call("compile", "shop", "--event", "bye")
    assert done.code == 2


def test_an_unknown_start_names_the_file(call: Calls) -> None:
    file = call.board(greeter())
    done = call("compile", file, "--event", "bye")
    assert done.code == 2
    assert done.err.startswith(f"{file}: error: ")
    assert "start (" in done.err
