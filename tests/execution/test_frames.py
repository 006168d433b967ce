"""Frames: whatever way a stream is cut, the same messages come out; anything else is refused."""

import asyncio
import socket  # noqa: TID251 - a pair within this process
import struct
from collections.abc import Callable, Iterator
from typing import Any, Self

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowlike.engine.run import RunError
from flowlike.execution.frames import FrameReader, Link, ProtocolError, pack
from flowlike.execution.jobs import Quotas, Response
from flowlike.execution.protocol import (
    MOST_FRAMES,
    MOST_MESSAGES,
    Cancel,
    Configure,
    Declined,
    Finished,
    ForDispatcher,
    ForExecutor,
    Live,
    Load,
    Loaded,
    Mode,
    Ready,
    Responded,
    Retiring,
    Start,
    Told,
    Unknown,
    Watch,
)
from tests.examples import examples

RESPONSE = Response(200, {"a": "b"}, b"body", "text/plain")
DOWN: list[Any] = [
    Configure(("a",), 1, 2, 3, Quotas(logs=5)),
    Load(1, b"board", "start", "off", pinned=True, overrides=b"{}", artifact=b"", keep=True),
    Start(1, 2, "run", b"{}", b"", 10, 1.5, watch=False),
    Cancel(1),
    Watch(1, on=True),
]
UP: list[Any] = [
    Ready("stamp", 10),
    Loaded(1, Mode.AWAITING, "hash", "start", b"record", b"artifact"),
    Loaded(1, error=RunError("a", "b", cause=("c",))),
    Unknown(1, 2),
    Declined(1),
    Responded(1, RESPONSE),
    Live(1, (Told("log", b"{}"), Told("node", b"[]"))),
    Finished(1, "completed", 1, 2, 3, 4, 5, 4, b"1", None, RESPONSE, b"block"),
    Finished(1, "failed", 1, 2, error=RunError("a", "b"), refused=True),
    Retiring("memory"),
]
MOST = 100_000


def reader(kind: Any = ForDispatcher, most: int = MOST) -> FrameReader[Any]:
    return FrameReader(msgspec.msgpack.Decoder(kind), most)


def framed(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def test_every_message_arrives_as_it_was() -> None:
    assert reader(ForExecutor).feed(b"".join(pack(DOWN))) == DOWN
    assert reader(ForDispatcher).feed(b"".join(pack(UP))) == UP


@settings(max_examples=examples(100))
@given(st.data())
def test_a_stream_may_be_cut_anywhere(data: st.DataObject) -> None:
    messages = data.draw(st.lists(st.sampled_from(UP), max_size=20))
    stream = b"".join(frame for each in messages for frame in pack([each]))
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=10))
    made = reader()
    found: list[Any] = []
    for begin, end in _pieces(len(stream), cuts):
        found += made.feed(stream[begin:end])
    assert found == messages


def _pieces(length: int, cuts: list[int]) -> Iterator[tuple[int, int]]:
    ends = sorted({*cuts, length})
    return zip([0, *ends[:-1]], ends, strict=True)


def test_byte_by_byte() -> None:
    made = reader()
    stream = b"".join(pack(UP))
    found = [each for at in range(len(stream)) for each in made.feed(stream[at : at + 1])]
    assert found == UP


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xc1",
        b"\x90" * 2,
        msgspec.msgpack.encode({"a": 1}),
        msgspec.msgpack.encode([[1]]),
        msgspec.msgpack.encode([[99, 1]]),
        msgspec.msgpack.encode([["4", 1]]),
        msgspec.msgpack.encode([[4, -1]]),
        msgspec.msgpack.encode([[4, 2**60]]),
        msgspec.msgpack.encode([[4, "1"]]),
        msgspec.msgpack.encode([[8, "x" * 300]]),
        msgspec.msgpack.encode([[6, 1, [["log", b""]] * (MOST_FRAMES + 1)]]),
        msgspec.msgpack.encode([[4, 1]] * (MOST_MESSAGES + 1)),
        msgspec.msgpack.encode([[7, 1, "completed", 0, 0, 0, 0, 0, 9]]),
        b"\x91" * 2_000 + b"\xc0",
        b"\xdd\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff",
    ],
    ids=lambda content: content[:12].hex(),
)
def test_what_is_no_frame_is_refused(content: bytes) -> None:
    with pytest.raises(ProtocolError) as refused:
        reader().feed(framed(content))
    assert refused.value.code == "execution.protocol"


