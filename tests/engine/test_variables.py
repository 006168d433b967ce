from base64 import b64encode
from typing import Annotated, Any

import pytest

from flowlike.board.definition import DataType, ValueType
from flowlike.engine.program import Program
from flowlike.engine.run import RunResult
from flowlike.errors import CompileError, PayloadError
from flowlike.nodes import Log, NodeFailure, Pin, Stream, node, pure
from tests.engine.drawing import Types, Variable, compiled, draw, step

TEXT = DataType.STRING


def reading(**variables: Variable) -> Program:
    """A program that answers with the first of these variables."""
    name = next(iter(variables))
    board = draw(
        {
            "start": step("events_simple"),
            "get": step("variable_get", var_ref=name),
            "answer": step("events_generic_return_result", response="@get.value_ref"),
        },
        "start > answer",
        variables=variables,
    )
    return compiled(board)


OPEN = Variable(
    name="Limit", type=DataType.INTEGER, default=1, exposed=True, runtime_configured=True
)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, 1),
        ({"overrides": {"limit": 2}}, 2),
        ({"variables": {"limit": 3}}, 3),
        ({"variables": {"limit": 3}, "overrides": {"limit": 2}}, 3),
        ({"variables": {"Limit": 3}}, 3),
        ({"overrides": {"Limit": 2}, "variables": {}}, 2),
    ],
)
def test_the_host_goes_before_the_event_and_that_before_the_board(
    given: dict[str, Any], expected: int
) -> None:
    assert reading(limit=OPEN).run(**given).outputs == expected


@pytest.mark.parametrize("kind", ["Integer", "String", "Struct", "Generic"])
def test_a_variable_without_any_value_is_null(kind: str) -> None:
    assert reading(limit=Variable(name="Limit", type=DataType(kind))).run().outputs is None


def test_the_id_goes_before_another_ones_name() -> None:
    other = Variable(name="limit", type=DataType.INTEGER, default=9, exposed=True)
    program = reading(limit=OPEN, z=other)
    assert program.run(overrides={"limit": 5}).outputs == 5


@pytest.mark.parametrize(
    ("variable", "given"),
    [
        (Variable(name="v", type=TEXT), {"variables": {"v": "a"}}),
        (Variable(name="v", type=TEXT), {"overrides": {"v": "a"}}),
        (Variable(name="v", type=TEXT, exposed=True), {"variables": {"v": "a"}}),
        (Variable(name="v", type=TEXT, runtime_configured=True), {"overrides": {"v": "a"}}),
        (
            Variable(name="v", type=TEXT, exposed=True, runtime_configured=True),
            {"secrets": {"v": "a"}},
        ),
        (Variable(name="v", type=TEXT, secret=True), {"variables": {"v": "a"}}),
        (Variable(name="v", type=TEXT, secret=True), {"overrides": {"v": "a"}}),
        (Variable(name="v", type=TEXT, secret=True, exposed=True), {"overrides": {"v": "a"}}),
        (
            Variable(name="v", type=TEXT, secret=True, runtime_configured=True),
            {"variables": {"v": "a"}},
        ),
    ],
)
def test_a_variable_is_set_only_from_where_it_may_be(
    variable: Variable, given: dict[str, Any]
) -> None:
    with pytest.raises(PayloadError) as caught:
        reading(v=variable).run(**given)
    assert caught.value.code == "variable.not-settable"
    assert ("secret" in caught.value.message) == variable.secret
    assert caught.value.remedy


def test_an_unknown_variable_is_refused() -> None:
    for source in ("variables", "overrides", "secrets"):
        given: dict[str, Any] = {source: {"limti": 1}}
        with pytest.raises(PayloadError) as caught:
            reading(limit=OPEN).run(**given)
        assert caught.value.code == "variable.unknown"


