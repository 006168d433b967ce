"""From jobs and outcomes to runs that are kept."""

from typing import Any, cast

from flowlike.engine.run import RunError
from flowlike.execution.jobs import Job, Outcome, Source
from flowlike.runs.kept import KeptRun
from flowlike.runs.sampling import Sampling
from flowlike.server.keeping import Keeper

JOB = Job(run_id="r1", app="a1", board="b1", version="1.0.0", event="e1", event_version=3)
SOURCE = Source(b"{}", "start")


class Archive:
    """What it is told."""

    def __init__(self) -> None:
        self.begun: list[tuple[KeptRun, bool]] = []
        self.kept: list[tuple[Any, ...]] = []
        self.withdrawn: list[str] = []

    def begin(self, run: KeptRun, *, durable: bool = True) -> None:
        self.begun.append((run, durable))

    def keep(self, run: KeptRun, *more: Any) -> None:
        self.kept.append((run, *more))

    def withdraw(self, run_id: str) -> None:
        self.withdrawn.append(run_id)


def made() -> tuple[Keeper, Archive]:
    archive = Archive()
    ticks = iter(range(100, 1_000))
    return Keeper(cast("Any", archive), lambda: next(ticks)), archive


def test_nothing_is_kept_of_an_app_that_is_no_more() -> None:
    keeper, archive = made()
    others = Job(run_id="r2", app="a2", board="b1")
    for job in (JOB, others):
        keeper.begin(job, SOURCE)
    assert keeper.forget("a1") == ["r1"]
    for job in (JOB, others):
        keeper.finished(job, Outcome("cancelled"))
    assert archive.withdrawn == ["r1"]
    assert [run.run_id for run, *_ in archive.kept] == ["r2"]
    assert len(keeper) == 0
    keeper.begin(JOB, SOURCE)
    keeper.finished(JOB, Outcome("completed"))
    assert len(archive.kept) == 2


def test_a_run_is_shown_from_its_beginning_to_its_end() -> None:
    keeper, archive = made()
    sampling = Sampling(5, 1)
    keeper.begin(JOB, SOURCE, sampling)
    ((begun, durable),) = archive.begun
    assert durable
    assert (begun.status, begun.started_us, begun.level) == ("running", 100, "errors")
    assert (begun.board, begun.version, begun.event, begun.event_version) == (
        *("b1", "1.0.0", "e1"),
        3,
    )
    assert keeper.is_going("r1")
    outcome = Outcome(
        "completed", steps=7, logs=2, max_level=1, block=b"b", started_us=150, ended_us=180
    )
    keeper.finished(JOB, outcome)
    ((run, block, program, kept_sampling),) = archive.kept
    assert (run.status, run.started_us, run.ended_us) == ("completed", 150, 180)
    assert (run.steps, run.logs, run.max_level, run.level) == (7, 2, 1, "errors")
    assert (block, program, kept_sampling) == (b"b", None, sampling)
    assert not keeper.is_going("r1")
    assert len(keeper) == 0


def test_why_a_run_failed_is_kept() -> None:
    keeper, archive = made()
    keeper.begin(JOB, SOURCE)
    error = RunError("math.division-by-zero", "No.", node="n1")
    keeper.finished(JOB, Outcome("failed", error=error))
    run = archive.kept[0][0]
    assert (run.error_code, run.error_message, run.error_node) == (error.code, "No.", "n1")
    assert run.ended_us == run.started_us == 100  # it never began


def test_a_run_that_was_not_taken_leaves_nothing() -> None:
    keeper, archive = made()
    keeper.begin(JOB, SOURCE)
    keeper.withdraw("r1")
    keeper.withdraw("r1")
    keeper.withdraw("unknown")
    assert archive.withdrawn == ["r1"]
    assert len(keeper) == 0


def test_a_run_in_the_queue_is_pending_until_it_begins() -> None:
    keeper, archive = made()
    sampling = Sampling(5, 1)
    keeper.waiting(JOB, SOURCE, sampling)
    keeper.started(JOB, SOURCE)
    keeper.waiting(JOB, SOURCE)  # its executor died
    keeper.started(JOB, SOURCE)
    assert [run.status for run, _ in archive.begun] == ["pending", "running"] * 2
    assert {durable for _, durable in archive.begun} == {False}  # the queue runs it again
    assert {run.started_us for run, _ in archive.begun} == {100}
    keeper.finished(JOB, Outcome("completed"))
    assert archive.kept[0][3] == sampling


def test_a_run_of_an_earlier_process_is_kept_too() -> None:
    keeper, archive = made()
    keeper.started(JOB, SOURCE)
    keeper.finished(JOB, Outcome("completed", started_us=1, ended_us=2))
    keeper.finished(JOB, Outcome("cancelled", block=b"b", started_us=3, ended_us=4))
    levels = [(run.status, run.level) for run, *_ in archive.kept]
    assert levels == [("completed", "errors"), ("cancelled", "steps")]


def test_a_later_attempt_says_which_it_was() -> None:
    keeper, archive = made()
    keeper.started(JOB, SOURCE)
    keeper.finished(Job(run_id="r1", app="a1", epoch=4), Outcome("completed"))
    assert archive.kept[0][0].epoch == 4
