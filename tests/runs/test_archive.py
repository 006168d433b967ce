import asyncio
import os
import stat
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import msgspec
import pytest

from flowlike.errors import UsageError
from flowlike.runs.archive import Archive
from flowlike.runs.filters import RunFilter
from flowlike.runs.kept import KeptRun
from flowlike.runs.sampling import Sampling
from flowlike.trace.records import encode_block
from flowlike.trace.segment import FRAME_BYTES
from tests.runs.samples import NOW_US, PROGRAM_BLOCK, archive, block_of, keep, kept
from tests.trace.samples import PROGRAM, run_records


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


async def listed(of: Archive, asked: RunFilter | None = None, limit: int = 50) -> list[str]:
    return [run.run_id for run in (await of.runs("shop", asked, limit)).runs]


def test_a_run_is_seen_the_same_before_and_after_it_is_written(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path, batch_seconds=3600)
        made = kept(run_id="r1")
        keep(of, made)
        for written in (False, True):
            if written:
                await of.flush()
            assert of.stats().pending == (0 if written else 1)
            page = await of.runs("shop")
            assert page.runs == [made]
            assert page.next == ""
            assert await of.run("shop", "r1") == made
            trace = await of.trace("shop", "r1")
            assert trace is not None
            assert trace.complete
            assert trace.run.run_id == "r1"
            assert trace.program == PROGRAM
            assert await of.counts("shop") == {"completed": 1}
        await of.close()
        await of.close()

    run(scenario())


def test_nothing_is_seen_of_another_app(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path, batch_seconds=3600)
        for name, app in (("r1", "shop"), ("r2", "other")):
            keep(of, kept(run_id=name, app=app))
        of.begin(kept(run_id="r3", app="other", status="running"))
        for written in (False, True):
            if written:
                await of.flush()
            assert await listed(of) == ["r1"]
            assert await of.counts("shop") == {"completed": 1}
            for name in ("r2", "r3", "none"):
                assert await of.run("shop", name) is None
                assert await of.trace("shop", name) is None
                assert await of.nodes("shop", name) is None
                assert await of.logs("shop", name) is None
                assert not await of.pin("shop", name)
        await of.close()

    run(scenario())


def test_active_runs_are_listed_until_they_end(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)
        keep(of, kept(1, run_id="old"))
        await of.flush()
        new = kept(2, run_id="new", status="pending", ended_us=0)
        of.begin(new)
        of.begin(msgspec.structs.replace(new, status="running"))
        page = await of.runs("shop")
        assert [(run.run_id, run.status) for run in page.runs] == [
            ("new", "running"),
            ("old", "completed"),
        ]
        assert await listed(of, RunFilter(status=("running",))) == ["new"]
        assert await of.counts("shop") == {"completed": 1, "running": 1}
        assert await of.trace("shop", "new") is None
        assert of.stats().active == 1
        keep(of, kept(2, run_id="new"))
        assert of.stats().active == 0
        assert [run.status for run in (await of.runs("shop")).runs] == ["completed"] * 2
        of.begin(kept(3, run_id="gone", status="pending"))
        of.withdraw("gone")
        assert await listed(of) == ["new", "old"]
        await of.close()

    run(scenario())


def test_everything_is_there_after_reopening(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)
        made = [kept(number) for number in range(30)]
        keep(of, *made)
        await of.close()
        of = archive(tmp_path)
        assert await listed(of) == [run.run_id for run in reversed(made)]
        more = kept(31)
        keep(of, more)
        await of.flush()
        assert len(await listed(of)) == 31
        for run_ in (made[0], more):
            trace = await of.trace("shop", run_.run_id)
            assert trace is not None
            assert trace.program == PROGRAM
        assert len(list(tmp_path.rglob("*.trace"))) == 1
        await of.close()
        assert not list(tmp_path.glob("spool-*"))

    run(scenario())


