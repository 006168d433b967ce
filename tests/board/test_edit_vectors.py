"""The shared command vectors hold here as they must in any other client."""

import json
import re
from collections import Counter
from typing import Any

import msgspec
import pytest

from flowlike.board.definition import NodeDefinition
from flowlike.board.edit import Batch, Change, Command, Refused, Restore, apply
from flowlike.board.model import Board
from flowlike.board.text import dump
from flowlike.errors import CommandError
from tests.board.command_vectors import FILE, encode

VECTORS: dict[str, Any] = json.loads(FILE.read_bytes())
TYPES = msgspec.convert(VECTORS["types"], dict[str, NodeDefinition])
BOARDS = msgspec.convert(VECTORS["boards"], dict[str, Board])
ACCEPTED = [case for case in VECTORS["cases"] if "error" not in case]
REFUSED = [case for case in VECTORS["cases"] if "error" in case]


def title(case: dict[str, Any]) -> str:
    return str(case["title"])


@pytest.mark.parametrize("case", ACCEPTED, ids=title)
def test_accepted(case: dict[str, Any]) -> None:
    board = BOARDS[case["board"]]
    applied = apply(board, msgspec.convert(case["command"], Command | Batch), TYPES)
    assert json.loads(msgspec.json.encode(applied.patch)) == case["patch"]
    assert sorted(applied.touched) == case["touched"]
    inverse = msgspec.convert(case["inverse"], Restore)
    assert dump(apply(applied.board, inverse, TYPES).board) == dump(board)
    patch = Restore(msgspec.convert(case["patch"], tuple[Change, ...]))
    assert dump(apply(board, patch, TYPES).board) == dump(applied.board)


@pytest.mark.parametrize("case", REFUSED, ids=title)
def test_refused(case: dict[str, Any]) -> None:
    board = BOARDS[case["board"]]
    before = dump(board)
    with pytest.raises(CommandError) as caught:
        apply(board, msgspec.convert(case["command"], Command | Batch), TYPES)
    assert caught.value.code == case["error"]
    assert caught.value.remedy
    assert dump(board) == before


def test_the_file_is_current() -> None:
    assert FILE.read_bytes() == encode(), "run: python -m tests.board.command_vectors"


def test_every_verb_and_every_refusal_has_a_case() -> None:
    verbs: Counter[str] = Counter()
    for case in VECTORS["cases"]:
        command = case["command"]
        verbs.update(one["command"] for one in command.get("commands", [command]))
    known = {kind.__struct_config__.tag for kind in Command.__args__}
    assert set(verbs) == known
    elsewhere = {Refused.TOO_LARGE}  # needs values too large for a shared file
    assert {case["error"] for case in REFUSED} == set(Refused) - elsewhere


def test_titles_are_distinct() -> None:
    titles = [case["title"] for case in VECTORS["cases"]]
    assert len(set(titles)) == len(titles) >= 60


def test_no_secret_in_the_results() -> None:
    assert "canary" not in json.dumps([[case["patch"], case["inverse"]] for case in ACCEPTED])


def test_the_documentation_lists_every_verb_and_every_code() -> None:
    text = (FILE.parents[2] / "docs" / "board-commands.md").read_text(encoding="utf-8")
    verbs = {str(kind.__struct_config__.tag) for kind in (*Command.__args__, Batch)}
    listed = set(re.findall(r"`([a-z_.-]+)`", "\n".join(re.findall(r"(?m)^\| `[^|]*\|", text))))
    assert listed == verbs | set(Refused)
