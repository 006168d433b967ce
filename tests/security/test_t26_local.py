"""Threat 26: a page in the owner's browser, or a rebound name, talks to the local server.

The host must be one of ours, no foreign page changes anything, no answer may be read by one, and
the session is a secret that a page of another origin does not have.
"""

from pathlib import Path

import msgspec
import pytest

from flowlike.server import edge
from flowlike.server.application import create_app
from flowlike.server.options import LOOPBACK_NAMES
from tests.server.awaiting import awaited
from tests.server.raw import raw
from tests.server.scenes import scene, with_options

EVIL = "http://evil.test"
JSON = ("content-type", "application/json")
PATHS = (b"/", b"/api/v1/info", b"/api/v1/apps", b"/e/a/b", b"/health/live", b"/openapi.json")


@awaited
async def test_a_rebound_name_is_answered_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        for path in PATHS:
            for host in ("evil.test", "evil.test:8787", "127.0.0.1.evil.test", "localhost.evil"):
                answer = await raw(made.app, "GET", path, ("host", host))
                assert answer.status == 421, (path, host)


@awaited
async def test_without_the_list_of_hosts_it_would_be(tmp_path: Path) -> None:
    options = with_options(hosts=LOOPBACK_NAMES | {"evil.test"})
    async with scene(tmp_path, options) as made:
        answer = await raw(made.app, "GET", b"/api/v1/info", ("host", "evil.test"))
        assert answer.json()["auth"] == ["link"]


@awaited
async def test_a_foreign_page_cannot_sign_in_or_change_anything(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        token = await made.services.identity.mint_link()
        body = msgspec.json.encode({"token": token})
        for headers in ([("origin", EVIL)], [("sec-fetch-site", "cross-site")]):
            answer = await raw(made.app, "POST", b"/api/v1/auth/local", JSON, *headers, body=body)
            assert (answer.status, answer.json()["code"]) == (403, "request.foreign-origin")
        still = await raw(made.app, "POST", b"/api/v1/auth/local", JSON, body=body)
        assert still.status == 200  # the link was not used up


@awaited
async def test_without_the_check_of_origins_it_could(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "refuse_foreign", lambda *_: None)
    async with scene(tmp_path) as made:
        token = await made.services.identity.mint_link()
        body = msgspec.json.encode({"token": token})
        answer = await raw(
            made.app, "POST", b"/api/v1/auth/local", JSON, ("origin", EVIL), body=body
        )
        assert answer.json()["session"].startswith("ses_")


@awaited
async def test_no_answer_may_be_read_by_a_foreign_page(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        for path in PATHS:
            for method in ("GET", "OPTIONS"):
                answer = await raw(
                    made.app,
                    method,
                    path,
                    ("origin", EVIL),
                    ("access-control-request-method", "POST"),
                )
                shared = [name for name in answer.headers if name.startswith("access-control")]
                assert shared == [], path
        info = await raw(made.app, "GET", b"/api/v1/info", ("origin", EVIL))
        assert info.headers["cross-origin-resource-policy"] == "same-origin"


@awaited
async def test_another_user_of_the_machine_cannot_read_the_data(tmp_path: Path) -> None:
    async with scene(tmp_path):
        database = tmp_path / "flowlike.db"
        assert database.stat().st_mode & 0o077 == 0
        assert (tmp_path / "runs").stat().st_mode & 0o077 == 0


@awaited
async def test_who_reaches_the_port_needs_a_session(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        app = create_app(made.services)
        for path in (b"/api/v1/apps", b"/api/v1/catalog", b"/openapi.json"):
            assert (await raw(app, "GET", path)).status == 401
