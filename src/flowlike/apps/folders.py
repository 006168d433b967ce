"""Whole apps in and out: as a zip over the network, as a folder in Git.

An app that arrives is somebody else's work: its events are switched off until a person has looked,
and an id that is taken is replaced. All of it arrives, or nothing does (threat 39).
"""

import asyncio
import re
from pathlib import Path
from typing import Protocol

import msgspec

from flowlike.apps.apps import Apps
from flowlike.apps.archives import ImportLimits, read_archive, write_archive
from flowlike.apps.boards import Boards
from flowlike.apps.documents import (
    AppDocuments,
    board_file,
    event_file,
    read_documents,
    write_documents,
)
from flowlike.apps.events import Events
from flowlike.apps.files import is_wanted, read_directory
from flowlike.apps.versions import number_of, recorded
from flowlike.board.app import Event
from flowlike.database.connect import Database
from flowlike.database.ids import new_id
from flowlike.errors import ImportRefused, Where

BAD_BOARD_ID = "import.bad-board-id"

_LIMITS = ImportLimits()
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class Rooms(Protocol):
    """What importing needs of the services."""

    @property
    def database(self) -> Database:
        """Where all of it is."""
        ...

    @property
    def apps(self) -> Apps:
        """All apps."""
        ...

    @property
    def boards(self) -> Boards:
        """All boards."""
        ...

    @property
    def events(self) -> Events:
        """All events."""
        ...


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What arrived.

    ``renamed`` says that the app got a new id since its own was taken.
    """

    app: str
    boards: tuple[str, ...]
    events: tuple[str, ...]
    renamed: bool


async def import_folder(
    rooms: Rooms,
    source: Path | bytes,
    owner: str,
    *,
    activate: bool = False,
    limits: ImportLimits = _LIMITS,
) -> Imported:
    """Make an app of a folder, or of a zip of one, that ``owner`` then owns.

    Args:
        rooms: apps, boards and events, and their database.
        source: the folder, or the bytes of a zip.
        owner: who gets it.
        activate: publish its boards and events and leave the events as switched as the files say.
            Only for what the person in charge of the machine names.
        limits: how much is read.

    Raises:
        ImportRefused, TextError, UsageError: nothing was imported.
        PublishRefused, Conflict: an event cannot go live; nothing was imported.
    """
    documents = await asyncio.to_thread(_read, source, limits)
    imported = await add_documents(rooms, documents, owner, switched_off=not activate)
    if activate:
        try:
            await _publish(rooms, imported, owner)
        except BaseException:
            await rooms.apps.delete(imported.app)
            raise
    return imported


async def add_documents(
    rooms: Rooms, documents: AppDocuments, owner: str, *, switched_off: bool
) -> Imported:
    """Write an app's documents as a new app, in one transaction."""
    for name, board in documents.boards.items():
        if not _ID.fullmatch(board.id):
            message = "The id of a board is malformed."
            remedy = "Use 1 to 64 letters, digits, - and _."
            raise ImportRefused(BAD_BOARD_ID, message, remedy=remedy, where=Where(file=name))
    events = [
        msgspec.structs.replace(
            event,
            board=documents.board_of(event),
            active=event.active and not switched_off,
        )
        for event in documents.events.values()
    ]
    app = documents.app
    async with rooms.database.write() as connection:
        if await rooms.apps.exists(connection, app.id):
            app = msgspec.structs.replace(app, id=new_id())
        await rooms.apps.add(connection, app, owner)
        for board in documents.boards.values():
            await rooms.boards.add(connection, app.id, board, owner)
        for event in events:
            await rooms.events.write(connection, app.id, event, owner)
    return Imported(
        app=app.id,
        boards=tuple(board.id for board in documents.boards.values()),
        events=tuple(event.id for event in events),
        renamed=app.id != documents.app.id,
    )


async def export_folder(rooms: Rooms, app: str) -> bytes:
    """An app as a zip of its folder: canonical text, and equal bytes for an equal app.

    Boards are as they are now, and say the newest version published of them. Raises NotFound.
    """
    documents = await documents_of(rooms, app)
    return await asyncio.to_thread(lambda: write_archive(write_documents(documents)))


async def documents_of(rooms: Rooms, app: str) -> AppDocuments:
    """The documents of an app. Raises NotFound."""
    boards = {}
    for info in await rooms.boards.list(app):
        board = (await rooms.boards.get(app, info.id)).board
        newest = max(info.version, board.version, key=lambda each: number_of(each) or (0, 0, 0))
        board = recorded(board, rooms.boards.catalog)
        boards[board_file(info.id)] = msgspec.structs.replace(board, version=newest)
    events = {}
    for each in await rooms.events.list(app):
        events[event_file(each.event.id)] = _named(each.event)
    return AppDocuments(app=await rooms.apps.document(app), boards=boards, events=events)


def _named(event: Event) -> Event:
    """An event that names its board by file; the published versions stay behind."""
    return msgspec.structs.replace(event, board=board_file(event.board), version="")


def _read(source: Path | bytes, limits: ImportLimits) -> AppDocuments:
    if isinstance(source, bytes):
        return read_documents(read_archive(source, is_wanted, limits))
    return read_documents(read_directory(source, limits))


async def _publish(rooms: Rooms, imported: Imported, owner: str) -> None:
    versions = {}
    for event_id in imported.events:
        board = (await rooms.events.get(imported.app, event_id)).event.board
        if board not in versions:
            made = await rooms.boards.publish(imported.app, board, owner)
            versions[board] = made.version
        await rooms.events.publish(imported.app, event_id, owner, version=versions[board])
