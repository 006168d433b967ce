"""``flowlike check``: what is wrong with documents."""

from pathlib import Path
from typing import Any

from flowlike.board.app import Event, check_event
from flowlike.board.check import Finding, Severity, check
from flowlike.board.locate import line_of
from flowlike.board.model import Board
from flowlike.board.pins import Types
from flowlike.cli import output
from flowlike.cli.arguments import Options, Parser
from flowlike.cli.documents import Document, files_of, read
from flowlike.cli.installed import installed
from flowlike.cli.report import MOST_FINDINGS, error_lines, error_object, finding_lines, titles
from flowlike.cli.target import EVENTS, board_file
from flowlike.embed import load
from flowlike.errors import FlowlikeError, TextError, Where

EXAMPLES = ("flowlike check hello.board.json", "flowlike check shop/", "flowlike check a/ --json")


def configure(parser: Parser) -> None:
    """Adds the command's arguments."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a board, app, event, or the folder of an app"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def execute(options: Options) -> int:
    """Checks each file; 1 if there is an error in one of them."""
    catalog = installed()
    told: list[dict[str, Any]] = []
    errors = 0
    for file in files_of(options.files):
        try:
            document = read(file)
        except TextError as error:
            errors += 1
            told.append({"file": file, "error": error_object(error)})
            if not options.json:
                for line in error_lines(error):
                    output.result(line)
            continue
        findings = _findings(document, catalog)
        errors += sum(each.severity is Severity.ERROR for each in findings)
        told.append({"file": file, "findings": findings})
        if not options.json:
            _show(document, findings, catalog)
    if options.json:
        output.result_json({"ok": not errors, "files": told})
    else:
        many = f"{len(told)} files" if len(told) != 1 else "1 file"
        output.talk(f"{many} checked, {errors} errors" if errors else f"{many} checked, no errors")
    return 1 if errors else 0


def _findings(document: Document, types: Types) -> list[Finding]:
    value = document.value
    if isinstance(value, Board):
        found = check(value, types)
    elif isinstance(value, Event):
        found = _event_findings(value, document.file)
    else:
        found = ()
    return [_with_line(document, each) for each in found[:MOST_FINDINGS]] + [*found[MOST_FINDINGS:]]


def _event_findings(event: Event, file: str) -> tuple[Finding, ...]:
    folder = Path(file).resolve().parent
    if folder.name != EVENTS:
        return ()  # an event alone, without the app it belongs to
    try:
        return check_event(event, load(board_file(folder.parent, event)))
    except FlowlikeError as error:
        return (
            Finding(
                code=error.code,
                severity=Severity.ERROR,
                message=f"The event's board cannot be used: {error.message}",
                remedy=error.remedy,
                where=Where(path="board"),
            ),
        )


def _with_line(document: Document, finding: Finding) -> Finding:
    where = finding.where
    path: tuple[str | int, ...] = tuple(part for part in where.path.split(".") if part)
    if not path and where.node and isinstance(document.value, Board):
        table = "layers" if where.node in document.value.layers else "nodes"
        path = (table, where.node)
    line = line_of(document.text.decode(), path) if path else 0
    place = Where(document.file, line, where.node, where.pin, where.path)
    return Finding(
        code=finding.code,
        severity=finding.severity,
        message=finding.message,
        remedy=finding.remedy,
        where=place,
    )


def _show(document: Document, findings: list[Finding], types: Types) -> None:
    title_of = titles(document.value if isinstance(document.value, Board) else Board(id="x"), types)
    for finding in findings:
        for line in finding_lines(finding, title_of, document.file):
            output.result(line)
