import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from flowlike.board.definition import DataType, PinDefinition, ValueType
from flowlike.board.limits import Limits
from flowlike.board.model import Board, Comment, Input, InstancePins, Layer, Node, Place, Variable
from flowlike.board.text import dump, fmt, parse
from flowlike.errors import TextError
from tests.board.strategies import boards

GOLDEN = sorted((Path(__file__).parents[1] / "data" / "boards").glob("*.board.json"))


def literal(value: object) -> Board:
    return Board(id="b", nodes={"n": Node(type="t@1", inputs={"a": Input(value=value)})})


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.name)
def test_golden_boards_are_canonical(file: Path) -> None:
    text = file.read_bytes()
    assert dump(parse(text, file=file.name)).encode() == text


def test_the_golden_board_has_every_field_of_a_document() -> None:
    board = parse(next(file for file in GOLDEN if file.name.startswith("everything")).read_bytes())
    parts: list[tuple[type[msgspec.Struct], list[msgspec.Struct]]] = [
        (Board, [board]),
        (Node, list(board.nodes.values())),
        (Layer, list(board.layers.values())),
        (Variable, list(board.variables.values())),
        (Comment, list(board.comments.values())),
        (Place, list(board.layout.values())),
        (PinDefinition, [pin for node in board.nodes.values() for pin in node.pins.inputs]),
    ]
    for kind, values in parts:
        for field in msgspec.structs.fields(kind):
            default = (
                field.default_factory()
                if field.default_factory is not msgspec.NODEFAULT
                else field.default
            )
            if field.name != "format":
                used = any(getattr(value, field.name) != default for value in values)
                assert used, f"{kind.__name__}.{field.name}"


def test_the_form_of_the_paper() -> None:
    board = Board(
        id="b",
        nodes={
            "v75g": Node(type="log_info@1", inputs={"message": Input(value="hi there")}),
        },
    )
    assert dump(board) == (
        "{\n"
        '  "format": "flowlike.board/1",\n'
        '  "id": "b",\n'
        '  "nodes": {\n'
        '    "v75g": {\n'
        '      "type": "log_info@1",\n'
        '      "in": {\n'
        '        "message": {"value": "hi there"}\n'
        "      }\n"
        "    }\n"
        "  }\n"
        "}\n"
    )


def test_defaults_are_left_out_by_value() -> None:
    text = (
        '{"format": "flowlike.board/1", "id": "b", "name": "New Board", "version": "0.0.1",'
        '"nodes": {"n": {"type": "t@1", "settings": {"on_body_error": "stop"}, "pins": {}}},'
        '"layers": {"l": {"name": "", "kind": "Collapsed"}},'
        '"comments": {"c": {"kind": "Text"}},'
        '"layout": {"n": {"x": 0, "y": -0.0, "z": 0.0}}}'
    )
    canonical = json.loads(fmt(text))
    assert canonical["nodes"] == {"n": {"type": "t@1"}}
    assert canonical["layers"] == {"l": {"name": ""}}
    assert canonical["comments"] == {"c": {}}
    assert canonical["layout"] == {"n": {}}
    assert set(canonical) == {"format", "id", "nodes", "layers", "comments", "layout"}


def test_entities_pins_and_literal_keys_are_sorted() -> None:
    keys = ["p#10", "p#2", "p", "a"]
    node = Node(
        type="t@1", inputs={key: Input(value={"b": 1, "a": {"d": 1, "c": 2}}) for key in keys}
    )
    text = dump(Board(id="b", nodes={"n2": node, "n10": node, "N": node}))
    tree = json.loads(text)
    assert list(tree["nodes"]) == ["N", "n10", "n2"]
    assert list(tree["nodes"]["N"]["in"]) == ["a", "p", "p#2", "p#10"]
    assert '{"value": {"a": {"c": 2, "d": 1}, "b": 1}}' in text


@given(boards())
def test_what_is_written_reads_back(board: Board) -> None:
    text = dump(board)
    again = parse(text)
    assert again == board
    assert dump(again) == text
    assert parse(text.encode()) == board


