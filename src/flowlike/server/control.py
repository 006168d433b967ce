"""The socket in the data folder, by which commands of its owner reach the server that holds it.

Nothing secret is needed to use it: the folder is closed to other users (0700), and so is the socket
(0600). Messages are frames: four bytes of length, then msgpack.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import structlog

from flowlike.errors import FlowlikeError, Where
from flowlike.server.errands import Done, Errand, Failed

NAME = "control.sock"
MOST_BYTES = 256 * 1024 * 1024
_PATIENCE = 600.0
_decode_errand = msgspec.msgpack.Decoder(Errand).decode
_decode_answer: Callable[[bytes], Done | Failed] = msgspec.msgpack.Decoder(Done | Failed).decode
_encode = msgspec.msgpack.Encoder().encode
_log = structlog.get_logger("flowlike.control")

Perform = Callable[[Errand], Awaitable[Done]]


class ControlServer:
    """Does errands for who connects. ``start``, then ``stop``."""

    def __init__(self, folder: Path, perform: Perform) -> None:
        self._folder = folder
        self._perform = perform
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listens. The folder's lock is held, so a socket that is there is of a dead server."""
        path = self._folder / NAME
        path.unlink(missing_ok=True)
        with _short(path) as short:
            before = os.umask(0o177)
            try:
                self._server = await asyncio.start_unix_server(self._answer, short)
            finally:
                os.umask(before)

    async def stop(self) -> None:
        """Takes no more errands."""
        if self._server is not None:
            self._server.close()
            (self._folder / NAME).unlink(missing_ok=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await self._done(_decode_errand(await _receive(reader)))
                _send(writer, answer)
                await writer.drain()
        except (TimeoutError, OSError, EOFError, msgspec.MsgspecError) as error:
            _log.warning("an errand was not understood", reason=type(error).__name__)
        finally:
            writer.close()

    async def _done(self, errand: Errand) -> Done | Failed:
        try:
            return await self._perform(errand)
        except FlowlikeError as error:
            return Failed(error.code, error.message, error.remedy, error.where.path)
        except Exception:  # noqa: BLE001 - the roof of an errand
            _log.exception("an errand failed")
            return Failed("serve.errand", "A fault of ours; the server's log shows where.")


async def ask(folder: Path, errand: Errand) -> Done | None:
    """Has the server that holds the folder do it; None if there is none.

    Raises:
        FlowlikeError: what the errand met.
    """
    with _short(folder / NAME) as short:
        try:
            reader, writer = await asyncio.open_unix_connection(short)
        except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
            return None
    try:
        _send(writer, errand)
        await writer.drain()
        answer = _decode_answer(await _receive(reader))
    except (OSError, EOFError) as error:
        raise FlowlikeError(
            "serve.control",
            "The server ended before it answered.",
            remedy="Start it again and try once more.",
        ) from error
    finally:
        writer.close()
    if isinstance(answer, Failed):
        where = Where(path=answer.path)
        raise FlowlikeError(answer.code, answer.message, remedy=answer.remedy, where=where)
    return answer


def _send(writer: asyncio.StreamWriter, message: Errand | Done | Failed) -> None:
    content = _encode(message)
    writer.write(len(content).to_bytes(4, "big") + content)


async def _receive(reader: asyncio.StreamReader) -> bytes:
    length = int.from_bytes(await reader.readexactly(4), "big")
    if length > MOST_BYTES:
        raise EOFError
    return await reader.readexactly(length)


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """A spelling of a socket's path that fits into the 108 bytes the system has for it."""
    try:
        descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        yield str(path)
        return
    through = Path(f"/proc/self/fd/{descriptor}")
    try:
        yield str(through / path.name) if through.exists() else str(path)
    finally:
        os.close(descriptor)
