"""Who asks, as a value."""

import pytest

from flowlike.identity.principal import ANONYMOUS, Principal


def test_a_person_within_an_app() -> None:
    ada = Principal(kind="user", sub="ada", session_id="s", auth_time=5)
    inside = ada.within("app", 3)
    assert (inside.sub, inside.app_id, inside.mask, inside.session_id) == ("ada", "app", 3, "s")
    assert inside.auth_time == 5
    assert inside.within("other", None).mask is None
    assert ada.mask is None


def test_anonymous_is_nobody() -> None:
    assert (ANONYMOUS.sub, ANONYMOUS.mask, ANONYMOUS.session_id) == ("", None, "")


def test_a_principal_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        ANONYMOUS.sub = "ada"  # type: ignore[misc]  # that it cannot is the point
