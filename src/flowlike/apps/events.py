"""Events: drafts that people edit, versions that never change, and which of them is live.

An event that is live runs a published version of its board and nothing else (design, section 2;
api-and-security, section 4). An app has one event a route.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from flowlike.apps.boards import Boards, BoardState
from flowlike.apps.event_rows import (
    Canary,
    EventInfo,
    EventRows,
    EventVersion,
    Runs,
    document,
    no_event,
    no_version,
    route_taken,
)
from flowlike.apps.live import LiveEvent, LiveEvents, Match, PublishedEvent
from flowlike.apps.publishing import Published, findings_of, refuse_errors
from flowlike.apps.versions import Bump
from flowlike.board.app import Event
from flowlike.board.findings import Finding
from flowlike.database.connect import Database
from flowlike.database.schema.events import events
from flowlike.errors import AppError, Conflict
from flowlike.identity.clock import Clock, now_us

NO_BOARD_VERSION = "event.no-board-version"
NO_CANARY = "event.no-canary"
BAD_WEIGHT = "event.bad-weight"

__all__ = [
    "Canary",
    "EventInfo",
    "EventVersion",
    "Events",
    "LiveEvent",
    "Match",
    "Published",
    "PublishedEvent",
]


class Events:
    """The events of all apps.

    Args:
        database: where they are.
        boards: what they run.
        clock: what time it is.
    """

    def __init__(self, database: Database, boards: Boards, *, clock: Clock = now_us) -> None:
        self._database = database
        self._boards = boards
        self._clock = clock
        self._rows = EventRows(database)
        self._live = LiveEvents()
        self._reading = asyncio.Lock()

    async def open(self) -> None:
        """Read which events are live, of all apps. Called once before anything is asked."""
        apps = await self._rows.apps_with_live() | set(self._live.apps)
        for app in sorted(apps):
            await self._refresh(app)

    # -------------------------------------------------------------- in memory

    def live(self, app: str, event: str) -> LiveEvent | None:
        """The event if it is published and switched on."""
        return self._live.get(app, event)

    def match(self, app: str, method: str, path: str) -> Match | None:
        """The live HTTP event for a method and a path.

        ``path`` begins with a slash and is spelt as it came over the wire, not decoded.
        """
        return self._live.match(app, method, path)

    async def text(self, published: PublishedEvent) -> bytes:
        """The canonical text of the board that a version runs. Raises NotFound."""
        found = await self._boards.text(published.app, published.board, published.board_version)
        return found.text

    def forget_app(self, app: str) -> None:
        """Drop from memory what belongs to an app that was deleted."""
        self._live.replace(app, ())

    # -------------------------------------------------------------- drafts

    async def list(self, app: str) -> Sequence[EventInfo]:
        """The events of an app by name."""
        return await self._rows.infos(app)

    async def get(self, app: str, event: str) -> EventInfo:
        """One event. Raises NotFound, also for an event of another app."""
        found = await self._rows.infos(app, event)
        if not found:
            raise no_event(event)
        return found[0]

    async def put(self, app: str, event: Event, actor: str) -> EventInfo:
        """Make an event or change its draft. What is live stays as it is.

        Whether an event that exists is switched on is changed by ``set_active`` alone.

        Raises:
            TextError: the document is malformed.
            AppError: the app has no such board.
        """
        document(event)
        async with self._database.write() as connection:
            await self.write(connection, app, event, actor)
        return await self.get(app, event.id)

    async def write(self, connection: AsyncConnection, app: str, event: Event, actor: str) -> None:
        """Save a draft in a transaction of the caller's."""
        await self._rows.save(connection, app, event, actor, self._clock())

    async def delete(self, app: str, event: str) -> None:
        """Delete an event with its versions. Raises NotFound."""
        async with self._database.write() as connection:
            done = await connection.execute(
                delete(events).where(events.c.app_id == app, events.c.id == event)
            )
        if not done.rowcount:
            raise no_event(event)
        await self._refresh(app)

    async def validate(self, app: str, event: str) -> tuple[Finding, ...]:
        """All that is wrong with the draft and the board it starts. Raises NotFound."""
        draft = (await self.get(app, event)).event
        state = await self._boards.get(app, draft.board, draft.version)
        return await asyncio.to_thread(findings_of, draft, state.board, self._boards.catalog)

    # -------------------------------------------------------------- going live

    async def publish(
        self,
        app: str,
        event: str,
        actor: str,
        *,
        version: str = "",
        bump: Bump | Literal[""] = "",
        message: str = "",
        canary: float = 0.0,
    ) -> Published:
        """Make the draft a version that never changes, and let it answer calls.

        The board it runs is the published ``version``; or the board as it is now, published as the
        next version by ``bump``; or the version that the draft names; or the newest there is.

        Args:
            app, event: which event.
            actor: who publishes.
            version: the board's version.
            bump: how to count on from the board's newest version.
            message: what is new.
            canary: the part of the calls, 0 to 1, that the new version gets at first; 0: all.

        Raises:
            PublishRefused: there are errors; carries every finding. No version is made then.
            Conflict: another event has the route; the canary's route differs; a race.
            NotFound: there is no such event, board or version.
            AppError: a bad weight; there is no version of the board and none is asked for.
        """
        if not 0 <= canary <= 1:
            message = "The weight of a canary lies between 0 and 1."
            raise AppError(BAD_WEIGHT, message, remedy="Write 0.1 for a tenth of the calls.")
        info = await self.get(app, event)
        draft = info.event
        state = await self._wanted(app, draft, version, bump)
        findings = await asyncio.to_thread(findings_of, draft, state.board, self._boards.catalog)
        refuse_errors(findings)
        runs = await self._runs(app, draft.board, state, actor, bump or "minor", message)
        try:
            async with self._database.write() as connection:
                number = await self._rows.add_version(
                    connection,
                    app,
                    draft,
                    runs,
                    actor=actor,
                    message=message,
                    canary=canary,
                    now=self._clock(),
                )
        except IntegrityError as error:
            raise route_taken() from error
        await self._refresh(app)
        return Published(event_version=number, board_version=runs.version, findings=findings)

    async def versions(self, app: str, event: str) -> Sequence[EventVersion]:
        """The published versions, the newest first. Raises NotFound."""
        found = await self._rows.versions(app, event)
        if not found:
            await self.get(app, event)
        return found

    async def rollback(self, app: str, event: str, event_version: int) -> None:
        """Let a former version answer calls again; a canary is dropped.

        Raises NotFound, Conflict ``event.route-taken``.
        """
        kept = await self._version(app, event, event_version)
        await self._boards.text(app, kept.board, kept.board_version)
        await self._change(app, event, kept.event, version=event_version, canary_version=0)

    async def promote(self, app: str, event: str) -> None:
        """Let the canary answer all calls. Raises NotFound, Conflict ``event.not-live``."""
        info = await self.get(app, event)
        if info.canary is None:
            raise _no_canary()
        number = info.canary.event_version
        kept = await self._version(app, event, number)
        await self._change(app, event, kept.event, version=number, canary_version=0)

    async def drop_canary(self, app: str, event: str) -> None:
        """Let the stable version answer all calls. Raises NotFound, Conflict."""
        info = await self.get(app, event)
        if info.canary is None:
            raise _no_canary()
        kept = await self._version(app, event, info.live)
        await self._change(app, event, kept.event, canary_version=0)

    async def set_active(self, app: str, event: str, active: bool) -> None:  # noqa: FBT001 - it is the value
        """Switch an event on or off. Raises NotFound, Conflict ``event.route-taken``."""
        info = await self.get(app, event)
        live = await self._version(app, event, info.live) if info.live else None
        draft = msgspec.structs.replace(info.event, active=active)
        await self._change(
            app, event, live.event if live else None, active=active, document=document(draft)
        )

    # -------------------------------------------------------------- inside

    async def _wanted(
        self, app: str, draft: Event, version: str, bump: Bump | Literal[""]
    ) -> BoardState:
        """The board to run; without version if it is to be published first."""
        if not version and not bump:
            version = draft.version
        if not version and not bump:
            version = (await self._boards.info(app, draft.board)).version
            if not version:
                message = "No version of the board was published yet."
                remedy = "Publish the board, or let this publish it as it is now."
                raise AppError(NO_BOARD_VERSION, message, remedy=remedy)
        return await self._boards.get(app, draft.board, version)

    async def _runs(
        self, app: str, board: str, state: BoardState, actor: str, bump: Bump, message: str
    ) -> Runs:
        """The version to run; made of exactly what was checked if it was not published."""
        if state.version:
            return Runs(
                board, state.version, (await self._boards.text(app, board, state.version)).hash
            )
        made = await self._boards.publish(app, board, actor, bump, message, state=state)
        return Runs(board, made.version, made.hash)

    async def _version(self, app: str, event: str, version: int) -> EventVersion:
        found = await self._rows.versions(app, event, version) if version > 0 else []
        if not found:
            await self.get(app, event)
            raise no_version(version)
        return found[0]

    async def _change(self, app: str, event: str, live: Event | None, **values: Any) -> None:
        try:
            async with self._database.write() as connection:
                now = {"updated_us": self._clock()}
                await self._rows.change(connection, app, event, live, values | now)
        except IntegrityError as error:
            raise route_taken() from error
        await self._refresh(app)

    async def _refresh(self, app: str) -> None:
        """Take over what is live in an app. In turn, so that the last one to read was the last."""
        async with self._reading:
            self._live.replace(app, await self._rows.live(app))


def _no_canary() -> Conflict:
    return Conflict(NO_CANARY, "The event has no canary.", remedy="Publish one with a weight.")
