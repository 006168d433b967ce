"""A difference makes one board of the other, names only what differs, and tells it in words."""

from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from flowlike.board.diff import Detail, Difference, changes, describe, diff, render
from flowlike.board.edit import Batch, Command, apply
from flowlike.board.edit import commands as c
from flowlike.board.model import Board, Comment, Input, Node, NodeSettings, Output, Place, Variable
from flowlike.board.text import dump
from flowlike.errors import CommandError
from tests.board.edit_examples import TYPES, S, do, random_command, sample
from tests.board.strategies import boards


@settings(max_examples=60)
@given(boards(), boards())
def test_any_board_becomes_any_other(a: Board, b: Board) -> None:
    assert dump(apply(a, diff(a, b), {}).board) == dump(b)


@settings(max_examples=40)
@given(boards())
def test_equal_boards_have_no_difference(board: Board) -> None:
    assert diff(board, board) == Batch(())
    assert describe(board, board) == []
    assert apply(board, diff(board, board), {}).board == board


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_edited_boards(random: Random) -> None:
    a = b = sample()
    touched: set[str] = set()
    for _ in range(20):
        try:
            applied = apply(b, random_command(random, b, TYPES), TYPES)
        except CommandError:
            continue
        b = applied.board
        touched |= applied.touched
    again = apply(a, diff(a, b), TYPES)
    assert dump(again.board) == dump(b)
    assert {f"{change.kind}:{change.id}" for change in changes(a, b)} <= touched
    assert apply(b, again.inverse, TYPES).board == a


def test_numbers_and_truth_differ() -> None:
    def holding(value: object) -> Board:
        return Board(id="b", nodes={"n": Node(type="t@1", inputs={"x": Input(value=value)})})

    values = [1, 1.0, True, "1", 0.0, -0.0, 0, False, None, [1], [1.0], {"a": 1}, {"a": True}]
    for left in values:
        for right in values:
            a, b = holding(left), holding(right)
            assert bool(diff(a, b).commands) == (left is not right)
            assert dump(apply(a, diff(a, b), {}).board) == dump(b)


def test_key_order_is_no_difference() -> None:
    a = Board(id="b", origin={"x": 1, "y": 2})
    assert diff(a, Board(id="b", origin={"y": 2, "x": 1})).commands == ()


def test_only_the_changed_pin_is_named() -> None:
    a = sample()
    b = do(a, c.SetPinValue("calc", "b", 2)).board
    (restore,) = diff(a, b).commands
    assert isinstance(restore, c.Restore)
    (change,) = restore.changes
    assert (change.kind, change.id, change.path) == ("node", "calc", ("in", "b"))
    assert change.before is UNSET
    assert change.after == {"value": 2}


def test_a_difference_does_not_apply_where_the_part_has_changed() -> None:
    a = sample()
    batch = diff(a, do(a, c.SetPinValue("calc", "a", 2)).board)
    with pytest.raises(CommandError) as caught:
        apply(do(a, c.SetPinValue("calc", "a", 3)).board, batch, TYPES)
    assert caught.value.code == "command.conflict"
    moved_on = do(a, c.SetPinValue("calc", "b", 3)).board
    assert apply(moved_on, batch, TYPES).board.nodes["calc"].inputs["a"] == Input(value=2)


def test_differences_travel_as_json() -> None:
    a = sample()
    b = do(a, c.Remove(("box", "say")), c.SetBoard(name="Other")).board
    batch = msgspec.json.decode(msgspec.json.encode(diff(a, b)), type=Batch)
    assert apply(a, batch, TYPES).board == b


def told(*listed: Command) -> list[Difference]:
    a = sample()
    return describe(a, do(a, *listed).board, TYPES)


