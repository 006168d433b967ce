import errno
import sqlite3
from typing import Any

import pytest
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    OperationalError,
    ResourceClosedError,
    TimeoutError,  # noqa: A004 - SQLAlchemy's own
)

from flowlike.database.faults import fault, file_fault, told
from flowlike.errors import DatabaseError


def of_sqlite(code: int) -> Exception:
    error = sqlite3.OperationalError("disk I/O error at /srv/secret")
    error.sqlite_errorcode = code
    return OperationalError("SELECT secret", {}, error)


def of_postgres(state: str, *, lost: bool = False) -> Exception:
    error: Any = Exception("password authentication failed for user secret")
    error.sqlstate = state
    return DBAPIError("SELECT secret", {}, error, connection_invalidated=lost)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (of_sqlite(sqlite3.SQLITE_FULL), "database.full"),
        (of_sqlite(sqlite3.SQLITE_READONLY_DIRECTORY), "database.read-only"),
        (of_sqlite(sqlite3.SQLITE_CORRUPT_INDEX), "database.damaged"),
        (of_sqlite(sqlite3.SQLITE_NOTADB), "database.no-database"),
        (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), "database.busy"),
        (of_sqlite(sqlite3.SQLITE_IOERR_WRITE), "database.io"),
        (of_sqlite(sqlite3.SQLITE_CANTOPEN), "database.io"),
        (of_sqlite(sqlite3.SQLITE_ERROR), "database.failed"),
        (sqlite3.OperationalError("of the module"), "database.failed"),
        (of_postgres("53100"), "database.full"),
        (of_postgres("53300"), "database.unavailable"),
        (of_postgres("25006"), "database.read-only"),
        (of_postgres("28P01"), "database.unavailable"),
        (of_postgres("57P01"), "database.unavailable"),
        (of_postgres("XX001"), "database.damaged"),
        (of_postgres("42601"), "database.failed"),
        (of_postgres("", lost=True), "database.unavailable"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "secret"), "database.unavailable"),
        (TimeoutError("secret"), "database.busy"),
        (ResourceClosedError("secret"), "database.closed"),
    ],
)
def test_each_fault_is_told_without_what_the_driver_said(error: Exception, code: str) -> None:
    with pytest.raises(DatabaseError) as caught, told("of tests"):
        raise error
    found = caught.value
    assert found.code == code
    assert found.remedy
    assert "of tests" in found.message
    assert "secret" not in found.message + found.remedy
    assert found.__cause__ is error
    assert fault("of tests", error).code == code


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "database.full"),
        (errno.EACCES, "database.read-only"),
        (errno.ENOENT, "database.io"),
        (errno.ELOOP, "database.io"),
    ],
)
def test_a_file_that_cannot_be_made(number: int, code: str) -> None:
    found = file_fault("of tests", OSError(number, "secret"))
    assert found.code == code
    assert found.remedy
    assert "secret" not in found.message


def test_other_errors_pass() -> None:
    broken = IntegrityError("INSERT", {}, sqlite3.IntegrityError())
    for error in (broken, ZeroDivisionError(), KeyError()):
        with pytest.raises(type(error)), told("x"):
            raise error
