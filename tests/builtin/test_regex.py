import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.builtin import regex
from flowlike.nodes import NodeFailure, NodeType
from flowlike.testing import run_node
from tests.examples import examples


def call(node: NodeType, *values: Any) -> Any:
    assert node.function is not None
    return node.function(*values)


def failure(node: NodeType, *values: Any) -> tuple[str, str]:
    with pytest.raises(NodeFailure) as caught:
        call(node, *values)
    assert caught.value.remedy
    return caught.value.code, caught.value.where.pin


patterns = st.sampled_from(
    ["a+", "[ab]+", "b?", "a|ab", "(a)(b)?", "x*", "é", "(?i)B", "^a", "b$", ""]
)


@given(st.text("abéx😀"), patterns)
def test_matches_are_those_of_another_engine(text: str, pattern: str) -> None:
    # The engines differ in empty matches right after another match; patterns that give none agree.
    ours = [each for each in call(regex.regex_find_all, text, pattern) if each]
    assert ours == [found.group() for found in re.finditer(pattern, text) if found.group()]
    first = re.search(pattern, text)
    run = run_node(regex.regex_match, string=text, pattern=pattern).outputs
    assert run["matched"] is bool(first)
    if first:
        assert run["text"] == first.group()
        assert run["groups"] == {str(at): each for at, each in enumerate(first.groups(), 1)}


@given(st.text("abéx😀"), st.sampled_from(["a+", "[ab]+", "(a)(b)?", "é", "(?i)B"]))
def test_replacements_are_those_of_another_engine(text: str, pattern: str) -> None:
    assert call(regex.regex_replace, text, pattern, "<$0>") == re.sub(pattern, r"<\g<0>>", text)


def test_empty_matches_never_split_a_character() -> None:
    assert call(regex.regex_replace, "é😀", "", "-") == "-é-😀-"
    assert call(regex.regex_find_all, "é", "x*") == ["", ""]


def test_groups() -> None:
    run = run_node(regex.regex_match, string="k=1", pattern=r"(?P<key>\w)=(\d)|(?P<none>z)")
    assert run.outputs == {
        "matched": True,
        "groups": {"1": "k", "2": "1", "3": None, "key": "k", "none": None},
        "text": "k=1",
    }
    run = run_node(regex.regex_match, string="", pattern="a")
    assert run.outputs == {"matched": False, "groups": {}, "text": ""}


@pytest.mark.parametrize(
    ("replacement", "result"),
    [
        ("$2$1", "ba"),
        ("${first}x", "ax"),
        ("$first-$0", "a-ab"),
        ("$$1", "$1"),
        ("$", "$"),
        ("${", "${"),
        (r"\1", r"\1"),
        ("ü$2", "üb"),
    ],
)
def test_replacement_templates(replacement: str, result: str) -> None:
    assert call(regex.regex_replace, "ab", "(?P<first>a)(b)", replacement) == result


def test_a_group_that_took_no_part_is_empty() -> None:
    assert call(regex.regex_replace, "b", "(a)?b", "<$1>") == "<>"


@pytest.mark.parametrize("replacement", ["$3", "${nope}", "$1x", "$99999999999999999999"])
def test_unknown_groups(replacement: str) -> None:
    assert failure(regex.regex_replace, "ab", "(a)(b)", replacement) == (
        "regex.unknown-group",
        "replacement",
    )


@pytest.mark.parametrize(
    "pattern",
    ["(", "a{9999}", r"(a)\1", "(?=a)", "[z-a]", "\ud800", "a" * (regex.MOST_PATTERN + 1), "*"],
)
def test_bad_patterns(pattern: str) -> None:
    for node in (regex.regex_match, regex.regex_find_all):
        assert failure(node, "text", pattern) == ("regex.bad-pattern", "pattern")
    assert failure(regex.regex_replace, "text", pattern, "") == ("regex.bad-pattern", "pattern")


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=10))
def test_any_text_as_pattern_fails_orderly(text: str, pattern: str, replacement: str) -> None:
    for values in ((text, pattern), (text, pattern, replacement)):
        node = regex.regex_match if len(values) == 2 else regex.regex_replace
        try:
            call(node, *values)
        except NodeFailure as failed:
            assert failed.code.startswith("regex.")  # noqa: PT017 - either way is fine


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(a|a?a)+$", "(.*)*x$"])
def test_patterns_that_stop_other_engines(pattern: str) -> None:
    assert not call(regex.regex_match, "a" * examples(50_000) + "b", pattern).matched
