"""Has something done in a data folder: by the server that holds it, else here."""

import asyncio
import contextlib

from flowlike.errors import FolderInUseError, UsageError
from flowlike.server.control import ask
from flowlike.server.errands import Done, Errand, perform
from flowlike.server.installation import open_installation
from flowlike.settings import Settings, data_folder

_TRIES, _PAUSE = 20, 0.25


def do(errand: Errand, settings: Settings, *, makes: bool = False) -> Done:
    """Does it.

    Args:
        makes: make the data folder if it is not there.

    Raises:
        UsageError: ``cli.no-data``; there is no data folder.
        FlowlikeError: what the errand met.
    """
    folder = data_folder(settings)
    if not makes and not folder.is_dir():
        raise UsageError(
            "cli.no-data",
            f"There is no data folder {folder}.",
            remedy="Name it with --data, or start the server once: flowlike serve.",
        )
    return asyncio.run(_do(errand, settings))


async def _do(errand: Errand, settings: Settings) -> Done:
    for _ in range(_TRIES):
        done = await ask(data_folder(settings), errand)
        if done is not None:
            return done
        with contextlib.suppress(FolderInUseError):  # by a server that is just starting or stopping
            return await _here(errand, settings)
        await asyncio.sleep(_PAUSE)
    return await _here(errand, settings)


async def _here(errand: Errand, settings: Settings) -> Done:
    async with open_installation(settings) as installation:
        return await perform(errand, installation)
