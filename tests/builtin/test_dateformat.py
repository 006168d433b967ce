from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.builtin import dateformat
from flowlike.nodes import NodeFailure

BERLIN = ZoneInfo("Europe/Berlin")
DATE = datetime(2024, 2, 9, 15, 4, 5, 60_700, tzinfo=UTC)
dates = st.datetimes(
    datetime.fromisoformat("1000-01-02"),
    datetime.fromisoformat("9999-12-30"),
    timezones=st.just(UTC),
)


@given(dates, st.sampled_from(["rfc3339", "iso", "", "%Y-%m-%d %H:%M:%S.%f", "%F %T %f %z"]))
def test_reading_undoes_writing(date: datetime, format_: str) -> None:
    text = dateformat.write(date, format_, UTC)
    assert dateformat.read(text, format_, UTC) == date


@given(dates, st.sampled_from(["unix", "%s", "rfc2822", "%e %b %y %I %p %M %S"]))
def test_reading_undoes_writing_to_the_second(date: datetime, format_: str) -> None:
    date = date.replace(year=1970 + date.year % 99, microsecond=0)
    if (date.month, date.day) == (2, 29):
        date = date.replace(day=28)
    assert dateformat.read(dateformat.write(date, format_, UTC), format_, UTC) == date


@given(dates)
def test_codes_agree_with_the_standard_library(date: datetime) -> None:
    local = date.astimezone(BERLIN)
    for codes in ("%Y-%m-%d %H:%M:%S", "%j %f %p %I", "%d.%m.%y", "%u%%", "%B %b %A %a %z"):
        if local.year >= 1900:  # before, Berlin had an offset with seconds
            wanted = local.strftime(codes)
            assert dateformat.write(date, codes, BERLIN) == wanted


@pytest.mark.parametrize(
    ("format_", "wanted"),
    [
        ("rfc3339", "2024-02-09T16:04:05.060700+01:00"),
        ("iso", "2024-02-09T16:04:05.060700+01:00"),
        ("rfc2822", "Fri, 09 Feb 2024 16:04:05 +0100"),
        ("date", "2024-02-09"),
        ("time", "16:04:05"),
        ("unix", "1707491045"),
        ("unix_ms", "1707491045060"),
        ("%3f|%e|%:z|%s|%F|%T", "060| 9|+01:00|1707491045|2024-02-09|16:04:05"),
        ("100%% %%F %%%F", "100% %F %2024-02-09"),
        ("at noon", "at noon"),
    ],
)
def test_written(format_: str, wanted: str) -> None:
    assert dateformat.write(DATE, format_, BERLIN) == wanted


def test_offsets_west_of_greenwich() -> None:
    assert dateformat.write(DATE, "%H%z", ZoneInfo("America/St_Johns")) == "11-0330"
    assert dateformat.read("2024 -0330", "%Y %z", UTC).isoformat() == "2024-01-01T03:30:00+00:00"


@pytest.mark.parametrize(
    ("text", "format_", "wanted"),
    [
        ("2024-02-09", "", "2024-02-08T23:00:00+00:00"),
        (" 2024-02-09T12:00:00Z ", "", "2024-02-09T12:00:00+00:00"),
        ("2024-02-09T12:00:00.123456789Z", "rfc3339", "2024-02-09T12:00:00.123456+00:00"),
        ("2024-07-09 12:00", "iso", "2024-07-09T10:00:00+00:00"),
        ("9 March 99, 12 am", "%d %B %y, %I %p", "1999-03-08T23:00:00+00:00"),
        ("Fri 9/2/2024", "%a %d/%m/%Y", "2024-02-08T23:00:00+00:00"),
        ("12:30 Z", "%H:%M %z", "1970-01-01T12:30:00+00:00"),
        ("5.25", "%S.%f", "1969-12-31T23:00:05.250000+00:00"),
        ("1707491045060", "unix_ms", "2024-02-09T15:04:05.060000+00:00"),
        ("-1", "%s", "1969-12-31T23:59:59+00:00"),
        ("1% 2%", "%d%% %m%%", "1970-01-31T23:00:00+00:00"),
    ],
)
def test_read(text: str, format_: str, wanted: str) -> None:
    date = dateformat.read(text, format_, BERLIN)
    assert date.isoformat() == wanted
    assert date.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        ("", ""),
        ("tomorrow", ""),
        ("2023-02-29", ""),
        ("2024-02-09 ", "%Y-%m-%d"),
        ("30.02.2024", "%d.%m.%Y"),
        ("Mon 9.2.2024", "%a %d.%m.%Y"),
        ("13 pm", "%I %p"),
        ("0 am", "%I %p"),
        ("24:00 +9900", "%H:%M %z"),
        ("1.5", "unix"),
        ("9" * 5000, "unix"),
        ("٣.٢.2024", "%d.%m.%Y"),
    ],
)
def test_unreadable(text: str, format_: str) -> None:
    with pytest.raises(NodeFailure) as caught:
        dateformat.read(text, format_, UTC)
    assert (caught.value.code, caught.value.where.pin) == ("date.unreadable", "input")
    assert len(caught.value.message) < 200


