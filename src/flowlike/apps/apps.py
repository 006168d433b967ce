"""Apps, their roles and members. Spec: api-and-security, sections 2.1 and 3.

Every app has exactly one owner; today nobody else can be added, but who may is asked through roles
as it will be then.
"""

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flowlike.apps.boards import Boards
from flowlike.apps.events import Events
from flowlike.apps.missing import no_app
from flowlike.board.app import App, RunSettings, dump_app, parse_app
from flowlike.database.connect import Database
from flowlike.database.ids import new_id
from flowlike.database.schema.apps import apps, members, roles
from flowlike.database.schema.boards import boards as board_rows
from flowlike.database.schema.events import events as event_rows
from flowlike.errors import AppError, Conflict
from flowlike.identity.clock import Clock, now_us
from flowlike.identity.permissions import DEFAULT_ROLE, DEFAULT_ROLES, OWNER_ROLE, known

ID_TAKEN = "app.id-taken"
BAD_NAME = "app.bad-name"

_LONGEST_NAME, _LONGEST_DESCRIPTION = 200, 10_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class AppInfo(msgspec.Struct, frozen=True, kw_only=True):
    """An app as its members see it.

    ``boards`` and ``events`` are counts; ``role`` and ``mask`` are those of who asked.
    """

    id: str
    name: str
    description: str
    version: str
    settings: RunSettings
    boards: int
    events: int
    role: str
    mask: int
    created_us: int
    updated_us: int