def test_added_removed_changed_moved() -> None:
    (added,) = told(c.AddNode(id="new", type="add@1", place=Place(x=1)))
    assert (added.kind, added.id, added.what, added.layout) == ("node", "new", "added", False)
    gone, *rest = told(c.Remove(("calc",)))
    assert (gone.id, gone.what, gone.title) == ("calc", "removed", "add@1")
    assert rest == []
    (changed,) = told(c.SetPinValue("calc", "a", 7))
    assert changed.what == "changed"
    assert changed.details == (Detail("in.a", {"value": 1}, {"value": 7}),)
    (moved,) = told(c.MoveMany({"calc": c.Move(x=5.0)}))
    assert (moved.what, moved.layout) == ("moved", True)
    both = told(c.MoveMany({"calc": c.Move(x=5.0)}), c.SetPinValue("calc", "a", 7))
    assert [item.what for item in both] == ["changed"]


def test_moves_are_told_of_layers_and_comments_too() -> None:
    moved = told(c.MoveMany({"box": c.Move(x=1.0), "note": c.Move(x=2.0)}))
    assert [(item.kind, item.title) for item in moved] == [("layer", "Box"), ("comment", "hello")]
    stray = describe(Board(id="b"), Board(id="b", layout={"ghost": Place(x=1)}))
    assert [(item.kind, item.id, item.what) for item in stray] == [("node", "ghost", "moved")]


def test_order_is_by_kind_and_id() -> None:
    listed = told(
        c.UpsertComment("c1", Comment(content="x")),
        c.AddNode(id="b", type="add@1"),
        c.AddNode(id="a", type="add@1"),
        c.UpsertVariable("v", Variable(name="v", type=S)),
        c.SetBoard(name="Else"),
        c.UpsertLayer(id="l"),
        c.RecordTypes(),
    )
    assert [(item.kind, item.id) for item in listed][:6] == [
        ("board", ""),
        ("variable", "v"),
        ("layer", "l"),
        ("node", "a"),
        ("node", "b"),
        ("comment", "c1"),
    ]
    assert {item.kind for item in listed[6:]} == {"type"}


def test_titles_come_from_the_person_then_the_type() -> None:
    recorded = do(sample(), c.RecordTypes()).board
    renamed = do(recorded, c.SetPinValue("calc", "a", 2)).board
    assert describe(recorded, renamed)[0].title == "Add"
    named = do(renamed, c.Rename("calc", "Total")).board
    assert describe(recorded, named)[0].title == "Total"


CANARY = "hunter2-canary"


def test_secrets_are_not_told() -> None:
    a = do(sample(), c.AddNode(id="in", type="login@1")).board
    b = do(a, c.SetPinValue("in", "token", CANARY)).board
    b = do(b, c.SetNodeSetting("in", "pinned", {"session": CANARY})).board
    (item,) = describe(a, b, TYPES)
    assert [(detail.path, detail.secret) for detail in item.details] == [
        ("in.token", True),
        ("settings.pinned", True),
    ]
    assert CANARY not in render([item])
    assert "changed, not shown" in render([item])
    open_ = Variable(name="v", type=S, default=CANARY)
    hidden = msgspec.structs.replace(open_, secret=True, default=UNSET)
    listed = describe(Board(id="b", variables={"v": open_}), Board(id="b", variables={"v": hidden}))
    assert CANARY not in render(listed)


def test_render() -> None:
    listed = told(
        c.SetPinValue("calc", "a", "x" * 100),
        c.ClearPinValue("join", "items#2"),
        c.MoveMany({"say": c.Move(x=9.0)}),
        c.Remove(("tail",)),
        c.SetBoard(name="Else"),
    )
    lines = render(listed).splitlines()
    assert lines[:2] == ["changed board", '        name: "Sample" → "Else"']
    assert "removed node tail (add@1)" in lines
    assert '        in.items#2: {"value":"!"} → (none)' in lines
    assert "moved   node say (log@1)" in lines
    assert "moved   node say (log@1)" not in render(listed, layout=False).splitlines()
    assert any(line.endswith("…") for line in lines)
    assert render([]) == ""


def test_wires_and_settings_are_told_by_path() -> None:
    a = Board(id="b", nodes={"n": Node(type="t@1"), "m": Node(type="t@1")})
    n = Node(type="t@1", settings=NodeSettings(disabled=True), outputs={"o": Output(to=("m.i",))})
    b = msgspec.structs.replace(a, nodes=a.nodes | {"n": n})
    (item,) = describe(a, b)
    assert [detail.path for detail in item.details] == ["out.o", "settings.disabled"]
