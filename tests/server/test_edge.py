"""The first thing a request meets and the last its answer passes."""

from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from flowlike.server.edge import Edge, Seen
from flowlike.server.facts import facts_of
from flowlike.server.options import ServerOptions
from flowlike.server.refusal import Kind, Refusal
from tests.server.awaiting import awaited

PROBLEM = "application/problem+json"


class Part:
    """A part of the server that answers with its name, or as it is told."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.headers: list[tuple[bytes, bytes]] = []
        self.error: BaseException | None = None
        self.after: BaseException | None = None
        self.calls = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.calls += 1
        if self.error:
            raise self.error
        if facts_of(scope).has_body:
            await receive()
        await send({"type": "http.response.start", "status": 200, "headers": self.headers})
        if self.after:
            raise self.after
        await send({"type": "http.response.body", "body": self.name.encode()})


class Parts:
    def __init__(self, options: ServerOptions | None = None) -> None:
        self.api, self.events, self.page = Part("api"), Part("events"), Part("page")
        self.seen: list[Seen] = []
        self.edge = Edge(
            options or ServerOptions(),
            api=self.api,
            events=self.events,
            page=self.page,
            observe=self.seen.append,
        )

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.edge)  # type: ignore[arg-type]  # an ASGI application
        base = "http://127.0.0.1:8787"
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            return await client.request(method, path, **more)


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/", "page"),
        ("/apps/a/boards/b", "page"),
        ("/api/v1/apps", "api"),
        ("/api/v1", "api"),
        ("/api/v2", "page"),
        ("/api/v1x", "page"),
        ("/health/live", "api"),
        ("/healthy", "page"),
        ("/openapi.json", "api"),
        ("/e/app/x", "events"),
        ("/e", "page"),
        ("/editor", "page"),
    ],
)
@awaited
async def test_each_address_has_one_part(path: str, part: str) -> None:
    answer = await Parts().ask("GET", path)
    assert answer.text == part


@awaited
async def test_each_part_has_its_headers() -> None:
    parts = Parts()
    api = await parts.ask("GET", "/api/v1/x")
    assert api.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert api.headers["cache-control"] == "no-store"
    page = await parts.ask("GET", "/")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    event = await parts.ask("GET", "/e/a/b")
    assert event.headers["content-security-policy"].startswith("sandbox;")
    for answer in (api, page, event):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert len(answer.headers["x-request-id"]) == 26
        assert "strict-transport-security" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers
        assert "set-cookie" not in answer.headers


@awaited
async def test_a_part_cannot_weaken_them() -> None:
    parts = Parts()
    parts.events.headers = [
        (b"Content-Security-Policy", b"default-src *"),
        (b"X-Request-Id", b"forged"),
        (b"x-own", b"1"),
    ]
    answer = await parts.ask("GET", "/e/a/b")
    assert answer.headers.get_list("content-security-policy")[0].startswith("sandbox;")
    assert len(answer.headers.get_list("content-security-policy")) == 1
    assert answer.headers["x-request-id"] != "forged"
    assert answer.headers["x-own"] == "1"


@awaited
async def test_over_https_browsers_are_told_to_stay_there() -> None:
    parts = Parts(ServerOptions(secure=True))
    for path in ("/", "/api/v1/x", "/e/a/b"):
        answer = await parts.ask("GET", path)
        assert answer.headers["strict-transport-security"] == "max-age=31536000"


@awaited
async def test_requests_are_told_apart() -> None:
    parts = Parts()
    ids = {(await parts.ask("GET", "/")).headers["x-request-id"] for _ in range(5)}
    assert len(ids) == 5


@pytest.mark.parametrize("path", ["/", "/api/v1/x", "/e/a/b"])
@awaited
async def test_a_refused_request_reaches_no_part(path: str) -> None:
    parts = Parts()
    answer = await parts.ask("GET", path, headers={"host": "evil.test"})
    assert answer.status_code == 421
    assert answer.headers["content-type"] == PROBLEM
    found = answer.json()
    assert found["request_id"] == answer.headers["x-request-id"]
    assert found["instance"] == path
    assert parts.api.calls + parts.events.calls + parts.page.calls == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://127.0.0.1:8787"}, 200),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"origin": "https://127.0.0.1:8787"}, 403),
        ({"origin": "http://evil.test"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
@awaited
async def test_a_foreign_page_changes_nothing(headers: dict[str, str], status: int) -> None:
    parts = Parts()
    answer = await parts.ask("POST", "/api/v1/x", headers=headers)
    assert answer.status_code == status
    assert parts.api.calls == (status == 200)
    assert (await parts.ask("GET", "/api/v1/x", headers=headers)).status_code == 200


@awaited
async def test_a_further_origin_of_ours_may() -> None:
    parts = Parts(ServerOptions(origins=frozenset({"https://flows.example"})))
    answer = await parts.ask("POST", "/api/v1/x", headers={"origin": "https://flows.example"})
    assert answer.status_code == 200


@awaited
async def test_no_page_is_told_that_it_may_call_the_api() -> None:
    parts = Parts()
    preflight = {"origin": "http://evil.test", "access-control-request-method": "POST"}
    answer = await parts.ask("OPTIONS", "/api/v1/x", headers=preflight)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert parts.api.calls == 0


@awaited
async def test_an_error_becomes_a_problem() -> None:
    parts = Parts()
    parts.api.error = Refusal(Kind.LOCKED, "Busy.", headers={"Retry-After": "5"})
    answer = await parts.ask("GET", "/api/v1/x")
    assert (answer.status_code, answer.headers["retry-after"]) == (423, "5")
    parts.api.error = KeyError("secret")
    with capture_logs():
        answer = await parts.ask("GET", "/api/v1/x")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


@awaited
async def test_the_problem_of_a_head_has_no_body() -> None:
    parts = Parts()
    parts.page.error = Refusal(Kind.NOT_FOUND, "m")
    answer = await parts.ask("HEAD", "/x")
    assert (answer.status_code, answer.content) == (404, b"")


@awaited
async def test_an_answer_that_breaks_is_logged_and_not_mended() -> None:
    parts = Parts()
    parts.api.after = KeyError("secret")
    with capture_logs() as logs, pytest.raises(KeyError):
        await parts.ask("GET", "/api/v1/x")
    (record,) = logs
    assert record["event"] == "answer.broken"
    assert "secret" not in repr(record)


@awaited
async def test_a_client_that_left_is_no_error() -> None:
    parts = Parts()
    parts.api.error = EOFError()
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/api/v1/x",
        "raw_path": b"/api/v1/x",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "client": None,
    }
    with capture_logs() as logs:
        await parts.edge(scope, send, send)  # type: ignore[arg-type]  # receives nothing
    assert (sent, logs) == ([], [])


@awaited
async def test_every_request_is_told_of_without_its_path() -> None:
    parts = Parts()
    parts.api.error = Refusal(Kind.NOT_FOUND, "m")
    answer = await parts.ask("GET", "/api/v1/apps/secret")
    await parts.ask("GET", "/e/secret/x")
    first, second = parts.seen
    assert (first.method, first.route, first.status) == ("GET", "api", 404)
    assert first.request_id == answer.headers["x-request-id"]
    assert first.seconds > 0
    assert (second.route, second.status) == ("/e", 200)
    assert "secret" not in repr(parts.seen)


@awaited
async def test_there_are_no_websockets() -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await Parts().edge({"type": "websocket"}, receive, send)  # type: ignore[arg-type]  # a bare scope
    assert [each["type"] for each in sent] == ["websocket.close"]


@awaited
async def test_it_starts_and_stops_when_asked() -> None:
    asked = ["lifespan.startup", "lifespan.shutdown"]
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": asked.pop(0)}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    await Parts().edge({"type": "lifespan"}, receive, send)  # type: ignore[arg-type]  # a bare scope
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
