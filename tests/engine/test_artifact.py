"""Programs as bytes: they come back as they were, or not at all."""

import asyncio
import sys
from typing import Annotated, Any

import pytest

from flowlike.board.definition import DataType, PinDefinition
from flowlike.board.model import Board, TraceLevel, Variable
from flowlike.engine import artifact as module
from flowlike.engine.host import Host
from flowlike.engine.plan import make_plan
from flowlike.engine.program import Program
from flowlike.errors import CompileError
from flowlike.nodes import NodeFailure, Pin, node, pure
from flowlike.testing import FakeClock
from flowlike.trace.records import encode_block
from tests.engine.drawing import Retry, Types, draw, event, step, traced

_tries: list[int] = []


@node(name="a_third", title="Third", category="Test")
def third() -> Annotated[int, Pin("tries")]:
    """Works the third time."""
    _tries.append(0)
    if len(_tries) < 3:
        raise NodeFailure("test.not-yet", "not yet")
    return len(_tries)


@pure(name="a_list", title="List", category="Test")
def listed(n: int) -> Annotated[Any, Pin("items")]:
    """A list, though nobody says so."""
    return list(range(n))


TYPES = Types(third, listed)


def everything() -> Board:
    """A node of each sort whose constants are not plain."""
    return draw(
        {
            "start": event(n="Integer", at="Date"),
            "diff": step("utils_datetime_diff", start="2026-01-01T00:00:00Z", end="@start.at"),
            "items": step("a_list", n="@start.n"),
            "each": step("control_for_each", array="@items.items"),
            "once": step("control_do_n", n=2, start_index=0),
            "add": step("variable_increment", var_ref="total"),
            "try": step("a_third", settings={"retry": Retry(attempts=5)}),
            "wide": step("float_add", float1="@start.n", float2=0.5),
            "pack": step(
                "string_format",
                format_string="{days} {sum} {tries} {total}",
                takes=dict.fromkeys(("days", "sum", "tries", "total"), "Generic"),
                days="@diff.days",
                sum="@wide.sum",
                tries="@try.tries",
                total="@read.value_ref",
            ),
            "read": step("variable_get", var_ref="total"),
            "end": step("events_generic_return_result", response="@pack.formatted_string"),
        },
        "start > diff > each > once > add",
        "each.done > try > end",
        variables={"total": Variable(name="Total", type=DataType.INTEGER, default=5)},
        types=TYPES,
    )


PAYLOAD = {"n": 4, "at": "2026-01-03T00:00:00Z"}


def programs(board: Board, level: str = "off", start: str = "start") -> tuple[Program, Program]:
    """A compiled program, and the same from its artifact."""
    made = Program(make_plan(board, TYPES, start), TraceLevel(level))
    artifact = made.artifact("stamp")
    assert artifact is not None
    return made, Program.load(artifact, TYPES, "stamp")


@pytest.mark.parametrize("level", list(TraceLevel))
def test_a_loaded_program_does_what_the_compiled_one_does(level: str) -> None:
    results = []
    for program in programs(everything(), level):
        _tries.clear()
        results.append(program.run(PAYLOAD, run_id="same"))
    made, loaded = results
    assert made.status == "completed", made.error
    assert made.outputs == "2 4.5 3 7"
    assert (loaded.status, loaded.outputs, loaded.steps) == ("completed", made.outputs, made.steps)
    assert (loaded.trace is None) is (made.trace is None)


def test_what_a_program_says_of_itself_is_the_same() -> None:
    made, loaded = programs(everything(), "data")
    for name in ("hash", "nodes", "permissions", "level", "is_async", "loops", "filename"):
        assert getattr(made, name) == getattr(loaded, name), name
    assert dict(made.sites) == dict(loaded.sites)
    assert len(loaded.sites) > 10
    assert encode_block([made.program_record()]) == encode_block([loaded.program_record()])
    assert isinstance(loaded.program_record(), tuple)
    assert loaded.source == ""
    assert loaded.artifact("stamp") is None
    result = loaded.run(PAYLOAD)
    assert traced(loaded, result.trace).run.program == made.hash


def test_a_failure_is_found_by_line_in_a_loaded_program() -> None:
    board = draw({"start": event(), "fail": step("control_fail", message="no")}, "start > fail")
    for program in programs(board):
        result = program.run({})
        assert result.error is not None
        assert (result.error.node, result.steps) == ("fail", 2)


def test_an_awaiting_program_is_loaded_too() -> None:
    board = draw(
        {
            "start": step("events_simple"),
            "wait": step("delay", time=60_000.0),
            "end": step("events_generic_return_result", response="waited"),
        },
        "start > wait > end",
    )
    for program in programs(board):
        result = asyncio.run(program.run_async(host=Host(clock=FakeClock())))
        assert result.outputs == "waited"


def refusal(data: bytes, types: Types = TYPES, stamp: str = "stamp") -> str:
    with pytest.raises(CompileError) as refused:
        Program.load(data, types, stamp)
    assert refused.value.code == "engine.foreign-artifact"
    return refused.value.message


@pytest.fixture
def stored() -> bytes:
    artifact = Program(make_plan(everything(), TYPES, "start"), TraceLevel.OFF).artifact("stamp")
    assert artifact is not None
    return artifact


def test_an_artifact_of_another_stamp_is_refused(stored: bytes) -> None:
    assert "version" in refusal(stored, stamp="another")
    assert "version" in refusal(stored, stamp="stam")


def test_an_artifact_of_another_python_is_refused(
    stored: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAGIC_NUMBER", b"\0\1\2\3")
    assert "version" in refusal(stored)


def test_an_artifact_whose_node_types_are_gone_is_refused(stored: bytes) -> None:
    assert "a_third@1" in refusal(stored, Types(listed))


@pytest.mark.parametrize("keep", [0, 10, 60, 200, -1])
def test_a_damaged_artifact_is_refused(stored: bytes, keep: int) -> None:
    refusal(stored[:keep])


def test_the_same_program_gives_the_same_artifact(stored: bytes) -> None:
    again = Program(make_plan(everything(), TYPES, "start"), TraceLevel.OFF).artifact("stamp")
    assert again == stored


def test_a_board_that_no_artifact_can_hold_is_not_stored() -> None:
    board = draw({"\ud800": event(n=PinDefinition(name="n", type=DataType.INTEGER, default=1))})
    program = Program(make_plan(board, TYPES, "\ud800"), TraceLevel.OFF)
    assert program.artifact("stamp") is None
    assert program.run({}).status == "completed"


def test_no_path_of_the_machine_is_in_an_artifact(stored: bytes) -> None:
    assert sys.prefix.encode() not in stored
