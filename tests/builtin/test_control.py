from collections.abc import Sequence
from typing import Any

import pytest

from flowlike.board.definition import DataType, Kind
from flowlike.board.model import Node
from flowlike.board.pins import output_pins
from flowlike.builtin import control
from flowlike.errors import NodeFailure
from flowlike.nodes import InstancePins
from flowlike.testing import FakeClock, World, run_node


def fired(node: Any, fire: Sequence[str], **inputs: Any) -> list[tuple[str, dict[str, Any]]]:
    return run_node(node, fire=fire, **inputs).exits


def cases(literal: Any) -> InstancePins:
    assert control.switch.derive is not None
    return control.switch.derive({"cases": literal} if literal is not ... else {})


def test_switch_has_an_output_for_each_case() -> None:
    pins = cases(["small", "large", ""])
    assert [(pin.name, pin.label, pin.type) for pin in pins.outputs] == [
        ("case", "small", DataType.EXECUTION),
        ("case", "large", DataType.EXECUTION),
        ("case", "", DataType.EXECUTION),
    ]
    node = Node(type="control_switch@1", pins=pins)
    table = output_pins(node, control.switch.definition)
    assert list(table) == ["default", "case", "case#2", "case#3"]
    assert [pin.label for pin in table.values()] == ["Default", "small", "large", ""]


@pytest.mark.parametrize("literal", [..., None, 3, "ab", ["a", 1], {"a": 1}, [["a"]]])
def test_switch_takes_odd_cases_as_none(literal: Any) -> None:
    assert cases(literal) == InstancePins()


def test_switch_has_a_limit() -> None:
    assert len(cases([str(number) for number in range(999)]).outputs) == control.MOST_CASES


def test_do_once_lets_the_first_pass_until_reset() -> None:
    then = ("then", {"has_fired": True})
    assert fired(control.do_once, ["exec_in", "exec_in"]) == [then]
    assert fired(control.do_once, ["exec_in", "reset", "exec_in"]) == [then, then]
    assert fired(control.do_once, ["exec_in", "reset", "reset"]) == [then]
    assert fired(control.do_once, ["exec_in", "exec_in"], start_closed=True) == []
    assert fired(control.do_once, ["reset", "exec_in"], start_closed=True) == [then]


def test_do_n_counts_and_is_reset() -> None:
    run = fired(control.do_n, ["exec_in"] * 3 + ["reset", "exec_in"], n=2, start_index=5)
    assert run == [
        ("then", {"index": 5, "remaining": 1}),
        ("then", {"index": 6, "remaining": 0}),
        ("then", {"index": 5, "remaining": 1}),
    ]


@pytest.mark.parametrize("n", [0, -1])
def test_do_n_of_nothing_never_fires(n: int) -> None:
    assert fired(control.do_n, ["exec_in", "exec_in"], n=n) == []


@pytest.mark.parametrize(("start_on_a", "order"), [(True, "aba"), (False, "bab")])
def test_flip_flop_goes_in_turns(start_on_a: bool, order: str) -> None:
    run = fired(control.flip_flop, ["exec_in"] * 3, start_on_a=start_on_a)
    assert "".join(pin for pin, _ in run) == order
    assert [outputs["tick"] for _, outputs in run] == [1, 2, 3]
    assert [outputs["is_a"] for _, outputs in run] == [pin == "a" for pin in order]


@pytest.mark.parametrize(
    ("fire", "start_closed", "passes"),
    [
        (["enter"], False, 1),
        (["enter"], True, 0),
        (["open", "enter"], True, 1),
        (["close", "enter"], False, 0),
        (["toggle", "enter", "toggle", "enter", "enter"], False, 2),
        (["close", "close", "toggle", "enter"], False, 1),
    ],
)
def test_a_gate_opens_and_closes(fire: list[str], start_closed: bool, passes: int) -> None:
    run = fired(control.gate, fire, start_closed=start_closed)
    assert run == [("exit", {"is_open": True})] * passes


@pytest.mark.parametrize(
    ("fire", "times"),
    [
        (["exec_in"], 0),
        (["exec_in", "exec_in"], 0),
        (["exec_in", "exec_in#2"], 1),
        (["exec_in#2", "exec_in"], 1),
        (["exec_in", "exec_in", "exec_in#2", "exec_in#2"], 2),
        (["exec_in", "exec_in#2"] * 3, 3),
        (["exec_in", "exec_in#2", "exec_in#3"], 1),
        (["exec_in", "exec_in#2", "exec_in", "exec_in#2", "exec_in#3"], 1),
    ],
)
def test_gather_waits_for_every_pin_there_is(fire: list[str], times: int) -> None:
    assert fired(control.gather, fire) == [("exec_done", {})] * times


STATEFUL = [control.do_once, control.do_n, control.flip_flop, control.gate, control.gather]


@pytest.mark.parametrize("node", STATEFUL, ids=lambda node: node.definition.name)
def test_a_step_leaves_the_old_state_alone(node: Any) -> None:
    pins = [pin.name for pin in node.definition.inputs if pin.is_execution]
    extra = {"pins": ("exec_in", "exec_in#2")} if node is control.gather else {}
    states = [None]
    seen = ["None"]
    for fired_by in pins * 4:
        _, state = node.function(states[-1], fired_by, **extra)
        states.append(state)
        seen.append(repr(state))
    assert [repr(state) for state in states] == seen


@pytest.mark.parametrize(("time", "slept"), [(1500.0, [1.5]), (0.0, []), (-5.0, [])])
def test_delay_waits_for_milliseconds(time: float, slept: list[float]) -> None:
    clock = FakeClock()
    assert run_node(control.delay, time=time, world=World(clock)).fired == ["exec_out"]
    assert clock.slept == slept


def test_fail_fails() -> None:
    with pytest.raises(NodeFailure) as caught:
        run_node(control.fail, message="No stock.", code="shop.no-stock")
    assert (caught.value.code, caught.value.message) == ("shop.no-stock", "No stock.")
    with pytest.raises(NodeFailure) as caught:
        run_node(control.fail, message="")
    assert (caught.value.code, caught.value.message) == ("control.failed", "Failed on purpose.")
    assert caught.value.remedy


def test_each_lowered_kind_stands_once() -> None:
    lowered = [
        each.definition.kind
        for each in vars(control).values()
        if isinstance(each, type(control.branch)) and each.function is None
    ]
    assert sorted(lowered) == sorted(set(lowered))
    assert Kind.TRY in lowered


def test_only_select_is_lazy() -> None:
    lazy = [pin.name for pin in control.select.definition.inputs if pin.lazy]
    assert lazy == ["a", "b"]
