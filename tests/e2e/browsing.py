"""Browser tests: Node.js drives Debian's Chromium, which visits a real server."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.serving import Served, serving
from tools.locked import ROOT

BROWSER = Path(__file__).parent / "browser"
SECONDS = 280
Browse = Callable[..., None]


@contextmanager
def visited(home: Path) -> Iterator[Served]:
    """A server for browsers, or a skip that says what is missing."""
    if not (ROOT / "src/flowlike/server/static/index.html").is_file():
        pytest.skip("the page is not built; run `make web`")
    if shutil.which("chromium") is None or shutil.which("node") is None:
        pytest.skip("browser tests need Debian's packages chromium and nodejs")
    with serving(home) as server:
        yield server


def browser(served: Served, artefacts: Path) -> Browse:
    """What runs a script of ``browser/`` by its name; it fails with what the script says."""

    def run(name: str, **more: str) -> None:
        variables = os.environ | {
            "FLOWLIKE_E2E_BASE": served.base,
            "FLOWLIKE_E2E_SESSION": served.session,
            "FLOWLIKE_E2E_ARTEFACTS": str(artefacts),
            "FLOWLIKE_E2E_CHROMIUM": str(shutil.which("chromium")),
        }
        done = subprocess.run(
            ["node", str(BROWSER / f"{name}.mjs")],
            env=variables | {key.upper(): value for key, value in more.items()},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        said = f"{done.stdout}\n{done.stderr}".strip()
        assert done.returncode == 0, f"{name}: pictures in {artefacts}\n{said}"

    return run
