"""Whether a server answers while boards misbehave: eight that never end, and one that eats memory.

They are started over the API, as people start them. Meanwhile another board runs again and again
and has to complete, and at the end each offender has to have ended with its reason: else there is
no figure.
"""

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from threading import Event
from typing import Any

import httpx

from bench.boards import eating, endless, pure_chain
from bench.harness import Task
from bench.served import Owner, Served, served

ENDLESS = 8
POLLS = 2_000
"""So many answers of ``/health/live`` a figure, each over a connection of its own."""
_PAUSE = 0.002
_OTHERS_PAUSE = 0.05
_WAIT = 60.0
_ADDED = 10
_MANY_STEPS = {"FLOWLIKE_EXECUTION_MAX_STEPS": str(10**12)}


def tasks() -> list[Task]:
    """Its figures; the second is the same of a server that has nothing to do."""
    return [
        Task("http.troubled.live_p99_ms", "ms", lambda: _troubled, bar=100, samples=1),
        Task("http.idle.live_p99_ms", "ms", lambda: _idle, samples=1),
    ]


def _troubled(_seconds: float) -> float:
    with served(**_MANY_STEPS) as server, closing(Owner(server)) as owner:
        other = pure_chain(_ADDED)
        for board in (endless(), eating(), other):
            owner.put(board)
        owner.publish("other", other)
        with _offenders(owner), _others(owner):
            return _p99(server)


def _idle(_seconds: float) -> float:
    with served() as server:
        return _p99(server)


def _p99(server: Served) -> float:
    took = []
    once = httpx.Limits(max_keepalive_connections=0)
    with httpx.Client(base_url=server.address, timeout=_WAIT, limits=once) as client:
        for _ in range(POLLS):
            begun = time.perf_counter()
            client.get("/health/live").raise_for_status()
            took.append(time.perf_counter() - begun)
            time.sleep(_PAUSE)
    return statistics.quantiles(took, n=100)[98] * 1e3


@contextmanager
def _offenders(owner: Owner) -> Iterator[None]:
    """Has them run; at the end they are stopped, and it is looked at how they ended."""
    spinning = [_start(owner, "endless") for _ in range(ENDLESS)]
    for run in spinning:
        _until(owner, run, "running")
    over = Event()
    with ThreadPoolExecutor(1) as pool:
        eaten = pool.submit(_eat, owner, over)
        try:
            yield
        finally:
            over.set()
        if not eaten.result():
            raise RuntimeError("no memory was eaten")
    for run in spinning:
        owner.in_app("POST", f"/runs/{run}/cancel")
        _until(owner, run, "cancelled")


def _eat(owner: Owner, over: Event) -> int:
    """One that eats memory after the other; how many there were."""
    count = 0
    while not over.is_set():
        run = _start(owner, "eating")
        code = _until(owner, run, "failed")["error"]["code"]
        if code != "run.memory":
            raise RuntimeError(f"what eats memory ended with {code}")
        count += 1
    return count


@contextmanager
def _others(owner: Owner) -> Iterator[None]:
    """Has a board that behaves run all the while; each time it must complete."""
    over = Event()

    def work() -> int:
        count = 0
        while not over.wait(_OTHERS_PAUSE):
            told = owner.in_app("POST", "/events/other/invoke", {})
            if told["output"] != _ADDED + 1:
                raise RuntimeError(f"another run gave something else: {told}")
            count += 1
        return count

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(work)
        try:
            yield
        finally:
            over.set()
        if not done.result():
            raise RuntimeError("no other run was made")


def _start(owner: Owner, board: str) -> str:
    later = {"Prefer": "respond-async"}
    return str(owner.in_app("POST", f"/boards/{board}/runs", {"node": "start"}, **later)["run_id"])


def _until(owner: Owner, run: str, status: str) -> dict[str, Any]:
    """The run, once it is so; it must not end otherwise."""
    ends = time.monotonic() + _WAIT
    while True:
        told = owner.in_app("GET", f"/runs/{run}")
        if told["status"] == status:
            return told
        if told["status"] not in {"pending", "running"} or time.monotonic() > ends:
            raise RuntimeError(f"a run should be {status}: {told}")
        time.sleep(_OTHERS_PAUSE)
