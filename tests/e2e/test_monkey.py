"""A person who does anything in any order. ``FLOWLIKE_MONKEY_SEED`` plays a seed again."""

import os

import pytest

from tests.e2e.browsing import Browse
from tests.examples import examples

EXAMPLES_A_SEED = 500
"""A seed plays some sixty gestures and takes as long as many examples of other tests."""


@pytest.mark.fuzz
def test_anything_in_any_order(browse: Browse) -> None:
    first = int(os.environ.get("FLOWLIKE_MONKEY_SEED", "1"))
    for seed in range(first, first + examples(EXAMPLES_A_SEED) // EXAMPLES_A_SEED):
        browse("monkey", flowlike_monkey_seed=str(seed))


@pytest.mark.parametrize(
    ("defect", "found"),
    [
        ("lost", "what was done is not what was kept"),
        ("deaf", "page and server differ"),
        ("blurs", "the focus is lost"),
        ("throws", "a fault of the page"),
    ],
)
def test_a_fault_of_the_page_is_found(browse: Browse, defect: str, found: str) -> None:
    with pytest.raises(AssertionError, match=found):
        browse("monkey", flowlike_monkey_defect=defect, flowlike_monkey_gestures="20")
