"""Bodies: bounded, in time, and read one way only."""

import asyncio
from typing import Any

import pytest

from flowlike.server.bodies import (
    in_time,
    media_type,
    read_body,
    require_json,
    strict_json,
)
from flowlike.server.refusal import Refusal


def receiver(*chunks: bytes, ends: bool = True) -> Any:
    messages = [
        {"type": "http.request", "body": chunk, "more_body": number < len(chunks) - 1 or not ends}
        for number, chunk in enumerate(chunks)
    ]
    messages.append({"type": "http.disconnect"})

    async def receive() -> Any:
        return messages.pop(0)

    return receive


def test_json_is_read() -> None:
    assert strict_json(b'{"a": [1, 2.5, "x", null, true]}') == {"a": [1, 2.5, "x", None, True]}
    assert strict_json(b"9007199254740993") == 9007199254740993


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "text.empty"),
        (b"{", "text.truncated"),
        (b"{'a': 1}", "text.syntax"),
        (b'{"a": 1, "a": 2}', "text.duplicate-key"),
        (b"[NaN]", "text.number"),
        (b"[1e999]", "text.number"),
        (rb'["\ud800"]', "text.surrogate"),
        (b'["\xff"]', "text.encoding"),
        (b"[" * 65 + b"]" * 65, "text.depth"),
    ],
)
def test_what_two_readers_could_read_differently_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        strict_json(raw)
    assert caught.value.kind.status == 422
    assert caught.value.code == code
    assert not caught.value.where.file


def test_nesting_is_allowed_up_to_its_bound() -> None:
    assert strict_json(b"[" * 64 + b"]" * 64)


@pytest.mark.parametrize(
    "header", ["application/json", "Application/JSON; charset=utf-8", " application/json "]
)
def test_json_says_that_it_is(header: str) -> None:
    require_json(header)


@pytest.mark.parametrize(
    "header",
    ["", "text/plain", "application/x-www-form-urlencoded", "text/plain; application/json"],
)
def test_what_a_form_can_send_is_no_json(header: str) -> None:
    with pytest.raises(Refusal) as caught:
        require_json(header)
    assert caught.value.kind.status == 415


def test_a_media_type_has_no_parameters() -> None:
    assert media_type("Text/HTML; charset=x") == "text/html"
    assert media_type("") == ""


async def gathered(*chunks: bytes, most: int = 10) -> bytes:
    return await read_body(receiver(*chunks), most)


def test_a_body_comes_in_parts() -> None:
    assert asyncio.run(gathered(b"ab", b"", b"cd")) == b"abcd"
    assert asyncio.run(gathered(b"0123456789")) == b"0123456789"


def test_a_body_is_counted_while_it_comes() -> None:
    taken = 0

    async def endless() -> Any:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"x" * 100, "more_body": True}

    with pytest.raises(Refusal) as caught:
        asyncio.run(read_body(endless, 1_000))
    assert caught.value.kind.status == 413
    assert taken == 11


def test_a_client_that_leaves_sent_no_body() -> None:
    with pytest.raises(EOFError):
        asyncio.run(read_body(receiver(b"ab", ends=False), 10))


def test_a_body_that_takes_too_long_is_refused() -> None:
    async def never() -> Any:
        await asyncio.Event().wait()

    async def scenario() -> None:
        await in_time(never, 0.01)()

    with pytest.raises(Refusal) as caught:
        asyncio.run(scenario())
    assert caught.value.kind.status == 408


def test_dripping_does_not_buy_time() -> None:
    async def drip() -> Any:
        await asyncio.sleep(0.005)
        return {"type": "http.request", "body": b"x", "more_body": True}

    with pytest.raises(Refusal) as caught:
        asyncio.run(dripped(drip))
    assert caught.value.kind.status == 408


async def dripped(drip: Any) -> None:
    bounded = in_time(drip, 0.05)
    for _ in range(1_000):
        await bounded()


def test_after_the_body_there_is_no_hurry() -> None:
    async def scenario() -> str:
        waiting = asyncio.Event()
        inner = receiver(b"x")

        async def receive() -> Any:
            if waiting.is_set():
                await asyncio.sleep(0.05)
            waiting.set()
            return await inner()

        bounded = in_time(receive, 0.02)
        await bounded()
        return str((await bounded())["type"])

    assert asyncio.run(scenario()) == "http.disconnect"
