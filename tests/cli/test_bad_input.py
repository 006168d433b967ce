"""Bad input ends in a coded error with a place and a remedy, never in a traceback or a hang."""

import json
import os
import resource
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calls import COMMAND, Calls, greeter, process, wire

GOOD = json.dumps({"format": "flowlike.board/1", "id": "t", "nodes": greeter()})


def endless(**log: Any) -> dict[str, Any]:
    """Says that it began, then goes round for ever."""
    return {
        "start": {"type": "events_simple@1", "out": {"exec_out": wire("began.exec_in")}},
        "began": {
            "type": "log_info@1",
            "in": {"message": {"value": "began"}},
            "out": {"exec_out": wire("again.exec_in")},
            **log,
        },
        "again": {
            "type": "variable_set@1",
            "in": {"var_ref": {"value": "v"}, "value_in": {"value": 1}},
            "out": {"exec_out": wire("again.exec_in")},
        },
    }


VARIABLES = {"v": {"name": "v", "type": "Integer", "default": 0}}


def calling_itself() -> dict[str, Any]:
    return {
        "start": {"type": "events_simple@1", "out": {"exec_out": wire("call.exec_in")}},
        "call": {"type": "control_call_reference@1", "in": {"fn_ref": {"value": "start"}}},
    }


def circle() -> dict[str, Any]:
    """Two pure nodes that feed each other."""
    one = {"integer2": {"value": 1}}
    return {
        "start": {"type": "events_simple@1", "out": {"exec_out": wire("log.exec_in")}},
        "log": {"type": "log_info@1"},
        "a": {"type": "int_add@1", "in": one, "out": {"sum": wire("b.integer1", "log.message")}},
        "b": {"type": "int_add@1", "in": one, "out": {"sum": wire("a.integer1")}},
    }


TEXTS: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "text.empty"),
    "no JSON": ("hello", "text."),
    "malformed": (GOOD.replace(":", "=", 1), "text."),
    "truncated": (GOOD[:-40], "text."),
    "a duplicate key": (GOOD.replace('"id": "t"', '"id": "t", "id": "u"'), "text.duplicate-key"),
    "bytes": (b"\xff\xfe\x00\x01", "text."),
    "another format": (GOOD.replace("board/1", "board/9"), "text.unknown-format"),
    "an unknown field": (GOOD.replace('"id": "t"', '"id": "t", "x": 1'), "text."),
    "a wrong type": (GOOD.replace('"id": "t"', '"id": 1'), "text."),
    "NaN": (GOOD.replace('"default": 3', '"default": NaN'), "text."),
    "deep": ("[" * 100_000, "text."),
    "a bomb of nodes": (
        GOOD.replace(
            '"nodes": {', '"nodes": {' + "".join(f'"n{i}":{{"type":"x@1"}},' for i in range(10_001))
        ),
        "board.too-many-nodes",
    ),
}


@pytest.mark.parametrize("command", ["run", "check", "fmt", "compile"])
@pytest.mark.parametrize("text", TEXTS)
def test_texts_that_are_no_board(call: Calls, command: str, text: str) -> None:
    content, code = TEXTS[text]
    file = call.file("bad.board.json", content)
    done = call(command, file)
    told = done.out + done.err
    assert done.code == 1
    assert f"{file}:" in told
    assert f"[{code}" in told
    assert "remedy: " in told
    assert Path(file).read_bytes() == (content.encode() if isinstance(content, str) else content)


def test_a_board_of_100_mb(call: Calls) -> None:
    file = call.file("large.board.json", "")
    os.truncate(file, 100 * 1024 * 1024)
    for command in ("run", "check", "fmt", "compile"):
        done = call(command, file)
        assert done.code == 1
        assert "[text.too-large]" in done.out + done.err


