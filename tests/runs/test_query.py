import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.errors import UsageError
from flowlike.runs.query import Term, holds, lowered, parse_query

FIELDS = frozenset({"status", "node"})


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("   ", []),
        ("word", [("", "word", True)]),
        ("two words", [("", "two", True), ("", "words", True)]),
        ('"two words" x', [("", "two words", True), ("", "x", True)]),
        ("-word", [("", "word", False)]),
        ('-"a b"', [("", "a b", False)]),
        ("status:failed", [("status", "failed", True)]),
        ('-node:"n 1"', [("node", "n 1", False)]),
        ("http://x/y", [("", "http://x/y", True)]),
        ("12:30", [("", "12:30", True)]),
        ("other:value", [("", "other:value", True)]),
        ("%_\\'--;", [("", "%_\\'--;", True)]),
        ('""', []),
        ("a\tb\nc", [("", "a", True), ("", "b", True), ("", "c", True)]),
        ("-", [("", "-", True)]),
        ("ä-ö", [("", "ä-ö", True)]),
    ],
)
def test_what_people_type(text: str, terms: list[tuple[str, str, bool]]) -> None:
    assert parse_query(text, FIELDS) == tuple(Term(*term) for term in terms)


@pytest.mark.parametrize(
    "text",
    ["a\0b", "\ud800", '"', 'a "b', 'a"b', '"a"b', 'other:"a b"', "x " * 13, "x" * 401, '-"'],
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"runs\.query") as caught:
        parse_query(text, FIELDS)
    assert caught.value.remedy


@given(st.text(max_size=60))
def test_any_text_is_a_query_or_refused(text: str) -> None:
    try:
        terms = parse_query(text, FIELDS)
    except UsageError:
        return
    assert all(term.value and term.value in text for term in terms)


def test_case_matters_not_for_ascii_letters() -> None:
    assert holds(Term("", "BROKE", True), ("it broke",))
    assert holds(Term("", "broke", False), ("fine", "well"))
    assert not holds(Term("", "broke", True), ("fine",))
    assert not holds(Term("", "Ä", True), ("ä",))
    assert lowered("AÄ\ud800Z") == "aÄ\ud800z"
