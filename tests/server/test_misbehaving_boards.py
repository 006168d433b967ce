"""Eight boards that never end and one that eats memory, on a real server: others go on."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

from flowlike.board.model import Board
from flowlike.board.text import dump
from tests.execution import offenders
from tests.serving import Serving, until

_ENDLESS = 8
_SECONDS = 4.0
_ROOM = {
    "FLOWLIKE_EXECUTION_EXECUTORS": "2",
    "FLOWLIKE_EXECUTION_SPARES": "8",
    "FLOWLIKE_EXECUTION_MEMORY_MB": "256",
    "FLOWLIKE_EXECUTION_MAX_STEPS": str(10**12),
}


class App:
    """A new app on a server, and its runs."""

    def __init__(self, serving: Serving) -> None:
        self._http = serving.http
        self._path = "/api/v1/apps/" + self._ask("POST", "/api/v1/apps", {"name": "A"})["id"]

    def put(self, name: str, board: Board) -> None:
        document = json.loads(dump(board)) | {"id": name}
        self._ask("POST", f"{self._path}/boards", {"name": name, "id": name, "board": document})

    def publish(self, name: str) -> None:
        event = {"id": name, "board": name, "node": "start"}
        self._ask("PUT", f"{self._path}/events/{name}", event)
        self._ask("POST", f"{self._path}/events/{name}/publish", {"bump": "major"})

    def start(self, board: str, **limits: float) -> str:
        """Has a board run for later; the run's id."""
        body = {"node": "start", "limits": limits}
        path = f"{self._path}/boards/{board}/runs"
        return str(self._ask("POST", path, body, Prefer="respond-async")["run_id"])

    def invoke(self, event: str, payload: Any) -> Any:
        """What a run of an event gives."""
        path = f"{self._path}/events/{event}/invoke"
        return self._ask("POST", path, {"payload": payload})["output"]

    def cancel(self, run: str) -> None:
        self._ask("POST", f"{self._path}/runs/{run}/cancel")

    def run(self, run: str) -> tuple[str, str]:
        """Status and error code."""
        told = self._ask("GET", f"{self._path}/runs/{run}")
        return told["status"], (told["error"] or {}).get("code", "")

    def has_begun(self, run: str) -> bool:
        return self.run(run)[0] != "pending"

    def has_ended(self, run: str) -> bool:
        return self.run(run)[0] not in {"pending", "running"}

    def _ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = self._http.request(method, path, json=body, headers=headers)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None


@contextmanager
def healthy(serving: Serving) -> Iterator[None]:
    """Meanwhile ``/health/live`` is asked again and again, and always answers."""
    over = Event()

    def poll() -> list[int]:
        with httpx.Client(base_url=serving.http.base_url, timeout=60) as client:
            codes = []
            while not over.wait(0.02):
                codes.append(client.get("/health/live").status_code)
            return codes

    with ThreadPoolExecutor(1) as pool:
        polled = pool.submit(poll)
        try:
            yield
        finally:
            over.set()
        assert set(polled.result()) == {200}


@pytest.mark.timeout(300)
def test_others_go_on_and_each_offender_ends_with_its_reason(tmp_path: Path) -> None:
    with Serving(tmp_path, **_ROOM) as serving:
        app = App(serving.sign_in())
        app.put("endless", offenders.endless())
        app.put("eater", offenders.eater())
        app.put("greeting", offenders.greeting())
        app.publish("greeting")
        api = serving.api
        with healthy(serving):
            limited = [app.start("endless", seconds=_SECONDS) for _ in range(_ENDLESS // 2)]
            endless = [app.start("endless") for _ in range(_ENDLESS // 2)]
            eater = app.start("eater")
            for run in (*limited, *endless):
                until(partial(app.has_begun, run))
            assert app.invoke("greeting", {"name": "Ada"}) == "Hello Ada"
            for run in (eater, *limited):
                until(partial(app.has_ended, run))
            assert app.run(eater) == ("failed", "run.memory")
            assert [app.run(run) for run in limited] == [("timeout", "engine.timeout")] * 4
            assert [app.run(run)[0] for run in endless] == ["running"] * 4
            assert app.invoke("greeting", {"name": "Bob"}) == "Hello Bob"
            for run in endless:
                app.cancel(run)
                until(partial(app.has_ended, run))
            assert [app.run(run) for run in endless] == [("cancelled", "engine.cancelled")] * 4
            assert app.invoke("greeting", {"name": "Eve"}) == "Hello Eve"
        assert serving.api == api
