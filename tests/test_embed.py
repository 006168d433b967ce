from pathlib import Path

import pytest

import flowlike
from flowlike.board.limits import LIMITS
from flowlike.board.model import Board, Node
from flowlike.errors import TextError, UsageError

BOARD = Board(id="b1", name="Greeting", nodes={"n1": Node(type="events_simple@1")})


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "a.board.json"
    text = flowlike.dump(BOARD, file)
    assert file.read_text("utf-8") == text == flowlike.dump(BOARD)
    assert flowlike.load(file) == flowlike.load(str(file)) == BOARD


def test_writing_replaces_the_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "a.board.json"
    file.write_text("old", "utf-8")
    flowlike.dump(BOARD, file)
    assert [path.name for path in tmp_path.iterdir()] == ["a.board.json"]


@pytest.mark.parametrize("name", ["absent.json", "."])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        flowlike.load(tmp_path / name)
    assert caught.value.code == "file.unreadable"
    assert caught.value.where.file == str(tmp_path / name)
    assert caught.value.remedy


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for target in (tmp_path / "absent" / "a.json", tmp_path / "folder"):
        with pytest.raises(UsageError) as caught:
            flowlike.dump(BOARD, target)
        assert caught.value.code == "file.unwritable"
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_text_that_is_no_board_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text("{", "utf-8")
    with pytest.raises(TextError) as caught:
        flowlike.load(file)
    assert caught.value.where.file == str(file)


def test_a_file_beyond_the_limit_is_not_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    with file.open("wb") as opened:
        opened.truncate(LIMITS.text * 4)  # sparse: takes no space
    with pytest.raises(TextError) as caught:
        flowlike.load(file)
    assert caught.value.code == "text.too-large"


def test_a_board_is_compiled_for_its_only_start() -> None:
    program = flowlike.compile(BOARD)
    assert program.run().status == "completed"
    assert flowlike.compile(BOARD, event="n1", trace="steps").nodes == program.nodes


def test_an_unknown_start_or_level_is_refused() -> None:
    with pytest.raises(UsageError, match="no start node 'other'"):
        flowlike.compile(BOARD, event="other")
    with pytest.raises(UsageError, match="no trace level 'all'"):
        flowlike.compile(BOARD, trace="all")
