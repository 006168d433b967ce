"""granian's worker inside the event loop of the API process, on a socket the supervisor holds.

granian's own servers bring processes, a supervisor and set-up of logging; the API has those, and
its loop also serves executors, database and archive. So its worker is used directly: the part in
Rust that speaks HTTP and TLS (rustls) and calls the application for each request.
"""

import asyncio
import os
from typing import Any

from granian._futures import _future_watcher_wrapper, _new_cbscheduler
from granian._granian import ASGIWorker, SocketHolder, WorkerSignal
from granian.asgi import _callback_wrapper
from granian.constants import HTTPModes, SSLProtocols
from granian.http import HTTP1Settings, HTTP2Settings

from flowlike.server.listening import BACKLOG, Pair

_HEAD = 32 * 1024
_PATIENCE_MS = 30_000
_AT_ONCE = 4_096
"""Requests in work at a time, streams among them; more wait in the backlog."""
_RUST_THREADS, _BLOCKING_THREADS, _IDLE_SECONDS = 1, 4, 30
_HTTP1 = HTTP1Settings(header_read_timeout=_PATIENCE_MS, max_buffer_size=_HEAD * 4)
_HTTP2 = HTTP2Settings(
    max_headers_size=_HEAD, keep_alive_interval=_PATIENCE_MS, max_concurrent_streams=200
)


class HttpServer:
    """Serves an ASGI application. ``start``, then ``stop``; ``reload`` reads a new certificate.

    Args:
        app: an ASGI application without lifespan.
        descriptor: of the listening socket; not closed here.
        pair: certificate and key; plain HTTP if None.
    """

    def __init__(self, app: Any, descriptor: int, pair: Pair | None) -> None:
        self._app = app
        self._descriptor = descriptor
        self._pair = pair
        self._worker: _Worker | None = None

    def start(self) -> None:
        """Begins to answer."""
        self._worker = _Worker(self._app, self._descriptor, self._pair)

    def reload(self, pair: Pair | None = None) -> None:
        """Reads certificate and key again; requests in work are answered first.

        A connection that is just being made may be closed; callers try again.
        """
        self._pair = pair or self._pair
        before, self._worker = self._worker, _Worker(self._app, self._descriptor, self._pair)
        if before is not None:
            before.stop()

    async def stop(self, seconds: float) -> bool:
        """Takes no more connections and waits for those in work; whether all of them ended."""
        if self._worker is None:
            return True
        self._worker.stop()
        done, _ = await asyncio.wait({self._worker.ended}, timeout=seconds)
        return bool(done)


class _Worker:
    """One of granian's, from its start; ``ended`` is done once its connections are."""

    def __init__(self, app: Any, descriptor: int, pair: Pair | None) -> None:
        loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[None] = loop.create_future()
        self._signal = WorkerSignal()
        self._signal.add_cb(lambda: loop.call_soon_threadsafe(self._end))
        files = (True, str(pair.certificate), str(pair.key)) if pair else (False, None, None)
        tls = (*files, None, str(SSLProtocols.tls13), None, [], False)
        new_worker: Any = ASGIWorker  # its stub is of another version
        new_holder: Any = SocketHolder  # the same
        worker = new_worker(
            1,
            (None, new_holder(os.dup(descriptor), False, BACKLOG)),  # it closes what it holds
            None,
            _RUST_THREADS,
            _BLOCKING_THREADS,
            1,
            _IDLE_SECONDS,
            _AT_ONCE,
            HTTPModes.auto,
            _HTTP1,
            _HTTP2,
            False,
            None,
            *tls,
            (None, None),
        )
        call: Any = _callback_wrapper  # untyped
        watch: Any = _future_watcher_wrapper  # the same
        schedule: Any = _new_cbscheduler  # the same
        callback = watch(call(app, {}, {}, None))
        worker.serve_async(schedule(loop, callback, impl_asyncio=True), loop, self._signal)

    def stop(self) -> None:
        self._signal.set()

    def _end(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)
