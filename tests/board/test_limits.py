import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from flowlike.board import limits
from flowlike.board.definition import DataType, NodeDefinition, PinDefinition
from flowlike.board.limits import (
    LIMITS,
    Limits,
    check_board,
    check_outline,
    check_size,
    declared_pins,
    pins_of,
)
from flowlike.board.model import (
    ERROR_PIN,
    Board,
    Comment,
    Input,
    InstancePins,
    Layer,
    Node,
    Output,
    Place,
    Variable,
)
from flowlike.board.pins import input_pins, output_pins
from flowlike.errors import TextError
from tests.board.strategies import boards

EXECUTION = DataType.EXECUTION
MANY = PinDefinition(name="exec_out", type=EXECUTION, variadic=True, count=2)
SEQUENCE = NodeDefinition(
    name="seq", inputs=(PinDefinition(name="exec_in", type=EXECUTION),), outputs=(MANY,)
)
TYPES = {"seq@1": SEQUENCE}


def refusal(board: Board, bounds: Limits = LIMITS) -> tuple[str, str]:
    with pytest.raises(TextError) as caught:
        check_board(board, bounds)
    assert caught.value.remedy
    return caught.value.code, caught.value.where.path


def test_the_limits_are_those_of_the_design() -> None:
    assert (LIMITS.nodes, LIMITS.pins, LIMITS.text, LIMITS.depth) == (10_000, 100_000, 2**26, 64)


def test_size_is_inclusive() -> None:
    check_size(10, Limits(text=10))
    with pytest.raises(TextError) as caught:
        check_size(11, Limits(text=10), file="big.json")
    assert caught.value.code == "text.too-large"
    assert caught.value.where.file == "big.json"


def test_nodes_are_counted_inclusively() -> None:
    board = Board(id="b", nodes={f"n{at}": Node(type="x@1") for at in range(3)})
    check_board(board, Limits(nodes=3))
    assert refusal(board, Limits(nodes=2)) == ("board.too-many-nodes", "nodes")


@pytest.mark.parametrize(
    ("part", "entity"),
    [
        ("variables", Variable(name="v", type=DataType.STRING)),
        ("layers", Layer(name="l")),
        ("comments", Comment()),
        ("types", SEQUENCE),
    ],
)
def test_other_entities_are_counted(part: str, entity: object) -> None:
    board = replace(Board(id="b"), **{part: {"a": entity, "b": entity}})
    check_board(board, Limits(entities=2))
    assert refusal(board, Limits(entities=1)) == ("board.too-many-entities", part)


def test_the_outline_of_a_large_text_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = b'{"nodes": {"a": 1, "b": []}, "layers": {"l": {}}, "else": [{}]}'
    check_outline(raw, Limits(nodes=1))  # small: left to check_board
    monkeypatch.setattr(limits, "_LARGE", 0)
    check_outline(raw, Limits(nodes=2))
    for bad in (raw[:-1], b'"\xff"', b"[" * 100_000, b'{"nodes": 1}'):
        check_outline(bad, Limits(nodes=0))  # left to the reader
    with pytest.raises(TextError) as caught:
        check_outline(raw, Limits(nodes=1))
    assert caught.value.code == "board.too-many-nodes"


def test_places_are_counted() -> None:
    board = Board(id="b", layout={f"n{at}": Place() for at in range(4)})
    assert refusal(board, Limits(nodes=1, entities=1)) == ("board.too-many-entities", "layout")


@pytest.mark.parametrize(
    "node",
    [
        Node(type="seq@1"),
        Node(type="seq@1", outputs={"exec_out#7": Output(), "exec_out#3": Output()}),
        Node(type="seq@1", pins=InstancePins(inputs=(replace(MANY, name="more", count=4),))),
        Node(
            type="seq@1",
            pins=InstancePins(inputs=(replace(MANY, name="more", count=4),)),
            inputs={"more#6": Input(), "exec_in": Input()},
        ),
    ],
)
def test_pins_count_as_many_as_a_node_really_has(node: Node) -> None:
    real = len(input_pins(node, SEQUENCE)) + len(output_pins(node, SEQUENCE))
    assert pins_of(node, declared_pins(SEQUENCE)) == real
    board = Board(id="b", types=TYPES, nodes={"n": node})
    check_board(board, Limits(pins=real))
    assert refusal(board, Limits(pins=real - 1)) == ("board.too-many-pins", "nodes")


