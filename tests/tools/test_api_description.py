"""The description of the API in ``docs/`` is the one its routes give."""

from pathlib import Path

from tools.api_description import PAGE, check, text
from tools.locked import ROOT


def test_the_description_is_of_these_routes() -> None:
    assert check(ROOT) == []


def test_an_old_description_is_found(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / PAGE).write_bytes(text().replace(b"app(ReadBoards)", b"public"))
    (finding,) = check(tmp_path)
    assert "--write" in finding


def test_a_missing_one_too(tmp_path: Path) -> None:
    assert len(check(tmp_path)) == 1


def test_it_is_the_same_each_time() -> None:
    assert text() == text()
