"""Event streams: frames, resuming, and all the ways a stream ends."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from flowlike.server.options import Streams
from flowlike.server.refusal import Refusal
from flowlike.server.sse import EventStream, Frame, Slots, encode, resume_at
from tests.server.awaiting import awaited

QUICK = Streams(per_principal=2, total=3, ping=0.02, recheck=0.02, stuck=0.05)


class Client:
    """The other end: takes what is sent, leaves, or stops reading."""

    def __init__(self, *, reads: int = 10_000) -> None:
        self.sent: list[Any] = []
        self.reads = reads
        self.gone = asyncio.Event()
        self.news = asyncio.Event()

    async def until(self, text: bytes, times: int = 1) -> None:
        """Waits until so much has come."""
        while self.text.count(text) < times:
            self.news.clear()
            await self.news.wait()

    async def receive(self) -> Any:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if len(self.sent) >= self.reads:
            await asyncio.Event().wait()
        self.sent.append(message)
        self.news.set()

    @property
    def text(self) -> bytes:
        return b"".join(each.get("body", b"") for each in self.sent)

    @property
    def ended(self) -> bool:
        return bool(self.sent) and self.sent[-1].get("more_body") is False


class Source:
    """Frames, and whether they were closed."""

    def __init__(self, *frames: Frame, then_wait: bool = False) -> None:
        self.frames = frames
        self.then_wait = then_wait
        self.closed = False

    async def __call__(self) -> AsyncIterator[Frame]:
        try:
            for frame in self.frames:
                yield frame
            if self.then_wait:
                await asyncio.Event().wait()
        finally:
            self.closed = True


async def yes() -> bool:
    return True


def stream(source: Source, slots: Slots | None = None, allowed: Any = yes) -> EventStream:
    return EventStream(
        source(),
        allowed=allowed,
        slots=slots or Slots(QUICK),
        caller="ada",
        streams=QUICK,
        most=100,
        headers=((b"x-a", b"1"),),
    )


async def run(made: EventStream, client: Client) -> None:
    await asyncio.wait_for(made({}, client.receive, client.send), 5)  # type: ignore[arg-type]  # an empty scope


def test_a_frame_is_text() -> None:
    assert encode(Frame(7, "log", b'{"a":1}'), 100) == b'id: 7\nevent: log\ndata: {"a":1}\n\n'


def test_a_frame_without_number_is_no_place_to_resume() -> None:
    assert encode(Frame(0, "done", b"{}"), 100) == b"event: done\ndata: {}\n\n"


def test_a_line_break_cannot_begin_another_frame() -> None:
    assert encode(Frame(1, "a", b"x\n\nid: 9\r\n"), 100).count(b"\n\n") == 1
    assert b"\nid: 9" not in encode(Frame(1, "a", b"x\nid: 9"), 100)


def test_a_large_frame_says_only_how_large_it_is() -> None:
    assert encode(Frame(1, "output", b"x" * 101), 100) == (
        b'id: 1\nevent: output\ndata: {"too_large":true,"bytes":101}\n\n'
    )


@pytest.mark.parametrize(("header", "at"), [(None, 0), ("", 0), ("0", 0), ("12", 12)])
def test_a_stream_is_resumed_at_a_number(header: str | None, at: int) -> None:
    assert resume_at(header) == at


@pytest.mark.parametrize("header", ["x", "-1", "1.5", "٣", "9" * 20, " 1"])
def test_other_places_are_refused(header: str) -> None:
    with pytest.raises(Refusal) as caught:
        resume_at(header)
    assert caught.value.kind.status == 400


@awaited
async def test_frames_are_sent_and_then_it_ends() -> None:
    source, client = Source(Frame(1, "run", b"{}"), Frame(2, "done", b"{}")), Client()
    await run(stream(source), client)
    head = client.sent[0]
    assert head["status"] == 200
    assert (b"content-type", b"text/event-stream") in head["headers"]
    assert (b"x-a", b"1") in head["headers"]
    assert client.text == b"id: 1\nevent: run\ndata: {}\n\nid: 2\nevent: done\ndata: {}\n\n"
    assert client.ended
    assert source.closed


@awaited
async def test_a_quiet_stream_is_kept_open_by_comments() -> None:
    source, client = Source(then_wait=True), Client()
    task = asyncio.ensure_future(run(stream(source), client))
    await client.until(b": ping\n\n", 2)
    client.gone.set()
    await task
    assert source.closed


@awaited
async def test_a_client_that_leaves_ends_it() -> None:
    source, client = Source(Frame(1, "run", b"{}"), then_wait=True), Client()
    task = asyncio.ensure_future(run(stream(source), client))
    await client.until(b"event: run")
    client.gone.set()
    await task
    assert source.closed


@awaited
async def test_a_client_that_never_reads_is_closed() -> None:
    source, client = Source(*[Frame(1, "log", b"{}")] * 50, then_wait=True), Client(reads=3)
    slots = Slots(QUICK)
    await run(stream(source, slots), client)
    assert source.closed
    assert not client.ended
    assert len(slots) == 0


@awaited
async def test_one_who_may_no_longer_read_is_closed() -> None:
    allowed = True

    async def asks() -> bool:
        return allowed

    source, client = Source(then_wait=True), Client()
    task = asyncio.ensure_future(run(stream(source, allowed=asks), client))
    await client.until(b": ping")
    allowed = False
    await task
    assert client.ended
    assert source.closed


@awaited
async def test_a_busy_stream_is_asked_too() -> None:
    async def busy() -> AsyncIterator[Frame]:
        while True:
            await asyncio.sleep(0.001)
            yield Frame(1, "log", b"{}")

    async def no() -> bool:
        return False

    client = Client()
    made = EventStream(busy(), allowed=no, slots=Slots(QUICK), caller="a", streams=QUICK, most=100)
    await run(made, client)
    assert client.ended


@awaited
async def test_frames_that_fail_end_it() -> None:
    async def failing() -> AsyncIterator[Frame]:
        yield Frame(1, "run", b"{}")
        raise KeyError("x")

    slots = Slots(QUICK)
    made = EventStream(failing(), allowed=yes, slots=slots, caller="a", streams=QUICK, most=100)
    with pytest.raises(KeyError):
        await run(made, Client())
    assert len(slots) == 0


def test_one_caller_has_so_many_streams() -> None:
    slots = Slots(QUICK)
    with slots.taken("ada"), slots.taken("ada"):
        with pytest.raises(Refusal) as caught, slots.taken("ada"):
            pass
        assert caught.value.kind.status == 429
        with slots.taken("bob"):
            pass
    with slots.taken("ada"):
        assert len(slots) == 1
    assert len(slots) == 0


def test_all_callers_together_have_so_many() -> None:
    slots = Slots(QUICK)
    full = slots.taken("a"), slots.taken("b"), slots.taken("c")
    with full[0], full[1], full[2], pytest.raises(Refusal) as caught, slots.taken("d"):
        pass
    assert caught.value.kind.status == 503
    assert "Retry-After" in caught.value.headers


@awaited
async def test_a_refused_stream_closes_its_frames() -> None:
    slots = Slots(QUICK)
    source = Source(Frame(1, "run", b"{}"))
    client = Client()
    with slots.taken("ada"), slots.taken("ada"), pytest.raises(Refusal):
        await run(stream(source, slots), client)
    assert client.sent == []
