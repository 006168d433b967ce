"""What the routes need, opened by who starts the server."""

from collections.abc import Callable
from typing import Protocol

import msgspec

from flowlike.apps.apps import Apps
from flowlike.apps.boards import Boards
from flowlike.apps.events import Events
from flowlike.board.model import TraceLevel
from flowlike.database.connect import Database
from flowlike.engine.run import Limits
from flowlike.execution.dispatch import Dispatcher
from flowlike.execution.jobs import Job, Source
from flowlike.identity.clock import now_us
from flowlike.identity.local import Identity
from flowlike.nodes.catalog import Catalog
from flowlike.runs.archive import Archive
from flowlike.server.facts import Networks
from flowlike.server.keeping import Keeper
from flowlike.server.options import ServerOptions


class RunDefaults(msgspec.Struct, frozen=True, kw_only=True):
    """What runs record and may use where nothing else is said. No run gets more than ``limits``."""

    level: TraceLevel = TraceLevel.STEPS
    limits: Limits = Limits()


class RunQueue(Protocol):
    """Where runs stand that may wait."""

    async def put(self, job: Job, source: Source) -> None:
        """Puts a run into the queue; returns once it is stored."""

    async def cancel(self, run_id: str) -> bool:
        """Takes a run out that has not begun; whether there was one."""
        ...

    async def forget(self, app: str) -> None:
        """Ends all runs of an app."""


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the application works with. Who made them closes them.

    Args:
        now: microseconds UTC.
        keeper: its ``finished`` is what the dispatcher calls when a run ends.
        proxies: networks whose forwarding headers are believed.
    """

    options: ServerOptions
    database: Database
    identity: Identity
    apps: Apps
    boards: Boards
    events: Events
    archive: Archive
    keeper: Keeper
    dispatcher: Dispatcher
    queue: RunQueue
    catalog: Catalog
    runs: RunDefaults = RunDefaults()
    proxies: Networks = ()
    now: Callable[[], int] = now_us
