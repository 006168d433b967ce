"""Puts many rows in at once, the way that is cheapest for each database."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert
from sqlalchemy.dialects import sqlite

_MOST_VALUES = 32_000
"""SQLite takes 32,766 in one statement."""
_MOST_ROWS = 256


def insert_rows(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows that have a value for every column, in the order of the table's columns.

    On SQLite many rows are one statement. Row by row, its module would give up the interpreter
    before each, and beside a busy event loop wait milliseconds to get it back.

    Raises:
        IntegrityError: a constraint was broken.
    """
    if not rows:
        return
    if connection.dialect.name != "sqlite":
        names = [column.name for column in table.columns]
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])
        return
    most = min(_MOST_ROWS, _MOST_VALUES // len(table.columns))
    at = 0
    while at < len(rows):
        many = _step(min(len(rows) - at, most))
        values = tuple(value for row in rows[at : at + many] for value in row)
        connection.exec_driver_sql(_statement(table, many), values)
        at += many


def _step(left: int) -> int:
    """The largest power of two that fits: few texts, each prepared once."""
    return 1 << (left.bit_length() - 1)


@lru_cache(maxsize=256)
def _statement(table: Table, rows: int) -> str:
    values: dict[str, Any] = {column.name: bindparam(column.name) for column in table.columns}
    one = str(insert(table).values(values).compile(dialect=sqlite.dialect(paramstyle="qmark")))
    row = f"({', '.join('?' * len(table.columns))})"
    return one.replace(row, ", ".join([row] * rows))
