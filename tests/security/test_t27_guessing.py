"""T27, at the sign-in: passwords, links and sessions are guessed, and hashing is made to flood.

Each attack is shown twice: refused, and getting through once its defence is taken away. Rates of
requests are the server's part.
"""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from flowlike.errors import AccessError, WaitError
from flowlike.identity import tokens
from flowlike.identity.local import Identity, IdentityOptions
from flowlike.identity.passwords import Hasher
from tests.identity.scenes import CHEAP, PASSWORD, HandClock, installation

QUARTER = 900  # seconds of an hour


async def with_password(identity: Identity) -> None:
    login = await identity.login(link=await identity.mint_link())
    await identity.set_password(login.session, PASSWORD)


async def tried(identity: Identity, clock: HandClock, seconds: int) -> int:
    """How many passwords are really compared while somebody tries one each second."""
    compared = 0
    for number in range(seconds):
        try:
            await identity.login(password=f"guess {number}")
        except WaitError:
            pass
        except AccessError:
            compared += 1
        clock.turn(1)
    return compared


def test_guessing_passwords_gets_slow(tmp_path: Path) -> None:
    async def scenario() -> tuple[int, int]:
        clock = HandClock()
        async with installation(tmp_path / "f.db", clock) as identity:
            await with_password(identity)
            guarded = await tried(identity, clock, QUARTER)
        none = IdentityOptions(costs=CHEAP, backoff_us=(0, 0))
        async with installation(tmp_path / "f.db", clock, none) as identity:
            return guarded, await tried(identity, clock, 60)

    guarded, unguarded = asyncio.run(scenario())
    assert guarded < 15
    assert unguarded >= 59


def test_guesses_at_once_gain_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them ask before the first one has failed."""

    async def flood(identity: Identity) -> int:
        done = await asyncio.gather(
            *(identity.login(password=f"guess {number}") for number in range(8)),
            return_exceptions=True,
        )
        return sum(type(each) is AccessError for each in done)

    async def scenario() -> None:
        clock = HandClock()
        async with installation(tmp_path / "f.db", clock) as identity:
            await with_password(identity)
            assert await flood(identity) == 1
            clock.turn(QUARTER)

            async def uncharged(sub: str) -> str:
                return await Hasher(CHEAP).hash(PASSWORD)

            monkeypatch.setattr(identity, "_charge", uncharged)
            assert await flood(identity) == 8

    asyncio.run(scenario())


def test_a_restart_does_not_forget_the_guesses(tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = HandClock()
        async with installation(tmp_path / "f.db", clock) as identity:
            await with_password(identity)
            await tried(identity, clock, 8)
        async with installation(tmp_path / "f.db", clock) as identity:
            assert await tried(identity, clock, 8) <= 1

    asyncio.run(scenario())


def test_tokens_have_too_many_bits_to_be_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {tokens.mint() for _ in range(1_000)}
    assert len(made) == 1_000
    assert {len(token) for token in made} == {43}
    letters = {letter for token in made for letter in token}
    assert len(letters) == 64
    for place in range(42):
        assert len({token[place] for token in made}) == 64
    monkeypatch.setattr("secrets.token_urlsafe", lambda _: "A" * 43)
    assert len({tokens.mint() for _ in range(10)}) == 1


def test_links_and_sessions_do_not_tell_which_part_was_wrong(tmp_path: Path) -> None:
    async def scenario() -> set[str]:
        said = set()
        async with installation(tmp_path / "f.db", HandClock()) as identity:
            token = await identity.mint_link()
            for wrong in (token[:-1] + "-", tokens.mint(), token[1:] + "A"):
                if wrong == token:
                    continue
                with pytest.raises(AccessError) as caught:
                    await identity.login(link=wrong)
                said.add(str(caught.value))
                assert wrong not in str(caught.value)
        return said

    assert len(asyncio.run(scenario())) == 1


def test_hashing_does_not_flood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each hash costs memory and time on purpose: two at once, few wait, the rest is sent away."""
    inside = most = 0
    lock, go = threading.Lock(), threading.Event()

    def slow(*_: Any) -> bool:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        go.wait(20)
        with lock:
            inside -= 1
        return True

    async def flood(hasher: Hasher) -> int:
        go.clear()
        tasks = [asyncio.create_task(hasher.verify("kept", "x")) for _ in range(20)]
        await asyncio.sleep(0.05)
        go.set()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        return sum(isinstance(each, WaitError) for each in done)

    async def scenario() -> None:
        nonlocal most
        monkeypatch.setattr(PasswordHasher, "verify", slow)
        assert await flood(Hasher(CHEAP)) == 10
        assert most == 2
        most = 0
        assert await flood(Hasher(CHEAP, at_once=20)) == 0
        assert most > 2

    asyncio.run(scenario())


def test_who_hangs_up_frees_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread cannot be stopped, so hanging up and asking again must not start another one."""
    started = 0
    go = threading.Event()

    def slow(*_: Any) -> bool:
        nonlocal started
        started += 1
        go.wait(20)
        return True

    async def scenario() -> None:
        nonlocal started
        monkeypatch.setattr(PasswordHasher, "verify", slow)
        for shielded in (True, False):
            go.clear()
            started = 0
            with monkeypatch.context() as patched:
                if not shielded:
                    patched.setattr(asyncio, "shield", lambda task: task)
                hasher = Hasher(CHEAP)
                tasks = []
                for _ in range(4):
                    task = asyncio.create_task(hasher.verify("kept", "x"))
                    await asyncio.sleep(0.02)
                    task.cancel()
                    tasks.append(task)
                await asyncio.gather(*tasks, return_exceptions=True)
                assert (started <= 2) is shielded
                go.set()
            await asyncio.sleep(0.02)

    asyncio.run(scenario())
