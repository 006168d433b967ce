import asyncio
import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from flowlike.database.connect import Database, DatabaseOptions
from flowlike.database.schema import metadata
from flowlike.database.schema.apps import apps, members, roles
from flowlike.database.schema.meta import meta
from flowlike.errors import DatabaseError

OF_APP = {"document": b"{}", "created_us": 1, "created_by": "ada", "updated_us": 1}


def test_what_was_written_is_there_after_reopening(place: str) -> None:
    async def scenario() -> None:
        database = await Database.open(place)
        async with database.write() as connection:
            await connection.execute(insert(meta), {"name": "a", "value": b"\0\xff"})
        await database.close()
        database = await Database.open(place)
        async with database.read() as connection:
            assert (await connection.execute(select(meta))).all() == [("a", b"\0\xff")]
        await database.close()

    asyncio.run(scenario())


def test_an_error_in_the_block_takes_all_of_it_back(place: str) -> None:
    async def scenario() -> None:
        database = await Database.open(place)

        async def broken() -> None:
            async with database.write() as connection:
                await connection.execute(insert(meta), {"name": "a", "value": b""})
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await broken()
        async with database.read() as connection:
            assert (await connection.execute(select(meta))).all() == []
        await database.close()

    asyncio.run(scenario())


def test_a_cancelled_writer_leaves_nothing_and_the_next_goes_on(place: str) -> None:
    async def scenario() -> None:
        database = await Database.open(place)
        inside = asyncio.Event()

        async def stuck() -> None:
            async with database.write() as connection:
                await connection.execute(insert(meta), {"name": "stuck", "value": b""})
                inside.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(stuck())
        await inside.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with database.write() as connection:
            await connection.execute(insert(meta), {"name": "next", "value": b""})
        async with database.read() as connection:
            assert (await connection.execute(select(meta.c.name))).scalars().all() == ["next"]
        await database.close()

    asyncio.run(scenario())


def test_work_of_many_statements_is_one_transaction(place: str) -> None:
    def put(connection: Connection) -> int:
        for name in ("a", "b"):
            connection.execute(insert(meta), {"name": name, "value": b""})
        return len(connection.execute(select(meta)).all())

    def ask(connection: Connection) -> None:
        connection.execute(text("SELECT a FROM b"))

    def fail(connection: Connection) -> None:
        connection.execute(meta.delete())
        raise ZeroDivisionError

    async def scenario() -> None:
        database = await Database.open(place)
        assert await database.transact(put) == 2
        with pytest.raises(ZeroDivisionError):
            await database.transact(fail)
        with pytest.raises(IntegrityError):
            await database.transact(put)
        with pytest.raises(DatabaseError, match=r"database\.failed"):
            await database.transact(ask)
        async with database.read() as connection:
            assert len((await connection.execute(select(meta))).all()) == 2
        await database.close()
        with pytest.raises(DatabaseError, match=r"database\.closed"):
            await database.transact(put)

    asyncio.run(scenario())


def test_both_ways_to_write_take_turns(place: str) -> None:
    def count_up(connection: Connection) -> None:
        row = select(meta.c.value).where(meta.c.name == "n").with_for_update()
        number = int(connection.execute(row).scalar_one())
        connection.execute(update(meta).values(value=b"%d" % (number + 1)))

    async def scenario() -> None:
        database = await Database.open(place)
        async with database.write() as connection:
            await connection.execute(insert(meta), {"name": "n", "value": b"0"})

        async def by_write() -> None:
            async with database.write() as connection:
                await connection.run_sync(count_up)

        for _ in range(5):
            await asyncio.gather(
                by_write(), database.transact(count_up), database.transact(count_up), by_write()
            )
        async with database.read() as connection:
            assert (await connection.execute(select(meta.c.value))).scalar_one() == b"20"
        await database.close()

    asyncio.run(scenario())


def test_work_nobody_waits_for_is_finished_before_others_begin(place: str) -> None:
    async def scenario() -> None:
        database = await Database.open(place)
        begun = threading.Event()
        go_on = threading.Event()

        def slow(connection: Connection) -> None:
            connection.execute(insert(meta), {"name": "slow", "value": b""})
            begun.set()
            go_on.wait(10)

        task = asyncio.create_task(database.transact(slow))
        if database.is_sqlite:
            await asyncio.to_thread(begun.wait)
            task.cancel()
            await asyncio.sleep(0)
        go_on.set()
        await asyncio.wait({task})
        async with database.write() as connection:
            await connection.execute(insert(meta), {"name": "next", "value": b""})
        async with database.read() as connection:
            assert len((await connection.execute(select(meta))).all()) == 2
        await database.close()

    asyncio.run(scenario())


