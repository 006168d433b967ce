"""The template language of Render Template: from a text to the pieces of ``rendering``.

    {{ name.part.0 | filter }}    a value as text; what is missing or null gives nothing
    {% if test %} {% elif test %} {% else %} {% endif %}
    {% for item in list %} {% endfor %}    also {% for key, value in struct %}
    {# a comment #}               "-" at an end of a tag, as in {%- -%}, trims the text beside it

    test    = both { "or" both }
    both    = single { "and" single }
    single  = { "not" } operand [ ("==" | "!=" | "<" | "<=" | ">" | ">=") operand ]
    operand = path | text in quotes | number | "true" | "false" | "null"

In a loop ``loop.index`` counts from 1; ``loop.index0``, ``loop.first``, ``loop.last`` and
``loop.length`` are there, too. Nothing can be called, assigned, imported or included.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from flowlike.builtin.rendering import (
    FILTERS,
    Operand,
    Piece,
    Template,
    all_of,
    any_of,
    branch_piece,
    compared,
    constant,
    filtered,
    loop_piece,
    opposite,
    path_of,
    text_piece,
    value_piece,
)
from flowlike.nodes import NodeFailure

MOST_TEMPLATE = 100_000
"""Longest template, in characters."""
MOST_DEPTH = 16
"""Blocks within each other."""
MOST_PARTS = 16
"""Longest path."""
MOST_NAMES = 100

_OPEN = re.compile(r"\{[{%#]")
_CLOSE = {"{{": "}}", "{%": "%}", "{#": "#}"}
_TOKEN = re.compile(
    r"\s*(?:(?P<path>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)"
    r"|(?P<number>-?[0-9]{1,15}(?:\.[0-9]{1,15})?)"
    r"|\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'"
    r"|(?P<sign>==|!=|<=|>=|[<>|(),]))"
)
_CONSTANTS = {"true": True, "false": False, "null": None, "none": None}
_KEYWORDS = frozenset({"and", "or", "not", "in", "if", "elif", "else", "endif", "for", "endfor"})
_COMPARE = ("==", "!=", "<", "<=", ">", ">=")


def bad_syntax(message: str, line: int) -> NodeFailure:
    """A failure: the template cannot be read; ``line`` counts from 1."""
    return NodeFailure(
        "template.bad-syntax",
        f"{message} in line {line}.",
        remedy="See the help of the node for what a template may hold.",
        pin="template",
    )


class _Part(NamedTuple):
    """A stretch of the template: text, or what stands inside of a tag."""

    opened: str
    content: str
    line: int


def _parts(template: str) -> Iterator[_Part]:
    end, line, trim = 0, 1, False
    while found := _OPEN.search(template, end):
        opened = found.group()
        close = template.find(_CLOSE[opened], found.end())
        text = template[end : found.start()]
        at = line + text.count("\n")
        if close < 0:
            raise bad_syntax(f"{opened} is not closed", at)
        content = template[found.end() : close]
        yield _Part("", _trimmed(text, left=trim, right=content.startswith("-")), line)
        trim = content.endswith("-") and len(content) > 1
        inner = content.removeprefix("-")
        yield _Part(opened, inner.removesuffix("-") if trim else inner, at)
        end, line = close + 2, at + content.count("\n")
    yield _Part("", _trimmed(template[end:], left=trim, right=False), line)


def _trimmed(text: str, *, left: bool, right: bool) -> str:
    text = text.lstrip() if left else text
    return text.rstrip() if right else text


class _Tag:
    """Reads what stands inside of one tag. ``free`` collects names that no loop gives."""

    def __init__(self, part: _Part, bound: set[str], free: dict[str, None]) -> None:
        self.line = part.line
        self.bound = bound
        self.free = free
        self.tokens: list[tuple[str, str]] = []
        self.next = 0
        text, at = part.content.strip(), 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if not found:
                raise self.wrong(f"{text[at:].lstrip()[0]!r} has no meaning")
            kind = found.lastgroup or ""
            self.tokens.append((kind, found[kind]))
            at = found.end()

    def wrong(self, message: str) -> NodeFailure:
        return bad_syntax(message, self.line)

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.next] if self.next < len(self.tokens) else ("end", "")

    def take(self, *texts: str) -> str:
        """The next token's text if it is one of these, and goes on; else nothing."""
        kind, text = self.peek()
        if kind in {"path", "sign"} and text in texts:
            self.next += 1
            return text
        return ""

    def end(self) -> None:
        kind, text = self.peek()
        if kind != "end":
            raise self.wrong(f"{text[:64]!r} is not expected")

    def name(self) -> str:
        """A name that a loop gives to its items."""
        kind, text = self.peek()
        if kind != "path" or "." in text or text in _KEYWORDS | {*_CONSTANTS, "loop"}:
            raise self.wrong(f"{text[:64]!r} cannot be the name of an item")
        self.next += 1
        return text

    def literal(self) -> Any:
        """A text, number or constant; raises NodeFailure for anything else."""
        kind, text = self.peek()
        self.next += 1
        if kind in {"double", "single"}:
            return text
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind == "path" and text in _CONSTANTS:
            return _CONSTANTS[text]
        raise self.wrong(f"{text[:64]!r} is not expected" if text else "Something is missing")

    def operand(self) -> Operand:
        kind, text = self.peek()
        if kind != "path" or text in _CONSTANTS:
            return constant(self.literal())
        self.next += 1
        name, *parts = text.split(".")
        if name in _KEYWORDS or name in _CONSTANTS or len(parts) > MOST_PARTS:
            raise self.wrong(f"{text[:64]!r} is not expected, or too long")
        if name not in self.bound:
            self.free[name] = None
            if len(self.free) > MOST_NAMES or len(name) > 64:
                raise self.wrong(f"More than {MOST_NAMES} names, or a name of over 64 letters")
        return path_of(name, parts)

    def shown(self) -> Operand:
        """An operand and its filters."""
        operand = self.operand()
        while self.take("|"):
            _, name = self.peek()
            if name not in FILTERS:
                raise self.wrong(f"There is no filter {name[:64]!r}")
            self.next += 1
            argument = None
            if FILTERS[name].takes_argument:
                argument = self.argument(name)
            operand = filtered(operand, name, argument)
        return operand

    def argument(self, name: str) -> Any:
        if not self.take("("):
            raise self.wrong(f"The filter {name!r} needs an argument, as in {name}('x')")
        value = self.literal()
        if not self.take(")"):
            raise self.wrong("')' is missing")
        return value

    def test(self) -> Operand:
        either = [self.both()]
        while self.take("or"):
            either.append(self.both())
        return any_of(either)

    def both(self) -> Operand:
        terms = [self.single()]
        while self.take("and"):
            terms.append(self.single())
        return all_of(terms)

    def single(self) -> Operand:
        negated = False
        while self.take("not"):
            negated = not negated
        operand = self.operand()
        if sign := self.take(*_COMPARE):
            operand = compared(operand, sign, self.operand())
        return opposite(operand) if negated else operand


