"""Sessions: opaque tokens, stored as hashes, that end by themselves. Spec: api-and-security, 1.3.

A session is kept in memory for at most a second, so that one ended by another process is gone
within that time.
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from sqlalchemy import delete, insert, select, update

from flowlike.database.connect import Database
from flowlike.database.ids import new_id
from flowlike.database.schema.identity import sessions, users
from flowlike.errors import AccessError, NotFound
from flowlike.identity import tokens
from flowlike.identity.clock import DAY, HOUR, MINUTE, SECOND, Clock
from flowlike.identity.principal import Principal

BAD_SESSION = "identity.bad-session"
ENDED = "identity.session-ended"
NO_SESSION = "identity.no-session"

PREFIX = "ses_"
Carrier = Literal["header", "cookie"]
Method = Literal["link", "password"]


class SessionOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How long sessions live, in microseconds, and how many a person may have."""

    idle_us: int = 12 * HOUR
    life_us: int = 7 * DAY
    step_up_us: int = 10 * MINUTE
    most: int = 10
    cached: int = 10_000
    fresh_us: int = SECOND
    seen_every_us: int = MINUTE


class User(msgspec.Struct, frozen=True):
    """A person, as others may see them."""

    id: str
    name: str


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in of a person. ``authenticated_us`` is when they last proved who they are."""

    id: str
    user: User
    carrier: Carrier
    method: Method
    agent: str
    created_us: int
    seen_us: int
    authenticated_us: int
    expires_us: int

    @property
    def principal(self) -> Principal:
        """Who asks; a member of no app yet."""
        return Principal(
            kind="user",
            sub=self.user.id,
            auth_time=self.authenticated_us,
            session_id=self.id,
        )


class _Cached(msgspec.Struct):
    session: Session
    digest: str
    read_us: int


class Sessions:
    """All sessions of this installation."""

    def __init__(self, database: Database, clock: Clock, options: SessionOptions) -> None:
        self._database = database
        self._clock = clock
        self._options = options
        self._cache: OrderedDict[str, _Cached] = OrderedDict()

    async def start(
        self, user: User, *, carrier: Carrier, method: Method, agent: str = "", replaces: str = ""
    ) -> tuple[str, Session]:
        """A new session and its token. ``replaces`` is ended, as are the oldest beyond the most."""
        now = self._clock()
        token = tokens.mint(PREFIX)
        kept = tokens.stored(token, PREFIX)
        if kept is None:
            raise ValueError("a token we made is malformed")
        session = Session(
            id=new_id(now),
            user=user,
            carrier=carrier,
            method=method,
            agent=agent[:200],
            created_us=now,
            seen_us=now,
            authenticated_us=now,
            expires_us=now + self._options.life_us,
        )
        async with self._database.write() as connection:
            await connection.execute(delete(sessions).where(self._is_dead(now)))
            if replaces:
                mine = (sessions.c.id == replaces) & (sessions.c.user_id == user.id)
                await connection.execute(delete(sessions).where(mine))
            rows = await connection.execute(
                select(sessions.c.id)
                .where(sessions.c.user_id == user.id)
                .order_by(sessions.c.seen_us.desc(), sessions.c.id.desc())
                .offset(self._options.most - 1)
            )
            surplus = [row.id for row in rows]
            if surplus:
                await connection.execute(delete(sessions).where(sessions.c.id.in_(surplus)))
            await connection.execute(insert(sessions).values(_row(session, kept)))
        self._forget({replaces, *surplus})
        return token, session

    async def resolve(self, token: str, carrier: Carrier) -> Session:
        """The session of a token that came as ``carrier``.

        A token works only the way it was handed out: one kept in a page's storage is refused as a
        cookie, which browsers would send to every port of this machine (threat 80).

        Raises AccessError ``identity.bad-session`` or ``identity.session-ended``.
        """
        kept = tokens.stored(token, PREFIX)
        if kept is None:
            raise _bad()
        now = self._clock()
        cached = self._cache.get(kept.lookup)
        if cached is None or not 0 <= now - cached.read_us < self._options.fresh_us:
            cached = await self._read(kept.lookup, now)
        if cached is None or not tokens.equal(cached.digest, kept.digest):
            raise _bad()
        session = cached.session
        if session.carrier != carrier:
            raise _bad()
        if now >= session.expires_us or now - session.seen_us >= self._options.idle_us:
            await self._end(sessions.c.id == session.id, {session.id})
            message = "The session has ended."
            raise AccessError(ENDED, message, remedy="Sign in again.")
        # A clock that was put back must not make it idle for longer.
        if abs(now - session.seen_us) >= self._options.seen_every_us:
            session = await self._see(cached, now)
        return session

    async def list(self, sub: str) -> list[Session]:
        """A person's sessions, the one last used first."""
        now = self._clock()
        async with self._database.read() as connection:
            rows = await connection.execute(
                _select()
                .where(sessions.c.user_id == sub, ~self._is_dead(now))
                .order_by(sessions.c.seen_us.desc(), sessions.c.id.desc())
            )
            return [_session(row) for row in rows.mappings()]

    async def end(self, sub: str, session_id: str) -> None:
        """End one session of a person. Raises NotFound if it is not theirs, or is no more."""
        mine = (sessions.c.id == session_id) & (sessions.c.user_id == sub)
        if not await self._end(mine, {session_id}):
            raise NotFound(NO_SESSION, "There is no such session.", remedy="It may have ended.")

    async def end_all(self, sub: str, *, keep: str = "") -> int:
        """End all sessions of a person but ``keep``; how many there were."""
        gone = {
            each.session.id
            for each in self._cache.values()
            if each.session.user.id == sub and each.session.id != keep
        }
        return await self._end((sessions.c.user_id == sub) & (sessions.c.id != keep), gone)

    def stepped_up(self, auth_time: int) -> bool:
        """Whether somebody proved who they are shortly ago."""
        return -MINUTE <= self._clock() - auth_time <= self._options.step_up_us

    # -------------------------------------------------------------- inside

    def _is_dead(self, now: int) -> Any:
        idle = sessions.c.seen_us <= now - self._options.idle_us
        return idle | (sessions.c.expires_us <= now)

    async def _read(self, lookup: str, now: int) -> _Cached | None:
        async with self._database.read() as connection:
            rows = await connection.execute(_select().where(sessions.c.lookup == lookup))
            row = rows.mappings().one_or_none()
        if row is None:
            self._cache.pop(lookup, None)
            return None
        cached = _Cached(_session(row), row["token_hash"], now)
        self._cache[lookup] = cached
        self._cache.move_to_end(lookup)
        if len(self._cache) > self._options.cached:
            self._cache.popitem(last=False)
        return cached

    async def _see(self, cached: _Cached, now: int) -> Session:
        async with self._database.write() as connection:
            await connection.execute(
                update(sessions).where(sessions.c.id == cached.session.id).values(seen_us=now)
            )
        cached.session = msgspec.structs.replace(cached.session, seen_us=now)
        return cached.session

    async def _end(self, which: Any, ids: set[str]) -> int:
        async with self._database.write() as connection:
            done = await connection.execute(delete(sessions).where(which))
        self._forget(ids)
        return done.rowcount

    def _forget(self, ids: set[str]) -> None:
        gone = [lookup for lookup, each in self._cache.items() if each.session.id in ids]
        for lookup in gone:
            del self._cache[lookup]


def _bad() -> AccessError:
    return AccessError(BAD_SESSION, "You are not signed in.", remedy="Sign in again.")


def _select() -> Any:
    return select(sessions, users.c.name).join(users, users.c.id == sessions.c.user_id)


def _session(row: Mapping[Any, Any]) -> Session:
    fields = ("id", "carrier", "method", "agent", "created_us", "seen_us", "authenticated_us")
    user = User(row["user_id"], row["name"])
    return Session(
        user=user, expires_us=row["expires_us"], **{field: row[field] for field in fields}
    )


def _row(session: Session, kept: tokens.Stored) -> dict[str, Any]:
    fields = ("id", "carrier", "method", "agent", "created_us", "seen_us", "authenticated_us")
    return {
        "lookup": kept.lookup,
        "token_hash": kept.digest,
        "user_id": session.user.id,
        "expires_us": session.expires_us,
        **{field: getattr(session, field) for field in fields},
    }
