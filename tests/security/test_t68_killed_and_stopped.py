"""T68: a process that is killed, or stopped past its lease, neither loses nor spoils a run.

What ``tests/execution/test_queue_kills.py`` does at length is shown here once with its controls:
without the spool a kill takes answered runs with it, and without the fence a process that was
stopped writes over what another one has done since.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select

from flowlike.database.connect import Database
from flowlike.database.schema.queue import run_queue
from flowlike.runs.archive import Archive
from tests.databases import Postgres
from tests.execution.queueing import SOURCE, Clock, House, job
from tools.locked import ROOT

KEEPING = """
import asyncio, sys
from pathlib import Path
from flowlike.runs.archive import Archive, ArchiveOptions
from flowlike.runs.inbox import InboxOptions
from tests.runs.samples import keep, kept

async def main():
    inbox = InboxOptions(batch_seconds=3600, spool_bytes=int(sys.argv[2]))
    archive = Archive(Path(sys.argv[1]), ArchiveOptions(inbox=inbox))
    number = 0
    while True:
        run = kept(number, run_id=f"r{number}")
        archive.begin(run, durable=True)
        keep(archive, run)
        print(run.run_id, flush=True)
        number += 1

asyncio.run(main())
"""

HOLDING = """
import asyncio, sys
from flowlike.database.connect import Database
from flowlike.execution.ledger import Ledger
from tests.execution.queueing import House
from flowlike.execution.jobs import Job
from tests.databases import Postgres
from tests.execution.queueing import SOURCE
import time

if sys.argv[2] == "unfenced":
    Ledger._mine = lambda self, epoch: ()

async def main():
    database = await Database.open(sys.argv[1])
    house = House(database, lambda: time.time_ns() // 1000, alone=False, lease_seconds=1.0)
    house.dispatcher.by_hand = True
    await house.queue.start()
    await house.queue.put(Job("r1", app="shop"), SOURCE)
    (given,) = await house.dispatcher.has(1)
    print("holding", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    house.dispatcher.end(given, "failed", "node.failed")
    await house.done(1)
    print("stale", house.queue.stats().stale, flush=True)

asyncio.run(main())
"""


@contextlib.contextmanager
def child(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    words = [sys.executable, "-c", code, *arguments]
    with subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


# ------------------------------------------------------------------ killed


def lost_by_a_kill(folder: Path, spool_bytes: int) -> set[str]:
    """Runs that were answered and that the next process does not know."""
    with child(KEEPING, str(folder), str(spool_bytes)) as process:
        answered = {line_of(process) for _ in range(50)}
        os.kill(process.pid, signal.SIGKILL)
        assert process.stdout is not None
        answered |= {line.strip() for line in process.stdout if line.endswith("\n")}

    async def known() -> set[str]:
        archive = Archive(folder)
        found = {run for run in answered if await archive.run("shop", run) is not None}
        await archive.flush()
        written = {run for run in found if await archive.trace("shop", run) is not None}
        assert written == found
        await archive.close()
        return found

    return answered - asyncio.run(known())


def test_a_kill_takes_no_run_that_was_answered(tmp_path: Path) -> None:
    assert lost_by_a_kill(tmp_path, 1 << 23) == set()


def test_control_without_the_spool_it_would(tmp_path: Path) -> None:
    assert lost_by_a_kill(tmp_path, 0)


# ------------------------------------------------------------------ stopped


async def after_the_stop(place: str, process: subprocess.Popen[str]) -> tuple[Any, Any, str]:
    """The row when another process has run it, the row after the first went on, what that said."""
    database = await Database.open(place)
    other = House(database, Clock(), alone=False)
    other.clock.at = 2**62 // 1_000  # for it, every lease has run out
    await other.queue.start()
    other.hurry()
    await other.done(1)
    row = select(run_queue).where(run_queue.c.run_id == "r1")
    async with database.read() as connection:
        before = (await connection.execute(row)).one()
    assert process.stdin is not None
    process.stdin.write("go on\n")
    process.stdin.flush()
    process.send_signal(signal.SIGCONT)
    said = await asyncio.to_thread(line_of, process)
    async with database.read() as connection:
        after = (await connection.execute(row)).one()
    await other.queue.close()
    await database.close()
    return before, after, said


def test_a_process_stopped_past_its_lease_writes_nothing(place: str) -> None:
    with child(HOLDING, place, "fenced") as process:
        assert line_of(process) == "holding"
        process.send_signal(signal.SIGSTOP)
        before, after, said = asyncio.run(after_the_stop(place, process))
    assert (before.status, before.epoch) == ("completed", 2)
    assert after == before
    assert said == "stale 1"


def test_control_without_the_fence_it_would(place: str) -> None:
    with child(HOLDING, place, "unfenced") as process:
        assert line_of(process) == "holding"
        process.send_signal(signal.SIGSTOP)
        before, after, said = asyncio.run(after_the_stop(place, process))
    assert before.status == "completed"
    assert after.status == "failed"
    assert said == "stale 0"


# ------------------------------------------------------------------ the database is gone


def test_a_database_whose_connections_end_loses_nothing(postgres: Postgres) -> None:
    async def scenario(url: str) -> None:
        database = await Database.open(url)
        house = House(database, Clock())
        house.dispatcher.by_hand = True
        await house.queue.start()
        await house.queue.put(job("r1"), SOURCE)
        (given,) = await house.dispatcher.has(1)
        await postgres.cut_connections()
        house.dispatcher.end(given)
        await house.done(1)
        await house.queue.put(job("r2"), SOURCE)
        assert await house.rows() == {"r1": "done", "r2": "leased"}
        await house.queue.close()
        await database.close()

    with postgres.database("cut") as url:
        asyncio.run(scenario(url))
