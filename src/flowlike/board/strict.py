"""The slow, strict reader of JSON: what the fast one lets pass, and what is wrong, where, in words.

The stdlib reads; hooks leave a mark in the tree where something is odd (a key twice, NaN, a number
no float holds), which is then looked up. Nesting is bounded before anything recurses.
"""

import json
import math
import re
from collections import Counter
from typing import Any, NamedTuple, NoReturn

from flowlike.board.canonical import DEPTH, deeper_than
from flowlike.board.limits import Limits, check_size
from flowlike.board.locate import (
    Path,
    line_at,
    line_of,
    line_of_depth,
    path_text,
    path_to_fault,
    quote,
)
from flowlike.errors import TextError, Where

EMPTY = "text.empty"
ENCODING = "text.encoding"
SYNTAX = "text.syntax"
TRUNCATED = "text.truncated"
MERGE_CONFLICT = "text.merge-conflict"
DUPLICATE_KEY = "text.duplicate-key"
NUMBER = "text.number"
SURROGATE = "text.surrogate"

_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?: .*)?$", re.MULTILINE)
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
# What is left where the stdlib gives up, if the text was cut off inside a word, number or escape.
_CUT = re.compile(
    r"t(?:ru?)?|f(?:a(?:ls?)?)?|n(?:ul?)?|-|\.|[eE][+-]?|\\?u?[0-9a-fA-F]{0,3}", re.ASCII
)
_SAVE_AS_UTF8 = "Save the file as UTF-8 without a byte order mark."
_MARKS = (
    (b"\xef\xbb\xbf", "starts with a byte order mark"),
    (b"\xff\xfe", "is UTF-16, not UTF-8"),
    (b"\xfe\xff", "is UTF-16, not UTF-8"),
)


def to_bytes(text: bytes | str, limits: Limits, file: str) -> bytes:
    """The text as bytes, no larger than allowed. Raises TextError."""
    check_size(len(text), limits, file=file)
    if isinstance(text, bytes):
        return text
    try:
        raw = text.encode()
    except UnicodeEncodeError as error:
        raise TextError(
            SURROGATE,
            "The text holds half of a surrogate pair, which is no character.",
            remedy="Write the character itself.",
            where=Where(file=file, line=line_at(text, error.start)),
        ) from error
    check_size(len(raw), limits, file=file)
    return raw


def read_json(raw: bytes, limits: Limits, file: str) -> tuple[Any, str]:
    """The JSON value in ``raw`` as Python values, and the text decoded. Raises TextError."""
    text = _decode(raw, file)
    if deeper_than(raw, limits.depth):
        raise TextError(
            DEPTH,
            f"The text nests more than {limits.depth} objects and lists.",
            remedy="Flatten the deep value, or keep it as a text.",
            where=Where(file=file, line=line_of_depth(text, limits.depth)),
        )
    hooks = _Hooks()
    try:
        tree = json.loads(
            text,
            object_pairs_hook=hooks.object,
            parse_constant=hooks.constant,
            parse_float=hooks.float,
            parse_int=hooks.integer,
        )
    except json.JSONDecodeError as error:
        raise _syntax_error(text, error, file) from error
    if hooks.found or _SURROGATE_ESCAPE.search(text):
        _refuse_odd(tree, text, file)
    return tree, text


def _decode(raw: bytes, file: str) -> str:
    if not raw.strip():
        remedy = "Restore the file, or make a new one."
        raise TextError(EMPTY, "The text is empty.", remedy=remedy, where=Where(file=file))
    fault = next((words for mark, words in _MARKS if raw.startswith(mark)), "")
    nul = raw.find(b"\0")
    if not fault and nul >= 0:
        fault = "is UTF-16, not UTF-8" if nul < 2 else "holds a NUL byte; it is no text file"
    if not fault:
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            fault, nul = "holds bytes that are not UTF-8", error.start
    where = Where(file=file, line=raw.count(b"\n", 0, max(nul, 0)) + 1)
    raise TextError(ENCODING, f"The text {fault}.", remedy=_SAVE_AS_UTF8, where=where)


