"""Boards that are long or deep compile and run, or are refused with a code: nothing recurses."""

from typing import Any

import pytest

from flowlike.board.definition import DataType
from flowlike.board.model import (
    Board,
    Input,
    Node,
    NodeSettings,
    Output,
    TraceLevel,
    Variable,
)
from flowlike.engine.plan import make_plan
from flowlike.engine.program import Program, compile_board
from flowlike.engine.run import Limits
from tests.engine.boards import CATALOG


def chain(
    count: int, kind: str, out: str, literals: dict[str, Any], *, close: bool = False
) -> Board:
    """An event and ``count`` nodes, each fired by ``out`` of the one before."""
    nodes = {"s": Node(type="events_simple@1", outputs={"exec_out": Output(("x0.exec_in",))})}
    for number in range(count):
        last = number == count - 1
        to = [f"x{(number + 1) % count}.exec_in"] if close or not last else []
        nodes[f"x{number}"] = Node(
            type=kind,
            inputs={key: Input(value) for key, value in literals.items()},
            outputs={out: Output(tuple(to))},
        )
    return Board(id="deep", nodes=nodes)


@pytest.mark.parametrize(
    ("count", "kind", "out", "literals"),
    [
        (9_000, "log_info@1", "exec_out", {"message": "a"}),
        (9_000, "control_branch@1", "true", {"condition": True}),
        (300, "control_for_each@1", "exec_out", {"array": [1]}),
        (1_000, "control_for_each@1", "done", {"array": [1]}),
        (300, "control_try@1", "try", {}),
        (300, "control_sequence@1", "exec_out", {}),
    ],
)
def test_long_and_deep_boards_run(
    count: int, kind: str, out: str, literals: dict[str, Any]
) -> None:
    result = compile_board(chain(count, kind, out, literals), CATALOG, event="s").run()
    assert (result.status, result.steps) == ("completed", count + 1)


@pytest.mark.parametrize("level", [TraceLevel.OFF, TraceLevel.DATA])
@pytest.mark.parametrize("count", [2, 7, 40])
def test_nests_that_catch_and_go_on_run_at_every_level(level: TraceLevel, count: int) -> None:
    kinds: list[tuple[str, str, dict[str, Any]]] = [
        ("control_for_each@1", "exec_out", {"array": [1]}),
        ("control_while_loop@1", "exec_out", {"condition": True, "max_iter": 1}),
        ("control_try@1", "try", {}),
    ]
    nodes = {"s": Node(type="events_simple@1", outputs={"exec_out": Output(("x0.exec_in",))})}
    for number in range(count):
        kind, out, literals = kinds[number % 3]
        to = () if number == count - 1 else (f"x{number + 1}.exec_in",)
        nodes[f"x{number}"] = Node(
            type=kind,
            settings=NodeSettings(on_body_error="continue"),
            inputs={key: Input(value) for key, value in literals.items()},
            outputs={out: Output(to), "auto_handle_error": Output()},
        )
    program = Program(make_plan(Board(id="nest", nodes=nodes), CATALOG, "s"), level)
    result = program.run()
    assert (result.status, result.steps) == ("completed", count + 1)


def test_a_loop_through_many_nodes_ends_by_its_budget() -> None:
    board = chain(3_000, "log_info@1", "exec_out", {"message": "a"}, close=True)
    result = compile_board(board, CATALOG, event="s").run(limits=Limits(steps=10_000))
    assert result.error is not None
    assert result.error.code == "engine.step-budget"


def test_a_long_pure_chain_is_pulled_without_recursion() -> None:
    nodes = {
        "s": Node(type="events_simple@1", outputs={"exec_out": Output(("r.exec_in",))}),
        "r": Node(type="variable_set@1", inputs={"var_ref": Input("v")}),
    }
    for number in range(3_000):
        to = "r.value_in" if number == 2_999 else f"p{number + 1}.a"
        first = {"a": Input(1)} if number == 0 else {}
        nodes[f"p{number}"] = Node(
            type="t_add@1", inputs={**first, "b": Input(1)}, outputs={"sum": Output((to,))}
        )
    board = Board(
        id="pure", nodes=nodes, variables={"v": Variable(name="v", type=DataType.INTEGER)}
    )
    assert compile_board(board, CATALOG, event="s").run().steps == 3_002


@pytest.mark.parametrize(
    ("kind", "out"),
    [("control_par_execution@1", "exec_done"), ("control_timeout@1", "exec_completed")],
)
def test_a_failure_counts_the_same_steps_at_every_level(kind: str, out: str) -> None:
    nodes = {
        "s": Node(type="events_simple@1", outputs={"exec_out": Output(("seq.exec_in",))}),
        "seq": Node(
            type="control_sequence@1",
            settings=NodeSettings(on_body_error="continue"),
            outputs={"exec_out": Output(("bad.exec_in",)), "exec_out#2": Output(("par.exec_in",))},
        ),
        "p": Node(type="t_split@1", inputs={"a": Input(13)}, outputs={"half": Output(("bad.a",))}),
        "bad": Node(type="t_note@1"),
        "par": Node(type=kind, outputs={out: Output(("end.exec_in",))}),
        "end": Node(type="t_note@1", inputs={"a": Input(1)}),
    }
    plan = make_plan(Board(id="steps", nodes=nodes), CATALOG, "s")
    counts = {level: Program(plan, level).run().steps for level in TraceLevel}
    assert set(counts.values()) == {5}
