"""Reads an archive, also one that a server is writing. Everything here waits for the disk."""

import sqlite3
import threading
from collections import Counter, OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Engine, FromClause, QueuePool, create_engine, select
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler

from flowlike.database.faults import told
from flowlike.errors import TraceError, UsageError
from flowlike.runs import search
from flowlike.runs.filters import MOST_LIMIT, Cursor, RunFilter
from flowlike.runs.kept import STATUSES, WRONG, Bar, KeptRun
from flowlike.runs.query import check_text
from flowlike.runs.tables import COMPLETED, NAMED, VERSION, names, programs, segments
from flowlike.runs.writing import INDEX, SEGMENTS
from flowlike.trace.history import RunTrace
from flowlike.trace.reader import Found, program_at, run_at
from flowlike.trace.records import Program, decode_block

_BUSY_MS = 5_000
_MOST_PROGRAMS = 128
_MOST_NAMES = 50_000
_SHOWN = tuple(column.name for column in search.SHOWN)
_rows = msgspec.json.Decoder(list[list[Any]]).decode


class Page(NamedTuple):
    """Some runs, the newest first, and the cursor of the next page; empty if there is none.

    A search may give fewer runs than asked for, and a next page all the same: it looks at so many
    runs a page and no more.
    """

    runs: list[KeptRun]
    next: str


