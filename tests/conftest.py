"""Hypothesis profiles: stable runs for people and CI, many examples for ``make fuzz``.

Also databases and an installation to test with.
"""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.databases import Postgres
    from tests.e2e.browsing import Browse
    from tests.e2e.serving import Served
    from tests.server.scenes import Scene

_FUZZ_EXAMPLES = os.environ.get("FLOWLIKE_FUZZ_EXAMPLES", "")

settings.register_profile(
    "steady",
    deadline=None,  # machines differ; speed is shown by `make bench`
    derandomize=True,  # equal sources, equal examples: a red run is a change, not luck
    database=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "fuzz",
    deadline=None,
    max_examples=int(_FUZZ_EXAMPLES or 5000),
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("fuzz" if _FUZZ_EXAMPLES else "steady")


@pytest.fixture(scope="session")
def postgres() -> Iterator["Postgres"]:
    """A Postgres server, started when the first test asks for it."""
    from tests import databases

    with databases.postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a new database may be: a file, then a database of a real Postgres.

    The second has our tables already; tests that mark themselves ``from_nothing`` get an empty one.
    """
    if request.param == "sqlite":
        yield str(tmp_path / "flowlike.db")
        return
    server: Postgres = request.getfixturevalue("postgres")
    empty = request.node.get_closest_marker("from_nothing") is not None
    with server.database(f"test_{uuid4().hex}", empty=empty) as url:
        yield url


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Scene"]:
    """An installation with an executor, for all tests that do not change how it is set up."""
    from tests.server.scenes import scene

    with asyncio.Runner() as runner:
        opened = scene(tmp_path_factory.mktemp("installation"), runs=True)
        found = runner.run(opened.__aenter__())
        found.runner = runner
        yield found
        runner.run(opened.__aexit__(None, None, None))


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Served"]:
    """A real server with the built page, started when the first test asks for it."""
    from tests.e2e import browsing

    with browsing.visited(tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture
def browse(served: "Served", tmp_path: Path) -> "Browse":
    """Runs a script of ``tests/e2e/browser`` against that server."""
    from tests.e2e import browsing

    return browsing.browser(served, tmp_path)
