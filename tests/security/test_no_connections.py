"""Nothing in the package opens a connection: no telemetry, no look-up of versions, no fetch.

The interpreter's own audit events are the witness; a control shows that they would tell.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tools import sources
from tools.locked import ROOT

NETWORK = frozenset(
    {
        *("ftplib", "http", "imaplib", "nntplib", "poplib", "smtplib", "socket", "socketserver"),
        *("ssl", "telnetlib", "urllib.request", "webbrowser", "xmlrpc"),
        *("aiohttp", "httpx", "pyreqwest", "requests", "urllib3", "websockets"),
    }
)
WITHIN = {
    "src/flowlike/cli/api.py": {"webbrowser"},
    "src/flowlike/execution/executor.py": {"socket"},
    "src/flowlike/execution/local.py": {"socket"},
    "src/flowlike/server/listening.py": {"socket"},
    "src/flowlike/server/spans.py": {"pyreqwest"},
}
"""Modules that hold one end of a socket pair within the machine, listen, show our own page, or send
where the operator says and nowhere else.
"""
LISTENING = {"src/flowlike/server/metrics.py": {"start_server"}}
"""Modules that answer who connects to them."""
OPENERS = frozenset({"open_connection", "create_connection", "start_server", "create_server"})

WITNESS = """
import sys

def refuse(event, arguments):
    if event in {"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname",
                 "socket.sendto", "urllib.Request"}:
        raise SystemExit(f"opened: {event} {arguments}")

sys.addaudithook(refuse)
"""
IMPORT_ALL = """
import importlib, pkgutil
import flowlike

names = [module.name for module in pkgutil.walk_packages(flowlike.__path__, "flowlike.")]
for name in names:
    if not name.endswith(("__main__", ".migrations.env")):  # these do their work when run
        importlib.import_module(name)
print(len(names))
"""
CONTROL = """
import socket
socket.getaddrinfo("localhost", 80)
"""


def witnessed(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITNESS + code], capture_output=True, text=True, check=False
    )


def imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names | {name.partition(".")[0] for name in names}


@pytest.mark.parametrize(
    "path", sources.python(ROOT, ["src"]), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_no_module_imports_or_names_what_connects(path: Path) -> None:
    tree = ast.parse(path.read_bytes())
    name = path.relative_to(ROOT).as_posix()
    assert not imported(tree) & NETWORK - WITHIN.get(name, set())
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not named & OPENERS - LISTENING.get(name, set())


def test_importing_everything_opens_nothing() -> None:
    done = witnessed(IMPORT_ALL)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 5


def test_the_witness_would_tell() -> None:
    done = witnessed(CONTROL)
    assert done.returncode == 1
    assert "opened: socket.getaddrinfo" in done.stderr
