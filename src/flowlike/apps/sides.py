"""The page's side of a mirrored app: its boards, its events, and the app itself, as files' text."""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Protocol

import msgspec

from flowlike.apps.documents import board_file, event_file
from flowlike.apps.files import APP_FILE
from flowlike.apps.folders import Rooms
from flowlike.board.app import App, dump_app, dump_event, parse_app, parse_event
from flowlike.board.model import Board
from flowlike.board.pins import Types
from flowlike.board.text import dump, parse
from flowlike.errors import ImportRefused, Where

FILES = "files"
"""Who did it, when a file changed."""

OTHER_ID = "import.other-id"


class Known(msgspec.Struct, frozen=True):
    """A document as both sides last had it: its id, the file's text, the page's mark.

    ``ahead``: the page holds more than the file already.
    """

    id: str
    text: bytes
    mark: str
    ahead: bool = False


class Side(Protocol):
    """One kind of document of an app, as it is on the page."""

    async def marks(self) -> dict[str, str]:
        """For each document by id, what changes whenever it changes."""
        ...

    def file(self, id_: str) -> str:
        """The usual name of a document's file."""
        ...

    async def render(self, id_: str, known: Known | None) -> bytes:
        """The text for the file. What only spelling says stays as ``known`` has it."""
        ...

    async def take(self, name: str, text: bytes, known: Known | None) -> Known:
        """Bring a file's text to the page; how both are then. Raises FlowlikeError."""
        ...

    async def remove(self, id_: str) -> None:
        """Delete the document. Raises FlowlikeError."""
        ...


class BoardSide:
    """The boards. A mark is the revision."""

    def __init__(self, rooms: Rooms, app: str) -> None:
        self._rooms = rooms
        self._app = app

    async def marks(self) -> dict[str, str]:
        """Revisions by id."""
        return {each.id: str(each.revision) for each in await self._rooms.boards.list(self._app)}

    def file(self, id_: str) -> str:
        """The usual name of a board's file."""
        return board_file(id_)

    async def render(self, id_: str, known: Known | None) -> bytes:
        """The board's text, with the definitions it stored or that are installed."""
        board = (await self._rooms.boards.get(self._app, id_)).board
        return await asyncio.to_thread(_board_text, board, self._rooms.boards.catalog, known)

    async def take(self, name: str, text: bytes, known: Known | None) -> Known:
        """Apply what changed in the file since, as one step; or make the board it holds."""
        target = await asyncio.to_thread(parse, text, file=name)
        boards = self._rooms.boards
        if known is None:
            made = await boards.create(self._app, FILES, id=target.id, board=target)
            return Known(made.id, text, str(made.revision))
        _check_same(name, known.id, target.id)
        types = boards.catalog
        done = await boards.merge(
            self._app,
            known.id,
            int(known.mark),
            _without_installed(target, types),
            FILES,
            base=_without_installed(parse(known.text), types),
        )
        return Known(known.id, text, str(done.revision), ahead=bool(done.missing))

    async def remove(self, id_: str) -> None:
        """Delete the board, unless an event runs it."""
        await self._rooms.boards.delete(self._app, id_)


class EventSide:
    """The events. A mark is a digest.

    Args:
        rooms: the services.
        app: which app.
        board_files: the file of each board by id, as it is at the moment.
    """

    def __init__(self, rooms: Rooms, app: str, board_files: Callable[[], dict[str, str]]) -> None:
        self._rooms = rooms
        self._app = app
        self._board_files = board_files

    async def marks(self) -> dict[str, str]:
        """Digests by id."""
        found = await self._rooms.events.list(self._app)
        return {each.event.id: _digest(dump_event(each.event)) for each in found}

    def file(self, id_: str) -> str:
        """The usual name of an event's file."""
        return event_file(id_)

    async def render(self, id_: str, known: Known | None) -> bytes:
        """The event's text; the board is named as before, else by its file."""
        event = (await self._rooms.events.get(self._app, id_)).event
        files = self._board_files()
        named = files.get(event.board, board_file(event.board))
        before = None if known is None else parse_event(known.text)
        if before is not None and before.board == event.board:
            named = before.board
        event = msgspec.structs.replace(event, board=named)
        if known is not None and before == event:
            return known.text
        return dump_event(event).encode()

    async def take(self, name: str, text: bytes, known: Known | None) -> Known:
        """Make the event what the file says."""
        event = parse_event(text, file=name)
        if known is not None:
            _check_same(name, known.id, event.id)
        ids = {file: id_ for id_, file in self._board_files().items()}
        event = msgspec.structs.replace(event, board=ids.get(event.board, event.board))
        info = await self._rooms.events.put(self._app, event, FILES)
        if info.active != event.active:
            await self._rooms.events.set_active(self._app, event.id, event.active)
        return Known(event.id, text, _digest(dump_event(event)))

    async def remove(self, id_: str) -> None:
        """Delete the event."""
        await self._rooms.events.delete(self._app, id_)


class AppSide:
    """The app itself; there is one. The id in its file stays what it is."""

    def __init__(self, rooms: Rooms, app: str) -> None:
        self._rooms = rooms
        self._app = app

    async def marks(self) -> dict[str, str]:
        """The digest of the app."""
        return {self._app: _digest(dump_app(await self._rooms.apps.document(self._app)))}

    def file(self, id_: str) -> str:
        """The app's file."""
        del id_
        return APP_FILE

    async def render(self, id_: str, known: Known | None) -> bytes:
        """The app's text."""
        app = await self._rooms.apps.document(id_)
        if known is None:
            return dump_app(app).encode()
        before = parse_app(known.text)
        own = msgspec.structs.replace(app, id=before.id)
        return known.text if own == before else dump_app(own).encode()

    async def take(self, name: str, text: bytes, known: Known | None) -> Known:
        """Make the app what the file says."""
        app: App = parse_app(text, file=name)
        if known is not None:
            _check_same(name, parse_app(known.text).id, app.id)
        await self._rooms.apps.update(
            self._app,
            name=app.name,
            description=app.description,
            version=app.version,
            settings=app.settings,
        )
        own = msgspec.structs.replace(app, id=self._app)
        return Known(self._app, text, _digest(dump_app(own)))

    async def remove(self, id_: str) -> None:
        """An app without its file is no app; it stays."""
        message = f"The file {APP_FILE} is gone."
        remedy = "Put it back; without it the folder is no app."
        raise ImportRefused("import.no-app-file", message, remedy=remedy, where=Where(file=id_))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _board_text(board: Board, types: Types, known: Known | None) -> bytes:
    if known is not None:
        before = _without_installed(parse(known.text), types)
        if _without_installed(msgspec.structs.replace(board, id=before.id), types) == before:
            return known.text  # another spelling of the same
    return dump(_with_types(board, types)).encode()


def _with_types(board: Board, types: Types) -> Board:
    """The board with a definition of each type it uses: its own, else the installed one."""
    used = {node.type for node in board.nodes.values()}
    found = {key: board.types.get(key) or types.get(key) for key in used}
    kept = {key: each for key, each in found.items() if each is not None}
    return msgspec.structs.replace(board, types=kept)


def _without_installed(board: Board, types: Types) -> Board:
    """The board with such definitions only as no package here gives: others say nothing new."""
    kept = {key: each for key, each in board.types.items() if types.get(key) is None}
    return msgspec.structs.replace(board, types=kept)


def _check_same(name: str, before: str, now: str) -> None:
    if before != now:
        message = f"The id in the file changed from {before} to {now[:64]}."
        remedy = "Put the old id back, or make a new file of it."
        raise ImportRefused(OTHER_ID, message, remedy=remedy, where=Where(file=name))
