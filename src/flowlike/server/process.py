"""The API process at work: opens all rooms, answers, and closes them in the right order."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import quote

import msgspec
import structlog

from flowlike.errors import UnsafeError
from flowlike.server import configured
from flowlike.server.application import create_app
from flowlike.server.control import ControlServer
from flowlike.server.early import Early
from flowlike.server.edge import Seen
from flowlike.server.editing import Edited
from flowlike.server.embedded import HttpServer
from flowlike.server.errands import Done, Errand, perform
from flowlike.server.launch import Say, Wishes
from flowlike.server.lifeline import Lifeline
from flowlike.server.listening import AUTO, BEHIND_PROXY, Pair, bound
from flowlike.server.logging import configure
from flowlike.server.metrics import Metrics, MetricsServer
from flowlike.server.rooms import Rooms, open_rooms
from flowlike.settings import Address, Settings, config_folder

_TLS = "tls"
_RENEWAL_SECONDS = 3600.0
_INTERRUPTED_SECONDS = 2.0
"""How long answers may still take after their runs were interrupted."""
_log = structlog.get_logger("flowlike.server")


class Process:
    """The API process, once its executors have begun.

    Args:
        lifeline, say, show: as ``launch.serve``.
        wishes: what others want.
        early: the folder, and the executors.
    """

    def __init__(
        self, lifeline: Lifeline, wishes: Wishes, early: Early, say: Say, show: Say
    ) -> None:
        self._lifeline = lifeline
        self._settings = lifeline.order.settings
        self._wishes = wishes
        self._early = early
        self._say = say
        self._show = show
        self._page = ""
        self._end_streams: Callable[[], None] = lambda: None

    async def run(self) -> None:
        """Serves until it is to stop. Raises FlowlikeError if it cannot start."""
        configure(self._settings.log)
        address = bound(self._lifeline.order.socket)
        pair = await certificate(self._settings, address)
        async with open_rooms(self._settings, address, self._early) as rooms:
            await check_password(self._settings, address, rooms)
            app = create_app(rooms.services, self._observer(rooms.metrics))
            http = HttpServer(app, self._lifeline.order.socket, pair)
            self._end_streams = app.end_streams
            await self._serve(http, rooms, address)

    def _observer(self, metrics: Metrics) -> Callable[[Seen], None] | None:
        """Counts requests, if anybody will ask."""
        if not self._settings.metrics.bind:
            return None
        return lambda seen: metrics.request(seen.method, seen.status, seen.seconds)

    async def _serve(self, http: HttpServer, rooms: Rooms, address: Address) -> None:
        here = configured.public_address(self._settings, address)
        edited = await self._edited(rooms)
        control = ControlServer(rooms.installation.folder.path, _errands(rooms, here))
        figures = MetricsServer(rooms.metrics, self._settings.metrics.bind or "127.0.0.1:0")
        await control.start()
        if self._settings.metrics.bind:
            await figures.start()
        http.start()
        work = [asyncio.create_task(self._renew(http, address))]
        if edited is not None:
            work.append(asyncio.create_task(edited.watch()))
        await self._tell(rooms, here)
        gc.freeze()  # all of this stays; the collector need not look at it again
        gc.enable()
        await self._wishes.stop.wait()
        for task in work:
            task.cancel()
        await control.stop()
        await figures.stop()
        await self._drain(http, rooms)
        if edited is not None:
            await edited.sync()

    async def _edited(self, rooms: Rooms) -> Edited | None:
        folder = self._lifeline.order.folder
        if not folder:
            return None
        edited = Edited(rooms.installation, Path(folder))
        self._page = await edited.open()
        return edited

    async def _drain(self, http: HttpServer, rooms: Rooms) -> None:
        """Lets requests and runs end for a while, then interrupts runs and ends streams."""
        seconds = 0.0 if self._wishes.hurry.is_set() else self._settings.server.drain_seconds
        _log.info("stopping", drain_seconds=seconds)
        answers = asyncio.create_task(http.stop(seconds + _INTERRUPTED_SECONDS))
        runs = asyncio.create_task(rooms.services.dispatcher.stop(seconds))
        hurry = asyncio.create_task(self._wishes.hurry.wait())
        await asyncio.wait({runs, hurry}, return_when=asyncio.FIRST_COMPLETED)
        if not runs.done():
            await rooms.services.dispatcher.stop(0)
        self._end_streams()
        await asyncio.wait({answers, runs}, timeout=_INTERRUPTED_SECONDS)
        hurry.cancel()

    async def _tell(self, rooms: Rooms, here: str) -> None:
        self._say(f"Flowlike is ready at {here}")
        self._lifeline.ready()
        order = self._lifeline.order
        if self._lifeline.starts == 0 and (order.announce or await _is_new(rooms)):
            token = await rooms.installation.identity.mint_link()
            minutes = self._settings.sessions.link_minutes
            page = f"?next={quote(self._page, safe='')}" if self._page else ""
            link = f"{here}/login{page}#{token}"
            self._say(f"Sign in (once, within {minutes:g} minutes): {link}")
            if order.open_browser:
                await asyncio.to_thread(self._show, link)

    async def _renew(self, http: HttpServer, address: Address) -> None:
        """Reads a new certificate on SIGHUP, and makes our own anew before it ends."""
        reload = self._wishes.reload
        held = await certificate(self._settings, address)
        while held is not None:
            try:
                async with asyncio.timeout(_RENEWAL_SECONDS):
                    await reload.wait()
            except TimeoutError:
                if self._settings.server.tls != AUTO:
                    continue
            reload.clear()
            try:
                pair = await certificate(self._settings, address)
            except UnsafeError as error:
                _log.error("the old certificate stays", reason=error.message)
            else:
                http.reload(pair)


async def certificate(settings: Settings, address: Address) -> Pair | None:
    """The certificate that settings ask for; None for plain HTTP. Raises UnsafeError."""
    tls = settings.server.tls
    if tls in {"", BEHIND_PROXY}:
        return None
    from flowlike.server.tls import given, own  # noqa: PLC0415 - most servers need no cryptography

    if tls == AUTO:
        names = configured.names(settings, address)
        return await asyncio.to_thread(own, config_folder() / _TLS, names)
    first, comma, second = tls.partition(",")
    if not comma:
        raise UnsafeError(
            "serve.tls",
            f"The setting server.tls is not understood: {tls!r}.",
            remedy="Write auto, CERT,KEY (two files) or behind-proxy.",
        )
    return await asyncio.to_thread(given, Path(first.strip()), Path(second.strip()))


async def check_password(settings: Settings, address: Address, rooms: Rooms) -> None:
    """Beyond this machine a link on a terminal is not enough.

    Raises:
        UnsafeError: ``serve.no-password``.
    """
    if configured.is_local(settings, address):
        return
    if not await rooms.installation.identity.has_password():
        raise UnsafeError(
            "serve.no-password",
            f"Others can reach {address}, and the owner has no password yet.",
            remedy="Serve on 127.0.0.1 first, sign in by the link and set a password.",
        )


async def _is_new(rooms: Rooms) -> bool:
    """Whether nobody can sign in, or is signed in, yet."""
    identity = rooms.installation.identity
    return not await identity.has_password() and not await identity.sessions("local")


def _errands(rooms: Rooms, here: str) -> Callable[[Errand], Awaitable[Done]]:
    async def do(errand: Errand) -> Done:
        done = await perform(errand, rooms.installation)
        return msgspec.structs.replace(done, address=here, running=True)

    return do
