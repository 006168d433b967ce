from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.builtin import dates
from flowlike.nodes import NodeFailure, NodeType
from flowlike.testing import FakeClock, World, run_node

NOON = datetime(2024, 1, 31, 12, tzinfo=UTC)
moments = st.datetimes(timezones=st.just(UTC))


def code(node: NodeType, **inputs: Any) -> tuple[str, str]:
    with pytest.raises(NodeFailure) as caught:
        run_node(node, **inputs)
    assert caught.value.remedy
    return caught.value.code, caught.value.where.pin


def test_now_is_the_clock_s() -> None:
    run = run_node(dates.now, world=World(FakeClock(NOON)))
    assert run.outputs == {"date": NOON}
    assert dates.now.definition.permissions == ("clock",)


def test_format_and_parse_in_a_zone() -> None:
    text = run_node(dates.format_, date=NOON, format="%H:%M", timezone="Asia/Tokyo").outputs
    assert text == {"formatted": "21:00"}
    date = run_node(dates.parse, input="2024-01-31 21:00", timezone="Asia/Tokyo").outputs["date"]
    assert date == NOON
    assert date.tzinfo is UTC


@pytest.mark.parametrize("node", [dates.format_, dates.to_date, dates.to_time])
def test_unknown_zones(node: NodeType) -> None:
    assert code(node, date=NOON, timezone="Nowhere") == ("date.unknown-zone", "timezone")


def test_parse_failures() -> None:
    assert code(dates.parse, input="x") == ("date.unreadable", "input")
    assert code(dates.parse, input="x", format="%Q") == ("date.bad-format", "format")
    assert code(dates.parse, input="x", timezone="?") == ("date.unknown-zone", "timezone")


def test_a_day_depends_on_the_zone() -> None:
    late = datetime(2023, 12, 31, 23, 30, 1, 7, tzinfo=UTC)
    day = run_node(dates.to_date, date=late, timezone="Europe/Berlin").outputs
    assert day == {"year": 2024, "month": 1, "day": 1, "weekday": 1, "day_of_year": 1}
    assert run_node(dates.to_date, date=late).outputs["weekday"] == 7
    time = run_node(dates.to_time, date=late, timezone="Asia/Kolkata").outputs
    assert time == {"hour": 5, "minute": 0, "second": 1, "nanosecond": 7000}


@given(moments, st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
def test_durations_add_up(date: datetime, hours: int, seconds: int) -> None:
    inputs: dict[str, Any] = {"date": date, "hours": hours, "seconds": seconds}
    try:
        wanted = date + timedelta(hours=hours, seconds=seconds)
    except OverflowError:
        assert code(dates.add_duration, **inputs) == ("date.out-of-range", "")
    else:
        assert run_node(dates.add_duration, **inputs).outputs == {"result": wanted}


@pytest.mark.parametrize("amount", [2**63 - 1, -(2**63)])
@pytest.mark.parametrize("unit", ["milliseconds", "seconds", "weeks", "months", "years"])
def test_huge_amounts(amount: int, unit: str) -> None:
    assert code(dates.add, date=NOON, amount=amount, unit=unit) == ("date.out-of-range", "")
    for name in ("days", "hours", "minutes", "seconds"):
        inputs: dict[str, Any] = {"date": NOON, name: amount}
        assert code(dates.add_duration, **inputs) == ("date.out-of-range", "")


@pytest.mark.parametrize(
    ("amount", "unit", "wanted"),
    [
        (1, "months", "2024-02-29"),
        (13, "months", "2025-02-28"),
        (-2, "months", "2023-11-30"),
        (-1, "years", "2023-01-31"),
        (2, "weeks", "2024-02-14"),
        (-31, "days", "2023-12-31"),
        (25, "hours", "2024-02-01"),
        (720, "minutes", "2024-02-01"),
        (-1, "seconds", "2024-01-31"),
        (43_200_000, "milliseconds", "2024-02-01"),
    ],
)
def test_units(amount: int, unit: str, wanted: str) -> None:
    result = run_node(dates.add, date=NOON, amount=amount, unit=unit).outputs["result"]
    assert result.date().isoformat() == wanted


def test_unknown_units() -> None:
    assert code(dates.add, date=NOON, amount=1, unit="aeons") == ("date.unknown-unit", "unit")
    (*_, pin) = dates.add.definition.inputs
    for unit in pin.choices:
        assert run_node(dates.add, date=NOON, amount=0, unit=unit).outputs == {"result": NOON}


@given(moments, moments)
def test_differences(start: datetime, end: datetime) -> None:
    run = run_node(dates.difference, start=start, end=end)
    out = run.outputs
    assert run.fired == ["exec_out"]
    parts = [out[name] for name in ("days", "hours", "minutes", "seconds")]
    span = timedelta(**dict(zip(("days", "hours", "minutes", "seconds"), parts, strict=True)))
    assert span == timedelta(seconds=out["total_seconds"])
    assert abs((end - start) - span) < timedelta(seconds=1)
    assert all(part >= 0 for part in parts) or all(part <= 0 for part in parts)


def test_differences_in_words() -> None:
    def words(**span: int) -> Any:
        run = run_node(dates.difference, start=NOON, end=NOON + timedelta(**span))
        return run.outputs["human_readable"]

    assert words() == "0 seconds"
    assert words(days=1, hours=2, minutes=1, seconds=30) == ("1 day, 2 hours, 1 minute, 30 seconds")
    assert words(days=-2, hours=-1) == "-(2 days, 1 hour)"
    assert words(microseconds=-5) == "0 seconds"


def test_the_pins_of_a_difference() -> None:
    outputs = {pin.name for pin in dates.difference.definition.outputs}
    assert {"exec_out", "error", "error_message", "total_seconds"} <= outputs
