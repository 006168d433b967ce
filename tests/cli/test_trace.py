"""``flowlike trace``: tables, timelines, JSON, damaged files."""

from pathlib import Path

import pytest

from tests.cli.calls import Calls, greeter, wire


@pytest.fixture
def recorded(call: Calls) -> str:
    """A segment of two runs, the second of which fails."""
    board = call.board(greeter())
    call("run", board, "--input", "name=Ada", "--trace", "data", "--trace-file", "r.trace")
    failing = call.board(
        {
            "start": {"type": "events_simple@1", "out": {"exec_out": wire("stop.exec_in")}},
            "stop": {"type": "control_fail@1", "in": {"message": {"value": "No stock."}}},
        }
    )
    call("run", failing, "--trace", "errors", "--trace-file", "r.trace")
    return "r.trace"


def test_the_table(call: Calls, recorded: str) -> None:
    done = call("trace", recorded)
    assert (done.code, done.err) == (0, "")
    assert "completed after 3 steps in " in done.out
    assert "result 'Ada'" in done.out
    assert "name='Ada'" in done.out
    assert "log: Ada" in done.out
    assert "failed (" in done.out
    assert "error: No stock. [" in done.out
    assert "  node: Fail (stop)\n" in done.out
    assert "  remedy: " in done.out


def test_the_timeline(call: Calls, recorded: str) -> None:
    done = call("trace", recorded, "--timeline")
    assert "█" in done.out
    assert "Print Info" in done.out


def test_json_is_an_object_a_run(call: Calls, recorded: str) -> None:
    done = call("trace", recorded, "--run", "last", "--json")
    assert done.out.count("\n") == 1
    assert done.data["status"] == "failed"
    [error] = done.data["errors"]
    assert error["node"] == "stop"
    first = call("trace", recorded, "--json").out.splitlines()[0]
    assert '"activations":[{"seq":1,"node":"start"' in first
    assert '"name":{"value":"Ada"}' in first


def test_one_run_by_the_beginning_of_its_id(call: Calls, recorded: str) -> None:
    last = call("trace", recorded, "--run", "last", "--json").data["run_id"]
    assert call("trace", recorded, "--run", last, "--json").data["run_id"] == last
    done = call("trace", recorded, "--run", "zzz")
    assert done.code == 2
    assert "[cli.no-run]" in done.err


def test_a_torn_segment_is_read_as_far_as_it_goes(call: Calls, recorded: str) -> None:
    whole = Path(recorded).read_bytes()
    Path(recorded).write_bytes(whole[:-5])
    done = call("trace", recorded)
    assert done.code == 1
    assert "result 'Ada'" in done.out
    assert "note: at byte " in done.err


def test_what_is_no_segment(call: Calls) -> None:
    done = call("trace", call.file("x.trace", "hello, this is no trace at all"))
    assert done.code == 1
    assert "[trace.not-a-segment]" in done.err
    done = call("trace", "none.trace")
    assert done.code == 1
    assert "[trace.io]" in done.err


def test_values_that_were_not_kept(call: Calls) -> None:
    board = call.board(greeter())
    large = call.file("p.json", '{"name": "' + "x" * 100_000 + '"}')
    call("run", board, "--payload", large, "--trace", "data", "--trace-file", "l.trace")
    told = call("trace", "l.trace", "--json").data
    assert told["output"] == {"shape": "text", "size": 100_000, "kept": "head"}
    assert call("trace", "l.trace").code == 0


def test_runs_are_appended(call: Calls) -> None:
    board = call.board(greeter())
    for _ in range(3):
        call("run", board, "--input", "name=a", "--trace", "steps")
    assert call("trace", "t.trace", "--json").out.count("\n") == 3


def test_a_trace_file_needs_a_level(call: Calls) -> None:
    assert call("run", call.board(greeter()), "--trace-file", "x").code == 2
