import asyncio
from typing import Annotated, Any

import pytest

from flowlike.engine.program import Program
from flowlike.engine.run import RunResult
from flowlike.errors import CompileError, PayloadError
from flowlike.nodes import NodeFailure, Pin, node, pure
from tests.engine.drawing import Retry, Step, Types, compiled, draw, step, traced

_tries: list[float] = []


@pytest.fixture(autouse=True)
def _fresh() -> None:
    _tries.clear()


@node(name="i_third", title="Third", category="Test")
def third(good: int) -> Annotated[int, Pin("tries")]:
    """Works when it has been tried often enough."""
    _tries.append(0)
    if len(_tries) < good:
        raise NodeFailure("test.not-yet", f"try {len(_tries)}")
    return len(_tries)


@node(name="i_later", title="Later", category="Test")
async def later(good: int) -> Annotated[int, Pin("tries")]:
    """The same, awaiting."""
    await asyncio.sleep(0)
    return third.function(good)  # type: ignore[misc,no-any-return]  # it is set


@node(name="i_thread", title="Thread", category="Test", blocking=True)
def in_thread(good: int) -> Annotated[int, Pin("tries")]:
    """The same, in a thread."""
    return third.function(good)  # type: ignore[misc,no-any-return]  # it is set


@node(name="i_forever", title="Forever", category="Test")
async def forever() -> None:
    """Waits."""
    await asyncio.Event().wait()


@node(name="i_own", title="Own", category="Test")
async def own_timeout() -> None:
    """Has a time limit of its own."""
    raise TimeoutError("mine")


@pure(name="i_one", title="One", category="Test")
def one() -> int:
    """1, and notes it."""
    _tries.append(1)
    return 1


TYPES = Types(third, later, in_thread, forever, own_timeout, one)
KINDS = ["i_third", "i_later", "i_thread"]


def run(steps: dict[str, Step], *flow: str, pinned: bool = False, **limits: Any) -> RunResult:
    steps = {"start": step("events_simple"), **steps}
    board = draw(steps, *flow, types=TYPES)
    return compiled(board, TYPES, pinned=pinned).run(**limits)


def greeting(settings: dict[str, Any], source: str, *, pinned: bool) -> Program:
    """Answers with one output of its start node, which has ``name`` and takes the rest."""
    steps = {
        "start": step("events_generic", gives={"name": "String"}, settings=settings),
        "answer": step("events_generic_return_result", response=source),
    }
    return compiled(draw(steps, "start > answer", types=TYPES), TYPES, pinned=pinned)


def tried(kind: str, good: int, attempts: int) -> RunResult:
    settings = {"retry": Retry(attempts=attempts, delay_ms=0)}
    steps = {
        "it": step(kind, good=good, settings=settings),
        "answer": step("events_generic_return_result", response="@it.tries"),
    }
    return run(steps, "start > it > answer")


@pytest.mark.parametrize("kind", KINDS)
def test_a_failing_node_is_tried_again(kind: str) -> None:
    assert tried(kind, 3, 3).outputs == 3
    assert len(_tries) == 3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("attempts", [0, 1, 2])
def test_the_last_failure_counts(kind: str, attempts: int) -> None:
    error = tried(kind, 9, attempts).error
    assert error is not None
    assert (error.code, error.node) == ("test.not-yet", "it")
    assert error.message == f"try {max(attempts, 1)}"


def test_a_try_more_is_no_step_more() -> None:
    assert tried("i_third", 1, 5).steps == tried("i_third", 4, 5).steps


@pytest.mark.parametrize("retry", [None, Retry(attempts=2)])
def test_a_time_limit_of_a_node(retry: Retry | None) -> None:
    settings = {"timeout_ms": 5, "retry": retry}
    result = run({"it": step("i_forever", settings=settings)}, "start > it")
    assert result.error is not None
    assert (result.status, result.error.code) == ("failed", "engine.node-timeout")
    assert (result.error.node, "0.005 s" in result.error.message) == ("it", True)


def test_a_time_limit_of_a_node_can_be_handled() -> None:
    steps = {
        "it": step("i_forever", settings={"timeout_ms": 5}),
        "catch": step("log_error", message="@it.auto_handle_error_string"),
    }
    result = run(steps, "start > it", "it.auto_handle_error > catch")
    assert (result.status, result.handled_errors) == ("completed", 1)


def test_a_timeout_of_the_nodes_own_is_told_as_its_own() -> None:
    for settings in ({}, {"timeout_ms": 5_000}):
        error = run({"it": step("i_own", settings=settings)}, "start > it").error
        assert error is not None
        assert (error.code, error.message) == ("node.raised", "TimeoutError: mine")


def test_a_node_in_time_is_not_disturbed() -> None:
    steps = {
        "it": step("i_later", good=1, settings={"timeout_ms": 60_000}),
        "answer": step("events_generic_return_result", response="@it.tries"),
    }
    assert run(steps, "start > it > answer").outputs == 1


