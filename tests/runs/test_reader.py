"""What a list shows: the index says the same as the filter itself, page by page."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowlike.errors import TraceError, UsageError
from flowlike.runs import search
from flowlike.runs.filters import Cursor, RunFilter
from flowlike.runs.kept import STATUSES, KeptRun
from flowlike.runs.reader import ArchiveReader
from tests.examples import examples
from tests.runs.samples import DAY_US, NOW_US, Clock, archive, keep, kept

NAMES = ("a", "b", "")


def own(run: KeptRun) -> bool:
    """Whether it shall have the id of its request, as runs of HTTP events do."""
    return run.request_id == "own"


RUNS = st.lists(
    st.builds(
        kept,
        st.integers(0, 30),
        status=st.sampled_from(STATUSES[2:]),
        event=st.sampled_from(NAMES),
        board=st.sampled_from(NAMES),
        trigger=st.sampled_from(NAMES),
        actor=st.sampled_from(NAMES),
        error_code=st.sampled_from(("", "node.failed", "100%")),
        error_message=st.sampled_from(("", "It Broke", "50%_off\\", "it's")),
        request_id=st.sampled_from(("", "asked", "own")),
    ).map(lambda run: msgspec.structs.replace(run, request_id=run.run_id) if own(run) else run),
    max_size=40,
    unique_by=lambda run: run.run_id,
)
FILTERS = st.builds(
    RunFilter,
    status=st.lists(st.sampled_from(STATUSES), max_size=2, unique=True).map(tuple),
    event=st.sampled_from(NAMES),
    board=st.sampled_from(NAMES),
    trigger=st.sampled_from(NAMES),
    actor=st.sampled_from(NAMES),
    since_us=st.sampled_from((0, NOW_US - 990_000)),
    until_us=st.sampled_from((2**63 - 1, NOW_US - 980_000)),
    q=st.sampled_from(
        (
            *("", "broke", "-broke", "%", "_", "\\", "'", "status:failed", "-event:a"),
            *("error:100% x", "request:asked", "-request:asked", "ASK", "-sked"),
        )
    ),
)


def kept_in(folder: Path, runs: list[KeptRun]) -> ArchiveReader:
    async def scenario() -> None:
        of = archive(folder)
        for run in runs:
            of.keep(run)
        await of.close()

    asyncio.run(scenario())
    return ArchiveReader(folder)


def pages(reader: ArchiveReader, asked: RunFilter, limit: int, newer: list[KeptRun]) -> list[str]:
    found: list[str] = []
    before = ""
    while True:
        page = reader.runs("shop", msgspec.structs.replace(asked, before=before), limit, newer)
        found += [run.run_id for run in page.runs]
        assert len(page.runs) <= limit
        if not page.next:
            return found
        assert page.next != before
        before = page.next


@settings(max_examples=examples(40))
@given(runs=RUNS, asked=FILTERS, limit=st.integers(1, 7), looked_at=st.integers(1, 9), at=st.data())
def test_pages_show_what_the_filter_says(
    tmp_path_factory: pytest.TempPathFactory,
    runs: list[KeptRun],
    asked: RunFilter,
    limit: int,
    looked_at: int,
    at: st.DataObject,
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    reader = kept_in(folder, runs)
    newer = at.draw(st.lists(st.sampled_from(runs), max_size=5, unique=True)) if runs else []
    newer = [msgspec.structs.replace(run, status="running", actor="b") for run in newer]
    new_ids = {run.run_id for run in newer}
    every = [run for run in runs if run.run_id not in new_ids] + newer
    expected = sorted((run for run in every if asked.shows(run)), key=lambda run: run.order)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "MOST_LOOKED_AT", looked_at)
        found = pages(reader, asked, limit, newer)
    assert found == [run.run_id for run in reversed(expected)]
    counts = reader.counts("shop", asked.since_us, newer)
    assert sum(counts.values()) == sum(run.started_us >= asked.since_us for run in every)
    reader.close()
    shutil.rmtree(folder)


def test_a_limit_is_kept_within_bounds(tmp_path: Path) -> None:
    reader = kept_in(tmp_path, [kept(number) for number in range(250)])
    for limit, count in ((-1, 1), (0, 1), (3, 3), (200, 200), (10**9, 200)):
        assert len(reader.runs("shop", RunFilter(), limit).runs) == count
    reader.close()


def test_runs_of_one_moment_are_not_lost_between_pages(tmp_path: Path) -> None:
    runs = [kept(run_id=f"r{number:02}", started_us=NOW_US) for number in range(25)]
    reader = kept_in(tmp_path, runs)
    for looked_at in (1, 3, 1_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(search, "MOST_LOOKED_AT", looked_at)
            for asked in (RunFilter(), RunFilter(q="r"), RunFilter(trigger="http")):
                found = pages(reader, asked, 4, [])
                assert found == sorted((run.run_id for run in runs), reverse=True)
    reader.close()


def test_a_page_that_looked_at_enough_goes_on_in_the_next(tmp_path: Path) -> None:
    runs = [kept(number, actor="ada" if number < 3 else "bob") for number in range(50)]
    reader = kept_in(tmp_path, runs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "MOST_LOOKED_AT", 10)
        page = reader.runs("shop", RunFilter(actor="ada"), 5)
        assert page.runs == []
        assert page.next
        assert len(pages(reader, RunFilter(actor="ada"), 5, [])) == 3
    reader.close()


def test_every_way_to_find_runs_uses_an_index(tmp_path: Path) -> None:
    reader = kept_in(tmp_path, [kept(number) for number in range(10)])
    for asked in (
        RunFilter(),
        RunFilter(event="order"),
        RunFilter(board="orders"),
        RunFilter(status=("failed",)),
        RunFilter(status=("failed", "timeout"), trigger="http", q="x -y"),
        RunFilter(event="order", board="orders", before=str(Cursor(NOW_US, "r"))),
    ):
        plan = search.plan("shop", asked)
        with reader._engine.connect() as connection:  # noqa: SLF001 - asks SQLite itself
            for statement in (search.page(plan, 50, 0), search.floor(plan)):
                compiled = statement.compile(connection.engine)
                values = tuple(compiled.params[name] for name in compiled.positiontup or ())
                if "POSTCOMPILE" in str(compiled):
                    continue
                told = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)
                lines = [row[3] for row in told if "runs" in row[3]]
                assert lines
                assert all(f"INDEX {plan.by}" in line for line in lines), lines
    reader.close()


def test_reading_what_a_server_writes(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path)
        reader = ArchiveReader(tmp_path)
        assert reader.apps() == []
        for number in range(3):
            run = kept(number)
            keep(of, run)
            await of.flush()
            assert len(reader.runs("shop", RunFilter()).runs) == number + 1
            trace = reader.trace("shop", run.run_id)
            assert trace is not None
            assert trace.program is not None
        assert reader.apps() == ["shop"]
        await of.rebuild()
        reader.renew()
        assert len(reader.runs("shop", RunFilter()).runs) == 3
        reader.close()
        await of.close()

    asyncio.run(scenario())


def test_a_run_whose_segment_is_gone(tmp_path: Path) -> None:
    runs = [kept(number) for number in range(2)]
    reader = kept_in(tmp_path, runs)
    (segment,) = tmp_path.rglob("*.trace")
    segment.unlink()
    assert reader.trace("shop", runs[0].run_id) is None
    assert reader.run("shop", runs[0].run_id) == runs[0]
    reader.close()


def test_a_run_whose_segment_is_damaged(tmp_path: Path) -> None:
    runs = [kept(number) for number in range(2)]
    reader = kept_in(tmp_path, runs)
    (segment,) = tmp_path.rglob("*.trace")
    data = bytearray(segment.read_bytes())
    data[-10] ^= 0xFF
    segment.write_bytes(data)
    with pytest.raises(TraceError, match=r"trace\.malformed"):
        reader.trace("shop", runs[0].run_id)
    assert reader.run("shop", runs[0].run_id) == runs[0]
    reader.close()


def test_an_index_of_another_version(tmp_path: Path) -> None:
    kept_in(tmp_path, [kept()]).close()
    with closing(sqlite3.connect(tmp_path / "index.db")) as connection:
        connection.execute("PRAGMA user_version = 1")
    with pytest.raises(UsageError, match=r"runs\.other-version") as caught:
        ArchiveReader(tmp_path)
    assert "Start the server" in caught.value.remedy
    kept_in(tmp_path, []).close()


def test_where_there_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"runs\.no-archive") as caught:
        ArchiveReader(tmp_path)
    assert caught.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_names_and_programs_are_remembered_within_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = kept_in(tmp_path, [kept(number, actor=f"actor-{number}") for number in range(30)])
    monkeypatch.setattr("flowlike.runs.reader._MOST_NAMES", 5)
    for _ in range(2):
        for limit in (3, 30):
            found: Any = reader.runs("shop", RunFilter(), limit).runs
            numbers = [int(run.actor.removeprefix("actor-")) for run in found]
            assert numbers == list(range(29, 29 - limit, -1))
    reader.close()


def test_a_folder_with_odd_letters(tmp_path: Path) -> None:
    reader = kept_in(tmp_path / "a b?c#d%20", [kept()])
    assert len(reader.runs("shop", RunFilter()).runs) == 1
    reader.close()
    assert [path.name for path in tmp_path.iterdir()] == ["a b?c#d%20"]


def test_long_ago_and_far_ahead(tmp_path: Path) -> None:
    clock = Clock(NOW_US)
    runs = [kept(started_us=at, run_id=f"r{at}") for at in (0, NOW_US, NOW_US + 10**6 * DAY_US)]

    async def scenario() -> None:
        of = archive(tmp_path, clock, days=10**6)
        for run in runs:
            of.keep(run)
        await of.close()

    asyncio.run(scenario())
    reader = ArchiveReader(tmp_path)
    assert pages(reader, RunFilter(), 1, []) == [run.run_id for run in reversed(runs)]
    reader.close()