def test_files_and_folders_are_their_owners(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path / "runs")
        keep(of, kept())
        await of.flush()
        await of.close()

    before = os.umask(0)
    try:
        run(scenario())
    finally:
        os.umask(before)
    for path in (tmp_path / "runs").rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_a_run_without_a_trace(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)
        of.keep(kept(run_id="r1", level="off"))
        of.keep(kept(run_id="r2", level="off"), b"", PROGRAM_BLOCK)
        for _ in range(2):
            for name in ("r1", "r2"):
                assert await of.trace("shop", name) is None
                found = await of.run("shop", name)
                assert found is not None
                assert found.level == "off"
            await of.flush()
        await of.close()

    run(scenario())


def test_a_trace_without_a_program_shows_numbers(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)
        made = kept()
        of.keep(made, block_of(made))
        await of.flush()
        trace = await of.trace("shop", made.run_id)
        assert trace is not None
        assert trace.node(0).id == "#0"
        await of.close()

    run(scenario())


def test_long_messages_and_odd_letters(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)
        of.keep(kept(run_id="r1", error_message="x" * 600, actor="half \ud800"))
        await of.flush()
        found = await of.run("shop", "r1")
        assert found is not None
        assert found.error_message == "x" * 499 + "…"
        assert found.actor == "half \\ud800"
        await of.close()

    run(scenario())


@pytest.mark.parametrize("app", ["", "..", "a/b", "a" * 65, "ä", "a b", "a\0", "a\n"])
def test_an_app_that_is_no_id_is_refused(tmp_path: Path, app: str) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)
        with pytest.raises(UsageError, match=r"runs\.app"):
            of.keep(kept(app=app))
        with pytest.raises(UsageError, match=r"runs\.app"):
            of.begin(kept(app=app))
        await of.close()

    run(scenario())


def test_sampling_keeps_every_run_and_some_traces(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)
        sampling = Sampling(one_in=10**6, first_per_hour=2)
        for number in range(5):
            made = kept(number, run_id=f"r{number}")
            of.keep(made, block_of(made), PROGRAM_BLOCK, sampling)
        broken = kept(9, run_id="r9", status="failed")
        of.keep(broken, block_of(broken), PROGRAM_BLOCK, sampling)
        await of.flush()
        page = await of.runs("shop")
        details = {run.run_id: run.detail for run in page.runs}
        assert details == {
            "r0": "",
            "r1": "",
            "r9": "",
            "r2": "sampled",
            "r3": "sampled",
            "r4": "sampled",
        }
        for name, detail in details.items():
            trace = await of.trace("shop", name)
            assert trace is not None
            assert trace.complete
            assert bool(trace.steps) is (detail == "")
        await of.close()

    run(scenario())


def test_a_large_run_spans_frames(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)
        rows = run_records("large")
        rows[1:1] = [(3, 1, 1, f"{number} " + "x" * 500, None, number) for number in range(9_000)]
        block = encode_block(rows)
        assert len(block) > 4 * FRAME_BYTES
        keep(of, kept(1, run_id="before"))
        of.keep(kept(2, run_id="large"), block, PROGRAM_BLOCK)
        keep(of, kept(3, run_id="after"))
        await of.flush()
        for name, logs in (("before", 1), ("large", 9_001), ("after", 1)):
            trace = await of.trace("shop", name)
            assert trace is not None
            assert trace.complete
            assert len(trace.logs) == logs
        await of.close()

    run(scenario())


def test_a_record_no_segment_takes_costs_its_trace_only(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path, pending_bytes=100_000_000)
        rows = run_records("huge")
        huge = [*rows[:-1], (8, bytes(16), bytes(9 * FRAME_BYTES)), rows[-1]]
        worse = [*rows[:-1], (3, 1, 4, "x" * 9 * FRAME_BYTES, None, 1), rows[-1]]
        of.keep(kept(1, run_id="huge"), encode_block(huge), PROGRAM_BLOCK)
        of.keep(kept(2, run_id="worse"), encode_block(worse), PROGRAM_BLOCK)
        of.keep(kept(3, run_id="broken"), b"\xc1" * 2 * FRAME_BYTES, PROGRAM_BLOCK)
        keep(of, kept(4, run_id="fine"))
        await of.flush()
        page = await of.runs("shop")
        assert {run.run_id: run.detail for run in page.runs} == {
            "huge": "errors",
            "worse": "none",
            "broken": "none",
            "fine": "",
        }
        assert of.stats().counts.without_trace == 3
        trace = await of.trace("shop", "huge")
        assert trace is not None
        assert trace.complete
        assert await of.trace("shop", "worse") is None
        await of.close()

    run(scenario())


