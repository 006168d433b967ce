"""Links, passwords and step-up of the local owner, by the public interface, on both databases."""

import asyncio
from pathlib import Path

import pytest

from flowlike.errors import AccessError, NotFound, PasswordRefused, WaitError
from flowlike.identity.local import OWNER, IdentityOptions
from tests.identity.scenes import CHEAP, PASSWORD, HandClock, installation


async def refused(awaitable: object, code: str) -> None:
    with pytest.raises(AccessError) as caught:
        await awaitable  # type: ignore[misc]  # a coroutine of whatever result
    assert caught.value.code == code
    assert caught.value.remedy


# ---------------------------------------------------------------- links


def test_a_link_signs_in_once(place: str) -> None:
    async def scenario() -> None:
        clock = HandClock()
        async with installation(place, clock) as identity:
            assert await identity.modes() == ["link"]
            token = await identity.mint_link()
            assert len(token) == 43
            login = await identity.login(link=token, agent="Browser")
            assert (login.user.id, login.user.name) == (OWNER, "Owner")
            assert login.token.startswith("ses_")
            session = await identity.resolve(login.token, "header")
            assert session == login.session
            assert session.principal.sub == OWNER
            assert session.principal.mask is None
            await refused(identity.login(link=token), "identity.link-used")
            await refused(identity.login(link="x" * 43), "identity.bad-link")
            await refused(identity.login(link="no"), "identity.bad-link")

    asyncio.run(scenario())


def test_of_two_who_use_a_link_at_once_one_comes_in(place: str) -> None:
    async def scenario() -> None:
        async with installation(place, HandClock()) as identity:
            token = await identity.mint_link()
            done = await asyncio.gather(
                *(identity.login(link=token) for _ in range(5)), return_exceptions=True
            )
            assert sum(not isinstance(each, BaseException) for each in done) == 1
            assert {type(each) for each in done if isinstance(each, BaseException)} == {AccessError}

    asyncio.run(scenario())


def test_a_link_ends_after_ten_minutes_and_a_clock_put_back_gives_it_no_more(place: str) -> None:
    async def scenario() -> None:
        clock = HandClock()
        async with installation(place, clock) as identity:
            late, early = await identity.mint_link(), await identity.mint_link()
            clock.turn(-3600)
            await refused(identity.login(link=early), "identity.link-expired")
            clock.turn(3600 + 600)
            await refused(identity.login(link=late), "identity.link-expired")
            clock.turn(-300)
            await refused(identity.login(link=late), "identity.link-expired")
            await identity.login(link=early)
            clock.turn(2 * 86_400)
            await identity.mint_link()
            await refused(identity.login(link=late), "identity.bad-link")

    asyncio.run(scenario())


