"""What the dispatcher knows of an executor: its load, its runs in their lanes, who is to blame."""

from typing import Any

import pytest

from flowlike.engine.run import Limits
from flowlike.execution.active import Active, Cause, Known
from flowlike.execution.frames import ProtocolError
from flowlike.execution.jobs import Job, PoolOptions, Source
from flowlike.execution.knowledge import Knowledge
from flowlike.execution.local import State
from flowlike.execution.protocol import Load, Mode, Start
from flowlike.execution.worker import DEEP, PATIENCE, Lane, Worker

OPTIONS = PoolOptions(
    at_once=4,
    awaiting=3,
    programs=3,
    memory_bytes=100 << 20,
    grace_seconds=2,
    overtime_seconds=1,
    lease_seconds=5,
)
SOURCES = [Source(b"board", str(number)) for number in range(10)]


class Fake:
    """A process that only notes what it is sent."""

    def __init__(self) -> None:
        self.state = State.READY
        self.sent: list[Any] = []
        self.resident = 0
        self.stopped = False

    def send(self, message: Any) -> None:
        self.sent.append(message)

    def resident_bytes(self) -> int:
        return self.resident

    def is_stopped(self) -> bool:
        return self.stopped


@pytest.fixture
def fake() -> Fake:
    return Fake()


@pytest.fixture
def worker(fake: Fake) -> Worker:
    return Worker(fake, OPTIONS)  # type: ignore[arg-type]  # as much of a process as it needs


def active(mode: Mode | None, number: int = 0, seconds: float = 10.0, **more: Any) -> Active:
    waiter: Any = None
    job = Job("run", limits=Limits(seconds=seconds), **more)
    return Active(job, SOURCES[number], Known(mode), waiter, early=False, watched=False)


def load(worker: Worker, mode: Mode, number: int = 0, now: float = 0.0) -> None:
    """Makes a program known to the executor."""
    first = active(mode, number)
    worker.give(first, 1_000 + number, now, b"")
    worker.loaded(worker._numbers[SOURCES[number].key], first.known, now)  # noqa: SLF001 - its number
    worker.take(first.ticket, now)


def give(worker: Worker, mode: Mode, ticket: int, now: float = 0.0, **more: Any) -> Active:
    made = active(mode, **more)
    worker.give(made, ticket, now, b"")
    return made


def test_a_program_is_sent_once_and_the_artifact_instead_of_the_board(
    worker: Worker, fake: Fake
) -> None:
    for ticket in (1, 2):
        give(worker, Mode.INLINE, ticket)
    assert [type(each) for each in fake.sent] == [Load, Start, Start]
    assert (fake.sent[0].board, fake.sent[0].artifact, fake.sent[0].keep) == (b"board", b"", True)
    assert fake.sent[1].program == fake.sent[2].program == fake.sent[0].program
    worker.give(active(Mode.INLINE, 1), 3, 0.0, b"artifact")
    assert (fake.sent[3].board, fake.sent[3].artifact, fake.sent[3].keep) == (
        b"",
        b"artifact",
        False,
    )


def test_overrides_and_variables_travel_as_json(worker: Worker, fake: Fake) -> None:
    source = Source(b"board", "start", overrides={"a": 1})
    job = Job("run", variables={"b": 2}, payload=b"{}", limits=Limits(5, 6.0))
    waiter: Any = None
    worker.give(Active(job, source, Known(), waiter, early=True, watched=True), 1, 0.0, b"")
    sent, start = fake.sent
    assert sent.overrides == b'{"a":1}'
    assert (start.payload, start.variables, start.steps, start.seconds, start.watch) == (
        b"{}",
        b'{"b":2}',
        5,
        6.0,
        True,
    )


def test_runs_wait_for_their_program_and_then_stand_in_their_lane(worker: Worker) -> None:
    first = give(worker, Mode.COMPUTING, 1)
    assert (first.loading, len(worker.loading), len(worker.computing)) == (True, 1, 0)
    known = Known(Mode.COMPUTING)
    assert worker.loaded(0, known, 5.0) == [first]
    assert (first.loading, len(worker.loading), len(worker.computing)) == (False, 0, 1)
    assert (first.since, first.known) == (5.0, known)
    assert worker.known_of(SOURCES[0]) is known
    assert worker.take(1, 6.0) is first
    assert (len(worker.computing), len(worker.runs), first.worker) == (0, 0, None)