def test_a_later_attempt_replaces_an_earlier_one(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)
        for epoch, status in ((2, "completed"), (1, "interrupted"), (3, "failed"), (2, "failed")):
            keep(of, kept(run_id="r1", epoch=epoch, status=status, steps=epoch))
            await of.flush()
        page = await of.runs("shop")
        assert [(run.epoch, run.status) for run in page.runs] == [(3, "failed")]
        found = await of.run("shop", "r1")
        assert found is not None
        assert found.steps == 3
        await of.close()

    run(scenario())


def test_a_later_attempt_that_goes_on_is_what_is_shown(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path, batch_seconds=3600)
        keep(of, kept(run_id="r1", epoch=1, status="interrupted"))
        of.begin(kept(run_id="r1", epoch=2, status="pending"), durable=False)
        for _ in range(2):
            assert [run.status for run in (await of.runs("shop")).runs] == ["pending"]
            assert await of.counts("shop") == {"pending": 1}
            found = await of.run("shop", "r1")
            assert found is not None
            assert found.status == "pending"
            assert await of.trace("shop", "r1") is None
            await of.flush()
        keep(of, kept(run_id="r1", epoch=2))
        assert [run.status for run in (await of.runs("shop")).runs] == ["completed"]
        await of.close()

    run(scenario())


def test_threads_may_keep_at_the_same_time(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path, batch_seconds=0.001)

        def work(part: int) -> None:
            for number in range(200):
                keep(of, kept(number, run_id=f"r{part}-{number}"))

        threads = [threading.Thread(target=work, args=(part,)) for part in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            await asyncio.to_thread(thread.join)
        await of.flush()
        assert await of.counts("shop") == {"completed": 800}
        await of.close()

    run(scenario())


def test_the_loop_is_never_held_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers and writer may hang for ever: the loop goes on."""

    async def scenario() -> None:
        of = archive(tmp_path)
        keep(of, kept(run_id="r1"))
        await of.flush()
        hang = threading.Event()
        with monkeypatch.context() as patch:
            patch.setattr("flowlike.runs.reader.ArchiveReader.runs", lambda *_: hang.wait())
            patch.setattr("flowlike.runs.index.Index.add", lambda *_: hang.wait())
            waiting = asyncio.create_task(of.runs("shop"))
            writing = asyncio.create_task(of.flush())
            for number in range(100):
                keep(of, kept(number))
                await asyncio.sleep(0)
            assert not waiting.done()
            hang.set()
            await asyncio.wait([waiting, writing])
        await of.close()

    run(scenario())


def test_time_is_the_clocks(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)
        keep(of, kept(started_us=NOW_US))
        await of.flush()
        (file,) = tmp_path.rglob("*.trace")
        await of.close()
        from flowlike.database.ids import time_of

        assert time_of(file.stem.partition("-")[2]) == NOW_US

    run(scenario())


def test_runs_are_told_apart_by_all_their_fields(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)
        made = KeptRun(
            run_id="r1",
            app="shop",
            board="b",
            version="v",
            revision=12,
            event="e",
            event_version=7,
            node="n",
            trigger="t",
            actor="a",
            status="timeout",
            started_us=NOW_US,
            ended_us=NOW_US + 9,
            steps=1,
            logs=2,
            max_level=3,
            handled_errors=4,
            error_code="c",
            error_message="m",
            error_node="x",
            level="steps",
            request_id="q",
            epoch=5,
            detail="errors",
        )
        of.keep(made)
        await of.flush()
        assert await of.run("shop", "r1") == made
        (shown,) = (await of.runs("shop")).runs
        assert shown == made
        await of.close()

    run(scenario())
