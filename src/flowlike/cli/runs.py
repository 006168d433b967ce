"""``flowlike runs``: the runs a server kept, the newest first."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from heapq import merge
from pathlib import Path
from typing import Any

from flowlike.cli import output
from flowlike.cli.arguments import Options, Parser, positive_whole
from flowlike.cli.serve import add_place
from flowlike.errors import UsageError
from flowlike.runs.filters import MOST_LIMIT, RunFilter
from flowlike.runs.kept import STATUSES, KeptRun
from flowlike.runs.reader import ArchiveReader
from flowlike.settings import data_folder, load

EXAMPLES = (
    "flowlike runs",
    "flowlike runs --status failed --since 2h",
    "flowlike runs --app order-triage --query 'error:engine.timeout' --json",
)
FOLDER = "runs"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_HEAD = ("run", "started (UTC)", "took", "status", "trigger", "app", "board", "event", "steps", "")


def configure(parser: Parser) -> None:
    """Adds the command's arguments."""
    add_place(parser)
    parser.add_argument("--app", default="", metavar="ID", help="only runs of this app")
    parser.add_argument("--board", default="", metavar="ID", help="only runs of this board")
    parser.add_argument("--event", default="", metavar="ID", help="only runs of this event")
    parser.add_argument("--trigger", default="", metavar="NAME", help="only runs it started")
    parser.add_argument(
        "--status", action="append", choices=STATUSES, help="only such runs; may be repeated"
    )
    parser.add_argument(
        "--since", default="", metavar="WHEN", help="as 30m, 2h, 7d, or a date and time in UTC"
    )
    parser.add_argument("--query", default="", metavar="WORDS", help="a search")
    parser.add_argument(
        "--limit", type=positive_whole, default=20, metavar="N", help="at most so many; 20"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a run")


def execute(options: Options) -> int:
    """Lists runs; the server may be running meanwhile."""
    asked = RunFilter(
        status=tuple(options.status or ()),
        event=options.event,
        board=options.board,
        trigger=options.trigger,
        since_us=since(options.since, datetime.now(UTC)) if options.since else 0,
        q=options.query,
    )
    reader = reader_of(data_folder(load(options.data)))
    try:
        apps = [options.app] if options.app else reader.apps()
        pages = [_pages(reader, app, asked, options.limit) for app in apps]
        found = merge(*pages, key=lambda run: run.order, reverse=True)
        shown = [run for run, _ in zip(found, range(options.limit), strict=False)]
    finally:
        reader.close()
    if options.json:
        for run in shown:
            output.result_json(run_object(run))
    else:
        _table(shown)
    return 0


def reader_of(data: Path) -> ArchiveReader:
    """The archive of a data folder. Raises UsageError ``runs.no-archive``."""
    return ArchiveReader(data / FOLDER)


def since(text: str, now: datetime) -> int:
    """The moment a person means, as Unix time in microseconds.

    Raises:
        UsageError: ``cli.usage``.
    """
    number, unit = text[:-1], text[-1:]
    try:
        if unit in _UNITS and number.isascii() and number.isdecimal():
            moment = now - timedelta(**{_UNITS[unit]: int(number)})
        else:
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(int(moment.timestamp() * 1_000_000), 0)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            "cli.usage",
            f"{text!r} is no moment.",
            remedy="Write 30m, 2h or 7d, or a date and time, as 2026-01-31T12:00.",
        ) from error


def _pages(reader: ArchiveReader, app: str, asked: RunFilter, limit: int) -> Iterator[KeptRun]:
    import msgspec

    while True:
        page = reader.runs(app, asked, min(limit, MOST_LIMIT))
        yield from page.runs
        if not page.next:
            return
        asked = msgspec.structs.replace(asked, before=page.next)


def run_object(run: KeptRun) -> dict[str, Any]:
    """A run as data for JSON."""
    return {
        "run_id": run.run_id,
        "app": run.app,
        "board": run.board,
        "version": run.version,
        "event": run.event,
        "status": run.status,
        "trigger": run.trigger,
        "actor": run.actor,
        "started_at": _moment(run.started_us).isoformat(),
        "ended_at": _moment(run.ended_us).isoformat() if run.ended_us else None,
        "steps": run.steps,
        "logs": run.logs,
        "handled_errors": run.handled_errors,
        "error": _error(run),
        "request_id": run.request_id,
    }


def _error(run: KeptRun) -> dict[str, str] | None:
    if not run.error_code:
        return None
    return {"code": run.error_code, "message": run.error_message, "node": run.error_node}


def _moment(time_us: int) -> datetime:
    return datetime.fromtimestamp(time_us / 1e6, UTC)


def _table(runs: list[KeptRun]) -> None:
    if not runs:
        output.talk("no runs")
        return
    from flowlike.trace.render import duration

    cells = [_HEAD]
    for run in runs:
        took = duration((run.ended_us - run.started_us) * 1_000) if run.ended_us else ""
        started = _moment(run.started_us).isoformat(" ", "milliseconds")[:23]
        end = (str(run.steps), run.error_code)
        about = (run.status, run.trigger, run.app, run.board, run.event)
        cells.append((run.run_id, started, took, *about, *end))
    shown = [tuple(map(output.visible, row)) for row in cells]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)][:-1]
    for row in shown:
        output.result("  ".join(map(str.ljust, row, [*widths, 0])).rstrip())
