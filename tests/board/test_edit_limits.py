"""What is too large, or no value at all, is refused before it is in a board."""

import math
from typing import Any

import pytest

from flowlike.board.edit import Command, apply
from flowlike.board.edit import commands as c
from flowlike.board.edit.values import INTEGER_BITS, VALUE_BYTES, check_name, check_value
from flowlike.board.model import Board, Comment, Input, Node, NodeSettings, Place
from flowlike.errors import CommandError
from tests.board.edit_examples import TYPES, S, do, pin, sample


def code(board: Board, command: Command) -> str:
    with pytest.raises(CommandError) as caught:
        apply(board, command, TYPES)
    return caught.value.code


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        {"a": [-math.inf]},
        {1: "key"},
        {"set"},
        b"bytes",
        "half \ud800",
        {"half \ud800": 1},
        1 << (INTEGER_BITS + 1),
        object(),
    ],
)
def test_values_no_board_can_hold(value: Any) -> None:
    assert code(sample(), c.SetPinValue("say", "message", value)) == "command.bad-value"


@pytest.mark.parametrize("value", [None, 2**63, -0.0, "😀", [[]], {"a": {"b": [1, 2.5, True]}}])
def test_values_a_board_can_hold(value: Any) -> None:
    assert check_value(value) is value


def test_large_values() -> None:
    long = "x" * (VALUE_BYTES + 1)
    assert code(sample(), c.SetPinValue("say", "message", long)) == "command.too-large"
    assert code(sample(), c.SetComment("say", long)) == "command.too-large"
    assert code(sample(), c.UpsertComment("c", Comment(content=long))) == "command.too-large"
    assert code(sample(), c.SetBoard(description=long)) == "command.too-large"


def test_too_many_nodes() -> None:
    full = Board(id="b", nodes={f"n{at}": Node(type="start@1") for at in range(10_000)})
    assert code(full, c.AddNode(id="one", type="start@1")) == "command.too-large"
    assert do(full, c.Rename("n1", "ok")).board.nodes["n1"].name == "ok"


def test_too_many_comments() -> None:
    full = Board(id="b", comments={f"c{at}": Comment() for at in range(10_000)})
    assert code(full, c.UpsertComment("one", Comment())) == "command.too-large"


def test_too_many_pins() -> None:
    node = Node(type="concat@1", inputs={"items#999": Input()})
    wide = Board(id="b", types={"concat@1": TYPES["concat@1"]}, nodes={"a": node})
    assert code(wide, c.AddPin("a", "in", name="items")) == "command.too-large"
    most = Board(id="b", nodes={f"n{at}": node for at in range(100)})
    assert code(most, c.AddNode(id="m", type="concat@1")) == "command.too-large"


def test_too_many_own_pins() -> None:
    pins = tuple(pin(f"p{at}", S) for at in range(200))
    board = do(sample(), c.UpsertLayer(id="l", inputs=pins)).board
    assert code(board, c.AddPin("l", "in", pin=pin("more", S))) == "command.too-large"
    many = tuple(pin(f"p{at}", S) for at in range(401))
    assert code(board, c.UpsertLayer(id="l", inputs=many)) == "command.too-large"


def test_a_default_of_an_own_pin_is_a_value() -> None:
    odd = pin("x", S, default=math.nan)
    assert code(sample(), c.AddPin("box", "in", pin=odd)) == "command.bad-value"


def test_names() -> None:
    assert check_name("", empty=True) == ""
    for name in ("", "  ", "a\tb", "x" * 201):
        with pytest.raises(CommandError):
            check_name(name)


@pytest.mark.parametrize("x", [math.nan, math.inf, 1e300, -1e39])
def test_coordinates(x: float) -> None:
    assert code(sample(), c.MoveMany({"say": c.Move(x=x)})) == "command.bad-value"


def test_places_hold_32_bit_floats_without_negative_zero() -> None:
    place = Place(x=-0.0, y=0.1, width=0.1, entry=(0.1, -0.0))
    board = do(sample(), c.UpsertLayer(id="box", place=place)).board
    stored = board.layout["box"]
    assert str(stored.x) == "0.0"
    assert stored.y == stored.width == 0.10000000149011612
    assert stored.entry == (0.10000000149011612, 0.0)


def test_settings_are_checked_together_but_kept_apart() -> None:
    board = do(sample(), c.SetNodeSetting("calc", "pinned", {"sum": 4})).board
    board = do(board, c.SetNodeSetting("calc", "timeout_ms", 50)).board
    assert board.nodes["calc"].settings == NodeSettings(pinned={"sum": 4}, timeout_ms=50)
    assert do(board, c.SetNodeSetting("calc", "pinned")).board.nodes["calc"].settings == (
        NodeSettings(timeout_ms=50)
    )
    assert code(board, c.SetNodeSetting("calc", "timeout_ms", 86_400_001)) == "command.bad-value"
    assert code(board, c.SetNodeSetting("calc", "retry", {"attempts": 101})) == "command.bad-value"


def test_choices() -> None:
    board = do(sample(), c.UpgradeNode("say", 2)).board
    assert code(board, c.SetPinValue("say", "level", "loud")) == "command.bad-value"
    assert do(board, c.SetPinValue("say", "level", "warn")).board.nodes["say"].inputs


def test_no_message_holds_the_value() -> None:
    canary = "hunter2-canary"
    board = do(sample(), c.UpgradeNode("say", 2)).board
    for command in (
        c.SetPinValue("say", "level", canary),
        c.SetNodeSetting("say", "disabled", canary),
        c.SetNodeSetting("say", "retry", {"attempts": canary}),
    ):
        with pytest.raises(CommandError) as caught:
            apply(board, command, TYPES)
        assert canary not in str(caught.value) + caught.value.remedy
