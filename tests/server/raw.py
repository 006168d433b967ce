"""Requests as they may come over the wire, past what clients would send."""

from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

import msgspec


class RawAnswer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body's value."""
        return msgspec.json.decode(self.body)


async def raw(
    app: Any, method: str, target: bytes, *headers: tuple[str, str], body: bytes = b""
) -> RawAnswer:
    """Calls an ASGI application with a target that is taken as it is."""
    path, _, query = target.partition(b"?")
    named = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    if not any(name == "host" for name, _ in headers):
        named.append((b"host", b"127.0.0.1:8787"))
    if body:
        named.append((b"content-length", str(len(body)).encode()))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": named,
        "client": ("127.0.0.1", 5),
        "server": ("127.0.0.1", 8787),
        "state": {},
    }
    sent: list[Any] = []
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Any:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    head = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    return RawAnswer(sent[0]["status"], head, b"".join(each.get("body", b"") for each in sent))
