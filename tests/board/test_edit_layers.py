"""Layers: collapse and expand keep what a board does."""

from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from flowlike.board.edit import apply
from flowlike.board.edit import commands as c
from flowlike.board.model import Board, Comment, InstancePins, Layer, Node, Output, Place
from flowlike.board.wires import resolve_wires
from flowlike.errors import CommandError
from tests.board.edit_examples import TYPES, E, I, Installed, do, pin, random_command, sample, wires
from tests.board.strategies import boards


def test_crossing_wires_get_relays() -> None:
    board = do(sample(), c.Collapse(id="l", members=("say", "join"), name="Part")).board
    layer = board.layers["l"]
    assert [p.name for p in layer.pins.inputs] == ["exec_in", "items"]
    assert [p.name for p in layer.pins.outputs] == ["exec_out"]
    assert ("go.exec_out", "l.exec_in") in wires(board)
    assert ("l.exec_in", "say.exec_in") in wires(board)
    assert ("say.exec_out", "l.exec_out") in wires(board)
    assert ("l.exec_out", "end.exec_in") in wires(board)
    assert ("join.text", "say.message") in wires(board)
    assert board.nodes["say"].layer == board.nodes["join"].layer == "l"
    assert board.layout["l"] == Place(x=150.0, y=50.0)


def test_several_sources_share_the_relay_of_an_input() -> None:
    board = do(
        sample(),
        c.Connect("go.exec_out", "end.exec_in"),
        c.Collapse(id="l", members=("end",)),
    ).board
    assert len(board.layers["l"].pins.inputs) == 1
    assert {s for s, end in wires(board) if end == "l.exec_in"} == {"go.exec_out", "say.exec_out"}


def fan(order: tuple[str, ...]) -> Board:
    nodes = {id_: Node(type="log@1") for id_ in ("a", "b", "x", "y")}
    ends = tuple(f"{id_}.exec_in" for id_ in order)
    nodes["from"] = Node(type="start@1", outputs={"exec_out": Output(to=ends)})
    return Board(id="fan", nodes=nodes)


def test_execution_order_survives_collapsing() -> None:
    board = fan(("x", "a", "y", "b"))
    inside = do(board, c.Collapse(id="l", members=("from", "a", "b"))).board
    assert inside.nodes["from"].outputs["exec_out"].to == (
        "l.exec_out",
        "a.exec_in",
        "l.exec_out_2",
        "b.exec_in",
    )
    assert resolve_wires(inside).targets == resolve_wires(board).targets
    neighbours = do(fan(("x", "y", "a")), c.Collapse(id="l", members=("from", "a"))).board
    assert neighbours.layers["l"].outputs["exec_out"].to == ("x.exec_in", "y.exec_in")


def test_data_leaves_by_one_relay() -> None:
    board = do(
        sample(),
        c.AddNode(id="in", type="add@1"),
        c.Connect("calc.sum", "in.a"),
        c.Connect("calc.sum", "tail.b"),
        c.Collapse(id="l", members=("calc", "in")),
    ).board
    assert board.nodes["calc"].outputs["sum"].to == ("l.sum", "in.a")
    assert board.layers["l"].outputs["sum"].to == ("tail.a", "tail.b")


def test_relay_names_are_distinct_and_never_reserved() -> None:
    board = do(
        sample(),
        c.AddErrorPin("say"),
        c.Connect("say.auto_handle_error", "end.exec_in"),
        c.SetPinValue("call", "fn_ref", "go"),
        c.AddNode(id="fmt", type="format@1"),
        c.Connect("fmt.text", "join.items#2"),
        c.Collapse(id="l", members=("say", "join", "call")),
    ).board
    names = [p.name for p in (*board.layers["l"].pins.inputs, *board.layers["l"].pins.outputs)]
    assert sorted(names) == ["error", "exec_in", "exec_out", "items", "items_2"]


