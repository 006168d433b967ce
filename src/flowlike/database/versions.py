"""Which version of the schema a database has, and how it gets ours.

A new database is made from the tables as they are; one of an earlier version is migrated, after a
copy was made of an SQLite file. Alembic is imported only then.
"""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    inspect,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from flowlike.database.folder import open_private
from flowlike.database.schema import metadata
from flowlike.errors import DatabaseError

HEAD = "0001"
"""The version of ``schema``; a test compares it with the newest migration."""

_versions = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""As Alembic makes it."""
_LOCK = 0x666C6F77  # of advisory locks on Postgres: two servers may start at once


async def bring_up_to_date(engine: AsyncEngine, name: str, file: Path | None) -> None:
    """Make the schema of a database the present one, in one transaction.

    Args:
        engine: connections that may write.
        name: of the database, for messages.
        file: of an SQLite database, to be copied before a migration.

    Raises:
        DatabaseError: ``database.newer``, ``database.foreign``.
        OSError: the copy cannot be written.
    """
    async with engine.connect() as connection:
        # A migration may rebuild a table that others refer to; it looks at the references itself.
        await connection.run_sync(_keep_references, keep=False)
        async with connection.begin():
            if file is None:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            found = await connection.run_sync(_found)
            if found is None:
                await connection.run_sync(_create, name)
            elif found != HEAD:
                _check_older(found, name)
                await _migrate(connection, file)
        await connection.run_sync(_keep_references, keep=True)


def _keep_references(connection: Connection, *, keep: bool) -> None:
    if connection.dialect.name == "sqlite":
        cursor = connection.connection.cursor()  # SQLite hears this outside of transactions only
        cursor.execute(f"PRAGMA foreign_keys = {int(keep)}")
        cursor.close()


def _found(connection: Connection) -> str | None:
    """The version of the schema; None if there is none."""
    if connection.dialect.name == "sqlite":
        there = "SELECT 1 FROM sqlite_master WHERE name = :name"
    else:
        there = "SELECT 1 WHERE to_regclass(:name) IS NOT NULL"
    if connection.execute(text(there), {"name": _versions.name}).first() is None:
        return None
    return connection.execute(select(_versions.c.version_num)).scalar()


def _create(connection: Connection, name: str) -> None:
    if tables := inspect(connection).get_table_names():
        raise DatabaseError(
            "database.foreign",
            f"The database {name} holds tables of something else: {', '.join(tables[:3])}.",
            remedy="Name an empty database, or another file or folder.",
        )
    metadata.create_all(connection, checkfirst=False)
    _versions.create(connection)
    connection.execute(_versions.insert(), {"version_num": HEAD})


def _check_older(found: str, name: str) -> None:
    if found.isdecimal() and found < HEAD:
        return
    raise DatabaseError(
        "database.newer",
        f"The database {name} was written by a newer version (its schema is {found}, "
        f"this program's is {HEAD}).",
        remedy="Run that version or a later one; this one changes nothing in it.",
    )


async def _migrate(connection: AsyncConnection, file: Path | None) -> None:
    from flowlike.database import migrations  # noqa: PLC0415 - imports Alembic

    if file is not None:
        await asyncio.to_thread(copy, file, file.with_name(f"{file.name}.before-{HEAD}"))
    await connection.run_sync(migrations.upgrade)


def copy(file: Path, to: Path) -> None:
    """Copy an SQLite database as it was last committed, for its owner's eyes only.

    A copy of that name, from an attempt that failed, is replaced.

    Raises:
        OSError, sqlite3.Error: it cannot be read or written.
    """
    draft = to.with_name(f"{to.name}.new")
    draft.unlink(missing_ok=True)
    os.close(open_private(draft))
    try:
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(draft)) as target:
            source.backup(target)
        draft.replace(to)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