def test_writers_wait_for_each_other_and_readers_do_not(place: str) -> None:
    async def scenario() -> None:
        database = await Database.open(place)
        async with database.write() as connection:
            await connection.execute(insert(meta), {"name": "n", "value": b"0"})

        async def count_up() -> None:
            async with database.write() as connection:
                row = select(meta.c.value).where(meta.c.name == "n").with_for_update()
                number = int((await connection.execute(row)).scalar_one())
                await asyncio.sleep(0)
                await connection.execute(update(meta).values(value=b"%d" % (number + 1)))

        async def look() -> bytes:
            async with database.read() as connection:
                found: bytes = (await connection.execute(select(meta.c.value))).scalar_one()
                return found

        async with database.write() as connection:
            await connection.execute(update(meta).values(value=b"5"))
            assert await look() == b"0"
        await asyncio.gather(*(count_up() for _ in range(20)))
        assert await look() == b"25"
        await database.close()

    asyncio.run(scenario())


def test_a_reader_sees_one_moment_and_changes_nothing(place: str) -> None:
    async def scenario() -> None:
        database = await Database.open(place)
        async with database.read() as reader:
            assert (await reader.execute(select(meta))).all() == []
            async with database.write() as writer:
                await writer.execute(insert(meta), {"name": "late", "value": b""})
            assert (await reader.execute(select(meta))).all() == []
        with pytest.raises(DatabaseError, match=r"database\.read-only"):
            async with database.read() as reader:
                await reader.execute(insert(meta), {"name": "b", "value": b""})
        await database.close()

    asyncio.run(scenario())


def test_references_and_uniqueness_hold(place: str) -> None:
    async def scenario() -> None:
        database = await Database.open(place)
        row = {"app_id": "none", "user_id": "u", "role": "owner", "joined_us": 1}
        role = {"app_id": "none", "name": "owner", "mask": 2**62, "is_default": False}
        with pytest.raises(IntegrityError):
            async with database.write() as connection:
                await connection.execute(insert(members), row)
        async with database.write() as connection:
            await connection.execute(insert(apps), {"id": "none", "name": "n", **OF_APP})
            await connection.execute(insert(roles), role)
            await connection.execute(insert(members), row)
        with pytest.raises(IntegrityError):
            async with database.write() as connection:
                await connection.execute(insert(members), row)
        async with database.write() as connection:
            await connection.execute(apps.delete())
        async with database.read() as connection:
            assert (await connection.execute(select(members))).all() == []
        await database.close()

    asyncio.run(scenario())


def test_text_sorts_by_its_bytes_on_both(place: str) -> None:
    async def scenario() -> None:
        database = await Database.open(place)
        names = ["b", "a", "B", "_", "ä", "0", "aa", "A"]
        async with database.write() as connection:
            await connection.execute(insert(meta), [{"name": n, "value": b""} for n in names])
        async with database.read() as connection:
            found = (await connection.execute(select(meta.c.name).order_by(meta.c.name))).scalars()
            assert found.all() == sorted(names, key=str.encode)
        await database.close()

    asyncio.run(scenario())


def test_every_table_can_be_read(place: str) -> None:
    async def scenario() -> None:
        database = await Database.open(place)
        async with database.read() as connection:
            for table in metadata.sorted_tables:
                assert (await connection.execute(select(table))).all() == []
        await database.close()

    asyncio.run(scenario())


def test_after_close_it_says_so(place: str) -> None:
    async def scenario() -> None:
        database = await Database.open(place)
        await database.close()
        await database.close()
        for enter in (database.read, database.write):
            with pytest.raises(DatabaseError, match=r"database\.closed"):
                async with enter():
                    pass

    asyncio.run(scenario())


def test_a_statement_that_is_wrong_is_told_without_its_text(place: str) -> None:
    async def scenario() -> None:
        database = await Database.open(place)
        with pytest.raises(DatabaseError, match=r"database\.failed") as caught:
            async with database.read() as connection:
                await connection.execute(text("SELECT secret FROM nowhere"))
        assert "secret" not in caught.value.message
        await database.close()

    asyncio.run(scenario())


@pytest.mark.from_nothing
def test_two_may_open_a_new_database_at_once(place: str) -> None:
    async def scenario() -> None:
        for database in await asyncio.gather(*(Database.open(place) for _ in range(3))):
            await database.close()

    asyncio.run(scenario())


