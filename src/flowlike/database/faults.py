"""What the drivers say, as errors for people. Names and passwords of a URL never get into them."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc
from sqlalchemy.exc import DBAPIError, IntegrityError, ResourceClosedError

from flowlike.errors import DatabaseError

FULL = ("full", "there is no room left", "Free space on its disk.")
_READ_ONLY = (
    "read-only",
    "it cannot be written",
    "Give this user the right to write to the file and its folder.",
)
_DAMAGED = (
    "damaged",
    "it is damaged",
    "Stop the server, keep the file, and restore a copy; one is made before each migration.",
)
_NO_DATABASE = ("no-database", "the file is no database", "Name another file or folder.")
_BUSY = ("busy", "another process has been writing to it for too long", "Try again.")
_IO = ("io", "the system cannot read or write it", "Check its disk and the rights of its files.")
_UNAVAILABLE = (
    "unavailable",
    "it does not answer",
    "Check that it runs, and the address, name and password you gave.",
)
_CLOSED = ("closed", "it was closed", "Open it again.")
_FAILED = ("failed", "it refused a statement", "This is a fault of ours; the log has more.")

_SQLITE = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _NO_DATABASE,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_IOERR: _IO,
    sqlite3.SQLITE_CANTOPEN: _IO,
}
_FILES = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
    errno.EROFS: _READ_ONLY,
}
# SQLSTATE classes: connection, authorization, no such database, resources, intervention, system.
_POSTGRES = {
    "08": _UNAVAILABLE,
    "28": _UNAVAILABLE,
    "3D": _UNAVAILABLE,
    "53": _UNAVAILABLE,
    "57": _UNAVAILABLE,
    "58": _IO,
    "XX": _DAMAGED,
}
_DISK_FULL = "53100"
_READ_ONLY_TRANSACTION = "25006"


@contextmanager
def told(name: str) -> Iterator[None]:
    """Turn what a driver raises in the block into a ``DatabaseError`` about ``name``.

    A broken constraint stays SQLAlchemy's ``IntegrityError``: who wrote the row expects it.
    """
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, ResourceClosedError, exc.TimeoutError, OSError, sqlite3.Error) as error:
        raise fault(name, error) from error


def fault(name: str, error: Exception) -> DatabaseError:
    """The error for what a driver raised."""
    return _told(name, _kind(error))


def file_fault(name: str, error: OSError) -> DatabaseError:
    """The error for a database's file that the system does not let us make."""
    return _told(name, _FILES.get(error.errno or 0, _IO))


def _told(name: str, kind: tuple[str, str, str]) -> DatabaseError:
    what, sentence, remedy = kind
    return DatabaseError(
        f"database.{what}", f"The database {name} cannot be used: {sentence}.", remedy=remedy
    )


def _kind(error: Exception) -> tuple[str, str, str]:
    origin = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(origin, sqlite3.Error):
        # Some errors of the module itself carry no code.
        number = getattr(origin, "sqlite_errorcode", 0) & 0xFF
        return _SQLITE.get(number, _FAILED)
    state = getattr(origin, "sqlstate", None) or ""
    if state == _DISK_FULL:
        return FULL
    if state == _READ_ONLY_TRANSACTION:
        return _READ_ONLY
    if isinstance(error, ResourceClosedError):
        return _CLOSED
    if isinstance(error, exc.TimeoutError):
        return _BUSY
    if isinstance(origin, OSError | TimeoutError):
        return _UNAVAILABLE
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return _UNAVAILABLE
    return _POSTGRES.get(state[:2], _FAILED)
