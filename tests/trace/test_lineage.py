import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.errors import UsageError
from flowlike.trace.history import RunTrace
from flowlike.trace.lineage import Link, backward, forward
from flowlike.trace.records import Program, ProgramNode
from tests.trace.samples import run_records, trace_of

# Start feeds two nodes, which feed a fourth; the fifth reads a variable that the fourth set.
DIAMOND = Program(
    "hash-1",
    "b",
    "Diamond",
    (
        ProgramNode("start", "start@1", "Start", (), ("exec_out", "x", "y")),
        ProgramNode("left", "t@1", "Left", ("in",), ("out",), ((0, 1),)),
        ProgramNode("right", "t@1", "Right", ("in",), ("out",), ((0, 2),)),
        ProgramNode("join", "t@1", "Join", ("a", "b"), ("sum", "rest"), ((0, 0), (1, 0))),
        ProgramNode("get", "variable_get@1", "Get", ("name",), ("value",), ((-1, -1),)),
    ),
)


def diamond() -> RunTrace:
    ins = [(), (1,), (1,), (2, 3), (4,)]
    steps = [(1, i + 1, i, 0, -1, i, 1, 0, 0, writers) for i, writers in enumerate(ins)]
    return trace_of([run_records()[0], *steps], DIAMOND)


def test_backward_follows_all_inputs() -> None:
    assert backward(diamond(), 4) == [
        Link(2, "out", 4, "a", 1),
        Link(3, "out", 4, "b", 1),
        Link(1, "x", 2, "in", 2),
        Link(1, "y", 3, "in", 2),
    ]
    assert backward(diamond(), 4, "sum") == backward(diamond(), 4)
    assert backward(diamond(), 1) == []


def test_backward_of_one_input() -> None:
    assert backward(diamond(), 4, "b") == [Link(3, "out", 4, "b", 1), Link(1, "y", 3, "in", 2)]


def test_backward_through_a_variable_has_no_pins() -> None:
    links = backward(diamond(), 5)
    assert links[0] == Link(4, "", 5, "", 1)
    assert [link.distance for link in links] == [1, 2, 2, 3, 3]


def test_forward() -> None:
    assert forward(diamond(), 1) == [
        Link(1, "x", 2, "in", 1),
        Link(1, "y", 3, "in", 1),
        Link(2, "out", 4, "a", 2),
        Link(3, "out", 4, "b", 2),
        Link(4, "", 5, "", 3),
    ]
    assert [link.reader for link in forward(diamond(), 1, "y")] == [3, 4, 5]
    assert forward(diamond(), 4, "rest") == []
    assert forward(diamond(), 5) == []


def test_unknown_steps_and_pins_are_named() -> None:
    for search in (backward, forward):
        with pytest.raises(UsageError, match=r"trace\.unknown-step"):
            search(diamond(), 99)
        with pytest.raises(UsageError, match=r"trace\.unknown-pin") as caught:
            search(diamond(), 4, "nothing")
        assert "sum" in caught.value.remedy


def test_without_wiring_positions_are_inputs() -> None:
    program = Program("hash-1", "b", "n", (ProgramNode("n", "t@1", "N", ("a", "b"), ("o",)),))
    steps = [(1, 1, 0, 0, -1, 0, 0, 0, 0, ()), (1, 2, 0, 0, -1, 0, 0, 0, 0, (0, 1, 1))]
    trace = trace_of([run_records()[0], *steps], program)
    assert backward(trace, 2) == [Link(1, "", 2, "b", 1), Link(1, "", 2, "", 1)]


def test_writers_that_are_missing_and_lists_too_long() -> None:
    steps = [(1, 3, 1, 0, -1, 0, 0, 0, 0, (77, 78))]
    trace = trace_of([run_records()[0], *steps], DIAMOND)
    assert backward(trace, 3) == [Link(77, "", 3, "in", 1), Link(78, "", 3, "", 1)]


@given(st.lists(st.lists(st.integers(0, 8), max_size=3), min_size=1, max_size=8))
def test_both_directions_agree_even_on_cycles(ins: list[list[int]]) -> None:
    steps = [(1, i + 1, 0, 0, -1, 0, 0, 0, 0, tuple(w)) for i, w in enumerate(ins)]
    trace = trace_of([run_records()[0], *steps], None)
    behind = {
        (link.writer, seq)
        for seq in trace.by_seq
        for link in backward(trace, seq)
        if link.writer in trace.by_seq
    }
    ahead = {(seq, link.reader) for seq in trace.by_seq for link in forward(trace, seq)}
    assert behind == ahead
