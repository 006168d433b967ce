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
            lambda: _command("run", str(_HELLO)),
            bar=400,
            samples=1,
        ),
    ]


def _command(*arguments: str) -> Sample:
    return _started(str(Path(sys.executable).with_name("flowlike")), *arguments)


def _process(*arguments: str) -> Sample:
    return _started(sys.executable, *arguments)


def _started(*words: str) -> Sample:
    def work() -> None:
        subprocess.run(words, check=True, capture_output=True)

    return duration(work, "ms")