@pytest.mark.parametrize(
    ("kind", "value"),
    [("Integer", True), ("Integer", 2**63), ("Float", float("nan")), ("String", 1), ("Date", "x")],
)
def test_a_value_of_the_wrong_type_is_refused(kind: str, value: Any) -> None:
    variable = Variable(name="Limit", type=DataType(kind), exposed=True)
    with pytest.raises(PayloadError) as caught:
        reading(limit=variable).run(overrides={"limit": value})
    assert caught.value.code == "variable.wrong-type"
    assert "'Limit'" in caught.value.message


def test_a_whole_number_becomes_a_float_and_a_text_a_date() -> None:
    number = Variable(name="v", type=DataType.FLOAT, exposed=True, default=1)
    assert repr(reading(v=number).run().outputs) == "1.0"
    assert repr(reading(v=number).run(overrides={"v": 2}).outputs) == "2.0"
    date = Variable(name="v", type=DataType.DATE, default="2024-05-01T10:00:00+02:00")
    assert reading(v=date).run().outputs.isoformat() == "2024-05-01T08:00:00+00:00"


def test_a_default_of_the_wrong_type_does_not_compile() -> None:
    variable = Variable(name="Limit", type=DataType.INTEGER, default="many")
    with pytest.raises(CompileError) as caught:
        reading(limit=variable)
    assert (caught.value.code, caught.value.where.path) == (
        "board.bad-literal",
        "variables.limit.default",
    )


def test_each_run_begins_anew() -> None:
    board = draw(
        {
            "start": step("events_simple"),
            "push": step("array_push_ref", {"var_ref": "list", "value": 1}),
            "get": step("variable_get", var_ref="list"),
            "answer": step("events_generic_return_result", response="@get.value_ref"),
        },
        "start > push > answer",
        variables={
            "list": Variable(
                name="list", type=DataType.INTEGER, value_type=ValueType.ARRAY, default=[0]
            )
        },
    )
    program = compiled(board)
    assert [program.run().outputs for _ in range(3)] == [[0, 1]] * 3
    own = {"list": [5]}
    with pytest.raises(PayloadError):
        program.run(variables=own)


# Secrets.

CANARY = "canary/Q7+ö key 4711"
KEY = Variable(name="Key", type=TEXT, secret=True)


@pure(name="v_twice", title="Twice", category="Test")
def twice(text: str) -> str:
    """The text in a sentence."""
    return f"<{text}> and {text}"


@pure(name="v_packed", title="Packed", category="Test")
def packed(text: str) -> str:
    """The text as credentials are sent."""
    return "Basic " + b64encode(f"user:{text}".encode()).decode()


@node(name="v_refuse", title="Refuse", category="Test")
def refuse(text: str) -> None:
    """Fails, and tells the whole world why."""
    try:
        raise KeyError(text)
    except KeyError as error:
        raise NodeFailure(
            "test.refused", f"Not accepted: {text}", remedy=f"Do not use {text}.", pin="text"
        ) from error


@node(name="v_raise", title="Raise", category="Test")
def raises(text: str) -> None:
    """Raises something that is no NodeFailure."""
    raise RuntimeError(f"connect to https://me:{text}@example.org failed")


@node(name="v_pass", title="Pass", category="Test")
def passes(text: str) -> Annotated[str, Pin("passed")]:
    """Hands the text on."""
    return text


TYPES = Types(twice, packed, refuse, raises, passes)


def leaking(end: str, how: str, *, level: str, handled: bool = False) -> tuple[Program, RunResult]:
    """A board that reads a secret, works on it and lets ``end`` tell it to everybody."""
    pin = "message" if end.startswith("log") else "text"
    steps = {
        "start": step("events_simple"),
        "get": step("variable_get", var_ref="key"),
        "work": step(how, text="@get.value_ref"),
        "keep": step("v_pass", text="@work.result"),
        "end": step(end, {pin: "@keep.passed"}),
    }
    flow = ["start > keep > end"]
    if handled:
        steps["say"] = step("log_error", message="@end.auto_handle_error_string")
        flow.append("end.auto_handle_error > say")
    program = compiled(draw(steps, *flow, variables={"key": KEY}, types=TYPES), TYPES, trace=level)
    return program, program.run(secrets={"key": CANARY})


