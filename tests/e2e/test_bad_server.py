"""A server that stops, slows, answers nonsense or drops its streams, and boards that are odd."""

from tests.e2e.browsing import Browse


def test_nothing_is_lost_and_nothing_freezes(browse: Browse) -> None:
    browse("bad")