def test_a_frame_that_would_be_too_long_is_refused_by_its_head() -> None:
    made = reader()
    with pytest.raises(ProtocolError, match="100,000"):
        made.feed(struct.pack(">I", MOST + 1))
    assert reader().feed(struct.pack(">I", MOST)) == []


@settings(max_examples=examples(200))
@given(st.binary(max_size=200))
def test_noise_gives_messages_or_is_refused(noise: bytes) -> None:
    for stream in (noise, framed(noise)):
        try:
            reader().feed(stream)
        except ProtocolError:
            continue


def test_small_messages_share_a_frame_and_large_ones_have_their_own() -> None:
    assert len(pack(UP)) == 1
    large = Live(1, (Told("log", b"x" * 300_000),))
    assert len(pack([Declined(1), large, Declined(2)])) == 3
    many: list[Any] = [Declined(1)] * (MOST_MESSAGES * 2 + 1)
    packed = pack(many)
    assert len(packed) == 3
    assert len(reader().feed(b"".join(packed))) == len(many)


class Wire:
    """A link and what a test does to its other end."""

    def __init__(self) -> None:
        self.heard: list[Any] = []
        self.lost: list[Exception | None] = []
        self.link: Link[Any] = Link(reader(), self.heard.extend, self.lost.append)

    async def __aenter__(self) -> Self:
        ours, self.theirs = socket.socketpair()
        ours.setblocking(False)
        self.theirs.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.create_unix_connection(lambda: self.link, sock=ours)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.link.break_off(None)
        self.theirs.close()
        await asyncio.sleep(0)

    async def receive(self, count: int) -> bytes:
        loop = asyncio.get_running_loop()
        data = b""
        while len(data) < count:
            data += await loop.sock_recv(self.theirs, count - len(data))
        return data

    async def send(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.theirs, data)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - the other end of a socket
            await asyncio.sleep(0.001)


def test_messages_of_one_turn_leave_together() -> None:
    async def work() -> None:
        async with Wire() as wire:
            for each in UP:
                wire.link.send(each)
            [frame] = pack(UP)
            assert await wire.receive(len(frame)) == frame
            await wire.send(frame)
            await until(lambda: wire.heard)
            assert wire.heard == UP

    asyncio.run(work())


def test_noise_breaks_the_connection_off_with_the_reason() -> None:
    async def work() -> None:
        async with Wire() as wire:
            await wire.send(framed(b"\xc1"))
            await until(lambda: wire.lost)
            [reason] = wire.lost
            assert isinstance(reason, ProtocolError)
            wire.link.send(UP[0])  # goes nowhere, and nothing fails
            wire.link.flush()

    asyncio.run(work())


def test_the_other_end_may_go_in_the_midst_of_a_frame() -> None:
    async def work() -> None:
        async with Wire() as wire:
            await wire.send(pack(UP)[0][:-1])
            wire.theirs.close()
            await until(lambda: wire.lost)
            assert wire.heard == []
            assert wire.link.unsent == 0

    asyncio.run(work())


def test_what_was_not_taken_yet_is_counted() -> None:
    async def work() -> None:
        async with Wire() as wire:
            large = Live(1, (Told("log", b"x" * 2_000_000),))
            for _ in range(3):
                wire.link.send(large)
            wire.link.flush()
            assert wire.link.unsent > 1_000_000

    asyncio.run(work())
