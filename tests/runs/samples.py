"""Runs to keep, for the tests of this folder and of others that need an archive."""

import asyncio
from pathlib import Path
from typing import Any

from flowlike.database.ids import new_id
from flowlike.runs.archive import Archive, ArchiveOptions
from flowlike.runs.inbox import InboxOptions
from flowlike.runs.kept import KeptRun
from flowlike.runs.retention import RetentionOptions
from flowlike.runs.shelves import ShelfOptions
from flowlike.trace.records import encode_block
from tests.trace.samples import PROGRAM, run_records

NOW_US = 1_800_000_000_000_000
DAY_US = 86_400_000_000
PROGRAM_BLOCK = encode_block([PROGRAM])


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self, at: int = NOW_US) -> None:
        self.at = at

    def __call__(self) -> int:
        return self.at


def kept(number: int = 0, **values: Any) -> KeptRun:
    """A run; later ones have greater numbers."""
    at = values.pop("started_us", NOW_US - 1_000_000 + number * 1_000)
    defaults: dict[str, Any] = {
        "run_id": new_id(at),
        "app": "shop",
        "board": "orders",
        "version": "1.2.0",
        "event": "order",
        "event_version": 3,
        "node": "start",
        "trigger": "http",
        "actor": "ada",
        "status": "completed",
        "ended_us": at + 500,
        "steps": 2,
        "logs": 1,
        "max_level": 1,
        "level": "data",
        "request_id": f"request{number}",
    }
    if values.get("status") == "failed":
        defaults |= {
            "error_code": "node.failed",
            "error_message": f"Order {number} has no price.",
            "error_node": "add",
        }
    return KeptRun(**(defaults | {"started_us": at} | values))


def block_of(run: KeptRun) -> bytes:
    """The trace of a run."""
    return encode_block(run_records(run.run_id))


def archive(folder: Path, clock: Clock | None = None, **options: Any) -> Archive:
    """An archive with a clock of its own. Options of all its parts may be given by name."""
    parts: dict[str, Any] = {}
    for name, kind in (
        ("inbox", InboxOptions),
        ("shelves", ShelfOptions),
        ("retention", RetentionOptions),
    ):
        mine = {key: options.pop(key) for key in kind.__struct_fields__ if key in options}
        parts[name] = kind(**mine)
    on_trouble = options.pop("on_trouble", lambda _: None)
    assert not options
    return Archive(
        folder, ArchiveOptions(**parts), clock_us=clock or Clock(), on_trouble=on_trouble
    )


def keep(to: Archive, *runs: KeptRun) -> None:
    """Keep runs with their traces."""
    for run in runs:
        to.keep(run, block_of(run), PROGRAM_BLOCK)


async def settled(of: Archive) -> None:
    """Waits until nothing is to be written or read any more."""
    while of.stats().catching_up or of.stats().pending:  # noqa: ASYNC110 - no event tells
        await asyncio.sleep(0.001)
