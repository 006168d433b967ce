"""An app that is edited on the page and lies in a folder, as for ``flowlike edit``.

``sync`` carries what changed on the page into the files, and what changed in the files (an editor,
Git) into the app, a board as one step that may be undone. What changed on both sides in the same
place is left as it is on both, and told. Files that did not change are not touched.
"""

import asyncio
import os
from pathlib import Path

import msgspec

from flowlike.apps.archives import ImportLimits
from flowlike.apps.documents import read_documents
from flowlike.apps.files import APP_FILE, BOARDS, is_wanted, read_directory, read_part, write_part
from flowlike.apps.folders import Rooms, add_documents
from flowlike.apps.sides import AppSide, BoardSide, EventSide, Known, Side
from flowlike.apps.versions import IN_USE
from flowlike.errors import FlowlikeError

BOTH = "mirror.changed-on-both-sides"
_LIMITS = ImportLimits()


class Trouble(msgspec.Struct, frozen=True):
    """A file that could not be brought together with the page, and why."""

    file: str
    code: str
    message: str
    remedy: str


class Synced(msgspec.Struct, frozen=True, kw_only=True):
    """What a ``sync`` did: files written or removed, files taken over, and those left alone."""

    written: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()

    @property
    def idle(self) -> bool:
        """Whether nothing happened and all is well."""
        return not (self.written or self.taken or self.troubles)


