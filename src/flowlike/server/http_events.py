"""``/e/{app}/{path}``: published HTTP events, answered without the framework.

Only published versions run here, never what a caller sends. The guard is the one of the API. On
the way of a request to a public event lie no database and no file. Spec: api-and-security,
section 4; peers, section 3 (Langflow).
"""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import msgspec
from litestar.types import Receive, Scope, Send

from flowlike.apps.events import PublishedEvent
from flowlike.board.app import Access
from flowlike.identity.permissions import Permission
from flowlike.server import answers
from flowlike.server.bodies import read_body, too_large
from flowlike.server.call import Tools
from flowlike.server.credentials import foreign, is_ours, refuse_foreign
from flowlike.server.facts import SAFE, Facts, facts_of
from flowlike.server.guards import app
from flowlike.server.idempotency import Kept, Keys, Recorder, replayed
from flowlike.server.payloads import body_of, passed_headers, payload, query_of
from flowlike.server.rates import Bucket
from flowlike.server.refusal import not_found
from flowlike.server.sse import EventStream, Frame
from flowlike.server.starting import Plan, Ready

_NEED = app(Permission.EXECUTE_EVENTS)
_PREFIX = len("/e/")
_NO_STORE = (b"cache-control", b"no-store")
_FAILED = b'{"code":"run.failed"}'
_PUBLIC_FRAMES = frozenset({"run", "chunk", "output", "done"})
"""What a caller of an event may follow of its run; logs and nodes are for the board's people."""


