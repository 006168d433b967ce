from tests.e2e.browsing import Browse


def test_every_screen_is_accessible_and_reflows(browse: Browse) -> None:
    browse("screens")


def test_a_chosen_theme_never_flashes(browse: Browse) -> None:
    browse("theme")
