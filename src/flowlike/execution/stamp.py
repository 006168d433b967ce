"""What a compiled program depends on beside its board, in one word."""

import hashlib
import sys
from pathlib import Path

import flowlike
from flowlike.nodes.catalog import Catalog

_ROOMS = ("board", "builtin", "engine", "nodes", "trace")


def stamp_of(catalog: Catalog) -> str:
    """SHA-256 over the engine, Python and the catalog, hexadecimal. Imports every family."""
    digest = hashlib.sha256(f"{flowlike.__version__}\0{sys.version}\0{catalog.hash}".encode())
    for line in _files(Path(flowlike.__file__).parent):
        digest.update(line.encode())
    return digest.hexdigest()


def _files(package: Path) -> list[str]:
    """Names, sizes and times of the sources: they change while somebody works on them."""
    found = []
    for room in _ROOMS:
        for path in sorted((package / room).rglob("*.py")):
            status = path.stat()
            found.append(f"{path.name} {status.st_size} {status.st_mtime_ns}\n")
    return found
