"""Browser tests: one server for all of them, a browser for each."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.serving import Served, has_serve, serving
from tools.locked import ROOT

BROWSER = Path(__file__).parent / "browser"
_SECONDS = 150
Browse = Callable[..., None]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server, with the sample app."""
    if not (ROOT / "src/flowlike/server/static/index.html").is_file():
        pytest.skip("the page is not built; run `make web`")
    if shutil.which("chromium") is None or shutil.which("node") is None:
        pytest.skip("browser tests need Debian's packages chromium and nodejs")
    if not has_serve():
        pytest.skip("there is no server yet")
    with serving(tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture
def browse(served: Served, tmp_path: Path) -> Browse:
    """Runs one of the scripts in ``browser/``; fails with what it says."""

    def run(name: str, **more: str) -> None:
        variables = os.environ | {
            "FLOWLIKE_E2E_BASE": served.base,
            "FLOWLIKE_E2E_SESSION": served.session,
            "FLOWLIKE_E2E_ARTEFACTS": str(tmp_path),
            "FLOWLIKE_E2E_CHROMIUM": str(shutil.which("chromium")),
        }
        done = subprocess.run(
            ["node", str(BROWSER / f"{name}.mjs")],
            env=variables | {key.upper(): value for key, value in more.items()},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        said = f"{done.stdout}\n{done.stderr}".strip()
        assert done.returncode == 0, f"{name}: pictures in {tmp_path}\n{said}"

    return run
