import contextlib
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flowlike.board.values import identity
from flowlike.builtin import json_repair
from flowlike.builtin.json_repair import read_leniently, repair_parse
from flowlike.nodes import NodeFailure
from flowlike.testing import run_node

leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=10,
)
containers = values.filter(lambda each: isinstance(each, list | dict))
pieces = st.lists(
    st.sampled_from(
        [
            *"{}[]:,\"'`\\#/* \n",
            "//",
            "/*",
            "*/",
            "```",
            "\\u",
            "\\ud800",
            "a",
            "true",
            "1",
            "-",
            "“",
        ]
    ),
    max_size=24,
).map("".join)


@given(values)
def test_json_is_read_as_it_is(value: Any) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        assert identity(read_leniently(text)) == identity(json.loads(text))


@given(containers)
def test_the_lenient_way_reads_json_too(value: Any) -> None:
    text = "Here it is:\n```json\n" + json.dumps(value, ensure_ascii=False) + "\n```\nDone. {"
    assert identity(read_leniently(text)) == identity(value)


@given(containers, st.data())
def test_a_cut_end_loses_only_the_end(value: Any, data: st.DataObject) -> None:
    text = json.dumps(value)
    kept = read_leniently(text[: data.draw(st.integers(1, len(text)))])
    assert type(kept) is type(value)
    assert len(kept) <= len(value)
    assert identity(list(kept)[:-1]) == identity(list(value)[: max(0, len(kept) - 1)])


@given(pieces)
@example("[" * 80)
@example("{a:[}")
def test_any_text_ends_in_a_value_or_a_failure(text: str) -> None:
    try:
        value = read_leniently(text)
    except NodeFailure as error:
        failure = error
    else:
        json.dumps(value, ensure_ascii=False).encode()
        return
    assert failure.code.startswith("json.")
    assert failure.where.pin == "json_string"
    assert failure.remedy


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{'a': 'it\\'s', 'b': \"it's\"}", {"a": "it's", "b": "it's"}),
        ("{“a”: “b”, ‘c’: ‘d’, `e`: `f`}", {"a": "b", "c": "d", "e": "f"}),
        ("{a: b c, d_e: http://x.y/z}", {"a": "b c", "d_e": "http://x.y/z"}),
        ("{a: 1,, b: 2,}", {"a": 1, "b": 2}),
        ("[,1,2,]", [1, 2]),
        ("{'a': 1 'b': 'x' 'c': [] d: true e: 2}", {"a": 1, "b": "x", "c": [], "d": True, "e": 2}),
        ("{a: x\nb: y}", {"a": "x", "b": "y"}),
        ("[1 2 3]", [1, 2, 3]),
        (
            "[True, False, None, TRUE, Null, undefined, NaN]",
            [True, False, None, True, None, None, None],
        ),
        ("{country: no, ok: yes}", {"country": "no", "ok": "yes"}),
        ("[+1, -2, .5, 1., 1e3, -1.5E-1, 007]", [1, -2, 0.5, 1.0, 1000.0, -0.15, 7]),
        ("[1-2, 1.2.3, 0x1F, 12px]", ["1-2", "1.2.3", "0x1F", "12px"]),
        ('{"a": /* one\n */ 1, // two\n # three\n "b": 2 # end\n}', {"a": 1, "b": 2}),
        ("[word // comment\n, other # comment\n]", ["word", "other"]),
        ('{"a": "two\nlines"}', {"a": "two\nlines"}),
        (
            r"""{'a': '\n\t\q\/\\ \u00e9 \ud83d\ude00 \ud83d \u12'}""",
            {"a": "\n\tq/\\ é 😀 \ufffd u12"},
        ),
        ("{'a': 'one \\\ntwo'}", {"a": "one two"}),
        ('{"a": [1, {"b": "x', {"a": [1, {"b": "x"}]}),
        ('{"a": 1, "b', {"a": 1}),
        ('{"a": 1, "b":', {"a": 1}),
        ('{"a": tru', {"a": "tru"}),
        ("{'a':", {}),
        ("[", []),
        ("{a: }", {"a": None}),
        ("{a: , b: 1}", {"a": None, "b": 1}),
        ('[{"a": [1, 2}, 3]', [{"a": [1, 2]}, 3]),
        ('[{"a": 1]', [{"a": 1}]),
        ("{a: 1, a: 2}", {"a": 2}),
        ("x = {'a': 1}; y = {}", {"a": 1}),
        ("/* {} */", {}),
        ("[ /* no end", []),
    ],
)
def test_repairs(text: str, value: Any) -> None:
    assert identity(read_leniently(text)) == identity(value)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", "json.nothing-found", "no JSON object"),
        ("no braces here", "json.nothing-found", "no JSON object"),
        ("{a 1}", "json.beyond-repair", "no colon after a name, in line 1"),
        ("{\n\n:1}", "json.beyond-repair", "name is missing, in line 3"),
        ("[}", "json.beyond-repair", "value is missing"),
        ("[1}", "json.beyond-repair", "value is missing"),
        ("{a: ]}", "json.beyond-repair", "value is missing"),
        ("{'a': 1 ]", "json.beyond-repair", "name is missing"),
        ("[" * 65 + "1", "json.too-deep", "64 levels"),
        ("{a:" * 100_000, "json.too-deep", "64 levels"),
    ],
)
def test_refusals(text: str, code: str, words: str) -> None:
    with pytest.raises(NodeFailure) as caught:
        read_leniently(text)
    assert caught.value.code == code
    assert words in caught.value.message


def test_long_texts_are_read_only_if_they_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_repair, "MOST_CHARACTERS", 8)
    assert read_leniently('{"a": [1, 2]}') == {"a": [1, 2]}
    assert read_leniently("{a: [1]}") == {"a": [1]}
    with pytest.raises(NodeFailure) as caught:
        read_leniently("{a: [12]}")
    assert caught.value.code == "json.too-long"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[1, 2]", "json.not-an-object"),
        ("{a: 9223372036854775808}", "json.unfit"),
        ("{a: 1e999}", "json.unfit"),
        ('{"a":' + "[" * 64 + "]" * 64 + "}", "json.unfit"),
    ],
)
def test_the_node_gives_structs_that_wires_can_carry(text: str, code: str) -> None:
    with pytest.raises(NodeFailure) as caught:
        run_node(repair_parse, json_string=text)
    assert (caught.value.code, caught.value.where.pin) == (code, "json_string")


def test_the_node_repairs() -> None:
    run = run_node(repair_parse, json_string="{'a': [1, 2,]")
    assert run.outputs == {"result": {"a": [1, 2]}}


def steps(text: str) -> int:
    """How often the reader looks at a character: a measure of work that no machine changes."""
    count = 0

    class Counting(json_repair.Reader):
        @property
        def next(self) -> str:
            nonlocal count
            count += 1
            return super().next

    with contextlib.suppress(NodeFailure):
        Counting(text).value(1)
    return count


@pytest.mark.parametrize("unit", ["1 ", "'", ",", "# ", "/*", "a b,", "\\", '"""', "'a' ", "a//"])
def test_work_grows_with_the_text_only(unit: str) -> None:
    assert steps("[" + unit * 2000) <= 2.1 * steps("[" + unit * 1000) + 20
