"""Frames on a stream: a u32 length, big-endian, then so many bytes of msgpack.

Messages sent within one turn of the event loop leave as one frame.
"""

import asyncio
import struct
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

import msgspec

from flowlike.errors import ExecutionError
from flowlike.execution.protocol import MOST_MESSAGES

In = TypeVar("In")
_HEAD = struct.Struct(">I")
_LARGE = 256 * 1024
"""A batch that grows beyond this many bytes is sent message by message."""


class ProtocolError(ExecutionError):
    """The other side sent what is no frame."""

    def __init__(self, message: str) -> None:
        super().__init__(
            "execution.protocol",
            message,
            remedy="The connection is closed; the process will be replaced.",
        )


class FrameReader(Generic[In]):
    """Cuts a stream into frames and decodes them.

    Args:
        decoder: for the messages of one frame.
        most_bytes: of one frame.
    """

    def __init__(self, decoder: msgspec.msgpack.Decoder[list[In]], most_bytes: int) -> None:
        self._decode = decoder.decode
        self._most = most_bytes
        self._rest = bytearray()
        self._wanted = _HEAD.size

    def feed(self, data: bytes) -> list[In]:
        """The messages of all frames that are whole now.

        Raises:
            ProtocolError: a frame is too long or not what it should be. Nothing more can be read.
        """
        rest = self._rest
        if rest:
            rest += data
            if len(rest) < self._wanted:
                return []
            data = bytes(rest)
            rest.clear()
        found: list[In] = []
        at, end = 0, len(data)
        view = memoryview(data)
        while True:
            wanted = _HEAD.size
            if end - at >= wanted:
                (length,) = _HEAD.unpack_from(data, at)
                if length > self._most:
                    raise ProtocolError(
                        f"A frame of {length:,} bytes came; {self._most:,} are the most."
                    )
                wanted += length
            if end - at < wanted:
                break
            found += self._messages(view[at + _HEAD.size : at + wanted])
            at += wanted
        if at < end:
            rest += view[at:]
        self._wanted = wanted
        return found

    def _messages(self, body: memoryview) -> list[In]:
        try:
            return self._decode(body)
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise ProtocolError(f"A frame cannot be read: {error}.") from error


_encoder = msgspec.msgpack.Encoder()


def pack(messages: list[Any]) -> list[bytes]:
    """The frames that hold these messages, in order.

    Raises what msgspec raises if a message cannot be written, such as a text that is no Unicode.
    """
    if len(messages) > MOST_MESSAGES:
        half = MOST_MESSAGES
        return [*pack(messages[:half]), *pack(messages[half:])]
    body = _encoder.encode(messages)
    if len(body) > _LARGE and len(messages) > 1:
        return [frame for each in messages for frame in pack([each])]
    return [_HEAD.pack(len(body)) + body]


class Link(asyncio.Protocol, Generic[In]):
    """One end of a connection.

    Args:
        reader: cuts what comes in.
        receive: called with the messages of one piece of the stream.
        lost: called once with the reason when the connection ends.
    """

    def __init__(
        self,
        reader: FrameReader[In],
        receive: Callable[[list[In]], None],
        lost: Callable[[Exception | None], None],
    ) -> None:
        self._reader = reader
        self._receive = receive
        self._lost = lost
        self._transport: asyncio.Transport | None = None
        self._outbox: list[Any] = []
        self._called = False
        self._reason: Exception | None = None
        self._loop = asyncio.get_running_loop()

    @property
    def unsent(self) -> int:
        """Bytes the other side has not taken yet."""
        return self._transport.get_write_buffer_size() if self._transport else 0

    def send(self, message: Any) -> None:
        """Sends a message with the next flush, in this turn of the loop at the latest."""
        self._outbox.append(message)
        if not self._called:
            self._called = True
            self._loop.call_soon(self._flush_later)

    def flush(self) -> None:
        """Sends all messages now."""
        messages = self._outbox
        if not messages or self._transport is None:
            return
        self._outbox = []
        for frame in pack(messages):
            self._transport.write(frame)

    def _flush_later(self) -> None:
        self._called = False
        self.flush()

    def break_off(self, reason: Exception | None) -> None:
        """Ends the connection at once; what was not sent is dropped."""
        self._reason = self._reason or reason
        if self._transport is not None:
            self._transport.abort()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is there."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are by likeness only
        self.flush()

    def data_received(self, data: bytes) -> None:
        """Reads frames; a malformed one ends the connection."""
        try:
            messages = self._reader.feed(data)
        except ProtocolError as error:
            self.break_off(error)
            return
        if messages:
            self._receive(messages)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._transport = None
        self._outbox = []
        self._lost(self._reason or exc)
