import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.builtin import strings
from flowlike.builtin.text import MOST_CHARACTERS
from flowlike.nodes import NodeFailure, NodeType
from flowlike.testing import run_node


def call(node: NodeType, *values: Any, **named: Any) -> Any:
    assert node.function is not None
    return node.function(*values, **named)


@given(st.lists(st.sampled_from(["a", "b"]), min_size=2, max_size=4))
def test_equality_of_many(texts: list[str]) -> None:
    assert call(strings.equal, *texts) is all(each == texts[0] for each in texts)
    assert call(strings.unequal, *texts) is not call(strings.equal, *texts)


def test_two_pins_at_first() -> None:
    (pin,) = strings.equal.definition.inputs
    assert (pin.name, pin.variadic, pin.count) == ("string", True, 2)


@given(st.text(), st.text(max_size=3))
def test_parts_of_a_text(one: str, other: str) -> None:
    whole = one + other
    assert call(strings.contains, whole, other)
    assert call(strings.starts_with, whole, one)
    assert call(strings.ends_with, whole, other)


def test_length_counts_characters() -> None:
    assert run_node(strings.length, string="é😀").outputs == {"length": 2}


@pytest.mark.parametrize(
    ("start", "end", "result"), [(1, 3, "bc"), (-2, 99, "de"), (3, 1, ""), (-99, 2, "ab")]
)
def test_slices(start: int, end: int, result: str) -> None:
    assert call(strings.slice_, "abcde", start, end) == result


@given(st.lists(st.text("ab"), min_size=1), st.text("-;", min_size=1, max_size=2))
def test_split_undoes_join(parts: list[str], separator: str) -> None:
    assert call(strings.split, call(strings.join, parts, separator), separator) == parts


def test_split_by_nothing_gives_characters() -> None:
    assert call(strings.split, "añ", "") == ["a", "ñ"]
    assert call(strings.split, "", "") == []
    assert call(strings.join, [], "-") == ""


@given(st.text("abc"), st.text("abc", max_size=2), st.text("xyz", max_size=3))
def test_replacing_plain_text(text: str, pattern: str, replacement: str) -> None:
    assert call(strings.replace, text, pattern, replacement) == text.replace(pattern, replacement)


def test_a_plain_pattern_is_no_regex() -> None:
    assert call(strings.replace, "a.b", ".", "$0") == "a$0b"
    assert call(strings.replace, "a.b", ".", "<$0>", is_regex=True) == "<a><.><b>"


def test_texts_stay_short() -> None:
    long = "x" * 10_000
    for node, values in (
        (strings.replace, (long, "x", long)),
        (strings.replace, (long, "x", long, True)),
        (strings.replace, (long, "", long)),
        (strings.join, ([long] * (MOST_CHARACTERS // 10_000), "yy")),
    ):
        with pytest.raises(NodeFailure) as caught:
            call(node, *values)
        assert caught.value.code == "text.too-long"


@given(st.text())
def test_unescape_undoes_escape(text: str) -> None:
    escaped = call(strings.escape, text)
    assert "\n" not in escaped
    assert call(strings.unescape, escaped) == text


@given(st.text())
def test_escapes_are_those_of_json(text: str) -> None:
    assert json.loads(f'"{call(strings.escape, text)}"') == text
    assert call(strings.unescape, json.dumps(text)[1:-1]) == text


def test_more_escapes() -> None:
    assert call(strings.unescape, r"\x41\u{1F600}\0\'\/\b\f\r\t") == "A😀\0'/\b\f\r\t"


@pytest.mark.parametrize("text", ["\\", r"\q", r"\x4", r"\u12", r"\ud800", r"\u{110000}", r"\u{}"])
def test_bad_escapes(text: str) -> None:
    with pytest.raises(NodeFailure) as caught:
        call(strings.unescape, text)
    assert (caught.value.code, caught.value.where.pin) == ("text.bad-escape", "string")


@given(st.binary())
def test_any_bytes_become_text(data: bytes) -> None:
    text = call(strings.utf8_lossy, data)
    assert text == data.decode() if "\ufffd" not in text else text.encode()


def test_case_and_white_space() -> None:
    assert call(strings.to_upper, "straße") == "STRASSE"
    assert call(strings.to_lower, "ÀB") == "àb"
    assert call(strings.trim, "\t a \u00a0") == "a"