class Apps:
    """All apps of this installation.

    Args:
        database: where they are.
        boards, events: what is in them; they forget an app that is deleted.
        clock: what time it is.
    """

    def __init__(
        self, database: Database, boards: Boards, events: Events, *, clock: Clock = now_us
    ) -> None:
        self._database = database
        self._boards = boards
        self._events = events
        self._clock = clock

    async def create(
        self,
        owner: str,
        name: str,
        description: str = "",
        *,
        id: str = "",  # noqa: A002 - its name everywhere
    ) -> AppInfo:
        """Make an app that ``owner`` owns; without an id one is minted.

        Raises Conflict if the id is taken, AppError if a text may not be stored.
        """
        app = App(id=id or new_id(self._clock()), name=name, description=description)
        async with self._database.write() as connection:
            await self.add(connection, app, owner)
        return await self.get(app.id, owner)

    async def add(self, connection: AsyncConnection, app: App, owner: str) -> None:
        """Write an app with its roles and owner in a transaction of the caller's."""
        _check_texts(app)
        if await self.exists(connection, app.id):
            message = f"There is an app {app.id} already."
            raise Conflict(ID_TAKEN, message, remedy="Give another id, or none.")
        now = self._clock()
        await connection.execute(
            insert(apps).values(
                id=app.id,
                name=app.name,
                description=app.description,
                document=dump_app(app).encode(),
                created_us=now,
                created_by=owner,
                updated_us=now,
            )
        )
        rows = [
            {"app_id": app.id, "name": name, "mask": int(mask), "is_default": name == DEFAULT_ROLE}
            for name, mask in DEFAULT_ROLES.items()
        ]
        await connection.execute(insert(roles), rows)
        await connection.execute(
            insert(members).values(app_id=app.id, user_id=owner, role=OWNER_ROLE, joined_us=now)
        )

    async def exists(self, connection: AsyncConnection, app: str) -> bool:
        """Whether there is an app of that id."""
        rows = await connection.execute(select(apps.c.id).where(apps.c.id == app))
        return rows.first() is not None

    async def list_for(self, sub: str) -> Sequence[AppInfo]:
        """The apps a person is a member of, the one changed last first."""
        return await self._infos(members.c.user_id == sub)

    async def get(self, app: str, sub: str = "") -> AppInfo:
        """An app, with the role of ``sub`` if they are a member. Raises NotFound."""
        found = await self._infos((apps.c.id == app) & (members.c.user_id == sub))
        if not found:
            found = await self._infos(apps.c.id == app)
            found = [msgspec.structs.replace(each, role="", mask=0) for each in found[:1]]
        if not found:
            raise no_app(app)
        return found[0]

    async def document(self, app: str) -> App:
        """The app as its file holds it. Raises NotFound."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(apps.c.document).where(apps.c.id == app))
            text: bytes | None = rows.scalar_one_or_none()
        if text is None:
            raise no_app(app)
        return parse_app(text)

    async def update(
        self,
        app: str,
        *,
        name: str | UnsetType = UNSET,
        description: str | UnsetType = UNSET,
        version: str | UnsetType = UNSET,
        settings: RunSettings | UnsetType = UNSET,
    ) -> None:
        """Change what is given. Raises NotFound, AppError, TextError."""
        given = {
            "name": name,
            "description": description,
            "version": version,
            "settings": settings,
        }
        changed: Any = {field: value for field, value in given.items() if value is not UNSET}
        async with self._database.write() as connection:
            rows = await connection.execute(
                select(apps.c.document).where(apps.c.id == app).with_for_update()
            )
            text: bytes | None = rows.scalar_one_or_none()
            if text is None:
                raise no_app(app)
            new = msgspec.structs.replace(parse_app(text), **changed)
            _check_texts(new)
            await connection.execute(
                update(apps)
                .where(apps.c.id == app)
                .values(
                    name=new.name,
                    description=new.description,
                    document=dump_app(new).encode(),
                    updated_us=self._clock(),
                )
            )

    async def delete(self, app: str) -> None:
        """Delete an app with all that is in it. Raises NotFound."""
        async with self._database.write() as connection:
            done = await connection.execute(delete(apps).where(apps.c.id == app))
        if not done.rowcount:
            raise no_app(app)
        self._boards.forget_app(app)
        self._events.forget_app(app)

    async def role_of(self, app: str, sub: str) -> int | None:
        """The bits of a person's role in an app; None if they are no member, or there is no app."""
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(roles.c.mask)
                .join(
                    members, (members.c.app_id == roles.c.app_id) & (members.c.role == roles.c.name)
                )
                .where(members.c.app_id == app, members.c.user_id == sub)
            )
            mask: int | None = rows.scalar_one_or_none()
        return None if mask is None else int(known(mask))

    async def _infos(self, which: Any) -> list[AppInfo]:
        of_boards = select(func.count()).where(board_rows.c.app_id == apps.c.id).scalar_subquery()
        of_events = select(func.count()).where(event_rows.c.app_id == apps.c.id).scalar_subquery()
        query = (
            select(
                apps,
                members.c.role,
                roles.c.mask,
                of_boards.label("board_count"),
                of_events.label("event_count"),
            )
            .join(members, members.c.app_id == apps.c.id)
            .join(roles, (roles.c.app_id == apps.c.id) & (roles.c.name == members.c.role))
            .where(which)
            .order_by(apps.c.updated_us.desc(), apps.c.id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [_info(row) for row in rows]


def _info(row: Any) -> AppInfo:
    document = parse_app(row.document)
    return AppInfo(
        id=row.id,
        name=row.name,
        description=row.description,
        version=document.version,
        settings=document.settings,
        boards=row.board_count,
        events=row.event_count,
        role=row.role,
        mask=int(known(row.mask)),
        created_us=row.created_us,
        updated_us=row.updated_us,
    )


def _check_texts(app: App) -> None:
    name = app.name.strip()
    if not name or len(name) > _LONGEST_NAME or _CONTROL.search(name):
        message = f"A name has 1 to {_LONGEST_NAME} characters on one line."
        raise AppError(BAD_NAME, message, remedy="Give another name.")
    if len(app.description) > _LONGEST_DESCRIPTION:
        message = f"A description has at most {_LONGEST_DESCRIPTION:,} characters."
        raise AppError(BAD_NAME, message, remedy="Shorten it.")
