"""The words people type to search runs and logs.

    query = { [-] term }             all must hold; a minus means it must not
    term  = [field:] (word | "several words")

A word without a field is looked for in all text, in any case of ASCII letters. It is never part of
a statement: what reads it binds it (threats, row 36).
"""

import re
from typing import NamedTuple

from flowlike.errors import UsageError

MOST_LETTERS = 400
MOST_TERMS = 12
_TERM = re.compile(r'\s*(-?)(?:([a-z]+):)?(?:"([^"]*)"|([^\s"]+))(?=\s|$)')


class Term(NamedTuple):
    """One condition. ``field`` is empty for any text; ``value`` is as it was typed."""

    field: str
    value: str
    wanted: bool


def parse_query(text: str, fields: frozenset[str]) -> tuple[Term, ...]:
    """The conditions of a query.

    Raises:
        UsageError: ``runs.query``: it is too long, has an odd quote or letter, or names an unknown
            field.
    """
    if len(text) > MOST_LETTERS:
        raise _refused(f"A search has at most {MOST_LETTERS} letters.")
    check_text(text)
    terms: list[Term] = []
    at = 0
    while text[at:].strip():
        found = _TERM.match(text, at)
        if found is None:
            raise _refused("A search has a quote that does not end, or something beside a quote.")
        minus, field, quoted, word = found.groups()
        if field and field not in fields:
            if word is None:
                raise _refused(f"There is no field {field!r} to search; {_listed(fields)}.")
            field, word = "", f"{field}:{word}"  # an address or a time, typed as it is
        value = quoted if word is None else word
        if value:
            terms.append(Term(field or "", value, not minus))
        at = found.end()
    if len(terms) > MOST_TERMS:
        raise _refused(f"A search has at most {MOST_TERMS} words.")
    return tuple(terms)


def check_text(text: str) -> None:
    """Refuse letters that databases cannot compare: U+0000, and halves of characters.

    Raises:
        UsageError: ``runs.query``.
    """
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _refused("A search has a letter that is none.")


def lowered(text: str) -> str:
    """The text with its ASCII letters in lower case, as SQLite compares."""
    return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def holds(term: Term, texts: tuple[str, ...]) -> bool:
    """Whether a condition on text holds for one of these texts."""
    value = lowered(term.value)
    return any(value in lowered(text) for text in texts) is term.wanted


def _listed(fields: frozenset[str]) -> str:
    return f"there are {', '.join(sorted(fields))}"


def _refused(sentence: str) -> UsageError:
    return UsageError(
        "runs.query",
        sentence,
        remedy='Search for words, "several words", field:word, or -word for its absence.',
    )
