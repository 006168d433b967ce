"""Event streams: numbered frames that can be resumed, within bounds.

A stream ends when its frames do, when the caller may no longer read it, when the client leaves, or
when it does not read (threat 65). Source: HTML standard, section 9.2.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import structlog
from litestar.types import Receive, Scope, Send

from flowlike.server.options import Streams
from flowlike.server.rates import too_many
from flowlike.server.refusal import Kind, Refusal

MEDIA_TYPE = "text/event-stream"
PING = b": ping\n\n"

_log = structlog.get_logger("flowlike.server")


class Frame(msgspec.Struct, frozen=True):
    """One event of a stream. ``data`` is JSON; ``id`` 0 is no place to resume at."""

    id: int
    kind: str
    data: bytes


def encode(frame: Frame, most: int) -> bytes:
    """A frame as text of the stream; one of more than ``most`` bytes only says how large it is."""
    data = frame.data
    if len(data) > most:
        data = msgspec.json.encode({"too_large": True, "bytes": len(data)})
    head = f"id: {frame.id}\n" if frame.id else ""
    lines = data.replace(b"\r", b"").replace(b"\n", b"\ndata: ")
    return f"{head}event: {frame.kind}\ndata: ".encode() + lines + b"\n\n"


def resume_at(header: str | None) -> int:
    """The number in ``Last-Event-ID``; 0 without one. Raises Refusal (400)."""
    if not header:
        return 0
    if not (header.isascii() and header.isdecimal() and len(header) < 16):
        raise Refusal(
            Kind.BAD_REQUEST,
            "Last-Event-ID is not a number that this stream gave.",
            remedy="Send the id of the last event you received, or none.",
        )
    return int(header)


class Slots:
    """Counts the open streams of each caller."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._open: Counter[str] = Counter()
        self._readers: set[asyncio.Future[None]] = set()

    def end(self) -> None:
        """Ends all streams, as if their readers had left: the server stops."""
        for left in self._readers:
            left.cancel()

    @contextmanager
    def reading(self, left: "asyncio.Future[None]") -> Iterator[None]:
        """Knows a stream by the future that is done once its reader has left."""
        self._readers.add(left)
        try:
            yield
        finally:
            self._readers.discard(left)

    def __len__(self) -> int:
        return self._open.total()

    @contextmanager
    def taken(self, caller: str) -> Iterator[None]:
        """Holds a place while a stream is open. Raises Refusal (429, 503) if there is none."""
        if self._open[caller] >= self._streams.per_principal:
            raise too_many(self._streams.ping)
        if self._open.total() >= self._streams.total:
            raise Refusal(
                Kind.UNAVAILABLE,
                "There are as many open streams as this server allows.",
                remedy="Close some, or try again later.",
                headers={"Retry-After": "10"},
            )
        self._open[caller] += 1
        try:
            yield
        finally:
            self._open[caller] -= 1
            if not self._open[caller]:
                del self._open[caller]


Allowed = Callable[[], Awaitable[bool]]


class EventStream:
    """The answer that is a stream.

    Args:
        frames: what to send; closed at the end in any case.
        allowed: asked again and again whether the caller may still read.
        slots: where the stream is counted, under ``caller``.
        most: the largest frame in bytes.
        headers: further headers of the answer.
    """

    def __init__(
        self,
        frames: AsyncIterator[Frame],
        *,
        allowed: Allowed,
        slots: Slots,
        caller: str,
        streams: Streams,
        most: int,
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        self._frames = frames
        self._allowed = allowed
        self._slots = slots
        self._caller = caller
        self._streams = streams
        self._most = most
        self._headers = headers

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        """Sends the stream. Raises Refusal if there is no place for it."""
        try:
            with self._slots.taken(self._caller):
                await self._send(_Pipe(receive, send, self._streams.stuck))
        finally:
            await _close(self._frames)

    async def _send(self, pipe: "_Pipe") -> None:
        head = [(b"content-type", MEDIA_TYPE.encode()), (b"x-accel-buffering", b"no")]
        async with pipe:
            await pipe.start([*head, *self._headers])
            with self._slots.reading(pipe.left):
                await self._pump(pipe)

    async def _pump(self, pipe: "_Pipe") -> None:
        loop = asyncio.get_running_loop()
        asked = said = loop.time()
        upcoming = asyncio.ensure_future(anext(self._frames, None))
        try:
            while not pipe.left.done():
                await asyncio.wait(
                    (upcoming, pipe.left),
                    timeout=min(self._streams.recheck, self._streams.ping),
                    return_when=asyncio.FIRST_COMPLETED,
                )
                now = loop.time()
                if now - asked >= self._streams.recheck:
                    asked = now
                    if not await self._allowed():
                        return
                if upcoming.done():
                    frame = upcoming.result()
                    if frame is None:
                        return
                    await pipe.body(encode(frame, self._most))
                    said = now
                    upcoming = asyncio.ensure_future(anext(self._frames, None))
                elif now - said >= self._streams.ping:
                    await pipe.body(PING)
                    said = now
        finally:
            upcoming.cancel()
            await asyncio.wait((upcoming,))


class _Pipe:
    """The client's end: knows when it left, and does not wait for one that never reads."""

    def __init__(self, receive: Receive, send: Send, stuck: float) -> None:
        self._receive = receive
        self._sender = send
        self._stuck = stuck
        self._whole = False
        self.left: asyncio.Future[None]

    async def __aenter__(self) -> None:
        self.left = asyncio.ensure_future(self._wait_until_left())

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        self.left.cancel()
        await asyncio.wait((self.left,))
        if kind is None and not self._whole:
            await self._give({"type": "http.response.body", "body": b"", "more_body": False})
        if kind is not None and issubclass(kind, TimeoutError):
            _log.info("stream.stuck")
            return True
        return False

    async def start(self, headers: list[tuple[bytes, bytes]]) -> None:
        await self._give({"type": "http.response.start", "status": 200, "headers": headers})

    async def body(self, chunk: bytes) -> None:
        await self._give({"type": "http.response.body", "body": chunk, "more_body": True})

    async def _give(self, message: Any) -> None:
        async with asyncio.timeout(self._stuck):
            await self._sender(message)

    async def _wait_until_left(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


async def _close(frames: AsyncIterator[Frame]) -> None:
    close = getattr(frames, "aclose", None)
    if close is not None:
        await close()
