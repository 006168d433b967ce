"""Threat 46: forged requests with the owner's cookie, and pages in frames."""

from pathlib import Path

import pytest

from flowlike.identity.principal import Principal
from flowlike.server.credentials import Credentials
from flowlike.server.facts import Facts
from tests.server.awaiting import awaited
from tests.server.raw import raw
from tests.server.scenes import Scene, scene, with_options
from tests.server.test_account import ORIGIN, secure_login

APPS = b"/api/v1/apps"
BODY = b'{"name":"Forged"}'
JSON = ("content-type", "application/json")
FORGED = {
    "a form": [("origin", "https://evil.test"), ("content-type", "text/plain")],
    "a form without origin": [("content-type", "application/x-www-form-urlencoded")],
    "json as text": [("origin", ORIGIN), ("content-type", "text/plain")],
    "a script elsewhere": [("origin", "https://evil.test"), JSON],
    "an opaque origin": [("origin", "null"), JSON],
    "a navigation": [("sec-fetch-site", "cross-site"), JSON],
    "a sibling": [("sec-fetch-site", "same-site"), JSON],
    "no token": [("origin", ORIGIN), JSON],
    "another token": [("origin", ORIGIN), JSON, ("x-csrf-token", "x" * 43)],
}
HTTPS = with_options(secure=True)


async def count(made: Scene) -> int:
    return len(await made.services.apps.list_for("local"))


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED.keys())
@awaited
async def test_a_forged_request_changes_nothing(
    tmp_path: Path, headers: list[tuple[str, str]]
) -> None:
    async with scene(tmp_path, HTTPS, signed_in=False) as made:
        cookie = (await secure_login(made))["cookie"]
        answer = await raw(made.app, "POST", APPS, ("cookie", cookie), *headers, body=BODY)
        assert answer.status in {403, 415}
        assert await count(made) == 0


@awaited
async def test_our_page_may(tmp_path: Path) -> None:
    async with scene(tmp_path, HTTPS, signed_in=False) as made:
        signed = await secure_login(made)
        ours = [("cookie", signed["cookie"]), ("origin", ORIGIN), JSON]
        token = ("x-csrf-token", signed["csrf"])
        answer = await raw(made.app, "POST", APPS, *ours, token, body=BODY)
        assert answer.status == 201


@awaited
async def test_without_the_check_a_forged_request_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def trusts(self: Credentials, cookie: str, facts: Facts, _method: str) -> Principal:
        return await self._session(cookie, "cookie", facts)

    monkeypatch.setattr(Credentials, "_by_cookie", trusts)
    async with scene(tmp_path, HTTPS, signed_in=False) as made:
        cookie = (await secure_login(made))["cookie"]
        answer = await raw(
            made.app, "POST", APPS, ("cookie", cookie), ("origin", ORIGIN), JSON, body=BODY
        )
        assert answer.status == 201


@awaited
async def test_reading_changes_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path, HTTPS, signed_in=False) as made:
        cookie = (await secure_login(made))["cookie"]
        for path in (b"/api/v1/auth/logout", b"/api/v1/user/sessions/x", b"/api/v1/apps/import"):
            answer = await raw(made.app, "GET", path, ("cookie", cookie))
            assert answer.status in {404, 405}
        session = await raw(made.app, "GET", b"/api/v1/auth/session", ("cookie", cookie))
        assert session.status == 200


@awaited
async def test_nothing_is_shown_in_a_frame(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        for path in (b"/", b"/api/v1/info", b"/e/a/b"):
            answer = await raw(made.app, "GET", path)
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        page = await raw(made.app, "GET", b"/")
        assert page.headers["x-frame-options"] == "DENY"
        assert page.headers["cross-origin-opener-policy"] == "same-origin"
