"""Dates as text: named formats, and a small set of the codes known from strftime.

The codes mean the same on every machine and in every locale (names are English):

    %Y year of 4 digits   %m month   %d day   %e day, space-padded   %j day of the year
    %H hour   %I hour 01-12   %p AM or PM   %M minute   %S second
    %f microseconds, 6 digits   %3f milliseconds, 3 digits
    %B January   %b Jan   %A Monday   %a Mon   %u weekday, Monday is 1   %y year of 2 digits
    %z +0200   %:z +02:00   %s seconds since 1970   %F %Y-%m-%d   %T %H:%M:%S   %% a percent sign
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flowlike.nodes import NodeFailure

MOST_FORMAT = 256
"""Longest format, in characters."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class _Code(NamedTuple):
    """How a code is written, and the pattern of what is read; without one it is written only."""

    write: Callable[[datetime], str]
    read: str = ""


def _names(names: tuple[str, ...], length: int | None = None) -> str:
    return "|".join(name[:length] for name in names)


def _offset(date: datetime, colon: str) -> str:
    minutes = (date.utcoffset() or timedelta()) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}{colon}{rest:02}"


_OFFSET = r"Z|[+-]\d{2}:?\d{2}"
_CODES = {
    "Y": _Code(lambda date: f"{date.year:04}", r"\d{4}"),
    "m": _Code(lambda date: f"{date.month:02}", r"\d{1,2}"),
    "d": _Code(lambda date: f"{date.day:02}", r"\d{1,2}"),
    "e": _Code(lambda date: f"{date.day:2}", r" ?\d{1,2}"),
    "j": _Code(lambda date: f"{date.timetuple().tm_yday:03}"),
    "H": _Code(lambda date: f"{date.hour:02}", r"\d{1,2}"),
    "I": _Code(lambda date: f"{(date.hour + 11) % 12 + 1:02}", r"\d{1,2}"),
    "p": _Code(lambda date: "AM" if date.hour < 12 else "PM", "[AaPp][Mm]"),
    "M": _Code(lambda date: f"{date.minute:02}", r"\d{1,2}"),
    "S": _Code(lambda date: f"{date.second:02}", r"\d{1,2}"),
    "f": _Code(lambda date: f"{date.microsecond:06}", r"\d{1,6}"),
    "3f": _Code(lambda date: f"{date.microsecond // 1000:03}", r"\d{3}"),
    "B": _Code(lambda date: MONTHS[date.month - 1], _names(MONTHS)),
    "b": _Code(lambda date: MONTHS[date.month - 1][:3], _names(MONTHS, 3)),
    "A": _Code(lambda date: DAYS[date.weekday()], _names(DAYS)),
    "a": _Code(lambda date: DAYS[date.weekday()][:3], _names(DAYS, 3)),
    "u": _Code(lambda date: str(date.isoweekday())),
    "y": _Code(lambda date: f"{date.year % 100:02}", r"\d{2}"),
    "z": _Code(lambda date: _offset(date, ""), _OFFSET),
    ":z": _Code(lambda date: _offset(date, ":"), _OFFSET),
    "s": _Code(lambda date: str((date - EPOCH) // timedelta(seconds=1)), r"-?\d{1,12}"),
    "%": _Code(lambda _: "%", "%"),
}
_SHORTHANDS = {"%F": "%Y-%m-%d", "%T": "%H:%M:%S"}
_TOKEN = re.compile(r"%(?P<code>3f|:z|[A-Za-z%])|%", re.ASCII)
_ISO = frozenset({"", "iso", "iso8601", "rfc3339"})
_UNIX = {"unix": timedelta(seconds=1), "unix_ms": timedelta(milliseconds=1)}
_NAMED = {"rfc2822": "%a, %d %b %Y %H:%M:%S %z", "date": "%Y-%m-%d", "time": "%H:%M:%S"}


def _bad_format(message: str) -> NodeFailure:
    return NodeFailure(
        "date.bad-format",
        message,
        remedy="Use rfc3339, iso, rfc2822, date, time, unix, unix_ms, or codes such as %Y-%m-%d.",
        pin="format",
    )


def _tokens(format_: str) -> list[tuple[str, str]]:
    """Pairs of a literal text and the code after it; the last code is empty."""
    if len(format_) > MOST_FORMAT:
        raise _bad_format(f"The format has more than {MOST_FORMAT} characters.")
    format_ = _NAMED.get(format_, format_)
    for short, long in _SHORTHANDS.items():
        format_ = re.sub(f"(?<!%)((?:%%)*){short}", rf"\g<1>{long}", format_)
    tokens, end = [], 0
    for found in _TOKEN.finditer(format_):
        code = found["code"]
        if code not in _CODES:
            raise _bad_format(f"{found.group()} is no code of a date format.")
        tokens.append((format_[end : found.start()], code))
        end = found.end()
    return [*tokens, (format_[end:], "")]


def zone(name: str) -> tzinfo:
    """The time zone of an IANA name such as ``Europe/Berlin``; empty is UTC.

    Raises:
        NodeFailure: ``date.unknown-zone``.
    """
    if name in {"", "UTC", "Z"}:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise NodeFailure(
            "date.unknown-zone",
            f"There is no time zone {name[:64]!r}.",
            remedy="Use a name such as Europe/Berlin, America/New_York or UTC.",
            pin="timezone",
        ) from error


def out_of_range() -> NodeFailure:
    """A failure: a date before the year 1 or after 9999."""
    return NodeFailure(
        "date.out-of-range",
        "The date would lie outside of the years 1 to 9999.",
        remedy="Use a date nearer to the present.",
    )


def in_zone(date: datetime, where: tzinfo) -> datetime:
    """The same moment in a zone. Raises NodeFailure ``date.out-of-range``."""
    try:
        return date.astimezone(where)
    except OverflowError as error:
        raise out_of_range() from error


def write(date: datetime, format_: str, where: tzinfo) -> str:
    """The date as text in a zone.

    Raises:
        NodeFailure: ``date.bad-format`` or ``date.out-of-range``.
    """
    unit = _UNIX.get(format_)
    if unit:
        return str((date - EPOCH) // unit)
    local = in_zone(date, where)
    if format_ in _ISO:
        return local.isoformat().replace("+00:00", "Z")
    return "".join(
        text + (_CODES[code].write(local) if code else "") for text, code in _tokens(format_)
    )


def _unreadable(text: str) -> NodeFailure:
    return NodeFailure(
        "date.unreadable",
        f"{text[:64]!r} is no date of the format.",
        remedy="Give the format the text has, such as %d.%m.%Y %H:%M.",
        pin="input",
    )


def read(text: str, format_: str, where: tzinfo) -> datetime:
    """The moment a text stands for, in UTC. A text without an offset is meant in the zone.

    An empty format, ``iso`` and ``rfc3339`` read ISO 8601.

    Raises:
        NodeFailure: ``date.unreadable``, ``date.bad-format`` or ``date.out-of-range``.
    """
    try:
        if format_ in _ISO:
            date = datetime.fromisoformat(text.strip())
        elif format_ in _UNIX:
            date = EPOCH + int(text) * _UNIX[format_]
        else:
            date = _read_codes(text, format_)
    except ValueError as error:
        raise _unreadable(text) from error
    except OverflowError as error:
        raise out_of_range() from error
    return in_zone(date if date.tzinfo else date.replace(tzinfo=where), UTC)


def _read_codes(text: str, format_: str) -> datetime:
    """Raises ValueError if the text does not fit, or OverflowError."""
    pattern, codes = "", []
    for literal, code in _tokens(format_):
        pattern += re.escape(literal)
        if not code:
            continue
        if not _CODES[code].read:
            raise _bad_format(f"%{code} can be written, but not read.")
        # Each code once: the pattern has few ways to match, and no two values contradict.
        if code in codes and code != "%":
            raise _bad_format(f"%{code} stands twice.")
        pattern += f"({_CODES[code].read})"
        codes.append(code)
    found = re.fullmatch(pattern, text, re.ASCII)
    if not found:
        raise ValueError(text)
    return _assemble(dict(zip(codes, found.groups(), strict=True)))


def _assemble(values: dict[str, str]) -> datetime:
    if "s" in values:
        return EPOCH + timedelta(seconds=int(values["s"]))
    fraction = values.get("f", values.get("3f", "")).ljust(6, "0")
    date = datetime(
        _year(values),
        _month(values),
        int(values.get("d", values.get("e", "1"))),
        _hour(values),
        int(values.get("M", "0")),
        int(values.get("S", "0")),
        int(fraction),
        tzinfo=_read_offset(values.get("z", values.get(":z", ""))),
    )
    for code, length in (("A", None), ("a", 3)):
        if code in values and values[code] != DAYS[date.weekday()][:length]:
            raise ValueError(values[code])
    return date


def _year(values: dict[str, str]) -> int:
    if "Y" in values or "y" not in values:
        return int(values.get("Y", "1970"))
    short = int(values["y"])
    return short + (1900 if short > 68 else 2000)


def _month(values: dict[str, str]) -> int:
    if "B" in values:
        return MONTHS.index(values["B"]) + 1
    if "b" in values:
        return [name[:3] for name in MONTHS].index(values["b"]) + 1
    return int(values.get("m", "1"))


def _hour(values: dict[str, str]) -> int:
    if "I" not in values:
        return int(values.get("H", "0"))
    hour = int(values["I"])
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if values.get("p", "AM").upper() == "PM" else 0)


def _read_offset(text: str) -> tzinfo | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
