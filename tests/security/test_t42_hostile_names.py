"""Threat 42: names, notes and log lines that hold script stay text in the browser.

The script in ``tests/e2e/browser/hostile.mjs`` shows at its end that the same text runs where the
defences are taken away: as markup it is stopped by the content security policy, and without that
policy it opens a dialog.
"""

from tests.e2e.browsing import Browse


def test_text_of_strangers_never_becomes_markup(browse: Browse) -> None:
    browse("hostile")
