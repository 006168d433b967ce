"""What begins before the rest is even imported: the data folder is held, and executors start.

Executors take as long to get ready as the server takes to import what it needs; so both go on at
the same time. This module imports little, and so must what it imports.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import msgspec

from flowlike.database.folder import DataFolder
from flowlike.errors import FolderInUseError, UnsafeError, Where
from flowlike.execution.cache import CompileCache
from flowlike.execution.dispatch import Dispatcher, OnFinished
from flowlike.execution.jobs import Job, Outcome, PoolOptions
from flowlike.identity import tokens
from flowlike.settings import Settings, data_folder

KEY = "install.key"
"""The file that holds the key of this installation."""
PROGRAMS = "programs"
"""The folder of the compile cache, within the data folder."""
_MIB = 1024 * 1024
_PAUSE = 0.1


class Endings:
    """Told of each run that ended. Whom it tells is known only once everything is imported."""

    def __init__(self) -> None:
        self.tell: OnFinished | None = None

    def __call__(self, job: Job, outcome: Outcome) -> None:
        """One ended."""
        if self.tell is not None:
            self.tell(job, outcome)


class Held(msgspec.Struct, frozen=True):
    """A data folder that this process holds, and the key in it."""

    folder: DataFolder
    key: bytes


class Early(msgspec.Struct, frozen=True):
    """What has begun. ``ready`` is done once an executor is, or raises why none is."""

    held: Held
    dispatcher: Dispatcher
    endings: Endings
    ready: "asyncio.Task[None]"


@asynccontextmanager
async def begin(settings: Settings, patience: float) -> AsyncIterator[Early]:
    """Holds the folder and starts executors.

    Raises:
        FolderInUseError: another process holds it, longer than ``patience`` seconds.
        DatabaseError: the folder cannot be used.
        UnsafeError: ``serve.install-key``.
        ExecutionError: the compile cache cannot be used.
    """
    async with AsyncExitStack() as stack:
        held = await hold(settings, patience)
        stack.callback(held.folder.release)
        cache = CompileCache(
            held.folder.subfolder(PROGRAMS), held.key, settings.execution.cache_mb * _MIB
        )
        endings = Endings()
        dispatcher = Dispatcher(pool_options(settings), cache, endings)
        stack.push_async_callback(dispatcher.stop)
        ready = asyncio.create_task(dispatcher.start(), name="executors")
        stack.callback(ready.cancel)
        await asyncio.sleep(0)  # the processes begin
        yield Early(held, dispatcher, endings, ready)


async def hold(settings: Settings, patience: float = 0.0) -> Held:
    """Holds the data folder, made if need be; ``release`` it. Raises as ``begin``."""
    folder = await _claimed(data_folder(settings), patience)
    try:
        return Held(folder, install_key(folder))
    except BaseException:
        folder.release()
        raise


async def _claimed(path: Path, patience: float) -> DataFolder:
    for _ in range(round(patience / _PAUSE)):
        try:
            return DataFolder.claim(path)
        except FolderInUseError:
            await asyncio.sleep(_PAUSE)
    return DataFolder.claim(path)


def install_key(folder: DataFolder) -> bytes:
    """The key that signs values of this installation. Raises UnsafeError ``serve.install-key``."""
    file = folder.path / KEY
    try:
        return tokens.install_key(file)
    except (OSError, ValueError) as error:
        raise UnsafeError(
            "serve.install-key",
            f"The key of this installation cannot be used: {error}",
            remedy="Put it back from a backup. If it is lost, delete it: everybody signs in again.",
            where=Where(file=str(file)),
        ) from error


def pool_options(settings: Settings) -> PoolOptions:
    """Executors as the operator wants them."""
    execution = settings.execution
    return PoolOptions(
        executors=execution.executors,
        spares=execution.spares,
        packages=settings.nodes.native_packages,
        memory_bytes=execution.memory_mb * _MIB,
        waiting=execution.queue,
        grace_seconds=execution.grace_seconds,
        lease_seconds=execution.lease_seconds,
    )
