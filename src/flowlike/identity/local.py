"""The local owner: one account, signed in by one-time links and, if it is set, a password.

Spec: api-and-security, sections 1.2 and 1.3; threats 26, 27 and 80.
"""

from collections.abc import Iterable

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from flowlike.database.connect import Database
from flowlike.database.schema.identity import passwords as kept_passwords
from flowlike.database.schema.identity import users
from flowlike.errors import AccessError, WaitError
from flowlike.identity import tokens
from flowlike.identity.clock import MINUTE, SECOND, Clock, now_us
from flowlike.identity.links import LinkOptions, Links
from flowlike.identity.passwords import HashCosts, Hasher, check
from flowlike.identity.principal import Principal
from flowlike.identity.sessions import (
    Carrier,
    Method,
    Session,
    SessionOptions,
    Sessions,
    User,
)

OWNER = "local"
BAD_PASSWORD = "identity.bad-password"  # noqa: S105 - a code, not a secret
WAIT = "identity.wait"
STEP_UP = "identity.step-up"
BAD_CSRF = "identity.bad-csrf"

_CSRF = "csrf"


class IdentityOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator may set about signing in. ``backoff_us``: after the first failure, most."""

    owner_name: str = "Owner"
    sessions: SessionOptions = SessionOptions()
    links: LinkOptions = LinkOptions()
    costs: HashCosts = HashCosts()
    backoff_us: tuple[int, int] = (SECOND, 15 * MINUTE)


class Login(msgspec.Struct, frozen=True):
    """Somebody signed in. The token is shown here and nowhere else."""

    token: str
    session: Session
    csrf: str

    @property
    def user(self) -> User:
        """Who it is."""
        return self.session.user


class SessionInfo(msgspec.Struct, frozen=True):
    """A session as its owner sees it."""

    id: str
    agent: str
    method: Method
    created_us: int
    seen_us: int
    expires_us: int


class Identity:
    """Signing in to this installation.

    Args:
        database: where accounts and sessions are.
        key: of this installation, 32 bytes (``tokens.install_key``).
        clock: what time it is.
        options: see there.
    """

    def __init__(
        self,
        database: Database,
        key: bytes,
        *,
        clock: Clock = now_us,
        options: IdentityOptions | None = None,
    ) -> None:
        options = options or IdentityOptions()
        self._database = database
        self._key = key
        self._clock = clock
        self._options = options
        self._sessions = Sessions(database, clock, options.sessions)
        self._links = Links(database, clock, options.links)
        self._hasher = Hasher(options.costs)

    async def open(self) -> None:
        """Make the owner's account if there is none."""
        if await self._user(OWNER) is None:
            row = {"id": OWNER, "name": self._options.owner_name, "kind": "local"}
            try:
                async with self._database.write() as connection:
                    await connection.execute(insert(users).values(created_us=self._clock(), **row))
            except IntegrityError:
                return  # another process made it just now

    async def modes(self) -> list[str]:
        """The ways to sign in: ``link``, and ``password`` if one is set."""
        return ["link", "password"] if await self.has_password() else ["link"]

    async def names(self, subs: Iterable[str]) -> dict[str, str]:
        """Names of people by id; those who are not known are left out."""
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(users.c.id, users.c.name).where(users.c.id.in_(sorted(set(subs))))
            )
            return {row.id: row.name for row in rows}

    # -------------------------------------------------------------- signing in

    async def mint_link(self) -> str:
        """The token of a new one-time link for the owner; ``open`` must have been called once."""
        return await self._links.mint(OWNER)

    async def login(
        self,
        *,
        link: str = "",
        password: str = "",
        carrier: Carrier = "header",
        agent: str = "",
        replaces: str = "",
    ) -> Login:
        """Sign in by a link or by the owner's password; exactly one is given.

        Args:
            link: token of a one-time link.
            password: of the owner.
            carrier: how the session's token will come with requests.
            agent: what the browser calls itself, for the list of sessions.
            replaces: id of a session that ends with this: signing in again gives a new id.

        Raises:
            AccessError: it is not accepted.
            WaitError: too many attempts.
        """
        if bool(link) == bool(password):
            raise ValueError("a link or a password, not both")
        method: Method = "link" if link else "password"
        sub = OWNER
        if link:
            sub = await self._links.redeem(link)
        else:
            await self._check_password(OWNER, password)
        user = await self._user(sub)
        if user is None:
            raise _bad_password()
        token, session = await self._sessions.start(
            user, carrier=carrier, method=method, agent=agent, replaces=replaces
        )
        return Login(token, session, self.csrf(session.id))

    async def resolve(self, token: str, carrier: Carrier) -> Session:
        """The session of a token. Raises AccessError; a wrong token is never anonymous."""
        return await self._sessions.resolve(token, carrier)

    # -------------------------------------------------------------- sessions

    def csrf(self, session_id: str) -> str:
        """The token that requests of a session by cookie must carry in a header as well."""
        return tokens.seal(self._key, _CSRF, session_id)

    def check_csrf(self, session_id: str, given: str) -> None:
        """Refuse a request whose header lacks the session's token. Raises AccessError."""
        if not tokens.equal(given, self.csrf(session_id)):
            message = "The request does not come from our page."
            raise AccessError(BAD_CSRF, message, remedy="Load the page again.")

    def stepped_up(self, principal: Principal) -> bool:
        """Whether a person proved who they are within the last ten minutes."""
        return self._sessions.stepped_up(principal.auth_time)

    async def logout(self, session: Session) -> None:
        """End this session. Raises NotFound if it ended already."""
        await self._sessions.end(session.user.id, session.id)

    async def sessions(self, sub: str) -> list[SessionInfo]:
        """A person's sessions, the one last used first."""
        fields = SessionInfo.__struct_fields__
        return [
            SessionInfo(*[getattr(each, field) for field in fields])
            for each in await self._sessions.list(sub)
        ]

    async def end_session(self, sub: str, session_id: str) -> None:
        """End a session of a person. Raises NotFound if it is not theirs."""
        await self._sessions.end(sub, session_id)

    async def end_sessions(self, sub: str, *, keep: str = "") -> int:
        """Sign a person out everywhere but in the session ``keep``; how many ended."""
        return await self._sessions.end_all(sub, keep=keep)

    # -------------------------------------------------------------- the password

    async def has_password(self, sub: str = OWNER) -> bool:
        """Whether a person may sign in by password."""
        async with self._database.read() as connection:
            found = await connection.execute(
                select(kept_passwords.c.user_id).where(kept_passwords.c.user_id == sub)
            )
            return found.first() is not None

    async def set_password(self, session: Session, new: str, *, current: str = "") -> None:
        """Give the person of ``session`` a password, and end their other sessions.

        Who has one gives it, or has signed in by a link within the last ten minutes.

        Raises:
            AccessError: ``identity.step-up``, or ``current`` is wrong.
            WaitError: too many attempts.
            PasswordRefused: the new one is weak.
        """
        sub = session.user.id
        if current:
            await self._check_password(sub, current)
        elif not self.stepped_up(session.principal) or (
            session.method != "link" and await self.has_password(sub)
        ):
            message = "Changing the password needs a fresh sign-in."
            remedy = "Give the present password, or sign in again by a link."
            raise AccessError(STEP_UP, message, remedy=remedy)
        check(new, (sub, session.user.name))
        values = {
            "hash": await self._hasher.hash(new),
            "changed_us": self._clock(),
            "failures": 0,
            "blocked_until_us": 0,
        }
        mine = kept_passwords.c.user_id == sub
        async with self._database.write() as connection:
            done = await connection.execute(update(kept_passwords).where(mine).values(**values))
            if not done.rowcount:
                await connection.execute(insert(kept_passwords).values(user_id=sub, **values))
        await self._sessions.end_all(sub, keep=session.id)

    async def _check_password(self, sub: str, password: str) -> None:
        """Raises AccessError or WaitError unless it is the person's password.

        An attempt is charged before it is looked at, so guesses made at once gain nothing.
        """
        kept = await self._charge(sub)
        if kept is None or not await self._hasher.verify(kept, password):
            raise _bad_password()
        values: dict[str, object] = {"failures": 0, "blocked_until_us": 0}
        if self._hasher.is_stale(kept):
            values["hash"] = await self._hasher.hash(password)
        same = (kept_passwords.c.user_id == sub) & (kept_passwords.c.hash == kept)
        async with self._database.write() as connection:
            await connection.execute(update(kept_passwords).where(same).values(**values))

    async def _charge(self, sub: str) -> str | None:
        """Count an attempt as failed; the hash to compare with, None if there is no password."""
        now = self._clock()
        first, most = self._options.backoff_us
        async with self._database.write() as connection:
            rows = await connection.execute(
                select(kept_passwords).where(kept_passwords.c.user_id == sub)
            )
            row = rows.one_or_none()
            if row is None:
                return None
            left = row.blocked_until_us - now
            # More than the most there is means that the clock was put back.
            if 0 < left <= most:
                message = "There were too many wrong passwords."
                remedy = "Wait, or sign in by a link."
                raise WaitError(WAIT, message, remedy=remedy, seconds=left / SECOND)
            failures = min(row.failures + 1, 64)
            until = now + min(first << failures - 1, most)
            await connection.execute(
                update(kept_passwords)
                .where(kept_passwords.c.user_id == sub)
                .values(failures=failures, blocked_until_us=until)
            )
        return str(row.hash)

    async def _user(self, sub: str) -> User | None:
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(users.c.id, users.c.name).where(users.c.id == sub)
            )
            row = rows.one_or_none()
        return None if row is None else User(row.id, row.name)


def _bad_password() -> AccessError:
    message = "The password is not right."
    return AccessError(BAD_PASSWORD, message, remedy="Check it, or sign in by a link.")