@pytest.mark.parametrize("format_", ["%Q", "%", "50%", "%-d", "%é", "x" * 257])
def test_bad_formats(format_: str) -> None:
    for run in (
        lambda: dateformat.write(DATE, format_, UTC),
        lambda: dateformat.read("x", format_, UTC),
    ):
        with pytest.raises(NodeFailure) as caught:
            run()
        assert (caught.value.code, caught.value.where.pin) == ("date.bad-format", "format")


@pytest.mark.parametrize("format_", ["%j", "%u", "%d%d", "%F %Y"])
def test_formats_that_cannot_be_read(format_: str) -> None:
    with pytest.raises(NodeFailure) as caught:
        dateformat.read("1", format_, UTC)
    assert caught.value.code == "date.bad-format"


def test_a_format_cannot_stop_the_run() -> None:
    with pytest.raises(NodeFailure):
        dateformat.read("1" * 5000 + "x", "%d%m%H%M%S%I%y%f%e%s", UTC)


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        ("9" * 15, "unix"),
        ("9" * 30, "unix"),
        ("999999999999", "%s"),
        ("0001-01-01T00:00:00+02:00", ""),
        ("9999-12-31T23:00:00-02:00", ""),
    ],
)
def test_beyond_the_calendar(text: str, format_: str) -> None:
    with pytest.raises(NodeFailure) as caught:
        dateformat.read(text, format_, UTC)
    assert caught.value.code == "date.out-of-range"


def test_writing_beyond_the_calendar() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    with pytest.raises(NodeFailure) as caught:
        dateformat.write(last, "date", BERLIN)
    assert caught.value.code == "date.out-of-range"


@pytest.mark.parametrize("name", ["", "UTC", "Z"])
def test_utc(name: str) -> None:
    assert dateformat.zone(name) is UTC


@pytest.mark.parametrize(
    "name",
    [
        "Mars/Olympus",
        "../../etc/passwd",
        "/etc/passwd",
        "America",
        "Europe/Berlin\0",
        "x" * 5000,
        "..",
        ".",
        " ",
        "Europe\\Berlin",
    ],
)
def test_unknown_zones(name: str) -> None:
    with pytest.raises(NodeFailure) as caught:
        dateformat.zone(name)
    assert (caught.value.code, caught.value.where.pin) == ("date.unknown-zone", "timezone")
    assert len(caught.value.message) < 400


@given(st.text(max_size=20), st.text("%YmdHMSzbBpI :-.f3sF", max_size=12))
def test_any_text_and_format_fail_orderly(text: str, format_: str) -> None:
    try:
        date = dateformat.read(text, format_, UTC)
    except NodeFailure as failure:
        assert failure.code.startswith("date.")  # noqa: PT017 - either way is fine
    else:
        assert date.utcoffset() == timedelta()


def test_fixed_offsets() -> None:
    assert dateformat.write(DATE, "%H", timezone(timedelta(hours=-5))) == "10"
