from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flowlike.errors import TraceError
from flowlike.runs.index import Segment
from flowlike.runs.kept import KeptRun, encode_kept
from flowlike.runs.scan import program_name, scan
from flowlike.runs.shelves import Kind, Shelf, ShelfOptions, Shelves, files, kind_of
from flowlike.trace.records import encode_block
from flowlike.trace.segment import FRAME_HEAD, MAGIC
from tests.runs.samples import DAY_US, PROGRAM_BLOCK, Clock, block_of, kept

Make = Callable[..., Shelves]


@pytest.fixture
def shelves() -> Iterator[Make]:
    made: list[Shelves] = []

    def make(folder: Path, clock: Clock | None = None, **options: Any) -> Shelves:
        made.append(Shelves(folder, ShelfOptions(**options), lambda _: set(), clock or Clock()))
        return made[-1]

    yield make
    for one in made:
        one.close_all()


def put(shelf: Shelf, *runs: KeptRun) -> None:
    for run in runs:
        shelf.describe("hash-1", PROGRAM_BLOCK)
        shelf.put(run, encode_kept(run), [block_of(run)])


def ids(path: Path) -> list[str]:
    return [run.run_id for seen in scan(path) for run, _ in seen.runs]


def test_runs_of_an_app_and_kind_stand_together(tmp_path: Path, shelves: Make) -> None:
    rows = shelves(tmp_path)
    for app in ("a", "b"):
        for kind in Kind:
            shelf = rows.of(app, kind)
            put(shelf, kept(run_id=f"{app}-{kind.name}"))
            shelf.flush()
            assert rows.of(app, kind) is shelf
            assert rows.path(shelf.segment).parent == tmp_path / app
    names = [(app, file.partition("-")[0]) for app, file in files(tmp_path)]
    kinds = ("failed", "pinned", "runs")
    assert names == [(app, kind) for app in ("a", "b") for kind in kinds]
    rows.close_all()
    found = {run for app, file in files(tmp_path) for run in ids(tmp_path / app / file)}
    assert found == {f"{app}-{kind.name}" for app in ("a", "b") for kind in Kind}


def test_where_a_run_belongs() -> None:
    assert kind_of(kept()) is Kind.USUAL
    assert kind_of(kept(status="timeout")) is Kind.FAILED
    assert kind_of(kept(status="failed", pinned=True)) is Kind.PINNED


def test_what_the_index_should_know(tmp_path: Path, shelves: Make) -> None:
    shelf = shelves(tmp_path).of("a", Kind.USUAL)
    put(shelf, kept(started_us=20), kept(started_us=10), kept(started_us=30))
    assert shelf.segment.length == 0
    shelf.flush()
    path = tmp_path / "a" / shelf.segment.file
    assert shelf.segment == Segment(
        1, "a", shelf.segment.file, Kind.USUAL, path.stat().st_size, 3, 10, 30
    )
    assert [(number, name) for number, name, _ in shelf.described] == [(1, "hash-1")]
    shelf.close()
    shelf.flush()
    shelf.abandon()


def test_a_large_or_old_file_is_followed_by_another(tmp_path: Path, shelves: Make) -> None:
    clock = Clock()
    rows = shelves(tmp_path, clock, segment_bytes=2_000, segment_hours=24)
    seen = set()
    for number in range(20):
        shelf = rows.of("a", Kind.USUAL)
        put(shelf, kept(number, request_id=str(number) * 60))
        shelf.flush()
        seen.add(shelf.segment.id)
    assert len(seen) > 1
    newest = rows.of("a", Kind.USUAL).segment.id
    clock.at += 2 * DAY_US
    assert rows.of("a", Kind.USUAL).segment.id > newest


def test_what_was_put_before_another_file_begins_is_in_the_first(
    tmp_path: Path, shelves: Make
) -> None:
    clock = Clock()
    rows = shelves(tmp_path, clock)
    first = rows.of("a", Kind.USUAL)
    put(first, kept(run_id="r1"))
    clock.at += 2 * DAY_US
    second = rows.of("a", Kind.USUAL)
    assert second is not first
    first.flush()
    assert ids(rows.path(first.segment)) == ["r1"]
    assert first.segment.length == rows.path(first.segment).stat().st_size


def test_only_some_are_open_at_a_time(tmp_path: Path, shelves: Make) -> None:
    rows = shelves(tmp_path, open_files=2)
    for round_ in range(2):
        for app in "abcd":
            shelf = rows.of(app, Kind.USUAL)
            put(shelf, kept(run_id=f"{app}{round_}"))
            rows.note(shelf.segment)
    rows.of("d", Kind.USUAL).flush()
    rows.of("c", Kind.USUAL).flush()
    assert len(list(files(tmp_path))) == 4
    assert [ids(tmp_path / app / file) for app, file in files(tmp_path)] == [
        [f"{app}0", f"{app}1"] for app in "abcd"
    ]


