"""A lenient reader of JSON: what people and language models write when they mean JSON.

JSON is read as it is. Else the reading starts at the first brace or bracket, so that words and code
fences before it do not matter. Allowed are comments (``//``, ``#``, ``/* */``), single and
typographic quotes, names and texts without quotes, ``True``, ``None`` and the like, superfluous
commas and missing ones (but after a text without quotes), line breaks in texts, and a missing end.
What follows the value is passed over. The time is linear in the length of the text.
"""

import re
from typing import Annotated, Any, NoReturn

import msgspec

from flowlike.board.values import DEPTH
from flowlike.builtin.json_text import as_struct
from flowlike.nodes import Example, JsonObject, NodeFailure, Pin, node

MOST_CHARACTERS = 1_000_000
"""Of a text with faults; JSON as it should be may be longer."""

_DOUBLE, _SINGLE = "\u201c\u201d", "\u2018\u2019"
_QUOTES = {'"': '"', "'": "'", "`": "`"} | {
    start: ends for ends in (_DOUBLE, _SINGLE) for start in ends
}
"""What ends a text, by what began it. Typographic quotes: either of the pair."""

_PLAIN = {start: re.compile(rf"[^\\{re.escape(ends)}]+") for start, ends in _QUOTES.items()}
_OPENING = re.compile(r"[{\[]")
_SPACE = re.compile(r"\s+")
_BARE_NAME = re.compile(r"[^\s:,{}\[\]\"']+")
_BARE_WORD = re.compile(r"[^\s,\]}]+")
_BARE_TEXT = re.compile(r"[^,\]}\n]+")
_HEX = re.compile(r"[0-9A-Fa-f]{4}")
_INTEGER = re.compile(r"[+-]?[0-9]{1,400}")
_FLOAT = re.compile(r"[+-]?(?:[0-9]{1,400}\.?[0-9]{0,400}|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,5})?")
_WORDS = (
    dict.fromkeys(("true", "True", "TRUE"), True)
    | dict.fromkeys(("false", "False", "FALSE"), False)
    | dict.fromkeys(("null", "Null", "NULL", "None", "undefined", "NaN"))
)
_TEXT: Any = object()
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "\n": ""}


class Reader:
    """Reads one value from a text, from its first brace or bracket. Methods begin at ``at``."""

    def __init__(self, text: str) -> None:
        self.text = text
        first = _OPENING.search(text)
        if first is None:
            raise NodeFailure(
                "json.nothing-found",
                "The text holds no JSON object.",
                remedy="Look at the text: it has neither { nor [.",
                pin="json_string",
            )
        self.at = first.start()

    @property
    def next(self) -> str:
        """The character that comes next; empty at the end."""
        return self.text[self.at : self.at + 1]

    def value(self, depth: int) -> Any:
        """Any value; containers in it are one deeper."""
        if depth > DEPTH:
            raise NodeFailure(
                "json.too-deep",
                f"The JSON is nested deeper than {DEPTH} levels.",
                remedy="Nest less deep.",
                pin="json_string",
            )
        self.skip()
        if self.next == "{":
            return self.object(depth)
        if self.next == "[":
            return self.array(depth)
        return self.string() if self.next in _QUOTES else self.bare()

    def skip(self, also: str = "") -> None:
        """Passes over space, comments and the characters of ``also``."""
        while self.at < len(self.text):
            space = _SPACE.match(self.text, self.at)
            if space:
                self.at = space.end()
            elif self.next == "#" or self.text.startswith("//", self.at):
                self.after("\n")
            elif self.text.startswith("/*", self.at):
                self.after("*/")
            elif self.next in also:
                self.at += 1
            else:
                return

    def after(self, mark: str) -> None:
        """Goes behind the next mark, or to the end."""
        end = self.text.find(mark, self.at)
        self.at = len(self.text) if end < 0 else end + len(mark)

    def closed(self, end: str, other: str, depth: int) -> bool:
        """Whether the container ends here: closed, cut off, or closed by what holds it."""
        self.skip(also=",")
        if self.next == end:
            self.at += 1
            return True
        return not self.next or (self.next == other and depth > 1)

    def object(self, depth: int) -> dict[str, Any]:
        """An object; of equal names the last counts."""
        self.at += 1
        found: dict[str, Any] = {}
        while not self.closed("}", "]", depth):
            name = self.name()
            self.skip()
            if not self.next:  # cut off after a name: there is nothing to keep
                break
            if self.next != ":":
                self.fail("There is no colon after a name")
            self.at += 1
            self.skip()
            if not self.next:
                break
            found[name] = None if self.next in ",}" else self.value(depth + 1)
        return found

    def array(self, depth: int) -> list[Any]:
        """An array."""
        self.at += 1
        found: list[Any] = []
        while not self.closed("]", "}", depth):
            found.append(self.value(depth + 1))
        return found

    def name(self) -> str:
        """The name of a field, with or without quotes."""
        if self.next in _QUOTES:
            return self.string()
        match = _BARE_NAME.match(self.text, self.at)
        if match is None:
            self.fail("A name is missing")
        self.at = match.end()
        return match[0]

    def string(self) -> str:
        """A text in quotes of any kind."""
        start = self.next
        ends, plain = _QUOTES[start], _PLAIN[start]
        self.at += 1
        parts: list[str] = []
        while self.at < len(self.text):
            match = plain.match(self.text, self.at)
            if match:
                parts.append(match[0])
                self.at = match.end()
            elif self.next in ends:
                self.at += 1
                break
            else:
                parts.append(self.escape())
        return _joined(parts)

    def escape(self) -> str:
        """What a backslash and the letter behind it stand for."""
        letter = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        code = _HEX.match(self.text, self.at) if letter == "u" else None
        if code is None:
            return _ESCAPES.get(letter, letter)
        self.at = code.end()
        return chr(int(code[0], 16))

    def bare(self) -> Any:
        """A number, a word of JSON, or a text without quotes."""
        match = _BARE_WORD.match(self.text, self.at)
        value = _known(match[0]) if match else _TEXT
        if match is None or value is _TEXT:
            match = _BARE_TEXT.match(self.text, self.at)
            value = _uncommented(match[0]).strip() if match else ""
        if match is None or value == "":
            self.fail("A value is missing")
        self.at = match.end()
        return value

    def fail(self, what: str) -> NoReturn:
        """Raises NodeFailure ``json.beyond-repair`` with the line."""
        line = self.text.count("\n", 0, self.at) + 1
        raise NodeFailure(
            "json.beyond-repair",
            f"{what}, in line {line} of the text.",
            remedy="Mend the text there, or ask whoever made it for JSON.",
            pin="json_string",
        )


