"""The rows of events and their versions."""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flowlike.apps.live import LiveEvent, PublishedEvent
from flowlike.apps.routes import shape_of
from flowlike.board.app import Event, EventKind, dump_event, parse_event
from flowlike.database.connect import Database
from flowlike.database.schema.boards import boards
from flowlike.database.schema.events import event_versions, events
from flowlike.errors import AppError, Conflict, NotFound

NO_EVENT = "event.not-found"
NO_VERSION = "event.no-version"
NO_BOARD = "event.unknown-board"
ROUTE_TAKEN = "event.route-taken"
CANARY_ROUTE = "event.canary-route"
CHANGED = "event.changed"


class Canary(msgspec.Struct, frozen=True):
    """A version that gets a part of the calls, 0 to 1, before it is promoted or dropped."""

    weight: float
    event_version: int
    board_version: str


class EventInfo(msgspec.Struct, frozen=True, kw_only=True):
    """An event.

    Attributes:
        event: its document as last saved: the draft of the next version.
        active: whether it is switched on.
        live: the version that answers calls, 0 before one was published.
        live_board_version: the board's version that it runs.
        canary: a second version that gets a part of the calls.
        changed: whether the draft differs from the live version.
    """

    event: Event
    active: bool
    live: int
    live_board_version: str
    canary: Canary | None
    changed: bool
    created_us: int
    updated_us: int
    updated_by: str


class EventVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A published version. ``live`` and ``canary`` say whether it answers calls now."""

    version: int
    event: Event
    board: str
    board_version: str
    message: str
    actor: str
    at_us: int
    live: bool
    canary: bool


class Runs(msgspec.Struct, frozen=True):
    """The published board a version of an event runs."""

    board: str
    version: str
    hash: str


class EventRows:
    """Reads and writes events; what takes a connection belongs to the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -------------------------------------------------------------- reading

    async def infos(self, app: str, event: str = "") -> list[EventInfo]:
        """The events of an app by name, or one of them."""
        live, canary = event_versions.alias("live"), event_versions.alias("canary")
        query = (
            select(
                events,
                live.c.board_version.label("live_board_version"),
                live.c.document.label("live_document"),
                canary.c.board_version.label("canary_board_version"),
            )
            .outerjoin(live, _is_version(live, events.c.version))
            .outerjoin(canary, _is_version(canary, events.c.canary_version))
            .where(events.c.app_id == app)
            .order_by(events.c.name, events.c.id)
        )
        if event:
            query = query.where(events.c.id == event)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [_info(row) for row in rows]

    async def versions(self, app: str, event: str, version: int = 0) -> list[EventVersion]:
        """The published versions of an event, the newest first, or one of them."""
        query = (
            select(
                event_versions,
                events.c.version.label("live"),
                events.c.canary_version.label("canary"),
            )
            .join(
                events,
                (events.c.app_id == event_versions.c.app_id)
                & (events.c.id == event_versions.c.event_id),
            )
            .where(event_versions.c.app_id == app, event_versions.c.event_id == event)
            .order_by(event_versions.c.version.desc())
        )
        if version:
            query = query.where(event_versions.c.version == version)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [
            EventVersion(
                version=row.version,
                event=parse_event(row.document),
                board=row.board_id,
                board_version=row.board_version,
                message=row.message,
                actor=row.actor,
                at_us=row.at_us,
                live=row.version == row.live,
                canary=row.version == row.canary,
            )
            for row in rows
        ]

    async def apps_with_live(self) -> set[str]:
        """Apps in which something answers calls."""
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(events.c.app_id).where(events.c.active, events.c.version > 0).distinct()
            )
            return {row.app_id for row in rows}

    async def live(self, app: str) -> list[LiveEvent]:
        """What answers calls in an app."""
        query = (
            select(
                events.c.id,
                events.c.version.label("live"),
                events.c.canary_weight,
                event_versions,
            )
            .join(
                event_versions,
                _is_version(event_versions, events.c.version)
                | _is_version(event_versions, events.c.canary_version),
            )
            .where(events.c.app_id == app, events.c.active, events.c.version > 0)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        canaries = {row.id: row for row in rows if row.version != row.live}
        return [
            LiveEvent(
                app=app,
                id=row.id,
                stable=_published(row),
                canary=_published(canaries[row.id]) if row.id in canaries else None,
                weight=row.canary_weight,
            )
            for row in rows
            if row.version == row.live
        ]

    # -------------------------------------------------------------- writing

    async def save(
        self, connection: AsyncConnection, app: str, event: Event, actor: str, now: int
    ) -> None:
        """Write a draft. Whether an event that exists is switched on stays. Raises AppError."""
        await _check_board(connection, app, event.board)
        mine = _is(app, event.id)
        rows = await connection.execute(select(events.c.active).where(mine))
        active: bool | None = rows.scalar_one_or_none()
        if active is not None:
            event = msgspec.structs.replace(event, active=active)
        values = {
            "name": event.name,
            "kind": event.kind.value,
            "board_id": event.board,
            "document": document(event),
            "updated_us": now,
            "updated_by": actor,
        }
        if active is not None:
            await connection.execute(update(events).where(mine).values(**values))
            return
        more = {"app_id": app, "id": event.id, "active": event.active, "created_us": now}
        await connection.execute(insert(events).values(**values, **more))

    async def add_version(
        self,
        connection: AsyncConnection,
        app: str,
        draft: Event,
        runs: Runs,
        *,
        actor: str,
        message: str,
        canary: float,
        now: int,
    ) -> int:
        """Make the draft the next version and let it answer calls; its number.

        Raises NotFound, Conflict, IntegrityError (the route is taken).
        """
        row = await self._lock(connection, app, draft.id)
        if row.document != document(draft):
            message = "Somebody changed the event at the same time."
            raise Conflict(CHANGED, message, remedy="Look at the event again, then publish it.")
        mine = (event_versions.c.app_id == app) & (event_versions.c.event_id == draft.id)
        newest = await connection.execute(select(func.max(event_versions.c.version)).where(mine))
        number = int(newest.scalar_one() or 0) + 1
        await connection.execute(
            insert(event_versions).values(
                app_id=app,
                event_id=draft.id,
                version=number,
                board_id=runs.board,
                board_version=runs.version,
                board_hash=runs.hash,
                document=document(draft),
                message=message,
                actor=actor,
                at_us=now,
            )
        )
        values: dict[str, Any] = {"version": number, "canary_version": 0, "canary_weight": 0.0}
        if canary and row.version:
            if row.active and row.route != _route(draft):
                message = "A canary answers the route of the live version."
                raise Conflict(CANARY_ROUTE, message, remedy="Publish it without a canary.")
            values = {"canary_version": number, "canary_weight": canary}
        await self._set(connection, row, draft, values | {"updated_us": now})
        return number

    async def change(
        self,
        connection: AsyncConnection,
        app: str,
        event: str,
        live: Event | None,
        values: dict[str, Any],
    ) -> None:
        """Change columns of an event, and its route to what follows.

        ``live`` is the document of the version that is live afterwards. Raises NotFound,
        IntegrityError (the route is taken).
        """
        await self._set(connection, await self._lock(connection, app, event), live, values)

    async def _lock(self, connection: AsyncConnection, app: str, event: str) -> Any:
        rows = await connection.execute(select(events).where(_is(app, event)).with_for_update())
        row = rows.one_or_none()
        if row is None:
            raise no_event(event)
        return row

    async def _set(
        self, connection: AsyncConnection, row: Any, live: Event | None, values: dict[str, Any]
    ) -> None:
        answers = values.get("active", row.active) and values.get("version", row.version)
        route = _route(live) if live is not None and answers else None
        await connection.execute(
            update(events).where(_is(row.app_id, row.id)).values(route=route, **values)
        )


def document(event: Event) -> bytes:
    """An event as a row holds it. Raises TextError."""
    return dump_event(event).encode()


def no_event(event: str) -> NotFound:
    """There is no such event in this app."""
    message = f"There is no event {event[:80]}."
    return NotFound(NO_EVENT, message, remedy="It may have been deleted.")


def no_version(version: int) -> NotFound:
    """The event has no such version."""
    message = f"The event has no version {version}."
    return NotFound(NO_VERSION, message, remedy="Choose one of its versions.")


def route_taken() -> Conflict:
    """Another live event of the app answers the same method and path."""
    message = "Another event of this app answers the same method and path."
    remedy = "Give this one another path or method, or switch the other one off."
    return Conflict(ROUTE_TAKEN, message, remedy=remedy)


def _route(event: Event) -> str | None:
    return shape_of(event.method, event.path) if event.kind is EventKind.HTTP else None


def _is(app: str, event: str) -> ColumnElement[bool]:
    return (events.c.app_id == app) & (events.c.id == event)


def _is_version(table: Any, version: Any) -> ColumnElement[bool]:
    """Whether a row of ``table`` is that version of the event beside it."""
    found: ColumnElement[bool] = (
        (table.c.app_id == events.c.app_id)
        & (table.c.event_id == events.c.id)
        & (table.c.version == version)
    )
    return found


async def _check_board(connection: AsyncConnection, app: str, board: str) -> None:
    rows = await connection.execute(
        select(boards.c.id).where(boards.c.app_id == app, boards.c.id == board)
    )
    if rows.first() is None:
        message = f"The app has no board {board[:80]}."
        raise AppError(NO_BOARD, message, remedy="Name one of the app's boards by its id.")


def _published(row: Any) -> PublishedEvent:
    return PublishedEvent(
        app=row.app_id,
        id=row.event_id,
        version=row.version,
        event=parse_event(row.document),
        board=row.board_id,
        board_version=row.board_version,
        board_hash=row.board_hash,
    )


def _info(row: Any) -> EventInfo:
    event = parse_event(row.document)
    changed = True
    if row.live_document is not None:
        live = parse_event(row.live_document)
        changed = msgspec.structs.replace(live, active=event.active) != event
    canary = None
    if row.canary_version:
        canary = Canary(row.canary_weight, row.canary_version, row.canary_board_version)
    return EventInfo(
        event=event,
        active=row.active,
        live=row.version,
        live_board_version=row.live_board_version or "",
        canary=canary,
        changed=changed,
        created_us=row.created_us,
        updated_us=row.updated_us,
        updated_by=row.updated_by,
    )
