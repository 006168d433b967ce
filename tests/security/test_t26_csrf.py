"""T26, at the sessions: a page elsewhere makes the owner's browser send requests with its cookie.

The page cannot read our answers, so it does not know the token that must come in a header as well;
one of another session is of no use. Host, Origin and headers are the server's part. Each attack is
shown twice: refused, and getting through once its defence is taken away.
"""

import asyncio
from pathlib import Path

import pytest

from flowlike.errors import AccessError
from flowlike.identity import tokens
from flowlike.identity.local import OWNER, Identity, Login
from tests.identity.scenes import HandClock, installation


async def enter(identity: Identity) -> Login:
    return await identity.login(link=await identity.mint_link(), carrier="cookie")


def refused(identity: Identity, session: str, given: str) -> None:
    with pytest.raises(AccessError) as caught:
        identity.check_csrf(session, given)
    assert caught.value.code == "identity.bad-csrf"


def guesses(mine: Login, other: Login) -> list[str]:
    csrf = mine.csrf
    return [
        "",
        other.csrf,
        mine.session.id,
        mine.token,
        csrf[:-1],
        csrf + "A",
        csrf.swapcase(),
        tokens.seal(bytes(32), "csrf", mine.session.id),
    ]


def test_only_the_sessions_own_token_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with installation(tmp_path / "f.db", HandClock()) as identity:
            mine, other = await enter(identity), await enter(identity)
            identity.check_csrf(mine.session.id, mine.csrf)
            for given in guesses(mine, other):
                refused(identity, mine.session.id, given)
            monkeypatch.setattr(tokens, "equal", lambda *_: True)
            for given in guesses(mine, other):
                identity.check_csrf(mine.session.id, given)

    asyncio.run(scenario())


def test_a_new_sign_in_makes_old_tokens_worthless(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody planted or saw before the owner signed in is of no use after."""

    async def scenario() -> None:
        async with installation(tmp_path / "f.db", HandClock()) as identity:
            before = await enter(identity)
            link = await identity.mint_link()
            after = await identity.login(link=link, carrier="cookie", replaces=before.session.id)
            refused(identity, after.session.id, before.csrf)
            with pytest.raises(AccessError):
                await identity.resolve(before.token, "cookie")
            assert len(await identity.sessions(OWNER)) == 1

            # Without the replacement the planted session stays good.
            planted = await enter(identity)
            await identity.login(link=await identity.mint_link(), carrier="cookie")
            await identity.resolve(planted.token, "cookie")

    asyncio.run(scenario())
