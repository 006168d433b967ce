"""One board's file, and the folder of an app that stands in for it."""

import json
from pathlib import Path

import pytest

from flowlike.errors import TextError, UsageError
from flowlike.server.editing import APP_FILE, BOARDS, SingleBoard

BOARD = {"format": "flowlike.board/1", "id": "first", "name": "First"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "first.board.json"
    path.write_text(json.dumps(BOARD), "utf-8")
    return path


@pytest.fixture
def board(file: Path, tmp_path: Path) -> SingleBoard:
    (tmp_path / "data").mkdir()
    single = SingleBoard(file, tmp_path / "data")
    single.stage()
    return single


def staged(board: SingleBoard) -> Path:
    return board.folder / BOARDS / "first.board.json"


def test_the_board_gets_an_app(board: SingleBoard, file: Path) -> None:
    assert board.board == "first"
    assert json.loads((board.folder / APP_FILE).read_text("utf-8"))["name"] == "first"
    assert staged(board).read_bytes() == file.read_bytes()


def test_changes_go_both_ways(board: SingleBoard, file: Path) -> None:
    file.write_bytes(b"from the file")
    board.take()
    assert staged(board).read_bytes() == b"from the file"
    staged(board).write_bytes(b"from the page")
    board.give()
    assert file.read_bytes() == b"from the page"
    before = file.stat().st_mtime_ns
    board.take()
    board.give()
    assert file.stat().st_mtime_ns == before


def test_a_file_that_changed_meanwhile_is_not_overwritten(board: SingleBoard, file: Path) -> None:
    staged(board).write_bytes(b"from the page")
    file.write_bytes(b"by somebody else")
    board.give()
    assert file.read_bytes() == b"by somebody else"


def test_its_mode_stays(board: SingleBoard, file: Path) -> None:
    file.chmod(0o604)
    staged(board).write_bytes(b"from the page")
    board.give()
    assert file.stat().st_mode & 0o777 == 0o604
    assert [each.name for each in file.parent.iterdir() if each.is_file()] == [file.name]


def test_what_was_staged_before_goes(board: SingleBoard, tmp_path: Path) -> None:
    old = board.folder / BOARDS / "old.board.json"
    old.write_text("{}", "utf-8")
    board.stage()
    assert not old.exists()


def test_a_file_that_is_gone_is_told(board: SingleBoard, file: Path) -> None:
    file.unlink()
    with pytest.raises(UsageError) as raised:
        board.take()
    assert raised.value.code == "file.unreadable"
    assert raised.value.where.file == str(file)


def test_what_is_no_board_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.board.json"
    path.write_text("[]", "utf-8")
    with pytest.raises(TextError):
        SingleBoard(path, tmp_path)


def test_a_huge_file_is_refused(
    board: SingleBoard, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flowlike.server.editing._MOST_BYTES", 10)
    with pytest.raises(UsageError) as raised:
        board.take()
    assert raised.value.code == "file.too-large"
