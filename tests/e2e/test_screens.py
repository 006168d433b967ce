from tests.e2e.browsing import Browse


def test_every_screen_is_accessible_and_reflows(browse: Browse) -> None:
    browse("screens")


def test_a_chosen_theme_never_flashes(browse: Browse) -> None:
    browse("theme")


def test_the_field_for_json_can_be_read_in_each_theme(browse: Browse) -> None:
    browse("code")


def test_a_dialog_begins_at_what_it_asks(browse: Browse) -> None:
    browse("dialogs")
