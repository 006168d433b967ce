"""The shared vectors of board checks: ``tests/vectors/checks.json``.

``types`` are sets of installed definitions; a case names one of them, a board, and what is found.
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


def findings_of(case: dict[str, Any], types: list[dict[str, NodeDefinition]]) -> list[list[str]]:
    """What is found: code, severity, node, pin and path of each finding, in order."""
    board = msgspec.convert(case["board"], Board)
    return [
        [each.code, str(each.severity), each.where.node, each.where.pin, each.where.path]
        for each in check(board, types[case["types"]])
    ]


def encode(content: dict[str, Any]) -> bytes:
    """The text of the file with fresh findings: one set of types or case a line."""
    types = msgspec.convert(content["types"], list[dict[str, NodeDefinition]])
    cases = [{**case, "findings": findings_of(case, types)} for case in content["cases"]]

    def lines(values: list[Any]) -> str:
        return ",\n".join(
            msgspec.json.encode(each, order="deterministic").decode() for each in values
        )

    parts = (f'"types": [\n{lines(content["types"])}\n]', f'"cases": [\n{lines(cases)}\n]')
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


if __name__ == "__main__":
    FILE.write_bytes(encode(json.loads(FILE.read_bytes())))
