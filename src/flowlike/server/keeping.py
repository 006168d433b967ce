"""From jobs and their outcomes to runs that are kept."""

from collections.abc import Callable

import msgspec

from flowlike.execution.jobs import Job, Outcome, Source
from flowlike.identity.clock import now_us
from flowlike.runs.archive import Archive
from flowlike.runs.kept import KeptRun, Status
from flowlike.runs.sampling import Sampling


class Keeper:
    """Tells the archive when runs begin and end. ``finished`` is the dispatcher's ``on_finished``.

    Args:
        archive: keeps them.
        now: Unix time in microseconds.
    """

    def __init__(self, archive: Archive, now: Callable[[], int] = now_us) -> None:
        self._archive = archive
        self._now = now
        self._going: dict[str, tuple[KeptRun, Sampling | None]] = {}
        self._unwanted: set[str] = set()

    def __len__(self) -> int:
        return len(self._going)

    def begin(self, job: Job, source: Source, sampling: Sampling | None = None) -> None:
        """A run is about to begin. ``sampling``: whose traces are kept whole; None for all."""
        self._show(job, source, "running", sampling, durable=True)

    def waiting(self, job: Job, source: Source, sampling: Sampling | None = None) -> None:
        """A run stands in the queue; or again, since its executor died or had no place."""
        self._show(job, source, "pending", sampling, durable=False)

    def started(self, job: Job, source: Source) -> None:
        """A run of the queue is about to begin, maybe one that another process put there."""
        self._show(job, source, "running", None, durable=False)

    def _show(
        self,
        job: Job,
        source: Source,
        status: Status,
        sampling: Sampling | None,
        *,
        durable: bool,
    ) -> None:
        known = self._going.get(job.run_id)
        started_us = known[0].started_us if known else self._now()
        run = _run(job, source.level, status, started_us)
        self._going[job.run_id] = run, known[1] if known else sampling
        self._archive.begin(run, durable=durable)

    def withdraw(self, run_id: str) -> None:
        """It was not taken after all."""
        self._unwanted.discard(run_id)
        if self._going.pop(run_id, None) is not None:
            self._archive.withdraw(run_id)

    def forget(self, app: str) -> list[str]:
        """An app is no more: of its runs that go on nothing will be kept. Gives their ids."""
        going = [run_id for run_id, (run, _) in self._going.items() if run.app == app]
        self._unwanted.update(going)
        return going

    def finished(self, job: Job, outcome: Outcome) -> None:
        """A run ended."""
        if job.run_id in self._unwanted:
            self.withdraw(job.run_id)
            return
        level = "off" if outcome.block is None else "steps"
        unknown = (_run(job, level, "running", outcome.started_us), None)
        begun, sampling = self._going.pop(job.run_id, unknown)
        error = outcome.error
        run = msgspec.structs.replace(
            begun,
            status=outcome.status,
            epoch=job.epoch,
            started_us=outcome.started_us or begun.started_us,
            ended_us=outcome.ended_us or begun.started_us,
            steps=outcome.steps,
            logs=outcome.logs,
            max_level=outcome.max_level,
            handled_errors=outcome.handled_errors,
            error_code=error.code if error else "",
            error_message=error.message if error else "",
            error_node=error.node if error else "",
        )
        self._archive.keep(run, outcome.block, outcome.program, sampling)

    def is_going(self, run_id: str) -> bool:
        """Whether a run has begun and its end is not known."""
        return run_id in self._going


def _run(job: Job, level: str, status: Status, started_us: int) -> KeptRun:
    return KeptRun(
        run_id=job.run_id,
        app=job.app,
        board=job.board,
        version=job.version,
        revision=job.revision,
        event=job.event,
        event_version=job.event_version,
        node=job.node,
        trigger=job.trigger,
        actor=job.actor,
        status=status,
        started_us=started_us,
        level=level,
        request_id=job.request_id,
        epoch=job.epoch,
    )
