"""``flowlike trace``: tables, timelines, JSON, damaged files."""

import re
from pathlib import Path

import pytest

from tests.cli.calls import Calls, greeter, wire
from tools.locked import ROOT


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


def triage(call: Calls, level: str, payload: str = "small") -> None:
    folder = ROOT / "examples/order-triage"
    sample = folder / f"payloads/{payload}.json"
    call("run", folder, "--payload", sample, "--trace", level, "--trace-file", "x.trace")


def test_what_an_activation_read_is_shown(call: Calls) -> None:
    triage(call, "data")
    lines = call("trace", "x.trace").out.splitlines()
    [first, *_] = [line for line in lines if "(line_total)" in line]
    assert first.endswith("integer1=2 integer2=450 → product=900")
    rounds = [line.split("message=")[1] for line in lines if "(log_line)" in line]
    assert rounds == ["'TEA-100: 2 pieces, 900 cents'", "'CUP-7: 1 pieces, 1290 cents'"]
    skus = [line for line in lines if "(sku)" in line]
    assert "'sku': 'TEA-100'" in skus[0]
    assert "'sku': 'CUP-7'" in skus[1]


def test_without_values_their_writers_are_shown(call: Calls) -> None:
    triage(call, "steps")
    done = call("trace", "x.trace")
    assert re.search(r"\(line_total\) .* integer1 from #\d+ integer2 from #\d+\n", done.out)
    told = call("trace", "x.trace", "--json").data["activations"]
    step = next(each for each in told if each["node"] == "line_total")
    assert [each["input"] for each in step["reads"]] == ["integer1", "integer2"]
    writers = [told[each["writer"] - 1]["node"] for each in step["reads"]]
    assert writers == ["quantity", "price"]


def test_a_failed_run_ends_with_its_error(call: Calls) -> None:
    triage(call, "steps", "bad")
    done = call("trace", "x.trace")
    assert "failed (engine.wrong-type) after 21 steps in " in done.out
    message, node, pin, remedy = done.out.splitlines()[-4:]
    assert message.startswith("error: The value for 'integer1' does not fit")
    assert message.endswith("[engine.wrong-type]")
    assert (node, pin) == ("  node: Line total (line_total)", "  pin: integer1")
    assert remedy.startswith("  remedy: ")


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
    done = call("trace", ".")
    assert done.code == 1
    assert "[trace.not-a-segment]" in done.err


def test_what_is_neither_a_file_nor_a_run(call: Calls) -> None:
    done = call("trace", "none.trace")
    assert done.code == 2
    assert "[cli.no-trace-file]" in done.err
    assert "flowlike runs" in done.err


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
