"""Threat 80: a server of somebody else on another port of this machine gets the owner's session.

Cookies ignore ports. So on plain http there are none: the session is a token that the page of one
origin keeps and sends in a header.
"""

from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar.datastructures import Cookie

from flowlike.server import credentials
from flowlike.server.routes import account
from tests.server.awaiting import awaited
from tests.server.scenes import Scene, listening, scene, with_options


class Elsewhere:
    """Another server of this machine. Keeps what it is sent."""

    def __init__(self) -> None:
        self.seen: list[dict[str, str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.seen.append({name.decode(): value.decode() for name, value in scope["headers"]})
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})


async def visited(made: Scene) -> list[dict[str, str]]:
    """Signs in with a browser's jar of cookies, then goes to the other port."""
    elsewhere = Elsewhere()
    async with (
        listening(made.app) as ours,
        listening(elsewhere) as theirs,
        httpx.AsyncClient() as it,
    ):
        token = await made.services.identity.mint_link()
        answer = await it.post(f"{ours}/api/v1/auth/local", json={"token": token})
        assert answer.status_code == 200
        await it.get(f"{theirs}/")
    return elsewhere.seen


@awaited
async def test_the_other_port_gets_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        (headers,) = await visited(made)
        assert not {"cookie", "authorization"} & set(headers)
        assert "ses_" not in repr(headers)


@awaited
async def test_no_answer_sets_a_cookie(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        for path in ("/", "/api/v1/info", "/api/v1/auth/session", "/api/v1/apps"):
            assert "set-cookie" not in (await made.owner.get(path)).headers
        assert "set-cookie" not in (await made.owner.post("/api/v1/auth/logout")).headers


@awaited
async def test_a_token_of_a_page_is_no_cookie(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        token = made.owner.headers["authorization"].removeprefix("Bearer ")
        for name in ("__Host-flowlike", "flowlike", "session"):
            headers = {"cookie": f"{name}={token}"}
            answer = await made.nobody.get("/api/v1/apps", headers=headers)
            assert answer.status_code == 401


@awaited
async def test_a_cookie_would_go_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def plain(value: str, max_age: int | None = None) -> Cookie:
        return Cookie(key=credentials.COOKIE, value=value, max_age=max_age, httponly=True)

    monkeypatch.setattr(account, "_cookie", plain)
    async with scene(tmp_path, with_options(secure=True), signed_in=False) as made:
        (headers,) = await visited(made)
        assert "ses_" in headers["cookie"]
