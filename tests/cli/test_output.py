"""The writer: what reaches the terminal. The attacks are in tests/security/test_t87_*."""

import json
import sys
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.cli import output


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("äöü 漢字 🎉", "äöü 漢字 🎉"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u00a0b", "a\u00a0b"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x1b[0m", "\\x1b[0m"),
        ("\x9b", "\\x9b"),
        ("\u202e", "\\u202e"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
        ("", ""),
    ],
)
def test_what_is_not_printable_is_shown(text: str, shown: str) -> None:
    assert output.visible(text) == shown


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON, st.booleans())
def test_json_comes_back(value: object, pretty: bool) -> None:
    text = output.json_text(value, pretty=pretty)
    assert json.loads(text) == value
    assert output.visible(text.replace("\n", "")) == text.replace("\n", "")


def test_half_a_pair_can_be_written() -> None:
    assert json.loads(output.json_text({"a": "\ud800"})) == {"a": "\ud800"}


def test_pretty_json_stays_on_a_line_if_it_fits() -> None:
    assert output.json_text([1, 2], pretty=True) == "[1, 2]"
    long = output.json_text(list(range(60)), pretty=True)
    assert long.startswith("[\n  0,\n")


def test_results_and_talk_go_different_ways(capsys: pytest.CaptureFixture[str]) -> None:
    output.result("a\nb")
    output.result_text("a\nb\n")
    output.result_json({"a": 1})
    output.talk("c")
    output.talk_text("d\x1b\ne")
    assert capsys.readouterr() == ('a\\nb\na\nb\n{"a":1}\n', "c\nd\\x1b\ne\n")


def test_streams_that_are_missing_or_closed_take_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed = StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)
    monkeypatch.setattr(sys, "stderr", None)
    output.begin()
    output.result("a")
    output.talk("b")
    output.finish()
