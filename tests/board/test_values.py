"""Values at the borders: what each type takes, what it gives back, and why it refuses."""

import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.board.definition import DataType, PinDefinition, ValueType
from flowlike.board.shapes import Shape, container_of
from flowlike.board.types import Conversion
from flowlike.board.values import (
    HIGHEST,
    LOWEST,
    ValueMismatch,
    check_value,
    checker,
    converter,
    identity,
    to_json,
)

D, V = DataType, ValueType
MOMENT = datetime(2026, 2, 21, 10, 30, tzinfo=UTC)
TAKEN: list[tuple[DataType, Any, Any]] = [
    (D.STRING, "", ""),
    (D.INTEGER, HIGHEST, HIGHEST),
    (D.INTEGER, LOWEST, LOWEST),
    (D.FLOAT, 1, 1.0),
    (D.FLOAT, -0.5, -0.5),
    (D.BOOLEAN, True, True),
    (D.DATE, "2026-02-21T10:30:00Z", MOMENT),
    (D.DATE, "2026-02-21T12:30+02:00", MOMENT),
    (D.DATE, MOMENT.astimezone(timezone(timedelta(hours=9))), MOMENT),
    (D.PATH, "a/b", "a/b"),
    (D.GENERIC, None, None),
    (D.GENERIC, {"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}),
    (D.STRUCT, {}, {}),
    (D.BYTE, "aGk=", b"hi"),
    (D.BYTE, b"hi", b"hi"),
]
REFUSED: list[tuple[DataType, Any, str]] = [
    (D.EXECUTION, 1, "execution carries no value"),
    (D.STRING, 1, "is an Integer, requires a String"),
    (D.STRING, None, "is null, requires a String"),
    (D.INTEGER, 5.0, "is a Float, requires an Integer"),
    (D.INTEGER, True, "is a Boolean, requires an Integer"),
    (D.INTEGER, "5", "is a String, requires an Integer"),
    (D.INTEGER, HIGHEST + 1, "is beyond 64 bits"),
    (D.INTEGER, LOWEST - 1, "is beyond 64 bits"),
    (D.FLOAT, True, "is a Boolean, requires a Float"),
    (D.FLOAT, math.nan, "is not a finite number"),
    (D.FLOAT, -math.inf, "is not a finite number"),
    (D.FLOAT, 10**400, "is too large for a Float"),
    (D.BOOLEAN, 1, "is an Integer, requires a Boolean"),
    (D.DATE, "2026-02-21T10:30:00", "names no time zone"),
    (D.DATE, "tomorrow", "is no ISO-8601 date"),
    (D.DATE, 5, "is an Integer, requires a Date"),
    (D.DATE, "0001-01-01T00:00:00+10:00", "lies outside the years"),
    (D.PATH, 5, "is an Integer, requires a PathBuf"),
    (D.PATH, "a\0b", "null character"),
    (D.STRUCT, [], "is an Array, requires a Struct"),
    (D.STRUCT, {"a": HIGHEST + 1}, "is beyond 64 bits"),
    (D.BYTE, "no base64!", "is no base64 text"),
    (D.BYTE, 5, "is an Integer, requires bytes"),
    (D.GENERIC, {1: 2}, "has a name that is no text"),
    (D.GENERIC, object(), "is object, which no wire carries"),
    (D.GENERIC, [datetime(2026, 1, 1)], "names no time zone"),  # noqa: DTZ001 - the point
    (D.GENERIC, [math.inf], "is not a finite number"),
]


@pytest.mark.parametrize(("kind", "given_", "wanted"), TAKEN)
def test_what_a_type_takes(kind: DataType, given_: Any, wanted: Any) -> None:
    read = check_value(given_, kind)
    assert read == wanted
    assert type(read) is type(wanted)


@pytest.mark.parametrize(("kind", "given_", "reason"), REFUSED)
def test_what_a_type_refuses(kind: DataType, given_: Any, reason: str) -> None:
    with pytest.raises(ValueMismatch, match=reason.replace("(", r"\(")):
        check_value(given_, kind)


def test_codes_tell_numbers_that_are_too_large() -> None:
    for kind, value, code in (
        (D.INTEGER, HIGHEST + 1, "value.integer-beyond-64-bits"),
        (D.FLOAT, math.nan, "value.not-finite"),
        (D.GENERIC, {"a": [HIGHEST + 1]}, "value.integer-beyond-64-bits"),
        (D.STRING, 1, "value.mismatch"),
    ):
        with pytest.raises(ValueMismatch) as caught:
            check_value(value, kind)
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("kind", "form", "value", "path"),
    [
        (D.INTEGER, V.ARRAY, [1, "2"], "[1]"),
        (D.INTEGER, V.MAP, {"a": 1, "b": None}, "b"),
        (D.INTEGER, V.SET, [1, 1.5], "[1]"),
        (D.GENERIC, V.ARRAY, [1, {"a": [math.nan]}], "[1].a[0]"),
        (D.STRUCT, V.MAP, {"x": {"y": math.nan}}, "x.y"),
        (D.INTEGER, V.ARRAY, {}, ""),
        (D.INTEGER, V.SET, 1, ""),
        (D.INTEGER, V.MAP, [], ""),
        (D.INTEGER, V.MAP, {1: 1}, ""),
    ],
)
def test_paths_lead_to_the_part_at_fault(
    kind: DataType, form: ValueType, value: Any, path: str
) -> None:
    with pytest.raises(ValueMismatch) as caught:
        check_value(value, kind, form)
    assert caught.value.path == caught.value.where.path == path


def test_containers_read_their_elements() -> None:
    assert check_value([1, 2.5], D.FLOAT, V.ARRAY) == [1.0, 2.5]
    assert check_value({"a": "2026-02-21T10:30:00Z"}, D.DATE, V.MAP) == {"a": MOMENT}
    assert check_value("aGk=", D.BYTE, V.ARRAY) == b"hi"
    assert check_value(["aGk="], D.BYTE, V.SET) == [b"hi"]
    lists = container_of(V.ARRAY, Shape(D.INTEGER, V.ARRAY))
    assert checker(lists)([[1], []]) == [[1], []]
    with pytest.raises(ValueMismatch) as caught:
        checker(lists)([[1], ["a"]])
    assert caught.value.path == "[1][0]"
    assert checker(container_of(V.ARRAY, Shape(D.BYTE)))(["aGk="]) == [b"hi"]


def test_equal_elements_of_a_set_are_merged_and_the_first_stays() -> None:
    read = check_value([1, 1.0, True, "1", 1, None, [1], [1.0], [1]], D.GENERIC, V.SET)
    assert read == [1, 1.0, True, "1", None, [1], [1.0]]
    assert list(map(type, read[:3])) == [int, float, bool]
    assert check_value([1, 1.0], D.FLOAT, V.SET) == [1.0]
    assert identity({"a": 1, "b": [2]}) == identity({"b": [2], "a": 1})
    assert identity({"a": 1}) != identity({"a": True})
    assert identity([]) != identity({})


def test_optional_pins_take_null() -> None:
    pin = PinDefinition(name="a", type=D.INTEGER, optional=True)
    assert checker(pin)(None) is None
    assert checker(pin)(5) == 5
    with pytest.raises(ValueMismatch):
        checker(PinDefinition(name="a", type=D.INTEGER))(None)


def test_schemas_hold_for_structs_and_elements() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    check = checker(PinDefinition(name="a", type=D.STRUCT, value_type=V.ARRAY, schema=schema))
    assert check([{"n": 1}]) == [{"n": 1}]
    with pytest.raises(ValueMismatch, match="is missing") as caught:
        check([{"n": 1}, {}])
    assert caught.value.path == "[1].n"
    with pytest.raises(ValueMismatch, match="is number, requires integer"):
        check([{"n": 1.0}])


def test_deep_values_are_refused_without_recursion() -> None:
    value: Any = 0
    for _ in range(100_000):
        value = [value]
    with pytest.raises(ValueMismatch, match="nested deeper than 64"):
        check_value(value, D.GENERIC)
    while value:  # take it apart: freeing so deep a list at once is slow
        value = value.pop()


def test_conversions() -> None:
    assert converter(Conversion.INTEGER_TO_FLOAT)(5) == 5.0
    assert converter(Conversion.INTEGER_TO_FLOAT, V.MAP)({"a": 1}) == {"a": 1.0}
    assert converter(Conversion.ISO_DATE)("2026-02-21T10:30:00Z") == MOMENT
    assert converter(Conversion.ISO_DATE, V.ARRAY)(["2026-02-21T10:30:00Z"]) == [MOMENT]
    assert converter(Conversion.PATH_TO_FLOW_PATH)("a/b") == {"path": "a/b"}
    assert converter(Conversion.FLOW_PATH_TO_PATH)({"path": "a/b", "more": 1}) == "a/b"
    with pytest.raises(ValueMismatch, match="is missing"):
        converter(Conversion.FLOW_PATH_TO_PATH)({})


wire_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(LOWEST, HIGHEST),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=5),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(wire_values)
def test_json_values_come_back_as_they_were(value: Any) -> None:
    assert to_json(check_value(value, D.GENERIC)) == value


@given(st.datetimes(timezones=st.just(UTC)), st.binary())
def test_dates_and_bytes_come_back(moment: datetime, data: bytes) -> None:
    assert check_value(to_json(moment), D.DATE) == moment
    assert check_value(to_json(data), D.BYTE) == data
    assert to_json({"a": [MOMENT, b"hi"]}) == {"a": ["2026-02-21T10:30:00Z", "aGk="]}


@given(st.lists(wire_values, max_size=6))
def test_sets_hold_no_equal_elements(values: list[Any]) -> None:
    read = check_value(values, D.GENERIC, V.SET)
    keys = [identity(value) for value in read]
    assert len(set(keys)) == len(keys)
    assert set(keys) == {identity(value) for value in values}
    assert check_value(read, D.GENERIC, V.SET) == read
