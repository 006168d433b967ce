"""Reading and writing files of people: bounded, whole or not at all, with errors in words."""

import os
import stat
from pathlib import Path

import pytest

from flowlike.errors import UsageError
from flowlike.files import read_file, write_file


def test_no_more_is_read_than_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "long"
    file.write_bytes(b"0123456789")
    assert read_file(file, 4) == b"0123"
    assert read_file(str(file), 100) == b"0123456789"


@pytest.mark.parametrize("name", ["gone", "."])
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_file(tmp_path / name, 1)
    assert caught.value.code == "file.unreadable"
    assert caught.value.where.file == str(tmp_path / name)
    assert caught.value.remedy


def test_a_file_is_replaced_and_keeps_its_rights(tmp_path: Path) -> None:
    file = tmp_path / "one"
    write_file(file, b"first")
    file.chmod(0o640)
    write_file(file, b"second")
    assert file.read_bytes() == b"second"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_bytes(b"kept")
    link.symlink_to(real)
    write_file(link, b"new")
    assert real.read_bytes() == b"kept"
    assert not link.is_symlink()


def test_a_planted_draft_is_not_written_through(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"kept")
    (tmp_path / f".one.{os.getpid()}.new").symlink_to(victim)
    write_file(tmp_path / "one", b"new")
    assert victim.read_bytes() == b"kept"
    assert (tmp_path / "one").read_bytes() == b"new"


def test_what_cannot_be_written_leaves_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "one"
    file.write_bytes(b"kept")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError) as caught:
        write_file(file, b"new")
    assert caught.value.code == "file.unwritable"
    assert "No space left" in caught.value.message
    assert file.read_bytes() == b"kept"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_file(tmp_path / "gone" / "one", b"")
    assert not (tmp_path / "gone").exists()
