"""Everything a server works with, opened from the settings and closed in the right order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Protocol

import msgspec
import structlog

from flowlike.errors import FlowlikeError, UsageError
from flowlike.execution.dispatch import Dispatcher
from flowlike.execution.jobs import Job, Outcome
from flowlike.execution.queue import Queue, QueueOptions
from flowlike.runs.archive import Archive
from flowlike.server import configured
from flowlike.server.early import Early
from flowlike.server.installation import Installation, open_held
from flowlike.server.keeping import Keeper
from flowlike.server.metrics import Metrics
from flowlike.server.services import Services
from flowlike.settings import Address, Otel, Settings

RUNS = "runs"
"""The folder of the archive, within the data folder."""
_log = structlog.get_logger("flowlike.server")


class Spans(Protocol):
    """Where finished runs are sent."""

    def put(self, job: Job, outcome: Outcome) -> None:
        """A run that ended; at once."""


class Rooms(msgspec.Struct, frozen=True):
    """What is open. ``open_rooms`` makes one and closes it."""

    installation: Installation
    services: Services
    metrics: Metrics


@asynccontextmanager
async def open_rooms(settings: Settings, address: Address, early: Early) -> AsyncIterator[Rooms]:
    """Opens all rooms of a server that listens at ``address``, on what has begun ``early``.

    Raises:
        FlowlikeError: whatever stands in the way; what was opened is closed again.
    """
    async with AsyncExitStack() as stack:
        installation = await stack.enter_async_context(open_held(settings, early.held))
        metrics = Metrics()
        runs = installation.folder.subfolder(RUNS)
        archive = Archive(runs, configured.archive_options(settings), on_trouble=_trouble)
        stack.push_async_callback(archive.close)
        spans = _spans(settings.otel, stack)
        keeper = Keeper(archive)

        def finished(job: Job, outcome: Outcome) -> None:
            keeper.finished(job, outcome)
            if settings.metrics.bind:
                seconds = (outcome.ended_us - outcome.started_us) / 1e6
                metrics.run(job.trigger, outcome.status, seconds, outcome.steps)
            if spans is not None:
                spans.put(job, outcome)

        early.endings.tell = finished
        dispatcher = early.dispatcher
        queue = Queue(
            installation.database,
            dispatcher,
            # Nobody else can have opened the database of a folder that we hold.
            QueueOptions(alone=installation.database.is_sqlite),
            on_waiting=keeper.waiting,
            on_started=keeper.started,
            on_finished=finished,
        )
        stack.push_async_callback(queue.close)
        stack.push_async_callback(dispatcher.stop)  # first, so that the queue notes what ended
        await early.ready
        await queue.start()
        services = Services(
            options=configured.server_options(settings, address),
            database=installation.database,
            identity=installation.identity,
            apps=installation.apps,
            boards=installation.boards,
            events=installation.events,
            archive=archive,
            keeper=keeper,
            dispatcher=dispatcher,
            queue=queue,
            catalog=installation.catalog,
            runs=configured.run_defaults(settings),
            proxies=configured.proxies(settings),
        )
        watch(metrics, archive, dispatcher, queue)
        yield Rooms(installation, services, metrics)


def watch(metrics: Metrics, archive: Archive, dispatcher: Dispatcher, queue: Queue) -> None:
    """Adds what rooms tell of their state."""
    pool, kept = dispatcher.stats, archive.stats
    metrics.watch(
        {
            "executors": ("Executor processes that take runs.", lambda: pool().executors),
            "executors_lost": ("Executors that died since the start.", lambda: pool().lost),
            "runs_active": ("Runs that go on.", lambda: pool().active),
            "runs_waiting": ("Runs that wait for a place.", lambda: pool().waiting),
            "runs_refused": ("Runs refused for want of a place.", lambda: pool().refused),
            "runs_interrupted": ("Runs whose executor died.", lambda: pool().interrupted),
            "queue_waiting": ("Runs that wait in the queue.", lambda: queue.stats().waiting),
            "queue_running": ("Runs of the queue that go on.", lambda: queue.stats().running),
            "queue_again": ("Attempts that are made again.", lambda: queue.stats().again),
            "queue_stale": ("Ends that came too late.", lambda: queue.stats().stale),
            "archive_pending": ("Runs not written yet.", lambda: kept().pending),
            "archive_pending_bytes": ("Their bytes.", lambda: kept().pending_bytes),
            "archive_failures": ("Times writing failed.", lambda: kept().failures),
            "archive_lost": ("Runs of which nothing is kept.", lambda: kept().counts.lost),
        }
    )


def _trouble(error: FlowlikeError | None) -> None:
    if error is None:
        _log.info("runs are written again")
    else:
        _log.error("runs cannot be written", code=error.code, reason=error.message)


def _spans(otel: Otel, stack: AsyncExitStack) -> Spans | None:
    if not otel.endpoint:
        return None
    try:
        from flowlike.server.spans import SpanExporter  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise UsageError(
            "serve.no-otel",
            "The setting otel.endpoint needs the extra otel, which is not installed.",
            remedy="Install flowlike[otel], or leave the setting empty.",
        ) from error
    exporter = SpanExporter(otel)
    stack.push_async_callback(asyncio.to_thread, exporter.close)
    return exporter
