import dataclasses
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any

import pytest

from flowlike.engine.run import RunResult
from flowlike.errors import CompileError
from flowlike.nodes import Exit, NodeType, Out, Pin, node, pure
from tests.engine.drawing import Step, Types, compiled, draw, event, step


@node(name="k_float", title="Float", category="Test")
def takes_float(value: float) -> Annotated[str, Pin("shown")]:
    """Shows what it got."""
    return repr(value)


@node(name="k_integer", title="Integer", category="Test")
def takes_integer(value: int) -> Annotated[str, Pin("shown")]:
    """Shows what it got."""
    return repr(value)


@node(name="k_floats", title="Floats", category="Test")
def takes_floats(value: list[float]) -> Annotated[str, Pin("shown")]:
    """Shows what it got."""
    return repr(value)


@node(name="k_date", title="Date", category="Test")
def takes_date(value: datetime) -> Annotated[str, Pin("shown")]:
    """Shows what it got."""
    return repr(value)


@pure(name="k_any", title="Any", category="Test")
def gives_any(value: Any) -> Any:
    """Nobody knows what."""
    return value


TYPES = Types(takes_float, takes_integer, takes_floats, takes_date, gives_any)


def show(steps: dict[str, Step], types: Types = TYPES, payload: Any = None) -> RunResult:
    """Runs ``start > show > answer``, where answer tells what ``show`` saw."""
    steps = {
        "start": step("events_simple"),
        "answer": step("events_generic_return_result", response="@show.shown"),
        **steps,
    }
    return compiled(draw(steps, "start > show > answer", types=types), types).run(payload)


def test_a_whole_number_becomes_a_float_on_the_wire() -> None:
    sum_ = step("int_add", integer1=2, integer2=3)
    shown = show({"sum": sum_, "show": step("k_float", value="@sum.sum")})
    assert shown.outputs == "5.0"


@pytest.mark.parametrize(
    ("kind", "literal", "seen"),
    [
        ("k_float", 3, "3.0"),
        ("k_float", 2.5, "2.5"),
        ("k_integer", 3, "3"),
        ("k_floats", [1, 2.5], "[1.0, 2.5]"),
        ("k_date", "2024-05-01T10:00:00Z", repr(datetime(2024, 5, 1, 10, tzinfo=UTC))),
        ("k_date", "2024-05-01T10:00:00+02:00", repr(datetime(2024, 5, 1, 8, tzinfo=UTC))),
    ],
)
def test_literals_are_read_once_as_what_wires_carry(kind: str, literal: Any, seen: str) -> None:
    assert show({"show": step(kind, value=literal)}).outputs == seen


@pytest.mark.parametrize(
    ("kind", "literal"),
    [
        ("k_float", "3"),
        ("k_float", True),
        ("k_float", float("nan")),
        ("k_integer", 3.5),
        ("k_integer", True),
        ("k_integer", 2**63),
        ("k_integer", None),
        ("k_floats", [1, "2"]),
        ("k_date", "soon"),
        ("k_date", 5),
    ],
)
def test_a_bad_literal_does_not_compile(kind: str, literal: Any) -> None:
    with pytest.raises(CompileError) as caught:
        show({"show": step(kind, value=literal)})
    assert caught.value.where.node == "show"
    assert "value" in str(caught.value.where)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("kind", "value", "seen"),
    [
        ("k_integer", 3, "3"),
        ("k_float", 3, "3.0"),
        ("k_float", 0.5, "0.5"),
        ("k_floats", [1], "[1.0]"),
        ("k_date", "2024-05-01T10:00:00Z", repr(datetime(2024, 5, 1, 10, tzinfo=UTC))),
    ],
)
def test_a_value_of_unknown_type_is_converted_where_it_fits(
    kind: str, value: Any, seen: str
) -> None:
    any_ = step("k_any", value=value)
    assert show({"any": any_, "show": step(kind, value="@any.result")}).outputs == seen


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("k_integer", "3"),
        ("k_integer", 3.5),
        ("k_integer", True),
        ("k_float", False),
        ("k_floats", ["1"]),
        ("k_date", "soon"),
        ("k_integer", None),
    ],
)
def test_a_value_of_unknown_type_is_checked(kind: str, value: Any) -> None:
    any_ = step("k_any", value=value)
    result = show({"any": any_, "show": step(kind, value="@any.result")})
    assert result.status == "failed"
    assert result.error is not None
    assert (result.error.node, result.error.pin) == ("show", "value")


