import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.board.definition import DataType, PinDefinition
from flowlike.engine.host import Host
from flowlike.engine.program import Program
from flowlike.errors import PayloadError
from tests.engine.drawing import compiled, draw, event, step


def reading(*names: str, **pins: str | PinDefinition) -> Program:
    """A program that answers with the outputs of its event, as a list."""
    shown = names or tuple(pins)
    board = draw(
        {
            "start": event(**pins),
            **{
                f"r{number}": step("events_generic_return_result", response=f"@start.{name}")
                for number, name in enumerate(shown)
            },
        },
        *(f"start > r{number}" for number in range(len(shown))),
    )
    return compiled(board)


def read(payload: Any, name: str, **pins: str | PinDefinition) -> Any:
    """What the output ``name`` holds."""
    return reading(name, **pins).run(payload).outputs


def refused(payload: Any, **pins: str | PinDefinition) -> PayloadError:
    with pytest.raises(PayloadError) as caught:
        reading(**pins).run(payload)
    assert caught.value.remedy
    assert caught.value.where.node == "start"
    return caught.value


@pytest.mark.parametrize("name", ["order_id", "orderId", "OrderID", "ORDER_ID", "o_r_d_e_r_i_d"])
def test_a_name_matches_without_case_and_underscores(name: str) -> None:
    assert read({name: 7}, "order_id", order_id="Integer") == 7


def test_the_exact_name_wins_and_the_other_is_left_over() -> None:
    given = {"ORDER": 1, "order": 2, "Order": 3}
    assert read(given, "order", order="Integer") == 2
    assert read(given, "payload", order="Integer") == {"ORDER": 1, "Order": 3}


def test_what_no_output_takes_is_the_payload() -> None:
    given = {"n": 1, "more": [1], "payload": 2}
    assert read(given, "payload", n="Integer") == {"more": [1], "payload": 2}
    assert read({}, "payload") == {}


def test_two_outputs_that_fold_alike_each_take_their_own() -> None:
    given = {"ab": 1, "a_b": 2}
    assert read(given, "ab", ab="Integer", a_b="Integer") == 1
    assert read(given, "a_b", ab="Integer", a_b="Integer") == 2


def http() -> Program:
    names = ("method", "path", "headers", "query", "body")
    board = draw(
        {
            "start": step("event_http_request"),
            **{f"r-{name}": step("log_info", message=f"@start.{name}") for name in names},
        },
        " > ".join(["start", *(f"r-{name}" for name in names)]),
    )
    return compiled(board)


REQUEST: dict[str, Any] = {"method": "GET", "path": "/", "headers": {}, "query": {}, "body": None}


def test_an_event_without_a_rest_refuses_unknown_keys_with_a_suggestion() -> None:
    assert http().run(REQUEST).status == "completed"
    with pytest.raises(PayloadError) as caught:
        http().run({**REQUEST, "heders": {}})
    assert caught.value.code == "payload.unknown-key"
    assert "Did you mean 'headers'?" in caught.value.message
    assert "method, path, params, headers" in caught.value.remedy
    with pytest.raises(PayloadError) as caught:
        http().run({**REQUEST, "zzz": {}})
    assert "Did you mean" not in caught.value.message


def test_a_missing_value_is_named_with_its_type() -> None:
    error = refused({}, n="Integer", many="Array of String")
    assert (error.code, error.where.pin) == ("payload.missing", "n")
    assert "Integer" in error.message
    error = refused({"n": 1}, n="Integer", many="Array of String")
    assert "Array of String" in error.message


def test_defaults_and_optional_outputs_need_no_value() -> None:
    number = PinDefinition(name="", type=DataType.INTEGER, default=4)
    maybe = PinDefinition(name="", type=DataType.INTEGER, optional=True)
    assert read({}, "n", n=number) == 4
    assert read({"n": 5}, "n", n=number) == 5
    assert read({}, "n", n=maybe) is None
    assert read({"n": None}, "n", n=maybe) is None
    assert read({"n": 3}, "n", n=maybe) == 3
    assert refused({"n": "3"}, n=maybe).code == "payload.wrong-type"
    assert refused({"n": None}, n=number).code == "payload.wrong-type"


def test_an_absent_payload() -> None:
    assert refused(None, n="Integer").code == "payload.absent"
    simple = draw({"start": step("events_simple"), "say": step("log_info")}, "start > say")
    assert compiled(simple).run().status == "completed"


