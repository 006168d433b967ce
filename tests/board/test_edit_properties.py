"""Whatever people do can be undone and done again, exactly; what fails changes nothing."""

from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowlike.board.edit import Applied, Batch, Command, Restore, apply
from flowlike.board.edit import commands as c
from flowlike.board.model import Board
from flowlike.board.text import dump
from flowlike.errors import CommandError
from tests.board.edit_examples import TYPES, Installed, random_command, sample
from tests.board.strategies import boards

RANDOMS = st.randoms(use_true_random=False)


def walk(board: Board, random: Random, count: int, types: Installed) -> tuple[Board, list[Applied]]:
    done = []
    for _ in range(count):
        try:
            applied = apply(board, random_command(random, board, types), types)
        except CommandError:
            continue
        done.append(applied)
        board = applied.board
    return board, done


@settings(max_examples=15)
@given(RANDOMS)
def test_200_commands_undone_give_the_same_bytes_and_redone_too(random: Random) -> None:
    start = sample()
    end, done = walk(start, random, 200, TYPES)
    board = end
    redo = []
    for applied in reversed(done):
        back = apply(board, applied.inverse, TYPES)
        redo.append(back.inverse)
        board = back.board
    assert dump(board) == dump(start)
    assert board == start
    for command in reversed(redo):
        board = apply(board, command, TYPES).board
    assert dump(board) == dump(end)
    assert board == end


@settings(max_examples=25)
@given(boards(valid=True), RANDOMS)
def test_patches_turn_the_old_board_into_the_new_one(board: Board, random: Random) -> None:
    types = Installed(TYPES | board.types)
    for _ in range(20):
        before = dump(board)
        try:
            applied = apply(board, random_command(random, board, types), types)
        except CommandError:
            assert dump(board) == before
            continue
        assert dump(board) == before
        again = apply(board, Restore(applied.patch), types)
        assert dump(again.board) == dump(applied.board)
        assert again.patch == applied.patch
        assert apply(applied.board, applied.inverse, types).board == board
        board = applied.board


@settings(max_examples=25)
@given(RANDOMS)
def test_a_batch_is_its_commands_one_after_another(random: Random) -> None:
    start = sample()
    listed: list[Command] = []
    board = start
    for _ in range(15):
        command = random_command(random, board, TYPES)
        try:
            board = apply(board, command, TYPES).board
        except CommandError:
            continue
        listed.append(command)
    whole = apply(start, Batch(tuple(listed)), TYPES)
    assert dump(whole.board) == dump(board)
    assert apply(board, whole.inverse, TYPES).board == start
    with pytest.raises(CommandError):
        apply(start, Batch((*listed, c.Remove(("nobody",)))), TYPES)
    assert start == sample()


@settings(max_examples=25)
@given(RANDOMS)
def test_commands_survive_the_wire(random: Random) -> None:
    board = sample()
    for _ in range(20):
        command = random_command(random, board, TYPES)
        raw = msgspec.json.encode(command)
        assert msgspec.json.decode(raw, type=Command) == command
        try:
            applied = apply(board, command, TYPES)
        except CommandError:
            continue
        inverse = msgspec.json.decode(msgspec.json.encode(applied.inverse), type=Command)
        assert apply(applied.board, inverse, TYPES).board == board
        board = applied.board


@settings(max_examples=25)
@given(RANDOMS)
def test_untouched_entities_are_the_same_objects(random: Random) -> None:
    board = sample()
    for _ in range(20):
        try:
            applied = apply(board, random_command(random, board, TYPES), TYPES)
        except CommandError:
            continue
        for id_, node in applied.board.nodes.items():
            assert (
                node is board.nodes.get(id_)
                or f"node:{id_}" in applied.touched
                or (node == board.nodes[id_])
            )
        board = applied.board
