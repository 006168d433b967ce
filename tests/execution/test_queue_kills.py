"""Queue and archive in a process that is killed again and again.

Each time work is in flight. In the end every run that was accepted was run and is kept, nothing was
written by an attempt that had been given up, and database, segments and index are whole.
"""

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from flowlike.runs.archive import Archive
from flowlike.runs.filters import RunFilter
from flowlike.trace.reader import SegmentReader
from tests.examples import attacks
from tools.locked import ROOT

KILLS = attacks(3)
_LEAST_ACCEPTED = 40


def doomed(folder: Path, mode: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.execution.doomed", str(folder), mode],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def accepted_until_killed(folder: Path, chance: random.Random) -> set[str]:
    with doomed(folder, "work") as process:
        assert process.stdout is not None
        lines: list[str] = []
        enough = _LEAST_ACCEPTED + chance.randrange(120)
        while len(lines) < enough:
            line = process.stdout.readline()
            assert line, "it ended by itself"
            lines.append(line)
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
    return {line.split()[1] for line in lines if line.endswith("\n")}


def rows(database: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(statement).fetchall()


async def kept(folder: Path, *, anew: bool) -> dict[str, tuple[str, int]]:
    """Status and epoch of every run the archive lists."""
    archive = Archive(folder / "runs")
    if anew:
        await archive.rebuild()
    found: dict[str, tuple[str, int]] = {}
    for app in "abc":
        before = ""
        while True:
            page = await archive.runs(app, RunFilter(before=before), 200)
            for run in page.runs:
                assert run.run_id not in found
                found[run.run_id] = run.status, run.epoch
                trace = await archive.trace(app, run.run_id)
                if run.status != "interrupted":
                    assert trace is not None
                    assert trace.complete
                    assert trace.program is not None
            before = page.next
            if not before:
                break
    await archive.close()
    return found


@pytest.mark.attack
def test_whatever_is_killed_nothing_accepted_is_lost(tmp_path: Path) -> None:
    chance = random.Random(os.urandom(8).hex())
    accepted: set[str] = set()
    in_flight = 0
    for _ in range(KILLS):
        new = accepted_until_killed(tmp_path, chance)
        assert len(new) >= _LEAST_ACCEPTED
        accepted |= new
        states = rows(
            tmp_path / "flowlike.db", "SELECT state, count(*) FROM run_queue GROUP BY state"
        )
        leased = dict(states).get("leased", 0)
        assert leased, "nothing was in flight"
        in_flight += leased
        assert list((tmp_path / "runs").glob("spool-*"))
    with doomed(tmp_path, "drain") as process:
        assert process.wait() == 0

    effects: defaultdict[str, list[int]] = defaultdict(list)
    for line in (tmp_path / "effects").read_text().splitlines():
        run_id, epoch = line.split()
        effects[run_id].append(int(epoch))
    queue = {
        run_id: (state, status, epoch)
        for run_id, state, status, epoch in rows(
            tmp_path / "flowlike.db", "SELECT run_id, state, status, epoch FROM run_queue"
        )
    }
    listed = asyncio.run(kept(tmp_path, anew=False))

    assert accepted <= effects.keys()
    assert accepted <= listed.keys()
    assert all(listed[run_id][0] == "completed" for run_id in accepted)
    assert {row[:2] for row in queue.values()} == {("done", "completed")}
    for run_id, (_, _, epoch) in queue.items():
        assert listed[run_id] == ("completed", epoch)
        assert max(effects[run_id]) == epoch
    again = [run_id for run_id, (_, _, epoch) in queue.items() if epoch > 1]
    assert len(again) >= min(in_flight, KILLS)

    for database in (tmp_path / "flowlike.db", tmp_path / "runs" / "index.db"):
        assert rows(database, "PRAGMA integrity_check") == [("ok",)]
    for segment in (tmp_path / "runs").rglob("*.trace"):
        with SegmentReader(segment) as reader:
            assert all(trace.complete for trace in reader)
            assert not reader.damage
    assert asyncio.run(kept(tmp_path, anew=True)) == listed
    for path in (tmp_path / "runs").glob("index.db*"):
        path.unlink()
    assert asyncio.run(kept(tmp_path, anew=True)) == listed
