"""The pipe between supervisor and API."""

import asyncio
import os
import signal

import msgspec
import pytest

from flowlike.server.lifeline import Lifeline, Order, receive
from flowlike.settings import Server, Settings

ORDER = Order(settings=Settings(server=Server(bind="127.0.0.1:1")), socket=7, folder="shop")


def message(order: Order = ORDER, starts: int = 2) -> bytes:
    text = msgspec.json.encode(order)
    numbers = (starts, os.getppid(), len(text))
    return b"".join(each.to_bytes(4, "big") for each in numbers) + text


def pipe_of(content: bytes, *, close: bool = True) -> tuple[int, int]:
    reading, writing = os.pipe()
    os.write(writing, content)
    if close:
        os.close(writing)
    return reading, writing


def test_the_order_arrives() -> None:
    reading, _ = pipe_of(message())
    lifeline = receive(reading)
    assert lifeline == Lifeline(reading, 2, os.getppid(), ORDER)
    assert not os.get_inheritable(reading)
    os.close(reading)


@pytest.mark.parametrize("cut", [0, 3, 7, 11, 30])
def test_a_supervisor_that_is_gone_already(cut: int) -> None:
    reading, _ = pipe_of(message()[:cut])
    with pytest.raises(EOFError):
        receive(reading)
    os.close(reading)


def test_a_length_that_cannot_be() -> None:
    reading, _ = pipe_of(b"\0\0\0\0\0\0\0\0\xff\xff\xff\xff")
    with pytest.raises(EOFError):
        receive(reading)
    os.close(reading)


def test_the_end_of_the_supervisor_is_seen() -> None:
    reading, writing = pipe_of(message(), close=False)

    async def watch() -> list[str]:
        seen: list[str] = []
        gone = asyncio.Event()

        def tell() -> None:
            seen.append("gone")
            gone.set()

        receive(reading).watch(tell)
        await asyncio.sleep(0)
        seen.append("waiting")
        os.close(writing)
        await gone.wait()
        return seen

    assert asyncio.run(watch()) == ["waiting", "gone"]
    os.close(reading)


def test_the_supervisor_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    monkeypatch.setattr("os.kill", lambda pid, number: told.append((pid, number)))
    Lifeline(0, 0, os.getppid(), ORDER).ready()
    Lifeline(0, 0, os.getppid() + 1, ORDER).ready()  # it is gone, and somebody else above us
    assert told == [(os.getppid(), signal.SIGUSR1)]
