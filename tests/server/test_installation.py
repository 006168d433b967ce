"""A data folder that is open, and errands done in it."""

import asyncio
import os
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from flowlike.cli.importing import content_of
from flowlike.errors import FolderInUseError, NotFound, UnsafeError
from flowlike.identity.local import OWNER
from flowlike.server.early import KEY, begin, hold
from flowlike.server.errands import Done, Export, Import, Link, Listing, perform
from flowlike.server.installation import Installation, open_installation
from flowlike.settings import Data, Execution, Settings
from tests.serving import SAMPLE, alive

T = TypeVar("T")


def settings(folder: Path) -> Settings:
    return Settings(data=Data(dir=str(folder / "data")), execution=Execution(executors=1))


def opened(folder: Path, work: Callable[[Installation], Awaitable[T]]) -> T:
    async def run() -> T:
        async with open_installation(settings(folder)) as installation:
            return await work(installation)

    return asyncio.run(run())


def test_the_owner_is_there_and_the_folder_is_closed_to_others(tmp_path: Path) -> None:
    async def look(installation: Installation) -> dict[str, str]:
        return await installation.identity.names([OWNER])

    assert opened(tmp_path, look)
    data = tmp_path / "data"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    for file in data.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file


def test_one_process_at_a_time_and_the_folder_is_free_afterwards(tmp_path: Path) -> None:
    async def again(_: Installation) -> None:
        async with open_installation(settings(tmp_path)):
            pass

    with pytest.raises(FolderInUseError) as raised:
        opened(tmp_path, again)
    assert raised.value.pid == os.getpid()

    async def nothing(_: Installation) -> None:
        pass

    opened(tmp_path, nothing)


def test_errands(tmp_path: Path) -> None:
    content = content_of(SAMPLE)

    async def work(installation: Installation) -> list[Done]:
        errands = (
            Import(content, activate=True, unless="order-triage"),
            Import(content, unless="order-triage"),
            Listing(),
            Export("order-triage"),
            Link(),
        )
        return [await perform(each, installation) for each in errands]

    first, second, listing, export, link = opened(tmp_path, work)
    assert first.apps == second.apps == listing.apps == (("order-triage", "Order triage"),)
    assert (first.changed, second.changed) == (True, False)
    assert export.content.startswith(b"PK")
    assert link.address == "http://127.0.0.1:8787"
    assert not link.running
    assert len(link.token) == 43


def test_an_errand_that_cannot_be_done(tmp_path: Path) -> None:
    async def work(installation: Installation) -> Done:
        return await perform(Export("nothing"), installation)

    with pytest.raises(NotFound):
        opened(tmp_path, work)


@pytest.mark.parametrize("content", [b"", b"short", None])
def test_a_key_that_is_damaged_is_never_replaced(tmp_path: Path, content: bytes | None) -> None:
    async def nothing(_: Installation) -> None:
        pass

    opened(tmp_path, nothing)
    key = tmp_path / "data" / KEY
    if content is None:
        key.unlink()
        key.mkdir()
    else:
        key.write_bytes(content)
    with pytest.raises(UnsafeError) as raised:
        opened(tmp_path, nothing)
    assert raised.value.code == "serve.install-key"
    assert key.is_dir() if content is None else key.read_bytes() == content

    async def folder_is_free() -> None:
        key.rmdir() if content is None else key.unlink()
        (await hold(settings(tmp_path))).folder.release()

    asyncio.run(folder_is_free())


def test_executors_begin_first_and_end_with_it(tmp_path: Path) -> None:
    async def run() -> tuple[int, ...]:
        async with begin(settings(tmp_path), 0) as early:
            await early.ready
            pids = early.dispatcher.stats().pids
            assert all(map(alive, pids))
            with pytest.raises(FolderInUseError):
                await hold(settings(tmp_path), 0.1)
        return pids

    pids = asyncio.run(run())
    assert len(pids) == 1
    assert not any(map(alive, pids))
