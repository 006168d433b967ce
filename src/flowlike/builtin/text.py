"""How long a text may become, and how a value of any type is written as text."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from flowlike.nodes import NodeFailure

MOST_CHARACTERS = 32 * 1024 * 1024


def keep_short(characters: int) -> None:
    """Raises NodeFailure ``text.too-long`` if a text would be longer than 32 Mi characters."""
    if characters > MOST_CHARACTERS:
        raise NodeFailure(
            "text.too-long",
            f"The text would have more than {MOST_CHARACTERS:,} characters.",
            remedy="Work on smaller parts.",
        )


def iso(date: datetime) -> str:
    """A date as RFC 3339 in UTC, such as ``2024-02-29T12:00:00Z``."""
    return date.astimezone(UTC).isoformat().replace("+00:00", "Z")


def json_of(value: Any, *, pretty: bool = False, ordered: bool = False) -> bytes:
    """The value as JSON, with sorted names if ``ordered``. Dates are RFC 3339, bytes base64.

    Raises:
        NodeFailure: ``text.not-json``: nested too deeply, or something that no wire carries.
    """
    try:
        text = msgspec.json.encode(value, order="deterministic" if ordered else None)
        return msgspec.json.format(text, indent=2) if pretty else text
    except (TypeError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise NodeFailure(
            "text.not-json",
            "The value cannot be written as JSON.",
            remedy="Pass text, numbers, dates, and lists and structs of these.",
        ) from error


def shown(value: Any, *, pretty: bool = False) -> str:
    """A value as people want to read it: text as it is, nothing for null, all else as JSON.

    Raises:
        NodeFailure: ``text.not-json``.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return iso(value)
    return json_of(value, pretty=pretty).decode()
