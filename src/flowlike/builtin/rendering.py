"""What a template does when it is rendered; ``template_grammar`` makes these pieces of a text.

A path steps into dictionaries by key and into lists by number, and into nothing else: values have
no attributes and no methods here, so there is nothing to escape to. ``MOST_STEPS`` and the longest
text bound the work of one rendering.
"""

import html
import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flowlike.builtin.text import json_of, keep_short, shown
from flowlike.nodes import NodeFailure

MOST_STEPS = 1_000_000
"""Tags and rounds of loops in one rendering."""


class Work:
    """What one rendering has done so far; stops it when that is too much."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.characters = 0
        self.steps = 0

    def step(self, count: int = 1) -> None:
        """Counts tags, tests or rounds. Raises NodeFailure ``template.too-much-work``."""
        self.steps += count
        if self.steps > MOST_STEPS:
            raise NodeFailure(
                "template.too-much-work",
                f"The template takes more than {MOST_STEPS:,} steps.",
                remedy="Loop over fewer items.",
                pin="template",
            )

    def spend(self, text: str) -> str:
        """Counts characters read or written. Raises NodeFailure ``text.too-long``."""
        self.characters += len(text)
        keep_short(self.characters)
        return text


class Scope:
    """Values by name."""

    def __init__(self, values: Mapping[str, Any], work: Work) -> None:
        self.values = values
        self.work = work


Operand = Callable[[Scope], Any]
Piece = Callable[[Scope], None]


class Template(NamedTuple):
    """A parsed template: the names it takes from outside, and its pieces."""

    names: tuple[str, ...]
    pieces: Sequence[Piece]

    def render(self, values: Mapping[str, Any]) -> str:
        """The text, with values by name.

        Raises:
            NodeFailure: ``template.too-much-work``, ``template.not-comparable``,
                ``template.not-a-list``, ``text.too-long``, ``text.not-json``.
        """
        work = Work()
        scope = Scope(values, work)
        for piece in self.pieces:
            piece(scope)
        return "".join(work.pieces)


# Values.


def _step_into(value: Any, part: str) -> Any:
    if type(value) is dict:
        return value.get(part)
    if type(value) is list and part.isdigit() and len(part) < 10:
        at = int(part)
        return value[at] if at < len(value) else None
    return None


def path_of(name: str, parts: Sequence[str]) -> Operand:
    """The value at a path; null where it leads nowhere."""

    def operand(scope: Scope) -> Any:
        value = scope.values.get(name)
        for part in parts:
            value = _step_into(value, part)
        return value

    return operand


def constant(value: Any) -> Operand:
    """The value itself."""
    return lambda _: value


def _length(value: Any, _: Any) -> Any:
    return len(value) if isinstance(value, str | list | dict | bytes) else 0


def _joined(value: Any, separator: Any) -> Any:
    items = value if isinstance(value, list) else [value]
    texts = [shown(item) for item in items]
    keep_short(sum(map(len, texts)) + len(texts) * len(shown(separator)))
    return shown(separator).join(texts)


class Filter(NamedTuple):
    """What changes a value on its way into the text, with an argument or without."""

    takes_argument: bool
    change: Callable[[Any, Any], Any]


FILTERS = {
    "upper": Filter(False, lambda value, _: shown(value).upper()),
    "lower": Filter(False, lambda value, _: shown(value).lower()),
    "trim": Filter(False, lambda value, _: shown(value).strip()),
    "escape": Filter(False, lambda value, _: html.escape(shown(value))),
    "json": Filter(False, lambda value, _: json_of(value).decode()),
    "length": Filter(False, _length),
    "join": Filter(True, _joined),
    "default": Filter(True, lambda value, other: other if value is None else value),
}


def filtered(operand: Operand, name: str, argument: Any) -> Operand:
    """What a filter makes of the operand."""
    change = FILTERS[name].change

    def change_it(scope: Scope) -> Any:
        scope.work.step()
        given = operand(scope)
        if isinstance(given, str):
            scope.work.spend(given)
        value = change(given, argument)
        return scope.work.spend(value) if isinstance(value, str) else value

    return change_it


_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_EQUAL = {"==": True, "!=": False}


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return "number"
    for cls in (str, datetime, bytes):
        if isinstance(value, cls):
            return cls.__name__
    raise NodeFailure(
        "template.not-comparable",
        "Lists and structs cannot be compared.",
        remedy="Compare one of their parts, or their length.",
        pin="template",
    )


def compared(left: Operand, sign: str, right: Operand) -> Operand:
    """Whether a comparison holds; texts, numbers and dates are compared among themselves."""

    def compare(scope: Scope) -> Any:
        one, other = left(scope), right(scope)
        kinds = _kind(one), _kind(other)
        if kinds == ("str", "str"):
            scope.work.spend(min(one, other, key=len))
        if sign in _EQUAL:
            return (kinds[0] == kinds[1] and one == other) is _EQUAL[sign]
        if kinds[0] == kinds[1] and kinds[0] in {"number", "str", "datetime"}:
            return _ORDER[sign](one, other)
        raise NodeFailure(
            "template.not-comparable",
            f"{sign} cannot compare these two values.",
            remedy="Compare numbers with numbers, texts with texts, dates with dates.",
            pin="template",
        )

    return compare


def any_of(terms: Sequence[Operand]) -> Operand:
    """Whether one of the terms holds."""
    if len(terms) == 1:
        return terms[0]

    def test(scope: Scope) -> Any:
        scope.work.step(len(terms))
        return any(term(scope) for term in terms)

    return test


def all_of(terms: Sequence[Operand]) -> Operand:
    """Whether all terms hold."""
    if len(terms) == 1:
        return terms[0]

    def test(scope: Scope) -> Any:
        scope.work.step(len(terms))
        return all(term(scope) for term in terms)

    return test


def opposite(term: Operand) -> Operand:
    """Whether the term does not hold."""
    return lambda scope: not term(scope)


def text_piece(text: str) -> Piece:
    """Writes the text."""

    def piece(scope: Scope) -> None:
        scope.work.pieces.append(scope.work.spend(text))

    return piece


def value_piece(operand: Operand) -> Piece:
    """Writes the operand as text."""

    def piece(scope: Scope) -> None:
        scope.work.step()
        scope.work.pieces.append(scope.work.spend(shown(operand(scope))))

    return piece


def branch_piece(branches: Sequence[tuple[Operand, Sequence[Piece]]]) -> Piece:
    """Does the first of (test, body) whose test holds."""

    def piece(scope: Scope) -> None:
        for test, body in branches:
            scope.work.step()
            if test(scope):
                for each in body:
                    each(scope)
                return

    return piece


def _items(value: Any, count: int) -> list[Any]:
    """What a loop with one or two names goes through; a struct gives keys, or pairs for two."""
    if value is None:
        return []
    if type(value) is dict:
        return list(value.items()) if count == 2 else [(key,) for key in value]
    if type(value) is list and count == 1:
        return [(item,) for item in value]
    raise NodeFailure(
        "template.not-a-list",
        "A loop goes through a list, or through a struct with one or two names.",
        remedy="Write {% for item in list %} or {% for key, value in struct %}.",
        pin="template",
    )


def loop_piece(names: Sequence[str], operand: Operand, body: Sequence[Piece]) -> Piece:
    """Does the body for each item, under one name, or for each key and value, under two."""

    def piece(scope: Scope) -> None:
        items = _items(operand(scope), len(names))
        last = len(items) - 1
        values = dict(scope.values)
        inner = Scope(values, scope.work)
        for at, item in enumerate(items):
            scope.work.step()
            values.update(zip(names, item, strict=True))
            values["loop"] = {
                "index": at + 1,
                "index0": at,
                "length": last + 1,
                "first": at == 0,
                "last": at == last,
            }
            for each in body:
                each(inner)

    return piece
