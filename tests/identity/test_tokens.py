"""Tokens, what is kept of them, and the key of the installation."""

import stat
from pathlib import Path

import pytest

from flowlike.identity import tokens


def test_a_token_is_kept_as_a_public_half_and_a_whole_hash() -> None:
    token = tokens.mint("ses_")
    kept = tokens.stored(token, "ses_")
    assert kept is not None
    assert len(kept.digest) == 64
    assert kept.digest.startswith(kept.lookup)
    assert len(kept.lookup) == 32
    assert tokens.stored(token, "ses_") == kept
    assert tokens.stored(tokens.mint("ses_"), "ses_") != kept


@pytest.mark.parametrize("token", ["", "ses_", "ses_" + "x" * 42, "ses_" + "x" * 44, "x" * 43])
def test_what_is_no_token_is_not_looked_up(token: str) -> None:
    assert tokens.stored(token, "ses_") is None


def test_equal_takes_any_text() -> None:
    assert tokens.equal("aé", "aé")
    assert not tokens.equal("a", "aé")
    assert not tokens.equal("", "a")


def test_seals_differ_by_key_purpose_and_value() -> None:
    one = tokens.seal(b"k" * 32, "csrf", "s")
    assert one == tokens.seal(b"k" * 32, "csrf", "s")
    others = {
        tokens.seal(b"l" * 32, "csrf", "s"),
        tokens.seal(b"k" * 32, "cache", "s"),
        tokens.seal(b"k" * 32, "csrf", "t"),
        tokens.seal(b"k" * 32, "csr", "f\0s"),
    }
    assert len(others | {one}) == 5
    assert len(one) == 43


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "install.key"
    key = tokens.install_key(file)
    assert len(key) == 32
    assert tokens.install_key(file) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_damaged_key_is_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "install.key"
    file.write_bytes(b"short")
    with pytest.raises(ValueError, match=r"install\.key"):
        tokens.install_key(file)
    assert file.read_bytes() == b"short"


def test_a_link_in_place_of_the_key_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    file = tmp_path / "install.key"
    file.symlink_to(target)
    with pytest.raises(FileNotFoundError):
        tokens.install_key(file)
    assert not target.exists()