def test_diff_tells_a_broken_board_from_a_different_one(call: Calls) -> None:
    done = call("diff", call.file("a.json", GOOD), call.file("b.json", GOOD[:-9]))
    assert done.code == 2
    assert "[text." in done.err


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ('{"name": 1}', "payload.wrong-type"),
        ('{"name": null}', "payload.wrong-type"),
        ('{"n": 1}', "payload.missing"),
        ('{"name": "a", "n": 9223372036854775808}', ""),
        ('{"name": "a", "n": 1.5}', "payload.wrong-type"),
        ('{"name": "a", "n": true}', "payload.wrong-type"),
        ('{"name": "a", "n": NaN}', "text."),
        ('{"name": "a", "n": 1e999}', "text."),
        ('{"name": "a", "name": "b"}', "text.duplicate-key"),
        ("[1]", "payload.not-an-object"),
        ("", "text.empty"),
        ('{"name": "a"', "text."),
        ("[" * 100_000, "text."),
    ],
)
def test_payloads_that_do_not_fit(call: Calls, payload: str, code: str) -> None:
    done = call("run", call.board(greeter()), "--payload", call.file("p.json", payload))
    assert done.code == 1
    assert f"[{code}" in done.err
    assert "remedy: " in done.err
    assert done.out == ""


def test_unknown_nodes(call: Calls) -> None:
    nodes = {**greeter(), "log": {"type": "nobody_knows@3"}}
    done = call("run", call.board(nodes))
    assert done.code == 1
    assert "t.board.json: error: " in done.err
    assert "nobody_knows@3" in done.err
    assert "node: " in done.err
    assert "(log)" in done.err or "log" in done.err
    assert "remedy: " in done.err


@pytest.mark.parametrize("command", ["run", "check", "compile"])
@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**400, 1.5, "1", None])
def test_literals_that_are_no_integer_of_64_bits(call: Calls, command: str, value: Any) -> None:
    nodes = circle()
    del nodes["b"]
    nodes["a"]["in"] = {"integer1": {"value": value}, "integer2": {"value": 1}}
    nodes["a"]["out"] = {"sum": wire("log.message")}
    done = call(command, call.board(nodes))
    told = done.out + done.err
    assert done.code == 1
    assert "error: " in told
    assert "integer1" in told or "in.integer1" in told
    assert "remedy: " in told


@pytest.mark.parametrize("name", [[], {}, 1, None, "nobody"])
@pytest.mark.parametrize("command", ["run", "check", "compile"])
def test_references_that_lead_nowhere(call: Calls, command: str, name: Any) -> None:
    nodes = endless()
    nodes["again"]["in"]["var_ref"] = {"value": name}
    done = call(command, call.board(nodes, variables=VARIABLES))
    assert done.code == 1
    assert "error: " in done.out + done.err
    nodes = calling_itself()
    nodes["call"]["in"]["fn_ref"] = {"value": name}
    done = call(command, call.board(nodes))
    assert done.code == 1
    assert "(call)" in done.out + done.err


def test_pure_nodes_in_a_circle(call: Calls) -> None:
    done = call("run", call.board(circle()))
    assert done.code == 1
    assert "cycle]" in done.err
    assert "remedy: " in done.err


def test_a_loop_that_never_ends(call: Calls) -> None:
    board = call.board(endless(), variables=VARIABLES)
    done = call("run", board, "--max-steps", "5000")
    assert done.code == 1
    assert "[engine.step-budget]" in done.err
    assert "remedy: " in done.err
    done = call("run", board, "--max-seconds", "0.05", "--max-steps", "1000000000", "--json")
    assert done.code == 1
    assert done.data["status"] == "timeout"
    assert done.data["error"]["code"] == "engine.timeout"


def test_a_board_that_calls_itself(call: Calls) -> None:
    done = call("run", call.board(calling_itself()))
    assert done.code == 1
    assert "[engine.recursion]" in done.err
    assert "(call)" in done.err
    assert "remedy: " in done.err


@pytest.mark.parametrize("kind", ["computes", "waits"])
def test_one_interrupt_cancels_the_run(call: Calls, kind: str) -> None:
    nodes = endless()
    if kind == "waits":
        nodes["again"] = {"type": "delay@1", "in": {"time": {"value": 60_000.0}}}
    board = call.board(nodes, variables=VARIABLES)
    arguments = [COMMAND, "run", board, "--json", "--max-steps", str(10**15)]
    with subprocess.Popen(arguments, stdout=-1, stderr=-1, text=True) as running:
        assert running.stderr is not None
        assert running.stderr.readline() == "info: began\n"
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert running.returncode == 1
    assert json.loads(out)["status"] == "cancelled"
    assert json.loads(out)["error"]["code"] == "engine.cancelled"
    assert "Traceback" not in err


