"""How many runs start in each span of time, written or not, and what an index has to do with it."""

import asyncio
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.runs.archive import Archive
from flowlike.runs.kept import STATUSES, WRONG, Bar, KeptRun
from tests.runs.samples import NOW_US, archive, keep, kept

MINUTE = 60_000_000


def bars(*pairs: tuple[int, int]) -> list[Bar]:
    return [Bar(*pair) for pair in pairs]


def test_runs_are_counted_where_they_start(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path, batch_seconds=3600)
        for number, (at, status) in enumerate(
            [(-1, "completed"), (0, "completed"), (MINUTE - 1, "failed"), (2 * MINUTE, "timeout")]
        ):
            keep(of, kept(run_id=f"r{number}", started_us=NOW_US + at, status=status))
        keep(of, kept(run_id="other", app="other", started_us=NOW_US))
        of.begin(kept(run_id="going", started_us=NOW_US + MINUTE, status="running", ended_us=0))
        for written in (False, True):
            if written:
                await of.flush()
            found = await of.activity("shop", NOW_US, MINUTE, 3)
            assert found == bars((2, 1), (1, 0), (1, 1))
        assert await of.activity("none", NOW_US, MINUTE, 2) == bars((0, 0), (0, 0))
        await of.close()

    asyncio.run(scenario())


def test_a_run_that_ends_is_counted_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path, batch_seconds=3600)
        made = kept(run_id="r", started_us=NOW_US)
        keep(of, made)
        await of.flush()
        again = msgspec.structs.replace(made, epoch=1, status="running", ended_us=0)
        of.begin(again)
        assert await of.activity("shop", NOW_US, MINUTE, 1) == bars((1, 0))
        keep(of, msgspec.structs.replace(again, status="failed", ended_us=NOW_US + 1))
        assert await of.activity("shop", NOW_US, MINUTE, 1) == bars((1, 1))
        await of.flush()
        assert await of.activity("shop", NOW_US, MINUTE, 1) == bars((1, 1))
        await of.close()

    asyncio.run(scenario())


@given(
    made=st.lists(st.tuples(st.integers(-3, 12), st.sampled_from(STATUSES)), max_size=12),
    step=st.integers(1, 4),
    steps=st.integers(1, 5),
    flushed=st.integers(0, 12),
)
def test_the_sums_are_those_of_a_plain_count(
    tmp_path_factory: pytest.TempPathFactory,
    made: list[tuple[int, str]],
    step: int,
    steps: int,
    flushed: int,
) -> None:
    runs: list[KeptRun] = [
        kept(run_id=f"r{number}", started_us=NOW_US + at, status=status)
        for number, (at, status) in enumerate(made)
    ]

    async def scenario() -> list[Bar]:
        of = archive(tmp_path_factory.mktemp("runs"), batch_seconds=3600)
        for number, run in enumerate(runs):
            if number == flushed:
                await of.flush()
            (keep if run.ended else _begin)(of, run)
        found = await of.activity("shop", NOW_US, step, steps)
        await of.close()
        return found

    def plain(number: int) -> Bar:
        of = [run for run in runs if (run.started_us - NOW_US) // step == number]
        return Bar(len(of), sum(run.status in WRONG for run in of))

    assert asyncio.run(scenario()) == [plain(number) for number in range(steps)]


def _begin(of: Archive, run: KeptRun) -> None:
    of.begin(run)
