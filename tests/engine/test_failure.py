from typing import Annotated, Any

import pytest

from flowlike.engine.run import RunResult
from flowlike.nodes import NodeFailure, Pin, node, pure
from tests.engine.drawing import Step, Types, compiled, draw, step


@pure(name="g_half", title="Half", category="Test")
def half(number: int) -> Annotated[int, Pin("half")]:
    """Fails for odd numbers."""
    if number % 2:
        try:
            raise LookupError(f"no half of {number}")
        except LookupError as inner:
            try:
                raise OSError("table") from inner
            except OSError as outer:
                raise NodeFailure(
                    "test.odd", f"{number} is odd.", remedy="Give an even one.", pin="number"
                ) from outer
    return number // 2


@node(name="g_raise", title="Raise", category="Test")
def raises(kind: str) -> None:
    """Raises something that is no NodeFailure."""
    raise {"text": ValueError("not good"), "empty": KeyError(), "long": ValueError("x" * 10_000)}[
        kind
    ]


@node(name="g_endless", title="Endless", category="Test")
def endless() -> None:
    """An error with too many causes."""
    error: Exception | None = None
    for number in range(100):
        last, error = error, ValueError(str(number))
        error.__cause__ = last
    assert error is not None
    raise error


TYPES = Types(half, raises, endless)


def run(steps: dict[str, Step], *flow: str, trace: str = "off") -> RunResult:
    steps = {"start": step("events_simple"), **steps}
    return compiled(draw(steps, *flow, types=TYPES), TYPES, trace=trace).run()


@pytest.mark.parametrize("trace", ["off", "errors", "steps", "data"])
def test_an_error_names_node_pin_code_remedy_and_causes(trace: str) -> None:
    steps = {"half": step("g_half", number=7), "say": step("log_info", message="@half.half")}
    result = run(steps, "start > say", trace=trace)
    error = result.error
    assert error is not None
    assert (error.code, error.message, error.remedy) == (
        "test.odd",
        "7 is odd.",
        "Give an even one.",
    )
    assert (error.node, error.pin) == ("half", "number")
    assert error.cause == ("OSError: table", "LookupError: no half of 7")
    assert result.steps == 2  # the start and the node that failed


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("text", "ValueError: not good"),
        ("empty", "KeyError"),
        ("long", "ValueError: " + "x" * 4084),
    ],
)
def test_any_exception_is_told(kind: str, message: str) -> None:
    error = run({"bad": step("g_raise", kind=kind)}, "start > bad").error
    assert error is not None
    assert (error.code, error.node, error.message) == ("node.raised", "bad", message)
    assert error.remedy


def test_a_long_chain_of_causes_is_cut() -> None:
    error = run({"bad": step("g_endless")}, "start > bad").error
    assert error is not None
    assert error.cause == tuple(f"ValueError: {number}" for number in range(98, 90, -1))


@pytest.mark.parametrize("trace", ["off", "errors", "steps", "data"])
@pytest.mark.parametrize(("good", "steps"), [(0, 2), (1, 3), (5, 7)])
def test_steps_count_the_failed_one(trace: str, good: int, steps: int) -> None:
    names = [f"n{number}" for number in range(good)]
    nodes = {name: step("log_progress") for name in names}
    nodes["bad"] = step("control_fail")
    result = run(nodes, " > ".join(["start", *names, "bad"]), trace=trace)
    assert (result.status, result.steps) == ("failed", steps)


def handled(**more: Any) -> tuple[dict[str, Step], str]:
    steps = {
        "half": step("g_half", number=7),
        "say": step("log_info", message="@half.half"),
        "catch": step("log_error", message="@say.auto_handle_error_string"),
    }
    return {**steps, **more}, "say.auto_handle_error > catch"


def test_an_error_pin_handles_what_its_pure_sources_did() -> None:
    steps, flow = handled()
    result = run(steps, "start > say", flow)
    assert (result.status, result.handled_errors) == ("completed", 1)
    assert [each.message for each in result.logs] == ["7 is odd."]
    assert result.steps == 3


