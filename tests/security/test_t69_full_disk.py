"""T69: when the disk is full, what was accepted stays whole and what is refused is told.

Room that must not fail is set aside before it is used: a copy into a mapped file of which no block
was set aside ends the process when the disk is full (SIGBUS). The control shows that it would not
be set aside otherwise.
"""

import asyncio
import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from flowlike.database.connect import Database
from flowlike.errors import DatabaseError, FlowlikeError
from flowlike.runs.spool import Spool
from flowlike.trace.reader import SegmentReader
from tests.execution.queueing import SOURCE, Clock, House, job
from tests.runs.samples import archive, keep, kept


def integrity(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        found: str = connection.execute("PRAGMA integrity_check").fetchone()[0]
        return found


async def room(database: Database, more: int) -> None:
    """Lets the database grow by so many pages."""

    def limit(connection: Connection) -> None:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count = {pages + more}"))

    await database.transact(limit)


def test_the_queue_refuses_what_it_cannot_store_and_keeps_what_it_has(tmp_path: Path) -> None:
    async def scenario() -> None:
        database = await Database.open(tmp_path / "flowlike.db")
        house = House(database, Clock(), running=1)
        house.dispatcher.by_hand = True
        await house.queue.start()
        stored: list[str] = []

        async def fill() -> None:
            for number in range(1_000):
                big = job(f"r{number}", request_id="x" * 2_000)
                await house.queue.put(big, SOURCE)
                stored.append(big.run_id)

        await room(database, 40)
        with pytest.raises(DatabaseError, match=r"database\.full") as caught:
            await fill()
        assert caught.value.remedy
        assert len(stored) > 5
        assert sorted(await house.rows()) == sorted(stored)
        await room(database, 10_000)
        house.dispatcher.by_hand = False
        for given in house.dispatcher.going:
            house.dispatcher.end(given)
        await house.done(len(stored))
        assert set((await house.rows()).values()) == {"done"}
        assert sorted(house.dispatcher.ids) == sorted(stored)
        await house.queue.close()
        await database.close()

    asyncio.run(scenario())
    assert integrity(tmp_path / "flowlike.db") == "ok"


def test_runs_succeed_and_their_traces_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = True
    real = os.open

    def opened(path: Any, *rest: Any, **named: Any) -> int:
        if full and str(path).endswith(".trace"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(path, *rest, **named)

    async def scenario() -> None:
        nonlocal full
        of = archive(tmp_path, batch_seconds=0.001)
        monkeypatch.setattr(os, "open", opened)
        for number in range(200):
            keep(of, kept(number, run_id=f"r{number}"))
        with pytest.raises(FlowlikeError, match="No space left"):
            await of.flush()
        assert sum((await of.counts("shop")).values()) == 200
        full = False
        await of.flush()
        await of.rebuild()
        assert sum((await of.counts("shop")).values()) == 200
        await of.close()

    asyncio.run(scenario())
    assert integrity(tmp_path / "index.db") == "ok"
    for path in tmp_path.rglob("*.trace"):
        with SegmentReader(path) as reader:
            assert all(trace.complete for trace in reader)
            assert not reader.damage


def test_a_disk_that_stays_full_costs_detail_first_and_memory_never(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Any, *_: Any, **__: Any) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async def scenario() -> None:
        of = archive(tmp_path, batch_seconds=0.001, pending_bytes=200_000)
        monkeypatch.setattr(os, "open", refuse)
        for number in range(3_000):
            keep(of, kept(number, run_id=f"r{number}"))
            if number % 100 == 0:
                await asyncio.sleep(0)
        stats = of.stats()
        counts = stats.counts
        assert stats.pending_bytes < 3 * 200_000
        assert counts.without_data
        assert counts.without_steps
        assert counts.without_trace
        assert counts.lost
        assert counts.kept + counts.lost == 3_000
        await of.close()

    asyncio.run(scenario())


def set_aside(path: Path) -> int:
    return path.stat().st_blocks * 512


def test_the_spool_has_its_room_before_it_is_used(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", 1 << 20)
    assert set_aside(tmp_path / "spool") >= 1 << 20
    spool.remove()


def test_control_without_setting_it_aside_it_would_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "posix_fallocate", lambda fd, _, size: os.ftruncate(fd, size))
    spool = Spool(tmp_path / "spool", 1 << 20)
    assert set_aside(tmp_path / "spool") < 1 << 20
    spool.remove()
