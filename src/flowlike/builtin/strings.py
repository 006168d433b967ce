"""Text. Lengths and positions count characters (code points), not bytes."""

import json
import re
from typing import Annotated

from flowlike.builtin.regex import replace_matches
from flowlike.builtin.text import keep_short
from flowlike.nodes import Example, NodeFailure, Pin, pure

_CATEGORY = "Utils/String"

Text = Annotated[str, Pin(label="String")]
Many = Annotated[str, Pin("string", label="String", count=2)]


@pure(name="equal_string", title="Equal", category=_CATEGORY, keywords=("==",), deterministic=True)
def equal(*string: Many) -> Annotated[bool, Pin("equal", label="Is Equal?")]:
    """True if all texts are the same."""
    return len(set(string)) <= 1


@pure(
    name="not_equal_string",
    title="Unequal",
    category=_CATEGORY,
    keywords=("!=",),
    deterministic=True,
)
def unequal(*string: Many) -> Annotated[bool, Pin("unequal", label="Is Unequal?")]:
    """True if not all texts are the same."""
    return len(set(string)) > 1


@pure(name="string_contains", title="Contains", category=_CATEGORY, deterministic=True)
def contains(
    string: Text, substring: Annotated[str, Pin(label="Substring")]
) -> Annotated[bool, Pin("contains", label="Contains?")]:
    """Whether the substring occurs in the text."""
    return substring in string


@pure(name="string_starts_with", title="Starts With", category=_CATEGORY, deterministic=True)
def starts_with(
    string: Text, prefix: Annotated[str, Pin(label="Prefix")]
) -> Annotated[bool, Pin("starts_with", label="Starts With?")]:
    """Whether the text begins with the prefix."""
    return string.startswith(prefix)


@pure(name="string_ends_with", title="Ends With", category=_CATEGORY, deterministic=True)
def ends_with(
    string: Text, suffix: Annotated[str, Pin(label="Suffix")]
) -> Annotated[bool, Pin("ends_with", label="Ends With?")]:
    """Whether the text ends with the suffix."""
    return string.endswith(suffix)


@pure(name="string_length", title="String Length", category=_CATEGORY, deterministic=True)
def length(string: Text) -> Annotated[int, Pin("length", label="Length")]:
    """Number of characters."""
    return len(string)


@pure(name="string_to_lower", title="To Lower Case", category=_CATEGORY, deterministic=True)
def to_lower(string: Text) -> Annotated[str, Pin("lowercase_string", label="Lowercase String")]:
    """The text in small letters."""
    return string.lower()


@pure(name="string_to_upper", title="To Upper Case", category=_CATEGORY, deterministic=True)
def to_upper(string: Text) -> Annotated[str, Pin("uppercase_string", label="Uppercase String")]:
    """The text in capital letters."""
    return string.upper()


@pure(name="string_trim", title="Trim String", category=_CATEGORY, deterministic=True)
def trim(string: Text) -> Annotated[str, Pin("trimmed_string", label="Trimmed String")]:
    """The text without white space at both ends."""
    return string.strip()


@pure(
    name="string_slice",
    title="Slice String",
    category=_CATEGORY,
    keywords=("substring",),
    deterministic=True,
)
def slice_(
    string: Text,
    start: Annotated[int, Pin(label="Start", description="The first character is 0.")],
    end: Annotated[int, Pin(label="End", description="The first character left out.")],
) -> Annotated[str, Pin("result", label="Result")]:
    """A part of the text, from start up to, not including, end.

    Negative positions count from the end: -1 is the last character. Positions outside of the text
    stand for its ends.
    """
    return string[start:end]


@pure(name="string_join", title="Join Strings", category=_CATEGORY, deterministic=True)
def join(
    strings: Annotated[list[str], Pin(label="Strings")],
    separator: Annotated[str, Pin(label="Separator")],
) -> Annotated[str, Pin("joined_string", label="Joined String")]:
    """All texts in one, with the separator between them."""
    keep_short(sum(map(len, strings)) + len(separator) * len(strings))
    return separator.join(strings)


@pure(name="string_split", title="Split String", category=_CATEGORY, deterministic=True)
def split(
    string: Text, separator: Annotated[str, Pin(label="Separator")]
) -> Annotated[list[str], Pin("substrings", label="Substrings")]:
    """The parts of the text between separators.

    An empty separator gives the single characters.
    """
    return string.split(separator) if separator else list(string)


@pure(name="string_replace", title="Replace String", category=_CATEGORY, deterministic=True)
def replace(
    string: Text,
    pattern: Annotated[str, Pin(label="Pattern")],
    replacement: Annotated[str, Pin(label="Replacement")],
    is_regex: Annotated[bool, Pin(label="Is Regex")] = False,
) -> Annotated[str, Pin("new_string", label="New String")]:
    """The text with each occurrence of the pattern replaced.

    A regular expression is one of RE2; see Regex Replace for what the replacement may hold.
    """
    if is_regex:
        return replace_matches(string, pattern, replacement)
    if len(replacement) > len(pattern):
        count = string.count(pattern)
        keep_short(len(string) + count * (len(replacement) - len(pattern)))
    return string.replace(pattern, replacement)