def spellings() -> list[bytes]:
    found = [CANARY.encode()]
    for offset in range(3):
        text = b64encode(b"\0" * offset + CANARY.encode())
        found.append(text[4:-4])
    return found


@pytest.mark.parametrize("level", ["off", "errors", "steps", "data"])
@pytest.mark.parametrize("how", ["v_twice", "v_packed"])
@pytest.mark.parametrize(
    ("end", "handled"),
    [
        ("log_info", False),
        ("v_refuse", False),
        ("v_refuse", True),
        ("v_raise", False),
        ("v_raise", True),
    ],
)
def test_a_secret_is_in_no_trace_log_or_error(
    level: str, how: str, end: str, handled: bool
) -> None:
    program, result = leaking(end, how, level=level, handled=handled)
    assert result.status == ("completed" if handled or end == "log_info" else "failed")
    seen = b"".join(
        [
            repr(result.error).encode(),
            repr(result.logs).encode(),
            result.trace or b"",
            program.source.encode(),
        ]
    )
    for spelling in spellings():
        assert spelling not in seen
    if end == "v_refuse" and not handled:
        assert "[redacted]" in result.error.message  # type: ignore[union-attr]  # it failed


def test_a_refused_secret_is_not_repeated() -> None:
    number = Variable(name="Pin", type=DataType.INTEGER, secret=True)
    with pytest.raises(PayloadError) as caught:
        reading(pin=number).run(secrets={"pin": CANARY})
    assert caught.value.code == "variable.wrong-type"
    assert CANARY not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_board_with_the_default_of_a_secret_does_not_compile() -> None:
    variable = Variable(name="Key", type=TEXT, secret=True, default=CANARY)
    with pytest.raises(CompileError) as caught:
        reading(key=variable)
    assert caught.value.code == "board.secret-default"
    assert CANARY not in str(caught.value)


@node(name="v_tell", title="Tell", category="Test")
def tell(value: Any, *, log: Log, stream: Stream) -> None:
    """Tells it in every other way."""
    log.info("a field", value=value, nested={"in": [value]})
    stream.emit("toast", {"message": value, "all": [value]})


def told(kind: str, value: Any) -> RunResult:
    """A secret of some type, told by log line, field and live event."""
    types = Types(tell)
    holder, _, item = kind.rpartition(" of ")
    variable = Variable(
        name="Key", type=DataType(item), value_type=ValueType(holder or "Normal"), secret=True
    )
    steps = {
        "start": step("events_simple"),
        "get": step("variable_get", var_ref="key"),
        "say": step("log_info", message="@get.value_ref"),
        "tell": step("v_tell", value="@get.value_ref"),
    }
    board = draw(steps, "start > say > tell", variables={"key": variable}, types=types)
    return compiled(board, types, trace="data").run(secrets={"key": value})


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("String", CANARY),
        ("Struct", {"user": "me", "password": CANARY}),
        ("Struct", {"deep": [{"password": [CANARY]}]}),
        ("Array of String", ["other", CANARY]),
        ("HashMap of String", {"a": CANARY}),
        ("HashSet of String", [CANARY]),
        ("Generic", [CANARY]),
        ("Byte", CANARY.encode()),
    ],
)
def test_a_secret_of_any_type_stays_inside(kind: str, value: Any) -> None:
    result = told(kind, value)
    assert result.status == "completed"
    assert len(result.logs) == 2
    assert len(result.events) == 1
    seen = repr(result.logs).encode() + repr(result.events).encode() + (result.trace or b"")
    for spelling in [*spellings(), repr(CANARY.encode())[2:-1].encode()]:
        assert spelling not in seen


def test_a_secret_number_is_not_in_the_log() -> None:
    result = told("Integer", 4_815_162_342)
    assert "[redacted]" in result.logs[0].message
    assert b"4815162342" not in (result.trace or b"")
