import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from flowlike.runs.archive import Archive
from flowlike.runs.kept import encode_kept
from flowlike.runs.recovery import Leftovers
from flowlike.runs.spool import Spool
from flowlike.trace.segment import FRAME_HEAD, MAGIC
from tests.runs.samples import PROGRAM_BLOCK, Clock, archive, block_of, keep, kept
from tests.trace.samples import PROGRAM


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


async def states(of: Archive) -> dict[str, str]:
    await of.flush()
    return {run.run_id: run.status for run in (await of.runs("shop", None, 200)).runs}


async def caught_up(of: Archive) -> None:
    while of.stats().catching_up:
        await of.flush()


def filled(folder: Path, count: int = 5, **options: Any) -> None:
    async def work() -> None:
        of = archive(folder, **options)
        for number in range(count):
            status = "failed" if number % 2 else "completed"
            keep(of, kept(number, run_id=f"r{number}", status=status))
            await of.flush()
        await of.close()

    run(work())


def remove_index(folder: Path) -> None:
    for path in folder.glob("index.db*"):
        path.unlink()


def test_an_index_that_is_gone_is_made_from_the_segments(tmp_path: Path) -> None:
    filled(tmp_path, 20, segment_bytes=1_000)
    assert len(list(tmp_path.rglob("*.trace"))) > 3
    remove_index(tmp_path)

    async def scenario() -> None:
        of = archive(tmp_path)
        await of.rebuild()
        assert len(await states(of)) == 20
        for number in range(20):
            trace = await of.trace("shop", f"r{number}")
            assert trace is not None
            assert trace.program == PROGRAM
            found = await of.run("shop", f"r{number}")
            assert found is not None
            assert found.request_id == f"request{number}"
        await of.close()

    run(scenario())


def test_segments_are_written_on_after_a_rebuild(tmp_path: Path) -> None:
    filled(tmp_path)
    remove_index(tmp_path)
    before = len(list(tmp_path.rglob("*.trace")))

    async def scenario() -> None:
        of = archive(tmp_path)
        await of.rebuild()
        keep(of, kept(9, run_id="new"))
        assert set(await states(of)) == {"r0", "r1", "r2", "r3", "r4", "new"}
        assert len(list(tmp_path.rglob("*.trace"))) == before
        await of.close()

    run(scenario())


def test_runs_kept_while_catching_up_are_not_lost(tmp_path: Path) -> None:
    filled(tmp_path, 30, segment_bytes=500)
    remove_index(tmp_path)

    async def scenario() -> None:
        of = archive(tmp_path)
        rebuilding = asyncio.create_task(of.rebuild())
        for number in range(50):
            keep(of, kept(100 + number, run_id=f"new{number}"))
            await of.flush()
        await rebuilding
        assert len(await states(of)) == 80
        for name in ("r0", "r29", "new0", "new49"):
            assert await of.trace("shop", name) is not None
        await of.close()

    run(scenario())


def test_what_was_written_and_not_indexed_is_found(tmp_path: Path) -> None:
    filled(tmp_path, 2)
    index = {path.name: path.read_bytes() for path in tmp_path.glob("index.db*")}
    filled_more = [kept(7, run_id="r7"), kept(8, run_id="r8", status="failed")]

    async def more() -> None:
        of = archive(tmp_path)
        keep(of, *filled_more)
        await of.close()

    run(more())
    remove_index(tmp_path)
    for name, data in index.items():
        (tmp_path / name).write_bytes(data)

    async def scenario() -> None:
        of = archive(tmp_path)
        await caught_up(of)
        assert set(await states(of)) == {"r0", "r1", "r7", "r8"}
        await of.close()

    run(scenario())


@pytest.mark.parametrize("torn", [1, 10, 100])
def test_a_torn_tail_costs_its_frame_and_the_file_is_written_on(tmp_path: Path, torn: int) -> None:
    filled(tmp_path, 5)
    (segment,) = tmp_path.rglob("runs-*.trace")
    segment.write_bytes(segment.read_bytes()[:-torn])

    async def scenario() -> None:
        of = archive(tmp_path)
        await caught_up(of)
        keep(of, kept(9, run_id="new"))
        found = await states(of)
        assert set(found) == {"r0", "r1", "r2", "r3", "new"}
        for name in found:
            assert await of.trace("shop", name) is not None
        assert len(list(tmp_path.rglob("*.trace"))) == 2
        await of.rebuild()
        assert await states(of) == found
        await of.close()

    run(scenario())


