"""The first thing every request meets, and the last its answer passes.

Checks the head, finds the part of the server that answers (HTTP events, the API, the page), sends
our headers with every answer and a problem for every error.
"""

import re
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import structlog
from litestar.types import ASGIApp, Receive, Scope, Send

from flowlike.database.ids import new_id
from flowlike.server import headers, problems
from flowlike.server.bodies import in_time
from flowlike.server.credentials import refuse_foreign
from flowlike.server.facts import KEY, SAFE, Facts, Networks, examine
from flowlike.server.options import ServerOptions
from flowlike.server.refusal import Kind, Refusal

_NAMES = frozenset({b"x-request-id"})
_log = structlog.get_logger("flowlike.server")
_MOST_INSTANCE = 256
_OWN_ROOTS = re.compile(r"/(?:api/v1|health|openapi\.json|\.well-known|problems)(?:/|$)")


class Seen(msgspec.Struct, frozen=True):
    """What happened to a request, for logs and metrics. ``route`` is a template, not the path."""

    method: str
    route: str
    status: int
    seconds: float
    request_id: str


Observe = Callable[[Seen], None]


class _Part(NamedTuple):
    """A part of the server."""

    name: str
    app: ASGIApp
    own: headers.Headers
    names: frozenset[bytes]


class Edge:
    """The ASGI application.

    Args:
        api: answers ``/api/v1`` and the few addresses of its own at the root.
        events: answers ``/e/``.
        page: answers the rest.
        proxies: networks whose forwarding headers are believed.
        observe: told of every request.
        end_streams: ends the streams that are open.
    """

    def __init__(
        self,
        options: ServerOptions,
        *,
        api: ASGIApp,
        events: ASGIApp,
        page: ASGIApp,
        proxies: Networks = (),
        observe: Observe | None = None,
        end_streams: Callable[[], None] = lambda: None,
    ) -> None:
        self.end_streams = end_streams
        self._options = options
        self._proxies = proxies
        self._observe = observe
        self._api = self._part("api", api, headers.API)
        self._events = self._part("/e", events, headers.EVENT)
        self._page = self._part("/", page, headers.PAGE)

    def _part(self, name: str, app: ASGIApp, own: headers.Headers) -> _Part:
        if self._options.secure:
            own = (*own, headers.HSTS)
        return _Part(name, app, own, _NAMES | {name for name, _ in own})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        kind: str = scope["type"]
        if kind == "http":
            await self._http(scope, receive, send)
        elif kind == "lifespan":
            await _live(receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "no WebSockets here"})

    async def _http(self, scope: Any, receive: Receive, send: Send) -> None:
        facts = scope[KEY] = Facts(new_id())
        path = scope["path"]
        if path.startswith("/e/"):
            part = self._events
        else:
            part = self._api if _OWN_ROOTS.match(path) else self._page
        out = _Outlet(send, part, facts.request_id)
        started = time.perf_counter() if self._observe else 0.0
        try:
            examine(scope, facts, self._options, self._proxies)
            if part is self._api:
                self._check_api(scope["method"], facts)
            if facts.has_body:
                receive = in_time(receive, self._options.receive_seconds)
            await part.app(scope, receive, out)
        except EOFError:
            pass  # the client left; nobody is there to be answered
        except Exception as error:  # noqa: BLE001 - the roof: what nobody expected becomes a problem
            await self._fail(error, scope, facts, out)
        if self._observe:
            route = scope.get("path_template") or part.name
            seconds = time.perf_counter() - started
            self._observe(Seen(scope["method"], route, out.status, seconds, facts.request_id))

    def _check_api(self, method: str, facts: Facts) -> None:
        if method == "OPTIONS":
            raise Refusal(Kind.METHOD, "Pages of other origins may not call the API.")
        if method not in SAFE:
            refuse_foreign(facts, self._options)

    async def _fail(self, error: Exception, scope: Any, facts: Facts, out: "_Outlet") -> None:
        if out.status:
            _log.error("answer.broken", request_id=facts.request_id, **problems.facts_of(error))
            raise error
        await send_problem(error, scope, facts.request_id, out)


async def send_problem(error: BaseException, scope: Any, request_id: str, send: Send) -> None:
    """Answers with the problem that ``error`` is."""
    problem = problems.answer(error, request_id=request_id, instance=instance_of(scope))
    named = [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    named.append(headers.NO_STORE)
    await send({"type": "http.response.start", "status": problem.status, "headers": named})
    body = b"" if scope["method"] == "HEAD" else problem.body
    await send({"type": "http.response.body", "body": body, "more_body": False})


def instance_of(scope: Any) -> str:
    """The address of a request as it stood on the wire, for its problem."""
    raw = scope.get("raw_path") or b""
    return bytes(raw).decode("latin-1")[:_MOST_INSTANCE]


class _Outlet:
    """Sends an answer with our headers, and knows its status once it began."""

    __slots__ = ("_part", "_request_id", "_send", "status")

    def __init__(self, send: Send, part: _Part, request_id: str) -> None:
        self._send = send
        self._part = part
        self._request_id = request_id
        self.status = 0

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            part = self._part
            message["headers"] = [
                *part.own,
                (b"x-request-id", self._request_id.encode()),
                *(each for each in message["headers"] if each[0].lower() not in part.names),
            ]
        await self._send(message)


async def _live(receive: Any, send: Any) -> None:
    """The lifespan of the application: what it needs is opened and closed by who made it."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        else:
            await send({"type": "lifespan.shutdown.complete"})
            return
