"""What happens to an archive when disk or index fail it."""

import asyncio
import errno
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from flowlike.errors import DatabaseError, FlowlikeError
from flowlike.runs import index
from flowlike.runs.archive import Archive
from flowlike.runs.filters import RunFilter
from flowlike.runs.index import Index
from tests.runs.samples import archive, keep, kept, settled
from tests.trace.samples import PROGRAM


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


async def listed(of: Archive, asked: RunFilter | None = None, limit: int = 50) -> list[str]:
    return [run.run_id for run in (await of.runs("shop", asked, limit)).runs]


class Disk:
    """Makes the system refuse to write segments while ``full``."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.full = True
        real = os.open

        def opened(path: Any, *rest: Any, **named: Any) -> int:
            if self.full and str(path).endswith(".trace"):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(path, *rest, **named)

        patch.setattr(os, "open", opened)


def test_on_a_full_disk_runs_wait_are_seen_and_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubles: list[FlowlikeError | None] = []

    async def scenario() -> None:
        of = archive(tmp_path, on_trouble=troubles.append)
        disk = Disk(monkeypatch)
        keep(of, kept(1, run_id="r1"))
        with pytest.raises(FlowlikeError, match="No space left"):
            await of.flush()
        assert await listed(of) == ["r1"]
        stats = of.stats()
        assert stats.trouble is not None
        assert stats.failures > 0
        keep(of, kept(2, run_id="r2"))
        assert await listed(of) == ["r2", "r1"]
        disk.full = False
        await of.flush()
        await of.flush()
        assert await listed(of) == ["r2", "r1"]
        assert of.stats().pending == 0
        assert of.stats().trouble is None
        assert [trouble is None for trouble in troubles] == [False, True]
        await of.close()

    run(scenario())


def test_what_a_full_disk_kept_back_is_written_by_the_next_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def first() -> None:
        of = archive(tmp_path)
        Disk(monkeypatch)
        keep(of, kept(1, run_id="r1"))
        with pytest.raises(FlowlikeError):
            await of.flush()
        keep(of, kept(2, run_id="r2", status="failed"))
        await of.close()

    async def second() -> None:
        of = archive(tmp_path)
        assert await listed(of) == ["r2", "r1"]
        await of.flush()
        assert not [path for path in tmp_path.glob("spool-*") if path.stat().st_mtime < 0]
        trace = await of.trace("shop", "r1")
        assert trace is not None
        assert trace.program == PROGRAM
        await of.close()
        assert not list(tmp_path.glob("spool-*"))

    run(first())
    monkeypatch.undo()
    run(second())


def limited(of: Archive, pages: int) -> int:
    """Lets the index grow to so many pages, and says how many it has."""
    index = of._writer._index  # noqa: SLF001 - the only way to a database that fills up
    connection = index._connection  # noqa: SLF001 - the only way to a database that fills up
    connection.execute(f"PRAGMA max_page_count = {max(pages, 1)}")
    found: int = connection.execute("PRAGMA page_count").fetchone()[0]
    return found


def test_a_full_index_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)
        pages = limited(of, 0)
        keep(of, *(kept(number, run_id=f"r{number:03}") for number in range(500)))
        with pytest.raises(FlowlikeError, match=r"database\.full"):
            await of.flush()
        assert len(await listed(of, limit=200)) == 200
        limited(of, pages * 1_000)
        await of.flush()
        await of.flush()
        assert await of.counts("shop") == {"completed": 500}
        assert of.stats().pending == 0
        await of.close()

    run(scenario())


def test_a_fault_of_ours_does_not_end_the_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)

        def broken(*_: object) -> None:
            raise ZeroDivisionError

        with monkeypatch.context() as patch:
            patch.setattr("flowlike.runs.shelves.Shelves.of", broken)
            keep(of, kept(run_id="r1"))
            with pytest.raises(FlowlikeError, match=r"runs\.fault"):
                await of.flush()
        await of.flush()
        await of.flush()
        assert of.stats().pending == 0
        assert await listed(of) == ["r1"]
        await of.close()

    run(scenario())


def test_a_damaged_index_is_made_anew_while_serving(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)
        keep(of, *(kept(number, run_id=f"r{number:04}") for number in range(2_000)))
        await of.close()
        path = tmp_path / "index.db"
        data = bytearray(path.read_bytes())
        data[len(data) // 2 :] = b"\xff" * (len(data) - len(data) // 2)
        path.write_bytes(data)
        of = archive(tmp_path)
        keep(of, kept(5_000, run_id="new"))
        with pytest.raises(FlowlikeError, match=r"database\.damaged"):
            await of.flush()
        await of.flush()
        await of.rebuild()
        assert await of.counts("shop") == {"completed": 2_001}
        await of.close()

    run(scenario())


def test_a_damaged_index_that_only_readers_meet(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)
        keep(of, *(kept(number, run_id=f"r{number:04}") for number in range(2_000)))
        await of.close()
        path = tmp_path / "index.db"
        data = bytearray(path.read_bytes())
        data[len(data) // 2 :] = b"\xff" * (len(data) - len(data) // 2)
        path.write_bytes(data)
        of = archive(tmp_path)
        with pytest.raises(FlowlikeError, match=r"database\.damaged"):
            await of.counts("shop")
        await of.flush()
        await of.rebuild()
        assert await of.counts("shop") == {"completed": 2_000}
        await of.close()

    run(scenario())


def test_an_index_that_cannot_be_made_anew_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flowlike.runs.writing._RETRY_SECONDS", 0.001)

    async def scenario() -> None:
        of = archive(tmp_path)
        keep(of, *(kept(number, run_id=f"r{number}") for number in range(20)))
        await of.flush()
        real = index.remove
        left = [3]

        def refuse(path: Path) -> None:
            if left[0]:
                left[0] -= 1
                raise OSError(errno.EROFS, os.strerror(errno.EROFS))
            real(path)

        monkeypatch.setattr(index, "remove", refuse)
        with pytest.raises(OSError, match="Read-only"):
            await of.rebuild()
        keep(of, kept(30, run_id="r30"))
        await settled(of)
        assert left[0] == 0
        assert await of.counts("shop") == {"completed": 21}
        await of.close()

    run(scenario())


def test_catching_up_that_fails_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flowlike.runs.writing._RETRY_SECONDS", 0.001)

    async def scenario() -> None:
        of = archive(tmp_path, segment_bytes=700)
        for number in range(20):
            keep(of, kept(number, run_id=f"r{number}"))
            await of.flush()
        await of.close()
        for path in tmp_path.glob("index.db*"):
            path.unlink()
        real = Index.add
        left = [10]

        def refuse(self: Index, *rest: Any) -> None:
            left[0] -= 1
            if left[0] in {8, 5, 4, 0}:
                raise DatabaseError("database.full", "There is no room left.")
            real(self, *rest)

        monkeypatch.setattr(Index, "add", refuse)
        of = archive(tmp_path, segment_bytes=700)
        for number in range(20, 25):
            keep(of, kept(number, run_id=f"r{number}"))
            await asyncio.sleep(0.002)
        await settled(of)
        assert left[0] < 0
        assert await of.counts("shop") == {"completed": 25}
        for number in range(25):
            trace = await of.trace("shop", f"r{number}")
            assert trace is not None
            assert trace.program == PROGRAM
        await of.close()

    run(scenario())


def test_a_listener_that_fails_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    async def scenario() -> None:
        of = archive(tmp_path, on_trouble=fail)
        disk = Disk(monkeypatch)
        keep(of, kept(1, run_id="r1"))
        with pytest.raises(FlowlikeError, match="No space left"):
            await of.flush()
        disk.full = False
        await of.flush()
        assert await listed(of) == ["r1"]
        await of.close()

    run(scenario())


def test_closing_answers_whoever_still_waits(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)
        waiting = [asyncio.create_task(work) for work in (of.flush(), of.tidy(), of.rebuild())]
        await of.close()
        found = await asyncio.gather(*waiting, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError | type(None)) for one in found)

    run(scenario())