def _syntax_error(text: str, error: json.JSONDecodeError, file: str) -> TextError:
    conflict = _CONFLICT.search(text)
    if conflict:
        return TextError(
            MERGE_CONFLICT,
            "The text holds the marks of a merge conflict.",
            remedy="Resolve the conflict, then read again.",
            where=Where(file=file, line=line_at(text, conflict.start())),
        )
    path = path_text(path_to_fault(text))
    rest = text[error.pos : error.pos + 8].rstrip()
    if _CUT.fullmatch(rest) or error.msg.startswith("Unterminated string"):
        line = line_at(text, len(text.rstrip()))
        inside = f", inside {path}" if path else ""
        return TextError(
            TRUNCATED,
            f"The text ends on line {line}{inside}, before it is complete.",
            remedy="A part is missing: restore the file from a copy, or send all of it.",
            where=Where(file=file, line=line, path=path),
        )
    return TextError(
        SYNTAX,
        f"This is not JSON: {error.msg.lower()} at column {error.colno}.",
        remedy="Correct the text at this place.",
        where=Where(file=file, line=error.lineno, path=path),
    )


class _Odd(NamedTuple):
    """Stands in the tree where something is wrong."""

    code: str
    message: str
    remedy: str


class _Twice(dict[str, Any]):
    """An object that names a key twice."""

    key: str


class _Hooks:
    """What the stdlib calls while it reads. ``found`` tells whether a mark was left."""

    def __init__(self) -> None:
        self.found = False

    def object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        items = dict(pairs)
        if len(items) == len(pairs):
            return items
        self.found = True
        counts = Counter(key for key, _ in pairs)
        marked = _Twice(items)
        marked.key = next(key for key, count in counts.items() if count > 1)
        return marked

    def float(self, text: str) -> float | _Odd:
        value = float(text)
        if math.isfinite(value):
            return value
        return self._number(f"{_short(text)} is beyond what a float holds.")

    def integer(self, text: str) -> int | _Odd:
        try:
            return int(text)
        except ValueError:  # beyond the interpreter's limit of digits
            return self._number(f"A number of {len(text):,} digits is beyond reason.")

    def constant(self, text: str) -> _Odd:
        return self._number(f"{text} is no JSON number.")

    def _number(self, message: str) -> _Odd:
        self.found = True
        return _Odd(NUMBER, message, "Use a finite number, or a text.")


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def _refuse_odd(tree: Any, text: str, file: str) -> None:
    """Raises the first thing that is wrong, in the order of the text, outermost first."""
    open_: list[tuple[Path, Any]] = [((), tree)]
    while open_:
        path, value = open_.pop()
        if isinstance(value, _Odd):
            _raise(value, text, path, file)
        if isinstance(value, _Twice):
            odd = _Odd(
                DUPLICATE_KEY,
                f"The key {quote(value.key)} stands twice in one object.",
                "Remove one of the two; only the last would count.",
            )
            _raise(odd, text, (*path, value.key), file, occurrence=2)
        if isinstance(value, dict):
            bad = next((key for key in value if _is_halved(key)), None)
            if bad is not None:
                _raise(_SURROGATE, text, (*path, bad), file)
            open_.extend([((*path, key), value[key]) for key in reversed(value)])
        elif isinstance(value, list):
            open_.extend([((*path, index), value[index]) for index in reversed(range(len(value)))])
        elif isinstance(value, str) and _is_halved(value):
            _raise(_SURROGATE, text, path, file)


_SURROGATE = _Odd(
    SURROGATE,
    r"A \u escape names half of a surrogate pair, which is no character.",
    "Write the character itself.",
)


def _is_halved(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _raise(odd: _Odd, text: str, path: Path, file: str, occurrence: int = 1) -> NoReturn:
    where = Where(file=file, line=line_of(text, path, occurrence), path=path_text(path))
    raise TextError(odd.code, odd.message, remedy=odd.remedy, where=where)
