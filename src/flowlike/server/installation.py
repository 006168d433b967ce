"""A data folder that is open: database, accounts, apps, boards and events, without a server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import msgspec

from flowlike.apps.apps import Apps
from flowlike.apps.boards import Boards
from flowlike.apps.events import Events
from flowlike.database.connect import Database
from flowlike.database.folder import DataFolder
from flowlike.errors import FolderInUseError, UnsafeError, Where
from flowlike.identity import tokens
from flowlike.identity.clock import DAY, HOUR, MINUTE
from flowlike.identity.links import LinkOptions
from flowlike.identity.local import Identity, IdentityOptions
from flowlike.identity.sessions import SessionOptions
from flowlike.nodes.catalog import Catalog, default_catalog
from flowlike.settings import Sessions, Settings, data_folder

KEY = "install.key"
"""The file that holds the key of this installation."""
_PAUSE = 0.1


class Installation(msgspec.Struct, frozen=True):
    """What is open. ``open_installation`` makes one and closes it."""

    settings: Settings
    folder: DataFolder
    key: bytes
    database: Database
    identity: Identity
    catalog: Catalog
    apps: Apps
    boards: Boards
    events: Events


@asynccontextmanager
async def open_installation(
    settings: Settings, patience: float = 0.0
) -> AsyncIterator[Installation]:
    """Holds the data folder and opens what is in it.

    Args:
        settings: of the operator.
        patience: seconds to wait for a folder that another process holds, as a command does.

    Raises:
        FolderInUseError: another process holds it.
        DatabaseError: it cannot be opened; ``database.newer`` if a later version wrote it.
        UnsafeError: ``serve.install-key``.
    """
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(await _claimed(data_folder(settings), patience))
        key = install_key(folder)
        database = await Database.open(settings.database.url or folder.database)
        stack.push_async_callback(database.close)
        identity = Identity(database, key, options=identity_options(settings.sessions))
        await identity.open()
        catalog = default_catalog(settings.nodes.native_packages)
        boards = Boards(database, catalog)
        events = Events(database, boards)
        await events.open()
        yield Installation(
            settings=settings,
            folder=folder,
            key=key,
            database=database,
            identity=identity,
            catalog=catalog,
            apps=Apps(database, boards, events),
            boards=boards,
            events=events,
        )


async def _claimed(path: Path, patience: float) -> DataFolder:
    for _ in range(round(patience / _PAUSE)):
        try:
            return DataFolder.claim(path)
        except FolderInUseError:
            await asyncio.sleep(_PAUSE)
    return DataFolder.claim(path)


def install_key(folder: DataFolder) -> bytes:
    """The key that signs values of this installation. Raises UnsafeError ``serve.install-key``."""
    file = folder.path / KEY
    try:
        return tokens.install_key(file)
    except (OSError, ValueError) as error:
        raise UnsafeError(
            "serve.install-key",
            f"The key of this installation cannot be used: {error}",
            remedy="Put it back from a backup. If it is lost, delete it: everybody signs in again.",
            where=Where(file=str(file)),
        ) from error


def identity_options(sessions: Sessions) -> IdentityOptions:
    """Accounts and sessions as the operator wants them."""
    return IdentityOptions(
        sessions=SessionOptions(
            idle_us=round(sessions.idle_hours * HOUR),
            life_us=round(sessions.absolute_days * DAY),
            most=sessions.most,
        ),
        links=LinkOptions(life_us=round(sessions.link_minutes * MINUTE)),
    )
