"""Some things come back as they were, and nothing is left that leads nowhere."""

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from flowlike.board.edit import Batch, apply, partly
from flowlike.board.edit import commands as c
from flowlike.board.edit.draft import Draft
from flowlike.board.model import Board
from flowlike.board.pins import split_endpoint
from flowlike.board.text import dump
from flowlike.errors import CommandError
from tests.board.edit_examples import TYPES, do, random_command, sample


def _edited(board: Board, random: Random, count: int) -> Board:
    for _ in range(count):
        try:
            board = apply(board, Batch((random_command(random, board, TYPES),)), TYPES).board
        except CommandError:
            continue
    return board


def _ids(*boards: Board) -> set[str]:
    return {
        id_
        for one in boards
        for table in (one.nodes, one.layers, one.comments, one.variables)
        for id_ in table
    }


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_what_is_brought_back_is_as_it_was_and_whole(random: Random) -> None:
    then = _edited(sample(), random, 15)
    now = _edited(then, random, 25)
    wanted = {id_ for id_ in sorted(_ids(now, then)) if random.random() < 0.4}
    made = partly(now, then, wanted, TYPES)
    dump(made)
    for id_ in wanted:
        assert (id_ in made.nodes) == (id_ in then.nodes)
        if id_ in made.nodes:
            assert made.nodes[id_].inputs == then.nodes[id_].inputs
            assert made.layout.get(id_) == then.layout.get(id_)
    for id_ in _ids(now) - wanted:
        assert (id_ in made.nodes) == (id_ in now.nodes)
    draft = Draft(made, TYPES)
    wires = draft.wires_into(set(made.nodes) | set(made.layers))
    outputs = [output for each in made.nodes.values() for output in each.outputs.values()]
    outputs += [output for each in made.layers.values() for output in each.outputs.values()]
    assert {end for output in outputs for end in output.to} == {end for _, _, end in wires}
    fed = Counter(
        end
        for _, _, end in wires
        if not draft.input_table(split_endpoint(end)[0])[split_endpoint(end)[1]].is_execution
    )
    assert set(fed.values()) <= {1}
    homes = {each.layer for each in made.nodes.values()} - {""}
    assert homes <= set(made.layers)


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False))
def test_all_of_it_is_the_former_board(random: Random) -> None:
    then = _edited(sample(), random, 15)
    now = _edited(then, random, 15)
    made = partly(now, then, _ids(now, then), TYPES)
    assert (made.nodes.keys(), made.layers.keys()) == (then.nodes.keys(), then.layers.keys())
    assert partly(then, then, _ids(then), TYPES).nodes == then.nodes


def test_a_removed_node_is_wired_in_again() -> None:
    then = sample()
    source, key, target = Draft(then, TYPES).wires_into(set(then.nodes))[0]
    gone = split_endpoint(target)[0]
    now = do(then, c.Remove((gone,))).board
    assert gone not in now.nodes
    made = partly(now, then, {gone}, TYPES)
    assert target in made.nodes[source].outputs[key].to
