"""What a compiled program depends on beside its board, in one word."""

import hashlib
import sys
from collections.abc import Collection
from pathlib import Path

import msgspec

import flowlike
from flowlike.nodes.native import find_native_packages, load_native_package

_ROOMS = ("board", "builtin", "engine", "nodes", "trace")


def stamp_of(packages: Collection[str]) -> str:
    """SHA-256 over engine, Python, built-in nodes and those of native packages, hexadecimal.

    What is built in goes by the files it stands in, so that nothing has to be imported.
    """
    digest = hashlib.sha256(f"{flowlike.__version__}\0{sys.version}\n".encode())
    for line in _files(Path(flowlike.__file__).parent):
        digest.update(line.encode())
    if packages:
        for package in find_native_packages(packages):
            types = load_native_package(package)
            digest.update(f"{package.name} {package.version}\n".encode())
            digest.update(msgspec.json.encode([each.definition for each in types]))
    return digest.hexdigest()


def _files(package: Path) -> list[str]:
    """Names, sizes and times of the sources: they change while somebody works on them."""
    found = []
    for room in _ROOMS:
        for path in sorted((package / room).rglob("*.py")):
            status = path.stat()
            found.append(f"{path.name} {status.st_size} {status.st_mtime_ns}\n")
    return found