def test_error_pins_count() -> None:
    node = Node(type="seq@1", outputs={ERROR_PIN: Output()})
    assert pins_of(node, declared_pins(SEQUENCE)) == 4


def test_pins_of_unknown_types_are_those_listed() -> None:
    node = Node(type="gone@1", inputs={"a": Input(), "b#5": Input()})
    assert pins_of(node, {}) == 6
    plain = Board(id="b", nodes={"n": Node(type="gone@1", inputs={"a": Input(), "b": Input()})})
    assert refusal(plain, Limits(pins=1)) == ("board.too-many-pins", "nodes")


@pytest.mark.parametrize("count", [-1_000_000_000, 0, 1])
def test_a_count_below_one_makes_no_room(count: int) -> None:
    odd = replace(MANY, count=count)
    assert declared_pins(replace(SEQUENCE, outputs=(odd,))) == {"in.exec_in": 1, "out.exec_out": 1}


def test_the_pins_of_a_type_that_no_node_uses_count_by_themselves() -> None:
    board = Board(id="b", types=TYPES)
    assert refusal(board, Limits(pins=1)) == ("board.too-many-pins", "types")


def test_relays_count() -> None:
    layer = Layer(name="l", pins=InstancePins(inputs=(MANY,), outputs=(MANY,)))
    board = Board(id="b", layers={"l": layer})
    check_board(board, Limits(pins=4))
    assert refusal(board, Limits(pins=3)) == ("board.too-many-pins", "layers")


def test_wires_count() -> None:
    wires = {"a": Output(to=("n.x", "n.y")), "b": Output(to=("n.z",))}
    board = Board(
        id="b",
        nodes={"n": Node(type="x@1", outputs=wires)},
        layers={"l": Layer(name="l", outputs=wires)},
    )
    check_board(board, Limits(wires=6))
    assert refusal(board, Limits(wires=5))[0] == "board.too-many-wires"


@pytest.mark.parametrize("length", [1, 2, 5])
def test_layers_that_lie_in_themselves_are_refused(length: int) -> None:
    layers = {f"l{at}": Layer(name="", parent=f"l{(at + 1) % length}") for at in range(length)}
    layers["outside"] = Layer(name="", parent="l0")
    code, path = refusal(Board(id="b", layers=layers))
    assert code == "board.layer-cycle"
    assert path == "layers.l0.parent"


def test_layers_may_nest_deep_and_have_unknown_parents() -> None:
    layers = {f"l{at}": Layer(name="", parent=f"l{at - 1}") for at in reversed(range(10_000))}
    layers["l9999"] = Layer(name="", parent="gone")
    check_board(Board(id="b", layers=layers))
    check_board(Board(id="b", layers={"": Layer(name="")}))


@given(boards(), st.integers(0, 60))
def test_the_quick_way_to_count_pins_lets_nothing_more_through(board: Board, most: int) -> None:
    def outcome() -> str:
        try:
            check_board(board, Limits(pins=most))
        except TextError as error:
            return f"{error.code} {error.where.path}"
        return "fine"

    quick = outcome()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("flowlike.board.limits._most_pins", lambda *_: 2**60)
        assert outcome() == quick


def test_pins_asked_for_by_a_high_ordinal_count_the_quick_way_too() -> None:
    node = Node(type="t@1", outputs={"exec_out#999": Output()})
    board = Board(id="b", nodes={str(number): node for number in range(101)})
    with pytest.raises(TextError) as caught:
        check_board(board)
    assert caught.value.code == "board.too-many-pins"
