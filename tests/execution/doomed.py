"""A process with a queue and an archive that somebody kills: ``python -m tests.execution.doomed``.

Arguments: the data folder, and ``work`` or ``drain``. Working, it puts runs into the queue and runs
others at once, without end, and prints a line when one is accepted. Drained, it puts nothing, and
ends when all is done. Runs take a while; what each does to the world is a line in ``effects``.
"""

import asyncio
import random
import sys
import time
from pathlib import Path

from flowlike.database.connect import Database
from flowlike.database.folder import DataFolder
from flowlike.database.ids import new_id
from flowlike.engine.run import RunError
from flowlike.execution.jobs import Job, Outcome, Source
from flowlike.execution.queue import Queue, QueueOptions
from flowlike.runs.archive import Archive, ArchiveOptions
from flowlike.runs.inbox import InboxOptions
from flowlike.server.keeping import Keeper
from flowlike.trace.records import encode_block
from tests.execution.queueing import FakeDispatcher, Given
from tests.runs.samples import PROGRAM_BLOCK
from tests.trace.samples import run_records

SOURCE = Source(b"the board", "start")


class Runner(FakeDispatcher):
    """Runs that take up to 60 ms, and write a line when they end."""

    def __init__(self, keeper: Keeper, effects: Path) -> None:
        super().__init__()
        self._kept = keeper.finished
        self._effects = effects.open("a", buffering=1)
        self._chance = random.Random()

    def end(self, given: Given, *_: object) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(self._chance.uniform(0.005, 0.06), self._over, given)

    def _over(self, given: Given) -> None:
        job = given.job
        self._effects.write(f"{job.run_id} {job.epoch}\n")
        lost = self._chance.random() < 0.05 and job.epoch < 2
        outcome = Outcome(
            "interrupted" if lost else "completed",
            error=RunError("run.executor-lost", "It died.") if lost else None,
            started_us=given.began_us,
            ended_us=now_us(),
            block=encode_block(run_records(job.run_id)),
            program=PROGRAM_BLOCK,
        )
        self._kept(job, outcome)
        given.ending.set_result(outcome)
        self.given.remove(given)


def now_us() -> int:
    return time.time_ns() // 1_000


def say(word: str, run_id: str) -> None:
    sys.stdout.write(f"{word} {run_id}\n")
    sys.stdout.flush()


async def work(queue: Queue, runner: Runner, keeper: Keeper) -> None:
    async def put() -> None:
        while True:
            job = Job(new_id(), app=random.choice("abc"), payload=b"{}")
            keeper.waiting(job, SOURCE)
            await queue.put(job, SOURCE)
            say("stored", job.run_id)
            await asyncio.sleep(random.uniform(0, 0.01))

    async def ask() -> None:
        while True:
            job = Job(new_id(), app="a", payload=b"{}", epoch=5)
            keeper.begin(job, SOURCE)
            await runner.submit(job, SOURCE)
            say("answered", job.run_id)

    await asyncio.gather(*(put() for _ in range(8)), *(ask() for _ in range(4)))


async def main(folder: Path, *, drain: bool) -> None:
    held = DataFolder.claim(folder)
    database = await Database.open(held.database)
    # Batches are seldom, so that a kill always finds some runs outside of segments.
    options = ArchiveOptions(inbox=InboxOptions(batch_seconds=0.2))
    archive = Archive(held.subfolder("runs"), options)
    keeper = Keeper(archive)
    runner = Runner(keeper, folder / "effects")
    queue = Queue(
        database,
        runner,
        QueueOptions(backoff_seconds=0.01),
        on_waiting=keeper.waiting,
        on_started=keeper.started,
        on_finished=keeper.finished,
    )
    await queue.start()
    if not drain:
        await work(queue, runner, keeper)
    idle = 0
    while idle < 5:
        await asyncio.sleep(0.05)
        idle = 0 if runner.given or queue.stats().waiting or len(keeper) else idle + 1
    await queue.close()
    await archive.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), drain=sys.argv[2] == "drain"))