@given(boards(valid=True, max_nodes=8))
def test_boards_that_fit_read_back(board: Board) -> None:
    assert parse(dump(board)) == board


def shuffled(tree: object, draw: st.DrawFn) -> object:
    if isinstance(tree, dict):
        keys = draw(st.permutations(list(tree)))
        return {key: shuffled(tree[key], draw) for key in keys}
    if isinstance(tree, list):
        return [shuffled(item, draw) for item in tree]
    return tree


@st.composite
def rewritten_boards(draw: st.DrawFn) -> tuple[Board, str]:
    board = draw(boards(max_nodes=3))
    tree = shuffled(json.loads(dump(board)), draw)
    indent = draw(st.sampled_from([None, 1, 4, "\t"]))
    return board, json.dumps(tree, indent=indent, ensure_ascii=draw(st.booleans()))


@given(rewritten_boards())
def test_order_indentation_and_escapes_do_not_matter(given_: tuple[Board, str]) -> None:
    board, text = given_
    assert parse(text) == board
    assert fmt(text) == dump(board)


@given(st.binary(max_size=200))
def test_random_bytes_raise_nothing_else(raw: bytes) -> None:
    with pytest.raises(TextError):
        parse(raw)


@given(st.sampled_from(GOLDEN), st.data())
def test_mutated_texts_raise_nothing_else(file: Path, data: st.DataObject) -> None:
    raw = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        length = data.draw(st.integers(0, 4))
        odd = st.sampled_from([b'"', b"{", b"]", b",", b"\\ud800", b"1e999", b"NaN", b"null", b"-"])
        raw[at : at + length] = data.draw(st.one_of(st.binary(max_size=3), odd))
    board = None
    with suppress(TextError):
        board = parse(bytes(raw))
    if board is not None:
        assert parse(dump(board)) == board


@given(st.sampled_from(GOLDEN), st.data())
def test_truncated_text_says_where_it_ends(file: Path, data: st.DataObject) -> None:
    text = file.read_text(encoding="utf-8")
    cut = text[: data.draw(st.integers(1, len(text) - 3))]
    with pytest.raises(TextError) as caught:
        parse(cut, file=file.name)
    assert caught.value.code == "text.truncated"
    assert caught.value.where.file == file.name
    assert caught.value.where.line == cut.rstrip().count("\n") + 1
    assert f"line {caught.value.where.line}" in caught.value.message


@pytest.mark.parametrize("value", [10**30, -(10**30), 2**63, 2**64, -0.0, 1e16, 5e-324, 1.7e308])
def test_numbers_keep_their_kind_and_value(value: float) -> None:
    again = parse(dump(literal(value))).nodes["n"].inputs["a"].value
    assert repr(again) == repr(value)


@pytest.mark.parametrize("value", [True, 1, 1.0])
def test_equal_numbers_of_other_kinds_stay_apart(value: float) -> None:
    again: Any = parse(dump(literal([value]))).nodes["n"].inputs["a"].value
    assert type(again[0]) is type(value)


def test_a_null_literal_is_not_an_absent_one() -> None:
    nodes = parse(dump(literal(None))).nodes
    assert nodes["n"].inputs["a"].value is None
    bare = Board(id="b", nodes={"n": Node(type="t@1", inputs={"a": Input()})})
    assert parse(dump(bare)).nodes["n"].inputs["a"].value is msgspec.UNSET


def test_whole_numbers_in_float_fields_are_written_as_they_are_read() -> None:
    pin = PinDefinition(name="a", type=DataType.FLOAT, range=(0, 10), step=1)
    board = Board(id="b", nodes={"n": Node(type="t@1", pins=InstancePins(inputs=(pin,)))})
    text = dump(replace(board, layout={"n": Place(x=3, width=2, entry=(1, 2))}))
    assert '"range": [0.0, 10.0], "step": 1.0' in text
    assert '{"x": 3.0, "width": 2.0, "entry": [1.0, 2.0]}' in text
    assert fmt(text) == text


