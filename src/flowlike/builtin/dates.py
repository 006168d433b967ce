"""Dates: moments in UTC. Where days and hours are shown, a time zone may be named."""

import calendar
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from flowlike.builtin.dateformat import in_zone, out_of_range, read, write, zone
from flowlike.nodes import Clock, Example, Exit, NodeFailure, Out, Pin, node, pure

_CATEGORY = "Utils/DateTime"
_UNITS = {
    "milliseconds": timedelta(milliseconds=1),
    "seconds": timedelta(seconds=1),
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}
_MONTHS = {"months": 1, "years": 12}

Date = Annotated[datetime, Pin(label="Date")]
Zone = Annotated[
    str, Pin(label="Time zone", description="A name such as Europe/Berlin; UTC if empty.")
]
Unit = Literal["milliseconds", "seconds", "minutes", "hours", "days", "weeks", "months", "years"]


@node(name="utils_datetime_now", title="Now", category=_CATEGORY, keywords=("today", "time"))
def now(clock: Clock) -> Annotated[datetime, Pin("date", label="Date")]:
    """The present moment."""
    return clock.now()


@pure(
    name="utils_datetime_format",
    title="Format Date",
    category=_CATEGORY,
    keywords=("strftime",),
    deterministic=True,
)
def format_(
    date: Date,
    format: Annotated[str, Pin(label="Format")] = "rfc3339",
    timezone: Zone = "UTC",
) -> Annotated[str, Pin("formatted", label="Formatted")]:
    """A date as text.

    Formats are rfc3339, iso, rfc2822, date, time, unix (seconds), unix_ms, or codes: %Y year,
    %m month, %d day, %H hour, %M minute, %S second, %f and %3f fractions, %I and %p hour with AM or
    PM, %B and %b month by name, %A and %a weekday by name, %u its number from Monday 1, %j day of
    the year, %y year of two digits, %e day padded by a space, %z and %:z offset, %s seconds since
    1970, %F is %Y-%m-%d, %T is %H:%M:%S, %% a percent sign. Names are English.
    """
    return write(date, format, zone(timezone))


@pure(
    name="utils_datetime_parse",
    title="Parse Date",
    category=_CATEGORY,
    keywords=("strptime",),
    deterministic=True,
)
def parse(
    input: Annotated[str, Pin(label="Input")],
    format: Annotated[str, Pin(label="Format")] = "",
    timezone: Zone = "UTC",
) -> Annotated[datetime, Pin("date", label="Date")]:
    """The date that a text stands for.

    Without a format the text is ISO 8601, such as 2024-02-29 or 2024-02-29T12:00:00+01:00. Formats
    are those of Format Date. A text without an offset is meant in the time zone; parts that the
    format lacks are those of 1 January 1970.
    """
    return read(input, format, zone(timezone))


class DateParts(Out):
    """A day of the calendar."""

    year: Annotated[int, Pin(label="Year")]
    month: Annotated[int, Pin(label="Month")]
    day: Annotated[int, Pin(label="Day")]
    weekday: Annotated[int, Pin(label="Weekday", description="Monday is 1, Sunday is 7.")]
    day_of_year: Annotated[int, Pin(label="Day of Year", description="From 1.")]


@pure(name="utils_datetime_to_date", title="To Date", category=_CATEGORY, deterministic=True)
def to_date(date: Date, timezone: Zone = "UTC") -> DateParts:
    """Year, month and day of a date in a time zone."""
    local = in_zone(date, zone(timezone))
    return DateParts(
        local.year, local.month, local.day, local.isoweekday(), local.timetuple().tm_yday
    )


class TimeParts(Out):
    """A time of the day."""

    hour: Annotated[int, Pin(label="Hour")]
    minute: Annotated[int, Pin(label="Minute")]
    second: Annotated[int, Pin(label="Second")]
    nanosecond: Annotated[int, Pin(label="Nanosecond", description="In steps of 1000.")]


@pure(name="utils_datetime_to_time", title="To Time", category=_CATEGORY, deterministic=True)
def to_time(date: Date, timezone: Zone = "UTC") -> TimeParts:
    """Hour, minute and second of a date in a time zone."""
    local = in_zone(date, zone(timezone))
    return TimeParts(local.hour, local.minute, local.second, local.microsecond * 1000)


@pure(name="utils_datetime_duration", title="Add Duration", category=_CATEGORY, deterministic=True)
def add_duration(
    date: Date,
    days: Annotated[int, Pin(label="Days")] = 0,
    hours: Annotated[int, Pin(label="Hours")] = 0,
    minutes: Annotated[int, Pin(label="Minutes")] = 0,
    seconds: Annotated[int, Pin(label="Seconds")] = 0,
) -> Annotated[datetime, Pin("result", label="Result")]:
    """The date later by a duration, or earlier if it is negative. A day has 24 hours."""
    try:
        return date + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError as error:
        raise out_of_range() from error


