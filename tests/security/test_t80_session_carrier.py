"""T80, at the sessions: another user's server on another port of this machine gets the cookie.

Browsers send a cookie to every port, so over plain http a session's token is handed out for a
header alone. It is refused as a cookie, and one made for a cookie is refused in a header. Shown
twice: refused, and getting through once the defence is taken away.
"""

import asyncio
from pathlib import Path

import msgspec
import pytest

from flowlike.errors import AccessError
from flowlike.identity.local import Identity, Login
from flowlike.identity.sessions import Carrier, Session, Sessions
from tests.identity.scenes import HandClock, installation

OTHER: dict[Carrier, Carrier] = {"header": "cookie", "cookie": "header"}


async def enter(identity: Identity, carrier: Carrier) -> Login:
    return await identity.login(link=await identity.mint_link(), carrier=carrier)


@pytest.mark.parametrize("carrier", ["header", "cookie"])
def test_a_token_works_only_the_way_it_was_handed_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, carrier: Carrier
) -> None:
    async def scenario() -> None:
        clock = HandClock()
        async with installation(tmp_path / "f.db", clock) as identity:
            login = await enter(identity, carrier)
            for _ in range(2):  # from the database, then from memory
                with pytest.raises(AccessError) as caught:
                    await identity.resolve(login.token, OTHER[carrier])
                assert caught.value.code == "identity.bad-session"
            assert (await identity.resolve(login.token, carrier)).id == login.session.id
            clock.turn(2)
            with pytest.raises(AccessError):
                await identity.resolve(login.token, OTHER[carrier])

            async def careless(self: Sessions, token: str, given: Carrier) -> Session:
                for each in OTHER:
                    try:
                        found = await resolve(self, token, each)
                    except AccessError:
                        continue
                    return msgspec.structs.replace(found, carrier=given)
                raise AssertionError("unreachable")

            resolve = Sessions.resolve
            monkeypatch.setattr(Sessions, "resolve", careless)
            assert (await identity.resolve(login.token, OTHER[carrier])).id == login.session.id

    asyncio.run(scenario())


def test_the_way_is_kept_over_a_restart(tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = HandClock()
        async with installation(tmp_path / "f.db", clock) as identity:
            login = await enter(identity, "header")
        async with installation(tmp_path / "f.db", clock) as identity:
            with pytest.raises(AccessError):
                await identity.resolve(login.token, "cookie")
            await identity.resolve(login.token, "header")

    asyncio.run(scenario())
