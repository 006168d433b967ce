"""The content of ``tests/vectors/commands.json``.

``python -m tests.board.command_vectors`` writes the file. A case is accepted, and its patch
and inverse are recorded, or refused with the code that stands beside it.
"""

from pathlib import Path
from typing import Any

import msgspec

from flowlike.board.edit import Applied, Batch, Command, apply
from flowlike.errors import CommandError
from tests.board import command_cases, command_cases_more
from tests.board.command_cases import BOARDS, INSTALLED

FILE = Path(__file__).parents[1] / "vectors" / "commands.json"

CASES = [*command_cases.CASES, *command_cases_more.CASES]


def build() -> dict[str, Any]:
    """The content of the file. Raises AssertionError if a case does not go as it says."""
    cases = []
    for title, name, command, code in CASES:
        case = {"title": title, "board": name, "command": msgspec.to_builtins(command)}
        applied, refused = _tried(name, command)
        if refused != code:
            raise AssertionError(f"{title}: {refused or 'accepted'}, not {code or 'accepted'}")
        if applied is None:
            case["error"] = code
        else:
            case["patch"] = msgspec.to_builtins(applied.patch)
            case["inverse"] = msgspec.to_builtins(applied.inverse)
            case["touched"] = sorted(applied.touched)
        cases.append(case)
    return {
        "types": msgspec.to_builtins(INSTALLED),
        "boards": msgspec.to_builtins(BOARDS),
        "cases": cases,
    }


def _tried(name: str, command: Command | Batch) -> tuple[Applied | None, str]:
    try:
        return apply(BOARDS[name], command, INSTALLED), ""
    except CommandError as error:
        return None, error.code


def encode() -> bytes:
    """The text of the file: one case a line."""

    def line(value: Any) -> str:
        return msgspec.json.encode(value, order="deterministic").decode()

    content = build()
    parts = [
        f'"types": {{\n{_lines(content["types"], line)}\n}}',
        f'"boards": {{\n{_lines(content["boards"], line)}\n}}',
        '"cases": [\n' + ",\n".join(line(case) for case in content["cases"]) + "\n]",
    ]
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _lines(table: dict[str, Any], line: Any) -> str:
    return ",\n".join(f"{line(key)}: {line(value)}" for key, value in table.items())


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_bytes(encode())
