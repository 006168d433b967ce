"""The compile cache: what comes out is what was put in, or nothing."""

import os
from pathlib import Path

import pytest

from flowlike.errors import ExecutionError
from flowlike.execution.cache import CompileCache

KEY = b"k" * 32
NAME = CompileCache.name_of("code", "stamp")
OTHER = CompileCache.name_of("other", "stamp")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def only_file(folder: Path) -> Path:
    [path] = folder.iterdir()
    return path


def test_what_was_put_in_comes_out(folder: Path) -> None:
    cache = CompileCache(folder, KEY)
    assert cache.get(NAME) is None
    cache.put(NAME, b"program")
    assert cache.get(NAME) == b"program"
    assert CompileCache(folder, KEY).get(NAME) == b"program"
    cache.put(NAME, b"newer")
    assert cache.get(NAME) == b"newer"
    assert (cache.stats.hits, cache.stats.misses, cache.stats.stored) == (2, 1, 2)


def test_names_tell_code_and_stamp_apart() -> None:
    names = {CompileCache.name_of(*each) for each in [("a", "b"), ("ab", ""), ("", "ab")]}
    assert len(names) == 3


def test_only_the_owner_may_look(folder: Path) -> None:
    CompileCache(folder, KEY).put(NAME, b"program")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert only_file(folder).stat().st_mode & 0o777 == 0o600
    folder.chmod(0o755)
    CompileCache(folder, KEY)
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("at", [0, 31, 32, -1])
def test_a_changed_file_is_refused_and_removed(folder: Path, at: int) -> None:
    cache = CompileCache(folder, KEY)
    cache.put(NAME, b"program")
    path = only_file(folder)
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    assert cache.get(NAME) is None
    assert not path.exists()
    assert (cache.stats.refused, cache.stats.removed) == (1, 1)


def test_a_renamed_file_is_refused(folder: Path) -> None:
    cache = CompileCache(folder, KEY)
    cache.put(NAME, b"program")
    path = only_file(folder)
    path.rename(path.with_name(f"{OTHER}.program"))
    assert cache.get(OTHER) is None
    assert list(folder.iterdir()) == []


def test_a_file_of_another_installation_is_refused(folder: Path) -> None:
    CompileCache(folder, KEY).put(NAME, b"program")
    cache = CompileCache(folder, b"another key of 32 bytes or more.")
    assert cache.get(NAME) is None
    assert cache.stats.refused == 1


@pytest.mark.parametrize("kind", ["short", "empty", "link", "folder", "pipe"])
def test_what_is_no_file_of_ours_is_refused(folder: Path, tmp_path: Path, kind: str) -> None:
    cache = CompileCache(folder, KEY)
    cache.put(OTHER, b"program")
    path = folder / f"{NAME}.program"
    if kind == "link":
        path.symlink_to(only_file(folder))
    elif kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.write_bytes(b"x" * (10 if kind == "short" else 0))
    assert cache.get(NAME) is None
    assert cache.stats.refused == 1
    assert cache.get(OTHER) == b"program"


def test_the_folder_stays_within_its_bound(folder: Path) -> None:
    cache = CompileCache(folder, KEY, most_bytes=10_000)
    names = [CompileCache.name_of(str(number), "") for number in range(30)]
    for number, name in enumerate(names):
        cache.put(name, bytes(1_000))
        os.utime(folder / f"{name}.program", (number, number))
        cache.get(names[0])  # used all the time
    taken = sum(path.stat().st_size for path in folder.iterdir())
    assert taken <= 10_000
    assert cache.get(names[0]) is not None
    assert cache.get(names[-1]) is not None
    assert cache.get(names[1]) is None
    reopened = CompileCache(folder, KEY, most_bytes=10_000)
    for name in names:
        reopened.put(name, bytes(1_000))
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 10_000


def test_what_is_too_large_is_not_kept(folder: Path) -> None:
    cache = CompileCache(folder, KEY, most_bytes=1_000)
    cache.put(NAME, bytes(1_000))
    assert list(folder.iterdir()) == []


def test_trouble_with_files_is_counted_and_not_raised(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = CompileCache(folder, KEY)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    cache.put(NAME, b"program")
    assert cache.stats.failed == 1
    assert list(folder.iterdir()) == []


def test_drafts_of_a_crash_are_removed(folder: Path) -> None:
    CompileCache(folder, KEY)
    (folder / ".0123.new").write_bytes(b"half")
    CompileCache(folder, KEY)
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    link = tmp_path / "link"
    (tmp_path / "real").mkdir()
    link.symlink_to(tmp_path / "real")
    for path, code in [(file, "cache.io"), (file / "in", "cache.io"), (link, "cache.not-ours")]:
        with pytest.raises(ExecutionError) as refused:
            CompileCache(path, KEY)
        assert refused.value.code == code
    with pytest.raises(ValueError, match="16 bytes"):
        CompileCache(tmp_path / "cache", b"short")
