"""The application over granian's TLS: HTTP/1.1 and HTTP/2, and sessions that are cookies."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from flowlike.server.embedded import HttpServer
from flowlike.server.listening import Pair, bound, listen
from flowlike.server.tls import own
from flowlike.settings import Address
from tests.server.awaiting import awaited
from tests.server.living import ADD, app_of
from tests.server.scenes import Scene, scene, with_options

CURL = shutil.which("curl")
SECURE = with_options(secure=True)
pytestmark = pytest.mark.skipif(CURL is None, reason="curl is not installed")


@asynccontextmanager
async def over_tls(folder: Path, **more: Any) -> AsyncIterator[tuple[Scene, str, Pair]]:
    pair = own(folder / "tls", ("127.0.0.1", "localhost"))
    async with scene(folder, SECURE, signed_in=False, **more) as made:
        with listen(Address("127.0.0.1", 0)) as socket:
            server = HttpServer(made.app, socket.fileno(), pair)
            server.start()
            try:
                yield made, f"https://{bound(socket.fileno())}", pair
            finally:
                await server.stop(5)


async def curl(pair: Pair, url: str, *words: str) -> tuple[str, dict[str, str], str]:
    """Status line, headers and body, asked in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(str(CURL), "-s", "-i", "--cacert", str(pair.authority), url, *words),
        stdout=subprocess.PIPE,
    )
    told, _ = await asyncio.wait_for(process.communicate(), 30)
    head, _, body = told.decode().partition("\r\n\r\n")
    status, *lines = head.split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return status, {name.lower(): value for name, value in headers.items()}, body


@pytest.mark.parametrize(
    ("version", "begins"), [("--http1.1", "HTTP/1.1 200"), ("--http2", "HTTP/2 200")]
)
@awaited
async def test_both_versions_are_answered(tmp_path: Path, version: str, begins: str) -> None:
    async with over_tls(tmp_path) as (_, at, pair):
        status, headers, body = await curl(pair, f"{at}/api/v1/info", version)
        assert status.strip().startswith(begins)
        assert json.loads(body)["secure"] is True
        assert headers["strict-transport-security"] == "max-age=31536000"
        status, _, body = await curl(pair, f"{at}/api/v1/info", version, "-H", "Host: evil.test")
        assert " 421" in status
        status, _, _ = await curl(pair, f"{at}/api/v1/apps", version)
        assert " 401" in status


@awaited
async def test_a_session_is_a_cookie_of_this_host(tmp_path: Path) -> None:
    async with over_tls(tmp_path) as (made, at, pair):
        jar = str(tmp_path / "jar")
        json_ = ("-H", "Content-Type: application/json")
        token = await made.services.identity.mint_link()
        proof = json.dumps({"token": token})
        _, headers, body = await curl(
            pair, f"{at}/api/v1/auth/local", "--http2", *json_, "-d", proof, "-c", jar
        )
        assert headers["set-cookie"].startswith("__Host-flowlike=ses_")
        csrf = json.loads(body)["csrf"]
        status, _, _ = await curl(pair, f"{at}/api/v1/auth/session", "-b", jar)
        assert " 200" in status
        new = ("-b", jar, *json_, "-d", '{"name":"A"}')
        status, _, _ = await curl(pair, f"{at}/api/v1/apps", *new)
        assert " 403" in status
        ours = ("-H", f"Origin: {at}", "-H", f"X-CSRF-Token: {csrf}")
        for version in ("--http1.1", "--http2"):
            status, _, _ = await curl(pair, f"{at}/api/v1/apps", version, *new, *ours)
            assert " 201" in status


@awaited
async def test_events_take_bodies_of_both_versions(tmp_path: Path) -> None:
    async with over_tls(tmp_path, runs=True) as (made, at, pair):
        made.owner.headers["authorization"] = "Bearer " + await header_session(made)
        app = await app_of(made)
        url = at + await app.live(ADD, method="POST")
        for version in ("--http1.1", "--http2"):
            words = (version, "-d", '{"x":1}', "-H", "Content-Type: application/json")
            status, _, body = await curl(pair, f"{url}?a=20&b=22", *words)
            assert " 200" in status
            assert json.loads(body)["output"] == 42


async def header_session(made: Scene) -> str:
    """A session for programs, which send headers over https too."""
    link = await made.services.identity.mint_link()
    login = await made.services.identity.login(link=link, carrier="header")
    return login.token
