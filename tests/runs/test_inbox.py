import threading
from pathlib import Path
from typing import Any

import pytest

from flowlike.runs.inbox import Entry, Inbox, InboxOptions
from flowlike.runs.kept import decode_kept, encode_kept
from flowlike.runs.spool import left_behind
from flowlike.trace.records import decode_block, first_kind
from tests.runs.samples import PROGRAM_BLOCK, block_of, kept


def inbox(folder: Path, **options: Any) -> Inbox:
    return Inbox(folder, InboxOptions(**({"batch_seconds": 0.0} | options)))


def spooled(folder: Path) -> list[str]:
    """Ids and statuses of what a kill would leave, and programs."""
    found = []
    for path in sorted(folder.glob("spool-*")):
        for note, block in left_behind(path):
            if first_kind(note) == 7:
                found.append("program")
                continue
            run = decode_kept(note)
            found.append(f"{run.run_id} {run.status}{' traced' if block else ''}")
    return found


def test_a_run_is_seen_from_its_beginning_until_it_is_settled(tmp_path: Path) -> None:
    box = inbox(tmp_path)
    run = kept(run_id="r1")
    box.begin(kept(run_id="r1", status="pending"), durable=True)
    box.begin(kept(run_id="r1", status="running"), durable=True)
    assert [run.status for run in box.of_app("shop")] == ["running"]
    assert box.of_app("other") == []
    found = box.find("r1")
    assert found is not None
    assert found[1] is None
    box.keep(run, block_of(run), PROGRAM_BLOCK)
    assert box.waiting()[:2] == (0, 1)
    assert box.of_app("shop") == [run]
    batch, commands, more = box.take(0)
    assert (commands, more) == ([], True)
    assert [entry.run for entry in batch] == [run]
    found = box.find("r1")
    assert found is not None
    assert found[1] is batch[0]
    box.settle(batch)
    assert box.find("r1") is None
    assert box.waiting() == (0, 0, 0)


def test_a_begun_run_may_be_withdrawn(tmp_path: Path) -> None:
    box = inbox(tmp_path)
    box.begin(kept(run_id="r1", status="running"), durable=False)
    box.drop("r1")
    box.drop("r1")
    assert box.of_app("shop") == []


def test_what_a_kill_would_leave(tmp_path: Path) -> None:
    box = inbox(tmp_path)
    box.begin(kept(run_id="queued", status="pending"), durable=False)
    box.begin(kept(run_id="r1", status="running"), durable=True)
    for name in ("r2", "r3"):
        run = kept(run_id=name)
        box.keep(run, block_of(run), PROGRAM_BLOCK)
    assert spooled(tmp_path) == [
        "r1 running",
        "program",
        "r2 completed traced",
        "r3 completed traced",
    ]
    batch, _, _ = box.take(0)
    box.keep(kept(run_id="r4"), b"", None)
    assert sorted(spooled(tmp_path)) == [
        *("program", "r1 running", "r1 running", "r2 completed traced"),
        *("r3 completed traced", "r4 completed"),
    ]
    box.settle(batch)
    assert spooled(tmp_path) == ["r1 running", "r4 completed"]
    box.settle(box.take(0)[0])
    assert spooled(tmp_path) == ["r1 running"]
    box.release()
    assert list(tmp_path.iterdir()) == []


def test_a_full_spool_is_counted_and_begins_anew_with_the_next_batch(tmp_path: Path) -> None:
    box = inbox(tmp_path, spool_bytes=4096)
    runs = [kept(number) for number in range(40)]
    for run in runs:
        box.keep(run, b"", None)
    assert 0 < box.counts.unspooled < 40
    before = box.counts.unspooled
    batch, _, _ = box.take(0)
    assert [entry.run for entry in batch] == runs
    box.keep(kept(41), b"", None)
    assert box.counts.unspooled == before


def test_a_block_too_large_for_the_spool_costs_the_trace_only(tmp_path: Path) -> None:
    box = inbox(tmp_path, spool_bytes=4096)
    box.keep(kept(run_id="r1"), bytes(5000), None)
    assert spooled(tmp_path) == ["r1 completed"]
    assert box.counts.unspooled == 0


def test_without_a_spool_everything_else_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    off = inbox(tmp_path, spool_bytes=0)
    assert not off.is_spooled

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.posix_fallocate", refuse)
    broken = inbox(tmp_path)
    assert broken.spool_error is not None
    for box in (off, broken):
        box.keep(kept(run_id="r1"), b"", None)
        assert box.counts.unspooled == 1
        batch, _, _ = box.take(0)
        assert len(batch) == 1
        box.settle(batch)
        box.release()
    assert list(tmp_path.iterdir()) == []


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "spool-0").write_text("of a process that was killed")
    inbox(tmp_path)
    assert (tmp_path / "spool-0").read_text() == "of a process that was killed"
    assert len(list(tmp_path.iterdir())) == 3


