"""Certificates: the operator's own, and those made here."""

import datetime as dt
import shutil
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from flowlike.errors import UnsafeError
from flowlike.server.tls import LIFE, RENEWAL, fingerprint, given, own

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)


def leaf(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificates(path.read_bytes())[0]


def names(path: Path) -> set[str]:
    found = leaf(path).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return {str(each.value) for each in found.value}


def test_a_pair_is_made_for_the_names(tmp_path: Path) -> None:
    pair = own(tmp_path / "tls", ["Shop.example", "10.0.0.1", ""], NOW)
    assert names(pair.certificate) == {
        *("localhost", "127.0.0.1", "::1", "shop.example", "10.0.0.1")
    }
    assert leaf(pair.certificate).not_valid_after_utc == NOW + LIFE
    assert stat.S_IMODE((tmp_path / "tls").stat().st_mode) == 0o700
    for path in (pair.certificate, pair.key):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_authority_signs_it_and_nothing_else(tmp_path: Path) -> None:
    pair = own(tmp_path, [], NOW)
    assert pair.authority is not None
    authority = leaf(pair.authority)
    leaf(pair.certificate).verify_directly_issued_by(authority)
    basic = authority.extensions.get_extension_for_class(x509.BasicConstraints)
    assert basic.critical
    assert (basic.value.ca, basic.value.path_length) == (True, 0)
    key = serialization.load_pem_private_key(pair.key.read_bytes(), None)
    assert key.public_key() != authority.public_key()  # its own key is kept nowhere
    assert {each.name for each in tmp_path.iterdir()} == {
        *("server.pem", "server.key", "authority.pem")
    }


def test_it_is_kept_while_it_serves(tmp_path: Path) -> None:
    before = fingerprint(own(tmp_path, ["a.example"], NOW).certificate)
    soon = NOW + LIFE - RENEWAL - dt.timedelta(hours=1)
    assert fingerprint(own(tmp_path, ["A.example"], soon).certificate) == before


@pytest.mark.parametrize(
    ("wanted", "moment"),
    [
        (["b.example"], NOW),
        ([], NOW),
        (["a.example"], NOW + LIFE - RENEWAL),
        (["a.example"], NOW - dt.timedelta(days=1)),
    ],
)
def test_it_is_made_anew_for_other_names_and_times(
    tmp_path: Path, wanted: list[str], moment: dt.datetime
) -> None:
    before = fingerprint(own(tmp_path, ["a.example"], NOW).certificate)
    assert fingerprint(own(tmp_path, wanted, moment).certificate) != before


@pytest.mark.parametrize("name", ["server.pem", "server.key"])
@pytest.mark.parametrize("damage", ["", "nonsense", None])
def test_damage_is_mended(tmp_path: Path, name: str, damage: str | None) -> None:
    pair = own(tmp_path, [], NOW)
    (tmp_path / name).unlink() if damage is None else (tmp_path / name).write_text(damage, "utf-8")
    again = own(tmp_path, [], NOW)
    assert again == pair
    assert leaf(again.certificate).not_valid_after_utc == NOW + LIFE


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnsafeError) as raised:
        own(tmp_path / "file" / "tls", [])
    assert raised.value.code == "serve.tls-folder"


def test_the_operators_pair_is_taken(tmp_path: Path) -> None:
    made = own(tmp_path, [])
    pair = given(made.certificate, made.key)
    assert (pair.certificate, pair.key, pair.authority) == (made.certificate, made.key, None)


def test_wrong_files_are_explained(tmp_path: Path) -> None:
    made = own(tmp_path / "a", [])
    other = own(tmp_path / "b", [])
    old = own(tmp_path / "c", [], NOW - dt.timedelta(days=9_000))
    opened = tmp_path / "open.key"
    shutil.copy(made.key, opened)
    opened.chmod(0o644)
    for certificate, key, code in (
        (tmp_path / "none.pem", made.key, "serve.certificate"),
        (made.key, made.key, "serve.certificate"),
        (made.certificate, made.certificate, "serve.key"),
        (made.certificate, other.key, "serve.key"),
        (old.certificate, old.key, "serve.certificate"),
        (made.certificate, opened, "serve.key-open"),
    ):
        with pytest.raises(UnsafeError) as raised:
            given(certificate, key)
        assert raised.value.code == code
        assert raised.value.remedy
        assert raised.value.where.file


def test_an_old_form_of_key_comes_with_the_command_that_turns_it(tmp_path: Path) -> None:
    made = own(tmp_path, [])
    key = ec.generate_private_key(ec.SECP256R1())
    old = tmp_path / "old.key"
    old.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    with pytest.raises(UnsafeError) as raised:
        given(made.certificate, old)
    assert "openssl pkcs8" in raised.value.remedy


def test_a_broken_key_is_explained(tmp_path: Path) -> None:
    made = own(tmp_path, [])
    made.key.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "utf-8")
    with pytest.raises(UnsafeError) as raised:
        given(made.certificate, made.key)
    assert raised.value.message == "The key cannot be read."
