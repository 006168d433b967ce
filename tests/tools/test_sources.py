import subprocess
from pathlib import Path

import pytest

from tools import sources


def test_lists_what_is_or_could_be_in_git(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    for name in (".gitignore", "seen.txt", "with space.txt", "skipped.log", "gone.txt"):
        (tmp_path / name).write_text("*.log\n", "utf-8")
    subprocess.run(["git", "add", "gone.txt"], cwd=tmp_path, check=True)
    (tmp_path / "gone.txt").unlink()
    names = [path.name for path in sources.tracked(tmp_path)]
    assert names == [".gitignore", "seen.txt", "with space.txt"]


def test_needs_a_work_tree(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        sources.tracked(tmp_path)


def test_lists_python_files_of_the_rooms_that_exist(tmp_path: Path) -> None:
    for name in ("src/b.py", "src/inner/a.py", "tests/t.py", "docs/d.py", "src/n.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    names = [path.relative_to(tmp_path).as_posix() for path in sources.python(tmp_path)]
    assert names == ["src/b.py", "src/inner/a.py", "tests/t.py"]


def test_findings_make_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert sources.finish("rule", ["a:1 wrong"], "fine") == 1
    assert capsys.readouterr().out == "rule: a:1 wrong\n"
    assert sources.finish("rule", [], "fine") == 0
    assert capsys.readouterr().out == "rule: fine\n"
