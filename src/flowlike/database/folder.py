"""The data folder: one process at a time, its owner's eyes only."""

import errno
import fcntl
import os
import stat
from pathlib import Path
from types import TracebackType
from typing import Self

from flowlike.errors import DatabaseError, FolderInUseError

DATABASE = "flowlike.db"
_LOCK = "lock"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_SHUT = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class DataFolder:
    """A folder that is held by this process until ``release`` or its end, however it ends.

    ``DataFolder.claim`` makes one.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def claim(cls, path: str | Path) -> Self:
        """Make the folder (0700) if it is missing, and hold it.

        An existing folder is closed to others. The lock is a file of this folder and never removed.

        Raises:
            FolderInUseError: ``database.folder-in-use``, with the process that holds it.
            DatabaseError: ``database.folder-not-ours``, ``database.folder-read-only``,
                ``database.full``, ``database.folder``.
        """
        folder = Path(path)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = folder.stat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
                raise _not_ours(folder)
            if stat.S_IMODE(found.st_mode) != 0o700:
                folder.chmod(0o700)
            descriptor = open_private(folder / _LOCK)
        except OSError as error:
            raise _refused(folder, error) from error
        try:
            _hold(descriptor, folder)
        except BaseException:
            os.close(descriptor)
            raise
        return cls(folder, descriptor)

    @property
    def database(self) -> Path:
        """The file of the SQLite database."""
        return self.path / DATABASE

    def subfolder(self, name: str) -> Path:
        """A folder in it (0700), made if it is missing.

        Raises:
            DatabaseError: as ``claim``.
        """
        folder = self.path / name
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise _refused(folder, error) from error
        return folder

    def release(self) -> None:
        """Let others have it. A second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def open_private(path: Path) -> int:
    """Open a file for reading and writing, made 0600 whatever the umask; no symbolic link.

    Raises:
        OSError: the system refuses.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(path, flags, 0o600)
    try:
        os.fchmod(descriptor, 0o600)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _hold(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise _in_use(descriptor, folder) from error
    except OSError as error:
        raise _refused(folder, error) from error
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
    except OSError as error:
        raise _refused(folder, error) from error


def _in_use(descriptor: int, folder: Path) -> FolderInUseError:
    text = os.pread(descriptor, 32, 0).strip()
    pid = int(text) if text.isdigit() else 0
    by = f"process {pid}" if pid else "another process"
    return FolderInUseError(
        "database.folder-in-use",
        f"The data folder {folder} is in use by {by}.",
        remedy="Stop that process, or name another folder with --data.",
        pid=pid,
    )


def _not_ours(folder: Path) -> DatabaseError:
    return DatabaseError(
        "database.folder-not-ours",
        f"{folder} is not a folder of this user.",
        remedy="Name a folder of your own with --data.",
    )


def _refused(folder: Path, error: OSError) -> DatabaseError:
    is_file = isinstance(error, FileExistsError | NotADirectoryError)
    reason = "it is a file" if is_file else error.strerror or str(error)
    if error.errno in _FULL:
        return DatabaseError(
            "database.full",
            f"There is no room for the data folder {folder}: {reason}.",
            remedy="Free space on that disk, or name a folder on another one with --data.",
        )
    if error.errno in _SHUT:
        return DatabaseError(
            "database.folder-read-only",
            f"The data folder {folder} cannot be written: {reason}.",
            remedy="Give this user the right to write there, or name another folder with --data.",
        )
    return DatabaseError(
        "database.folder",
        f"{folder} cannot be the data folder: {reason}.",
        remedy="Name another folder with --data.",
    )
