"""Finished runs as spans, at a real receiver of OTLP over HTTP."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("opentelemetry.sdk")

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)
from opentelemetry.sdk.resources import Resource

from flowlike.engine.run import RunError
from flowlike.errors import TraceError, UnsafeError, UsageError
from flowlike.execution.jobs import Job, Outcome
from flowlike.server import spans
from flowlike.server.spans import SpanExporter, spans_of
from flowlike.settings import Otel
from flowlike.trace.records import Program, ProgramNode, encode_block

JOB = Job(run_id="run-1", app="shop", board="triage", event="order", trigger="http", request_id="q")
START = ProgramNode("start", "start@1", "Start", (), ("exec_out",))
SHOW = ProgramNode("show", "log@1", "Show", ("exec_in",), ("exec_out",))
PROGRAM = encode_block([Program("hash", "triage", "Triage", (START, SHOW))])
BLOCK = encode_block(
    [
        (0, "run-1", "start", None, "hash", "steps", 1_000_000_000, 0),
        (1, 1, 0, 0, -1, 0, 400, 0b1, 0, ()),
        (1, 2, 1, 1, 3, 500, 900, 0, 1, ()),
        (6, "failed", "math.division-by-zero", 2, 0, None, 1500),
    ]
)
FAILED = Outcome(
    status="failed",
    error=RunError(code="math.division-by-zero", message="secret 4711", node="show"),
    steps=2,
    block=BLOCK,
    program=PROGRAM,
    started_us=1_000_000,
    ended_us=1_000_002,
)


class Receiver(BaseHTTPRequestHandler):
    """Keeps what is posted; answers with the statuses it was told, then 200."""

    got: list[tuple[str, dict[str, str], bytes]]
    statuses: list[int]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(self.statuses.pop(0) if self.statuses else 200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[tuple[type[Receiver], str]]:
    kind = type("Fresh", (Receiver,), {"got": [], "statuses": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield kind, f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def received(kind: type[Receiver]) -> list[Any]:
    found: list[Any] = []
    for _, _, body in kind.got:
        message = ExportTraceServiceRequest.FromString(body)
        found += [
            span
            for each in message.resource_spans
            for scope in each.scope_spans
            for span in scope.spans
        ]
    return found


def attributes(span: Any) -> dict[str, Any]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


def test_a_run_arrives_with_its_activations(receiver: tuple[type[Receiver], str]) -> None:
    kind, endpoint = receiver
    exporter = SpanExporter(Otel(endpoint=f"{endpoint}/", service="shop"))
    exporter.put(JOB, FAILED)
    exporter.close()
    [(path, headers, _)] = kind.got
    assert path == "/v1/traces"
    assert headers["content-type"] == "application/x-protobuf"
    root, first, second = received(kind)
    assert (root.name, first.name, second.name) == ("run triage", "Start", "Show")
    assert first.parent_span_id == root.span_id
    assert second.parent_span_id == first.span_id
    assert len({root.trace_id, first.trace_id, second.trace_id}) == 1
    assert attributes(root)["flowlike.run"] == "run-1"
    assert attributes(root)["flowlike.request"] == "q"
    assert attributes(root)["error.type"] == "math.division-by-zero"
    assert attributes(second) == {
        "flowlike.node": "show",
        "flowlike.node.type": "log@1",
        "flowlike.iteration": 3,
    }
    assert (root.status.code, first.status.code, second.status.code) == (2, 0, 2)
    assert second.start_time_unix_nano - first.start_time_unix_nano == 500
    assert exporter.sent == 1
    message = ExportTraceServiceRequest.FromString(kind.got[0][2])
    names = {
        each.key: each.value.string_value for each in message.resource_spans[0].resource.attributes
    }
    assert names["service.name"] == "shop"


def test_no_message_and_no_value_is_sent(receiver: tuple[type[Receiver], str]) -> None:
    kind, endpoint = receiver
    exporter = SpanExporter(Otel(endpoint=endpoint))
    exporter.put(JOB, FAILED)
    exporter.close()
    assert b"4711" not in kind.got[0][2]


def test_headers_come_from_a_file(receiver: tuple[type[Receiver], str], tmp_path: Path) -> None:
    kind, endpoint = receiver
    file = tmp_path / "headers"
    file.write_text("Authorization: Bearer swordfish\n\nX-Tenant:  a:b \n", "utf-8")
    exporter = SpanExporter(Otel(endpoint=endpoint, headers_file=str(file)))
    exporter.put(JOB, FAILED)
    exporter.close()
    headers = kind.got[0][1]
    assert (headers["authorization"], headers["x-tenant"]) == ("Bearer swordfish", "a:b")


@pytest.mark.parametrize("url", ["nonsense", "host:4318", "ftp://host", "http://", "http://h:x"])
def test_what_is_no_address_stops_the_start(url: str) -> None:
    with pytest.raises(UsageError) as raised:
        SpanExporter(Otel(endpoint=url))
    assert raised.value.code == "settings.otel-endpoint"


def test_a_missing_file_of_headers_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(UnsafeError) as raised:
        SpanExporter(Otel(endpoint="http://127.0.0.1:1", headers_file=str(tmp_path / "none")))
    assert raised.value.code == "serve.otel-headers"


@pytest.mark.parametrize(
    ("statuses", "posts", "sent", "failed"),
    [([503, 429], 3, 1, 0), ([503, 503, 503], 3, 0, 1), ([400], 1, 0, 1), ([302], 1, 0, 1)],
)
def test_a_busy_receiver_is_asked_again(
    receiver: tuple[type[Receiver], str], statuses: list[int], posts: int, sent: int, failed: int
) -> None:
    kind, endpoint = receiver
    kind.statuses = list(statuses)
    exporter = SpanExporter(Otel(endpoint=endpoint))
    exporter.put(JOB, FAILED)
    exporter.close()
    assert len(kind.got) == posts
    assert (exporter.sent, exporter.failed) == (sent, failed)


def test_no_receiver_is_no_trouble() -> None:
    exporter = SpanExporter(Otel(endpoint="http://127.0.0.1:9"))
    exporter.put(JOB, FAILED)
    exporter.close()
    assert (exporter.sent, exporter.failed) == (0, 1)


def test_what_does_not_fit_is_dropped_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "MOST_WAITING", 2)
    held, let_go = threading.Event(), threading.Event()

    def slow(_: bytes) -> int:
        held.set()
        let_go.wait(30)
        return 200

    monkeypatch.setattr(spans, "_BATCH", 1)
    exporter = SpanExporter(Otel(endpoint="http://127.0.0.1:9"), slow)
    exporter.put(JOB, FAILED)
    assert held.wait(30)
    for _ in range(5):
        exporter.put(JOB, FAILED)
    assert exporter.dropped == 3
    let_go.set()
    exporter.close()
    assert exporter.sent == 3


def test_a_run_without_a_trace_is_one_span() -> None:
    outcome = Outcome(status="completed", started_us=5, ended_us=1)
    [root] = spans_of(JOB, outcome, Resource.create())
    assert root.start_time == root.end_time == 5_000
    assert root.status.is_ok


def test_many_activations_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "MOST_SPANS", 1)
    root, only = spans_of(JOB, FAILED, Resource.create())
    assert only.name == "Start"
    assert root.attributes is not None
    assert root.attributes["flowlike.steps.recorded"] == 2


def test_a_trace_that_cannot_be_read_costs_its_activations_only() -> None:
    bad = Outcome(status="completed", block=b"\xc1", started_us=1, ended_us=2)
    with pytest.raises(TraceError):
        list(spans_of(JOB, bad, Resource.create()))
    got: list[bytes] = []

    def keep(body: bytes) -> int:
        got.append(body)
        return 200

    exporter = SpanExporter(Otel(endpoint="http://127.0.0.1:9"), keep)
    exporter.put(JOB, bad)
    exporter.close()
    assert len(got) == exporter.sent == 1