class ArchiveReader:
    """Reads the runs of an archive. For any thread.

    Args:
        folder: of the archive; nothing in it is changed.

    Raises:
        UsageError: ``runs.no-archive``: there is none; ``runs.other-version``: another version made
            its index, or it is just being made.
        DatabaseError: as ``flowlike.database.faults``; every method may.
    """

    def __init__(self, folder: str | Path) -> None:
        self._index = Path(folder) / INDEX
        self._segments = Path(folder) / SEGMENTS
        if not self._index.exists():
            raise UsageError(
                "runs.no-archive",
                f"{folder} holds no runs.",
                remedy="Name the data folder of a server that has run before.",
            )
        self._engine = _engine(self._index)
        self._check_version()
        self._lock = threading.Lock()
        self._names: dict[int, str] = {0: ""}
        self._programs: OrderedDict[str, Program] = OrderedDict()

    def close(self) -> None:
        """Close all files."""
        self._engine.dispose()

    def renew(self) -> None:
        """Forget what was read: the index was made anew."""
        self._engine.dispose()
        with self._lock:
            self._names = {0: ""}

    def apps(self) -> list[str]:
        """Ids of the apps that have runs."""
        with told(str(self._index)), self._engine.connect() as connection:
            found = select(segments.c.app).distinct().order_by(segments.c.app)
            return list(connection.execute(found).scalars())

    def runs(
        self, app: str, asked: RunFilter, limit: int = 50, newer: Sequence[KeptRun] = ()
    ) -> Page:
        """A page of an app's runs, the newest first.

        Args:
            app: whose.
            asked: which.
            limit: at most so many, and at most 200.
            newer: runs that the index may not have yet; of two with one id, these count.
        """
        check_text(app)
        limit = max(1, min(limit, MOST_LIMIT))
        plan = search.plan(app, asked)
        with told(str(self._index)), self._engine.connect() as connection:
            floor = connection.execute(search.floor(plan)).scalar() if plan.loose else None
            found_here = connection.execute(search.page(plan, limit + 1, floor or 0)).scalar_one()
            rows = self._read(connection, _rows(found_here))
        end = Cursor(floor, "") if floor is not None else None
        if len(rows) > limit:
            end = Cursor(*rows[-1].order)
        found = {run.run_id: run for run in rows}
        for run in newer:
            found.pop(run.run_id, None)
        found |= {run.run_id: run for run in newer if asked.shows(run)}
        listed = sorted(found.values(), key=lambda run: run.order, reverse=True)
        if end is not None:
            listed = [run for run in listed if run.order >= end]
        if len(listed) > limit:
            return Page(listed[:limit], str(Cursor(*listed[limit - 1].order)))
        return Page(listed, str(end) if end is not None else "")

    def run(self, app: str, run_id: str) -> KeptRun | None:
        """One run; None if it is not there or of another app.

        Raises:
            UsageError: ``runs.query``: an id with letters that no id has.
        """
        found = self._find(app, run_id)
        return None if found is None else found[0]

    def trace(self, app: str, run_id: str) -> RunTrace | None:
        """What one run recorded; None if it is not there, of another app, or recorded nothing.

        Raises:
            TraceError: ``trace.malformed``: the segment is damaged there.
        """
        found = self._find(app, run_id)
        place = None if found is None else self._open(found[1])
        if found is None or place is None or not place.blocks:
            return None
        return self.decoded(place, found[1].segment)

    def decoded(self, found: Found, segment: int, program: bytes | None = None) -> RunTrace | None:
        """A run's blocks as its trace.

        Args:
            found: the blocks.
            segment: where their program is described, or
            program: the block that describes it.

        Raises:
            TraceError: ``trace.malformed``.
        """
        if program is not None:
            for record in decode_block(program):
                if isinstance(record, Program):
                    self._remember(record)
        trace = found.trace(self._programs)
        if trace is None or trace.program is not None:
            return trace
        described = self._program(trace.run.program, segment)
        return trace if described is None else found.trace({described.hash: described})

    def counts(self, app: str, since_us: int = 0, newer: Sequence[KeptRun] = ()) -> dict[str, int]:
        """How many runs that started then or later have each status.

        Args:
            app: whose.
            since_us: when.
            newer: runs that the index may not have yet; of two with one id, these count.
        """
        check_text(app)
        without = msgspec.json.encode([run.run_id for run in newer]).decode()
        with told(str(self._index)), self._engine.connect() as connection:
            rows = connection.execute(search.counted(app, since_us, without)).all()
        numbers: Counter[int] = Counter()
        for number, count in rows:
            numbers[number] += count
        every = numbers.pop(search.ALL)
        numbers[COMPLETED] = every - numbers.total()
        counts = Counter({STATUSES[number]: count for number, count in numbers.items()})
        latest = {run.run_id: run for run in newer}
        counts.update(run.status for run in latest.values() if run.started_us >= since_us)
        return {status: count for status, count in counts.items() if count}

    def activity(
        self, app: str, since_us: int, step_us: int, steps: int, newer: Sequence[KeptRun] = ()
    ) -> list[Bar]:
        """How many runs started in each of ``steps`` spans of time, one after the other.

        Args:
            app: whose.
            since_us: when the first begins.
            step_us: how long each is.
            steps: how many.
            newer: runs that the index may not have yet; of two with one id, these count.
        """
        check_text(app)
        latest = {run.run_id: run for run in newer}
        with told(str(self._index)), self._engine.connect() as connection:
            rows = connection.execute(search.started(app, since_us, step_us, steps)).all()
            known = search.known(app, msgspec.json.encode(list(latest)).decode())
            old = [(row[0], STATUSES[row[1]], -1) for row in connection.execute(known)]
        every, wrong = [row[0] for row in rows], [row[1] for row in rows]
        new = [(run.started_us, run.status, 1) for run in latest.values()]
        for started_us, status, count in old + new:
            step = (started_us - since_us) // step_us
            if 0 <= step < steps:
                every[step] += count
                wrong[step] += count if status in WRONG else 0
        return [Bar(*each) for each in zip(every, wrong, strict=True)]

    def _check_version(self) -> None:
        with told(str(self._index)), self._engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA user_version").scalar()
        self._engine.dispose()  # what was read now may be another file later
        if found != VERSION:
            raise UsageError(
                "runs.other-version",
                f"The index in {self._index.parent} was made by another version.",
                remedy="Start the server once with this version: it makes the index anew.",
            )

    # ------------------------------------------------------------------ one run

    def _find(self, app: str, run_id: str) -> tuple[KeptRun, "_Place"] | None:
        check_text(app + run_id)
        with told(str(self._index)), self._engine.connect() as connection:
            row = connection.execute(search.one(app, run_id)).first()
            if row is None:
                return None
            (run,) = self._read(connection, [list(row)])
            place = _Place(*row[-3:])
            file = select(segments.c.file).where(segments.c.id == place.segment)
            name = connection.execute(file).scalar()
        return run, place._replace(path=self._segments / app / name if name else None)

    def _open(self, place: "_Place") -> Found | None:
        """The run's blocks; None if its segment has been deleted meanwhile."""
        if place.path is None:
            return None
        try:
            return run_at(place.path, place.offset, place.block)
        except TraceError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return None
            raise

    def _program(self, name: str, segment: int) -> Program | None:
        where = select(segments.c.app, segments.c.file, programs.c.offset, programs.c.place).where(
            programs.c.hash == name,
            programs.c.segment == segment,
            segments.c.id == programs.c.segment,
        )
        with told(str(self._index)), self._engine.connect() as connection:
            row = connection.execute(where).first()
        if row is None:
            return None
        block = program_at(self._segments / row.app / row.file, row.offset, row.place)
        for record in decode_block(block):
            if isinstance(record, Program):
                self._remember(record)
        return self._programs.get(name)

    def _remember(self, program: Program) -> None:
        with self._lock:
            self._programs[program.hash] = program
            self._programs.move_to_end(program.hash)
            if len(self._programs) > _MOST_PROGRAMS:
                self._programs.popitem(last=False)

    # ------------------------------------------------------------------ rows

    def _read(self, connection: Any, rows: list[list[Any]]) -> list[KeptRun]:
        known = self._named(connection, {row[at] for row in rows for at in _NAMED_AT})
        read = []
        for row in rows:
            values = dict(zip(_SHOWN[:-3], row, strict=False))
            for name in NAMED:
                values[name] = known[values[name]]
            values["status"] = STATUSES[values["status"]]
            values["pinned"] = bool(values["pinned"])
            if values["request_id"] is None:
                values["request_id"] = values["run_id"]
            read.append(KeptRun(**values))
        return read

    def _named(self, connection: Any, numbers: set[int]) -> dict[int, str]:
        known = self._names
        if missing := numbers - known.keys():
            found = connection.execute(
                select(names.c.id, names.c.name).where(names.c.id.in_(missing))
            )
            with self._lock:
                if len(known) > _MOST_NAMES:
                    known = self._names = {0: ""}
                    found = connection.execute(
                        select(names.c.id, names.c.name).where(names.c.id.in_(numbers))
                    )
                known.update((number, name) for number, name in found)
        return known


class _Place(NamedTuple):
    segment: int
    offset: int
    block: int
    path: Path | None = None


_NAMED_AT = tuple(_SHOWN.index(name) for name in NAMED)


def _engine(path: Path) -> Engine:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=64,
        )
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=4)
    engine.dialect.statement_compiler = _Compiler
    return engine


class _Compiler(SQLiteCompiler):
    """Writes ``INDEXED BY`` where a statement says so; SQLAlchemy's own leaves it out."""

    def get_from_hint_text(
        self,
        table: FromClause,  # noqa: ARG002 - SQLAlchemy's signature
        text: str | None,
    ) -> str | None:
        return text
