"""Finished runs as OpenTelemetry spans, sent over OTLP/HTTP where the operator says.

Needs the extra ``otel``; the transport is pyreqwest, so that its TLS is rustls. A run is a trace of
its own: a span for the run, and below it one for each activation that its trace level recorded, up
to a number. Values are never sent. Source: OTLP 1.x, section "OTLP/HTTP".
"""

import datetime as dt
import hashlib
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec
import structlog
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.util.types import Attributes
from pyreqwest.client import SyncClientBuilder
from pyreqwest.exceptions import PyreqwestError

from flowlike import __version__
from flowlike.errors import TraceError, UnsafeError, UsageError, Where
from flowlike.execution.jobs import Job, Outcome
from flowlike.settings import Otel
from flowlike.trace.records import Program, Run, State, Step, decode_block

MOST_WAITING = 4_096
"""Runs that wait to be sent; further ones are dropped and counted."""
MOST_SPANS = 512
"""Activations of one run that are sent; the run's span says how many there were."""
_BATCH = 64
_LINGER = 1.0
_TIMEOUT = dt.timedelta(seconds=10)
_TRIES = 3
_SCOPE = InstrumentationScope("flowlike", __version__)
_AGAIN = frozenset({429, 502, 503, 504})
_log = structlog.get_logger("flowlike.spans")

Send = Callable[[bytes], int]
"""Posts one request and gives the status of the answer; raises OSError if there is none."""


class _Item(NamedTuple):
    job: Job
    outcome: Outcome


class SpanExporter:
    """Sends runs in a thread of its own. ``put`` never blocks; ``close`` sends what waits.

    Args:
        otel: the operator's settings; ``endpoint`` is not empty.
        send: instead of a POST to the endpoint.

    Raises:
        UnsafeError: ``serve.otel-headers``; the file of headers cannot be read.
    """

    def __init__(self, otel: Otel, send: Send | None = None) -> None:
        self.dropped = self.sent = self.failed = 0
        self._resource = Resource.create(
            {"service.name": otel.service, "service.version": __version__}
        )
        self._send = send or _poster(otel)
        self._waiting: queue.Queue[_Item | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._work, name="flowlike-spans", daemon=True)
        self._thread.start()

    def put(self, job: Job, outcome: Outcome) -> None:
        """A run that ended."""
        try:
            self._waiting.put_nowait(_Item(job, outcome))
        except queue.Full:
            self.dropped += 1

    def close(self, seconds: float = 5.0) -> None:
        """Sends what waits, for so long at most."""
        try:
            self._waiting.put(None, timeout=seconds)
        except queue.Full:
            return
        self._thread.join(seconds)

    def _work(self) -> None:
        going_on = True
        while going_on:
            batch, going_on = self._batch()
            spans = [span for item in batch for span in self._spans(item)]
            if spans:
                self._deliver(spans, len(batch))

    def _batch(self) -> tuple[list[_Item], bool]:
        """Runs that wait, at least one unless it is over, and whether it goes on."""
        item = self._waiting.get()
        batch: list[_Item] = []
        while item is not None:
            batch.append(item)
            if len(batch) >= _BATCH:
                return batch, True
            try:
                item = self._waiting.get(timeout=_LINGER)
            except queue.Empty:
                return batch, True
        return batch, False

    def _spans(self, item: _Item) -> Sequence[ReadableSpan]:
        try:
            return list(spans_of(item.job, item.outcome, self._resource))
        except TraceError:
            bare = msgspec.structs.replace(item.outcome, block=None)
            return list(spans_of(item.job, bare, self._resource))

    def _deliver(self, spans: Sequence[ReadableSpan], runs: int) -> None:
        body = encode_spans(spans).SerializeToString()
        reason = ""
        for _ in range(_TRIES):
            try:
                status = self._send(body)
            except OSError as error:
                reason = str(error)
            else:
                if status < 300:
                    self.sent += runs
                    return
                reason = f"status {status}"
                if status not in _AGAIN:
                    break
        self.failed += runs
        _log.warning("spans were not sent", runs=runs, reason=reason)


