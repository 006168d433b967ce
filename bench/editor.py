"""The editor in a real browser, beside plain React Flow that mounts everything.

Both are pages built from ``web/bench``. ``drive.mjs`` there opens them in Chromium, moves, drags
and types, and tells what the screen did meanwhile.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from bench.harness import Sample, Task, UnavailableError

WEB = Path(__file__).parent.parent / "web"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_TIMEOUT = 600

Kind = Literal["editor", "plain"]


class Wanted(NamedTuple):
    """One figure of a page.

    ``key`` is what the driver calls it. ``compared`` is whether plain React Flow has the same
    figure; the loop is the baseline otherwise.
    """

    name: str
    key: str
    unit: str
    bar: float
    nodes: int = 1_000
    whole: bool = False
    compared: bool = True


_AT_WORK = (
    ("first_paint_ms", "first_paint_ms", "ms", 1_500),
    ("pan", "pan_fps", "frames/s", 45),
    ("pan_p95_ms", "pan_p95_ms", "ms", 50),
    ("zoom", "zoom_fps", "frames/s", 45),
    ("zoom_p95_ms", "zoom_p95_ms", "ms", 50),
    ("drag_p95_ms", "drag_p95_ms", "ms", 33),
)
_ALONE = (
    ("palette_ms", "palette_ms", "ms", 100),
    ("undo_ms", "undo_ms", "ms", 100),
    ("live_p95_ms", "live_p95_ms", "ms", 100),
    ("live_input_ms", "live_input_ms", "ms", 100),
)
WANTED = (
    *(Wanted(f"1000.{name}", key, unit, bar) for name, key, unit, bar in _AT_WORK),
    *(Wanted(f"1000.{name}", key, unit, bar, compared=False) for name, key, unit, bar in _ALONE),
    Wanted("1000.whole.pan", "pan_fps", "frames/s", 45, whole=True),
    Wanted("1000.whole.pan_p95_ms", "pan_p95_ms", "ms", 50, whole=True),
    Wanted("5000.first_paint_ms", "first_paint_ms", "ms", 2_000, nodes=5_000),
    Wanted("5000.pan", "pan_fps", "frames/s", 30, nodes=5_000),
    Wanted("5000.whole.pan", "pan_fps", "frames/s", 30, nodes=5_000, whole=True),
    Wanted("heap_growth", "heap_growth", "times", 1.1, compared=False),
)


def tasks() -> list[Task]:
    """The figures of ``editor``; all of a page are taken in one visit."""
    return [
        Task(
            f"editor.{wanted.name}",
            wanted.unit,
            partial(_sample, wanted),
            bar=wanted.bar,
            baseline=partial(_baseline, wanted),
            samples=1,
        )
        for wanted in WANTED
    ]


def _sample(wanted: Wanted) -> Sample:
    return lambda _: visit("editor", wanted.nodes, whole=wanted.whole)[wanted.key]


def _baseline(wanted: Wanted) -> float:
    """The figure of plain React Flow with 1,000 nodes; 1 if it has none like it."""
    if not wanted.compared:
        return 1.0
    return visit("plain", 1_000, whole=wanted.whole)[wanted.key]


@cache
def visit(kind: Kind, nodes: int, *, whole: bool) -> dict[str, float]:
    """What the driver tells of one page, by its own names."""
    node, browser = _needed()
    with serving(pages(node)) as address:
        arguments = [address, kind, str(nodes), *(["whole"] if whole else [])]
        done = _run([node, "bench/drive.mjs", *arguments], FLOWLIKE_BENCH_CHROMIUM=browser)
    return msgspec.json.decode(done.splitlines()[-1], type=dict[str, float])


def _needed() -> tuple[str, str]:
    node = shutil.which("node")
    browser = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    if node is None or browser is None:
        missing = "node" if node is None else "chromium"
        raise UnavailableError(f"{missing} is not installed")
    if not (WEB / "node_modules" / "playwright-core").is_dir():
        raise UnavailableError("the packages of the editor are not installed; run `make web-setup`")
    return node, browser


@cache
def pages(node: str) -> Path:
    """The folder of the built pages; it goes away with this process."""
    folder = tempfile.mkdtemp(prefix="flowlike-bench-editor-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    vite = "node_modules/vite/bin/vite.js"
    arguments = ["build", "--config", "bench/vite.config.ts", "--logLevel", "error"]
    _run([node, vite, *arguments], FLOWLIKE_BENCH_OUT=folder)
    return Path(folder)


def _run(command: list[str], **environ: str) -> str:
    done = subprocess.run(
        command,
        cwd=WEB,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=_TIMEOUT,
        check=False,
    )
    if done.returncode != 0:
        raise UnavailableError(f"{command[1]} ended with {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """A page that is closed while parts of it are on their way is no failure."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serves a folder on a free port; yields its address."""
    handler = partial(_Quiet, directory=str(folder))
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