def test_a_field_of_a_struct_is_checked() -> None:
    field = step("struct_get", struct="@start.payload", field="n")
    steps = {
        "start": event(),
        "field": field,
        "show": step("k_integer", value="@field.value"),
    }
    assert show(steps, payload={"n": 4}).outputs == "4"
    failed = show(steps, payload={"n": "four"}).error
    assert failed is not None
    assert failed.node == "show"


def test_the_check_of_an_input_can_be_handled() -> None:
    steps = {
        "start": step("events_simple"),
        "any": step("k_any", value="three"),
        "show": step("k_integer", value="@any.result"),
        "say": step("log_error", message="@show.auto_handle_error_string"),
    }
    board = draw(steps, "start > show", "show.auto_handle_error > say", types=TYPES)
    result = compiled(board, TYPES).run()
    assert (result.status, result.handled_errors) == ("completed", 1)
    assert "value" in result.logs[0].message


# Node types that the product does not ship.


class Pair(Out):
    left: int
    right: str


class Good(Exit, pin="good"):
    number: int


class Bad(Exit, pin="bad"):
    reason: str


class Stranger(Exit, pin="stranger"):
    number: int


def lie(what: str) -> Any:
    """What an author claims to be an int."""
    return {"text": "5", "bool": True, "big": 2**63, "none": None, "float": 1.0, "ok": 5}[what]


@pure(name="f_value", title="Value", category="Test")
def one_value(what: str) -> int:
    """One value."""
    return lie(what)  # type: ignore[no-any-return]  # the lie


@node(name="f_fields", title="Fields", category="Test")
def fields(what: str) -> Pair:
    """Two values."""
    return Pair(lie(what), "right")


@node(name="f_exit", title="Exit", category="Test")
def exits(what: str) -> Good | Bad:
    """Two ways."""
    return Stranger(1) if what == "stranger" else Good(lie(what))  # type: ignore[return-value]  # the lie


@node(name="f_later", title="Later", category="Test")
async def later(what: str) -> int:
    """One value, later."""
    return lie(what)  # type: ignore[no-any-return]  # the lie


@node(name="f_stream", title="Stream", category="Test")
async def stream(what: str) -> AsyncIterator[Good | Bad]:
    """One after another."""
    yield Good(1)
    yield Good(lie(what))


@node(name="f_blocking", title="Blocking", category="Test", blocking=True)
def blocking(what: str) -> int:
    """One value from a thread."""
    return lie(what)  # type: ignore[no-any-return]  # the lie


FOREIGN = [one_value, fields, exits, later, stream, blocking]


def from_outside(node_type: NodeType, what: str) -> RunResult:
    foreign = dataclasses.replace(node_type, trusted=False)
    types = Types(foreign)
    key = node_type.definition.key
    outputs = [each.name for each in node_type.definition.outputs if not each.is_execution]
    steps = {
        "start": step("events_simple"),
        "it": step(key, what=what),
        "say": step("log_info", message=f"@it.{outputs[0]}"),
    }
    flow = ["start > say"] if node_type.definition.pure else ["start > it > say"]
    return compiled(draw(steps, *flow, types=types), types).run()


@pytest.mark.parametrize("node_type", FOREIGN, ids=lambda each: each.definition.name)
@pytest.mark.parametrize("what", ["text", "bool", "big", "none"])
def test_foreign_results_are_checked(node_type: NodeType, what: str) -> None:
    result = from_outside(node_type, what)
    assert result.status == "failed"
    assert result.error is not None
    assert result.error.code == "engine.bad-output"
    assert result.error.node == "it"
    assert "declared" in result.error.message


@pure(name="f_date", title="Date", category="Test")
def no_date(what: str) -> datetime:
    """A date as JSON has it."""
    return "2024-05-01T10:00:00Z"  # type: ignore[return-value]  # the lie


@pure(name="f_floats", title="Floats", category="Test")
def no_floats(what: str) -> list[float]:
    """Whole numbers."""
    return [1]


@pytest.mark.parametrize("node_type", [no_date, no_floats])
def test_foreign_results_are_wire_values_not_json(node_type: NodeType) -> None:
    error = from_outside(node_type, "").error
    assert error is not None
    assert error.code == "engine.bad-output"


@pytest.mark.parametrize("node_type", FOREIGN, ids=lambda each: each.definition.name)
def test_good_foreign_results_pass(node_type: NodeType) -> None:
    result = from_outside(node_type, "ok")
    assert (result.error, result.status) == (None, "completed")
    assert result.logs[-1].message == "5"


def test_a_foreign_exit_must_be_declared() -> None:
    error = from_outside(exits, "stranger").error
    assert error is not None
    assert (error.code, error.node) == ("engine.bad-exit", "it")
    assert "Stranger" in error.message