def test_a_node_that_never_waits_cannot_have_a_time_limit() -> None:
    with pytest.raises(CompileError) as caught:
        run({"it": step("i_third", good=1, settings={"timeout_ms": 5})}, "start > it")
    assert (caught.value.code, caught.value.where.node) == ("engine.cannot-time-out", "it")


# Settings of a person.


def test_a_disabled_node_is_walked_through() -> None:
    steps = {
        "off": step("i_third", good=9, settings={"disabled": True}),
        "say": step("log_info", message="after"),
    }
    result = run(steps, "start > off > say")
    assert (result.steps, [each.message for each in result.logs]) == (2, ["after"])
    assert _tries == []


def test_what_a_disabled_node_feeds_has_no_value() -> None:
    steps = {
        "off": step("i_third", good=1, settings={"disabled": True}),
        "say": step("log_info", message="@off.tries"),
    }
    error = run(steps, "start > off > say").error
    assert error is not None
    assert (error.code, error.node, error.pin) == ("engine.no-value", "say", "message")


@pytest.mark.parametrize(("pinned", "outputs", "tries"), [(True, 77, 0), (False, 1, 1)])
def test_pinned_outputs_stand_in_only_if_asked(pinned: bool, outputs: int, tries: int) -> None:
    steps = {
        "it": step("i_third", good=1, settings={"pinned": {"tries": 77}}),
        "answer": step("events_generic_return_result", response="@it.tries"),
    }
    assert run(steps, "start > it > answer", pinned=pinned).outputs == outputs
    assert len(_tries) == tries


def test_what_feeds_a_pinned_node_does_not_run() -> None:
    steps = {
        "one": step("i_one"),
        "it": step("i_third", good="@one.result", settings={"pinned": {"tries": 77}}),
        "answer": step("events_generic_return_result", response="@it.tries"),
    }
    assert run(steps, "start > it > answer", pinned=True).outputs == 77
    assert _tries == []


@pytest.mark.parametrize(
    ("pinned", "payload", "outputs"),
    [
        (True, {}, "pinned"),
        (True, {"name": "given"}, "given"),
        (False, {"name": "given"}, "given"),
    ],
)
def test_pinned_outputs_of_a_start_stand_in_for_what_its_payload_lacks(
    pinned: bool, payload: dict[str, Any], outputs: str
) -> None:
    settings = {"pinned": {"name": "pinned"}}
    assert greeting(settings, "@start.name", pinned=pinned).run(payload).outputs == outputs


def test_live_events_do_not_use_what_is_pinned_at_their_start() -> None:
    program = greeting({"pinned": {"name": "pinned"}}, "@start.name", pinned=False)
    with pytest.raises(PayloadError) as caught:
        program.run({})
    assert caught.value.code == "payload.missing"


@pytest.mark.parametrize(("payload", "outputs"), [({}, {"a": 1}), ({"b": 2}, {"b": 2})])
def test_a_pinned_rest_is_used_if_nothing_is_left_over(
    payload: dict[str, Any], outputs: dict[str, Any]
) -> None:
    settings = {"pinned": {"payload": {"a": 1}}}
    program = greeting(settings, "@start.payload", pinned=True)
    assert program.run(payload | {"name": "Ada"}).outputs == outputs


def test_a_pinned_value_of_the_wrong_type_does_not_compile() -> None:
    steps = {
        "it": step("i_third", good=1, settings={"pinned": {"tries": "many"}}),
        "answer": step("events_generic_return_result", response="@it.tries"),
    }
    with pytest.raises(CompileError) as caught:
        run(steps, "start > it > answer", pinned=True)
    assert (caught.value.code, caught.value.where.node) == ("board.bad-literal", "it")


@pytest.mark.parametrize(
    ("policy", "status", "last"), [("stop", "failed", 2), ("continue", "completed", 4)]
)
def test_what_a_loop_does_when_a_body_fails(policy: str, status: str, last: int) -> None:
    steps = {
        "loop": step("control_for_each", array=[0, 1, 2, 3], settings={"on_body_error": policy}),
        "even": step("int_equal", integer1="@loop.value", integer2=2),
        "if": step("control_branch", condition="@even.equal"),
        "bad": step("control_fail"),
        "say": step("log_info", message="@loop.value"),
    }
    result = run(steps, "start > loop > if", "if.true > bad", "if.false > say")
    assert result.status == status
    assert len(result.logs) == last  # with a line for the failure that was passed over


@pytest.mark.parametrize(("level", "inline"), [("data", True), ("steps", False)])
def test_a_node_may_be_traced_less(level: str, inline: bool) -> None:
    steps = {
        "start": step("events_simple"),
        "it": step("i_third", good=1, settings={"trace": level}),
    }
    program = compiled(draw(steps, "start > it", types=TYPES), TYPES, trace="data")
    trace = traced(program, program.run().trace)
    assert len(trace.steps) == 2
    assert bool(trace.values) is inline
