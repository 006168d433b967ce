"""Regular expressions of RE2: a search takes time linear in the text, whatever the pattern.

RE2 has no backreferences and no look-around; that is the price. To find all matches is a search for
each, so a contrived pattern (``x*y|x``) still takes the square of the text's length. Texts and
patterns pass as UTF-8, as RE2 sees them, so that positions need no counting.
"""

import functools
import re
from collections.abc import Iterator
from typing import Annotated, Any

import re2

from flowlike.builtin.text import keep_short
from flowlike.nodes import Example, JsonObject, NodeFailure, Out, Pin, pure

_CATEGORY = "Utils/Regex"
MOST_PATTERN = 4096
"""Longest pattern, in characters."""
MOST_MEMORY = 8 * 1024 * 1024
"""Bytes that RE2 may use for one compiled pattern."""

Text = Annotated[str, Pin(label="String")]
Pattern = Annotated[str, Pin(label="Pattern", description="A regular expression of RE2.")]


def _options() -> Any:
    options = re2.Options()
    options.max_mem = MOST_MEMORY
    options.log_errors = False
    return options


_OPTIONS = _options()


@functools.lru_cache(maxsize=128)
def _compiled(pattern: str) -> Any:
    if len(pattern) > MOST_PATTERN:
        raise _bad_pattern(f"it has more than {MOST_PATTERN} characters")
    try:
        return re2.compile(pattern.encode(), _OPTIONS)
    except (re2.error, UnicodeEncodeError) as error:
        reason = error.args[0] if error.args else ""
        text = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise _bad_pattern(text) from error


def _bad_pattern(reason: str) -> NodeFailure:
    return NodeFailure(
        "regex.bad-pattern",
        f"The pattern is no regular expression of RE2: {reason}.",
        remedy="Mend the pattern. Backreferences and look-around do not exist in RE2.",
        pin="pattern",
    )


def _matches(regex: Any, data: bytes) -> Iterator[Any]:
    """All matches; RE2 also finds empty ones inside of a character, which are left out."""
    for match in regex.finditer(data):
        at = match.start()
        inside = at < len(data) and data[at] & 0xC0 == 0x80
        if not inside:
            yield match


def _decoded(part: bytes | None) -> str | None:
    return None if part is None else part.decode()


class Matched(Out):
    """The first match."""

    matched: Annotated[bool, Pin(label="Matched")]
    groups: Annotated[JsonObject, Pin(label="Groups")]
    text: Annotated[str, Pin(label="Text", description="The whole match.")]


@pure(name="regex_match", title="Regex Match", category=_CATEGORY, deterministic=True)
def regex_match(string: Text, pattern: Pattern) -> Matched:
    """Searches for the first match anywhere in the text.

    Anchor the pattern with ^ and $ to match the whole text. Groups are named by their number or
    name; one that took no part is null.
    """
    regex = _compiled(pattern)
    found = next(_matches(regex, string.encode()), None)
    if found is None:
        return Matched(False, {}, "")
    groups: dict[str, Any] = {
        str(number): _decoded(found[number]) for number in range(1, regex.groups + 1)
    }
    groups |= {name.decode(): _decoded(found[at]) for name, at in regex.groupindex.items()}
    return Matched(True, groups, found.group().decode())


@pure(name="regex_find_all", title="Regex Find All", category=_CATEGORY, deterministic=True)
def regex_find_all(
    string: Text, pattern: Pattern
) -> Annotated[list[str], Pin("matches", label="Matches")]:
    """All matches in the text, from left to right, without overlaps."""
    return [match.group().decode() for match in _matches(_compiled(pattern), string.encode())]


@pure(name="regex_replace", title="Regex Replace", category=_CATEGORY, deterministic=True)
def regex_replace(
    string: Text, pattern: Pattern, replacement: Annotated[str, Pin(label="Replacement")]
) -> Annotated[str, Pin("result", label="Result")]:
    """The text with every match replaced.

    In the replacement $1 and ${name} stand for groups, $0 for the whole match, $$ for a dollar.
    """
    return replace_matches(string, pattern, replacement)


_REFERENCE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<braces>\w+)\}|(?P<bare>\w+))", re.ASCII)


def _template(replacement: str, regex: Any) -> list[bytes | int]:
    """Literal parts, and numbers of groups."""
    named = {name.decode(): at for name, at in regex.groupindex.items()}
    parts: list[bytes | int] = []
    end = 0
    for found in _REFERENCE.finditer(replacement):
        parts.append(replacement[end : found.start()].encode())
        end = found.end()
        if found["dollar"]:
            parts.append(b"$")
            continue
        name = found["braces"] or found["bare"]
        number = named.get(name, int(name) if name.isdigit() and len(name) < 5 else -1)
        if not 0 <= number <= regex.groups:
            raise NodeFailure(
                "regex.unknown-group",
                f"The pattern has no group {name}.",
                remedy="Write ${1}x for a group followed by a letter, and $$ for a dollar.",
                pin="replacement",
            )
        parts.append(number)
    return [*parts, replacement[end:].encode()]


def replace_matches(string: str, pattern: str, replacement: str) -> str:
    """The text with every match of the pattern replaced.

    Raises:
        NodeFailure: ``regex.bad-pattern``, ``regex.unknown-group`` or ``text.too-long``.
    """
    regex = _compiled(pattern)
    template = _template(replacement, regex)
    data = string.encode()
    pieces: list[bytes] = []
    size = end = 0
    for match in _matches(regex, data):
        start = match.start()
        new = [part if isinstance(part, bytes) else match[part] or b"" for part in template]
        size += sum(map(len, new)) + start - end
        keep_short(size)
        pieces += [data[end:start], *new]
        end = match.end()
    return b"".join([*pieces, data[end:]]).decode()


EXAMPLES = (
    Example(
        "regex_match",
        {"string": "order 4711 of today", "pattern": "order (?P<number>[0-9]+)"},
        {"matched": True, "groups": {"1": "4711", "number": "4711"}, "text": "order 4711"},
    ),
    Example("regex_match", {"string": "a", "pattern": "("}, fails="regex.bad-pattern"),
    Example(
        "regex_find_all", {"string": "a1 b22", "pattern": "[a-z][0-9]+"}, {"matches": ["a1", "b22"]}
    ),
    Example(
        "regex_replace",
        {"string": "Ada Lovelace", "pattern": r"(\w+) (\w+)", "replacement": "$2, $1"},
        {"result": "Lovelace, Ada"},
    ),
)
