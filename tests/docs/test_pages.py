"""What the pages say is tried: links lead somewhere, examples run and print what is shown.

- a ``python`` block runs as a program in the top folder;
- in a ``console`` block each ``$ flowlike …`` line is run there, and prints what stands below it,
  where ``…`` stands for anything; ``$?`` at the end of a block is the exit code, if it is not 0;
- a ``json`` block is JSON.
"""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tools import sources
from tools.locked import ROOT

PAGES = [path for path in sources.tracked(ROOT) if path.suffix == ".md"]
COMMAND = str(Path(sys.executable).with_name("flowlike"))


class Block(NamedTuple):
    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


class Call(NamedTuple):
    """One command of a console block and what it should print."""

    words: list[str]
    shown: str
    code: int


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text("utf-8")
    for found in re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        line = text.count("\n", 0, found.start()) + 1
        yield Block(page.relative_to(ROOT).as_posix(), line, found[1], found[2])


def calls(text: str) -> Iterator[Call]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.replace("\\\n", " ").partition("\n")
        code = 0
        if found := re.search(r"^\$\? = (\d+)\n?\Z", shown, re.MULTILINE):
            code, shown = int(found[1]), shown[: found.start()]
        yield Call(shlex.split(command), shown, code)


def agrees(shown: str, printed: str) -> bool:
    pattern = ".*?".join(re.escape(part) for part in shown.strip().split("…"))
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


def of(language: str) -> list[Block]:
    return [block for page in PAGES for block in blocks(page) if block.language == language]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        assert target.startswith("https://") or (page.parent / target).exists(), target


@pytest.mark.parametrize("block", of("python"), ids=str)
def test_programs_run(block: Block) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", block.text],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", of("console"), ids=str)
def test_commands_print_what_is_shown(block: Block) -> None:
    for call in calls(block.text):
        program, *rest = call.words
        assert program == "flowlike", "only our own command is tried"
        done = subprocess.run(
            [COMMAND, *rest],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == call.code, done.stdout
        assert agrees(call.shown, done.stdout), done.stdout


@pytest.mark.parametrize("block", of("json"), ids=str)
def test_documents_are_json(block: Block) -> None:
    json.loads(block.text)


def test_console_blocks_are_read() -> None:
    text = "$ flowlike run 'a b' \\\n  --json\none\ntwo\n$ flowlike check c\nbad\n$? = 1\n"
    assert list(calls(text)) == [
        Call(["flowlike", "run", "a b", "--json"], "one\ntwo\n", 0),
        Call(["flowlike", "check", "c"], "bad\n", 1),
    ]


@pytest.mark.parametrize(
    ("shown", "printed", "verdict"),
    [
        ("a\n", "a\n", True),
        ("took … ms", "took 1.5 ms", True),
        ("a\n…\nz", "a\nb\nc\nz\n", True),
        ("a", "ab", False),
        ("a.c", "abc", False),
        ("", "a", False),
    ],
)
def test_an_ellipsis_stands_for_anything(shown: str, printed: str, *, verdict: bool) -> None:
    assert agrees(shown, printed) is verdict