def spans_of(job: Job, outcome: Outcome, resource: Resource) -> Iterator[ReadableSpan]:
    """The spans of one run, its own first.

    Raises:
        TraceError: its trace cannot be read.
    """
    records = _records(outcome.block)
    begun = next((each for each in records if isinstance(each, Run)), None)
    steps = [each for each in records if isinstance(each, Step)]
    described = next(
        (each for each in _records(outcome.program) if isinstance(each, Program)), None
    )
    trace_id = int.from_bytes(hashlib.sha256(job.run_id.encode()).digest()[:16], "big")
    root = _context(trace_id, job.run_id, 0)
    code = outcome.error.code if outcome.error else ""
    ok = outcome.status == "completed"
    yield ReadableSpan(
        name=f"run {job.board}",
        context=root,
        resource=resource,
        instrumentation_scope=_SCOPE,
        kind=SpanKind.SERVER if job.trigger == "http" else SpanKind.INTERNAL,
        attributes=_attributes(job, outcome, len(steps)),
        status=Status(StatusCode.OK) if ok else Status(StatusCode.ERROR, code),
        start_time=outcome.started_us * 1_000,
        end_time=max(outcome.ended_us, outcome.started_us) * 1_000,
    )
    wall = begun.wall_ns if begun else outcome.started_us * 1_000
    for step in steps[:MOST_SPANS]:
        node = (
            described.nodes[step.node] if described and step.node < len(described.nodes) else None
        )
        failed = step.state is State.ERROR
        inside = 0 < step.parent <= MOST_SPANS
        yield ReadableSpan(
            name=node.title if node else f"node {step.node}",
            context=_context(trace_id, job.run_id, step.seq),
            parent=_context(trace_id, job.run_id, step.parent) if inside else root,
            resource=resource,
            instrumentation_scope=_SCOPE,
            attributes={
                "flowlike.node": node.id if node else str(step.node),
                "flowlike.node.type": node.type if node else "",
                "flowlike.iteration": step.iteration,
            },
            status=Status(StatusCode.ERROR if failed else StatusCode.UNSET),
            start_time=wall + step.start_ns,
            end_time=wall + step.start_ns + step.duration_ns,
        )


def _attributes(job: Job, outcome: Outcome, steps: int) -> Attributes:
    told = {
        "flowlike.run": job.run_id,
        "flowlike.app": job.app,
        "flowlike.board": job.board,
        "flowlike.board.version": job.version,
        "flowlike.event": job.event,
        "flowlike.trigger": job.trigger,
        "flowlike.status": outcome.status,
        "flowlike.request": job.request_id,
        "error.type": outcome.error.code if outcome.error else "",
    }
    return {
        **{name: value for name, value in told.items() if value},
        "flowlike.steps": outcome.steps,
        "flowlike.steps.recorded": steps,
    }


def _records(block: bytes | None) -> Sequence[object]:
    return decode_block(block) if block else ()


def _context(trace_id: int, run_id: str, seq: int) -> SpanContext:
    digest = hashlib.sha256(f"{run_id}/{seq}".encode()).digest()
    span_id = int.from_bytes(digest[:8], "big") or 1
    return SpanContext(trace_id, span_id, is_remote=False, trace_flags=TraceFlags(1))


def _poster(otel: Otel) -> Send:
    url = f"{_endpoint(otel.endpoint)}/v1/traces"
    headers = {"content-type": "application/x-protobuf", **_headers(otel.headers_file)}
    client = (
        SyncClientBuilder()
        .no_proxy()
        .follow_redirects(False)
        .timeout(_TIMEOUT)
        .user_agent(f"flowlike/{__version__}")
        .build()
    )

    def post(body: bytes) -> int:
        try:
            request = client.post(url).headers(headers).body_bytes(body).build()
            return request.send().status
        except PyreqwestError as error:
            raise OSError(type(error).__name__) from error

    return post


def _endpoint(url: str) -> str:
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise UsageError(
            "settings.otel-endpoint",
            f"The setting otel.endpoint is no address of a collector: {url!r}.",
            remedy="Write it as https://host:4318.",
        )
    return url.rstrip("/")


def _headers(file: str) -> dict[str, str]:
    """Headers of the operator; they may hold a credential, so they stand in a file of their own."""
    if not file:
        return {}
    try:
        lines = Path(file).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UnsafeError(
            "serve.otel-headers",
            "The headers for OpenTelemetry cannot be read.",
            remedy="Correct otel.headers_file, or the file it names.",
            where=Where(file=file),
        ) from error
    parts = [line.partition(":") for line in lines if line.strip()]
    return {name.strip().lower(): value.strip() for name, _, value in parts}