@pytest.mark.parametrize(
    ("outer", "pin"),
    [
        ("control_sequence", "exec_out"),
        ("control_try", "try"),
        ("control_for_each", "exec_out"),
        ("control_par_for_each", "exec_out"),
        ("control_par_execution", "exec_out"),
        ("control_while_loop", "exec_out"),
        ("control_timeout", "exec_body"),
        ("control_branch", "true"),
    ],
)
def test_error_pins_work_at_every_depth(outer: str, pin: str) -> None:
    given: dict[str, Any] = {"array": [1]} if "each" in outer else {}
    if "while" in outer:
        given = {"condition": True, "max_iter": 1}
    steps, flow = handled(outer=step(outer, given), inner=step("control_sequence"))
    result = run(steps, "start > outer", f"outer.{pin} > inner", "inner.exec_out > say", flow)
    assert (result.status, result.handled_errors) == ("completed", 1)
    assert result.logs[0].message == "7 is odd."


def test_an_error_pin_of_a_call_handles_what_fails_in_the_function() -> None:
    steps, _ = handled(
        call=step("control_call_reference", fn_ref="fn"),
        fn=step("events_simple"),
        catch=step("log_error", message="@call.auto_handle_error_string"),
    )
    result = run(steps, "start > call", "fn > say", "call.auto_handle_error > catch")
    assert (result.status, [each.message for each in result.logs]) == ("completed", ["7 is odd."])


def test_a_failing_handler_is_a_failure_of_its_own() -> None:
    steps, flow = handled(catch=step("control_fail", message="@say.auto_handle_error_string"))
    result = run(steps, "start > say", flow)
    assert result.error is not None
    assert (result.error.node, result.error.message) == ("catch", "7 is odd.")
    assert result.handled_errors == 1


def test_an_error_pin_that_leads_nowhere_ends_the_way_quietly() -> None:
    steps = {
        "bad": step("control_fail"),
        "say": step("log_info", message="@bad.auto_handle_error_string"),
        "two": step("control_sequence"),
        "next": step("log_info", message="next"),
    }
    result = run(steps, "start > two", "two.exec_out > bad", "two.exec_out#2 > next")
    assert (result.status, [each.message for each in result.logs]) == ("completed", ["next"])


def test_what_hangs_on_a_node_is_not_guarded_by_its_error_pin() -> None:
    steps = {
        "first": step("log_info"),
        "bad": step("control_fail"),
        "catch": step("log_error", message="@first.auto_handle_error_string"),
    }
    result = run(steps, "start > first > bad", "first.auto_handle_error > catch")
    assert result.status == "failed"
    assert result.error is not None
    assert result.error.node == "bad"
    assert result.handled_errors == 0


def test_a_try_without_a_catch_handles_too() -> None:
    steps = {
        "try": step("control_try"),
        "bad": step("control_fail", code="test.bad"),
        "last": step("log_info", message="last"),
    }
    result = run(steps, "start > try > bad", "try.finally > last")
    assert [each.message for each in result.logs] == ["last"]
    assert (result.status, result.handled_errors) == ("completed", 1)


def test_an_input_that_has_no_value_yet_is_named() -> None:
    steps = {
        "if": step("control_branch", condition=False),
        "say": step("log_info", message="@later.late"),
        "later": step("g_late"),
    }

    @node(name="g_late", title="Late", category="Test")
    def late() -> Annotated[int, Pin("late")]:
        """Runs too late."""
        return 1

    types = Types(late)
    steps = {"start": step("events_simple"), **steps}
    board = draw(steps, "start > if", "if.false > say", "if.true > later", types=types)
    error = compiled(board, types).run().error
    assert error is not None
    assert (error.code, error.node, error.pin) == ("engine.no-value", "say", "message")