class HttpEvents:
    """Answers HTTP events."""

    def __init__(self, tools: Tools, keys: Keys) -> None:
        self._services = tools.services
        self._options = tools.services.options
        self._starter = tools.starter
        self._credentials = tools.credentials
        self._doorkeeper = tools.doorkeeper
        self._slots = tools.slots
        self._starts = tools.starts
        self._public = Bucket(self._options.rates.public_event)
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request. Raises Refusal and errors of the rooms."""
        facts = facts_of(scope)
        method: str = scope["method"]  # type: ignore[typeddict-item]  # only http scopes come here
        raw: bytes = scope["raw_path"] or b""
        app_id, _, rest = raw.decode("latin-1")[_PREFIX:].partition("/")
        wanted = "GET" if method == "HEAD" else method
        if method == "OPTIONS":
            await self._preflight(facts, send)
            return
        match = self._services.events.match(app_id, wanted, f"/{rest}")
        if match is None:
            raise not_found("There is no such event, or it is not published.")
        key = ""
        if method == "POST" and b"idempotency-key" in facts.fields:
            key = facts.field(b"idempotency-key")
        # The request's id names its run too, so that callers can ask for it.
        published = match.event.choose(key or facts.request_id)
        actor = await self._admit(facts, wanted, published)
        ready = self._starter.ready(published) or await self._starter.prepare(published)
        asked = _Asked(scope, facts, published, ready, match.params, actor)
        if not key:
            await self._answer(asked, receive, send)
            return
        recorder = Recorder(self._keys, send)
        try:
            await self._once(key, asked, receive, recorder)
        finally:
            await recorder.close()

    # Who may.

    async def _admit(self, facts: Facts, method: str, published: PublishedEvent) -> str:
        """The caller's id, empty for nobody in particular. Raises Refusal."""
        if published.event.access is Access.PUBLIC:
            if b"origin" in facts.fields and not self._may_call(facts):
                raise foreign()
            principal = await self._credentials.principal(facts, method, ambient=False)
            if self._public.is_on:
                self._public.take(f"{published.app}/{published.id}|{facts.network}")
            return principal.sub
        if method not in SAFE:
            refuse_foreign(facts, self._options)
        principal = await self._credentials.principal(facts, method)
        await self._doorkeeper.admit(principal, _NEED, published.app)
        self._starts.take(published.app)
        return principal.sub

    def _may_call(self, facts: Facts) -> bool:
        return is_ours(facts, self._options) or (
            facts.field(b"origin") in self._options.event_origins
        )

    async def _preflight(self, facts: Facts, send: Send) -> None:
        """Tells browsers that pages of a listed origin may call. Nothing else is told them."""
        if facts.field(b"origin") not in self._options.event_origins:
            raise foreign()
        allowed = b"GET, POST, PUT, PATCH, DELETE"
        head = [
            *self._shared(facts),
            (b"access-control-allow-methods", allowed),
            (b"access-control-allow-headers", b"content-type, idempotency-key, prefer"),
            (b"access-control-max-age", b"600"),
        ]
        await _send(send, answers.Answer(204, head, b""), whole=True)

    def _shared(self, facts: Facts) -> answers.Head:
        origin = facts.field(b"origin")
        if origin not in self._options.event_origins:
            return []
        return [(b"access-control-allow-origin", origin.encode()), (b"vary", b"origin")]

    # What runs.

    async def _once(self, key: str, asked: "_Asked", receive: Receive, recorder: Recorder) -> None:
        """Answers a request that counts once."""
        scope = asked.scope
        raw = await self._body(asked.facts, receive)
        caller = asked.actor or f"address:{asked.facts.address}"
        route = scope["path"] + "?" + scope["query_string"].decode("latin-1")
        found = await self._keys.begin(caller, route, key, raw)
        if isinstance(found, Kept):
            kept = replayed(found)
            answer = answers.Answer(kept.status, list(kept.headers), kept.body)
            await _send(recorder, answer, whole=True)
            return
        recorder.claim = found

        async def read() -> Any:
            return {"type": "http.request", "body": raw, "more_body": False}

        await self._answer(asked, read, recorder)

    async def _answer(self, asked: "_Asked", receive: Receive, send: Send) -> None:
        facts = asked.facts
        raw = await self._body(facts, receive) if facts.has_body else b""
        plan = self._starter.plan(
            asked.published,
            asked.ready,
            _payload(asked, raw),
            run_id=facts.request_id,
            trigger="http",
            actor=asked.actor,
            request_id=facts.request_id,
            limits=asked.ready.answer_limits,
        )
        if b"respond-async" in facts.fields.get(b"prefer", b""):
            answer = await self._later(plan)
        elif facts.fields.get(b"accept", b"").startswith(b"text/event-stream"):
            await self._stream(plan, asked, receive, send)
            return
        else:
            answer = await self._now(plan)
        if self._options.event_origins:
            answer.headers.extend(self._shared(facts))
        await _send(send, answer, whole=asked.scope["method"] != "HEAD")

    async def _body(self, facts: Facts, receive: Receive) -> bytes:
        most = self._options.sizes.event
        if facts.length is not None and facts.length > most:
            raise too_large(most)
        return await read_body(receive, most) if facts.has_body else b""

    # How it is answered.

    async def _now(self, plan: Plan) -> answers.Answer:
        outcome = await self._starter.run(plan)
        if outcome.response is not None:
            return answers.of_board(outcome.response)
        return answers.of_run(plan.job.run_id, outcome)

    async def _later(self, plan: Plan) -> answers.Answer:
        await self._starter.queue(plan)
        body = b'{"run_id":"%b"}' % plan.job.run_id.encode()
        return answers.Answer(202, [(b"content-type", answers.JSON)], body)

    async def _stream(self, plan: Plan, asked: "_Asked", receive: Receive, send: Send) -> None:
        job = msgspec.structs.replace(plan.job, watch=True)
        self._starter.begin(msgspec.structs.replace(plan, job=job))
        stream = EventStream(
            self._frames(job.run_id),
            allowed=_always,
            slots=self._slots,
            caller=f"address:{asked.facts.address}",
            streams=self._options.streams,
            most=self._options.sizes.frame,
            headers=(*self._shared(asked.facts), _NO_STORE),
        )
        await stream(asked.scope, receive, send)

    async def _frames(self, run_id: str) -> AsyncIterator[Frame]:
        async for frame in self._services.dispatcher.watch(run_id):
            if frame.kind in _PUBLIC_FRAMES:
                yield Frame(frame.seq, frame.kind, frame.data)
            elif frame.kind == "error":
                yield Frame(frame.seq, "error", _FAILED)


class _Asked(NamedTuple):
    """A request that was let in."""

    scope: Any
    facts: Facts
    published: PublishedEvent
    ready: Ready
    params: dict[str, str]
    actor: str


def _payload(asked: _Asked, raw: bytes) -> bytes:
    scope = asked.scope
    parts = {
        "method": scope["method"],
        "path": scope["path"][_PREFIX + len(asked.published.app) :],
        "headers": passed_headers(scope["headers"]),
        "query": query_of(scope["query_string"]),
        "body": body_of(raw, asked.facts.field(b"content-type")),
    }
    if asked.params:
        parts["params"] = asked.params
    return payload(parts)


async def _always() -> bool:
    return True


async def _send(send: Send, answer: answers.Answer, *, whole: bool) -> None:
    head = answer.headers
    if not any(name == b"cache-control" for name, _ in head):
        head.append(_NO_STORE)
    if answer.status not in answers.BODILESS:
        head.append((b"content-length", b"%d" % len(answer.body)))
    start: Any = {"type": "http.response.start", "status": answer.status, "headers": head}
    await send(start)
    body = answer.body if whole else b""
    await send({"type": "http.response.body", "body": body, "more_body": False})
