import asyncio
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    Column,
    Connection,
    DefaultClause,
    MetaData,
    create_engine,
    insert,
    select,
    text,
)

from flowlike.database import migrations, versions
from flowlike.database.connect import Database
from flowlike.database.schema import metadata
from flowlike.database.schema.meta import meta
from flowlike.errors import DatabaseError

pytestmark = pytest.mark.from_nothing


def changed(place: str, change: Callable[[Connection], Any]) -> Any:
    """What a change of the database under all of our care gives."""

    async def scenario() -> Any:
        database = await Database.open(place)
        try:
            async with database.write() as connection:
                return await connection.run_sync(change)
        finally:
            await database.close()

    return asyncio.run(scenario())


def opened(place: str) -> None:
    async def scenario() -> None:
        await (await Database.open(place)).close()

    asyncio.run(scenario())


def drop_all(connection: Connection) -> None:
    found = MetaData()
    found.reflect(connection)
    found.drop_all(connection)


def differences(connection: Connection) -> Any:
    return compare_metadata(MigrationContext.configure(connection), metadata)


def default(column: Column[Any]) -> str:
    found = column.server_default
    return str(found.arg) if isinstance(found, DefaultClause) else ""


def described(connection: Connection) -> Any:
    """All tables with their columns, keys and indexes, as the database tells them."""
    found = MetaData()
    found.reflect(connection)
    return {
        table.name: (
            [(c.name, str(c.type), c.nullable, default(c)) for c in table.columns],
            sorted(str(c.name) for c in table.constraints),
            sorted(
                (str(i.name), str([c.name for c in i.columns]), i.unique) for i in table.indexes
            ),
        )
        for table in found.sorted_tables
    }


def test_the_version_is_that_of_the_newest_migration() -> None:
    assert migrations.head() == versions.HEAD


def test_migrations_make_the_tables_as_they_are(place: str) -> None:
    made = changed(place, described)
    assert changed(place, differences) == []

    def from_nothing(connection: Connection) -> tuple[Any, list[Any]]:
        drop_all(connection)
        migrations.upgrade(connection)
        return described(connection), differences(connection)

    assert changed(place, from_nothing) == (made, [])
    opened(place)


def test_an_older_database_is_migrated_once_and_keeps_its_rows(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(place, lambda c: c.execute(insert(meta), {"name": "old", "value": b"kept"}))
    calls = []

    def upgrade(connection: Connection) -> None:
        calls.append(connection.execute(select(meta.c.name)).scalars().all())
        connection.execute(text("CREATE TABLE newer (a INTEGER)"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0777'"))

    monkeypatch.setattr(versions, "HEAD", "0777")
    monkeypatch.setattr(migrations, "upgrade", upgrade)
    opened(place)
    opened(place)
    assert calls == [["old"]]
    assert changed(place, lambda c: c.execute(text("SELECT count(*) FROM newer")).scalar()) == 0
    if "://" not in place:
        copy = Path(f"{place}.before-0777")
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("SELECT * FROM meta").fetchall() == [("old", b"kept")]
            assert connection.execute("SELECT * FROM alembic_version").fetchall() == [("0001",)]


def test_a_migration_that_fails_changes_nothing(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = changed(place, described)

    def upgrade(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE half (a INTEGER)"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0777'"))
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(versions, "HEAD", "0777")
        patch.setattr(migrations, "upgrade", upgrade)
        with pytest.raises(ZeroDivisionError):
            opened(place)
    assert changed(place, described) == before


def test_a_copy_that_does_not_fit_stops_the_migration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = str(tmp_path / "a.db")
    opened(place)
    (tmp_path / "a.db.before-0777.new").mkdir()
    monkeypatch.setattr(versions, "HEAD", "0777")
    with pytest.raises(DatabaseError):
        opened(place)
    monkeypatch.undo()
    opened(place)


def test_a_newer_database_is_refused_and_left_alone(place: str) -> None:
    def newer(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    changed(place, newer)
    with pytest.raises(DatabaseError, match=r"database\.newer") as caught:
        opened(place)
    assert "9999" in caught.value.message
    assert caught.value.remedy


def test_tables_of_something_else_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    with pytest.raises(DatabaseError, match=r"database\.foreign.*theirs|theirs.*database\.foreign"):
        opened(str(path))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


def test_a_migration_that_breaks_references_is_taken_back(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.begin() as connection:
        migrations.upgrade(connection)
    orphan = "INSERT INTO members VALUES ('gone', 'ada', 'owner', 1)"
    with engine.begin() as connection:
        connection.execute(text(orphan))
    with (
        pytest.raises(DatabaseError, match=r"database\.references"),
        engine.begin() as connection,
    ):
        migrations.upgrade(connection)
    engine.dispose()


def test_opening_what_is_up_to_date_needs_no_alembic(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import asyncio, sys\n"
        "from flowlike.database.connect import Database\n"
        f"database = asyncio.run(Database.open({str(tmp_path / 'a.db')!r}))\n"
        "assert 'alembic' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
