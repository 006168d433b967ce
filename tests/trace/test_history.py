import pytest

from flowlike.errors import TraceError
from flowlike.trace.history import failed_steps
from flowlike.trace.records import State
from tests.trace.samples import PROGRAM, run_records, trace_of


def test_steps_are_found_by_number_and_node() -> None:
    rows = run_records()
    rows[1], rows[3] = rows[3], rows[1]  # a step is recorded when it ends
    trace = trace_of(rows)
    assert [step.seq for step in trace.steps] == [1, 2]
    assert trace.by_seq[2].node == 1
    assert [step.seq for step in trace.steps_of("add")] == [2]
    assert trace.steps_of("nobody") == ()


def test_a_number_claimed_twice_belongs_to_the_last() -> None:
    rows = run_records()
    rows.insert(4, (1, 2, 0, 0, -1, 0, 0, 0, 1, ()))
    trace = trace_of(rows)
    assert len(trace.steps) == 2
    assert failed_steps(trace) == (trace.by_seq[2],)
    assert trace.by_seq[2].state is State.ERROR


def test_values_know_their_pins() -> None:
    trace = trace_of(run_records())
    assert [trace.pin(value) for value in trace.values] == ["payload", "a", "sum"]
    assert [trace.pin(value) for value in trace.values_by_seq[2]] == ["a", "sum"]


def test_pins_without_a_program_are_numbered() -> None:
    trace = trace_of(run_records(), program=None)
    assert [trace.pin(value) for value in trace.values] == ["#1", "#1", "#1"]
    assert trace.node(0).id == "#0"


def test_a_failed_run_at_level_errors_names_pins_by_its_error() -> None:
    trace = trace_of(
        [
            (0, "r", "start", None, "hash-1", "errors", 1, 1),
            (2, 7, 2, 0, (2, 8, 0, 0)),
            (4, 7, "math.division-by-zero", "By zero.", 1, "b"),
            (2, 8, 2, 0, (2, 8, 0, 0)),
            (6, "failed", "math.division-by-zero", 0, 0, None, 9),
        ]
    )
    assert trace.steps == ()
    assert [trace.pin(value) for value in trace.values] == ["b", "#2"]
    assert trace.node(-1).title == "#-1"
    assert PROGRAM.nodes[trace.errors[0].node].title == "Add"


def test_blobs_are_resolved() -> None:
    rows = run_records()
    rows[2:2] = [(8, b"d" * 16, b"long text"), (2, 1, 0, 1, (4, 9, 1, b"d" * 16))]
    trace = trace_of(rows)
    assert trace.value(trace.values[0].content) == "long text"
    rows.pop(2)
    trace = trace_of(rows)
    with pytest.raises(TraceError, match=r"trace\.not-kept"):
        trace.value(trace.values[0].content)
