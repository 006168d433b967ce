"""All rooms together: what becomes of a run in figures and spans, and who is told of trouble."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.serving import SAMPLE, Serving, order, until


class Receiver(BaseHTTPRequestHandler):
    """Keeps what is posted."""

    got: list[bytes]

    def do_POST(self) -> None:
        self.got.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        pass


def test_a_run_is_counted_and_sent_as_spans(tmp_path: Path) -> None:
    pytest.importorskip("opentelemetry.sdk")
    got: list[bytes] = []
    kind = type("Kind", (Receiver,), {"got": got})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as receiver:
        threading.Thread(target=receiver.serve_forever, args=(0.01,), daemon=True).start()
        with ThreadingHTTPServer(("127.0.0.1", 0), kind) as free:
            bind = f"127.0.0.1:{free.server_address[1]}"
        variables = {
            "FLOWLIKE_OTEL_ENDPOINT": f"http://127.0.0.1:{receiver.server_address[1]}",
            "FLOWLIKE_METRICS_BIND": bind,
        }
        with Serving(tmp_path, **variables) as serving:
            serving.command("import", SAMPLE, "--activate")
            serving.sign_in()
            answer = serving.http.post("/e/order-triage/orders", json=order())
            assert answer.status_code == 200
            request_id = answer.headers["x-request-id"]
            [body] = until(lambda: list(got))
            assert request_id.encode() in body
            assert b"Order arrives" in body
            assert b"A-1001" not in body  # no value leaves
            figures = until(
                lambda: found if "flowlike_runs_total{" in (found := metrics(bind)) else ""
            )
            assert 'flowlike_runs_total{status="completed",trigger="http"} 1.0' in figures
            assert "flowlike_queue_waiting 0.0" in figures
            runs = "/api/v1/apps/order-triage/runs"
            [run] = serving.http.get(runs).json()["items"]
            whole = serving.http.get(f"{runs}/{run['run_id']}").json()
            assert whole["request_id"] == request_id
        receiver.shutdown()


def metrics(bind: str) -> str:
    return httpx.get(f"http://{bind}/metrics").text


def test_without_the_extra_the_setting_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A module of that name that cannot be imported stands for an extra that is not installed.
    hidden = tmp_path / "hidden" / "pyreqwest"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text("raise ModuleNotFoundError('pyreqwest')", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(hidden.parent))
    serving = Serving(tmp_path, FLOWLIKE_OTEL_ENDPOINT="http://127.0.0.1:9")
    serving.launch()
    assert serving.process is not None
    assert serving.process.wait(60) == 2
    assert "flowlike[otel]" in serving.log.read_text("utf-8")
    serving.http.close()
