"""Each board in examples/ does what it says."""

import json
from pathlib import Path
from typing import Any

import pytest

import flowlike
from flowlike.engine.run import RunResult
from tests.cli.calls import Calls
from tools.locked import ROOT

EXAMPLES = ROOT / "examples"
BASICS = EXAMPLES / "basics"
TRIAGE = EXAMPLES / "order-triage"


@pytest.fixture
def call(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Calls:
    monkeypatch.chdir(tmp_path)
    return Calls(capsys, tmp_path)


def run(board: str, /, **payload: Any) -> RunResult:
    return flowlike.compile(flowlike.load(BASICS / f"{board}.board.json")).run(payload)


def lines(result: RunResult) -> list[tuple[int, str]]:
    return [(entry.level, entry.message) for entry in result.logs]


def test_hello() -> None:
    result = run("hello", name="Ada")
    assert result.outputs == "Hello, Ada!"
    assert lines(result) == [(1, "Hello, Ada!")]
    assert run("hello").outputs == "Hello, world!"


@pytest.mark.parametrize(("numbers", "total"), [([], 0), ([5], 5), ([1, 2, 3, -10], -4)])
def test_loop(numbers: list[int], total: int) -> None:
    result = run("loop", numbers=numbers)
    assert (result.status, result.outputs) == ("completed", total)


@pytest.mark.parametrize(
    ("celsius", "line", "text"),
    [
        (35, (2, "It is hot."), "At 35.0 degrees: stay inside."),
        (30, (1, "It is fine."), "At 30.0 degrees: go out."),
    ],
)
def test_branch(celsius: float, line: tuple[int, str], text: str) -> None:
    result = run("branch", celsius=celsius)
    assert result.outputs == text
    assert lines(result) == [line]


def test_errors() -> None:
    result = run("errors", text='{"colour": "red"}')
    assert (result.outputs, result.handled_errors, lines(result)) == ({"colour": "red"}, 0, [])
    result = run("errors", text="{")
    assert (result.status, result.outputs) == ("completed", {"colour": "blue"})
    assert result.handled_errors == 1
    [(level, message)] = lines(result)
    assert level == 2
    assert message.startswith("Using the default: ")


def test_parallel() -> None:
    result = run("parallel", waits=[40, 1, 20])
    assert lines(result) == [(1, "All in time.")]
    assert result.outputs == [1, 2, 0]
    result = run("parallel", waits=[60_000, 0], limit_ms=50)
    assert lines(result) == [(2, "Time is up.")]
    assert result.outputs == [1]


def triage(payload: str) -> RunResult:
    program = flowlike.compile(flowlike.load(TRIAGE / "boards/triage.board.json"))
    return program.run(json.loads((TRIAGE / "payloads" / payload).read_text("utf-8")))


@pytest.mark.parametrize(
    ("payload", "answer", "last"),
    [
        (
            "small.json",
            {"order": "A-1001", "lane": "express", "total_cents": 2190},
            (1, "Express: leaves the house today."),
        ),
        (
            "large.json",
            {"order": "A-1002", "lane": "review", "total_cents": 331800},
            (2, "Review: a person looks at it first."),
        ),
    ],
)
def test_triage_answers(payload: str, answer: dict[str, Any], last: tuple[int, str]) -> None:
    result = triage(payload)
    assert result.status == "completed"
    assert result.response is not None
    assert (result.response.status, result.response.body) == (200, answer)
    order = json.loads((TRIAGE / "payloads" / payload).read_text("utf-8"))["body"]
    assert len(result.logs) == len(order["lines"]) + 1
    assert lines(result)[-1] == last


def test_triage_takes_the_middle_lane() -> None:
    program = flowlike.compile(flowlike.load(TRIAGE / "boards/triage.board.json"))
    for cents, lane in ((9_999, "express"), (10_000, "standard"), (100_001, "review")):
        body = {"id": "x", "lines": [{"sku": "a", "quantity": 1, "price_cents": cents}]}
        request = {"method": "POST", "path": "/", "headers": {}, "query": {}, "body": body}
        response = program.run(request).response
        assert response is not None
        assert response.body["lane"] == lane


def test_triage_refuses_what_is_no_order() -> None:
    program = flowlike.compile(flowlike.load(TRIAGE / "boards/triage.board.json"))
    result = program.run({"method": "POST", "path": "/", "headers": {}, "query": {}, "body": {}})
    assert result.response is not None
    assert (result.response.status, result.response.body) == (422, {"error": "An order has lines."})


def test_triage_fails_visibly(call: Calls) -> None:
    done = call("run", TRIAGE, "--payload", TRIAGE / "payloads/bad.json")
    assert done.code == 1
    assert done.out == ""
    assert "info: TEA-100: 2 pieces, 900 cents\n" in done.err
    assert "is a String, requires an Integer [engine.wrong-type]\n" in done.err
    assert "  node: Line total (line_total)\n  pin: integer1\n  remedy: " in done.err


def test_every_example_is_canonical_and_correct(call: Calls) -> None:
    assert call("fmt", "--check", EXAMPLES).err == "0 files would change\n"
    done = call("check", EXAMPLES)
    assert done == (0, "", "8 files checked, no errors\n")
