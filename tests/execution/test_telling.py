"""What a watched run tells, read off host, records and stacks."""

import asyncio
import threading
import time
from typing import Any

import msgspec

from flowlike.engine.program import Program, compile_board
from flowlike.engine.run import (
    Cancellation,
    LogEntry,
)
from flowlike.execution.jobs import Quotas
from flowlike.execution.running import (
    RunHost,
)
from flowlike.execution.telling import Teller, running_in_tasks, running_in_thread
from flowlike.nodes.catalog import default_catalog
from tests.execution import offenders

CATALOG = default_catalog()
QUOTAS = Quotas()


def program(board: Any, level: str = "steps") -> Program:
    return compile_board(board, CATALOG, event="start", trace=level)


def told(teller: Teller, running: set[int], **more: Any) -> dict[str, list[Any]]:
    """What is told of nodes, by id."""
    found: dict[str, list[Any]] = {}
    for live in teller.tell(running, **more):
        for frame in live.frames:
            for node, *rest in msgspec.json.decode(frame.data).get("nodes", ()):
                found[node] = rest
    return found


def test_a_teller_tells_each_thing_once() -> None:
    made = program(offenders.counting(3))
    host = RunHost(QUOTAS)
    teller = Teller(1, made, host)
    assert teller.tell(set()) == []
    made.run(host=host)
    first = told(teller, set())
    assert first["add"][:2] == ["done", 3]
    assert first["loop"][:2] == ["done", 1]
    assert told(teller, set()) == {}
    host.told.append(LogEntry(1, "late"))
    [live] = teller.tell(set())
    assert [each.kind for each in live.frames] == ["log"]


def test_running_nodes_are_told_when_they_begin_and_end() -> None:
    made = program(offenders.counting(3), "off")
    teller = Teller(1, made, RunHost(QUOTAS))
    assert told(teller, {0}) == {"start": ["running", 0, 0]}
    assert told(teller, {0}) == {}
    assert told(teller, {1})["start"] == ["done", 0, 0]


def test_a_look_is_bounded_and_the_end_is_not() -> None:
    made = program(offenders.counting(3))
    host = RunHost(QUOTAS)
    host.told += [LogEntry(1, "x" * 1_000)] * 2_000
    teller = Teller(1, made, host)
    first = sum(len(live.frames) for live in teller.tell(set()))
    assert 200 < first < 300
    rest = teller.tell(set(), all_of_it=True)
    assert sum(len(live.frames) for live in rest) == 2_000 - first
    assert all(len(live.frames) <= 1_024 for live in rest)


def test_where_a_thread_is() -> None:
    made = program(offenders.endless(), "off")
    wish = Cancellation()
    thread = threading.Thread(target=lambda: made.run(cancel=wish), daemon=True)
    thread.start()
    seen: set[int] = set()
    ends = time.monotonic() + 20
    while not seen and time.monotonic() < ends:
        seen |= running_in_thread(thread.ident or 0, made)
    wish.request()
    thread.join()
    assert seen
    assert {made.nodes[number] for number in seen} <= {"one", "two"}
    assert running_in_thread(thread.ident or 0, made) == set()


def test_where_tasks_are() -> None:
    made = program(offenders.waiting(60_000), "off")

    async def work() -> tuple[dict[int, set[int]], int]:
        host = RunHost(QUOTAS)
        wish = Cancellation()
        task = asyncio.create_task(made.run_async(host=host, cancel=wish))
        await asyncio.sleep(0.05)
        found = running_in_tasks({made.filename: made})
        assert running_in_tasks({}) == {}
        wish.request()
        await task
        return found, id(host.run)

    found, run = asyncio.run(work())
    assert {made.nodes[number] for number in found[run]} == {"wait"}
