import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from flowlike.errors import DatabaseError
from flowlike.runs.index import Index, Placed, Segment, is_damage, remove
from flowlike.runs.kept import KeptRun
from flowlike.trace.writer import Place
from tests.runs.samples import kept

SEGMENT = Segment(1, "shop", "runs-1.trace", 0, 500, 3, 10, 20)


def rows(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def placed(*runs: KeptRun) -> list[Placed]:
    return [Placed(run, 1, Place(100, number)) for number, run in enumerate(runs)]


def test_what_was_noted_is_there_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    index = Index(path)
    assert index.is_new
    run = kept()
    index.add(placed(run), [SEGMENT], [(1, "hash", Place(7, 8))])
    index.close()
    index.close()
    index = Index(path)
    assert not index.is_new
    assert index.segments() == [SEGMENT]
    assert index.programs(1) == {"hash"}
    assert index.program_of(1, "hash") == Place(7, 8)
    assert index.program_of(2, "hash") is None
    assert index.place_of(run.run_id) == (1, Place(100, 0), 0, False)
    assert index.place_of("other") is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    index.close()


def test_any_number_of_runs_goes_in_at_once(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.db")
    total = 0
    for count in (0, 1, 2, 5, 17, 65, 300, 1_024, 2_500):
        runs = [kept(total + number) for number in range(count)]
        index.add(placed(*runs), [SEGMENT])
        total += count
        assert rows(tmp_path / "index.db", "SELECT count(*) FROM runs") == [(total,)]
        for at in {0, count // 2, count - 1} if count else ():
            assert index.place_of(runs[at].run_id) == (1, Place(100, at), 0, False)
    index.close()


def test_names_are_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    for _ in range(2):
        index = Index(path)
        index.add(placed(*(kept(number, event="") for number in range(10))), [SEGMENT])
        index.close()
    names = [name for (name,) in rows(path, "SELECT name FROM names ORDER BY name")]
    assert names == ["1.2.0", "ada", "data", "http", "orders", "shop", "start"]
    assert rows(path, "SELECT DISTINCT event FROM runs") == [(0,)]


def test_an_earlier_attempt_comes_too_late(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.db")
    path = tmp_path / "index.db"
    for epoch, steps, shown in ((2, 20, 20), (1, 10, 20), (2, 21, 21), (3, 30, 30)):
        index.add(placed(kept(run_id="r1", epoch=epoch, steps=steps)), [SEGMENT])
        assert rows(path, "SELECT steps FROM runs") == [(shown,)]
    index.add(placed(kept(run_id="r1", epoch=3, steps=31, pinned=True)), [SEGMENT])
    index.add(placed(kept(run_id="r1", epoch=3, steps=32)), [SEGMENT])
    assert rows(path, "SELECT steps, pinned FROM runs") == [(31, 1)]
    index.close()


def test_all_of_a_batch_or_nothing(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.db")
    broken = kept(2, steps=2**70, board="new board")
    with pytest.raises(OverflowError):
        index.add(placed(kept(1), broken), [SEGMENT])
    assert index.segments() == []
    assert rows(tmp_path / "index.db", "SELECT count(*) FROM names") == [(0,)]
    index.add(placed(kept(1), kept(2, board="new board")), [SEGMENT])
    assert rows(tmp_path / "index.db", "SELECT count(*) FROM runs") == [(2,)]
    index.close()


def test_a_segment_is_forgotten_a_little_at_a_time(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.db")
    first = [kept(number, started_us=10 + number % 11) for number in range(25)]
    index.add(placed(*first), [SEGMENT], [(1, "hash", Place(7, 8))])
    other = kept(started_us=15)
    second = SEGMENT._replace(id=2, file="runs-2.trace")
    index.add([Placed(other, 2, Place(0, 0))], [second])
    steps = 1
    while not index.drop(SEGMENT, 10):
        steps += 1
    assert steps == 3
    assert index.segments() == [second]
    assert index.programs(1) == set()
    assert index.place_of(other.run_id) is not None
    assert rows(tmp_path / "index.db", "SELECT count(*) FROM runs") == [(1,)]
    index.close()


def test_runs_may_move(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.db")
    run = kept(run_id="r1")
    index.add(placed(run), [SEGMENT])
    index.move([Placed(kept(run_id="r1", pinned=True), 9, Place(5, 6))])
    assert index.place_of("r1") == (9, Place(5, 6), 0, True)
    index.close()


@pytest.mark.parametrize("content", [b"no database at all" * 300, b""])
def test_what_is_no_index_is_made_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "index.db"
    path.write_bytes(content)
    (tmp_path / "index.db-wal").write_bytes(b"rest")
    index = Index(path)
    assert index.is_new
    index.add(placed(kept()), [SEGMENT])
    index.close()


def test_an_index_of_another_version_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    index = Index(path)
    index.add(placed(kept()), [SEGMENT])
    index.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    index = Index(path)
    assert index.is_new
    assert index.segments() == []
    index.renew()
    index.add(placed(kept()), [SEGMENT])
    assert index.segments() == [SEGMENT]
    index.close()


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "index.db").mkdir()
    with pytest.raises(DatabaseError):
        Index(tmp_path / "index.db")


def test_damage_is_told_from_other_trouble() -> None:
    for code, damage in (
        (sqlite3.SQLITE_CORRUPT_VTAB, True),
        (sqlite3.SQLITE_NOTADB, True),
        (sqlite3.SQLITE_FULL, False),
    ):
        error = sqlite3.OperationalError()
        error.sqlite_errorcode = code
        assert is_damage(error) is damage
    assert not is_damage(sqlite3.OperationalError())


def test_removing_what_is_not_there(tmp_path: Path) -> None:
    remove(tmp_path / "none")
