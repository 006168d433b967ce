from itertools import product

import pytest

from flowlike.board.model import TraceLevel
from flowlike.runs.levels import resolve_level

OFF, ERRORS, STEPS, DATA = (
    TraceLevel.OFF,
    TraceLevel.ERRORS,
    TraceLevel.STEPS,
    TraceLevel.DATA,
)


def test_the_closest_to_the_run_decides() -> None:
    for app, board, event, run in product((None, OFF, DATA), repeat=4):
        said = [level for level in (ERRORS, app, board, event, run) if level is not None]
        assert resolve_level(ERRORS, app=app, board=board, event=event, run=run) is said[-1]


@pytest.mark.parametrize(
    ("asked", "most", "given"),
    [(DATA, STEPS, STEPS), (STEPS, DATA, STEPS), (OFF, ERRORS, OFF), (DATA, OFF, OFF)],
)
def test_nobody_gets_more_than_they_may(
    asked: TraceLevel, most: TraceLevel, given: TraceLevel
) -> None:
    assert resolve_level(OFF, run=asked, most=most) is given
