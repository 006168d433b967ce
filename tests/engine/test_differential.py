"""The compiled program does what the reference interpreter does, on random and on stored boards."""

import pytest
from hypothesis import HealthCheck, event, given, settings

from flowlike.board.model import Board
from tests.engine.boards import boards
from tests.engine.comparing import compare
from tests.examples import examples

_CHECKS = list(HealthCheck)


@pytest.mark.fuzz
@settings(max_examples=examples(200), suppress_health_check=_CHECKS)
@given(boards())
def test_a_random_board_does_what_the_reference_does(board: Board) -> None:
    event(compare(board))


@pytest.mark.fuzz
@settings(max_examples=examples(100), suppress_health_check=_CHECKS)
@given(boards(awaiting=True))
def test_an_awaiting_board_does_what_the_reference_does(board: Board) -> None:
    event(compare(board))
