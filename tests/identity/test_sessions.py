"""How sessions live and end, and that their tokens work only as they were handed out."""

import asyncio
from pathlib import Path

import pytest

from flowlike.errors import AccessError, NotFound
from flowlike.identity.local import OWNER, Identity, Login
from tests.identity.scenes import HandClock, installation


async def enter(identity: Identity, **more: str) -> Login:
    return await identity.login(link=await identity.mint_link(), **more)  # type: ignore[arg-type]  # all of them are texts


async def fails(identity: Identity, token: str, code: str, carrier: str = "header") -> None:
    with pytest.raises(AccessError) as caught:
        await identity.resolve(token, carrier)  # type: ignore[arg-type]  # what an attacker sends
    assert caught.value.code == code


def test_tokens_are_opaque_and_never_alike(place: str) -> None:
    async def scenario() -> None:
        async with installation(place, HandClock()) as identity:
            found = [(await enter(identity)).token for _ in range(3)]
            assert len(set(found)) == 3
            assert all(len(token) == 47 for token in found)
            for odd in ("", "ses_", found[0][:-1], found[0] + "x", found[0][4:], "é" * 47):
                await fails(identity, odd, "identity.bad-session")
            changed = found[0][:-1] + ("A" if found[0][-1] != "A" else "B")
            await fails(identity, changed, "identity.bad-session")

    asyncio.run(scenario())


def test_a_session_ends_when_idle(place: str) -> None:
    async def scenario() -> None:
        clock = HandClock()
        async with installation(place, clock) as identity:
            login = await enter(identity)
            for _ in range(3):
                clock.turn(11 * 3600)
                assert (await identity.resolve(login.token, "header")).seen_us == clock.now
            clock.turn(12 * 3600)
            await fails(identity, login.token, "identity.session-ended")
            await fails(identity, login.token, "identity.bad-session")

    asyncio.run(scenario())


def test_a_clock_put_back_lets_no_session_be_idle_for_longer(place: str) -> None:
    async def scenario() -> None:
        clock = HandClock()
        async with installation(place, clock) as identity:
            first, second = await enter(identity), await enter(identity)
            clock.turn(11 * 3600)
            await identity.resolve(first.token, "header")
            clock.turn(-11 * 3600)
            assert (await identity.resolve(first.token, "header")).seen_us == clock.now
            clock.turn(12 * 3600)
            for each in (first, second):
                await fails(identity, each.token, "identity.session-ended")
            clock.turn(-12 * 3600)
            for each in (first, second):
                await fails(identity, each.token, "identity.bad-session")

    asyncio.run(scenario())


def test_a_session_ends_after_a_week_however_busy(place: str) -> None:
    async def scenario() -> None:
        clock = HandClock()
        async with installation(place, clock) as identity:
            login = await enter(identity)
            for _ in range(6 * 24 // 6 + 3):
                clock.turn(6 * 3600)
                await identity.resolve(login.token, "header")
            clock.turn(6 * 3600)
            await fails(identity, login.token, "identity.session-ended")

    asyncio.run(scenario())


def test_at_most_ten_sessions_the_one_not_used_longest_goes(place: str) -> None:
    async def scenario() -> None:
        clock = HandClock()
        async with installation(place, clock) as identity:
            logins = []
            for _ in range(10):
                clock.turn(61)
                logins.append(await enter(identity))
            clock.turn(61)
            await identity.resolve(logins[0].token, "header")
            await enter(identity)
            assert len(await identity.sessions(OWNER)) == 10
            await identity.resolve(logins[0].token, "header")
            await fails(identity, logins[1].token, "identity.bad-session")

    asyncio.run(scenario())


def test_sessions_are_listed_and_ended(place: str) -> None:
    async def scenario() -> None:
        clock = HandClock()
        async with installation(place, clock) as identity:
            one = await enter(identity, agent="One" * 100)
            clock.turn(1)
            two = await enter(identity, agent="Two")
            clock.turn(1)
            three = await enter(identity)
            listed = await identity.sessions(OWNER)
            assert [each.id for each in listed] == [login.session.id for login in (three, two, one)]
            assert listed[1].agent == "Two"
            assert len(listed[2].agent) == 200
            await identity.end_session(OWNER, two.session.id)
            await fails(identity, two.token, "identity.bad-session")
            assert await identity.end_sessions(OWNER, keep=one.session.id) == 1
            await fails(identity, three.token, "identity.bad-session")
            await identity.resolve(one.token, "header")
            await identity.logout(one.session)
            await fails(identity, one.token, "identity.bad-session")
            with pytest.raises(NotFound):
                await identity.logout(one.session)
            assert await identity.sessions(OWNER) == []

    asyncio.run(scenario())


def test_signing_in_again_gives_a_new_id_and_ends_the_old_session(place: str) -> None:
    async def scenario() -> None:
        clock = HandClock()
        async with installation(place, clock) as identity:
            old = await enter(identity)
            await identity.resolve(old.token, "header")
            clock.turn(1200)
            new = await enter(identity, replaces=old.session.id)
            assert new.session.id != old.session.id
            assert new.token != old.token
            assert not identity.stepped_up(old.session.principal)
            assert identity.stepped_up(new.session.principal)
            await fails(identity, old.token, "identity.bad-session")

    asyncio.run(scenario())


def test_a_session_ended_elsewhere_is_gone_within_a_second(tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = HandClock()
        file = tmp_path / "f.db"
        async with installation(file, clock) as one, installation(file, clock) as two:
            login = await enter(one)
            await one.resolve(login.token, "header")
            await two.end_session(OWNER, login.session.id)
            clock.turn(1)
            await fails(one, login.token, "identity.bad-session")

    asyncio.run(scenario())


def test_a_fresh_session_asks_the_database_once_a_second(tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = HandClock()
        async with installation(tmp_path / "f.db", clock) as identity:
            login = await enter(identity)
            await identity.resolve(login.token, "header")
            database = identity._database  # noqa: SLF001 - closed under it
            await database.close()
            assert (await identity.resolve(login.token, "header")).id == login.session.id

    asyncio.run(scenario())


def test_step_up_lasts_ten_minutes(tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = HandClock()
        async with installation(tmp_path / "f.db", clock) as identity:
            login = await enter(identity)
            clock.turn(600)
            assert identity.stepped_up(login.session.principal)
            clock.turn(1)
            assert not identity.stepped_up(login.session.principal)
            clock.turn(-3600)
            assert not identity.stepped_up(login.session.principal)

    asyncio.run(scenario())