# ------------------------------------------------------------------ SQLite


def modes(folder: Path) -> list[int]:
    return [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()]


def test_the_files_are_their_owners_whatever_the_umask(tmp_path: Path) -> None:
    async def scenario() -> None:
        database = await Database.open(tmp_path / "a b%20?#.db")
        async with database.write() as connection:
            await connection.execute(insert(meta), {"name": "a", "value": b""})
            assert modes(tmp_path) == [0o600] * 3
        await database.close()

    before = os.umask(0)
    try:
        asyncio.run(scenario())
    finally:
        os.umask(before)


def test_it_is_kept_in_a_log_and_survives_without_waiting_for_the_disk(tmp_path: Path) -> None:
    async def scenario(level: DatabaseOptions) -> tuple[str, int, int]:
        database = await Database.open(tmp_path / f"{level.synchronous}.db", level)
        async with database.write() as connection:
            found = [
                (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
        await database.close()
        return found[0], found[1], found[2]

    assert asyncio.run(scenario(DatabaseOptions())) == ("wal", 1, 1)
    assert asyncio.run(scenario(DatabaseOptions(synchronous="full"))) == ("wal", 2, 1)


def test_another_process_that_writes_is_waited_for_then_told(tmp_path: Path) -> None:
    async def scenario() -> None:
        database = await Database.open(tmp_path / "a.db", DatabaseOptions(busy_seconds=0.05))
        other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError, match=r"database\.busy"):
            async with database.write():
                pass
        other.execute("ROLLBACK")
        async with database.write() as connection:
            await connection.execute(insert(meta), {"name": "a", "value": b""})
        other.close()
        await database.close()

    asyncio.run(scenario())


def test_a_full_disk_changes_nothing_and_is_told(tmp_path: Path) -> None:
    async def scenario() -> None:
        database = await Database.open(tmp_path / "a.db")
        async with database.write() as connection:
            pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
            await connection.execute(text(f"PRAGMA max_page_count = {pages + 2}"))
        with pytest.raises(DatabaseError, match=r"database\.full"):
            async with database.write() as connection:
                await connection.execute(insert(meta), {"name": "a", "value": bytes(100_000)})
        async with database.write() as connection:
            await connection.execute(insert(meta), {"name": "small", "value": b""})
        async with database.read() as connection:
            assert (await connection.execute(select(meta.c.name))).scalars().all() == ["small"]
        await database.close()

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"no database at all" * 300, "database.no-database")],
)
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(content)
    with pytest.raises(DatabaseError) as caught:
        asyncio.run(Database.open(path))
    assert caught.value.code == code
    assert path.read_bytes() == content


def test_a_damaged_database(tmp_path: Path) -> None:
    path = tmp_path / "a.db"

    async def fill() -> None:
        database = await Database.open(path)
        async with database.write() as connection:
            rows = [{"name": f"n{i}", "value": bytes(500)} for i in range(500)]
            await connection.execute(insert(meta), rows)
        await database.close()

    async def look() -> None:
        database = await Database.open(path)
        try:
            async with database.read() as connection:
                await connection.execute(select(meta))
        finally:
            await database.close()

    asyncio.run(fill())
    data = bytearray(path.read_bytes())
    data[len(data) // 2 :] = b"\xff" * len(data[len(data) // 2 :])
    path.write_bytes(data)
    with pytest.raises(DatabaseError, match=r"database\.damaged"):
        asyncio.run(look())


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"a\.db cannot be used") as caught:
        asyncio.run(Database.open(tmp_path / "none" / "a.db"))
    assert caught.value.remedy


# ------------------------------------------------------------------ Postgres


@pytest.mark.parametrize(
    "place",
    [
        "mysql://a:secret@b/c",
        "sqlite:///a",
        "postgresql://[::secret",
        "postgresql+psycopg://secret",
    ],
)
def test_other_addresses_are_refused_and_not_repeated(place: str) -> None:
    with pytest.raises(DatabaseError, match=r"database\.url") as caught:
        asyncio.run(Database.open(place))
    assert "secret" not in str(caught.value)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    url = f"postgresql://ada:secret@/db?host={tmp_path}"
    with pytest.raises(DatabaseError, match=r"database\.unavailable") as caught:
        asyncio.run(Database.open(url))
    assert "secret" not in str(caught.value)
    assert caught.value.remedy
