"""The shared vectors of board checks hold here as they must in the editor."""

import json
from typing import Any

from flowlike.board.checks.codes import CODES
from tests.board.check_vectors import FILE, encode

VECTORS: dict[str, Any] = json.loads(FILE.read_bytes())


def test_the_file_is_current() -> None:
    assert FILE.read_bytes() == encode(VECTORS), "run: python -m tests.board.check_vectors"


def test_nearly_every_code_has_a_case() -> None:
    found = {finding[0] for case in VECTORS["cases"] for finding in case["findings"]}
    # JSON says no such number, and a board with so many relays is too large for a shared file.
    assert CODES - found <= {"board.not-finite", "board.too-many-relays"}


def test_some_boards_are_sound() -> None:
    assert sum(not case["findings"] for case in VECTORS["cases"]) >= 5
