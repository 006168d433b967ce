"""Replaying patches gives the board that applying the commands gave."""

from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from flowlike.board.edit import Change, apply, replay
from flowlike.board.edit import commands as c
from flowlike.board.model import Board, Place
from flowlike.board.text import dump
from flowlike.errors import CommandError
from tests.board.edit_examples import TYPES, do, random_command, sample


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_patches_read_back_from_json_give_the_same_board(random: Random) -> None:
    start = board = sample()
    patches = []
    for _ in range(100):
        try:
            applied = apply(board, random_command(random, board, TYPES), TYPES)
        except CommandError:
            continue
        board = applied.board
        stored = msgspec.json.encode(applied.patch)
        patches.append(msgspec.json.decode(stored, type=tuple[Change, ...]))
    assert replay(start, patches) == board
    assert dump(replay(start, patches)) == dump(board)
    middle = replay(start, patches[: len(patches) // 2])
    assert dump(replay(middle, patches[len(patches) // 2 :])) == dump(board)


def test_nothing_replayed_is_the_same_board() -> None:
    board = sample()
    assert replay(board, ()) is board


def test_untouched_entities_and_tables_are_the_same_objects() -> None:
    board = sample()
    done = do(board, c.Rename("go", "Begin"))
    again = replay(board, [done.patch])
    assert again.nodes["say"] is board.nodes["say"]
    assert again.layers is board.layers
    assert board.nodes["go"].name == ""


def test_what_comes_goes_and_comes_again() -> None:
    board = Board(id="b")
    patches = []
    current = board
    for command in (
        c.AddNode(id="a", type="add@1", place=Place(x=1.5)),
        c.SetPinValue("a", "a", 7),
        c.Remove(("a",)),
        c.AddNode(id="a", type="log@1"),
        c.SetBoard(name="Other", version="2.0.0"),
    ):
        done = do(current, command)
        patches.append(done.patch)
        current = done.board
    assert replay(board, patches) == current