def _uncommented(word: str) -> str:
    """A value without a comment behind it; a comment needs a space before, so that URLs stay."""
    return re.split(r"\s(?://|#|/\*)", word, maxsplit=1)[0]


def _known(word: str) -> Any:
    """The number or word of JSON (or of other languages) that the word is, else ``_TEXT``."""
    if word in _WORDS:
        return _WORDS[word]
    if _INTEGER.fullmatch(word):
        return int(word)
    return float(word) if _FLOAT.fullmatch(word) else _TEXT


def _joined(parts: list[str]) -> str:
    """The text, with pairs of surrogates joined; half a pair becomes the replacement character."""
    text = "".join(parts)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def read_leniently(text: str) -> Any:
    """The value of JSON with faults, as the module says.

    Raises:
        NodeFailure: ``json.too-long``, ``json.nothing-found``, ``json.too-deep``, or
            ``json.beyond-repair`` with the line.
    """
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        pass
    if len(text) > MOST_CHARACTERS:
        raise NodeFailure(
            "json.too-long",
            f"The text is no JSON, and longer than {MOST_CHARACTERS:,} characters.",
            remedy="Repair smaller parts.",
            pin="json_string",
        )
    return Reader(text).value(1)


@node(
    name="repair_parse",
    title="Repair Parse JSON",
    category="Utils/JSON",
    keywords=("fix", "lenient"),
    deterministic=True,
)
def repair_parse(
    json_string: Annotated[str, Pin(label="JSON String")],
) -> Annotated[JsonObject, Pin("result", label="Result")]:
    """Reads a JSON object from a text that is not quite JSON.

    JSON is read as it is. Else these are allowed: text and code fences around it, comments, single
    quotes, names and texts without quotes, True and None, missing or superfluous commas, line
    breaks in texts, and a missing end.
    """
    return as_struct(read_leniently(json_string), "json_string")


EXAMPLES = (
    Example(
        "repair_parse",
        {"json_string": "{'a': 1, b: [True, None,],"},
        {"result": {"a": 1, "b": [True, None]}},
    ),
    Example(
        "repair_parse",
        {"json_string": 'Here it is:\n```json\n{"ok": true}\n```'},
        {"result": {"ok": True}},
    ),
    Example("repair_parse", {"json_string": "no JSON"}, fails="json.nothing-found"),
)
