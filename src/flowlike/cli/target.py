"""What is to be run: a board's start node, or an event of an app's folder."""

from pathlib import Path
from typing import Any, NamedTuple

from flowlike.board.app import Event, RunLimits, parse_app, parse_event
from flowlike.board.model import Board
from flowlike.cli.payloads import read_bytes
from flowlike.embed import load
from flowlike.errors import FlowlikeError, UsageError, Where

APP = "app.json"
EVENTS = "events"
BOARDS = "boards"
BOARD_SUFFIX = ".board.json"


class Target(NamedTuple):
    """A board and where to start; ``overrides`` are an event's, ``limits`` what files ask for."""

    board: Board
    file: str
    start: str
    overrides: dict[str, Any]
    limits: tuple[RunLimits, ...] = ()


def find_target(place: str, event: str) -> Target:
    """What ``place`` (a board's file or an app's folder) and ``--event`` mean.

    Raises:
        UsageError: there is no such file or event, or more than one.
        TextError: a document cannot be read.
    """
    if not Path(place).is_dir():
        return Target(load(place), place, event, {})
    folder = Path(place)
    app = parse_app(read_bytes(str(folder / APP)), file=str(folder / APP))
    chosen = _choose(_events(folder), event, str(folder))
    file = board_file(folder, chosen)
    board = load(file)
    limits = (app.settings.limits, chosen.settings.limits)
    return Target(board, file, chosen.node, dict(chosen.variables), limits)


def _events(folder: Path) -> list[Event]:
    files = sorted((folder / EVENTS).glob("*.json"))
    return [parse_event(read_bytes(str(file)), file=str(file)) for file in files]


def _choose(events: list[Event], wanted: str, folder: str) -> Event:
    fitting = [each for each in events if each.id == wanted] or [
        each for each in events if each.name == wanted or not wanted
    ]
    if len(fitting) == 1:
        return fitting[0]
    listed = ", ".join(f"{each.id} ({each.name})" for each in events) or "none"
    what = f"event {wanted!r}" if wanted else "event"
    how_many = f"more than one {what}" if fitting else f"no {what}"
    raise UsageError(
        "cli.which-event" if fitting else "cli.no-event",
        f"The app has {how_many}.",
        remedy=f"Name one with --event: {listed}.",
        where=Where(file=folder),
    )


def board_file(folder: Path, event: Event) -> str:
    """The file of an event's board. Raises UsageError ``cli.no-board``."""
    if event.board.endswith(BOARD_SUFFIX):
        return str(folder / event.board)
    for file in sorted((folder / BOARDS).glob(f"*{BOARD_SUFFIX}")):
        try:
            found = load(file).id
        except FlowlikeError:  # another board's faults are not this event's
            continue
        if found == event.board:
            return str(file)
    raise UsageError(
        "cli.no-board",
        f"The app has no board {event.board!r}, which the event {event.id!r} names.",
        remedy=f"Put it into {BOARDS}/, or correct the event.",
        where=Where(file=str(folder)),
    )
