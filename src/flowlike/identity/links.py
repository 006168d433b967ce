"""One-time links of the local owner. Proof is the right to write to the data folder."""

import msgspec
from sqlalchemy import delete, insert, select, update

from flowlike.database.connect import Database
from flowlike.database.schema.identity import login_links
from flowlike.errors import AccessError
from flowlike.identity import tokens
from flowlike.identity.clock import DAY, MINUTE, Clock

BAD_LINK = "identity.bad-link"
USED = "identity.link-used"
EXPIRED = "identity.link-expired"

_REMEDY = "Make another one with: flowlike login-link."


class LinkOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How long a link may be used, in microseconds, and how long it is remembered."""

    life_us: int = 10 * MINUTE
    kept_us: int = DAY


class Links:
    """Tokens that sign a person in once."""

    def __init__(self, database: Database, clock: Clock, options: LinkOptions) -> None:
        self._database = database
        self._clock = clock
        self._options = options

    async def mint(self, sub: str) -> str:
        """A token for a link that signs ``sub`` in; only its hash is kept."""
        now = self._clock()
        token = tokens.mint()
        kept = tokens.stored(token)
        if kept is None:
            raise ValueError("a token we made is malformed")
        old = login_links.c.expires_us <= now - self._options.kept_us
        async with self._database.write() as connection:
            await connection.execute(delete(login_links).where(old))
            await connection.execute(
                insert(login_links).values(
                    lookup=kept.lookup,
                    token_hash=kept.digest,
                    user_id=sub,
                    created_us=now,
                    expires_us=now + self._options.life_us,
                )
            )
        return token

    async def redeem(self, token: str) -> str:
        """Whom the link signs in. It works once.

        Raises AccessError ``identity.bad-link``, ``identity.link-used``, ``identity.link-expired``.
        """
        kept = tokens.stored(token)
        if kept is None:
            raise _refused(BAD_LINK, "This sign-in link is not one of ours.")
        now = self._clock()
        async with self._database.write() as connection:
            mine = login_links.c.lookup == kept.lookup
            row = (await connection.execute(select(login_links).where(mine))).one_or_none()
            if row is None or not tokens.equal(row.token_hash, kept.digest):
                raise _refused(BAD_LINK, "This sign-in link is not one of ours.")
            if row.used_us is not None:
                raise _refused(USED, "This sign-in link was used already.")
            # A clock that is put back must not give a link a longer life, or a second one.
            earliest = row.created_us - MINUTE
            good = earliest <= now < row.expires_us
            changed = {"used_us": now} if good else {"expires_us": min(row.expires_us, earliest)}
            if good or now >= row.expires_us:
                free = mine & login_links.c.used_us.is_(None)
                done = await connection.execute(update(login_links).where(free).values(**changed))
                if done.rowcount != 1:
                    raise _refused(USED, "This sign-in link was used already.")
        if not good:
            raise _refused(EXPIRED, "This sign-in link has expired.")
        return str(row.user_id)


def _refused(code: str, message: str) -> AccessError:
    return AccessError(code, message, remedy=_REMEDY)
