"""Requests that count once: ``Idempotency-Key`` on POST, kept for a day in the database.

The same key with the same body gets the first answer again; with another body it is refused (422),
and while the first is being answered too (409). Spec: api-and-security, section 3.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.types import ASGIApp, Receive, Scope, Send
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from flowlike.database.connect import Database
from flowlike.database.ids import new_id
from flowlike.database.schema.queue import idempotency as table
from flowlike.server.facts import facts_of
from flowlike.server.refusal import Kind, Refusal

_DAY = 24 * 3600 * 1_000_000
_ABANDONED = 10 * 60 * 1_000_000
"""A request begun this long ago, in microseconds, was given up: its server stopped."""
_MOST_KEPT = 1024 * 1024
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_RECORDER = "flowlike.recorder"
_HEADERS = frozenset({b"content-type", b"etag", b"location"})


class Kept(msgspec.Struct, frozen=True):
    """An answer that was given before."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Keys:
    """The keys that were used. ``now`` gives microseconds UTC."""

    def __init__(self, database: Database, now: Callable[[], int]) -> None:
        self._database = database
        self._now = now
        self._begun: set[str] = set()

    async def begin(self, caller: str, route: str, key: str, body: bytes) -> Kept | str:
        """The id of a claim to settle or release, or the answer of the first request.

        Raises Refusal (400, 409, 422).
        """
        if not _KEY.fullmatch(key):
            raise Refusal(
                Kind.BAD_REQUEST,
                "An Idempotency-Key has 1 to 255 visible characters of ASCII.",
                remedy="Use a UUID.",
            )
        digest = hashlib.sha256(body).hexdigest()
        try:
            found = await self._claim(caller, route, key, digest)
        except IntegrityError:  # another process was first, in this moment
            raise _in_progress() from None
        if isinstance(found, str):
            self._begun.add(found)
        return found

    async def _claim(self, caller: str, route: str, key: str, digest: str) -> Kept | str:
        now = self._now()
        mine = (table.c.principal == caller) & (table.c.route == route) & (table.c.key == key)
        async with self._database.write() as connection:
            await connection.execute(delete(table).where(table.c.created_us < now - _DAY))
            row = (await connection.execute(select(table).where(mine))).first()
            if row is not None:
                if row.body_hash != digest:
                    raise Refusal(
                        Kind.INVALID,
                        "This Idempotency-Key was used with another body.",
                        code="request.idempotency-mismatch",
                        remedy="Use a new key for a new request.",
                    )
                if row.state == "answered":
                    return msgspec.msgpack.decode(row.answer, type=Kept)
                # The clock may have been set: what is begun here is answered here, however old.
                if row.id in self._begun or abs(now - row.created_us) < _ABANDONED:
                    raise _in_progress()
                await connection.execute(delete(table).where(mine))
            claim = new_id(now)
            await connection.execute(
                insert(table).values(
                    id=claim,
                    principal=caller,
                    route=route,
                    key=key,
                    body_hash=digest,
                    state="begun",
                    created_us=now,
                )
            )
        return claim

    async def settle(self, claim: str, kept: Kept) -> None:
        """Keeps the answer."""
        self._begun.discard(claim)
        async with self._database.write() as connection:
            await connection.execute(
                update(table)
                .where(table.c.id == claim)
                .values(state="answered", status=kept.status, answer=msgspec.msgpack.encode(kept))
            )

    async def release(self, claim: str) -> None:
        """Forgets the claim, so that the request may be tried again."""
        self._begun.discard(claim)
        async with self._database.write() as connection:
            await connection.execute(delete(table).where(table.c.id == claim))


def _in_progress() -> Refusal:
    return Refusal(
        Kind.CONFLICT,
        "A request with this Idempotency-Key is being answered.",
        code="request.idempotency-in-progress",
        remedy="Wait, then ask again.",
        headers={"Retry-After": "1"},
    )


class Recorder:
    """Passes an answer on and remembers it if there is a claim.

    Faults (5xx) and waits (429) are not kept. Of a stream only that there was one is.
    """

    def __init__(self, keys: Keys, send: Send) -> None:
        self._keys = keys
        self._send = send
        self._status = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = bytearray()
        self._streamed = False
        self.claim = ""

    async def __call__(self, message: Any) -> None:
        """Passes one message on."""
        if self.claim and message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = [each for each in message["headers"] if each[0] in _HEADERS]
        elif self.claim:
            self._body += message.get("body", b"")
            self._streamed |= message.get("more_body", False) or len(self._body) > _MOST_KEPT
            if self._streamed:
                self._body.clear()
        await self._send(message)

    async def close(self) -> None:
        """Settles or releases the claim, once the answer is out."""
        if not self.claim:
            return
        if not self._status or self._status >= 500 or self._status == 429:
            await self._keys.release(self.claim)
        elif self._streamed:
            await self._keys.settle(self.claim, _STREAMED)
        else:
            kept = Kept(self._status, self._headers, bytes(self._body))
            await self._keys.settle(self.claim, kept)


_STREAMED = Kept(0, [], b"")


def replayed(kept: Kept) -> Kept:
    """The answer to send again. Raises Refusal (409) if it was a stream."""
    if kept.status:
        return kept
    raise Refusal(
        Kind.CONFLICT,
        "The first request with this Idempotency-Key was answered by a stream, which is over.",
        code="request.idempotency-streamed",
        remedy="Look for its run, or use a new key.",
    )


class Idempotent:
    """Stands around the API and records answers of requests that carry a key."""

    inner: ASGIApp

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["method"] != "POST" or b"idempotency-key" not in facts_of(scope).fields:  # type: ignore[typeddict-item]  # only http scopes come here
            await self.inner(scope, receive, send)
            return
        recorder = Recorder(self._keys, send)
        scope[_RECORDER] = recorder  # type: ignore[literal-required]  # a key of ours
        try:
            await self.inner(scope, receive, recorder)
        finally:
            await recorder.close()

    async def before_request(self, request: Request[Any, Any, Any]) -> Response[bytes] | None:
        """The framework's hook between guard and handler: the first answer, if there is one."""
        recorder: Recorder | None = request.scope.get(_RECORDER)  # type: ignore[assignment]  # a key of ours
        caller = request.scope["user"].sub
        if recorder is None or not caller:
            return None
        key = facts_of(request.scope).field(b"idempotency-key")
        route = request.scope["path"] + "?" + request.scope["query_string"].decode("latin-1")
        found = await self._keys.begin(caller, route, key, await request.body())
        if isinstance(found, str):
            recorder.claim = found
            return None
        kept = replayed(found)
        headers = {name.decode(): value.decode("latin-1") for name, value in kept.headers}
        media_type = headers.pop("content-type", "application/json")
        return Response(kept.body, status_code=kept.status, headers=headers, media_type=media_type)
