"""Threat 89: an executor that was taken over sends what it likes.

The connection is dropped and its runs end; the host lives and no other run is touched.
"""

import asyncio
import base64
import struct
from typing import Any

import msgspec
import pytest

from flowlike.board.model import Board
from flowlike.execution import local
from flowlike.execution.dispatch import Dispatcher
from flowlike.execution.frames import pack
from flowlike.execution.jobs import Outcome, PoolOptions, Response
from flowlike.execution.protocol import (
    Declined,
    Finished,
    Live,
    Loaded,
    Ready,
    Responded,
    Told,
    Unknown,
)
from tests.engine.drawing import Types, draw, step
from tests.execution import hostile, offenders
from tests.execution.dispatching import code, job, source, until, within

TYPES = Types(*hostile.NODES)
TWO = PoolOptions(executors=2, spares=0, wrapper=hostile.WRAPPER)
GREETING = source(offenders.greeting())


def sending(raw: bytes, times: int = 1) -> Board:
    """Sends these bytes over the executor's own connection, and waits."""
    text = base64.b64encode(raw).decode()
    steps = {
        "start": step("events_simple"),
        "send": step("h_raw", what=text, times=times),
        "wait": step("delay", time=60_000.0),
    }
    return draw(steps, "start > send > wait", types=TYPES)


def frame(content: Any) -> bytes:
    body = msgspec.msgpack.encode(content)
    return struct.pack(">I", len(body)) + body


def bad(response: Response) -> bytes:
    return b"".join(pack([Responded(3, response)]))


ATTACKS = {
    "noise": b"\xff" * 64,
    "huge": struct.pack(">I", 2**32 - 1),
    "no message": frame([[77]]),
    "wrong shape": frame([[7, "one"]]),
    "not an array": frame({"ticket": 1}),
    "too many": frame([[4, 1]] * 5_000),
    "deep": struct.pack(">I", 5_001) + b"\x91" * 5_000 + b"\xc0",
    "ready twice": b"".join(pack([Ready("x", 1)])),
    "a program nobody asked for": b"".join(pack([Loaded(99)])),
    "a status that is none": b"".join(pack([Finished(3, "splendid", 1, 2)])),
    "a result that is no JSON": b"".join(pack([Finished(3, "completed", 1, 2, outputs=b"{")])),
    "two results": b"".join(pack([Finished(3, "completed", 1, 2, outputs=b'1,"x":2')])),
    "an answer with a line break": bad(Response(200, {"X-A": "a\r\nSet-Cookie: b=c"}, b"", "a/b")),
    "a header that is no name": bad(Response(200, {"X A": "a"}, b"", "a/b")),
    "a type with a line break": bad(Response(200, {}, b"", "text/plain\r\nX-A: b")),
    "a status beyond HTTP": bad(Response(99, {}, b"", "a/b")),
    "a live frame of ours": b"".join(pack([Live(3, (Told("done", b"{}"),))])),
    "a live frame with a line break": b"".join(pack([Live(3, (Told("log", b"{}\n\nevent: x"),))])),
    "strangers without end": b"".join(pack([Declined(10**6)] * 4_000)) * 4,
}


async def attack(made: Dispatcher, name: str) -> None:
    await until(lambda: len(made.stats().pids) == 2)
    lost = made.stats().lost
    attacking = made.submit(job(watch=True), source(sending(ATTACKS[name])))
    beside = [await made.run(job({"name": "Ada"}), GREETING) for _ in range(5)]
    outcome = await asyncio.wait_for(attacking, 60)
    after = await made.run(job({"name": "Ada"}), GREETING)
    assert (outcome.status, code(outcome)) == ("interrupted", "run.executor-lost"), name
    assert {each.status for each in [*beside, after]} == {"completed"}, name
    assert made.stats().lost == lost + 1, name


def test_the_connection_is_dropped_and_only_its_runs_end() -> None:
    async def work(made: Dispatcher) -> None:
        for name in ATTACKS:
            await attack(made, name)

    within(work, TWO)


def test_a_huge_frame_would_be_waited_for_without_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "MOST_FRAME_BYTES", 2**32)

    async def work(made: Dispatcher) -> int:
        await until(lambda: len(made.stats().pids) == 2)
        raw = ATTACKS["huge"] + bytes(1_000_000)
        attack = made.submit(job(), source(sending(raw, times=20)))
        workers = made._pool.workers  # noqa: SLF001 - what the host holds for it
        readers = [worker.executor._link._reader for worker in workers]  # type: ignore[union-attr]  # noqa: SLF001 - the same
        await until(lambda: any(len(each._rest) > 15_000_000 for each in readers))  # noqa: SLF001 - the same
        assert not attack.done()
        return made.stats().lost

    assert within(work, TWO) == 0


def test_words_about_runs_of_other_processes_mean_nothing() -> None:
    async def work(made: Dispatcher) -> tuple[Outcome, int]:
        await until(lambda: len(made.stats().pids) == 2)
        await asyncio.gather(*(made.run(job(), source(offenders.waiting(50))) for _ in range(4)))
        victim = made.submit(job(run_id="victim"), source(offenders.waiting(1_500)))
        ticket = next(iter(made._runs.values())).ticket  # noqa: SLF001 - what it would have to guess
        lies = [
            Finished(ticket, "completed", 1, 2, outputs=b'"forged"'),
            Responded(ticket, Response(200, {}, b"forged", "text/plain")),
            Declined(ticket),
            Unknown(ticket, 0),
            Live(ticket, (Told("log", b'"forged"'),)),
        ]
        attack = job()
        made.submit(attack, source(sending(b"".join(pack(lies)))))
        workers = {each.job.run_id: each.worker for each in made._runs.values()}  # noqa: SLF001 - the same
        assert workers["victim"] is not workers[attack.run_id]
        outcome = await victim
        made.cancel(attack.run_id)
        return outcome, made.stats().lost

    outcome, lost = within(work, TWO)
    assert (outcome.status, outcome.outputs, lost) == ("completed", b'"waited"', 0)
