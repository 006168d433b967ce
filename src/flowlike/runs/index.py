"""Writes the index. One connection, used by one thread.

Rows go in many by one statement: SQLite's module lets other threads run before each statement, and
beside a busy event loop every one of them waits milliseconds for its turn again.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import ClauseElement, bindparam, delete, select, tuple_, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.schema import CreateIndex, CreateTable

from flowlike.database.connect import JOURNAL_BYTES
from flowlike.database.faults import told
from flowlike.database.folder import open_private
from flowlike.runs.kept import STATUSES, KeptRun
from flowlike.runs.tables import VERSION, metadata, names, programs, runs, segments
from flowlike.trace.writer import Place

_AT_ONCE = (1024, 256, 64, 16, 4, 1)
"""Rows of one statement: SQLite takes 32,766 values in one, and each text is compiled once."""
_STATUS = {status: number for number, status in enumerate(STATUSES)}
_COLUMNS = tuple(column.name for column in runs.columns if column.name != "id")
_dialect = sqlite.dialect(paramstyle="qmark")
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class Placed(NamedTuple):
    """A run and where it stands."""

    run: KeptRun
    segment: int
    place: Place


class Segment(NamedTuple):
    """What the index knows of a segment.

    ``length`` is how much of the file that is; ``first_us`` and ``last_us`` are when the first and
    the last of its runs started.
    """

    id: int
    app: str
    file: str
    kind: int
    length: int
    runs: int
    first_us: int
    last_us: int


class Statement:
    """A statement of SQLAlchemy Core, compiled once."""

    def __init__(self, clause: ClauseElement) -> None:
        compiled = clause.compile(dialect=_dialect)
        self.sql = str(compiled)
        self._order = tuple(getattr(compiled, "positiontup", None) or ())
        self._own = compiled.params

    def __call__(self, connection: sqlite3.Connection, **values: Any) -> sqlite3.Cursor:
        """Run it with these values."""
        own = self._own
        return connection.execute(self.sql, [values.get(name, own[name]) for name in self._order])


def _bind(name: str) -> Any:
    return bindparam(name)


_upsert = insert(runs)
_upsert = _upsert.on_conflict_do_update(
    index_elements=[runs.c.run_id],
    set_={name: _upsert.excluded[name] for name in _COLUMNS if name != "run_id"},
    # An earlier attempt comes too late; of one attempt the copy that was pinned counts.
    where=tuple_(_upsert.excluded.epoch, _upsert.excluded.pinned)
    >= tuple_(runs.c.epoch, runs.c.pinned),
)
_INSERT = Statement(_upsert.values({name: _bind(name) for name in _COLUMNS}))
_ROW = f"({', '.join('?' * len(_COLUMNS))})"
_INSERTS = {many: _INSERT.sql.replace(_ROW, ", ".join([_ROW] * many)) for many in _AT_ONCE}
_NAMES = Statement(select(names.c.id, names.c.name))
_NAME = Statement(insert(names).values(id=_bind("id"), name=_bind("name")))
_SEGMENTS = Statement(select(segments))
_SEGMENT = insert(segments)
_PUT_SEGMENT = Statement(
    _SEGMENT.values(
        {column.name: _bind(column.name) for column in segments.columns}
    ).on_conflict_do_update(
        index_elements=[segments.c.id],
        set_={name: _SEGMENT.excluded[name] for name in ("bytes", "runs", "first_us", "last_us")},
    )
)
_PROGRAM = Statement(
    insert(programs)
    .values({column.name: _bind(column.name) for column in programs.columns})
    .on_conflict_do_nothing()
)
_PROGRAMS = Statement(select(programs.c.hash).where(programs.c.segment == _bind("segment")))
_PROGRAM_PLACE = Statement(
    select(programs.c.offset, programs.c.place).where(
        programs.c.segment == _bind("segment"), programs.c.hash == _bind("hash")
    )
)
_DROP_PROGRAMS = Statement(delete(programs).where(programs.c.segment == _bind("segment")))
_DROP_SEGMENT = Statement(delete(segments).where(segments.c.id == _bind("segment")))
_SOME = (
    select(runs.c.id)
    .where(
        runs.c.app == _bind("app"),
        runs.c.started_us.between(_bind("first_us"), _bind("last_us")),
        runs.c.segment == _bind("segment"),
    )
    .limit(_bind("most"))
)
_DROP_RUNS = Statement(delete(runs).where(runs.c.id.in_(_SOME)))
_PLACE = Statement(
    select(runs.c.segment, runs.c.offset, runs.c.place, runs.c.epoch, runs.c.pinned).where(
        runs.c.run_id == _bind("run_id")
    )
)
_MOVE = Statement(
    update(runs)
    .where(runs.c.run_id == _bind("of"))
    .values({name: _bind(name) for name in ("segment", "offset", "place", "pinned")})
)


class Index:
    """The index of an archive, open for writing.

    One that cannot be used is deleted and made anew, empty: ``is_new`` then says so, and who owns
    it reads the segments again. Used by one thread at a time.

    Raises:
        DatabaseError: as ``flowlike.database.faults``; every method may.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._names: dict[str, int] = {"": 0}
        self.is_new = False
        with told(str(path)):
            self._connection = self._open()
            self._names.update((name, number) for number, name in _NAMES(self._connection))

    def close(self) -> None:
        """Close it. A second call does nothing."""
        self._connection.close()

    def renew(self) -> None:
        """Begin anew with an empty index."""
        self._connection.close()
        remove(self._path)
        self._names = {"": 0}
        with told(str(self._path)):
            self._connection = self._open()

    def segments(self) -> list[Segment]:
        """All segments, in the order they were made."""
        with told(str(self._path)):
            return [Segment(*row) for row in _SEGMENTS(self._connection)]

    def programs(self, segment: int) -> set[str]:
        """Hashes of the programs that a segment describes."""
        with told(str(self._path)):
            return {row[0] for row in _PROGRAMS(self._connection, segment=segment)}

    def add(
        self,
        placed: Sequence[Placed],
        touched: Iterable[Segment],
        described: Iterable[tuple[int, str, Place]] = (),
    ) -> None:
        """Note runs, how far their segments are known now, and programs, all or nothing."""
        with self._transaction() as connection:
            rows = [value for one in placed for value in self._row(one)]
            width, at, left = len(_COLUMNS), 0, len(placed)
            for many in _AT_ONCE:
                while left >= many:
                    connection.execute(_INSERTS[many], rows[at : at + many * width])
                    at += many * width
                    left -= many
            for segment in touched:
                values = dict(zip(_SEGMENT_COLUMNS, segment, strict=True))
                _PUT_SEGMENT(connection, **values)
            for number, name, place in described:
                _PROGRAM(
                    connection, segment=number, hash=name, offset=place.offset, place=place.block
                )

    def program_of(self, segment: int, name: str) -> Place | None:
        """Where a segment describes a program, by its hash; None if it does not."""
        with told(str(self._path)):
            row = _PROGRAM_PLACE(self._connection, segment=segment, hash=name).fetchone()
        return None if row is None else Place(*row)

    def place_of(self, run_id: str) -> tuple[int, Place, int, bool] | None:
        """Segment, place, epoch and whether it is pinned; None if the run is unknown."""
        with told(str(self._path)):
            row = _PLACE(self._connection, run_id=run_id).fetchone()
        return None if row is None else (row[0], Place(row[1], row[2]), row[3], bool(row[4]))

    def move(self, moved: Iterable[Placed]) -> None:
        """Note that runs stand elsewhere now, and whether they are pinned."""
        with self._transaction() as connection:
            for run, segment, place in moved:
                _MOVE(
                    connection,
                    of=run.run_id,
                    segment=segment,
                    offset=place.offset,
                    place=place.block,
                    pinned=int(run.pinned),
                )

    def drop(self, segment: Segment, most: int) -> bool:
        """Forget up to so many runs of a segment; True when it and all of them are gone."""
        with self._transaction() as connection:
            dropped = _DROP_RUNS(
                connection,
                app=self._name(segment.app),
                first_us=segment.first_us,
                last_us=segment.last_us,
                segment=segment.id,
                most=most,
            )
            if dropped.rowcount == most:
                return False
            _DROP_PROGRAMS(connection, segment=segment.id)
            _DROP_SEGMENT(connection, segment=segment.id)
        return True

    def _row(self, placed: Placed) -> tuple[Any, ...]:
        run, segment, place = placed
        name = self._name
        return (
            run.run_id,
            name(run.app),
            run.started_us,
            run.ended_us,
            _STATUS[run.status],
            name(run.board),
            name(run.version),
            run.revision,
            name(run.event),
            run.event_version,
            name(run.node),
            name(run.trigger),
            name(run.actor),
            run.steps,
            run.logs,
            run.max_level,
            run.handled_errors,
            name(run.error_code),
            run.error_message,
            name(run.error_node),
            name(run.level),
            None if run.request_id == run.run_id else run.request_id,
            run.epoch,
            name(run.detail),
            int(run.pinned),
            segment,
            place.offset,
            place.block,
        )

    def _name(self, name: str) -> int:
        number = self._names.get(name)
        if number is None:
            number = len(self._names)
            _NAME(self._connection, id=number, name=name)
            self._names[name] = number
        return number

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection = self._connection
        before = len(self._names)
        with told(str(self._path)):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                for name in list(self._names)[before:]:
                    del self._names[name]
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _open(self) -> sqlite3.Connection:
        try:
            connection = self._connect()
            found = connection.execute("PRAGMA user_version").fetchone()[0]
            if found == VERSION:
                return connection
            connection.close()
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
        remove(self._path)
        self.is_new = True
        connection = self._connect()
        connection.execute("BEGIN IMMEDIATE")
        for table in metadata.sorted_tables:
            connection.execute(Statement(CreateTable(table)).sql)
            for made in sorted(table.indexes, key=lambda made: str(made.name)):
                connection.execute(Statement(CreateIndex(made)).sql)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
        return connection

    def _connect(self) -> sqlite3.Connection:
        os.close(open_private(self._path))
        connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        try:
            connection.execute("PRAGMA journal_mode = wal")
            connection.execute("PRAGMA synchronous = normal")
            connection.execute(f"PRAGMA journal_size_limit = {JOURNAL_BYTES}")
        except BaseException:
            connection.close()
            raise
        return connection


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is to blame."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED


def remove(path: Path) -> None:
    """Delete an index and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


_SEGMENT_COLUMNS = tuple(column.name for column in segments.columns)
