"""What README and the first page tell a new user to type works, in that order."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.cli.calls import Calls, Done
from tools.locked import ROOT

BOARD = "first.board.json"


def follow(call: Calls, page: Path) -> list[Done]:
    """Types the commands of a page's ``sh`` blocks; its ``json`` blocks are pasted under nodes."""
    done = []
    text = page.read_text("utf-8")
    for language, block in re.findall(r"^```(sh|json)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        if language == "json":
            board = json.loads(Path(BOARD).read_text("utf-8"))
            board["nodes"] |= json.loads(block)
            Path(BOARD).write_text(json.dumps(board), "utf-8")
            continue
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if words[0] == "flowlike":
                done.append(call(*words[1:]))
                assert done[-1].code == 0, (line, done[-1])
            elif words[:2] == ["sed", "-i"]:
                _, old, new, _ = words[2].split("/")
                changed = Path(words[3]).read_text("utf-8").replace(old, new)
                Path(words[3]).write_text(changed, "utf-8")
    return done


def test_the_first_page(call: Calls) -> None:
    runs = [each.out for each in follow(call, ROOT / "docs/first-board.md") if "after" in each.err]
    assert runs == ["Hello, Ada!\n", "Good morning, Ada!\n", *["GOOD MORNING, ADA!\n"] * 2]


def test_the_readme(call: Calls) -> None:
    done = follow(call, ROOT / "README.md")
    assert len(done) == 7
    assert done[1].out == "Hello, Ada!\n"


@pytest.mark.parametrize("page", ["README.md", "docs/first-board.md"])
def test_pages_have_steps(page: str) -> None:
    assert "```sh\n" in (ROOT / page).read_text("utf-8")
