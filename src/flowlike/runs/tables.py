"""The tables of the index: a copy of what the segments say, made to be searched.

Names (ids of boards, events and so on) are kept once and referred to by number; 0 is the empty
name. Nothing here is kept nowhere else: an index that is missing, damaged or of another version is
made anew.
"""

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text

VERSION = 4
"""Of these tables. An index of another version is made anew."""

metadata = MetaData()


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


names = Table(
    "names",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)

segments = Table(
    "segments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("app", Text, nullable=False),
    Column("file", Text, nullable=False),
    _number("kind"),
    _number("bytes"),  # of the file that the index knows
    _number("runs"),
    _number("first_us"),
    _number("last_us"),
    Index("ix_segments_file", "app", "file", unique=True),
)

programs = Table(
    "programs",
    metadata,
    Column("segment", Integer, primary_key=True, autoincrement=False),
    Column("hash", Text, primary_key=True),
    _number("offset"),
    _number("place"),
    sqlite_with_rowid=False,
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Text, nullable=False),
    _number("app"),
    _number("started_us"),
    _number("ended_us"),
    _number("status"),
    _number("board"),
    _number("version"),
    _number("revision"),
    _number("event"),
    _number("event_version"),
    _number("node"),
    _number("trigger"),
    _number("actor"),
    _number("steps"),
    _number("logs"),
    _number("max_level"),
    _number("handled_errors"),
    _number("error_code"),
    Column("error_message", Text, nullable=False),
    _number("error_node"),
    _number("level"),
    Column("request_id", Text),  # null where it is the run's own
    _number("epoch"),
    _number("detail"),
    _number("pinned"),
    _number("segment"),
    _number("offset"),
    _number("place"),
    Index("ix_runs_run_id", "run_id", unique=True),
    Index("ix_runs_app", "app", "started_us", "status"),
    Index("ix_runs_board", "app", "board", "started_us"),
)
COMPLETED = 2
"""The number of the status that most runs have; an index on it would help nobody."""
Index(
    "ix_runs_event",
    runs.c.app,
    runs.c.event,
    runs.c.started_us,
    sqlite_where=runs.c.event != 0,
)
Index(
    "ix_runs_status",
    runs.c.app,
    runs.c.status,
    runs.c.started_us,
    sqlite_where=runs.c.status != COMPLETED,
)

NAMED = (
    "app",
    "board",
    "version",
    "event",
    "node",
    "trigger",
    "actor",
    "error_code",
    "error_node",
    "level",
    "detail",
)
"""Columns of ``runs`` that hold the number of a name."""
