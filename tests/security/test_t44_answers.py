"""Threat 44: the answer of an HTTP event sets cookies, breaks headers, redirects or runs script."""

import re
from typing import Any

import pytest

from flowlike.execution.dispatch import Dispatcher
from flowlike.execution.jobs import Outcome, Response
from flowlike.server import answers
from tests.server.awaiting import shared
from tests.server.building import board_of, node
from tests.server.living import ADD, app_of
from tests.server.scenes import Scene

FORGED = {
    "Set-Cookie": "__Host-flowlike=ses_x",
    "Location": "https://evil.test",
    "X-A": "1\r\nSet-Cookie: a=b",
    "X-B\r\nSet-Cookie": "a=b",
    "Content-Security-Policy": "default-src *",
    "X-Content-Type-Options": "off",
    "Strict-Transport-Security": "max-age=0",
    "Access-Control-Allow-Origin": "*",
    "Transfer-Encoding": "chunked",
    "Connection": "upgrade",
    "Content-Length": "3",
    "Refresh": "0;url=https://evil.test",
    "Clear-Site-Data": '"*"',
}
HTML = b"<script>fetch('/api/v1/apps')</script>"


def forging(status: int = 302) -> Any:
    """A dispatcher whose executor was taken over: it answers what no node may."""

    async def run(self: Dispatcher, job: Any, source: Any) -> Outcome:
        return Outcome("completed", response=Response(status, dict(FORGED), HTML, "text/html"))

    return run


@shared
async def test_what_steers_a_browser_does_not_leave(
    made: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = await app_of(made)
    url = (await app.live(ADD)) + "?a=1&b=2"
    monkeypatch.setattr(Dispatcher, "run", forging())
    answer = await made.nobody.get(url)
    assert answer.content == HTML
    for name, value in FORGED.items():
        assert value not in answer.headers.get_list(name.split("\r")[0]), name
    assert "set-cookie" not in answer.headers
    assert "location" not in answer.headers
    policy = answer.headers["content-security-policy"]
    assert re.match(r"sandbox;(?! allow)", policy)
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


@shared
async def test_without_the_list_it_would(made: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    app = await app_of(made)
    url = (await app.live(ADD)) + "?a=1&b=2"
    monkeypatch.setattr(Dispatcher, "run", forging())
    monkeypatch.setattr(answers, "may_set", lambda _: True)
    monkeypatch.setattr(answers, "_VALUE", re.compile(r"[\s\S]*"))
    answer = await made.nobody.get(url)
    assert answer.headers["set-cookie"] == "__Host-flowlike=ses_x"
    assert answer.headers["location"] == "https://evil.test"


@shared
async def test_a_node_that_tries_fails(made: Scene) -> None:
    app = await app_of(made)
    board = board_of(
        "cookie",
        start=node("event_http_request", exec_out=["respond.exec_in"]),
        respond=node("http_respond", {"headers": {"Set-Cookie": "a=b"}, "body": "x"}),
    )
    answer = await made.nobody.get(await app.live(board))
    assert answer.status_code == 500
    assert "set-cookie" not in answer.headers
