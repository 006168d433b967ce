"""The last filter over text that leaves a run: live secret values become ``[redacted]``.

Tainted values never get this far; this catches a secret that a node or a library put into a
sentence. It finds a secret as it is, percent-encoded (fully, partly, twice), in base64 (also in
the middle of something longer, as in ``Basic`` credentials), and escaped as in JSON or a Python
literal.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterable
from typing import Any

REDACTED = "[redacted]"
SHORTEST = 6
"""Characters; a shorter secret would black out ordinary words and is left alone."""

_MAX_DEPTH = 64


class Redactor:
    """A filter for one set of secrets. Make it once a run; it is immutable."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """Prepare the filter; secrets shorter than ``SHORTEST`` are left out."""
        patterns = {
            pattern
            for secret in secrets
            if len(secret) >= SHORTEST
            for pattern in _patterns(secret)
        }
        # The longest first: of two secrets, one inside the other, all of the longer one must go.
        ordered = sorted(patterns, key=lambda pattern: (-len(pattern), pattern))
        self._pattern = re.compile("|".join(ordered)) if ordered else None

    def text(self, text: str) -> str:
        """The text without the secrets."""
        return self._pattern.sub(REDACTED, text) if self._pattern else text

    def data(self, value: Any, depth: int = 0) -> Any:
        """Plain data without the secrets, in keys too; deeper than 64 levels all of it goes."""
        if self._pattern is None:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, bytes):
            text = value.decode("utf-8", "surrogateescape")
            return self.text(text).encode("utf-8", "surrogateescape")
        if not isinstance(value, dict | list | tuple):
            return value
        if depth >= _MAX_DEPTH:
            return REDACTED
        if isinstance(value, dict):
            return {
                self.data(key, depth + 1): self.data(item, depth + 1) for key, item in value.items()
            }
        return type(value)(self.data(item, depth + 1) for item in value)


def redact_text(text: str, secrets: Iterable[str]) -> str:
    """The text without these secrets. For more than one text, make a ``Redactor``."""
    return Redactor(secrets).text(text)


def _patterns(secret: str) -> Iterable[str]:
    raw = secret.encode("utf-8", "surrogatepass")
    yield "".join(_percent(char) for char in secret)
    yield re.escape(json.dumps(secret)[1:-1])
    yield re.escape(json.dumps(secret, ensure_ascii=False)[1:-1])
    yield re.escape(repr(secret)[1:-1])
    yield from (_base64(raw, offset) for offset in range(3))


def _percent(char: str) -> str:
    """The character itself or its percent-encoding, which may be encoded again."""
    encoded = "".join(
        f"%(?:25)*{_either_case(byte >> 4)}{_either_case(byte & 15)}"
        for byte in char.encode("utf-8", "surrogatepass")
    )
    plus = r"|\+" if char == " " else ""
    return f"(?:{re.escape(char)}|{encoded}{plus})"


def _either_case(digit: int) -> str:
    return f"{digit:x}" if digit < 10 else f"[{digit:x}{digit:X}]"


def _base64(raw: bytes, offset: int) -> str:
    """Those base64 characters that the secret alone decides, if it begins ``offset`` bytes in."""
    text = b64encode(bytes(offset) + raw).decode()
    first = (offset * 8 + 5) // 6
    last = (offset + len(raw)) * 8 // 6
    return "".join(
        {"+": r"(?:[+\-]|%2[Bb])", "/": r"(?:[/_]|%2[Ff])"}.get(char, char)
        for char in text[first:last]
    )
