"""Published versions of boards: canonical text that never changes."""

import asyncio
import hashlib
import re
from typing import Literal

import msgspec
import zstandard
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from flowlike.apps.ledger import no_board
from flowlike.board.edit import apply
from flowlike.board.edit.commands import RecordTypes
from flowlike.board.model import Board
from flowlike.board.pins import Types
from flowlike.board.text import dump, parse
from flowlike.database.connect import Database
from flowlike.database.schema.boards import board_versions, boards
from flowlike.database.schema.events import event_versions, events
from flowlike.errors import Conflict, NotFound
from flowlike.identity.clock import Clock

NO_VERSION = "board.no-version"
IN_USE = "board.in-use"
RACE = "board.version-taken"

Bump = Literal["major", "minor", "patch"]
Number = tuple[int, int, int]

_VERSION = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})\.([0-9]{1,9})")
_LEVEL = 6


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A published version, without its text. ``hash`` is the SHA-256 of the text, in hex."""

    version: str
    revision: int
    hash: str
    message: str
    actor: str
    at_us: int


class VersionText(msgspec.Struct, frozen=True):
    """The canonical text of a version, with the definitions of its types in it."""

    version: str
    revision: int
    hash: str
    text: bytes

    def parse(self) -> Board:
        """The board it holds."""
        return parse(self.text)


def number_of(version: str) -> Number | None:
    """``1.2.0`` as numbers; None if it is no version."""
    found = _VERSION.fullmatch(version)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def bumped(number: Number, bump: Bump) -> Number:
    """The next version: 1.2.3 becomes 2.0.0, 1.3.0 or 1.2.4."""
    major, minor, patch = number
    if bump == "major":
        return major + 1, 0, 0
    return (major, minor + 1, 0) if bump == "minor" else (major, minor, patch + 1)


def recorded(board: Board, catalog: Types) -> Board:
    """The board with the definition of each type it uses, so that it opens anywhere."""
    return apply(board, RecordTypes(), catalog).board


class Versions:
    """Reads and writes published versions."""

    def __init__(self, database: Database, catalog: Types, clock: Clock) -> None:
        self._database = database
        self._catalog = catalog
        self._clock = clock

    async def publish(
        self, app: str, board: Board, revision: int, actor: str, bump: Bump, message: str
    ) -> Version:
        """Keep a board as its next version.

        The next one follows the newest there is, and what the document itself says if that is
        newer: a board from elsewhere goes on counting.

        Raises:
            NotFound: the board was deleted.
            Conflict: somebody else published at the same time.
        """
        newest = await self._newest(app, board.id)
        own = number_of(board.version) or (0, 0, 0)
        number = bumped(max(newest, own), bump)
        version = ".".join(map(str, number))
        named = msgspec.structs.replace(board, version=version)
        text = await asyncio.to_thread(_text, named, self._catalog)
        made = Version(
            version=version,
            revision=revision,
            hash=hashlib.sha256(text).hexdigest(),
            message=message,
            actor=actor,
            at_us=self._clock(),
        )
        row = {
            "app_id": app,
            "board_id": board.id,
            "major": number[0],
            "minor": number[1],
            "patch": number[2],
            "revision": revision,
            "text": zstandard.ZstdCompressor(_LEVEL).compress(text),
            "text_hash": made.hash,
            "message": message,
            "actor": actor,
            "at_us": made.at_us,
        }
        try:
            async with self._database.write() as connection:
                await connection.execute(insert(board_versions).values(**row))
        except IntegrityError as error:
            await self._newest(app, board.id)
            message = "Somebody else published this board at the same time."
            raise Conflict(
                RACE, message, remedy="Look at their version, then try again."
            ) from error
        return made

    async def list(self, app: str, board: str) -> list[Version]:
        """The versions of a board, the newest first. Raises NotFound."""
        columns = [each for each in board_versions.c if each.name != "text"]
        async with self._database.read() as connection:
            await _check_board(connection, app, board)
            rows = await connection.execute(
                select(*columns)
                .where(board_versions.c.app_id == app, board_versions.c.board_id == board)
                .order_by(
                    board_versions.c.major.desc(),
                    board_versions.c.minor.desc(),
                    board_versions.c.patch.desc(),
                )
            )
            return [
                Version(
                    version=f"{row.major}.{row.minor}.{row.patch}",
                    revision=row.revision,
                    hash=row.text_hash,
                    message=row.message,
                    actor=row.actor,
                    at_us=row.at_us,
                )
                for row in rows
            ]

    async def revision(self, app: str, board: str, version: str) -> int:
        """The revision that was published as a version. Raises NotFound."""
        return (await self.text(app, board, version)).revision

    async def text(self, app: str, board: str, version: str) -> VersionText:
        """The text of a version. Raises NotFound."""
        number = number_of(version)
        if number is None:
            raise _no_version(version)
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(
                    board_versions.c.revision, board_versions.c.text_hash, board_versions.c.text
                ).where(
                    board_versions.c.app_id == app,
                    board_versions.c.board_id == board,
                    board_versions.c.major == number[0],
                    board_versions.c.minor == number[1],
                    board_versions.c.patch == number[2],
                )
            )
            row = rows.one_or_none()
            if row is None:
                await _check_board(connection, app, board)
                raise _no_version(version)
        text = zstandard.ZstdDecompressor().decompress(row.text)
        return VersionText(".".join(map(str, number)), row.revision, row.text_hash, text)

    async def check_unused(self, connection: AsyncConnection, app: str, board: str) -> None:
        """Refuse to lose a board that an event runs. Raises Conflict ``board.in-use``."""
        drafts = select(events.c.name).where(events.c.app_id == app, events.c.board_id == board)
        live = (
            select(events.c.name)
            .join(
                event_versions,
                (event_versions.c.app_id == events.c.app_id)
                & (event_versions.c.event_id == events.c.id)
                & event_versions.c.version.in_((events.c.version, events.c.canary_version)),
            )
            .where(events.c.app_id == app, event_versions.c.board_id == board)
        )
        rows = await connection.execute(drafts.union(live))
        names = sorted(row.name for row in rows)
        if names:
            message = f"The board is used by: {', '.join(names[:5])}."
            raise Conflict(
                IN_USE, message, remedy="Delete these events first, or point them elsewhere."
            )

    async def _newest(self, app: str, board: str) -> Number:
        async with self._database.read() as connection:
            await _check_board(connection, app, board)
            rows = await connection.execute(
                select(
                    board_versions.c.major, board_versions.c.minor, board_versions.c.patch
                ).where(board_versions.c.app_id == app, board_versions.c.board_id == board)
            )
            found = [(row.major, row.minor, row.patch) for row in rows]
        return max(found, default=(0, 0, 0))


def _text(board: Board, catalog: Types) -> bytes:
    return dump(recorded(board, catalog)).encode()


async def _check_board(connection: AsyncConnection, app: str, board: str) -> None:
    rows = await connection.execute(
        select(boards.c.id).where(boards.c.app_id == app, boards.c.id == board)
    )
    if rows.first() is None:
        raise no_board(board)


def _no_version(version: str) -> NotFound:
    message = f"There is no published version {version[:40]}."
    return NotFound(NO_VERSION, message, remedy="Choose one of the board's versions.")