def test_links_and_sessions_outlive_the_process(tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = HandClock()
        async with installation(tmp_path / "f.db", clock) as identity:
            link = await identity.mint_link()
            login = await identity.login(link=await identity.mint_link())
        async with installation(tmp_path / "f.db", clock) as identity:
            assert (await identity.resolve(login.token, "header")).id == login.session.id
            identity.check_csrf(login.session.id, login.csrf)
            await identity.login(link=link)

    asyncio.run(scenario())


def test_no_secret_reaches_the_database(tmp_path: Path) -> None:
    async def scenario() -> list[str]:
        async with installation(tmp_path / "f.db", HandClock()) as identity:
            link = await identity.mint_link()
            login = await identity.login(link=link)
            await identity.set_password(login.session, PASSWORD)
            return [link, login.token, login.token.removeprefix("ses_"), PASSWORD, login.csrf]

    secrets = asyncio.run(scenario())
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"argon2id" in raw
    assert not [secret for secret in secrets if secret.encode() in raw]


# ---------------------------------------------------------------- the password


def test_a_password_signs_in_and_ends_the_other_sessions(place: str) -> None:
    async def scenario() -> None:
        async with installation(place, HandClock()) as identity:
            first = await identity.login(link=await identity.mint_link())
            other = await identity.login(link=await identity.mint_link())
            await identity.set_password(first.session, PASSWORD)
            assert await identity.modes() == ["link", "password"]
            await identity.resolve(first.token, "header")
            await refused(identity.resolve(other.token, "header"), "identity.bad-session")
            login = await identity.login(password=PASSWORD)
            assert login.session.method == "password"
            await refused(identity.login(password=PASSWORD + "!"), "identity.bad-password")

    asyncio.run(scenario())


def test_without_a_password_none_is_right(place: str) -> None:
    async def scenario() -> None:
        async with installation(place, HandClock()) as identity:
            await refused(identity.login(password=PASSWORD), "identity.bad-password")
            await refused(identity.login(password="x"), "identity.bad-password")

    asyncio.run(scenario())


def test_exactly_one_of_link_and_password_is_given(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with installation(tmp_path / "f.db", HandClock()) as identity:
            for given in ({}, {"link": "a", "password": "b"}):
                with pytest.raises(ValueError, match="not both"):
                    await identity.login(**given)  # type: ignore[arg-type]  # texts, all of them

    asyncio.run(scenario())


def test_a_weak_password_is_refused_and_the_old_one_stays(place: str) -> None:
    async def scenario() -> None:
        async with installation(place, HandClock()) as identity:
            login = await identity.login(link=await identity.mint_link())
            await identity.set_password(login.session, PASSWORD)
            for weak in ("x7#k", "passwordpassword", "Owner-owner-owner"):
                with pytest.raises(PasswordRefused) as caught:
                    await identity.set_password(login.session, weak, current=PASSWORD)
                assert weak not in str(caught.value)
            await identity.login(password=PASSWORD)

    asyncio.run(scenario())


def test_changing_the_password_needs_the_old_one_or_a_fresh_link(place: str) -> None:
    async def scenario() -> None:
        clock = HandClock()
        async with installation(place, clock) as identity:
            login = await identity.login(link=await identity.mint_link())
            clock.turn(700)
            assert not identity.stepped_up(login.session.principal)
            await refused(identity.set_password(login.session, PASSWORD), "identity.step-up")
            again = await identity.login(link=await identity.mint_link(), replaces=login.session.id)
            assert again.session.id != login.session.id
            await refused(identity.resolve(login.token, "header"), "identity.bad-session")
            assert identity.stepped_up(again.session.principal)
            await identity.set_password(again.session, PASSWORD)

            by_password = await identity.login(password=PASSWORD)
            other = "another horse battery staple"
            await refused(identity.set_password(by_password.session, other), "identity.step-up")
            wrong = identity.set_password(by_password.session, other, current="no")
            await refused(wrong, "identity.bad-password")
            clock.turn(1)
            await identity.set_password(by_password.session, other, current=PASSWORD)
            await identity.login(password=other)

    asyncio.run(scenario())


def test_wrong_passwords_wait_ever_longer_up_to_a_quarter_of_an_hour(place: str) -> None:
    async def scenario() -> None:
        clock = HandClock()
        async with installation(place, clock) as identity:
            login = await identity.login(link=await identity.mint_link())
            await identity.set_password(login.session, PASSWORD)
            waits, headers = [], {}
            for _ in range(14):
                await refused(identity.login(password="wrong"), "identity.bad-password")
                with pytest.raises(WaitError) as caught:
                    await identity.login(password=PASSWORD)
                waits.append(caught.value.seconds)
                clock.turn(caught.value.seconds)
                headers = caught.value.headers
            assert waits[:5] == [1, 2, 4, 8, 16]
            assert waits[-1] == 900
            assert headers == {"retry-after": "900"}
            await identity.login(password=PASSWORD)
            await refused(identity.login(password="wrong"), "identity.bad-password")
            with pytest.raises(WaitError) as caught:
                await identity.login(password=PASSWORD)
            assert caught.value.seconds == 1

    asyncio.run(scenario())


def test_a_clock_put_back_locks_nobody_out(place: str) -> None:
    async def scenario() -> None:
        clock = HandClock()
        async with installation(place, clock) as identity:
            login = await identity.login(link=await identity.mint_link())
            await identity.set_password(login.session, PASSWORD)
            await refused(identity.login(password="wrong"), "identity.bad-password")
            clock.turn(-86_400)
            await identity.login(password=PASSWORD)

    asyncio.run(scenario())


def test_hashes_follow_the_costs(tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = HandClock()
        async with installation(tmp_path / "f.db", clock) as identity:
            login = await identity.login(link=await identity.mint_link())
            await identity.set_password(login.session, PASSWORD)
        dearer = IdentityOptions(costs=type(CHEAP)(passes=2, memory_kib=8, lanes=1))
        async with installation(tmp_path / "f.db", clock, dearer) as identity:
            await identity.login(password=PASSWORD)
            await identity.login(password=PASSWORD)

    asyncio.run(scenario())
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"m=8,t=2,p=1" in raw


# ---------------------------------------------------------------- people


def test_names_of_people(place: str) -> None:
    async def scenario() -> None:
        options = IdentityOptions(owner_name="Ada", costs=CHEAP)
        async with installation(place, HandClock(), options) as identity:
            assert await identity.names([OWNER, "nobody", OWNER]) == {OWNER: "Ada"}
            assert await identity.names([]) == {}
            await identity.open()

    asyncio.run(scenario())


def test_a_session_of_somebody_else_is_not_there(place: str) -> None:
    async def scenario() -> None:
        async with installation(place, HandClock()) as identity:
            login = await identity.login(link=await identity.mint_link())
            with pytest.raises(NotFound):
                await identity.end_session("eve", login.session.id)
            await identity.resolve(login.token, "header")

    asyncio.run(scenario())
