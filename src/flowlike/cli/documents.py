"""Boards, apps and events as files: which kind a file is, what it holds, how it is written."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from flowlike.board.app import App, Event, dump_app, dump_event, parse_app, parse_event
from flowlike.board.limits import LIMITS
from flowlike.board.model import Board
from flowlike.board.text import dump as dump_board
from flowlike.board.text import parse as parse_board
from flowlike.cli.payloads import read_bytes
from flowlike.cli.target import APP, BOARD_SUFFIX, EVENTS
from flowlike.errors import UsageError, Where
from flowlike.files import write_file


class _Head(msgspec.Struct):
    format: str = ""


class Document(NamedTuple):
    """A file and what it holds."""

    file: str
    text: bytes
    value: Board | App | Event


def files_of(places: Iterable[str]) -> Iterator[str]:
    """The files that arguments name; a folder stands for the apps, events and boards in it.

    Raises:
        UsageError: a folder holds none.
    """
    for place in places:
        folder = Path(place)
        if not folder.is_dir():
            yield place
            continue
        patterns = (APP, f"{EVENTS}/*.json", f"*{BOARD_SUFFIX}")
        found = [file for each in patterns for file in sorted(folder.rglob(each))]
        found = [file for file in found if not _is_hidden(file.relative_to(folder))]
        if not found:
            raise UsageError(
                "cli.no-documents",
                "The folder holds no app and no board.",
                remedy=f"Name a file, or a folder with {APP} or *{BOARD_SUFFIX}.",
                where=Where(file=place),
            )
        yield from map(str, found)


def _is_hidden(file: Path) -> bool:
    return any(part.startswith(".") for part in file.parts)


def read(file: str) -> Document:
    """The document in a file; a file that does not say what it is counts as a board.

    Raises:
        UsageError: it cannot be read.
        TextError: it holds no document.
    """
    text = read_bytes(file)
    kind = _kind(text)
    if kind.startswith("flowlike.app/"):
        return Document(file, text, parse_app(text, file=file))
    if kind.startswith("flowlike.event/"):
        return Document(file, text, parse_event(text, file=file))
    return Document(file, text, parse_board(text, file=file))


def _kind(text: bytes) -> str:
    if len(text) > LIMITS.text:
        return ""
    try:
        return msgspec.json.decode(text, type=_Head).format
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""  # the parser says what is wrong


def canonical(value: Board | App | Event) -> bytes:
    """The canonical text. Raises TextError."""
    if isinstance(value, App):
        return dump_app(value).encode()
    if isinstance(value, Event):
        return dump_event(value).encode()
    return dump_board(value).encode()


def write(file: str, text: bytes) -> None:
    """Replaces a file as a whole or not at all; a link stays, what it leads to is replaced.

    Raises:
        UsageError: ``file.unwritable``.
    """
    write_file(Path(file).resolve(), text)
