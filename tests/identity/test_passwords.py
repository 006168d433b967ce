"""Which passwords are taken, and that few are hashed at once."""

import asyncio
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.errors import PasswordRefused, WaitError
from flowlike.identity.passwords import MOST, HashCosts, Hasher, check, is_common
from tests.identity.scenes import CHEAP, PASSWORD


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword1",
        "Passw0rd!Passw0rd!",
        "P@ssw0rd12345",
        "qwertyuiop12",
        "qazwsxedcrfv",
        "1q2w3e4r5t6y",
        "zaq12wsxcde3",
        "aaaaaaaaaaaa",
        "abababababab",
        "111222333444",
        "Summer2024Summer",
        "letmeinletmein",
        "ada-lovelace-1",
        "FLOWLIKE-flowlike",
        "password winter 2024!",
        "            ",
        "poiuytrewq98",
    ],
)
def test_what_guessers_try_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordRefused) as caught:
        check(password, ("ada", "lovelace"))
    assert caught.value.code == "identity.password-common"
    assert password not in caught.value.message


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "MyDogRex2024!x",
        "xK9#mQ2$vL7!",
        "Öl für drei Kamele",
        "密码很长但是没有人会猜到它",
    ],
)
def test_others_are_taken(password: str) -> None:
    check(password, ("ada", "lovelace"))


def test_lengths_are_counted_in_characters_as_they_are_hashed() -> None:
    for text, code in (("x7#kQ2$vL9!", "short"), ("x" * (MOST + 1), "long"), ("ﬁ" * 5, "short")):
        with pytest.raises(PasswordRefused) as caught:
            check(text)
        assert caught.value.code == f"identity.password-{code}"


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    assert is_common(text) in {True, False}


@given(
    st.text(alphabet="abcdefghijkmnpqrstuvwxyzACDEFGHJKLMNPQRSTUVWXYZ", min_size=20, max_size=40)
)
def test_a_doubled_password_is_no_better(text: str) -> None:
    if is_common(text):
        assert is_common(text + text)


def test_a_hash_is_verified_however_the_keyboard_composes() -> None:
    async def scenario() -> None:
        hasher = Hasher(CHEAP)
        kept = await hasher.hash("Kamele é Kamele")
        assert await hasher.verify(kept, "Kamele e\u0301 Kamele")
        assert not await hasher.verify(kept, "Kamele e Kamele")
        assert not await hasher.verify("no hash", "x")
        assert not hasher.is_stale(kept)
        assert Hasher(HashCosts(passes=2, memory_kib=8, lanes=1)).is_stale(kept)

    asyncio.run(scenario())


def test_two_hashes_at_once_and_few_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most = 0, 0
    lock, go = threading.Lock(), threading.Event()

    def slow(*_: Any) -> str:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        go.wait()
        with lock:
            inside -= 1
        return "hash"

    async def scenario() -> None:
        hasher = Hasher(CHEAP, waiting=3)
        monkeypatch.setattr("argon2.PasswordHasher.hash", slow)
        tasks = [asyncio.create_task(hasher.hash("x")) for _ in range(5)]
        await asyncio.sleep(0)
        with pytest.raises(WaitError) as caught:
            await hasher.hash("x")
        assert caught.value.code == "identity.busy"
        for task in tasks[:3]:
            task.cancel()
        await asyncio.sleep(0)
        with pytest.raises(WaitError):  # who hung up still takes the room it took
            await hasher.hash("x")
        go.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert await hasher.hash("x") == "hash"
        assert most == 2

    asyncio.run(scenario())
