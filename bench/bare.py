"""``python -m bench.bare``: granian with an application that answers at once, to compare with."""

import asyncio
import sys
from typing import Any

import uvloop

from flowlike.server.embedded import HttpServer
from flowlike.server.listening import bound, listen
from flowlike.settings import Address

_HEAD = [(b"content-type", b"application/json"), (b"content-length", b"50")]
_BODY = b'{"run_id":"01m89rcp11nn99pjvtmfp8c5jt","output":3}'


async def answer(scope: Any, receive: Any, send: Any) -> None:
    """The smallest application there is."""
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": _HEAD})
    await send({"type": "http.response.body", "body": _BODY})


async def serve() -> None:
    """Serves until standard input ends; says where on standard output."""
    with listen(Address("127.0.0.1", 0)) as socket:
        server = HttpServer(answer, socket.fileno(), None)
        server.start()
        print(f"http://{bound(socket.fileno())}/", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        await server.stop(1)


if __name__ == "__main__":
    uvloop.run(serve())
