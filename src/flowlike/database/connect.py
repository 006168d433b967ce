"""Opens the database and hands out transactions."""

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import msgspec
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from flowlike.database.faults import file_fault, told
from flowlike.database.folder import open_private
from flowlike.database.versions import bring_up_to_date
from flowlike.errors import DatabaseError

Result = TypeVar("Result")
_STATEMENTS = 512
JOURNAL_BYTES = 16 * 1024 * 1024
"""What SQLite's log keeps on disk after a burst of writes."""
# None: the module begins no transaction of its own accord.
_CONNECT = {"isolation_level": None, "cached_statements": _STATEMENTS}
_POSTGRES = frozenset({"postgresql", "postgres", "postgresql+asyncpg"})


class DatabaseOptions(msgspec.Struct, frozen=True):
    """How to open a database.

    Attributes:
        readers: connections that read at the same time.
        writers: connections that write at the same time, on Postgres; SQLite has one.
        busy_seconds: how long to wait for another process's lock, or for a free connection.
        synchronous: ``normal`` survives the end of this process, however it ends, but may lose
            the last moments before a power cut; ``full`` does not, and each commit waits for the
            disk. SQLite only: Postgres has its own settings.
    """

    readers: int = 4
    writers: int = 4
    busy_seconds: float = 10.0
    synchronous: Literal["normal", "full"] = "normal"


class Database:
    """A database that is open. ``Database.open`` makes one.

    Attributes:
        name: the file, or host and database; fit for a message, without name and password.
        is_sqlite: whether it is a file of this machine.
    """

    def __init__(
        self, name: str, readers: AsyncEngine, writers: AsyncEngine, *, is_sqlite: bool
    ) -> None:
        self.name = name
        self.is_sqlite = is_sqlite
        self._readers = readers
        self._writers = writers
        self._turn: AbstractAsyncContextManager[object] = (
            asyncio.Lock() if is_sqlite else nullcontext()
        )
        self._worker: _Worker | None = None
        self._closed = False

    @classmethod
    async def open(cls, place: str | Path, options: DatabaseOptions | None = None) -> Self:
        """Open a database; create its tables, or migrate them, if need be.

        Args:
            place: path of an SQLite file, or a ``postgresql://`` URL.
            options: see there.

        Raises:
            DatabaseError: ``database.newer``, ``database.foreign``, ``database.url`` and all that
                ``read`` and ``write`` raise.
        """
        options = options or DatabaseOptions()
        url = _url_of(place)
        if url is None:
            path = Path(place)
            with told(str(path)):
                await asyncio.to_thread(_make_file, path, options.busy_seconds)
            database = cls(str(path), *_sqlite(path, options), is_sqlite=True)
            database._worker = _Worker(path, _writing(options))
        else:
            name = f"{url.database} at {url.host or 'this machine'}"
            database = cls(name, *_postgres(url, options), is_sqlite=False)
        try:
            with told(database.name):
                await bring_up_to_date(
                    database._writers, database.name, Path(place) if url is None else None
                )
        except BaseException:
            await database.close()
            raise
        return database

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that sees the database as it is now, and changes nothing.

        Raises:
            DatabaseError: ``database.damaged``, ``database.io``, ``database.unavailable``,
                ``database.busy``, ``database.closed``, ``database.failed``.
        """
        self._check_open()
        with told(self.name):
            async with self._readers.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction, committed at the end of the block unless it raises.

        On SQLite one at a time, in the order they were asked for: keep it short, and never await
        anything but the connection in it.

        Raises:
            IntegrityError: of SQLAlchemy: a constraint was broken.
            DatabaseError: as ``read``; also ``database.full``, ``database.read-only``.
        """
        self._check_open()
        async with self._turn:
            with told(self.name):
                async with self._writers.begin() as connection:
                    yield connection

    async def transact(self, work: Callable[[Connection], Result]) -> Result:
        """One transaction as ``write``, for work of many statements that follow from each other.

        On SQLite all of it happens in a thread, in one go: through ``write`` each statement would
        wait for that thread and for the event loop again.

        Args:
            work: is given the connection, and its result is returned. It must not touch anything
                of the event loop.

        Raises:
            IntegrityError, DatabaseError: as ``write``; and what ``work`` raises.
        """
        self._check_open()
        async with self._turn:
            with told(self.name):
                if self._worker is not None:
                    return await self._worker.run(work)
                async with self._writers.begin() as connection:
                    return await connection.run_sync(work)

    async def close(self) -> None:
        """Wait for a write under way and close all connections. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        async with self._turn:
            await self._readers.dispose()
            await self._writers.dispose()
            if self._worker is not None:
                await self._worker.close()

    def _check_open(self) -> None:
        if self._closed:
            raise DatabaseError(
                "database.closed",
                f"The database {self.name} was closed.",
                remedy="Open it again.",
            )


class _Worker:
    """A thread with a connection to an SQLite file."""

    def __init__(self, path: Path, pragmas: tuple[str, ...]) -> None:
        self._thread = ThreadPoolExecutor(1, "flowlike-database")
        self._engine = create_engine(
            URL.create("sqlite", database=str(path)),
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=0,
            connect_args={**_CONNECT, "check_same_thread": False},
        )
        _prepare(self._engine, pragmas, "BEGIN IMMEDIATE")

    async def run(self, work: Callable[[Connection], Result]) -> Result:
        """Does it, and waits for its end even if nobody wants it any more."""
        loop = asyncio.get_running_loop()
        running = loop.run_in_executor(self._thread, self._transact, work)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait({running})
            raise

    async def close(self) -> None:
        """Closes connection and thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown()

    def _transact(self, work: Callable[[Connection], Result]) -> Result:
        with self._engine.begin() as connection:
            return work(connection)


