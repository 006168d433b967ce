import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.board import locate
from flowlike.board.locate import line_of, line_of_depth, path_text, path_to_fault, quote

TEXT = """
{ "a": 1,
  "b": [
    {"x": "}]"},
    {"x": {"y": 2}}
  ],
  "c": 3, "a"
  : 4 }
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 2),
        (("a",), 2),
        (("b",), 3),
        (("b", 0), 4),
        (("b", 1, "x", "y"), 5),
        (("c",), 7),
        (("b", 7), 3),
        (("gone",), 2),
        (("c", "deeper"), 7),
    ],
)
def test_lines_of_paths(path: locate.Path, line: int) -> None:
    assert line_of(TEXT, path) == line


def test_the_second_of_equal_keys() -> None:
    assert line_of(TEXT, ("a",), 2) == 7


@given(st.text(max_size=30), st.lists(st.one_of(st.text("ab"), st.integers(0, 2)), max_size=3))
def test_nothing_raises_on_malformed_text(text: str, path: list[str | int]) -> None:
    assert line_of(text, tuple(path)) >= 1
    assert isinstance(path_to_fault(text), tuple)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", ()),
        ("{", ()),
        ('{"a": {"b": [1, {"c": x', ("a", "b", 1, "c")),
        ('{"a": 1, "b"', ()),
        ('{"a": {"b" 1}}', ("a",)),
        ("[1, [2, [3", (1, 1)),
        ("[" * 30, (0,) * 8),
    ],
)
def test_paths_to_faults(text: str, path: locate.Path) -> None:
    found = path_to_fault(text)
    assert found[: len(path)] == path
    assert len(found) <= 8


def test_large_texts_are_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locate, "_LARGEST", 10)
    assert line_of(TEXT, ("a",)) == 0
    assert path_to_fault('{"a": {"b": {"c": x') == ()
    assert line_of_depth(" " * 10 + "[[[[", 1) == 0


def test_brackets_in_texts_do_not_count_for_depth() -> None:
    assert line_of_depth('["[[[\\"[[",\n[\n[]]]', 2) == 3


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("nodes", "n1", "in", "a#2"), "nodes.n1.in.a#2"),
        (("types", "log@1", "inputs", 2, "type"), "types.log@1.inputs[2].type"),
        (("a b", "x"), '["a b"].x'),
        (("x", "\x1b"), 'x["\\u001b"]'),
    ],
)
def test_paths_for_people(path: locate.Path, text: str) -> None:
    assert path_text(path) == text


@given(st.text())
def test_quoted_text_is_short_and_printable(text: str) -> None:
    quoted = quote(text)
    assert quoted.isprintable()
    assert len(quoted) <= 60 * 12 + 3
    if len(text) <= 60:
        assert json.loads(quoted) == text