class _Block:
    """An open if or for: what came so far. ``bound`` are names that loops around it give."""

    def __init__(self, kind: str, line: int, bound: set[str]) -> None:
        self.kind = kind
        self.line = line
        self.bound = bound
        self.pieces: list[Piece] = []
        self.branches: list[tuple[Operand, Sequence[Piece]]] = []
        self.names: list[str] = []
        self.operand: Operand = constant(True)

    def branch(self) -> None:
        """Ends a branch; what follows goes into a new one."""
        self.branches.append((self.operand, self.pieces))
        self.pieces = []

    def piece(self) -> Piece:
        """The finished block."""
        if self.kind == "for":
            return loop_piece(self.names, self.operand, self.pieces)
        self.branch()
        return branch_piece(self.branches)


class _Parser:
    def __init__(self) -> None:
        self.free: dict[str, None] = {}
        self.blocks = [_Block("", 1, set())]

    def read(self, part: _Part) -> None:
        """Takes the next part of the template."""
        block = self.blocks[-1]
        if part.opened == "" and part.content:
            block.pieces.append(text_piece(part.content))
        elif part.opened == "{{":
            tag = _Tag(part, block.bound, self.free)
            block.pieces.append(value_piece(tag.shown()))
            tag.end()
        elif part.opened == "{%":
            tag = _Tag(part, block.bound, self.free)
            word = tag.take("if", "elif", "else", "endif", "for", "endfor")
            self.block(word, tag)
            tag.end()

    def block(self, word: str, tag: _Tag) -> None:
        block = self.blocks[-1]
        if word in {"if", "for"}:
            self.begin(word, tag, block)
        elif block.kind and word == f"end{block.kind.removesuffix('else')}":
            self.blocks.pop()
            self.blocks[-1].pieces.append(block.piece())
        elif block.kind == "if" and word in {"elif", "else"}:
            block.branch()
            block.operand = tag.test() if word == "elif" else constant(True)
            block.kind = "if" if word == "elif" else "ifelse"
        else:
            raise tag.wrong(
                f"{word!r} has nothing to belong to" if word else "A tag has no keyword"
            )

    def begin(self, word: str, tag: _Tag, outer: _Block) -> None:
        if len(self.blocks) > MOST_DEPTH:
            raise tag.wrong(f"More than {MOST_DEPTH} blocks within each other")
        block = _Block(word, tag.line, outer.bound)
        if word == "if":
            block.operand = tag.test()
        else:
            block.names = [tag.name()]
            if tag.take(","):
                block.names.append(tag.name())
            if not tag.take("in"):
                raise tag.wrong("'in' is missing")
            block.operand = tag.operand()
            block.bound = {*outer.bound, *block.names, "loop"}
        self.blocks.append(block)


@functools.lru_cache(maxsize=64)
def parse(text: str) -> Template:
    """Reads a template.

    Raises:
        NodeFailure: ``template.bad-syntax``.
    """
    if len(text) > MOST_TEMPLATE:
        raise bad_syntax(f"The template has more than {MOST_TEMPLATE} characters", 1)
    parser = _Parser()
    for part in _parts(text):
        parser.read(part)
    last = parser.blocks[-1]
    if last.kind:
        raise bad_syntax(f"The end of {last.kind.removesuffix('else')!r} is missing", last.line)
    return Template(tuple(parser.free), last.pieces)
