from typing import Annotated, Any

import pytest

from flowlike.board.definition import DataType
from flowlike.nodes import Pin, node, pure
from flowlike.trace.history import RunTrace
from flowlike.trace.records import Form
from tests.engine.drawing import Step, Types, Variable, compiled, draw, event, step, traced

CANARY = "canary-4711"
MARK = CANARY.upper()[::-1]
"""What the nodes below make of it, which no filter on text would find."""


@pure(name="x_turn", title="Turn", category="Test")
def turn(text: str) -> str:
    """Makes the text unlike itself."""
    return text.upper()[::-1]


@pure(name="x_size", title="Size", category="Test", declassifies=True)
def size(text: str) -> int:
    """Tells nothing of the text but its length."""
    return len(text)


@pure(name="x_pair", title="Pair", category="Test")
def pair(text: str) -> list[str]:
    """Twice."""
    return [text, text]


@node(name="x_keep", title="Keep", category="Test")
def keep(text: str) -> str:
    """Hands on."""
    return text


@node(name="x_login", title="Login", category="Test")
def login(password: Annotated[str, Pin(sensitive=True)]) -> bool:
    """Takes a secret."""
    return bool(password)


@node(name="x_token", title="Token", category="Test")
def token() -> Annotated[str, Pin("token", sensitive=True)]:
    """Makes a secret."""
    return MARK


TYPES = Types(turn, size, pair, keep, login, token)
KEY = Variable(name="Key", type=DataType.STRING, secret=True)
COPY = Variable(name="Copy", type=DataType.STRING, default="")
PUBLIC = Variable(name="Public", type=DataType.STRING, default="seen")


def run(steps: dict[str, Step], *flow: str, payload: Any = None) -> tuple[RunTrace, bytes]:
    variables = {"key": KEY, "copy": COPY, "public": PUBLIC}
    steps = {
        "start": step("events_simple"),
        "get": step("variable_get", var_ref="key"),
        "turn": step("x_turn", text="@get.value_ref"),
        **steps,
    }
    program = compiled(draw(steps, *flow, variables=variables, types=TYPES), TYPES, trace="data")
    result = program.run(payload, secrets={"key": CANARY})
    assert result.error is None
    assert result.trace is not None
    return traced(program, result.trace), result.trace


def forms(trace: RunTrace, node_id: str) -> set[Form]:
    """How the values of a node's activations were recorded."""
    return {
        each.content.form
        for done in trace.steps_of(node_id)
        for each in trace.values_by_seq.get(done.seq, ())
    }


def test_a_secret_variable_taints_what_is_made_of_it() -> None:
    trace, raw = run({"keep": step("x_keep", text="@turn.result")}, "start > keep")
    assert MARK.encode() not in raw
    for name in ("get", "turn", "keep"):
        assert forms(trace, name) == {Form.REDACTED}


def test_other_variables_are_recorded() -> None:
    trace, raw = run(
        {
            "other": step("variable_get", var_ref="public"),
            "keep": step("x_keep", text="@other.value_ref"),
        },
        "start > keep",
    )
    assert b"seen" in raw
    assert forms(trace, "keep") == {Form.INLINE}


def test_a_node_may_declare_that_it_tells_nothing() -> None:
    trace, _ = run(
        {
            "size": step("x_size", text="@turn.result"),
            "say": step("log_info", message="@size.result"),
        },
        "start > say",
    )
    assert forms(trace, "turn") == {Form.REDACTED}
    assert forms(trace, "size") == {Form.INLINE}
    assert trace.logs[0].message == str(len(MARK))


def test_taint_goes_through_a_loop() -> None:
    trace, raw = run(
        {
            "pair": step("x_pair", text="@turn.result"),
            "loop": step("control_for_each", array="@pair.result"),
            "keep": step("x_keep", text="@loop.value"),
        },
        "start > loop > keep",
    )
    assert MARK.encode() not in raw
    assert len(trace.steps_of("keep")) == 2


def test_taint_goes_through_a_variable_even_against_the_order() -> None:
    _, raw = run(
        {
            "early": step("variable_get", var_ref="copy"),
            "keep": step("x_keep", text="@early.value_ref"),
            "set": step("variable_set", {"var_ref": "copy", "value_in": "@turn.result"}),
            "two": step("control_sequence"),
            "late": step("x_keep", text="@early.value_ref"),
        },
        "start > two",
        "two.exec_out > keep",
        "two.exec_out#2 > set > late",
    )
    assert MARK.encode() not in raw


def test_taint_goes_into_a_function_and_out_of_it() -> None:
    _, raw = run(
        {
            "call": step(
                "control_call_reference", fn_ref="fn", n="@turn.result", takes={"n": "String"}
            ),
            "fn": event(n="String"),
            "inner": step("x_keep", text="@fn.n"),
            "back": step("events_generic_return_result", response="@inner.result"),
            "keep": step("x_keep", text="@call.response"),
        },
        "start > call > keep",
        "fn > inner > back",
    )
    assert MARK.encode() not in raw


def test_taint_goes_through_a_select() -> None:
    trace, raw = run(
        {
            "either": step(
                "utils_types_select", {"a": "@turn.result", "b": "x", "condition": True}
            ),
            "keep": step("x_keep", text="@either.result"),
        },
        "start > keep",
    )
    assert MARK.encode() not in raw
    assert forms(trace, "keep") == {Form.REDACTED}


def test_what_feeds_a_sensitive_pin_is_secret() -> None:
    trace, raw = run(
        {"start": event(word="String"), "in": step("x_login", password="@start.word")},
        "start > in",
        payload={"word": MARK, "more": 1},
    )
    assert MARK.encode() not in raw
    assert trace.run.payload is not None
    assert trace.run.payload.form is Form.REDACTED


def test_a_sensitive_output_is_secret() -> None:
    _, raw = run(
        {"token": step("x_token"), "keep": step("x_keep", text="@token.token")},
        "start > token > keep",
    )
    assert MARK.encode() not in raw


def test_a_literal_on_a_sensitive_pin_is_not_recorded() -> None:
    _, raw = run({"in": step("x_login", password=MARK)}, "start > in")
    assert MARK.encode() not in raw


@pytest.mark.parametrize("holder", ["response", "function"])
def test_a_secret_result_is_not_recorded(holder: str) -> None:
    steps = {"answer": step("events_generic_return_result", response="@turn.result")}
    flow = ["start > answer"]
    if holder == "function":
        steps = {
            "call": step("control_call_reference", fn_ref="fn"),
            "fn": step("events_simple"),
            "back": step("events_generic_return_result", response="@turn.result"),
            "answer": step("events_generic_return_result", response="@call.response"),
        }
        flow = ["start > call > answer", "fn > back"]
    trace, raw = run(steps, *flow)
    assert MARK.encode() not in raw
    assert trace.end is not None
    assert trace.end.output is not None
    assert trace.end.output.form is Form.REDACTED


def test_a_plain_result_is_recorded() -> None:
    trace, _ = run({"answer": step("events_generic_return_result", response=5)}, "start > answer")
    assert trace.end is not None
    assert trace.end.output is not None
    assert trace.end.output.data == 5
