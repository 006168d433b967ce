"""Threat 62: bodies without end, packed bodies, heads that drip in, a hundred thousand headers.

Over a real socket, since granian, the edge and the routes each hold a part of the defence.
"""

import asyncio
import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from flowlike.server import bodies, edge
from flowlike.server.options import ServerOptions, Sizes
from tests.server.awaiting import awaited
from tests.server.living import ECHO, app_of
from tests.server.scenes import listening, scene, with_options
from tests.server.wires import JSON, Wire, Wires, head

MIB = 1024 * 1024
QUICK = with_options(receive_seconds=0.5)
LARGE = 10 * 1024 * MIB


def resident() -> int:
    """Bytes of memory this process holds."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096


@awaited
async def test_an_announced_flood_is_refused_before_it_comes(tmp_path: Path) -> None:
    async with scene(tmp_path) as made, listening(made.app) as at, Wires(at) as wires:
        for path in ("/api/v1/apps", "/api/v1/apps/import", "/e/a/b", "/"):
            wire = await wires.new()
            await wire.send(head("POST", path, made, JSON, f"content-length: {LARGE}"))
            assert await wire.status() in {404, 405, 413, 415}, path


async def chunks(count: int) -> AsyncIterator[bytes]:
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    for _ in range(count):
        yield piece


@awaited
async def test_an_unannounced_one_is_cut_off(tmp_path: Path) -> None:
    async with scene(tmp_path, runs=True) as made, listening(made.app) as at, Wires(at) as wires:
        app = await app_of(made)
        url = await app.live(ECHO, method="POST")
        before = resident()
        for path in ("/api/v1/apps", url):
            wire = await wires.new()
            await wire.send(head("POST", path, made, JSON, "transfer-encoding: chunked"))
            async for piece in chunks(16 * 200):  # 200 MiB
                if not await wire.send(piece):
                    break
            assert await wire.status() in {0, 413}, path
        assert resident() - before < 50 * MIB
        assert (await made.owner.get("/api/v1/apps")).status_code == 200


@awaited
async def test_without_the_limit_it_would_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = Sizes(json=LARGE, event=LARGE)
    async with scene(tmp_path, with_options(sizes=sizes), runs=True) as made:
        app = await app_of(made)
        url = await app.live(ECHO, method="POST")
        taken: list[int] = []
        read = bodies.read_body

        async def watched(receive: object, most: int) -> bytes:
            raw = await read(receive, most)  # type: ignore[arg-type]  # handed on
            taken.append(len(raw))
            return raw

        monkeypatch.setattr("flowlike.server.http_events.read_body", watched)
        async with listening(made.app) as at, Wires(at) as wires:
            wire = await wires.new()
            await wire.send(head("POST", url, made, "transfer-encoding: chunked"))
            async for piece in chunks(16 * 60):
                await wire.send(piece)
            await wire.send(b"0\r\n\r\n")
            await wire.status()
        assert taken == [60 * MIB]


@awaited
async def test_nothing_is_unpacked(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(64 * MIB))
    async with scene(tmp_path) as made, listening(made.app) as at, Wires(at) as wires:
        before = resident()
        for coding in ("gzip", "br", "deflate", "zstd", "gzip, gzip"):
            wire = await wires.new()
            fields = (JSON, f"content-encoding: {coding}", f"content-length: {len(bomb)}")
            await wire.send(head("POST", "/api/v1/apps", made, *fields) + bomb)
            assert await wire.status() == 415, coding
        assert resident() - before < 50 * MIB


@awaited
async def test_a_body_that_drips_in_is_given_up(tmp_path: Path) -> None:
    async with (
        scene(tmp_path, QUICK, runs=True) as made,
        listening(made.app) as at,
        Wires(at) as wires,
    ):
        app = await app_of(made)
        url = await app.live(ECHO, method="POST")
        for path in ("/api/v1/apps", url):
            wire = await wires.new()
            await wire.send(head("POST", path, made, JSON, "content-length: 1000"))
            dripping = asyncio.ensure_future(drip(wire))
            assert await wire.status() == 408, path
            await dripping


async def drip(wire: Wire) -> None:
    for _ in range(60):
        if not await wire.send(b" "):
            return
        await asyncio.sleep(0.05)


@awaited
async def test_without_the_deadline_it_would_be_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "in_time", lambda receive, _: receive)
    async with scene(tmp_path, QUICK) as made, listening(made.app) as at, Wires(at) as wires:
        wire = await wires.new()
        await wire.send(head("POST", "/api/v1/apps", made, JSON, "content-length: 30"))
        waiting = asyncio.ensure_future(wire.status())
        await asyncio.sleep(1.0)
        assert not waiting.done()
        await wire.send(b'{"name":"A"}' + b" " * 18)
        assert await waiting == 201


@awaited
async def test_a_head_has_an_end(tmp_path: Path) -> None:
    async with scene(tmp_path) as made, listening(made.app) as at, Wires(at) as wires:
        many = [f"x-{number}: y" for number in range(100_000)]
        long = ["x-long: " + "y" * 200_000]
        forty = ["x-long: " + "y" * 40_000]
        for fields in (many, long, forty):
            wire = await wires.new()
            await wire.send(head("GET", "/api/v1/info", made, *fields))
            assert await wire.status() in {0, 400, 431}
        assert (await made.owner.get("/api/v1/apps")).status_code == 200


@awaited
async def test_the_usual_bounds_are_those_of_the_documents(tmp_path: Path) -> None:
    sizes = ServerOptions().sizes
    assert (sizes.json, sizes.board, sizes.package) == (MIB, 16 * MIB, 50 * MIB)
    assert (sizes.event, sizes.head) == (10 * MIB, 32 * 1024)
    async with scene(tmp_path) as made:
        small = msgspec.json.encode({"name": "A", "description": "x" * MIB})
        headers = {"content-type": "application/json"}
        answer = await made.owner.post("/api/v1/apps", content=small, headers=headers)
        assert answer.status_code == 413
        app = await app_of(made)
        batch = {"base_revision": 0, "id": "b", "commands": [{"command": "x" * MIB}]}
        await made.owner.post(f"{app.path}/boards", json={"name": "B", "id": "b"})
        answer = await made.owner.post(f"{app.path}/boards/b/commands", json=batch)
        assert answer.status_code == 422  # boards may be larger
