"""Undo is refused where it would break what somebody did later, and exact everywhere else."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from msgspec import UNSET

from flowlike.board.edit import Applied, Change, Command, Restore, apply
from flowlike.board.edit import commands as c
from flowlike.board.edit.change import changes_between, same
from flowlike.board.model import Board, Comment, Input, Layer, Node, Output, Variable
from flowlike.board.text import dump
from flowlike.errors import CommandError
from tests.board.edit_examples import TYPES, E, S, do, pin, sample
from tests.board.strategies import boards, json_values


def refused(applied: Applied, *later: Command) -> CommandError:
    """Undo after somebody's later commands."""
    board = do(applied.board, *later).board
    with pytest.raises(CommandError) as caught:
        do(board, applied.inverse)
    assert caught.value.code == "command.conflict"
    return caught.value


def test_edits_of_other_parts_do_not_stand_in_the_way() -> None:
    applied = do(sample(), c.SetPinValue("calc", "a", 5))
    later = do(
        applied.board,
        c.SetPinValue("calc", "b", 6),
        c.Rename("calc", "Mine"),
        c.MoveMany({"calc": c.Move(x=1.0)}),
        c.SetNodeSetting("calc", "disabled", True),
    ).board
    back = do(later, applied.inverse).board
    assert back.nodes["calc"].inputs == {"a": Input(value=1), "b": Input(value=6)}
    assert back.nodes["calc"].name == "Mine"


def test_the_same_part_does() -> None:
    error = refused(do(sample(), c.SetPinValue("calc", "a", 5)), c.SetPinValue("calc", "a", 6))
    assert (error.where.node, error.where.path) == ("calc", "node.in.a")


def test_added_things_that_are_used_stay() -> None:
    added = do(sample(), c.AddNode(id="new", type="add@1"))
    refused(added, c.Connect("calc.sum", "new.a"))
    refused(do(sample(), c.UpsertLayer(id="l")), c.SetLayer(("calc",), "l"))
    refused(do(sample(), c.UpsertLayer(id="l")), c.UpsertComment("c", Comment(layer="l")))
    refused(
        do(sample(), c.AddPin("join", "in", name="items")),
        c.Disconnect("go.who", "join.items"),
        c.Connect("go.who", "join.items#3"),
    )
    refused(
        do(sample(), c.AddPin("box", "in", pin=pin("more", E))),
        c.Connect("go.exec_out", "box.more"),
    )


def test_wires_come_back_only_where_there_is_room() -> None:
    cut = do(sample(), c.Disconnect("calc.sum", "tail.a"))
    refused(cut, c.AddNode(id="new", type="add@1"), c.Connect("new.sum", "tail.a"))
    refused(cut, c.Remove(("tail",)))
    refused(do(sample(), c.RemovePin("go", "out", "who")), c.Remove(("join",)))
    refused(do(sample(), c.SetLayer(("deep",), "")), c.Remove(("box",)))


def test_removed_things_come_back_only_under_a_free_id() -> None:
    gone = do(sample(), c.Remove(("tail",)))
    refused(gone, c.AddNode(id="tail", type="log@1"))
    with pytest.raises(CommandError) as caught:
        do(do(gone.board, c.UpsertLayer(id="tail")).board, gone.inverse)
    assert caught.value.code == "command.id-taken"


def test_what_was_loose_before_is_loose_again() -> None:
    odd = Board(
        id="odd",
        nodes={
            "a": Node(type="add@1", outputs={"sum": Output(to=("gone.x", "b.a", "b.none"))}),
            "b": Node(type="add@1", layer="nowhere"),
            "c": Node(type="add@1", outputs={"sum": Output(to=("b.a",))}),
            "u": Node(type="none@1"),
        },
        layers={"l": Layer(name="L", parent="nowhere")},
    )
    for command in (
        c.Remove(("a",)),
        c.Remove(("b",)),
        c.Remove(("l",)),
        c.Disconnect("a.sum", "gone.x"),
        c.Disconnect("a.sum", "b.a"),
        c.Connect("c.sum", "b.b"),
        c.SetLayer(("b",), ""),
        c.Rename("b", "B"),
        c.SetPinValue("b", "a", 1),
        c.Remove(("u", "a", "b", "c")),
    ):
        applied = do(odd, command)
        assert dump(do(applied.board, applied.inverse).board) == dump(odd)


@settings(max_examples=40)
@given(boards(), boards())
def test_exact_restores_bring_any_board_back(a: Board, b: Board) -> None:
    from flowlike.board.diff import diff

    for command in diff(a, b).commands:
        applied = apply(a, command, {})
        assert dump(apply(applied.board, applied.inverse, {}).board) == dump(a)


@pytest.mark.parametrize(
    "change",
    [
        Change(kind="variable", id="v", after={"name": "v"}),
        Change(kind="node", id="n", after={"type": "add@1", "surprise": 1}),
        Change(kind="node", id="n", after="text"),
        Change(kind="node", id="say", path=("in",), after=5),
        Change(kind="node", id="say", path=("pins", "in"), after="x"),
        Change(kind="node", id="say", path=("name", "deeper"), after="x"),
        Change(kind="board", path=("id",), before="sample"),
        Change(kind="board", path=()),
        Change(kind="board", id="x", path=("name",), before="Sample", after="Y"),
        Change(kind="board", path=("settings", "stage"), after="Nowhere"),
    ],
)
def test_changes_that_fit_nowhere_are_refused(change: Change) -> None:
    for exact in (False, True):
        with pytest.raises(CommandError) as caught:
            apply(sample(), Restore((change,), exact=exact), TYPES)
        assert caught.value.code in {"command.bad-value", "command.bad-id", "command.conflict"}


def test_a_malformed_id_comes_only_from_a_file() -> None:
    change = Change(kind="node", id="a.b", after={"type": "add@1"})
    with pytest.raises(CommandError) as caught:
        do(sample(), Restore((change,)))
    assert caught.value.code == "command.bad-id"
    odd = do(sample(), Restore((change,), exact=True)).board
    gone = do(odd, c.Remove(("a.b",)))
    assert do(gone.board, gone.inverse).board == odd


def test_board_fields_come_back() -> None:
    applied = do(sample(), c.SetBoard(name="Other", description="d", version="2.0.0"))
    assert do(applied.board, applied.inverse).board == sample()
    refused(applied, c.SetBoard(name="Third"))


def test_a_variable_comes_back_whole() -> None:
    applied = do(sample(), c.UpsertVariable("count", Variable(name="n", type=S, default="x")))
    paths = {change.path for change in applied.patch}
    assert paths == {("name",), ("type",), ("default",)}
    assert do(applied.board, applied.inverse).board == sample()


@given(json_values(), json_values())
def test_same_is_what_the_file_shows(left: Any, right: Any) -> None:
    def shown(value: Any) -> str:
        return dump(Board(id="b", origin={"x": value}))

    assert same(left, right) == (shown(left) == shown(right))
    assert same(left, left)


def test_fields_at_their_default_are_no_change() -> None:
    node = Node(type="t@1")
    listed = msgspec.convert({"type": "t@1", "settings": {}, "pins": {}, "in": {}}, Node)
    assert changes_between("node", "n", node, listed) == []
    assert changes_between("node", "n", None, None) == []
    (change,) = changes_between("node", "n", None, node)
    assert (change.before, change.after) == (UNSET, {"type": "t@1"})
    assert change.reversed().before == {"type": "t@1"}
