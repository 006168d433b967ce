"""Files of an app's folder: which count, how they are read, and that they are written whole."""

import os
import stat
from pathlib import Path

import pytest

from flowlike.apps.archives import ImportLimits
from flowlike.apps.files import is_wanted, read_directory, read_part, write_part
from flowlike.errors import ImportRefused, UsageError


@pytest.mark.parametrize(
    "name",
    [
        "app.json",
        "boards/a.board.json",
        "boards/a b.board.json",
        "events/a.json",
        "events/a.b.json",
    ],
)
def test_what_belongs_to_an_app(name: str) -> None:
    assert is_wanted(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "README.md",
        "App.json",
        "boards/app.json",
        "boards/a.json",
        "boards/.board.json",
        "boards/.a.board.json",
        "boards/deep/a.board.json",
        "events/.json",
        "events/a.txt",
        "payloads/a.json",
        ".git/config",
        "boards",
    ],
)
def test_what_does_not(name: str) -> None:
    assert not is_wanted(name)


def test_a_folder_is_read_by_name(tmp_path: Path) -> None:
    for name in ("app.json", "boards/b.board.json", "boards/a.board.json", "events/e.json"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    (tmp_path / "README.md").write_text("x")
    (tmp_path / "boards" / "dir.board.json").mkdir()
    found = read_directory(tmp_path, ImportLimits())
    assert list(found) == [
        "app.json",
        "boards/a.board.json",
        "boards/b.board.json",
        "events/e.json",
    ]
    assert all(text.decode() == name for name, text in found.items())
    assert read_directory(tmp_path / "events", ImportLimits()) == {}


def test_the_whole_has_a_limit_too(tmp_path: Path) -> None:
    (tmp_path / "boards").mkdir()
    for name in "abc":
        (tmp_path / "boards" / f"{name}.board.json").write_bytes(bytes(100))
    assert len(read_directory(tmp_path, ImportLimits(total=300))) == 3
    with pytest.raises(ImportRefused) as caught:
        read_directory(tmp_path, ImportLimits(total=299))
    assert caught.value.code == "import.too-large"
    assert caught.value.where.file == "boards/c.board.json"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_part(tmp_path / "none", "none", 10)
    assert (caught.value.code, caught.value.where.file) == ("file.unreadable", "none")


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises((UsageError, ImportRefused)):
        read_part(tmp_path, "app.json", 10)


# ---------------------------------------------------------------- writing


def test_a_file_is_written_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "boards" / "a.board.json"
    write_part(path, b"one")
    assert path.read_bytes() == b"one"
    assert [each.name for each in path.parent.iterdir()] == ["a.board.json"]


def test_rights_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"one")
    path.chmod(0o604)
    write_part(path, b"two")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"two", 0o604)


def test_who_reads_meanwhile_sees_one_or_the_other(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"one")
    with path.open("rb") as before:
        write_part(path, b"two, and longer")
        assert before.read() == b"one"
    assert path.read_bytes() == b"two, and longer"


def test_a_draft_left_by_a_crash_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    left = tmp_path / f".a.json.{os.getpid()}.new"
    left.write_bytes(b"half")
    write_part(path, b"whole")
    assert path.read_bytes() == b"whole"
    assert not left.exists()


def test_a_link_planted_for_the_draft_leads_nowhere(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"precious")
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / f".a.json.{os.getpid()}.new").symlink_to(outside)
    write_part(folder / "a.json", b"text")
    assert outside.read_bytes() == b"precious"
    assert (folder / "a.json").read_bytes() == b"text"


def test_links_are_not_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.json").write_bytes(b"precious")
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "a.json").symlink_to(outside / "a.json")
    (folder / "boards").symlink_to(outside)
    for path in (folder / "a.json", folder / "boards" / "a.json"):
        with pytest.raises(ImportRefused) as caught:
            write_part(path, b"text")
        assert caught.value.code == "import.link"
    assert (outside / "a.json").read_bytes() == b"precious"


@pytest.mark.parametrize("step", ["open", "fsync"])
def test_what_cannot_be_written_leaves_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"one")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(f"flowlike.apps.files.os.{step}", full)
        with pytest.raises(UsageError) as caught:
            write_part(path, b"two")
    assert caught.value.code == "file.unwritable"
    assert "No space left" in caught.value.message
    assert path.read_bytes() == b"one"
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]
