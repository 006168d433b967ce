import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.board.limits import LIMITS, Limits
from flowlike.board.strict import read_json, to_bytes
from flowlike.errors import TextError


def fault(raw: bytes | str, limits: Limits = LIMITS) -> TextError:
    with pytest.raises(TextError) as caught:
        read_json(to_bytes(raw, limits, "f.json"), limits, "f.json")
    assert caught.value.where.file == "f.json"
    assert caught.value.remedy
    return caught.value


def place(error: TextError) -> tuple[str, int, str]:
    return error.code, error.where.line, error.where.path


json_values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False)
    )
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
    max_leaves=10,
)


@given(json_values, st.sampled_from([None, 1, 4]))
def test_reads_what_the_stdlib_reads(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    assert read_json(text.encode(), LIMITS, "") == (value, text)


@pytest.mark.parametrize("raw", [b"", b" \n\t\n"])
def test_nothing_is_no_document(raw: bytes) -> None:
    assert fault(raw).code == "text.empty"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\xef\xbb\xbf{}", "byte order mark"),
        ("{}".encode("utf-16"), "UTF-16"),
        ("{}".encode("utf-16-le"), "UTF-16"),
        ("{}".encode("utf-16-be"), "UTF-16"),
        (b'{"a":"\0"}', "NUL"),
        (b'{"a":"\xff"}', "not UTF-8"),
        (b'{"a":"\xed\xa0\x80"}', "not UTF-8"),
    ],
)
def test_other_encodings_are_named(raw: bytes, words: str) -> None:
    error = fault(raw)
    assert error.code == "text.encoding"
    assert words in error.message


def test_an_odd_byte_is_placed() -> None:
    assert place(fault(b'{\n"a":\n"\xff"}')) == ("text.encoding", 3, "")
    assert place(fault(b'{\n"a":\n"\0"}')) == ("text.encoding", 3, "")


@pytest.mark.parametrize(
    ("text", "line", "path"),
    [
        ('{"a": 1,\n"a": 2}', 2, "a"),
        ('{"a": 1,\n"b": 2,\n"\\u0061": 1}', 3, "a"),
        ('[{"x":\n{"k": 1, "k": 1}}]', 2, "[0].x.k"),
        ('{"a b": {"k": 0,\n"k": 0, "k": 0}}', 2, '["a b"].k'),
    ],
)
def test_a_key_twice_is_refused_where_it_stands_again(text: str, line: int, path: str) -> None:
    assert place(fault(text)) == ("text.duplicate-key", line, path)


def test_the_outermost_fault_is_told_first() -> None:
    assert place(fault('{"a": [NaN], "b": 1,\n"b": {"c": 1, "c": 2}}')) == (
        "text.duplicate-key",
        2,
        "b",
    )


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "9" * 5000])
def test_numbers_no_document_holds(number: str) -> None:
    error = fault(f'{{"a":\n[0, {number}]}}')
    assert place(error) == ("text.number", 2, "a[1]")
    assert len(error.message) < 100


def test_a_long_number_is_shortened() -> None:
    assert "…" in fault(f"[1{'0' * 500}e400]").message


@pytest.mark.parametrize("text", ['["\\ud800"]', '["\\udc00x"]', '["\\ud83d\\ud83d"]'])
def test_half_a_surrogate_pair_is_refused(text: str) -> None:
    assert place(fault(text)) == ("text.surrogate", 1, "[0]")


def test_half_a_surrogate_pair_in_a_key() -> None:
    assert fault('{"a": {"\\uD800": 1}}').code == "text.surrogate"
    assert fault('{\n"a": "\ud800"}').where.line == 2


def test_a_whole_pair_is_a_character() -> None:
    assert read_json(b'["\\ud83d\\ude00"]', LIMITS, "")[0] == ["😀"]


@pytest.mark.parametrize("opener", ["[", '{"a":', '[{"a":'])
def test_depth_is_refused_before_anything_recurses(opener: str) -> None:
    error = fault("\n" + opener * 100_000)
    assert place(error)[:2] == ("text.depth", 2)


def test_depth_is_counted_exactly() -> None:
    limits = Limits(depth=3)
    assert read_json(b'[[["[[[["]]]', limits, "")[0] == [[["[[[["]]]
    assert place(fault("[[\n[\n[]]]]", limits)) == ("text.depth", 3, "")
    wide = b"[" + b"[[]]," * 1000 + b"[]]"
    assert len(read_json(wide, limits, "")[0]) == 1001


@pytest.mark.parametrize(
    ("text", "line", "path"),
    [
        ('{"a": 1,,}', 1, ""),
        ('{"a":\n{"b": [1, x]}}', 2, "a.b[1]"),
        ("{'a': 1}", 1, ""),
        ('{"a": 1} x', 1, ""),
        ('{"a": 01}', 1, ""),
        ('{"a": "tab\there"}', 1, "a"),
        ("PK\x03\x04", 1, ""),
        ("<html>", 1, ""),
        ('{"a" 1}', 1, ""),
        ("[1 2]", 1, ""),
        ("[1,]", 1, "[1]"),
    ],
)
def test_malformed_text_is_placed(text: str, line: int, path: str) -> None:
    code, at, where = place(fault(text))
    assert (code, at) == ("text.syntax", line)
    assert where in {path, ""}
    assert "column" in fault(text).message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{", 1),
        ('{"a"', 1),
        ('{"a":', 1),
        ('{\n"a": tru', 2),
        ('{"a": -', 1),
        ('{"a": 1.', 1),
        ('{"a": 1e', 1),
        ('{"a": "x', 1),
        ('{"a": "x\\', 1),
        ('{"a": "x\\u12', 1),
        ('{"a": [1,\n\n2,\n\n', 3),
    ],
)
def test_text_that_was_cut_off_says_where_it_ends(text: str, line: int) -> None:
    error = fault(text)
    assert (error.code, error.where.line) == ("text.truncated", line)
    assert f"line {line}" in error.message


def test_text_that_was_cut_off_says_what_it_was_inside() -> None:
    error = fault('{"nodes": {"n1": {"type": "a@1", "in": {"x": {"value": 3}')
    assert error.where.path == "nodes.n1.in"
    assert "inside nodes.n1.in" in error.message


def test_merge_conflicts_are_recognised() -> None:
    text = '{\n<<<<<<< ours\n"a": 1\n=======\n"a": 2\n>>>>>>> theirs\n}'
    assert place(fault(text)) == ("text.merge-conflict", 2, "")


def test_hostile_names_reach_no_terminal() -> None:
    message = str(fault('{"\\u001b[31m\\u202ex": 1, "\\u001b[31m\\u202ex": 1}'))
    assert message.isprintable()
    assert len(str(fault(json.dumps({"k" * 5000: 1})[:-1] + ', "' + "k" * 5000 + '": 1}'))) < 400
