"""Threat 58: an error tells SQL, paths, code or versions."""

import re
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from flowlike.apps.apps import Apps
from flowlike.errors import DatabaseError
from flowlike.server import problems
from flowlike.server.refusal import Kind, Refusal
from tests.server.awaiting import awaited
from tests.server.matrix import every_route
from tests.server.raw import raw
from tests.server.scenes import Scene, scene

TELLING = re.compile(
    r"SELECT |INSERT |UPDATE .* SET|sqlite3?|sqlalchemy|asyncpg|aiosqlite|litestar|granian|msgspec"
    r"|Traceback|File \"|\.py\b|/tmp/|/srv/|/home/|/root/|/usr/|site-packages|0x[0-9a-f]{8}"
    r"|Python/|python-|hunter2",
    re.IGNORECASE,
)
BODIES = (b"", b"{}", b"[]", b'"x"', b"{", b'{"a":1}', b"\xff", b'{"name":5}', b"null")
JSON = ("content-type", "application/json")


async def told(made: Scene) -> list[str]:
    """All the errors that many wrong requests get, as far as they tell too much."""
    shown = ("authorization", made.owner.headers["authorization"])
    found = []
    for route in every_route():
        path = route.path("none").encode()
        for body in BODIES:
            for who in ([], [shown]):
                answer = await raw(made.app, route.method, path, JSON, *who, body=body)
                text = answer.body.decode() + repr(answer.headers)
                if answer.status >= 400 and TELLING.search(text):
                    found.append(f"{route} {body!r}: {text}")
                if answer.status >= 400:
                    assert answer.headers["content-type"] == "application/problem+json", route
    return found


@awaited
async def test_no_error_tells_what_is_inside(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        with capture_logs() as logs:
            assert await told(made) == []
        assert [each for each in logs if each["event"] == "request.failed"] == []


def failing(error: Exception) -> Any:
    async def list_for(self: Apps, sub: str) -> Any:
        raise error

    return list_for


ERRORS = [
    KeyError("/srv/data/secret"),
    RuntimeError("SELECT password FROM users WHERE name = 'hunter2'"),
    OSError(13, "Permission denied", "/srv/data/flowlike.db"),
    DatabaseError("database.io", "The database /srv/data/flowlike.db cannot be read."),
    RecursionError("maximum recursion depth exceeded in /usr/lib/python3/json.py"),
    MemoryError(),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@awaited
async def test_not_even_what_nobody_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(Apps, "list_for", failing(error))
    async with scene(tmp_path) as made:
        with capture_logs() as logs:
            answer = await made.owner.get("/api/v1/apps")
        assert answer.status_code in {500, 503}
        assert not TELLING.search(answer.text), answer.text
        assert answer.json()["request_id"] == answer.headers["x-request-id"]
        assert "hunter2" not in repr(logs)


@awaited
async def test_errors_passed_on_would_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def naive(error: BaseException) -> Refusal:
        return Refusal(Kind.INTERNAL, repr(error))

    monkeypatch.setattr(problems, "_refusal", naive)
    monkeypatch.setattr(Apps, "list_for", failing(ERRORS[1]))
    async with scene(tmp_path) as made:
        answer = await made.owner.get("/api/v1/apps")
        assert TELLING.search(answer.text)


@awaited
async def test_neither_readiness_nor_the_head_tells_a_version(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        for path in (b"/health/live", b"/health/ready", b"/api/v1/info", b"/"):
            answer = await raw(made.app, "GET", path)
            assert not re.search(r"\d+\.\d+\.\d+", answer.body.decode())
            assert not {"server", "x-powered-by"} & set(answer.headers)
        assert (await raw(made.app, "GET", b"/metrics")).status == 404