@pytest.mark.parametrize(
    ("payload", "called"),
    [
        ([1], "list"),
        ("x", "text"),
        (1, "number"),
        (1.5, "number"),
        (True, "Boolean"),
        (b"", "bytes"),
    ],
)
def test_a_payload_is_an_object(payload: Any, called: str) -> None:
    error = refused(payload, n="Integer")
    assert error.code == "payload.not-an-object"
    assert called in error.message


def test_a_key_is_a_text() -> None:
    assert refused({1: 1}, n="Integer").code == "payload.bad-key"


def test_any_mapping_is_a_payload() -> None:
    given: Mapping[str, Any] = MappingProxyType({"n": 1})
    assert read(given, "n", n="Integer") == 1


WRONG = [
    ("Integer", True),
    ("Integer", False),
    ("Integer", 1.5),
    ("Integer", "1"),
    ("Integer", None),
    ("Integer", 2**63),
    ("Integer", -(2**63) - 1),
    ("Integer", 10**400),
    ("Float", math.nan),
    ("Float", math.inf),
    ("Float", -math.inf),
    ("Float", "1.0"),
    ("Float", True),
    ("Float", 10**400),
    ("Boolean", 1),
    ("Boolean", "true"),
    ("String", 1),
    ("String", b"text"),
    ("Date", "yesterday"),
    ("Date", 5),
    ("Struct", []),
    ("Struct", {"a": {1: 2}}),
    ("Struct", {"a": [math.nan]}),
    ("Array of Integer", {"0": 1}),
    ("Array of Integer", "12"),
    ("HashMap of Integer", [1]),
    ("HashSet of Integer", {"a": 1}),
    ("Generic", math.nan),
    ("Generic", object()),
    ("Generic", {1, 2}),
]


@pytest.mark.parametrize(("kind", "value"), WRONG)
def test_a_value_of_the_wrong_type_is_refused(kind: str, value: Any) -> None:
    error = refused({"n": value}, n=kind)
    assert (error.code, error.where.pin) == ("payload.wrong-type", "n")
    assert "'n'" in error.message
    assert kind.removeprefix("HashSet of ") in error.remedy


@pytest.mark.parametrize(
    ("kind", "value", "path"),
    [
        ("Array of Integer", [1, 2, "3"], "n[2]"),
        ("HashMap of Integer", {"a": 1, "b": True}, "n.b"),
        ("Struct", {"a": {"b": [0, math.inf]}}, "n.a.b[1]"),
    ],
)
def test_the_path_leads_into_the_value(kind: str, value: Any, path: str) -> None:
    assert refused({"n": value}, n=kind).where.path == path


ORDER = {
    "type": "object",
    "required": ["lines"],
    "properties": {
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["sku"],
                "properties": {"sku": {"type": "string"}, "pieces": {"type": "integer"}},
            },
        }
    },
}
ORDER_PIN = PinDefinition(name="", type=DataType.STRUCT, schema=ORDER)


def test_a_schema_is_held_to_the_depth() -> None:
    good = {"lines": [{"sku": "a", "pieces": 2}]}
    assert read({"order": good}, "order", order=ORDER_PIN) == good
    bad = {"lines": [{"sku": "a"}, {"sku": "b", "pieces": "two"}]}
    error = refused({"order": bad}, order=ORDER_PIN)
    assert error.where.path == "order.lines[1].pieces"
    error = refused({"order": {"lines": [{}]}}, order=ORDER_PIN)
    assert "sku" in error.message + error.where.path


@given(st.integers(-(2**63), 2**63 - 1))
def test_integers_of_64_bits_arrive_as_they_are(number: int) -> None:
    program = INTEGERS
    assert program.run({"n": number}).outputs == number


INTEGERS = reading(n="Integer")


def test_a_whole_number_for_a_float_becomes_one() -> None:
    value = read({"n": 3}, "n", n="Float")
    assert (value, type(value)) == (3.0, float)


def test_the_payload_given_is_not_changed() -> None:
    payload = {"N": 1, "rest": {"a": [1]}}
    before = repr(payload)
    assert read(payload, "payload", n="Integer") == {"rest": {"a": [1]}}
    assert repr(payload) == before


def test_nothing_runs_when_the_payload_is_refused() -> None:
    seen: list[Any] = []
    board = draw({"start": event(n="Integer"), "say": step("log_info")}, "start > say")
    with pytest.raises(PayloadError):
        compiled(board).run({"n": "x"}, host=Host(on_log=seen.append))
    assert seen == []
