"""What the editor promises, feature by feature."""

from tests.e2e.browsing import Browse


def test_each_feature_on_a_board_of_its_own(browse: Browse) -> None:
    browse("features")


def test_fingers_instead_of_a_mouse(browse: Browse) -> None:
    browse("touch")


def test_a_board_that_is_left_leaves_nothing_behind(browse: Browse) -> None:
    browse("leaving")


def test_what_hands_do_to_a_board(browse: Browse) -> None:
    browse("handling")


def test_what_leaves_a_board_and_comes_back(browse: Browse) -> None:
    browse("papers")


def test_a_board_on_a_phone(browse: Browse) -> None:
    browse("phone")


def test_running_a_board_and_understanding_it(browse: Browse) -> None:
    browse("running")
