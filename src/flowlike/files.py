"""Files of people: read no further than needed, written whole or not at all, errors in words."""

import os
import stat
from pathlib import Path

from flowlike.errors import UsageError, Where

UNREADABLE = "file.unreadable"
UNWRITABLE = "file.unwritable"


def read_file(file: str | os.PathLike[str], most: int) -> bytes:
    """The first ``most`` bytes of a file. Raises UsageError ``file.unreadable``."""
    try:
        with Path(file).open("rb") as opened:
            return opened.read(most)
    except OSError as error:
        raise unreadable(file, error) from error


def write_file(file: str | os.PathLike[str], content: bytes) -> None:
    """Put ``content`` in the place of a file, or leave it as it was.

    A file that is there keeps its rights; one that is not is made, in a folder that is there. A
    link is replaced, not followed. Raises UsageError ``file.unwritable``.
    """
    path = Path(file)
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(descriptor)
        if path.exists():
            draft.chmod(stat.S_IMODE(path.stat().st_mode))
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise unwritable(file, error) from error


def unreadable(file: str | os.PathLike[str], error: OSError) -> UsageError:
    """The error for a person whose file or folder cannot be read."""
    return UsageError(
        UNREADABLE,
        f"The file cannot be read: {error.strerror or error}.",
        remedy="Check its name and your permissions.",
        where=Where(file=os.fspath(file)),
    )


def unwritable(file: str | os.PathLike[str], error: OSError) -> UsageError:
    """The error for a person whose file or folder cannot be written."""
    return UsageError(
        UNWRITABLE,
        f"The file cannot be written: {error.strerror or error}.",
        remedy="Check the folder, your permissions and the space that is left.",
        where=Where(file=os.fspath(file)),
    )
