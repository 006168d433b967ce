"""Connections that send what they like, past what a client of HTTP would."""

import asyncio
from typing import Any, Self

from tests.server.scenes import Scene

JSON = "content-type: application/json"


class Wire:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> bool:
        """Sends, and says whether the other side still listens."""
        try:
            self.writer.write(data)
            await self.writer.drain()
        except ConnectionError:
            return False
        return not self.writer.is_closing()

    async def status(self) -> int:
        """The status that is answered; 0 if the connection was closed without."""
        try:
            line = await asyncio.wait_for(self.reader.readline(), 30)
        except ConnectionError:
            return 0
        return int(line.split()[1]) if line else 0

    async def rest(self) -> bytes:
        """All that comes until the other side closes."""
        try:
            return await asyncio.wait_for(self.reader.read(), 30)
        except ConnectionError:
            return b""

    def stop_reading(self) -> None:
        """Lets what comes wait where it is."""
        transport: Any = self.writer.transport
        transport.pause_reading()


class Wires:
    """Connections to an address; all are closed at the end of the block."""

    def __init__(self, address: str) -> None:
        host, _, port = address.removeprefix("http://").partition(":")
        self._place = host, int(port)
        self._open: list[Wire] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for wire in self._open:
            wire.writer.close()
            try:
                await wire.writer.wait_closed()
            except ConnectionError:
                continue

    async def new(self) -> Wire:
        """One more."""
        wire = Wire(*await asyncio.open_connection(*self._place))
        self._open.append(wire)
        return wire


def head(method: str, path: str, made: Scene, *fields: str) -> bytes:
    """The head of a request of the owner's."""
    shown = f"authorization: {made.owner.headers['authorization']}"
    lines = [f"{method} {path} HTTP/1.1", "host: localhost", shown, *fields]
    return "\r\n".join([*lines, "", ""]).encode()
