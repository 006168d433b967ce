"""Errors and findings in words and as data: code, sentence, remedy and place."""

from typing import Any

from flowlike.board.findings import Finding
from flowlike.board.model import Board
from flowlike.board.pins import Types, definition_of
from flowlike.cli import output
from flowlike.cli.titled import TitleOf, untitled
from flowlike.errors import CompileError, FlowlikeError, Where

MOST_FINDINGS = 50


def titles(board: Board, types: Types) -> TitleOf:
    """A function from the id of a node or layer to what people call it, empty if nothing."""

    def title_of(entity: str) -> str:
        node = board.nodes.get(entity)
        if node is None:
            layer = board.layers.get(entity)
            return layer.name if layer else ""
        definition = None if node.name else definition_of(node, board, types)
        return node.name or (definition.title if definition else "") or node.type

    return title_of


def problem_lines(
    kind: str,
    code: str,
    message: str,
    remedy: str,
    where: Where,
    title_of: TitleOf = untitled,
) -> list[str]:
    """A problem as lines: what and its code, then node, pin, path and remedy as far as known."""
    file = f"{where.file}:{where.line}: " if where.line else f"{where.file}: " if where.file else ""
    lines = [f"{file}{kind}: {message} [{code}]"]
    title = title_of(where.node) if where.node else ""
    parts = {
        "node": f"{title} ({where.node})" if title else where.node,
        "pin": where.pin,
        "path": where.path,
        "remedy": remedy,
    }
    lines += [f"  {name}: {value}" for name, value in parts.items() if value]
    return lines


def error_lines(error: FlowlikeError, title_of: TitleOf = untitled) -> list[str]:
    """An error as lines; one that carries findings shows each, up to a number of them."""
    findings = _findings(error)
    if not findings:
        return problem_lines(
            "error", error.code, error.message, error.remedy, error.where, title_of
        )
    lines: list[str] = []
    for finding in findings[:MOST_FINDINGS]:
        lines += finding_lines(finding, title_of, error.where.file)
    if len(findings) > MOST_FINDINGS:
        lines.append(f"({len(findings) - MOST_FINDINGS} more)")
    return lines


def finding_lines(finding: Finding, title_of: TitleOf = untitled, file: str = "") -> list[str]:
    """A finding as lines."""
    where = finding.where
    if file and not where.file:
        where = Where(file=file, line=where.line, node=where.node, pin=where.pin, path=where.path)
    return problem_lines(
        str(finding.severity), finding.code, finding.message, finding.remedy, where, title_of
    )


def error_object(error: FlowlikeError, title_of: TitleOf = untitled) -> dict[str, Any]:
    """An error as data: code, message, what is known of place and remedy, findings if any."""
    where = error.where
    found = {
        "code": error.code,
        "message": error.message,
        "remedy": error.remedy,
        "file": where.file,
        "line": where.line,
        "node": where.node,
        "title": title_of(where.node) if where.node else "",
        "pin": where.pin,
        "path": where.path,
    }
    told: dict[str, Any] = {name: value for name, value in found.items() if value}
    findings = _findings(error)
    return told | {"findings": findings} if findings else told


def _findings(error: FlowlikeError) -> list[Finding]:
    carried = error.findings if isinstance(error, CompileError) else ()
    return [each for each in carried if isinstance(each, Finding)]


def tell(lines: list[str]) -> None:
    """Says the lines on stderr."""
    for line in lines:
        output.talk(line)
