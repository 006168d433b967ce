import asyncio
import errno
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from flowlike.errors import FlowlikeError
from flowlike.runs.archive import Archive
from flowlike.runs.index import Index
from flowlike.runs.retention import RetentionOptions
from tests.runs.samples import DAY_US, NOW_US, Clock, archive, keep, kept
from tests.trace.samples import PROGRAM


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


async def ids(of: Archive, app: str = "shop") -> list[str]:
    await of.flush()
    return sorted(run.run_id for run in (await of.runs(app, None, 200)).runs)


def segments(folder: Path) -> int:
    return len(list(folder.rglob("*.trace")))


def test_what_is_kept_unless_something_else_is_said() -> None:
    assert RetentionOptions() == RetentionOptions(
        days=30.0, failed_days=90.0, app_bytes=5 * 1024**3
    )


def test_old_runs_go_and_failed_ones_later(tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        of = archive(tmp_path, clock)
        keep(of, kept(1, run_id="r1"), kept(2, run_id="r2", status="failed"))
        await of.flush()
        clock.at = NOW_US + 29 * DAY_US
        keep(of, kept(run_id="r3", started_us=clock.at))
        for days, left in ((29, "r1 r2 r3"), (31, "r2 r3"), (60, "r2"), (89, "r2"), (91, "")):
            clock.at = NOW_US + days * DAY_US
            await of.flush()
            await of.tidy()
            assert await ids(of) == left.split()
        assert segments(tmp_path) == 0
        assert list((tmp_path / "segments").iterdir()) == []
        keep(of, kept(run_id="r4", started_us=clock.at))
        assert await ids(of) == ["r4"]
        await of.close()

    run(scenario())


def test_an_app_has_so_much_room_and_the_oldest_go_first(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path, app_bytes=200_000)
        for number in range(40):
            part = [
                kept(
                    number * 10 + i,
                    run_id=f"r{number:02}-{i}",
                    request_id=os.urandom(2_000).hex(),
                    status="failed" if number % 10 == 0 else "completed",
                )
                for i in range(10)
            ]
            keep(of, *part, kept(number, app="small", run_id=f"s{number:02}"))
            await of.flush()
        await of.tidy()
        sizes = sum(path.stat().st_size for path in (tmp_path / "segments" / "shop").iterdir())
        assert sizes <= 200_000
        left = await ids(of)
        assert 20 < len(left) < 200
        assert left[-1] == "r39-9"
        usual = [name for name in left if not name.startswith(("r00", "r10", "r20", "r30"))]
        assert usual[0] > "r10"
        assert len(await ids(of, "small")) == 40
        await of.close()

    run(scenario())


def test_a_pinned_run_stays_with_its_trace(tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        of = archive(tmp_path, clock)
        names = [f"r{number}" for number in range(6)]
        keep(of, *(kept(number, run_id=name) for number, name in enumerate(names)))
        for name in ("r1", "r4", "r1"):
            assert await of.pin("shop", name)
        assert not await of.pin("shop", "none")
        assert not await of.pin("shop", "none", pinned=False)
        clock.at += 1_000 * DAY_US
        await of.tidy()
        for _ in range(3):
            assert await ids(of) == ["r1", "r4"]
            for name in ("r1", "r4"):
                found = await of.run("shop", name)
                trace = await of.trace("shop", name)
                assert found is not None
                assert found.pinned
                assert found.request_id
                assert trace is not None
                assert trace.complete
                assert trace.program == PROGRAM
            await of.rebuild()
        await of.close()
        of = archive(tmp_path, clock)
        assert await ids(of) == ["r1", "r4"]
        await of.close()

    run(scenario())


def test_an_unpinned_run_is_as_any_other(tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        of = archive(tmp_path, clock)
        names = [f"r{number}" for number in range(4)]
        keep(of, *(kept(number, run_id=name, status="failed") for number, name in enumerate(names)))
        for name in names[:3]:
            assert await of.pin("shop", name)
        assert await of.pin("shop", "r1", pinned=False)
        assert await of.pin("shop", "r1", pinned=False)
        for _ in range(2):
            pinned = {run.run_id: run.pinned for run in (await of.runs("shop")).runs}
            assert pinned == {"r0": True, "r1": False, "r2": True, "r3": False}
            for name in names:
                trace = await of.trace("shop", name)
                assert trace is not None
                assert trace.program == PROGRAM
            await of.rebuild()
        clock.at += 100 * DAY_US
        await of.tidy()
        assert await ids(of) == ["r0", "r2"]
        for name in ("r0", "r2"):
            assert await of.pin("shop", name, pinned=False)
        await of.tidy()
        assert await ids(of) == []
        await of.close()

    run(scenario())


def test_a_run_may_be_pinned_before_it_is_written(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path, batch_seconds=3600)
        keep(of, kept(run_id="r1"))
        assert await of.pin("shop", "r1")
        found = await of.run("shop", "r1")
        assert found is not None
        assert found.pinned
        await of.close()

    run(scenario())


def test_all_of_an_app_can_be_forgotten(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)
        keep(of, kept(1, run_id="r1"), kept(2, run_id="r2", status="failed"), kept(3, run_id="r3"))
        keep(of, kept(run_id="other", app="other"))
        assert await of.pin("shop", "r3")
        await of.forget("shop")
        assert not (tmp_path / "segments" / "shop").exists()
        await of.tidy()  # what is begun earlier ends earlier
        assert await ids(of) == []
        assert await ids(of, "other") == ["other"]
        await of.forget("shop")
        await of.rebuild()
        assert await ids(of) == []
        keep(of, kept(run_id="again"))
        assert await ids(of) == ["again"]
        await of.close()

    run(scenario())


def test_forgetting_does_not_wait_for_the_index_and_outlives_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)
        keep(of, *(kept(number, run_id=f"r{number}") for number in range(5)))
        await of.flush()

        def fail(*_: object) -> bool:
            raise OSError("not now")

        with monkeypatch.context() as patch:
            patch.setattr(Index, "drop", fail)
            await of.forget("shop")
            assert not (tmp_path / "segments" / "shop").exists()
            assert len(await ids(of)) == 5
            await of.close()
        of = archive(tmp_path)
        await of.tidy()
        assert await ids(of) == []
        await of.close()

    run(scenario())


def test_deleting_much_leaves_room_for_batches(tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock()
        of = archive(tmp_path, clock)
        keep(of, *(kept(number, run_id=f"old{number}") for number in range(9_000)))
        await of.flush()
        clock.at += 60 * DAY_US
        tidying = asyncio.create_task(of.tidy())
        steps = 0
        while not tidying.done():
            keep(of, kept(run_id=f"new{steps}", started_us=clock.at))
            await of.flush()
            steps += 1
        assert steps > 2
        assert len(await ids(of)) == steps
        await of.close()

    run(scenario())


def test_what_cannot_be_deleted_is_told_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        clock = Clock()
        of = archive(tmp_path, clock)
        keep(of, kept(run_id="r1"))
        await of.flush()
        clock.at += 60 * DAY_US

        def refuse(*_: object, **__: object) -> None:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))

        with monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", refuse)
            with pytest.raises(OSError, match="Read-only"):
                await of.tidy()
        assert await ids(of) == ["r1"]
        assert of.stats().failures >= 1
        await of.tidy()
        assert await ids(of) == []
        await of.close()

    run(scenario())


def test_a_pin_that_cannot_be_written_is_told_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)
        keep(of, kept(run_id="r1"))
        await of.flush()
        real = os.open

        def refuse(path: Any, *rest: Any, **named: Any) -> int:
            if "pinned" in str(path):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(path, *rest, **named)

        with monkeypatch.context() as patch:
            patch.setattr(os, "open", refuse)
            with pytest.raises(FlowlikeError, match="No space left"):
                await of.pin("shop", "r1")
        found = await of.run("shop", "r1")
        assert found is not None
        assert not found.pinned
        assert await of.pin("shop", "r1")
        await of.close()

    run(scenario())