def test_load_tells_how_much_room_there_is(worker: Worker) -> None:
    for number, mode in enumerate(Mode):
        load(worker, mode, number)
    assert [worker.load(mode, 0.0) for mode in (None, *Mode)] == [0, 0, 0, 0]
    give(worker, Mode.INLINE, 1)
    one = worker.load(Mode.INLINE, 0.0)
    give(worker, Mode.COMPUTING, 2, number=1)
    assert worker.load(Mode.INLINE, 0.0) > one > 0
    assert worker.load(Mode.COMPUTING, 0.0) > 0


def test_each_kind_of_run_has_a_bound(worker: Worker) -> None:
    for number, mode in enumerate(Mode):
        load(worker, mode, number)
    for ticket in range(4):
        assert worker.load(Mode.INLINE, 0.0) >= 0
        give(worker, Mode.INLINE, ticket)
    assert worker.load(Mode.INLINE, 0.0) == worker.load(None, 0.0) == -1
    for ticket in range(4):
        worker.take(ticket, 0.0)
    for ticket in range(3):
        assert worker.load(Mode.AWAITING, 0.0) >= 0
        give(worker, Mode.AWAITING, ticket, number=2)
    assert worker.load(Mode.AWAITING, 0.0) == -1
    assert worker.load(Mode.INLINE, 0.0) > 0
    for ticket in range(10, 10 + DEEP):
        assert worker.load(Mode.COMPUTING, 0.0) >= 0
        give(worker, Mode.COMPUTING, ticket, number=1)
    assert worker.load(Mode.COMPUTING, 0.0) == -1


def test_unknown_programs_have_a_bound_of_their_own(worker: Worker) -> None:
    for ticket in range(4):
        give(worker, Mode.INLINE, ticket, number=ticket)
    assert worker.load(None, 0.0) == -1
    assert worker.load(Mode.INLINE, 0.0) >= 0


def test_a_held_lane_takes_nothing_more(worker: Worker) -> None:
    load(worker, Mode.INLINE)
    give(worker, Mode.INLINE, 1, now=10.0)
    assert worker.load(Mode.INLINE, 10.0 + PATIENCE / 2) > 0
    assert worker.load(Mode.INLINE, 10.0 + PATIENCE * 2) == -1
    worker.stuck = True
    assert worker.load(Mode.COMPUTING, 10.0) == -1


def test_a_lane_knows_since_when_its_first_run_is_made() -> None:
    lane = Lane()
    runs = [active(Mode.INLINE) for _ in range(3)]
    for number, each in enumerate(runs):
        each.ticket = number
        lane.add(each, 1.0 + number)
    assert (lane.first, lane.since, len(lane)) == (runs[0], 1.0, 3)
    lane.remove(runs[0], 9.0)
    assert (lane.first, lane.since) == (runs[1], 9.0)
    lane.remove(runs[0], 10.0)
    assert lane.since == 9.0
    assert not lane.is_held(9.0)
    assert lane.is_held(9.0 + 2 * PATIENCE)


def blamed(worker: Worker, now: float) -> dict[int, Cause]:
    worker.find_overdue(now)
    worker.find_overdue(now)
    return worker.blamed


def test_only_the_run_that_is_made_can_be_overdue(worker: Worker) -> None:
    load(worker, Mode.INLINE)
    give(worker, Mode.INLINE, 1, seconds=10.0)
    give(worker, Mode.INLINE, 2, seconds=0.1)
    assert blamed(worker, 10.9) == {}
    assert blamed(worker, 11.1) == {1: Cause.TIMEOUT}


def test_runs_that_wait_are_overdue_each_by_itself(worker: Worker) -> None:
    load(worker, Mode.AWAITING)
    give(worker, Mode.AWAITING, 1, seconds=10.0)
    give(worker, Mode.AWAITING, 2, seconds=1.0)
    assert blamed(worker, 2.5) == {2: Cause.TIMEOUT}


def test_nobody_is_blamed_at_first_sight(worker: Worker) -> None:
    load(worker, Mode.COMPUTING)
    give(worker, Mode.COMPUTING, 1, seconds=1.0)
    worker.find_overdue(5.0)
    assert worker.blamed == {}
    worker.take(1, 5.0)  # its end had been waiting to be read
    worker.find_overdue(5.3)
    assert worker.blamed == {}


def test_a_cancelled_run_has_its_grace(worker: Worker) -> None:
    load(worker, Mode.COMPUTING)
    run = give(worker, Mode.COMPUTING, 1)
    run.cancelled_at = 1.0
    assert blamed(worker, 2.9) == {}
    assert blamed(worker, 3.1) == {1: Cause.CANCELLED}