def test_a_damaged_frame_costs_what_it_held(tmp_path: Path) -> None:
    filled(tmp_path, 5)
    (segment,) = tmp_path.rglob("runs-*.trace")
    data = bytearray(segment.read_bytes())
    data[len(MAGIC) + FRAME_HEAD.size + 30] ^= 0xFF
    segment.write_bytes(data)
    remove_index(tmp_path)

    async def scenario() -> None:
        of = archive(tmp_path)
        await of.rebuild()
        assert set(await states(of)) == {"r1", "r2", "r3", "r4"}
        await of.close()

    run(scenario())


def test_files_that_are_gone_or_foreign(tmp_path: Path) -> None:
    filled(tmp_path, 5)
    (failed,) = tmp_path.rglob("failed-*.trace")
    failed.unlink()
    (failed.parent / "runs-odd.trace").write_bytes(b"notes of somebody")
    (failed.parent / "notes.txt").write_bytes(b"others")

    async def scenario() -> None:
        of = archive(tmp_path)
        await caught_up(of)
        assert set(await states(of)) == {"r0", "r2", "r4"}
        keep(of, kept(9, run_id="new"))
        assert set(await states(of)) == {"r0", "r2", "r4", "new"}
        await of.close()

    run(scenario())
    assert (failed.parent / "runs-odd.trace").read_bytes() == b"notes of somebody"


# ------------------------------------------------------------------ a spool left behind


def left(folder: Path, *entries: tuple[bytes, bytes]) -> None:
    spool = Spool(folder / f"spool-{len(list(folder.glob('spool-*'))) + 5}", 1 << 20)
    for note, block in entries:
        assert spool.add(note, block)


def test_runs_of_a_process_that_was_killed(tmp_path: Path) -> None:
    done = kept(1, run_id="done")
    going = kept(2, run_id="going", status="running", ended_us=0)
    left(
        tmp_path,
        (encode_kept(kept(1, run_id="done", status="running")), b""),
        (encode_kept(going), b""),
        (PROGRAM_BLOCK, b""),
        (encode_kept(done), block_of(done)),
        (b"\xc1", b""),
    )

    async def scenario() -> None:
        of = archive(tmp_path)
        page = await of.runs("shop")
        assert {run.run_id: run.status for run in page.runs} == {
            "done": "completed",
            "going": "interrupted",
        }
        assert await states(of) == {"done": "completed", "going": "interrupted"}
        trace = await of.trace("shop", "done")
        assert trace is not None
        assert trace.program == PROGRAM
        found = await of.run("shop", "going")
        assert found is not None
        assert found.error_code == "run.interrupted"
        await of.close()
        assert not list(tmp_path.glob("spool-*"))

    run(scenario())


def test_what_stands_in_a_segment_already_is_not_written_twice(tmp_path: Path) -> None:
    filled(tmp_path, 1)
    (segment,) = tmp_path.rglob("*.trace")
    size = segment.stat().st_size
    old = kept(0, run_id="r0")
    left(tmp_path, (encode_kept(old), block_of(old)))

    async def scenario() -> None:
        of = archive(tmp_path)
        assert not list(tmp_path.glob("spool-5"))
        assert await states(of) == {"r0": "completed"}
        await of.close()

    run(scenario())
    assert segment.stat().st_size == size


def test_a_later_attempt_in_the_spool_counts(tmp_path: Path) -> None:
    filled(tmp_path, 1)
    left(tmp_path, (encode_kept(kept(0, run_id="r0", status="failed", epoch=2)), b""))
    left(tmp_path, (encode_kept(kept(0, run_id="r0", status="timeout", epoch=1)), b""))

    async def scenario() -> None:
        of = archive(tmp_path)
        assert await states(of) == {"r0": "failed"}
        await of.close()

    run(scenario())


def test_a_spool_outlives_a_second_kill(tmp_path: Path) -> None:
    done = kept(1, run_id="done")
    left(tmp_path, (encode_kept(done), block_of(done)))
    leftovers = Leftovers(tmp_path)
    assert len(leftovers.unknown(lambda _: None)) == 1
    assert len(Leftovers(tmp_path).unknown(lambda _: None)) == 1
    leftovers.remove()
    assert Leftovers(tmp_path).unknown(lambda _: None) == []


def test_the_clock_going_back_loses_nothing(tmp_path: Path) -> None:
    clock = Clock()

    async def scenario() -> None:
        of = archive(tmp_path, clock)
        keep(of, kept(1, run_id="r1"))
        await of.flush()
        clock.at -= 40 * 86_400_000_000
        keep(of, kept(started_us=clock.at, run_id="r2"))
        await of.tidy()
        assert set(await states(of)) == {"r1", "r2"}
        await of.rebuild()
        assert set(await states(of)) == {"r1", "r2"}
        await of.close()

    run(scenario())