def test_expand_resolves_relays_of_relays_once() -> None:
    layer = Layer(
        name="L",
        pins=InstancePins(inputs=(pin("a", E), pin("b", E)), outputs=(pin("z", E),)),
        outputs={
            "a": Output(to=("l.z", "n.exec_in", "l.b")),
            "b": Output(to=("l.a", "n.exec_in")),
            "z": Output(to=("m.exec_in",)),
        },
    )
    board = Board(
        id="b",
        layers={"l": layer, "inner": Layer(name="I", parent="l")},
        nodes={
            "s": Node(
                type="start@1", outputs={"exec_out": Output(to=("l.a", "l.none", "m.exec_in"))}
            ),
            "n": Node(type="log@1", layer="l"),
            "m": Node(type="log@1"),
        },
        comments={"c": Comment(layer="l")},
        layout={"l": Place(x=1)},
    )
    applied = do(board, c.Expand("l"))
    assert wires(applied.board) == [("s.exec_out", "m.exec_in"), ("s.exec_out", "n.exec_in")]
    assert applied.board.layers["inner"].parent == ""
    assert applied.board.nodes["n"].layer == applied.board.comments["c"].layer == ""
    assert applied.board.layout == {}
    assert do(applied.board, applied.inverse).board == board


def shape(board: Board) -> Board:
    """The board with data wires as sets, since only execution wires have an order."""
    nodes = {}
    for id_, node in board.nodes.items():
        outputs = {
            key: Output(to=output.to if "exec" in key else tuple(sorted(output.to)))
            for key, output in node.outputs.items()
        }
        nodes[id_] = msgspec.structs.replace(node, outputs=outputs)
    return msgspec.structs.replace(board, nodes=nodes)


@settings(max_examples=40)
@given(boards(valid=True, max_nodes=6), st.randoms(use_true_random=False))
def test_collapse_then_expand_gives_the_same_graph(board: Board, random: Random) -> None:
    types = Installed(TYPES | board.types)
    top = [
        *(id_ for id_, node in board.nodes.items() if not node.layer),
        *(id_ for id_, layer in board.layers.items() if not layer.parent),
        *(id_ for id_, comment in board.comments.items() if not comment.layer),
    ]
    members = tuple(id_ for id_ in top if random.random() < 0.5)
    if not members:
        return
    inside = apply(board, c.Collapse(id="new", members=members), types).board
    flat, before = resolve_wires(inside), resolve_wires(board)
    assert {k: sorted(v) for k, v in flat.targets.items()} == {
        k: sorted(v) for k, v in before.targets.items()
    }
    back = apply(inside, c.Expand("new"), types).board
    assert shape(back) == shape(board)


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_the_same_on_edited_boards(random: Random) -> None:
    board = sample()
    for _ in range(60):
        try:
            board = apply(board, random_command(random, board, TYPES), TYPES).board
        except CommandError:
            continue
        top = [id_ for id_, node in board.nodes.items() if not node.layer]
        members = tuple(id_ for id_ in top if random.random() < 0.5)
        if members:
            inside = do(board, c.Collapse(id="new", members=members)).board
            assert wires(do(inside, c.Expand("new")).board) == wires(board)


def test_members_of_a_moved_layer_keep_their_places() -> None:
    board = do(sample(), c.MoveMany({"deep": c.Move(x=7.0)})).board
    moved = do(board, c.MoveMany({"box": c.Move(x=0.1, entry=(1, 2))})).board
    assert moved.layout["deep"] == board.layout["deep"]
    assert moved.layout["box"].x == 0.10000000149011612
    assert moved.layout["box"].y == 20.0


def test_changing_pins_of_a_layer_drops_only_lost_wires() -> None:
    board = do(
        sample(), c.AddPin("box", "in", pin=pin("n", I)), c.Connect("calc.sum", "box.n")
    ).board
    applied = do(board, c.UpsertLayer(id="box", inputs=(pin("enter", E),)))
    assert ("calc.sum", "box.n") not in wires(applied.board)
    assert ("end.exec_out", "box.enter") in wires(applied.board)
    assert do(applied.board, applied.inverse).board == board
