"""What a person does with the editor, from an empty app to a published event."""

from tests.e2e.browsing import Browse
from tests.e2e.serving import Served


def test_from_an_empty_app_to_a_published_sum(browse: Browse) -> None:
    browse("journey")


def test_the_same_board_without_a_pointer(browse: Browse) -> None:
    browse("keyboard")


def test_two_tabs_edit_one_board(browse: Browse) -> None:
    browse("tabs")


def test_a_newcomer_follows_the_first_steps(browse: Browse, served: Served) -> None:
    browse("sample", flowlike_e2e_link=served.link())