def test_coordinates_are_read_as_32_bit_floats() -> None:
    text = '{"format": "flowlike.board/1", "id": "b", "layout": {"n": {"x": 0.1234567890123}}}'
    board = parse(text)
    assert board.layout["n"].x == 0.12345679
    assert parse(dump(board)) == board


def test_a_coordinate_beyond_32_bits_is_refused_with_its_place() -> None:
    text = '{"format": "flowlike.board/1", "id": "b",\n"layout": {"n": {"x": 1e39}}}'
    with pytest.raises(TextError) as caught:
        parse(text)
    assert caught.value.code == "text.not-finite"
    assert (caught.value.where.path, caught.value.where.line) == ("layout.n", 2)


SECRET = Variable(name="Key", type=DataType.STRING, secret=True, default="hunter2")


def test_a_secret_value_is_not_written() -> None:
    with pytest.raises(TextError) as caught:
        dump(Board(id="b", variables={"key": SECRET}))
    assert caught.value.code == "board.secret-value"
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("canonical", [True, False])
def test_a_secret_value_is_not_read(canonical: bool) -> None:
    text = dump(Board(id="b", variables={"key": replace(SECRET, secret=False)}))
    text = text.replace('"default": "hunter2"', '"default": "hunter2", "secret": true')
    with pytest.raises(TextError) as caught:
        parse(text if canonical else text + "\n", file="x.board.json")
    assert caught.value.code == "board.secret-value"
    assert caught.value.where.path == "variables.key.default"
    assert (caught.value.where.file, caught.value.where.line) == ("x.board.json", 5)
    assert "hunter2" not in str(caught.value)
    assert caught.value.remedy


def test_a_secret_variable_without_a_value_is_fine() -> None:
    board = Board(id="b", variables={"key": replace(SECRET, default=msgspec.UNSET)})
    assert parse(dump(board)) == board


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), [1, {"a": -float("inf")}], (float("nan"),)]
)
def test_what_json_has_no_number_for_is_not_written(value: object) -> None:
    with pytest.raises(TextError) as caught:
        dump(literal(value))
    assert caught.value.code == "text.not-finite"


@pytest.mark.parametrize(
    "value",
    [object(), {1: 2}, "\ud800", {"\ud800": 1}, 10**5000],
    ids=lambda value: type(value).__name__,
)
def test_what_json_cannot_say_is_not_written(value: object) -> None:
    with pytest.raises(TextError) as caught:
        dump(literal(value))
    assert caught.value.code == "text.unwritable"


def nested(depth: int) -> object:
    value: object = []
    for _ in range(depth - 1):
        value = [value]
    return value


@pytest.mark.parametrize("surplus", [0, 1])
def test_depth_is_bounded_alike_in_both_ways(surplus: int) -> None:
    around = 5  # board, nodes, node, in, pin
    board = literal(nested(64 - around + surplus))
    text = '{"format":"flowlike.board/1","id":"b","nodes":{"n":{"type":"t@1","in":{"a":{"value":'
    text += "[" * (59 + surplus) + "]" * (59 + surplus) + "}}}}}"
    if not surplus:
        assert parse(dump(board)) == parse(text) == board
        return
    for refused in (lambda: dump(board), lambda: parse(text)):
        with pytest.raises(TextError) as caught:
            refused()
        assert caught.value.code == "text.depth"


def test_brackets_inside_texts_do_not_nest() -> None:
    board = literal(["[{" * 500, '"\\[' * 100])
    assert parse(dump(board)) == board


def test_limits_are_a_parameter() -> None:
    board = literal("x" * 200)
    with pytest.raises(TextError) as caught:
        parse(dump(board), limits=Limits(text=100))
    assert caught.value.code == "text.too-large"
    with pytest.raises(TextError) as caught:
        dump(board, limits=Limits(nodes=0))
    assert caught.value.code == "board.too-many-nodes"


def test_pins_of_every_container_survive() -> None:
    pins = tuple(
        PinDefinition(name=f"{kind}{value}", type=kind, value_type=value)
        for kind in DataType
        for value in ValueType
    )
    board = Board(id="b", layers={"l": Layer(name="L", pins=InstancePins(inputs=pins))})
    assert parse(dump(board)) == board
