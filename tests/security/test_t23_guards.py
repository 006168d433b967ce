"""Threat 23: a route is reached without its guard, by another spelling or a suffix that is public.

Authority comes from the route that matched. Source: threats, row 23; peers, section 3 (Kestra,
Prefect: paths that end in ``health`` or ``configs``).
"""

from pathlib import Path
from typing import Any

import pytest

from flowlike.server.guards import Doorkeeper
from tests.server.awaiting import awaited
from tests.server.matrix import Route, every_route
from tests.server.raw import raw
from tests.server.scenes import scene

CLOSED = [route for route in every_route() if route.need.kind != "public"]


def spellings(route: Route) -> list[bytes]:
    """Other ways to write an address."""
    path = route.path("a1").encode()
    return [
        path,
        b"/" + path,
        path + b"/",
        path + b"//",
        path.replace(b"/apps", b"//apps"),
        path.replace(b"/api", b"/%61pi"),
        path.replace(b"/v1/", b"/v1/./"),
        b"/health/live/.." + path,
        b"/health/live/%2e%2e" + path,
        b"/health/live/..%2f" + path[1:],
        b"/health/live;" + path,
        path + b"/health",
        path + b"/health/live",
        path + b"/configs",
        path + b";/health/live",
        path + b"%2fhealth",
        path + b"%00",
        path + b"?/health/live",
        path + b"#/health/live",
        path + b".json",
        path + b"%20",
        path.upper(),
        path.replace(b"/", b"\\"),
        b"/e/.." + path,
        b"/e/a1/../.." + path,
        b"/assets/../.." + path,
    ]


async def reached(app: Any) -> list[str]:
    """All that somebody without a credential got an answer for."""
    found = []
    for route in CLOSED:
        for target in spellings(route):
            answer = await raw(app, route.method, target, ("content-type", "application/json"))
            if answer.status < 400:
                found.append(f"{route.method} {target.decode()} -> {answer.status}")
            assert answer.status != 500, (route, target)
    return found


@awaited
async def test_no_spelling_leads_past_a_guard(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        assert await reached(made.app) == []


@awaited
async def test_a_method_override_changes_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        for name in ("x-http-method-override", "x-method-override", "x-original-url"):
            answer = await raw(made.app, "GET", b"/health/live", (name, "/api/v1/apps"))
            assert answer.json() == {"status": "ok"}
        for method in ("GET", "HEAD", "OPTIONS", "POST", "TRACE"):
            answer = await raw(made.app, method, b"/api/v1/user/sessions")
            assert answer.status in {401, 405}, method


@awaited
async def test_without_the_guard_it_would_be_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lets_all_in(self: Any, connection: Any, handler: Any) -> None:
        connection.scope["user"] = await self._authenticate(connection, handler.opt["needs"])

    monkeypatch.setattr(Doorkeeper, "__call__", lets_all_in)
    async with scene(tmp_path) as made:
        assert any("GET /api/v1/apps " in each for each in await reached(made.app))
