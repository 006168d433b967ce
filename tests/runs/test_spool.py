import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from flowlike.runs.spool import Spool, left_behind

KILLED = """
import os, signal, sys
from pathlib import Path
from flowlike.runs.spool import Spool
spool = Spool(Path(sys.argv[1]), 1 << 20)
for number in range(int(sys.argv[2])):
    assert spool.add(b"note %d" % number, b"block" * number)
os.kill(os.getpid(), signal.SIGKILL)
"""


def found(path: Path) -> list[tuple[bytes, bytes]]:
    return [(entry.note, entry.block) for entry in left_behind(path)]


def test_what_was_added_is_there_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    words = [sys.executable, "-c", KILLED, str(path), "50"]
    assert subprocess.run(words, check=False).returncode == -signal.SIGKILL
    assert found(path) == [(b"note %d" % n, b"block" * n) for n in range(50)]


def test_it_is_its_owners_and_all_of_it_is_set_aside(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        spool = Spool(tmp_path / "spool", 1 << 20)
    finally:
        os.umask(before)
    status = spool.path.stat()
    assert stat.S_IMODE(status.st_mode) == 0o600
    assert status.st_blocks * 512 >= 1 << 20
    spool.remove()
    assert not spool.path.exists()


def test_when_it_is_full_it_says_so_and_keeps_what_it_has(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", 4096)
    added = 0
    while spool.add(b"n", bytes(100)):
        added += 1
    assert added > 30
    assert not spool.add(b"n", bytes(4096))
    assert len(found(spool.path)) == added
    assert spool.used <= 4096


def test_cleared_it_begins_anew_and_shows_nothing_old(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", 4096)
    for number in range(20):
        spool.add(b"old %d" % number, b"")
    spool.clear()
    assert spool.used == 0
    assert found(spool.path) == []
    spool.add(b"new", b"")
    assert found(spool.path) == [(b"new", b"")]
    spool.add(b"newer", b"b")
    assert found(spool.path) == [(b"new", b""), (b"newer", b"b")]


def test_an_entry_that_was_not_finished_ends_the_reading(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", 4096)
    ends = []
    for number in range(3):
        spool.add(b"note %d" % number, b"block")
        ends.append(spool.used)
    data = spool.path.read_bytes()
    for at in range(ends[1] + 4, ends[2]):
        broken = bytearray(data)
        broken[at] ^= 0xFF
        spool.path.write_bytes(broken)
        assert len(found(spool.path)) == 2
    for length in range(ends[1], ends[2]):
        spool.path.write_bytes(data[:length])
        assert len(found(spool.path)) == 2
    spool.path.write_bytes(b"\x01\0\0\0rest of it")
    assert found(spool.path) == []


def test_no_room_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    with pytest.raises(OSError, match="No space left"):
        Spool(tmp_path / "spool", 4096)
    assert not (tmp_path / "spool").exists()


def test_a_file_of_that_name_is_replaced_and_a_link_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    (tmp_path / "spool").symlink_to(target)
    Spool(tmp_path / "spool", 4096).add(b"n", b"b")
    assert target.read_text() == "precious"
