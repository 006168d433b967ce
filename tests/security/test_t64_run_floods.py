"""Threat 64: one app floods the server with runs, or its runs start each other without end.

An app has a share of the places to wait, starts are counted, and depth is bounded.
"""

import asyncio
from collections import Counter
from pathlib import Path

import httpx
import pytest

from flowlike.execution.jobs import Job, PoolOptions, Source
from flowlike.server.options import Rate, Rates
from tests.server.awaiting import awaited
from tests.server.living import ADD, TELL, Live, app_of
from tests.server.scenes import Scene, scene, with_options

FLOOD = 60
TIGHT = PoolOptions(executors=1, spares=0, at_once=1, awaiting=1, waiting=20, waiting_per_app=5)
GREEDY = PoolOptions(executors=1, spares=0, at_once=1, awaiting=1, waiting=20, waiting_per_app=20)


async def flooded(made: Scene) -> tuple[Counter[int], httpx.Response]:
    """Floods one app and asks another meanwhile; statuses of the one, the other's answer."""
    flooding, other = await app_of(made), await app_of(made)
    slow, url = await flooding.live(TELL), await other.live(TELL)
    await made.nobody.get(url)  # both programs are made before
    await made.nobody.get(slow)
    await settled(made, flooding)
    flood = [asyncio.ensure_future(made.nobody.get(slow)) for _ in range(FLOOD)]
    await asyncio.sleep(0.1)
    answer = await made.nobody.get(url)
    statuses = Counter(each.status_code for each in await asyncio.gather(*flood))
    return statuses, answer


async def settled(made: Scene, app: Live) -> None:
    for _ in range(500):
        runs = (await made.owner.get(f"{app.path}/runs")).json()["items"]
        if all(run["ended_at"] for run in runs):
            return
        await asyncio.sleep(0.02)


@awaited
async def test_a_flood_of_one_app_leaves_room_for_others(tmp_path: Path) -> None:
    async with scene(tmp_path, runs=True, pool=TIGHT) as made:
        statuses, answer = await flooded(made)
        assert answer.status_code == 200
        assert statuses[503] > 0
        assert statuses[200] + statuses[503] == FLOOD


@awaited
async def test_without_its_share_it_would_take_all(tmp_path: Path) -> None:
    async with scene(tmp_path, runs=True, pool=GREEDY) as made:
        _, answer = await flooded(made)
        assert answer.status_code == 503


@awaited
async def test_starts_are_counted_by_app(tmp_path: Path) -> None:
    rates = Rates(login=Rate(0), api=Rate(0), starts=Rate(3), public_event=Rate(0))
    async with scene(tmp_path, with_options(rates=rates), runs=True) as made:
        one, other = await app_of(made), await app_of(made)
        statuses = []
        for app in (one, other):
            await app.live(ADD, access="private")
            for _ in range(5):
                answer = await made.owner.get(f"/e/{app.id}/add", params={"a": "1", "b": "1"})
                statuses.append(answer.status_code)
        assert statuses == [200, 200, 200, 429, 429] * 2


@pytest.mark.parametrize(("depth", "status"), [(16, "completed"), (17, "failed")])
@awaited
async def test_runs_do_not_start_each_other_without_end(
    tmp_path: Path, depth: int, status: str
) -> None:
    async with scene(tmp_path, runs=True) as made:
        app = await app_of(made)
        await app.live(ADD)
        live = made.services.events.live(app.id, "add")
        assert live is not None
        board = await made.services.events.text(live.stable)
        payload = b'{"method":"GET","path":"/","headers":{},"query":{"a":"1","b":"2"},"body":""}'
        job = Job(run_id=f"deep{depth}", app=app.id, payload=payload, depth=depth)
        outcome = await made.services.dispatcher.run(job, Source(board, "start"))
        assert outcome.status == status
