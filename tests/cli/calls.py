"""Calling the command in this process, and as a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from flowlike.cli.main import main

COMMAND = str(Path(sys.executable).with_name("flowlike"))


class Done(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


class Calls:
    """``call("run", file)`` gives exit code, stdout and stderr; runs in a folder of its own."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self._capsys = capsys
        self.folder = folder

    def __call__(self, *arguments: str | Path) -> Done:
        self._capsys.readouterr()
        code = main([str(each) for each in arguments])
        return Done(code, *self._capsys.readouterr())

    def board(self, nodes: dict[str, Any], file: str = "t.board.json", **rest: Any) -> str:
        """Writes a board and gives its file."""
        document = {"format": "flowlike.board/1", "id": "t", "nodes": nodes, **rest}
        return self.file(file, json.dumps(document))

    def file(self, name: str, text: str | bytes) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)


def process(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The real command."""
    return subprocess.run(
        [COMMAND, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def wire(*ends: str) -> dict[str, list[str]]:
    return {"to": list(ends)}


def greeter(**start: Any) -> dict[str, Any]:
    """Logs the payload's name and returns it."""
    pins = [{"name": "name", "type": "String"}, {"name": "n", "type": "Integer", "default": 3}]
    return {
        "start": {
            "type": "events_generic@1",
            "pins": {"out": pins},
            "out": {"exec_out": wire("log.exec_in"), "name": wire("log.message", "end.response")},
            **start,
        },
        "log": {"type": "log_info@1", "out": {"exec_out": wire("end.exec_in")}},
        "end": {"type": "events_generic_return_result@1"},
    }
