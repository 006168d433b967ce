"""Kills of API and supervisor while work is under way: nothing that was accepted is lost."""

import sqlite3
from pathlib import Path

import pytest

from flowlike.runs.filters import RunFilter
from flowlike.runs.kept import KeptRun
from flowlike.runs.reader import ArchiveReader
from flowlike.trace.reader import SegmentReader
from tests.examples import attacks
from tests.server.slow_app import all_completed, in_flight, install, queue, segments
from tests.serving import Serving, alive, kill, until

KILLS = attacks()
_RUNS = 24
pytestmark = [pytest.mark.attack, pytest.mark.timeout(300 + 60 * KILLS)]


def check_files(serving: Serving) -> int:
    """Database, index and segments are whole, and the index knows what segments hold.

    Gives how many runs took more than one attempt: those were under way at a kill.
    """
    for file in (serving.data / "flowlike.db", *(serving.data / "runs").glob("*.db")):
        with sqlite3.connect(file) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()
    written: set[str] = set()
    for segment in segments(serving.data):
        with SegmentReader(segment) as reader:
            written |= {trace.run.run_id for trace in reader}
            assert not reader.damage
    archive = ArchiveReader(serving.data / "runs")
    indexed: dict[str, KeptRun] = {}
    before = ""
    while True:
        page = archive.runs("slow", RunFilter(before=before), 200)
        indexed |= {run.run_id: run for run in page.runs}
        before = page.next
        if not before:
            break
    archive.close()
    assert written <= indexed.keys()
    return sum(run.epoch > 1 for run in indexed.values())


def gone(processes: list[int]) -> None:
    until(lambda: not any(map(alive, processes)))


def test_the_api_is_killed(tmp_path: Path) -> None:
    ids: list[str] = []
    with Serving(tmp_path) as serving:
        install(serving)
        serving.sign_in()
        for _ in range(KILLS):
            fresh = queue(serving, _RUNS, 150)
            assert in_flight(serving, fresh)
            executors = serving.executors
            kill(serving.api)
            gone(executors)
            ids += fresh
        all_completed(serving, ids)
        assert serving.stop() == 0
        assert check_files(serving) >= KILLS


def test_the_supervisor_is_killed(tmp_path: Path) -> None:
    ids: list[str] = []
    with Serving(tmp_path) as serving:
        install(serving)
        serving.sign_in()
        for _ in range(KILLS):
            fresh = queue(serving, _RUNS, 150)
            assert in_flight(serving, fresh)
            others = [serving.api, *serving.executors]
            kill(serving.supervisor)
            gone(others)
            ids += fresh
            serving.start()
        all_completed(serving, ids)
        assert serving.stop() == 0
        assert check_files(serving) >= 1


def test_all_are_killed_and_the_index_is_lost(tmp_path: Path) -> None:
    with Serving(tmp_path) as serving:
        install(serving)
        serving.sign_in()
        ids = queue(serving, _RUNS, 150)
        assert in_flight(serving, ids)
        serving.kill()
        for file in (serving.data / "runs").glob("index*"):
            file.unlink()
        serving.start()
        all_completed(serving, ids)
        assert serving.stop() == 0
        assert check_files(serving) >= 1


def test_a_stop_loses_nothing_either(tmp_path: Path) -> None:
    with Serving(tmp_path, FLOWLIKE_DRAIN_SECONDS="0.1") as serving:
        install(serving)
        serving.sign_in()
        ids = queue(serving, _RUNS, 500)
        assert in_flight(serving, ids)
        assert serving.stop() == 0
        serving.start()
        all_completed(serving, ids)