def test_a_program_that_is_never_made_is_overdue_in_the_end(worker: Worker) -> None:
    give(worker, Mode.INLINE, 1, seconds=1.0)
    assert blamed(worker, 60.0) == {}
    assert blamed(worker, 121.0) == {1: Cause.TIMEOUT}


def test_who_computes_is_blamed_for_memory(worker: Worker, fake: Fake) -> None:
    worker.baseline_bytes = 50 << 20
    for number, mode in enumerate(Mode):
        load(worker, mode, number)
    give(worker, Mode.AWAITING, 1, number=2)
    give(worker, Mode.COMPUTING, 2, number=1)
    fake.resident = 200 << 20
    assert not worker.find_too_large()
    fake.resident = 220 << 20
    assert worker.find_too_large()
    assert worker.blamed == {2: Cause.MEMORY}


def test_the_only_run_is_blamed_for_memory_and_else_nobody(worker: Worker, fake: Fake) -> None:
    load(worker, Mode.AWAITING)
    fake.resident = 1 << 40
    give(worker, Mode.AWAITING, 1)
    give(worker, Mode.AWAITING, 2)
    assert worker.find_too_large()
    assert worker.blamed == {}
    worker.take(2, 0.0)
    assert worker.find_too_large()
    assert worker.blamed == {1: Cause.MEMORY}


def test_without_a_bound_nothing_is_too_large(fake: Fake) -> None:
    fake.resident = 1 << 40
    free: Any = fake
    assert not Worker(free, PoolOptions(memory_bytes=0)).find_too_large()


def test_a_stopped_process_is_lost_after_its_lease(worker: Worker, fake: Fake) -> None:
    fake.stopped = True
    assert not worker.is_lost(1.0)
    assert not worker.is_lost(5.9)
    assert worker.is_lost(6.1)
    fake.stopped = False
    assert not worker.is_lost(7.0)
    fake.stopped = True
    assert not worker.is_lost(7.5)


def test_words_about_strangers_are_borne_for_a_while(worker: Worker) -> None:
    assert worker.take(1, 0.0) is None
    for ticket in range(9_999):
        worker.take(ticket, 0.0)
    with pytest.raises(ProtocolError):
        worker.take(0, 0.0)


def test_what_is_said_of_old_programs_is_forgotten(worker: Worker, fake: Fake) -> None:
    for number in range(8):
        load(worker, Mode.INLINE, number)
    assert len(worker._sources) <= OPTIONS.programs + 1  # noqa: SLF001 - what takes the room
    assert worker.has(SOURCES[7])
    assert not worker.has(SOURCES[0])
    before = len(fake.sent)
    give(worker, Mode.INLINE, 1, number=0)
    assert isinstance(fake.sent[before], Load)


def test_boards_are_not_held_for_executors_that_have_them(worker: Worker) -> None:
    load(worker, Mode.INLINE)
    held = worker.source_of(0)
    assert held is not None
    assert (held.key, held.code, held.board) == (SOURCES[0].key, SOURCES[0].code, b"")


def test_an_executor_that_let_a_program_go_is_sent_it_again(worker: Worker, fake: Fake) -> None:
    load(worker, Mode.INLINE)
    worker.forget(0)
    worker.forget(0)
    assert worker.source_of(0) is None
    give(worker, Mode.INLINE, 1)
    assert [type(each) for each in fake.sent[-2:]] == [Load, Start]


# Knowledge.


def test_knowledge_is_one_for_all_who_ask(worker: Worker) -> None:
    knowledge = Knowledge()
    known = knowledge.of(SOURCES[0], [worker])
    assert known == Known()
    assert knowledge.of(SOURCES[0], []) is known
    knowledge.learn(known, b"record")
    assert knowledge.of(SOURCES[0], []).record == b"record"


def test_what_was_forgotten_is_asked_of_executors(worker: Worker) -> None:
    load(worker, Mode.COMPUTING)
    knowledge = Knowledge(most=2)
    for each in SOURCES[1:]:
        knowledge.of(each, [worker])
    assert knowledge.of(SOURCES[0], [worker]).mode is Mode.COMPUTING
    assert knowledge.of(SOURCES[0], []).mode is Mode.COMPUTING


@pytest.mark.parametrize(("most", "most_bytes"), [(3, 10**9), (10**9, 350)])
def test_knowledge_has_bounds(most: int, most_bytes: int) -> None:
    knowledge = Knowledge(most, most_bytes)
    for each in SOURCES:
        knowledge.learn(knowledge.of(each, []), b"x" * 100)
    kept = [each for each in reversed(SOURCES) if knowledge.of(each, []).record]
    assert 0 < len(kept) <= 3
    assert SOURCES[9] in kept
