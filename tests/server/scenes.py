"""The real application with all its rooms, in this process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec

from flowlike.apps.apps import Apps
from flowlike.apps.boards import Boards
from flowlike.apps.events import Events
from flowlike.database.connect import Database
from flowlike.execution.dispatch import Dispatcher
from flowlike.execution.jobs import PoolOptions
from flowlike.execution.queue import Queue
from flowlike.identity.clock import now_us
from flowlike.identity.local import Identity
from flowlike.identity.sessions import Session
from flowlike.nodes.catalog import Catalog, default_catalog
from flowlike.runs.archive import Archive
from flowlike.server.application import create_app
from flowlike.server.edge import Edge
from flowlike.server.embedded import HttpServer
from flowlike.server.keeping import Keeper
from flowlike.server.listening import bound, listen
from flowlike.server.options import Rate, Rates, ServerOptions, Streams
from flowlike.server.services import Services
from flowlike.settings import Address

BASE = "http://127.0.0.1:8787"
KEY = b"k" * 32
UNHURRIED = Rates(
    login=Rate(0), failures=Rate(0), api=Rate(0), starts=Rate(0), public_event=Rate(0)
)
NO_PAGE = Path(__file__).parent / "no-page"
OPTIONS = ServerOptions(
    static=NO_PAGE, rates=UNHURRIED, streams=Streams(ping=0.2, recheck=0.05, stuck=1.0)
)


class Clock:
    """The time of the services, moved by hand; it goes on by itself too."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> int:
        return now_us() + self.ahead


class Scene:
    """An open installation. ``owner`` and ``nobody`` call it in this process."""

    runner: asyncio.Runner
    """Where tests that share it run."""

    def __init__(self, services: Services, app: Edge, clock: Clock) -> None:
        self.services = services
        self.app = app
        self.clock = clock
        self.nobody = self.client()
        self.owner = self.client()

    def client(self, **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app)  # type: ignore[arg-type]  # an ASGI application
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.AsyncClient(transport=transport, base_url=BASE, headers=named)

    async def sign_in(self) -> str:
        """A new session of the owner, by a link; the token."""
        token = await self.services.identity.mint_link()
        answer = await self.nobody.post("/api/v1/auth/local", json={"token": token})
        assert answer.status_code == 200, answer.text
        session: str = answer.json()["session"]
        return session

    async def enter(self) -> None:
        """Signs the owner in."""
        self.owner.headers["authorization"] = f"Bearer {await self.sign_in()}"

    async def session(self) -> Session:
        """The owner's session."""
        token = self.owner.headers["authorization"].removeprefix("Bearer ")
        return await self.services.identity.resolve(token, "header")


@contextlib.asynccontextmanager
async def services(
    folder: Path,
    options: ServerOptions = OPTIONS,
    *,
    runs: bool = False,
    pool: PoolOptions | None = None,
    catalog: Catalog | None = None,
    clock: Callable[[], int] = now_us,
) -> AsyncIterator[Services]:
    """All rooms, opened in a folder. ``runs``: with an executor, which takes a while to start."""
    database = await Database.open(folder / "flowlike.db")
    identity = Identity(database, KEY, clock=clock)
    await identity.open()
    nodes = catalog or default_catalog()
    boards = Boards(database, nodes, clock=clock)
    events = Events(database, boards, clock=clock)
    await events.open()
    archive = Archive(folder / "runs", clock_us=clock)
    keeper = Keeper(archive, clock)
    dispatcher = Dispatcher(pool or PoolOptions(executors=1, spares=0), on_finished=keeper.finished)
    queue = Queue(
        database,
        dispatcher,
        on_waiting=keeper.waiting,
        on_started=keeper.started,
        on_finished=keeper.finished,
    )
    if runs:
        await dispatcher.start()
        await queue.start()
    try:
        yield Services(
            options=options,
            database=database,
            identity=identity,
            apps=Apps(database, boards, events, clock=clock),
            boards=boards,
            events=events,
            archive=archive,
            keeper=keeper,
            dispatcher=dispatcher,
            queue=queue,
            catalog=nodes,
            now=clock,
        )
    finally:
        await dispatcher.stop()
        await queue.close()
        await archive.close()
        await database.close()


@contextlib.asynccontextmanager
async def scene(
    folder: Path, options: ServerOptions = OPTIONS, *, signed_in: bool = True, **more: Any
) -> AsyncIterator[Scene]:
    """An installation whose owner has signed in."""
    clock = Clock()
    async with services(folder, options, clock=clock, **more) as opened:
        made = Scene(opened, create_app(opened), clock)
        async with made.owner, made.nobody:
            if signed_in:
                await made.enter()
            yield made


def with_options(**changes: Any) -> ServerOptions:
    """The options of scenes, but for these."""
    return msgspec.structs.replace(OPTIONS, **changes)


@contextlib.asynccontextmanager
async def listening(app: Any) -> AsyncIterator[str]:
    """Serves an application on a free port of this machine, by granian; its address."""
    with listen(Address("127.0.0.1", 0)) as socket:
        server = HttpServer(app, socket.fileno(), None)
        server.start()
        try:
            yield f"http://{bound(socket.fileno())}"
        finally:
            await server.stop(5)