class FolderMirror:
    """Keeps an app and its folder alike.

    Args:
        rooms: apps, boards and events, and their database.
        folder: the app's folder.
        owner: who edits it on the page.
        limits: how much is read.
    """

    def __init__(
        self, rooms: Rooms, folder: Path, owner: str, *, limits: ImportLimits = _LIMITS
    ) -> None:
        self._rooms = rooms
        self._folder = folder
        self._owner = owner
        self._limits = limits
        self._known: dict[str, Known] = {}
        self._turn = asyncio.Lock()
        self._sides: dict[str, Side] = {}
        self.app = ""

    async def open(self) -> str:
        """Make an app of the folder; its id. Raises as ``import_folder``."""
        files = await self._read()
        documents = await asyncio.to_thread(read_documents, files)
        imported = await add_documents(self._rooms, documents, self._owner, switched_off=False)
        app = self.app = imported.app
        self._sides = {
            "app": AppSide(self._rooms, app),
            "boards": BoardSide(self._rooms, app),
            "events": EventSide(self._rooms, app, self._board_files),
        }
        marks = {kind: await side.marks() for kind, side in self._sides.items()}
        listed = [(name, "boards", each.id) for name, each in documents.boards.items()]
        listed += [(name, "events", each.id) for name, each in documents.events.items()]
        for name, kind, id_ in [(APP_FILE, "app", app), *listed]:
            self._known[name] = Known(id_, files[name], marks[kind][id_])
        return app

    async def sync(self) -> Synced:
        """Carry changes both ways.

        Raises:
            UsageError: a file cannot be read or written.
            ImportRefused: the folder holds a link, or too much.
        """
        async with self._turn:
            files = await self._read()
            done = _Done()
            for kind in ("app", "boards", "events"):
                await self._sync_kind(kind, files, done)
            if any(each.code == IN_USE for each in done.troubles):
                # The event that used a board may be gone by now.
                done.troubles = [each for each in done.troubles if each.code != IN_USE]
                await self._sync_kind("boards", files, done)
            return Synced(
                written=tuple(done.written),
                taken=tuple(done.taken),
                troubles=tuple(done.troubles),
            )

    # -------------------------------------------------------------- inside

    async def _read(self) -> dict[str, bytes]:
        return await asyncio.to_thread(read_directory, self._folder, self._limits)

    def _board_files(self) -> dict[str, str]:
        return {
            known.id: name for name, known in self._known.items() if name.startswith(f"{BOARDS}/")
        }

    async def _sync_kind(self, kind: str, files: dict[str, bytes], done: "_Done") -> None:
        side = self._sides[kind]
        marks = await side.marks()
        mine = {name for name in (*self._known, *files) if _kind_of(name) == kind}
        for name in sorted(mine):
            try:
                await self._sync_file(side, name, files.get(name), marks, done)
            except FlowlikeError as error:
                done.troubles.append(Trouble(name, error.code, error.message, error.remedy))
        placed = {self._known[name].id for name in self._known if _kind_of(name) == kind}
        for id_ in sorted(set(await side.marks()) - placed):
            name = side.file(id_)
            if name not in files and is_wanted(name):
                await self._write(side, name, id_, None, done)

    async def _sync_file(
        self, side: Side, name: str, text: bytes | None, marks: dict[str, str], done: "_Done"
    ) -> None:
        known = self._known.get(name)
        if known is None:
            if text is not None:
                await self._take(side, name, text, None, done)
            return
        mark = marks.get(known.id)
        if mark is None:
            self._gone_from_page(name, known, text, done)
        elif text is None:
            await self._gone_from_folder(side, name, known, mark, done)
        elif text == known.text:
            if mark != known.mark or known.ahead:
                await self._write(side, name, known.id, known, done)
        else:
            await self._bring_together(side, name, text, known, mark, done)

    async def _bring_together(
        self, side: Side, name: str, text: bytes, known: Known, mark: str, done: "_Done"
    ) -> None:
        """The file changed, and perhaps the page too."""
        if mark != known.mark and await side.render(known.id, known) == text:
            self._known[name] = Known(known.id, text, mark)
        elif mark != known.mark and not name.startswith(f"{BOARDS}/"):
            message = "It was changed on the page and in the file."
            remedy = "Make the file what the page says, or undo one of the changes."
            done.troubles.append(Trouble(name, BOTH, message, remedy))
        else:
            await self._take(side, name, text, known, done)

    async def _take(
        self, side: Side, name: str, text: bytes, known: Known | None, done: "_Done"
    ) -> None:
        """The file is new or changed; the page may have moved on meanwhile."""
        both = self._known[name] = await side.take(name, text, known)
        done.taken.append(name)
        if both.ahead:
            await self._write(side, name, both.id, both, done)

    async def _write(
        self, side: Side, name: str, id_: str, known: Known | None, done: "_Done"
    ) -> None:
        mark = (await side.marks())[id_]
        text = await side.render(id_, known)
        before = None if known is None else known.text
        if text != before:
            if await asyncio.to_thread(self._present, name) != before:
                return  # it changed this very moment: next time
            await asyncio.to_thread(write_part, self._folder / name, text)
            done.written.append(name)
        self._known[name] = Known(id_, text, mark)

    def _present(self, name: str) -> bytes | None:
        path = self._folder / name
        return read_part(path, name, self._limits.file) if os.path.lexists(path) else None

    def _gone_from_page(self, name: str, known: Known, text: bytes | None, done: "_Done") -> None:
        if text is not None and self._present(name) != known.text:
            message = "It was deleted on the page and changed in the file."
            remedy = "Delete the file, or give what it holds another id."
            done.troubles.append(Trouble(name, BOTH, message, remedy))
            return
        (self._folder / name).unlink(missing_ok=True)
        del self._known[name]
        if text is not None:
            done.written.append(name)

    async def _gone_from_folder(
        self, side: Side, name: str, known: Known, mark: str, done: "_Done"
    ) -> None:
        """A file that is gone takes its document along, unless that changed on the page since."""
        if mark != known.mark or known.ahead:
            await self._write(side, name, known.id, None, done)
            return
        await side.remove(known.id)
        del self._known[name]
        done.taken.append(name)


class _Done:
    """What a ``sync`` has done so far."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.taken: list[str] = []
        self.troubles: list[Trouble] = []


def _kind_of(name: str) -> str:
    return "app" if name == APP_FILE else name.partition("/")[0]
