"""The socket by which commands reach the server that holds a data folder."""

import asyncio
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from flowlike.errors import FlowlikeError, UsageError
from flowlike.server.control import NAME, ControlServer, ask
from flowlike.server.errands import Done, Errand, Export, Import, Link, Listing

Perform = Callable[[Errand], Awaitable[Done]]


def served(folder: Path, perform: Perform, errand: Errand) -> Done | None:
    async def run() -> Done | None:
        server = ControlServer(folder, perform)
        await server.start()
        try:
            return await ask(folder, errand)
        finally:
            await server.stop()

    return asyncio.run(run())


async def echo(errand: Errand) -> Done:
    content = errand.content if isinstance(errand, Import) else b""
    return Done(token=type(errand).__name__, content=content)


@pytest.mark.parametrize("errand", [Link(), Export("shop"), Listing(), Import(b"x", activate=True)])
def test_errands_arrive_and_are_answered(tmp_path: Path, errand: Errand) -> None:
    done = served(tmp_path, echo, errand)
    assert done is not None
    assert done.token == type(errand).__name__


def test_large_contents_go_through(tmp_path: Path) -> None:
    content = bytes(range(256)) * 40_000
    done = served(tmp_path, echo, Import(content))
    assert done is not None
    assert done.content == content


def test_without_a_server_there_is_no_answer(tmp_path: Path) -> None:
    assert asyncio.run(ask(tmp_path, Link())) is None
    assert asyncio.run(ask(tmp_path / "none", Link())) is None
    (tmp_path / NAME).touch()
    assert asyncio.run(ask(tmp_path, Link())) is None


def test_a_socket_of_a_dead_server_is_replaced(tmp_path: Path) -> None:
    (tmp_path / NAME).touch()
    assert served(tmp_path, echo, Link()) is not None
    assert not (tmp_path / NAME).exists()


def test_it_is_for_the_owner_alone(tmp_path: Path) -> None:
    modes: list[int] = []

    async def look(errand: Errand) -> Done:
        modes.append(stat.S_IMODE((tmp_path / NAME).stat().st_mode))
        return await echo(errand)

    served(tmp_path, look, Link())
    assert modes == [0o600]


def test_folders_with_long_names_work(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 50)
    folder.mkdir()
    assert served(folder, echo, Link()) is not None


def test_what_an_errand_met_is_raised_where_it_was_asked(tmp_path: Path) -> None:
    async def refuse(_: Errand) -> Done:
        raise UsageError("apps.unknown", "There is no such app.", remedy="List them.")

    with pytest.raises(FlowlikeError) as raised:
        served(tmp_path, refuse, Export("x"))
    assert (raised.value.code, raised.value.remedy) == ("apps.unknown", "List them.")


def test_a_fault_is_told_as_one_and_shows_nothing(tmp_path: Path) -> None:
    async def fail(_: Errand) -> Done:
        raise ValueError("a secret")

    with pytest.raises(FlowlikeError) as raised:
        served(tmp_path, fail, Link())
    assert raised.value.code == "serve.errand"
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "sent", [b"", b"\0", b"\0\0\0\1\xc1", b"\xff\xff\xff\xff", b"\0\0\0\x09nonsense!"]
)
def test_nonsense_ends_the_connection_and_nothing_else(tmp_path: Path, sent: bytes) -> None:
    async def run() -> tuple[bytes, Done | None]:
        server = ControlServer(tmp_path, echo)
        await server.start()
        reader, writer = await asyncio.open_unix_connection(
            f"/proc/self/cwd/{NAME}" if len(str(tmp_path)) > 90 else str(tmp_path / NAME)
        )
        writer.write(sent)
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        done = await ask(tmp_path, Link())
        await server.stop()
        return answer, done

    answer, done = asyncio.run(run())
    assert answer == b""
    assert done is not None


def test_a_server_that_ends_meanwhile_is_told(tmp_path: Path) -> None:
    async def run() -> None:
        async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        server = await asyncio.start_unix_server(hang_up, tmp_path / NAME)
        async with server:
            await ask(tmp_path, Link())

    with pytest.raises(FlowlikeError) as raised:
        asyncio.run(run())
    assert raised.value.code == "serve.control"
