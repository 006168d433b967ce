"""``docs/openapi.json`` describes the API, written from its routes."""

import sys
from pathlib import Path

import msgspec
from litestar.di import Provide

from flowlike.server.openapi import document
from flowlike.server.routes import ALL
from tools import sources
from tools.locked import ROOT

PAGE = Path("docs") / "openapi.json"


def text() -> bytes:
    """The description, a line a member."""
    described = document(ALL, {"call": Provide(_nothing, sync_to_thread=False)})
    return msgspec.json.format(msgspec.json.encode(described), indent=1) + b"\n"


def _nothing() -> None:
    """Stands for the call of a route; nothing is called."""


def check(root: Path) -> list[str]:
    """Return a finding if the page is not what the routes say."""
    page = root / PAGE
    if page.is_file() and page.read_bytes() == text():
        return []
    return [f"{PAGE.as_posix()} is old; python -m tools.api_description --write renews it"]


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        (ROOT / PAGE).write_bytes(text())
    sys.exit(sources.finish("api_description", check(ROOT), f"{PAGE} describes the API"))
