"""granian in our loop: plain and TLS, a new certificate, and a stop that waits for answers."""

import asyncio
import ssl  # noqa: TID251 - a client of its own
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from flowlike.server.embedded import HttpServer
from flowlike.server.listening import Pair, bound, listen
from flowlike.server.tls import fingerprint, own
from flowlike.settings import Address


class App:
    """Answers; ``/slow`` once it is let go, ``/stream`` begins and never ends."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.let_go = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        if scope["path"] == "/slow":
            self.begun.set()
            await self.let_go.wait()
        head = [(b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        if scope["path"] == "/stream":
            await send({"type": "http.response.body", "body": b"first", "more_body": True})
            self.begun.set()
            await asyncio.Event().wait()
        text = f"{scope['method']} {scope['scheme']}".encode()
        await send({"type": "http.response.body", "body": text})


@pytest.fixture
def descriptor() -> Iterator[int]:
    with listen(Address("127.0.0.1", 0)) as listening:
        yield listening.fileno()


Work = Callable[[App, HttpServer, httpx.AsyncClient], Awaitable[None]]


def served(descriptor: int, work: Work, pair: Pair | None = None) -> None:
    async def run() -> None:
        app = App()
        server = HttpServer(app, descriptor, pair)
        server.start()
        scheme, trusted = "http", False
        if pair is not None:
            scheme, trusted = "https", True
        base = f"{scheme}://{bound(descriptor)}"
        context = ssl.create_default_context(cafile=str(pair.authority)) if pair else trusted
        async with httpx.AsyncClient(base_url=base, verify=context, timeout=30) as client:
            await work(app, server, client)
        await server.stop(30)

    asyncio.run(run())


def test_it_answers(descriptor: int) -> None:
    async def work(_app: App, _server: HttpServer, client: httpx.AsyncClient) -> None:
        assert (await client.get("/")).text == "GET http"
        assert (await client.post("/", content=b"x" * 1_000_000)).text == "POST http"

    served(descriptor, work)


def test_it_answers_over_tls(descriptor: int, tmp_path: Path) -> None:
    async def work(_app: App, _server: HttpServer, client: httpx.AsyncClient) -> None:
        assert (await client.get("/")).text == "GET https"

    served(descriptor, work, own(tmp_path, []))


def test_older_tls_is_refused(descriptor: int, tmp_path: Path) -> None:
    pair = own(tmp_path, [])

    async def work(_app: App, _server: HttpServer, client: httpx.AsyncClient) -> None:
        context = ssl.create_default_context(cafile=str(pair.authority))
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        async with httpx.AsyncClient(verify=context, base_url=client.base_url) as older:
            with pytest.raises(httpx.ConnectError):
                await older.get("/")

    served(descriptor, work, pair)


def test_a_new_certificate_is_served_and_answers_under_way_arrive(
    descriptor: int, tmp_path: Path
) -> None:
    pair = own(tmp_path / "old", [])
    newer = own(tmp_path / "new", ["other.example"])

    async def shown(descriptor: int) -> str:
        address = bound(descriptor)
        try:
            pem = await asyncio.to_thread(ssl.get_server_certificate, (address.host, address.port))
        except (OSError, ssl.SSLError):
            return ""  # it met the old one while that took its leave
        (tmp_path / "shown.pem").write_text(pem, "utf-8")
        return fingerprint(tmp_path / "shown.pem")

    async def work(app: App, server: HttpServer, client: httpx.AsyncClient) -> None:
        assert await shown(descriptor) == fingerprint(pair.certificate)
        slow = asyncio.create_task(client.get("/slow"))
        await app.begun.wait()
        server.reload(newer)
        while await shown(descriptor) != fingerprint(newer.certificate):
            pass  # the old one may still accept for a moment
        app.let_go.set()
        assert (await slow).text == "GET https"

    served(descriptor, work, pair)


def test_a_stop_waits_for_answers(descriptor: int) -> None:
    async def work(app: App, server: HttpServer, client: httpx.AsyncClient) -> None:
        slow = asyncio.create_task(client.get("/slow"))
        await app.begun.wait()
        stop = asyncio.create_task(server.stop(30))
        await asyncio.sleep(0)
        app.let_go.set()
        assert (await slow).text == "GET http"
        assert await stop

    served(descriptor, work)


def test_a_stop_does_not_wait_for_ever(descriptor: int) -> None:
    async def work(app: App, server: HttpServer, client: httpx.AsyncClient) -> None:
        async with client.stream("GET", "/stream") as answer:
            await app.begun.wait()
            assert answer.status_code == 200
            assert not await server.stop(0.05)

    served(descriptor, work)


def test_a_server_that_was_not_started_stops(descriptor: int) -> None:
    async def run() -> bool:
        return await HttpServer(App(), descriptor, None).stop(1)

    assert asyncio.run(run())
