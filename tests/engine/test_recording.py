"""What a run hands over: when there is a trace, what it says, and who wrote what."""

import pytest

from flowlike.board.definition import DataType
from flowlike.board.model import Board, Input, Node, Output, TraceLevel, Variable
from flowlike.engine.plan import make_plan
from flowlike.engine.program import Program
from flowlike.engine.record import new_run_id
from flowlike.trace import records
from flowlike.trace.records import decode_block
from tests.engine.boards import CATALOG


def board(value: int) -> Board:
    """Splits a number and notes its half; fails for 13."""
    return Board(
        id="recorded",
        nodes={
            "s": Node(type="events_simple@1", outputs={"exec_out": Output(("n.exec_in",))}),
            "p": Node(
                type="t_split@1", inputs={"a": Input(value)}, outputs={"half": Output(("n.a",))}
            ),
            "n": Node(type="t_note@1"),
        },
    )


def program(value: int, level: TraceLevel) -> Program:
    return Program(make_plan(board(value), CATALOG, "s"), level)


@pytest.mark.parametrize(
    ("level", "value", "kept"),
    [
        (TraceLevel.OFF, 8, False),
        (TraceLevel.OFF, 13, False),
        (TraceLevel.ERRORS, 8, True),  # it logs
        (TraceLevel.ERRORS, 13, True),
        (TraceLevel.STEPS, 8, True),
        (TraceLevel.DATA, 8, True),
    ],
)
def test_a_trace_is_kept_as_its_level_says(level: TraceLevel, value: int, kept: bool) -> None:
    result = program(value, level).run()
    assert (result.trace is not None) is kept
    assert bool(result.run_id) is kept


def test_a_block_begins_with_the_run_and_ends_with_its_end() -> None:
    compiled = program(8, TraceLevel.DATA)
    result = compiled.run()
    assert result.trace is not None
    first, *_, last = decode_block(result.trace)
    assert isinstance(first, records.Run)
    assert (first.run_id, first.entry, first.program) == (result.run_id, "s", compiled.hash)
    assert isinstance(last, records.End)
    assert (last.status, last.steps) == ("completed", 3)


def test_a_step_names_the_activation_that_wrote_its_input() -> None:
    compiled = program(8, TraceLevel.STEPS)
    trace = compiled.run().trace
    assert trace is not None
    steps = [each for each in decode_block(trace) if isinstance(each, records.Step)]
    by_node = {compiled.nodes[each.node]: each for each in steps}
    assert by_node["n"].ins == (by_node["p"].seq,)
    described = compiled.program_record()[4][compiled.nodes.index("n")]
    assert described[5] == [[1, 0]]  # the input after exec_in; the first output of split


def test_a_failure_is_recorded_with_its_place() -> None:
    compiled = program(13, TraceLevel.ERRORS)
    trace = compiled.run().trace
    assert trace is not None
    (error,) = [each for each in decode_block(trace) if isinstance(each, records.Error)]
    assert (error.code, compiled.nodes[error.node], error.pin) == ("test.thirteen", "p", "a")


def test_run_ids_sort_by_time() -> None:
    ids = [new_run_id(1_700_000_000_000_000_000 + step * 1_000_000) for step in range(50)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 50
    assert {len(each) for each in ids} == {26}


def test_a_very_long_run_keeps_its_beginning_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flowlike.engine.run.MOST_RECORDS", 1_000)
    nodes = {
        "s": Node(type="events_simple@1", outputs={"exec_out": Output(("w.exec_in",))}),
        "w": Node(
            type="control_while_loop@1",
            inputs={"condition": Input(True), "max_iter": Input(5_000)},
            outputs={"exec_out": Output(("set.exec_in",)), "iter": Output(("set.value_in",))},
        ),
        "set": Node(type="variable_set@1", inputs={"var_ref": Input("v")}),
    }
    variables = {"v": Variable(name="v", type=DataType.INTEGER, default=0)}
    long = Board(id="long", nodes=nodes, variables=variables)
    result = Program(make_plan(long, CATALOG, "s"), TraceLevel.STEPS).run()
    assert result.trace is not None
    kept = decode_block(result.trace)
    steps = [each for each in kept if isinstance(each, records.Step)]
    assert steps[0].seq == 1
    assert len(steps) < 5_000
    logs = [each for each in kept if isinstance(each, records.Log)]
    assert any("not recorded" in each.message for each in logs)


def quiet() -> Board:
    return Board(id="quiet", nodes={"s": Node(type="events_simple@1")})


def test_a_run_that_neither_fails_nor_logs_leaves_nothing_at_level_errors() -> None:
    result = Program(make_plan(quiet(), CATALOG, "s"), TraceLevel.ERRORS).run(run_id="mine")
    assert (result.status, result.trace, result.run_id) == ("completed", None, "mine")


def test_level_errors_keeps_the_log_and_no_steps() -> None:
    result = program(8, TraceLevel.ERRORS).run()
    assert result.trace is not None
    first, line, last = decode_block(result.trace)
    assert isinstance(first, records.Run)
    assert isinstance(line, records.Log)
    assert isinstance(last, records.End)
    assert line.message == "note 4"
    assert 0 < line.at_ns <= last.at_ns


@pytest.mark.parametrize("level", [TraceLevel.ERRORS, TraceLevel.STEPS])
def test_a_trace_names_the_run_as_the_caller_does(level: TraceLevel) -> None:
    result = program(8, level).run(run_id="01h0000000000000000000000x")
    assert result.trace is not None
    first = decode_block(result.trace)[0]
    assert isinstance(first, records.Run)
    assert first.run_id == result.run_id == "01h0000000000000000000000x"
