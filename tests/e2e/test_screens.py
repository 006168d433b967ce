from tests.e2e.browsing import Browse


def test_every_screen_is_accessible_and_reflows(browse: Browse) -> None:
    browse("screens")