@pure(name="string_escape", title="Escape String", category=_CATEGORY, deterministic=True)
def escape(string: Text) -> Annotated[str, Pin("escaped", label="Escaped")]:
    r"""The text as it stands inside quotes in JSON: a line break becomes \n, a quote \"."""
    return json.dumps(string, ensure_ascii=False)[1:-1]


_ESCAPE = re.compile(
    r"\\(?:u\{(?P<braces>[0-9A-Fa-f]{1,6})\}"
    r"|u(?P<high>[dD][89abAB][0-9A-Fa-f]{2})\\u(?P<low>[dD][c-fC-F][0-9A-Fa-f]{2})"
    r"|u(?P<four>[0-9A-Fa-f]{4})|x(?P<two>[0-9A-Fa-f]{2})|(?P<one>.)|$)",
    re.DOTALL,
)
_SHORT = {
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "b": "\b",
    "f": "\f",
    "0": "\0",
    "\\": "\\",
    '"': '"',
    "'": "'",
    "/": "/",
}


def _unescaped(found: re.Match[str]) -> str:
    short = found["one"]
    if short in _SHORT:
        return _SHORT[short]
    if found["high"]:
        high, low = int(found["high"], 16), int(found["low"], 16)
        return chr(0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF))
    digits = found["braces"] or found["four"] or found["two"]
    code = int(digits, 16) if digits else -1
    if 0 <= code < 0xD800 or 0xE000 <= code < 0x110000:
        return chr(code)
    raise NodeFailure(
        "text.bad-escape",
        f"{found.group()} is no escape of a character.",
        remedy=r"Write \\ for a backslash; others are \n \r \t \b \f \0 \" \' \/ \xHH \uHHHH.",
        pin="string",
    )


@pure(name="string_unescape", title="Unescape String", category=_CATEGORY, deterministic=True)
def unescape(string: Text) -> Annotated[str, Pin("unescaped", label="Unescaped")]:
    r"""The text with escapes turned into what they stand for.

    Escapes are \n \r \t \b \f \0 \\ \" \' \/ \xHH \uHHHH and \u{H}; others are a failure.
    """
    return _ESCAPE.sub(_unescaped, string)


@pure(name="utf8_lossy", title="From UTF-8 Lossy", category=_CATEGORY, deterministic=True)
def utf8_lossy(
    bytes: Annotated[bytes, Pin(label="Bytes")],
) -> Annotated[str, Pin("string", label="String")]:
    """The bytes read as UTF-8; what is no UTF-8 becomes the replacement character."""
    return bytes.decode("utf-8", errors="replace")


def _of(node: str, string: str, pin: str, result: object, **more: object) -> Example:
    return Example(node, {"string": string, **more}, {pin: result})


EXAMPLES = (
    Example("equal_string", {"string": "a", "string#2": "a"}, {"equal": True}),
    Example("not_equal_string", {"string": "a", "string#2": "b"}, {"unequal": True}),
    _of("string_contains", "workflow", "contains", True, substring="flow"),
    _of("string_starts_with", "workflow", "starts_with", True, prefix="work"),
    _of("string_ends_with", "workflow", "ends_with", False, suffix="work"),
    _of("string_length", "Zürich", "length", 6),
    _of("string_to_lower", "ABC", "lowercase_string", "abc"),
    _of("string_to_upper", "abc", "uppercase_string", "ABC"),
    _of("string_trim", "  a b\n", "trimmed_string", "a b"),
    _of("string_slice", "workflow", "result", "flow", start=-4, end=99),
    Example("string_join", {"strings": ["a", "b"], "separator": ", "}, {"joined_string": "a, b"}),
    _of("string_split", "a,b,,c", "substrings", ["a", "b", "", "c"], separator=","),
    _of("string_replace", "a-b-c", "new_string", "a+b+c", pattern="-", replacement="+"),
    _of(
        "string_replace",
        "tel 123",
        "new_string",
        "tel #",
        pattern="[0-9]+",
        replacement="#",
        is_regex=True,
    ),
    _of("string_escape", 'say "hi"\n', "escaped", 'say \\"hi\\"\\n'),
    _of("string_unescape", r"caf\u00e9\n", "unescaped", "café\n"),
    Example("string_unescape", {"string": r"\q"}, fails="text.bad-escape"),
    Example("utf8_lossy", {"bytes": b"caf\xc3\xa9\xff"}, {"string": "café\ufffd"}),
)
