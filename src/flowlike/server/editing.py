"""An app folder, or one board, that is edited on the page: files and page are kept alike.

``flowlike edit`` serves from a data folder that belongs to the edited folder. The files are what
counts: at each start the app is made anew from them, and every accepted change is written back.
A board that lies alone is given a folder of its own, and carried to and fro.
"""

import asyncio
from pathlib import Path

import structlog

from flowlike.apps.mirror import FolderMirror, Trouble
from flowlike.board.app import App, dump_app
from flowlike.board.text import parse
from flowlike.errors import FlowlikeError, UsageError, Where
from flowlike.files import UNWRITABLE, read_file, write_file
from flowlike.identity.local import OWNER
from flowlike.server.installation import Installation

SECONDS = 0.5
"""How often both sides are looked at."""
APP_FILE, BOARDS = "app.json", "boards"
_STAGE = "edited"
_MOST_BYTES = 64 * 1024 * 1024
_log = structlog.get_logger("flowlike.editing")


class Edited:
    """What is edited. ``open``, then ``watch`` until it is cancelled, then ``sync`` once more.

    Args:
        installation: the data folder that belongs to it.
        target: the folder of an app, or the file of a board.
    """

    def __init__(self, installation: Installation, target: Path) -> None:
        self._installation = installation
        self._file = SingleBoard(target, installation.folder.path) if target.is_file() else None
        folder = target if self._file is None else self._file.folder
        self._mirror = FolderMirror(installation, folder, OWNER)
        self._told: tuple[Trouble, ...] = ()

    async def open(self) -> str:
        """Makes the app of the files; its path on the page.

        Raises:
            FlowlikeError: the files cannot be read.
        """
        for before in await self._installation.apps.list_for(OWNER):
            await self._installation.apps.delete(before.id)
        if self._file is not None:
            await asyncio.to_thread(self._file.stage)
        app = await self._mirror.open()
        return f"/apps/{app}" if self._file is None else f"/apps/{app}/boards/{self._file.board}"

    async def watch(self) -> None:
        """Keeps both sides alike, for ever."""
        while True:
            await asyncio.sleep(SECONDS)
            await self.sync()

    async def sync(self) -> None:
        """Carries changes both ways, and tells what stands in the way, once."""
        try:
            if self._file is not None:
                await asyncio.to_thread(self._file.take)
            done = await self._mirror.sync()
            if self._file is not None:
                await asyncio.to_thread(self._file.give)
        except (FlowlikeError, OSError) as error:
            self._tell((_trouble(error),))
            return
        for file in done.written:
            _log.info("saved", file=file)
        for file in done.taken:
            _log.info("taken from the file", file=file)
        self._tell(done.troubles)

    def _tell(self, troubles: tuple[Trouble, ...]) -> None:
        for trouble in set(troubles) - set(self._told):
            _log.warning(trouble.message, file=trouble.file, code=trouble.code, do=trouble.remedy)
        self._told = troubles


class SingleBoard:
    """A board's file, and the folder of an app that stands in for it.

    Args:
        file: the board.
        data: the data folder; the stand-in is made there.
    """

    def __init__(self, file: Path, data: Path) -> None:
        self._file = file
        self.folder = data / _STAGE
        self.board = parse(_read(file), file=str(file)).id
        self._staged = self.folder / BOARDS / f"{self.board}.board.json"
        self._agreed = b""

    def stage(self) -> None:
        """Makes the stand-in anew."""
        for old in (self.folder / BOARDS).glob("*"):
            old.unlink()
        self._staged.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        app = App(id=self.board, name=self._file.name.partition(".")[0])
        (self.folder / APP_FILE).write_text(dump_app(app), "utf-8")
        self._agreed = _read(self._file)
        self._staged.write_bytes(self._agreed)

    def take(self) -> None:
        """Carries a change of the file into the stand-in."""
        text = _read(self._file)
        if text != self._agreed:
            self._agreed = text
            self._staged.write_bytes(text)

    def give(self) -> None:
        """Carries a change of the stand-in into the file, unless that changed meanwhile."""
        text = _read(self._staged)
        if text != self._agreed and _read(self._file) == self._agreed:
            write_file(self._file.resolve(), text)
            self._agreed = text


def _read(file: Path) -> bytes:
    text = read_file(file, _MOST_BYTES + 1)
    if len(text) > _MOST_BYTES:
        raise UsageError(
            "file.too-large", "The file is too large for a board.", where=Where(file=str(file))
        )
    return text


def _trouble(error: FlowlikeError | OSError) -> Trouble:
    if isinstance(error, FlowlikeError):
        return Trouble(error.where.file, error.code, error.message, error.remedy)
    return Trouble(str(error.filename or ""), UNWRITABLE, str(error.strerror or error), "")