def test_a_file_that_cannot_be_written_on_is_followed_by_another(
    tmp_path: Path, shelves: Make
) -> None:
    rows = shelves(tmp_path)
    shelf = rows.of("a", Kind.USUAL)
    put(shelf, kept(run_id="r1"))
    shelf.flush()
    rows.note(shelf.segment)
    rows.close_all()
    path = rows.path(shelf.segment)
    path.write_bytes(MAGIC + bytes(FRAME_HEAD.size))
    again = rows.of("a", Kind.USUAL)
    assert again.segment.id != shelf.segment.id
    assert path.read_bytes() == MAGIC + bytes(FRAME_HEAD.size)


def test_after_an_error_nothing_stays_open_and_all_is_put_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shelves: Make
) -> None:
    rows = shelves(tmp_path)
    shelf = rows.of("a", Kind.USUAL)
    put(shelf, kept(run_id="r1"))
    shelf.flush()
    rows.note(shelf.segment)
    put(shelf, kept(run_id="r2"))

    def full(self: object, data: bytes) -> None:
        raise TraceError("trace.io", "No space left")

    with monkeypatch.context() as patch:
        patch.setattr("flowlike.trace.writer.SegmentWriter._write", full)
        with pytest.raises(TraceError):
            shelf.flush()
        rows.close_all()
    again = rows.of("a", Kind.USUAL)
    assert again.segment.id == shelf.segment.id
    put(again, kept(run_id="r2"))
    again.flush()
    assert ids(rows.path(again.segment)) == ["r1", "r2"]


def test_forgetting_a_file_and_the_folder_with_the_last(tmp_path: Path, shelves: Make) -> None:
    rows = shelves(tmp_path)
    first = rows.of("a", Kind.USUAL)
    second = rows.of("a", Kind.FAILED)
    for shelf in (first, second):
        rows.note(shelf.segment)
    rows.forget(first.segment)
    assert (tmp_path / "a").exists()
    assert rows.get(first.segment.id) is None
    assert rows.of("a", Kind.USUAL).segment.id != first.segment.id
    rows.forget(rows.of("a", Kind.USUAL).segment)
    rows.forget(second.segment)
    assert not (tmp_path / "a").exists()


def test_a_known_file_is_written_on_and_an_unknown_registered(
    tmp_path: Path, shelves: Make
) -> None:
    rows = shelves(tmp_path)
    shelf = rows.of("a", Kind.FAILED)
    put(shelf, kept(run_id="r1"))
    shelf.flush()
    rows.close_all()
    again = shelves(tmp_path)
    segment = again.register("a", shelf.segment.file)
    assert segment.kind == Kind.FAILED
    assert again.known == [segment]
    again.note(segment)
    again.resume(segment)
    assert again.of("a", Kind.FAILED).segment.id == segment.id
    again.unknow(segment)
    assert again.known == []
    again.reset()
    assert again.register("b", "odd name").kind == Kind.USUAL


# ------------------------------------------------------------------ scanning


def test_scanning_from_where_it_stopped(tmp_path: Path, shelves: Make) -> None:
    shelf = shelves(tmp_path).of("a", Kind.USUAL)
    path = tmp_path / "a" / shelf.segment.file
    for name in ("r1", "r2", "r3"):
        put(shelf, kept(run_id=name))
        shelf.flush()
    seen = list(scan(path))
    assert [[run.run_id for run, _ in part.runs] for part in seen] == [["r1"], ["r2"], ["r3"]]
    assert [part.end for part in seen][-1] == path.stat().st_size
    assert [name for part in seen for name, _ in part.programs] == ["hash-1"]
    assert [run.run_id for part in scan(path, seen[0].end) for run, _ in part.runs] == ["r2", "r3"]
    assert list(scan(path, seen[2].end)) == []


def test_scanning_passes_over_damage(tmp_path: Path, shelves: Make) -> None:
    shelf = shelves(tmp_path).of("a", Kind.USUAL)
    path = tmp_path / "a" / shelf.segment.file
    put(shelf, kept(run_id="r1"))
    shelf.put(kept(run_id="odd"), encode_block([(9, "no run")]), [b"\xc1"[:0] + b"\x90"])
    shelf.flush()
    shelf.put(kept(run_id="bad"), b"\xc1", [])
    shelf.flush()
    put(shelf, kept(run_id="r2"))
    shelf.flush()
    assert ids(path) == ["r1", "r2"]
    data = bytearray(path.read_bytes())
    first = len(MAGIC) + FRAME_HEAD.size
    data[first + 20] ^= 0xFF
    path.write_bytes(data)
    assert ids(path) == ["r2"]
    path.write_bytes(bytes(data)[:-3])
    assert ids(path) == []


def test_the_program_of_a_run_is_known_from_its_blocks() -> None:
    assert program_name([block_of(kept())]) == "hash-1"
    assert program_name([]) == ""
    assert program_name([b"\xc1"]) == ""
    assert program_name([b"\x90"]) == ""
    assert program_name([PROGRAM_BLOCK]) == ""
