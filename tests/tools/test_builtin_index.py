import runpy
from pathlib import Path

import pytest

from tools import builtin_index


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "index.py"
    monkeypatch.setattr(builtin_index, "INDEX", path)
    return path


def test_a_written_index_is_fresh(index: Path) -> None:
    assert builtin_index.main(["--write"]) == 0
    assert builtin_index.main([]) == 0

    names = runpy.run_path(str(index))
    assert "log_info" in names["FAMILIES"]["logging"]
    assert list(names["FAMILIES"]) == sorted(names["FAMILIES"])


def test_a_stale_index_says_what_to_do(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index.write_text("FAMILIES = {}\n", "utf-8")
    assert builtin_index.main([]) == 1
    assert "--write" in capsys.readouterr().err