def test_a_second_interrupt_ends_the_process(call: Calls) -> None:
    program = """
import signal
from flowlike.cli.run import cancel_on_interrupt
with cancel_on_interrupt() as cancel:
    signal.raise_signal(signal.SIGINT)
    print(cancel.requested, flush=True)
    signal.raise_signal(signal.SIGINT)
    print("still here")
"""
    python = Path(COMMAND).with_name("python")
    done = subprocess.run([python, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGINT
    assert done.stdout == "True\n"


def test_an_interrupt_elsewhere_is_one_line(call: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("flowlike.cli.nodes.installed", interrupt)
    assert call("nodes") == (1, "", "interrupted\n")


@pytest.mark.parametrize("arguments", [("nodes",), ("run", "t.board.json", "--input", "name=a")])
def test_a_closed_pipe_is_quiet(call: Calls, arguments: tuple[str, ...]) -> None:
    call.board(greeter())
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as stdout:
        done = subprocess.run(
            [COMMAND, *arguments], stdout=stdout, stderr=-1, text=True, check=False
        )
    assert done.returncode == 0
    assert "Error" not in done.stderr
    assert "Exception" not in done.stderr


def test_no_stdout_at_all_is_quiet(call: Calls) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" nodes >&-', COMMAND], stderr=-1, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_under_the_output(call: Calls) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([COMMAND, "nodes"], stdout=full, stderr=-1, text=True, check=False)
    assert done.returncode == 1
    assert "[output.unwritable]" in done.stderr
    assert "Traceback" not in done.stderr


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Every file this process writes is full at that size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [0, 40], ids=["from the beginning", "while it is written"])
def test_a_full_disk_while_tracing(call: Calls, size: int) -> None:
    board = call.board(greeter())
    with largest_file(size):
        done = call("run", board, "--input", "name=Ada", "--trace", "data")
    assert done.code == 1
    assert done.out == "Ada\n"
    assert "completed after 3 steps\n" in done.err
    assert "error: t.trace cannot be written: File too large. [trace.io]" in done.err
    assert "remedy: " in done.err
    with largest_file(size):
        done = call("run", board, "--input", "name=Ada", "--trace", "data", "--json")
    assert done.data["outputs"] == "Ada"
    assert done.data["trace_error"]["code"] == "trace.io"
    assert done.data["trace"] == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_device_is_no_place_for_a_trace(call: Calls) -> None:
    board = call.board(greeter())
    arguments = ("run", board, "--input", "name=Ada", "--trace", "data", "--trace-file")
    done = call(*arguments, "/dev/full")
    assert done.code == 1
    assert done.out == ""
    assert "[trace.not-ours]" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("run",),
        ("rnu", "x"),
        ("run", "x", "--max-steps", "0"),
        ("run", "x", "--max-steps", "9" * 5000),
        ("run", "x", "--max-seconds", "nan"),
        ("run", "x", "--max-seconds", "soon"),
        ("run", "x", "--trace", "all"),
        ("run", "x", "--payload", "-", "--variables", "-"),
        ("run", "x.board.json", "--nonsense"),
        ("run", "none.board.json"),
        ("check", "none.board.json"),
        ("check", "."),
        ("diff", "none.board.json", "none.board.json"),
        ("compile", "none.board.json"),
        ("completion", "tcsh"),
    ],
)
def test_arguments_that_make_no_sense(call: Calls, arguments: tuple[str, ...]) -> None:
    done = call(*arguments)
    assert done.code == 2
    assert done.err or done.out


def test_the_real_command_gives_the_same_codes(call: Calls) -> None:
    done = process("run", "none.board.json", folder=call.folder)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("none.board.json: error: ")
