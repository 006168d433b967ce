"""Threat 65: a run that tells without end, streams that are opened and never read."""

import asyncio
from pathlib import Path

from flowlike.execution.jobs import PoolOptions, Quotas
from flowlike.server.options import Streams
from tests.security.test_t62_floods import resident
from tests.server.awaiting import awaited
from tests.server.building import board_of, node
from tests.server.living import GREET, Live, app_of
from tests.server.scenes import Scene, listening, scene, with_options
from tests.server.wires import JSON, Wires, head

MIB = 1024 * 1024
CHATTER = board_of(
    "chatter",
    start=node("events_generic", exec_out=["loop.exec_in"], payload=["read.struct"]),
    read=node("struct_get", {"field": "text"}, value=["log.message"]),
    loop=node(
        "control_while_loop", {"condition": True, "max_iter": 20_000}, exec_out=["log.exec_in"]
    ),
    log=node("log_info", {"toast": False}),
)
"""Logs a text of its payload twenty thousand times."""
PAYLOAD = {"text": "x" * 1_000}
STUCK = with_options(streams=Streams(per_principal=3, total=4, ping=0.05, recheck=0.05, stuck=0.3))


async def chattered(made: Scene) -> tuple[str, str]:
    """Status and error of a run that logs 20 MB, followed by its starter."""
    app = await app_of(made)
    await app.board(CHATTER)
    body = {"node": "start", "payload": PAYLOAD, "trace": "off"}
    answer = await made.owner.post(f"{app.path}/boards/chatter/runs", json=body)
    assert answer.status_code == 200
    run = (await made.owner.get(f"{app.path}/runs")).json()["items"][0]
    return run["status"], (run["error"] or {"code": ""})["code"]


@awaited
async def test_a_run_that_tells_too_much_fails_and_the_server_lives(tmp_path: Path) -> None:
    pool = PoolOptions(executors=1, spares=0, quotas=Quotas(logs=MIB), live_run_bytes=MIB)
    async with scene(tmp_path, runs=True, pool=pool) as made:
        before = resident()
        status, code = await chattered(made)
        assert status == "failed"
        assert "quota" in code or "too" in code or "logs" in code
        assert resident() - before < 50 * MIB
        assert (await made.owner.get("/health/ready")).status_code == 200


@awaited
async def test_without_the_quota_it_would_tell_it_all(tmp_path: Path) -> None:
    pool = PoolOptions(executors=1, spares=0, quotas=Quotas(logs=100 * MIB, live=100 * MIB))
    async with scene(tmp_path, runs=True, pool=pool) as made:
        assert (await chattered(made))[0] == "completed"


async def opened(wires: Wires, app: Live, board: str, count: int) -> list[int]:
    """Opens streams and never reads them; their statuses."""
    path = f"{app.path}/boards/{board}/changes"
    found = []
    for _ in range(count):
        wire = await wires.new()
        await wire.send(head("GET", path, app.made))
        found.append(await wire.status())
    return found


@awaited
async def test_one_caller_has_so_many_streams(tmp_path: Path) -> None:
    async with (
        scene(tmp_path, STUCK) as made,
        listening(made.app) as at,
        Wires(at) as wires,
    ):
        app = await app_of(made)
        await app.board(GREET)
        assert await opened(wires, app, "greet", 6) == [200] * 3 + [429] * 3


async def unread(made: Scene, wires: Wires, waits: float) -> list[int]:
    """Follows a run of 20 MB three times without reading; what further streams get after."""
    app = await app_of(made)
    await app.board(CHATTER)
    body = b'{"node":"start","payload":{"text":"' + b"x" * 1_000 + b'"},"trace":"off"}'
    for _ in range(3):
        wire = await wires.new()
        wire.stop_reading()
        fields = (JSON, f"content-length: {len(body)}")
        await wire.send(head("POST", f"{app.path}/boards/chatter/runs", made, *fields) + body)
    found = [429]
    ends = asyncio.get_running_loop().time() + waits
    while set(found) == {429} and asyncio.get_running_loop().time() < ends:
        await asyncio.sleep(0.2)
        found = await opened(wires, app, "chatter", 1)
    return found


ROOM = PoolOptions(
    executors=1,
    spares=0,
    quotas=Quotas(logs=100 * MIB, live=100 * MIB),
    live_bytes=256 * MIB,
    live_run_bytes=64 * MIB,
)


@awaited
async def test_streams_that_are_never_read_are_closed(tmp_path: Path) -> None:
    async with (
        scene(tmp_path, STUCK, runs=True, pool=ROOM) as made,
        listening(made.app) as at,
        Wires(at) as wires,
    ):
        assert await unread(made, wires, 30.0) == [200]


@awaited
async def test_without_that_they_would_keep_their_places(tmp_path: Path) -> None:
    patient = with_options(streams=Streams(per_principal=3, total=4, stuck=60.0))
    async with (
        scene(tmp_path, patient, runs=True, pool=ROOM) as made,
        listening(made.app) as at,
        Wires(at) as wires,
    ):
        assert await unread(made, wires, 2.0) == [429]
