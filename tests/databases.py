"""Databases to test with: SQLite in a file, and a Postgres of this machine, started once.

A test that takes the fixture ``place`` runs on both. Where the machine has no Postgres (Debian:
``postgresql``) the second says so and is skipped.
"""

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # ships no types
import pytest

from flowlike.database.connect import Database

_INSTALLED = Path("/usr/lib/postgresql")
_SETTINGS = (
    "listen_addresses=",  # a socket in a folder of our own: no port to collide on
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=60",
    "shared_buffers=32MB",
)


class Postgres:
    """A server that runs until ``postgres`` ends."""

    def __init__(self, sockets: Path) -> None:
        self.sockets = sockets
        self._model = ""

    def url(self, database: str) -> str:
        """Where a database of it is."""
        return f"postgresql://flowlike@/{database}?host={self.sockets}"

    @contextmanager
    def database(self, name: str, *, empty: bool = False) -> Iterator[str]:
        """A database while the block runs: its URL. It has our tables unless it shall be empty."""
        if not empty and not self._model:
            asyncio.run(self._make_model("flowlike_model"))
        template = "" if empty else f" TEMPLATE {self._model}"
        asyncio.run(self._tell(f'CREATE DATABASE "{name}"{template}'))
        try:
            yield self.url(name)
        finally:
            asyncio.run(self._tell(f'DROP DATABASE "{name}" WITH (FORCE)'))

    async def _make_model(self, name: str) -> None:
        """Tables made once are copied faster than they are made again."""
        await self._tell(f"CREATE DATABASE {name}")
        await (await Database.open(self.url(name))).close()
        self._model = name

    async def cut_connections(self) -> None:
        """Ends all other connections, as a server that is started anew does."""
        await self._tell(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname <> 'postgres' AND datname IS NOT NULL"
        )

    async def _tell(self, statement: str) -> None:
        connection = await asyncpg.connect(
            user="flowlike", database="postgres", host=str(self.sockets)
        )
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def binaries() -> Path | None:
    """The folder of the newest Postgres of this machine."""
    found = sorted(_INSTALLED.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server in a new folder. It refuses to run as root, so root lends it another user."""
    bin_ = binaries()
    if bin_ is None:
        pytest.skip(
            "this machine has no Postgres, so nothing of this ran on one (apt install postgresql)"
        )
    folder = Path(tempfile.mkdtemp(prefix="flowlike-postgres-"))
    user = "nobody" if os.geteuid() == 0 else None
    if user is not None:
        found = pwd.getpwnam(user)
        os.chown(folder, found.pw_uid, found.pw_gid)
    data = folder / "data"
    options = [word for setting in _SETTINGS for word in ("-c", setting)]
    try:
        made: list[str | Path] = [bin_ / "initdb", "--pgdata", data, "--username", "flowlike"]
        made += ["--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
        subprocess.run(made, user=user, check=True, capture_output=True, cwd=folder)
        server = subprocess.Popen(
            [bin_ / "postgres", "-D", data, "-k", folder, *options],
            user=user,
            stderr=subprocess.DEVNULL,
            cwd=folder,
        )
        try:
            _wait(bin_, folder, server)
            yield Postgres(folder)
        finally:
            server.terminate()
            server.wait()
    finally:
        shutil.rmtree(folder)


def _wait(bin_: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    asked: list[str | Path] = [bin_ / "pg_isready", "--host", folder, "--timeout", "1", "--quiet"]
    while subprocess.run(asked, check=False).returncode != 0:
        if server.poll() is not None:
            raise AssertionError(f"Postgres did not start: {server.returncode}")