@pure(name="datetime_add", title="Add To Date", category=_CATEGORY, deterministic=True)
def add(
    date: Date,
    amount: Annotated[int, Pin(label="Amount")],
    unit: Annotated[Unit, Pin(label="Unit")],
) -> Annotated[datetime, Pin("result", label="Result")]:
    """The date later by an amount of a unit, or earlier if it is negative.

    A day more than a month has becomes its last: 31 January and a month is 28 or 29 February.
    """
    if unit in _MONTHS:
        return _add_months(date, amount * _MONTHS[unit])
    if unit not in _UNITS:
        raise NodeFailure(
            "date.unknown-unit",
            f"There is no unit {unit!r}.",
            remedy=f"Choose one of {', '.join((*_UNITS, *_MONTHS))}.",
            pin="unit",
        )
    try:
        return date + amount * _UNITS[unit]
    except OverflowError as error:
        raise out_of_range() from error


def _add_months(date: datetime, months: int) -> datetime:
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise out_of_range()
    last = calendar.monthrange(year, month + 1)[1]
    return date.replace(year=year, month=month + 1, day=min(date.day, last))


class Difference(Exit, pin="exec_out"):
    """How far apart two dates are. All numbers of an earlier end are negative."""

    total_seconds: Annotated[int, Pin(label="Total Seconds")]
    days: Annotated[int, Pin(label="Days")]
    hours: Annotated[int, Pin(label="Hours", description="Beyond the days.")]
    minutes: Annotated[int, Pin(label="Minutes", description="Beyond the hours.")]
    seconds: Annotated[int, Pin(label="Seconds", description="Beyond the minutes.")]
    human_readable: Annotated[str, Pin(label="Human Readable")]


class Failed(Exit, pin="error"):
    """Kept for boards made elsewhere."""

    error_message: Annotated[str, Pin(label="Error Message")]


@node(name="utils_datetime_diff", title="Date Difference", category=_CATEGORY)
def difference(
    start: Annotated[datetime, Pin(label="Start")], end: Annotated[datetime, Pin(label="End")]
) -> Difference | Failed:
    """The time from start to end, in whole seconds.

    All numbers are negative if the end lies before the start. The exit ``error`` is there for
    boards that wire it; two dates always have a difference, so it does not fire.
    """
    span = end - start
    sign = -1 if span < timedelta() else 1
    total = abs(span) // timedelta(seconds=1)
    minutes, seconds = divmod(total, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "day"), (hours, "hour"), (minutes, "minute"), (seconds, "second"))
    words = [f"{count} {unit}{'s' if count > 1 else ''}" for count, unit in parts if count]
    text = ", ".join(words) or "0 seconds"
    return Difference(
        sign * total,
        sign * days,
        sign * hours,
        sign * minutes,
        sign * seconds,
        f"-({text})" if sign < 0 and words else text,
    )


_LEAP = datetime(2024, 2, 29, 12, 30, 5, 250_000, tzinfo=UTC)

EXAMPLES = (
    Example("utils_datetime_now", fired=("exec_out",)),
    Example("utils_datetime_format", {"date": _LEAP}, {"formatted": "2024-02-29T12:30:05.250000Z"}),
    Example(
        "utils_datetime_format",
        {"date": _LEAP, "format": "%A, %d %B %Y %H:%M", "timezone": "Europe/Berlin"},
        {"formatted": "Thursday, 29 February 2024 13:30"},
    ),
    Example(
        "utils_datetime_parse",
        {"input": "29.02.2024 13:30", "format": "%d.%m.%Y %H:%M", "timezone": "Europe/Berlin"},
        {"date": datetime(2024, 2, 29, 12, 30, tzinfo=UTC)},
    ),
    Example("utils_datetime_parse", {"input": "yesterday"}, fails="date.unreadable"),
    Example(
        "utils_datetime_to_date",
        {"date": _LEAP},
        {"year": 2024, "month": 2, "day": 29, "weekday": 4, "day_of_year": 60},
    ),
    Example(
        "utils_datetime_to_time",
        {"date": _LEAP},
        {"hour": 12, "minute": 30, "second": 5, "nanosecond": 250_000_000},
    ),
    Example(
        "utils_datetime_duration",
        {"date": _LEAP, "days": 1, "minutes": -30},
        {"result": datetime(2024, 3, 1, 12, 0, 5, 250_000, tzinfo=UTC)},
    ),
    Example(
        "datetime_add",
        {"date": _LEAP, "amount": 1, "unit": "years"},
        {"result": datetime(2025, 2, 28, 12, 30, 5, 250_000, tzinfo=UTC)},
    ),
    Example(
        "utils_datetime_diff",
        {"start": _LEAP, "end": datetime(2024, 3, 2, 13, 30, 5, 250_000, tzinfo=UTC)},
        {"total_seconds": 176_400, "days": 2, "hours": 1, "human_readable": "2 days, 1 hour"},
        fired=("exec_out",),
    ),
)
