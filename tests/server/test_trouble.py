"""A full disk and a folder that became read-only: told, survived, nothing lost."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.slow_app import all_completed, install, queue, states
from tests.serving import Serving, until

_MIB = 1024 * 1024


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own at ``data``."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m,mode=0700", "tmpfs", str(data)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("unavailable: a small disk can only be mounted by root")
    yield data
    subprocess.run(["umount", "--lazy", str(data)], check=True)


def fill(disk: Path) -> Path:
    """Takes what room is left; gives the file that does."""
    path = disk / "ballast"
    with path.open("ab", buffering=0) as file:
        for size in (_MIB, 4096, 1):
            try:
                while True:
                    if file.write(bytes(size)) < size:
                        break
            except OSError:
                continue
    return path


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=True)


def test_a_disk_that_is_full_at_the_start(tmp_path: Path, disk: Path) -> None:
    fill(disk)
    serving = Serving(tmp_path)
    serving.launch()
    assert serving.process is not None
    assert serving.process.wait(60) == 1
    log = serving.log.read_text("utf-8")
    assert "remedy:" in log
    assert "a fault of ours" not in log
    serving.http.close()


def test_a_disk_that_fills_meanwhile(tmp_path: Path, disk: Path) -> None:
    with Serving(tmp_path) as serving:
        install(serving)
        serving.sign_in()
        before = queue(serving, 4, 1)
        all_completed(serving, before)
        ballast = fill(disk)
        body = {"payload": {"time": 1, "n": 1}}
        refused = serving.http.post("/api/v1/apps/slow/events/wait/invoke/async", json=body)
        assert refused.status_code in {202, 503, 507}, refused.text
        answered = serving.http.post("/api/v1/apps/slow/events/wait/invoke", json=body)
        assert answered.status_code == 200, answered.text  # a run needs no disk
        assert serving.http.get("/api/v1/health/live").status_code == 200
        ballast.unlink()
        after = until(lambda: _queued(serving))
        all_completed(serving, [*before, after])
        assert serving.stop() == 0
    with Serving(tmp_path) as serving:
        serving.sign_in()
        assert {*before, after} <= states(serving).keys()


def _queued(serving: Serving) -> str:
    answer = serving.http.post(
        "/api/v1/apps/slow/events/wait/invoke/async", json={"payload": {"time": 1, "n": 2}}
    )
    return str(answer.json()["run_id"]) if answer.status_code == 202 else ""


def test_a_folder_that_is_read_only(tmp_path: Path, disk: Path) -> None:
    with Serving(tmp_path) as serving:
        serving.stop()
    remount(disk, "ro")
    try:
        serving.launch()
        assert serving.process is not None
        assert serving.process.wait(60) == 78
        log = serving.log.read_text("utf-8")
        assert "[database.folder-read-only]" in log
        assert "remedy:" in log
    finally:
        remount(disk, "rw")
