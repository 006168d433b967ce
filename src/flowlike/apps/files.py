"""App folders as directories: read without following links, written whole or not at all."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from flowlike.apps.archives import LINK, TOO_MANY, ImportLimits, too_large
from flowlike.errors import ImportRefused, Where
from flowlike.files import unreadable, unwritable, write_file

APP_FILE = "app.json"
BOARDS, BOARD_SUFFIX = "boards", ".board.json"
EVENTS, EVENT_SUFFIX = "events", ".json"


def is_wanted(name: str) -> bool:
    """Whether a file, named from the app's folder, is a part of the app."""
    folder, _, file = name.rpartition("/")
    if file.startswith("."):
        return False
    if folder == BOARDS:
        return file.endswith(BOARD_SUFFIX) and file != BOARD_SUFFIX
    if folder == EVENTS:
        return file.endswith(EVENT_SUFFIX) and file != EVENT_SUFFIX
    return name == APP_FILE


def read_directory(folder: Path, limits: ImportLimits) -> dict[str, bytes]:
    """The files of an app's folder by name.

    Raises:
        ImportRefused: one is a link or too large, or there are too many.
        UsageError: the folder cannot be read.
    """
    files = {}
    left = limits.total
    for name in _names(folder, limits):
        files[name] = read_part(folder / name, name, min(limits.file, left))
        left -= len(files[name])
    return files


def read_part(path: Path, name: str, most: int) -> bytes:
    """A file that is no link and has at most so many bytes. Raises ImportRefused, UsageError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as opened:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise _link(name)
            text = opened.read(most + 1)
    except OSError as error:
        if path.is_symlink():
            raise _link(name) from error
        raise unreadable(name, error) from error
    if len(text) > most:
        raise too_large("The app's folder holds more than may be read.", name)
    return text


def write_part(path: Path, text: bytes) -> None:
    """Write a part of an app's folder whole or not at all, and make its folder if need be.

    Raises UsageError, ImportRefused (there is a link in its place).
    """
    if path.is_symlink() or path.parent.is_symlink():
        raise _link(path.name)
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error
    write_file(path, text)


def _names(folder: Path, limits: ImportLimits) -> list[str]:
    names = [APP_FILE] if os.path.lexists(folder / APP_FILE) else []
    for part in (BOARDS, EVENTS):
        inside = folder / part
        if inside.is_symlink():
            raise _link(part)
        if inside.is_dir():
            names += sorted(_listed(folder, part))
    if len(names) > limits.files:
        message = f"The app's folder has more than {limits.files:,} files."
        raise ImportRefused(TOO_MANY, message, remedy="Split the app.")
    return names


def _listed(folder: Path, part: str) -> Iterator[str]:
    try:
        with os.scandir(folder / part) as entries:
            for entry in entries:
                name = f"{part}/{entry.name}"
                if is_wanted(name) and not entry.is_dir(follow_symlinks=False):
                    yield name
    except OSError as error:
        raise unreadable(part, error) from error


def _link(name: str) -> ImportRefused:
    message = "The app's folder holds a link, or something else that is no file."
    return ImportRefused(LINK, message, remedy="Put the file itself there.", where=Where(file=name))
