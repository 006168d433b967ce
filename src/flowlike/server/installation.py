"""A data folder that is open: database, accounts, apps, boards and events, without a server."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec

from flowlike.apps.apps import Apps
from flowlike.apps.boards import Boards
from flowlike.apps.events import Events
from flowlike.database.connect import Database
from flowlike.database.folder import DataFolder
from flowlike.identity.clock import DAY, HOUR, MINUTE
from flowlike.identity.links import LinkOptions
from flowlike.identity.local import Identity, IdentityOptions
from flowlike.identity.sessions import SessionOptions
from flowlike.nodes.catalog import Catalog, default_catalog
from flowlike.server.early import Held, hold
from flowlike.settings import Sessions, Settings


class Installation(msgspec.Struct, frozen=True):
    """What is open. ``open_installation`` makes one and closes it."""

    settings: Settings
    folder: DataFolder
    database: Database
    identity: Identity
    catalog: Catalog
    apps: Apps
    boards: Boards
    events: Events


@asynccontextmanager
async def open_installation(settings: Settings) -> AsyncIterator[Installation]:
    """Holds the data folder and opens what is in it.

    Raises:
        FolderInUseError: another process holds it.
        DatabaseError: it cannot be opened; ``database.newer`` if a later version wrote it.
        UnsafeError: ``serve.install-key``.
    """
    held = await hold(settings)
    with held.folder:
        async with open_held(settings, held) as installation:
            yield installation


@asynccontextmanager
async def open_held(settings: Settings, held: Held) -> AsyncIterator[Installation]:
    """Opens what is in a folder that this process holds. Raises as ``open_installation``."""
    async with AsyncExitStack() as stack:
        database = await Database.open(settings.database.url or held.folder.database)
        stack.push_async_callback(database.close)
        identity = Identity(database, held.key, options=identity_options(settings.sessions))
        await identity.open()
        catalog = default_catalog(settings.nodes.native_packages)
        boards = Boards(database, catalog)
        events = Events(database, boards)
        await events.open()
        yield Installation(
            settings=settings,
            folder=held.folder,
            database=database,
            identity=identity,
            catalog=catalog,
            apps=Apps(database, boards, events),
            boards=boards,
            events=events,
        )


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
