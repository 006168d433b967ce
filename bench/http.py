"""The add board as a published, public HTTP event of ``flowlike serve``, its runs kept as usual.

``wrk`` asks. The baseline is what it measures of a bare answer by granian, in the same round.
"""

import atexit
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import cache

import httpx

from bench import troubled
from bench.boards import added
from bench.harness import Sample, Task, UnavailableError
from bench.served import Owner, Served, served

_QUERY = "?a=1&b=2"
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_PERCENTILE = r"{}%\s+([\d.]+)(us|ms|s)"
_TO_MS = {"us": 1e-3, "ms": 1.0, "s": 1e3}
_FAILED = re.compile(r"Non-2xx|Socket errors")
_LEAST_SECONDS = 1


def tasks() -> list[Task]:
    """The figures of ``http``, by the number of connections."""
    return [
        _task("c1.p50_ms", "ms", 1, _percentile(50), 1.5),
        _task("c1", "req/s", 1, _rate, None),
        _task("c16", "req/s", 16, _rate, 5_000),
        _task("c64", "req/s", 64, _rate, None),
        _task("c64.p99_ms", "ms", 64, _percentile(99), 60),
        *troubled.tasks(),
    ]


def _task(
    name: str, unit: str, connections: int, read: Callable[[str], float], bar: float | None
) -> Task:
    def prepare() -> Sample:
        url = _event()
        return lambda seconds: read(_wrk(url, connections, seconds))

    def baseline() -> float:
        return read(_wrk(_bare(), connections, _LEAST_SECONDS))

    return Task(f"http.{name}", unit, prepare, bar=bar, baseline=baseline, samples=1)


def _wrk(url: str, connections: int, seconds: float) -> str:
    wrk = shutil.which("wrk")
    if wrk is None:
        raise UnavailableError("wrk is not installed (Debian: apt install wrk)")
    whole = max(_LEAST_SECONDS, round(seconds))
    words = [wrk, "-t1", f"-c{connections}", f"-d{whole}s", "--latency", url]
    told = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    if _FAILED.search(told):
        raise RuntimeError(f"some requests failed: {told}")
    return told


def _rate(told: str) -> float:
    return float(_found(_RATE, told)[1])


def _percentile(which: int) -> Callable[[str], float]:
    pattern = re.compile(_PERCENTILE.format(which))

    def read(told: str) -> float:
        found = _found(pattern, told)
        return float(found[1]) * _TO_MS[found[2]]

    return read


def _found(pattern: re.Pattern[str], told: str) -> re.Match[str]:
    found = pattern.search(told)
    if found is None:
        raise RuntimeError(f"wrk said something else: {told}")
    return found


@cache
def _stack() -> ExitStack:
    """What is closed when the bench is over."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack


@cache
def _event() -> str:
    """The address of the event, on a server that is started the first time."""
    if shutil.which("wrk") is None:
        raise UnavailableError("wrk is not installed (Debian: apt install wrk)")
    server = _stack().enter_context(served())
    url = _published(server)
    _wrk(url, 4, _LEAST_SECONDS)
    return url


@cache
def _bare() -> str:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.bare"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    _stack().callback(process.communicate)
    return next(iter(process.stdout or ())).strip()


def _published(server: Served) -> str:
    board = added()
    with closing(Owner(server)) as owner:
        owner.put(board)
        settings = {"access": "public", "settings": {"trace": "steps"}}
        owner.publish("add", board, kind="http", path="/add", **settings)
    url = f"{server.address}/e/{owner.app}/add{_QUERY}"
    answer = httpx.get(url).raise_for_status()
    if answer.json()["output"] != 3:
        raise RuntimeError(f"the event answers something else: {answer.text}")
    return url
