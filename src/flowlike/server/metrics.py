"""Figures for Prometheus, answered on a port of their own that only this machine reaches.

They hold no name of an app, board or person: counts by kind of trigger, status and method.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from flowlike.errors import FlowlikeError, UnsafeError
from flowlike.settings import Address, parse_address

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0, 60.0)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PATIENCE = 5.0
_MOST_HEAD = 8_192


class Metrics:
    """All figures of one API process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        self._requests = Counter(
            "flowlike_http_requests",
            "Answered requests by method and first digit of the status.",
            ("method", "status"),
            registry=self.registry,
        )
        self._request_seconds = Histogram(
            "flowlike_http_request_seconds",
            "Time to the end of an answer.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._runs = Counter(
            "flowlike_runs",
            "Finished runs by trigger and status.",
            ("trigger", "status"),
            registry=self.registry,
        )
        self._run_seconds = Histogram(
            "flowlike_run_seconds",
            "Time from begin to end of a run.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._steps = Counter("flowlike_steps", "Steps of finished runs.", registry=self.registry)

    def request(self, method: str, status: int, seconds: float) -> None:
        """One answered request."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, f"{status // 100}xx").inc()
        self._request_seconds.observe(seconds)

    def run(self, trigger: str, status: str, seconds: float, steps: int) -> None:
        """One finished run."""
        self._runs.labels(trigger, status).inc()
        self._run_seconds.observe(max(seconds, 0.0))
        self._steps.inc(steps)

    def watch(self, figures: Mapping[str, tuple[str, Callable[[], float]]]) -> None:
        """Adds figures that are read when somebody asks: name to description and reader."""
        for name, (description, read) in figures.items():
            gauge = Gauge(f"flowlike_{name}", description, registry=self.registry)
            gauge.set_function(read)

    def text(self) -> bytes:
        """All figures in the text format."""
        return generate_latest(self.registry)


class MetricsServer:
    """Answers ``GET /metrics`` on loopback. ``start``, then ``stop``."""

    def __init__(self, metrics: Metrics, bind: str) -> None:
        self._metrics = metrics
        self._address = metrics_address(bind)
        self._server: asyncio.Server | None = None

    async def start(self) -> Address:
        """Listens; gives the address, with the port it got.

        Raises:
            FlowlikeError: ``serve.metrics-port``; the port is taken.
        """
        host, port = self._address
        try:
            self._server = await asyncio.start_server(
                self._answer, host, port, limit=_MOST_HEAD, reuse_address=True
            )
        except OSError as error:
            raise FlowlikeError(
                "serve.metrics-port",
                f"Metrics cannot be answered at {self._address}: {error.strerror or error}.",
                remedy="Set metrics.bind to a free port, or leave it empty.",
            ) from error
        return Address(host, self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Ends the server and its connections."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(self._response(head.decode("latin-1")))
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # who asks badly gets no answer
        finally:
            writer.close()

    def _response(self, head: str) -> bytes:
        first, *lines = head.split("\r\n")
        fields = {name.strip().lower(): value.strip() for name, _, value in _split(lines)}
        if not _is_local(fields.get("host", "")):  # a page of a stranger, by a name it made up
            return _message("421 Misdirected Request", b"")
        if first.split(" ")[:2] != ["GET", "/metrics"]:
            return _message("404 Not Found", b"")
        return _message("200 OK", self._metrics.text())


def metrics_address(bind: str) -> Address:
    """The address of ``metrics.bind``.

    Raises:
        UnsafeError: ``serve.metrics-open``; others would reach it.
        UsageError: ``settings.address``.
    """
    address = parse_address(bind, "metrics.bind")
    if not address.is_loopback:
        raise UnsafeError(
            "serve.metrics-open",
            f"Metrics would be answered to everybody who reaches {address}.",
            remedy="Set metrics.bind to a loopback address, as 127.0.0.1:9464.",
        )
    return address


def _split(lines: list[str]) -> list[tuple[str, str, str]]:
    return [line.partition(":") for line in lines if line]


def _is_local(host: str) -> bool:
    name = host[: host.rfind("]") + 1] if host.startswith("[") else host.partition(":")[0]
    return Address(name.strip("[]"), 0).is_loopback


def _message(status: str, body: bytes) -> bytes:
    fields = (
        f"HTTP/1.1 {status}",
        f"Content-Type: {CONTENT_TYPE_PLAIN_0_0_4}",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
    )
    return "\r\n".join([*fields, "", ""]).encode("latin-1") + body
