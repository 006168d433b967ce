"""The shared vectors of board checks: ``tests/vectors/checks.json``.

``types`` are sets of installed definitions; a case names one of them, a board, and what is found.
``kept`` is what is found once the board describes its types, as servers keep it and answer for it,
where that is not the same.
``python -m tests.board.check_vectors`` writes the findings anew.
"""

import json
from pathlib import Path
from typing import Any

import msgspec

from flowlike.board.check import check
from flowlike.board.definition import NodeDefinition
from flowlike.board.model import Board

FILE = Path(__file__).parents[1] / "vectors" / "checks.json"


def findings_of(board: Board, types: dict[str, NodeDefinition]) -> list[list[str]]:
    """What is found: code, severity, node, pin and path of each finding, in order."""
    return [
        [each.code, str(each.severity), each.where.node, each.where.pin, each.where.path]
        for each in check(board, types)
    ]


def recorded(board: Board, types: dict[str, NodeDefinition]) -> Board:
    """The board with the definition of each type it uses; some here are too odd for a command."""
    known = board.types | types
    used = sorted({node.type for node in board.nodes.values()} & known.keys())
    return msgspec.structs.replace(board, types={key: known[key] for key in used})


def completed(case: dict[str, Any], types: dict[str, NodeDefinition]) -> dict[str, Any]:
    """A case with fresh findings."""
    board = msgspec.convert(case["board"], Board)
    findings = findings_of(board, types)
    kept = findings_of(recorded(board, types), types)
    given = {key: case[key] for key in ("title", "types", "board")}
    return {**given, "findings": findings, **({} if kept == findings else {"kept": kept})}


def encode(content: dict[str, Any]) -> bytes:
    """The text of the file with fresh findings: one set of types or case a line."""
    types = msgspec.convert(content["types"], list[dict[str, NodeDefinition]])
    cases = [completed(case, types[case["types"]]) for case in content["cases"]]

    def lines(values: list[Any]) -> str:
        return ",\n".join(
            msgspec.json.encode(each, order="deterministic").decode() for each in values
        )

    parts = (f'"types": [\n{lines(content["types"])}\n]', f'"cases": [\n{lines(cases)}\n]')
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


if __name__ == "__main__":
    FILE.write_bytes(encode(json.loads(FILE.read_bytes())))
