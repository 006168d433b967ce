"""The wall clock of a real server is moved by hours, there and back, while it works."""

import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.slow_app import APP, EVENT, all_completed, in_flight, install, queue
from tests.serving import Serving, kill

_HOUR = 3_600
_FOLDER = Path(__file__).parent / "moved_clock"
_RUNS = f"/api/v1/apps/{APP}/runs"
_INVOKE = f"/api/v1/apps/{APP}/events/{EVENT}/invoke"


class Clock:
    """How far the clock of a server's processes is moved."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "clock"
        self.file.write_bytes(bytes(8))
        self.variables = {"PYTHONPATH": str(_FOLDER), "MOVED_CLOCK": str(self.file)}

    def put(self, hours: float) -> None:
        with self.file.open("r+b", buffering=0) as file:
            file.write(struct.pack("=q", int(hours * _HOUR)))


@contextmanager
def moved(folder: Path) -> Iterator[tuple[Clock, Serving]]:
    """A server whose clock can be moved, signed in; nothing may go wrong in it."""
    clock = Clock(folder)
    with Serving(folder, **clock.variables) as serving:
        install(serving)
        serving.sign_in()
        yield clock, serving
        assert serving.stop() == 0
    assert "a fault of ours" not in serving.log.read_text("utf-8")
    assert not [each for each in serving.records if each["level"] in {"error", "critical"}]


def listed(serving: Serving, clock: Clock) -> list[Any]:
    """All runs, page by page, while the clock moves."""
    found: list[Any] = []
    query: dict[str, Any] = {"limit": 7}
    while True:
        clock.put(-5 if len(found) % 2 else 5)
        page = serving.http.get(_RUNS, params=query).json()
        found += page["items"]
        if not page["next"]:
            return found
        query["cursor"] = page["next"]


def took(run: Any) -> timedelta:
    began, ended = (datetime.fromisoformat(run[key]) for key in ("started_at", "ended_at"))
    assert run["duration_ms"] == pytest.approx((ended - began) / timedelta(milliseconds=1))
    return ended - began


def away(run: Any) -> float:
    """By how many hours the run began elsewhen than now."""
    return (datetime.fromisoformat(run["started_at"]) - datetime.now(UTC)) / timedelta(hours=1)


def status(serving: Serving, **body: str) -> tuple[int, str]:
    answer = httpx.post(f"{serving.http.base_url}/api/v1/auth/local", json=body)  # as nobody yet
    return answer.status_code, answer.json().get("code", "")


def token(serving: Serving) -> str:
    return serving.command("login-link").stdout.partition("#")[2].strip()


def test_no_run_is_lost_and_none_takes_less_than_no_time(tmp_path: Path) -> None:
    ids: list[str] = []
    with moved(tmp_path) as (clock, serving):
        for hours in (0, 5, -5, 3, -4):
            clock.put(hours)
            fresh = queue(serving, 12, 200)
            assert in_flight(serving, fresh)
            ids += fresh
        clock.put(0)
        all_completed(serving, ids)
        runs = {each["run_id"]: each for each in listed(serving, clock)}
        assert sorted(runs) == sorted(ids)
        assert all(timedelta() < took(each) < timedelta(minutes=2) for each in runs.values())
        hours_away = {round(away(each)) for each in runs.values()}
        assert hours_away == {0, 5, -5, 3, -4}  # in executors too the clock was moved


def test_what_dies_while_the_clock_moves_runs_again(tmp_path: Path) -> None:
    with moved(tmp_path) as (clock, serving):
        clock.put(5)
        ids = queue(serving, 12, 400)
        assert in_flight(serving, ids)
        for executor in serving.executors:
            kill(executor)
        clock.put(-5)
        all_completed(serving, ids)
        more = queue(serving, 12, 400)
        assert in_flight(serving, more)
        clock.put(5)
        kill(serving.api)
        clock.put(-5)
        all_completed(serving, more)
        rest = queue(serving, 12, 400)
        assert in_flight(serving, rest)
        serving.stop()
        clock.put(-6)
        serving.start()
        everything = [*ids, *more, *rest, *queue(serving, 3, 1)]
        all_completed(serving, everything)
        runs = listed(serving, clock)
        assert sorted(each["run_id"] for each in runs) == sorted(everything)
        assert all(took(each) > timedelta() for each in runs)


def test_who_waits_for_an_answer_gets_it(tmp_path: Path) -> None:
    with moved(tmp_path) as (clock, serving), ThreadPoolExecutor(2) as pool:
        body = {"payload": {"time": 1_500, "n": 7}}
        stream = {"Accept": "text/event-stream"}
        waits = pool.submit(serving.http.post, _INVOKE, json=body)
        follows = pool.submit(serving.http.post, _INVOKE, json=body, headers=stream)
        while not (waits.done() and follows.done()):
            for hours in (5, -5, 0):
                clock.put(hours)
                time.sleep(0.1)
        assert waits.result().json()["output"] == 7
        assert "event: done" in follows.result().text


def test_a_request_counts_once(tmp_path: Path) -> None:
    with moved(tmp_path) as (clock, serving):
        made = set()
        for hours in (0, 5, -5):
            clock.put(hours)
            headers = {"Idempotency-Key": "k"}
            made.add(serving.http.post("/api/v1/apps", json={"name": "A"}, headers=headers).text)
        assert len(made) == 1


def test_what_has_ended_stays_so(tmp_path: Path) -> None:
    with moved(tmp_path) as (clock, serving):
        used, late = token(serving), token(serving)
        assert status(serving, token=used)[0] == 200
        clock.put(1)
        assert status(serving, token=late) == (401, "identity.link-expired")
        for hours in (0, -5):
            clock.put(hours)
            assert status(serving, token=late) == (401, "identity.link-expired")
            assert status(serving, token=used) == (401, "identity.link-used")

        def asked() -> int:
            return serving.http.get("/api/v1/apps").status_code

        for hours, expected in ((11, 200), (0, 200), (13, 401), (0, 401), (-5, 401)):
            clock.put(hours)
            assert asked() == expected, hours
        clock.put(0)
        del serving.http.headers["authorization"]
        serving.sign_in()
        assert asked() == 200
