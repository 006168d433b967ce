from pathlib import Path

import pytest

from tools import locked

HASHES = "--hash=sha256:aa \\\n    --hash=sha256:bb"


def write(folder: Path, text: str) -> Path:
    path = folder / "some.txt"
    path.write_text(text, "utf-8")
    return path


def test_reads_names_versions_markers_and_hashes(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "# a comment\n\n"
        f"Some_Thing==1.2 \\\n    {HASHES}\n"
        f"other==3 ; sys_platform == 'nowhere' \\\n    {HASHES}\n",
    )
    assert locked.read(path) == {
        "some-thing": locked.Locked("some-thing", "1.2", applies=True, hashes=2),
        "other": locked.Locked("other", "3", applies=False, hashes=2),
    }


@pytest.mark.parametrize(
    "line",
    [
        "thing>=1 --hash=sha256:aa",
        "thing --hash=sha256:aa",
        "thing==1,<2 --hash=sha256:aa",
        "thing @ file:///thing.whl --hash=sha256:aa",
    ],
)
def test_refuses_what_is_not_one_exact_version(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError, match="not an exact version"):
        locked.read(write(tmp_path, line))


@pytest.mark.parametrize("line", ["thing==1", "thing==1 --pre", "thing==1 --hash=md5:aa"])
def test_refuses_a_line_without_hashes(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError, match="something else than hashes"):
        locked.read(write(tmp_path, line))


def test_the_development_lock_contains_the_core_at_equal_versions() -> None:
    core, development = (locked.read(path) for path in locked.FILES)
    assert core
    assert {name: development[name] for name in core} == core
