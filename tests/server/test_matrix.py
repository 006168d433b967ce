"""Every route × every kind of caller, from the table of routes."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from flowlike.identity.permissions import DEFAULT_ROLES, Permission, effective
from flowlike.server.application import create_app
from tests.server.awaiting import awaited
from tests.server.matrix import OneRole, Route, every_route
from tests.server.scenes import Scene, scene

ROUTES = every_route()
OPEN = [route for route in ROUTES if route.need.kind == "public"]
CLOSED = [route for route in ROUTES if route.need.kind != "public"]
OF_APPS = [route for route in ROUTES if route.need.kind in {"app", "member"}]
BAD = {
    "made up": f"Bearer ses_{'x' * 43}",
    "malformed": "Bearer ses_x",
    "another kind": f"Bearer pat_1.{'x' * 43}",
    "no scheme": "ses_x",
    "basic": "Basic bG9jYWw6bG9jYWw=",
}


@contextlib.asynccontextmanager
async def roles(folder: Path, **more: Any) -> AsyncIterator[tuple[Scene, OneRole]]:
    """An installation where the role of the owner's session is what a test says."""
    async with scene(folder, **more) as made:
        rooms = made.services
        apps = OneRole(rooms.database, rooms.boards, rooms.events)
        services = msgspec.structs.replace(rooms, apps=apps)
        changed = Scene(services, create_app(services), made.clock)
        changed.owner.headers["authorization"] = made.owner.headers["authorization"]
        async with changed.owner, changed.nobody:
            yield changed, apps


async def tried(client: httpx.AsyncClient, route: Route, **headers: str) -> httpx.Response:
    body = {"content": b"{}"} if route.method in {"POST", "PUT", "PATCH"} else {}
    named = {"content-type": "application/json"} | headers
    return await client.request(route.method, route.path("a1"), headers=named, **body)  # type: ignore[arg-type]  # a body or none


def test_the_table_is_read() -> None:
    assert len(ROUTES) > 50
    assert 5 <= len(OPEN) <= 7
    assert {route.need.kind for route in ROUTES} == {"public", "user", "session", "member", "app"}


def test_what_is_public_is_listed_here() -> None:
    assert sorted(map(str, OPEN)) == [
        "GET /api/v1/health/live",
        "GET /api/v1/health/ready",
        "GET /api/v1/info",
        "GET /health/live",
        "GET /health/ready",
        "POST /api/v1/auth/local",
    ]


@awaited
async def test_nobody_is_let_in_where_somebody_is_needed(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        for route in CLOSED:
            answer = await tried(made.nobody, route)
            assert answer.status_code == 401, route
            assert answer.headers["www-authenticate"].startswith("Bearer"), route
        for route in OPEN:
            assert (await tried(made.nobody, route)).status_code != 401, route


@pytest.mark.parametrize("shown", BAD.values(), ids=BAD.keys())
@awaited
async def test_a_bad_credential_is_refused_everywhere(tmp_path: Path, shown: str) -> None:
    async with scene(tmp_path) as made:
        for route in ROUTES:
            answer = await tried(made.nobody, route, authorization=shown)
            assert answer.status_code == 401, route


@awaited
async def test_a_session_that_ended_is_refused_everywhere(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        made.clock.ahead = 8 * 24 * 3600 * 1_000_000
        for route in ROUTES:
            assert (await tried(made.owner, route)).status_code == 401, route


@awaited
async def test_two_credentials_are_refused_everywhere(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        for route in ROUTES:
            answer = await tried(made.owner, route, **{"x-api-key": "flk_a.b.c"})
            assert answer.status_code == 400, route


@awaited
async def test_strangers_find_no_app(tmp_path: Path) -> None:
    async with roles(tmp_path) as (made, apps):
        apps.mask = None
        bodies = set()
        for route in OF_APPS:
            answer = await tried(made.owner, route)
            assert answer.status_code == 404, route
            bodies.add((answer.json()["code"], answer.json()["detail"]))
        assert len(bodies) == 1  # a private app looks like none


@awaited
async def test_each_bit_opens_its_routes_and_no_other(tmp_path: Path) -> None:
    async with roles(tmp_path) as (made, apps):
        for bit in Permission:
            apps.mask = int(bit)
            for route in OF_APPS:
                await check(made, route, effective(bit))


@pytest.mark.parametrize("role", DEFAULT_ROLES)
@awaited
async def test_each_role_opens_what_its_bits_say(tmp_path: Path, role: str) -> None:
    async with roles(tmp_path) as (made, apps):
        apps.mask = int(DEFAULT_ROLES[role])
        for route in OF_APPS:
            await check(made, route, effective(apps.mask))


async def check(made: Scene, route: Route, held: Permission) -> None:
    wanted = route.need.permission
    answer = await tried(made.owner, route)
    if isinstance(wanted, Permission) and wanted & ~held:
        assert answer.status_code == 403, (route, held)
        label = "".join(part.capitalize() for part in str(wanted.name).split("_"))
        assert answer.json()["permission"] == label, (route, held)
    else:
        assert answer.status_code not in {401, 403}, (route, held, answer.text)
