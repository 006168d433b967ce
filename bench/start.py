"""Fresh processes: importing the engine, and a whole command."""

import subprocess
import sys
from pathlib import Path

from bench.harness import Sample, Task, duration

_HELLO = Path(__file__).parent.parent / "examples" / "basics" / "hello.board.json"


def tasks() -> list[Task]:
    """The figures of ``start``."""
    return [
        Task("start.python_ms", "ms", lambda: _process("-c", "pass"), samples=1),
        Task(
            "start.engine_ms",
            "ms",
            lambda: _process("-c", "import flowlike.engine.program"),
            bar=150,
            samples=1,
        ),
        Task(
            "start.run_ms",
            "ms",
            lambda: _process("-m", "flowlike.cli.main", "run", str(_HELLO)),
            bar=400,
            samples=1,
        ),
    ]


def _process(*arguments: str) -> Sample:
    def work() -> None:
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)

    return duration(work, "ms")