def _url_of(place: str | Path) -> URL | None:
    """The URL of a Postgres; None if the place is a file."""
    if isinstance(place, Path) or "://" not in place:
        return None
    try:
        url = make_url(place)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in _POSTGRES:
        raise DatabaseError(
            "database.url",
            "This is no address of a database we can use.",
            remedy="Give the path of a file, or postgresql://name:password@host/database.",
        )
    return url.set(drivername="postgresql+asyncpg")


def _sqlite(path: Path, options: DatabaseOptions) -> tuple[AsyncEngine, AsyncEngine]:
    reading = (_busy(options), "PRAGMA query_only = 1")
    return (
        _sqlite_engine(path, options, options.readers, reading, "BEGIN"),
        _sqlite_engine(path, options, 1, _writing(options), "BEGIN IMMEDIATE"),
    )


def _busy(options: DatabaseOptions) -> str:
    return f"PRAGMA busy_timeout = {int(options.busy_seconds * 1000)}"


def _writing(options: DatabaseOptions) -> tuple[str, ...]:
    return (
        _busy(options),
        f"PRAGMA synchronous = {options.synchronous}",
        "PRAGMA foreign_keys = 1",
        f"PRAGMA journal_size_limit = {JOURNAL_BYTES}",
    )


def _make_file(path: Path, seconds: float) -> None:
    """Make a database whose readers and writer do not wait for each other.

    SQLite waits for no lock when it changes to its log, so this tries again for so long.
    """
    try:
        os.close(open_private(path))  # SQLite gives the files beside it the same rights
    except OSError as error:
        raise file_fault(str(path), error) from error
    until = time.monotonic() + seconds
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode = wal")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.01)


def _sqlite_engine(
    path: Path, options: DatabaseOptions, connections: int, pragmas: tuple[str, ...], begin: str
) -> AsyncEngine:
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=options.busy_seconds,
        connect_args=_CONNECT,
    )
    _prepare(engine.sync_engine, pragmas, begin)
    return engine


def _prepare(engine: Engine, pragmas: tuple[str, ...], begin: str) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)


def _postgres(url: URL, options: DatabaseOptions) -> tuple[AsyncEngine, AsyncEngine]:
    if find_spec("asyncpg") is None:
        raise DatabaseError(
            "database.no-driver",
            "The driver for Postgres is not installed.",
            remedy="Install flowlike with the extra postgres.",
        )

    def engine(connections: int, **more: Any) -> AsyncEngine:
        return create_async_engine(
            url,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=options.busy_seconds,
            pool_pre_ping=True,
            connect_args={
                "prepared_statement_cache_size": _STATEMENTS,
                "timeout": options.busy_seconds,
            },
            **more,
        )

    reading = engine(options.readers).execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )
    return reading, engine(options.writers)
