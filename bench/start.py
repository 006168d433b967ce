"""Fresh processes: importing the engine, a whole command, a server until it is ready."""

import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

from bench.harness import Sample, Task, duration
from bench.served import memory_mib, served

_ROOT = Path(__file__).parent.parent
_HELLO = _ROOT / "examples" / "basics" / "hello.board.json"
_MIB = 1024 * 1024
_SETTLE = 3.0
"""Seconds a server is left alone before its memory is read."""


def tasks() -> list[Task]:
    """The figures of ``start``; ``installed`` needs the packages and is a bench of its own."""
    return [
        Task("start.python_ms", "ms", lambda: _process("-c", "pass"), samples=1),
        Task(
            "start.engine_ms",
            "ms",
            lambda: _process("-c", "import flowlike.engine.program"),
            bar=150,
            samples=1,
        ),
        Task("start.run_ms", "ms", lambda: _command("run", str(_HELLO)), bar=400, samples=1),
        Task("start.ready_ms", "ms", lambda: lambda _: _ready(), bar=1_500, samples=1),
        Task(
            "start.idle_mib",
            "MiB",
            lambda: lambda _: _idle(),
            bar=150,
            baseline=_bare_python,
            samples=1,
        ),
    ]


def installed() -> list[Task]:
    """What an installation without extras takes on disk, beside an empty environment."""
    return [
        Task(
            "installed.core_mb",
            "MB",
            lambda: lambda _: _installed(),
            bar=200,
            baseline=lambda: _environment_mb(()),
            samples=1,
        )
    ]


def _command(*arguments: str) -> Sample:
    return _started(str(Path(sys.executable).with_name("flowlike")), *arguments)


def _process(*arguments: str) -> Sample:
    return _started(sys.executable, *arguments)


def _started(*words: str) -> Sample:
    def work() -> None:
        subprocess.run(words, check=True, capture_output=True)

    return duration(work, "ms")


def _ready() -> float:
    with served() as server:
        return server.seconds * 1_000


def _idle() -> float:
    with served() as server:
        time.sleep(_SETTLE)
        return memory_mib(server.pid)


def _bare_python() -> float:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        time.sleep(0.2)
        memory = memory_mib(process.pid)
        process.communicate(b"\n")
    return memory


@cache
def _installed() -> float:
    lock = _ROOT / "requirements" / "core.txt"
    return _environment_mb(("--require-hashes", "-r", str(lock)), str(_ROOT))


@cache
def _environment_mb(*installs: tuple[str, ...] | str) -> float:
    """Size in MB of a new environment, after so many installs, without what pip takes itself."""
    with tempfile.TemporaryDirectory(prefix="flowlike-bench-") as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
        pip = [f"{folder}/bin/python", "-m", "pip", "install", "--quiet"]
        for each in installs:
            words = ["--no-deps", each] if isinstance(each, str) else list(each)
            if words:
                subprocess.run([*pip, *words], check=True, capture_output=True)
        whole = sum(each.lstat().st_size for each in Path(folder).rglob("*") if each.is_file())
    return whole / 1e6