def test_the_later_attempt_counts(tmp_path: Path) -> None:
    box = inbox(tmp_path)
    box.keep(kept(run_id="r1", epoch=2, steps=2), b"", None)
    box.keep(kept(run_id="r1", epoch=1, steps=1), b"", None)
    assert [run.steps for run in box.of_app("shop")] == [2]
    first, _, _ = box.take(0)
    box.keep(kept(run_id="r1", epoch=3, steps=3), b"", None)
    box.settle(first)
    assert [run.steps for run in box.of_app("shop")] == [3]


def test_commands_are_done_between_batches_and_refused_at_the_end(tmp_path: Path) -> None:
    box = inbox(tmp_path)
    box.submit(lambda: 5)
    batch, commands, more = box.take(10)
    assert (batch, len(commands), more) == ([], 1, True)
    box.close()
    assert box.submit(lambda: 5).cancelled()
    assert box.take(10) == ([], [], False)


def test_a_batch_is_not_taken_while_the_one_before_is_not_settled(tmp_path: Path) -> None:
    box = inbox(tmp_path)
    box.keep(kept(run_id="r1"), b"", None)
    assert box.take(0, batch=False) == ([], [], True)
    assert not box.is_empty
    assert len(box.take(0)[0]) == 1
    assert box.is_empty


def test_a_batch_comes_when_it_is_large_or_old(tmp_path: Path) -> None:
    box = Inbox(tmp_path, InboxOptions(batch_seconds=3600, batch_bytes=20_000))
    taken: list[Entry] = []
    thread = threading.Thread(target=lambda: taken.extend(box.take(3600)[0]))
    thread.start()
    number = 0
    while thread.is_alive():
        box.keep(kept(number), bytes(100), None)
        number += 1
    thread.join()
    assert sum(entry.size for entry in taken) >= 20_000
    old = Inbox(tmp_path, InboxOptions(batch_seconds=0.01))
    old.keep(kept(), b"", None)
    assert len(old.take(3600)[0]) == 1


# ------------------------------------------------------------------ too much


def level_of(box: Inbox, run_id: str) -> tuple[str, set[int]]:
    found = box.find(run_id)
    assert found is not None
    run, entry = found
    assert entry is not None
    records = decode_block(entry.block) if entry.block else []
    kinds = {first_kind(encode_block_of(record)) for record in records}
    assert decode_kept(entry.note) == run
    return run.detail, kinds


def encode_block_of(record: Any) -> bytes:
    from flowlike.trace.records import encode_block

    return encode_block([record])


def filled(folder: Path, share: float) -> Inbox:
    box = inbox(folder, pending_bytes=1_000_000)
    filler = kept(run_id="filler", level="off")
    entry = Entry(filler, encode_kept(filler), b"", None)
    box.keep(filler, bytes(int(1_000_000 * share) - entry.size), None)
    return box


@pytest.mark.parametrize(
    ("share", "status", "level", "detail", "kinds"),
    [
        (0.4, "completed", "data", "", {0, 1, 2, 3, 6}),
        (0.6, "completed", "data", "no-data", {0, 1, 3, 6}),
        (0.6, "completed", "steps", "", {0, 1, 2, 3, 6}),
        (0.9, "completed", "data", "errors", {0, 6}),
        (0.9, "completed", "errors", "", {0, 1, 2, 3, 6}),
        (1.5, "completed", "steps", "none", set()),
        (1.5, "completed", "errors", "none", set()),
        (1.5, "failed", "data", "errors", {0, 6}),
    ],
)
def test_data_goes_before_steps_and_errors_stay(
    tmp_path: Path, share: float, status: Any, level: str, detail: str, kinds: set[int]
) -> None:
    box = filled(tmp_path, share)
    run = kept(run_id="r1", status=status, level=level)
    box.keep(run, block_of(run), PROGRAM_BLOCK)
    assert level_of(box, "r1") == (detail, kinds)
    counts = box.counts
    counted = counts.without_data, counts.without_steps, counts.without_trace
    assert counted == (detail == "no-data", detail == "errors", detail == "none")


def test_at_twice_the_room_runs_are_lost_and_counted(tmp_path: Path) -> None:
    box = filled(tmp_path, 2.1)
    box.begin(kept(run_id="r1", status="running"), durable=True)
    box.keep(kept(run_id="r1"), b"", None)
    assert box.find("r1") is None
    assert box.counts.lost == 1


def test_a_damaged_block_is_no_reason_to_lose_the_run(tmp_path: Path) -> None:
    box = filled(tmp_path, 0.6)
    box.keep(kept(run_id="r1"), b"\xc1", None)
    assert level_of(box, "r1") == ("none", set())
