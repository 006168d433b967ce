import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from flowlike.database.folder import DataFolder, open_private
from flowlike.errors import DatabaseError, FolderInUseError

HOLDER = """
import sys
from flowlike.database.folder import DataFolder
DataFolder.claim(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_made_and_closed_to_others_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with DataFolder.claim(tmp_path / "new" / "data") as held:
            assert mode(held.path) == 0o700
            assert {mode(path) for path in held.path.iterdir()} == {0o600}
            assert held.database.parent == held.path
            assert mode(held.subfolder("runs")) == 0o700
            assert held.subfolder("runs").is_dir()
    finally:
        os.umask(before)


def test_an_open_one_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.mkdir()
    path.chmod(0o755)
    DataFolder.claim(path).release()
    assert mode(path) == 0o700


def test_a_second_claim_is_refused_until_the_first_is_released(tmp_path: Path) -> None:
    first = DataFolder.claim(tmp_path / "data")
    with pytest.raises(FolderInUseError) as caught:
        DataFolder.claim(tmp_path / "data")
    assert caught.value.pid == os.getpid()
    first.release()
    first.release()
    DataFolder.claim(tmp_path / "data").release()


def test_another_process_is_named_and_its_end_frees_the_folder(tmp_path: Path) -> None:
    words = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(FolderInUseError, match=f"process {other.pid}") as caught:
            DataFolder.claim(tmp_path)
        assert caught.value.pid == other.pid
        assert caught.value.code == "database.folder-in-use"
        assert caught.value.remedy
        other.send_signal(signal.SIGKILL)
        other.wait()
    DataFolder.claim(tmp_path).release()


def test_a_lock_that_names_nobody(tmp_path: Path) -> None:
    with DataFolder.claim(tmp_path):
        (tmp_path / "lock").write_text("nonsense")
        with pytest.raises(FolderInUseError, match="another process") as caught:
            DataFolder.claim(tmp_path)
    assert caught.value.pid == 0


def test_a_child_does_not_inherit_it(tmp_path: Path) -> None:
    held = DataFolder.claim(tmp_path)
    words = [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()"]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=False
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        held.release()
        DataFolder.claim(tmp_path).release()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "database.full"),
        (errno.EDQUOT, "database.full"),
        (errno.EROFS, "database.folder-read-only"),
        (errno.EACCES, "database.folder-read-only"),
        (errno.EIO, "database.folder"),
    ],
)
@pytest.mark.parametrize("call", ["mkdir", "open", "pwrite"])
def test_what_the_system_refuses_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str, call: str
) -> None:
    def refuse(*_: object, **__: object) -> None:  # root may write anywhere
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(DatabaseError) as caught:
        DataFolder.claim(tmp_path / "data")
    assert caught.value.code == code
    assert os.strerror(number) in caught.value.message
    assert caught.value.remedy
    monkeypatch.undo()
    DataFolder.claim(tmp_path / "data").release()


def test_a_file_or_somebody_elses_folder_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseError, match="it is a file"):
        DataFolder.claim(tmp_path / "file")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(DatabaseError, match=r"database\.folder-not-ours"):
        DataFolder.claim(tmp_path)


def test_no_private_file_is_opened_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="symbolic links"):
        open_private(tmp_path / "link")
    assert not (tmp_path / "target").exists()


def test_claiming_needs_no_sql() -> None:
    code = (
        "import sys\n"
        "import flowlike.database.folder\n"
        "assert not {'sqlalchemy', 'asyncio', 'sqlite3'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
