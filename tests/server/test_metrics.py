"""Figures for Prometheus, and the port that answers them."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from flowlike.errors import FlowlikeError, UnsafeError, UsageError
from flowlike.server.metrics import Metrics, MetricsServer, metrics_address
from flowlike.settings import Address


def served(work: Callable[[Address], Coroutine[None, None, bytes]], metrics: Metrics) -> bytes:
    async def run() -> bytes:
        server = MetricsServer(metrics, "127.0.0.1:0")
        address = await server.start()
        try:
            return await work(address)
        finally:
            await server.stop()

    return asyncio.run(run())


def asked(head: bytes, metrics: Metrics | None = None) -> bytes:
    async def ask(address: Address) -> bytes:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(head)
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        return answer

    return served(ask, metrics or Metrics())


def request(path: str = "/metrics", host: str = "127.0.0.1:9", method: str = "GET") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


def test_figures_are_counted() -> None:
    metrics = Metrics()
    metrics.request("GET", 200, 0.002)
    metrics.request("GET", 204, 0.2)
    metrics.request("BREW", 418, 0.1)
    metrics.run("http", "completed", 0.01, 4)
    metrics.run("http", "failed", -1.0, 2)
    text = metrics.text().decode()
    assert 'flowlike_http_requests_total{method="GET",status="2xx"} 2.0' in text
    assert 'flowlike_http_requests_total{method="other",status="4xx"} 1.0' in text
    assert "flowlike_http_request_seconds_count 3.0" in text
    assert 'flowlike_runs_total{status="failed",trigger="http"} 1.0' in text
    assert "flowlike_steps_total 6.0" in text


def test_watched_figures_are_read_when_asked() -> None:
    metrics, held = Metrics(), {"waiting": 1.0}
    metrics.watch({"runs_waiting": ("Runs that wait.", lambda: held["waiting"])})
    assert "flowlike_runs_waiting 1.0" in metrics.text().decode()
    held["waiting"] = 5.0
    assert "flowlike_runs_waiting 5.0" in metrics.text().decode()


def test_the_port_answers() -> None:
    metrics = Metrics()
    metrics.request("GET", 200, 0.1)
    head, _, body = asked(request(), metrics).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Content-Type: text/plain; version=0.0.4" in head
    assert f"Content-Length: {len(body)}".encode() in head
    assert body == metrics.text()


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:1"])
def test_loopback_names_are_answered(host: str) -> None:
    assert asked(request(host=host)).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:1", "", "10.0.0.1", "[::2]:1"])
def test_a_page_under_a_strangers_name_is_not(host: str) -> None:
    answer = asked(request(host=host))
    assert answer.startswith(b"HTTP/1.1 421")
    assert b"flowlike_" not in answer


@pytest.mark.parametrize(
    "head", [request("/"), request("/metrics/x"), request(method="POST"), b"\r\n\r\n"]
)
def test_nothing_else_is_there(head: bytes) -> None:
    assert b"flowlike_" not in asked(head)


@pytest.mark.parametrize("head", [b"", b"GET /metrics", b"x" * 20_000, b"\xff\r\n\r\n"])
def test_bad_requests_end(head: bytes) -> None:
    assert not asked(head).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("bind", ["0.0.0.0:9464", "[::]:9464", "host.example:1"])
def test_others_may_not_reach_it(bind: str) -> None:
    with pytest.raises(UnsafeError) as raised:
        metrics_address(bind)
    assert raised.value.code == "serve.metrics-open"
    with pytest.raises(UsageError):
        metrics_address("9464")


def test_a_taken_port_is_told() -> None:
    async def again(address: Address) -> bytes:
        await MetricsServer(Metrics(), str(address)).start()
        return b""

    with pytest.raises(FlowlikeError) as raised:
        served(again, Metrics())
    assert raised.value.code == "serve.metrics-port"
