"""A line that switches a rule off names the rule and says why.

In the editor's sources the reason follows two hyphens, or stands in a comment on the line above.
"""

import re
import sys
import tokenize
from pathlib import Path

from tools import sources
from tools.locked import ROOT

SWITCH = re.compile(r"#\s*(?:noqa|type:\s*ignore|ruff:|mypy:|fmt:\s*off)", re.IGNORECASE)
# The rule, then ` - why` after noqa, `  # why` after a type ignore.
REASONED = re.compile(
    r"# noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)* - \w.{6,}"
    r"|# type: ignore\[[a-z\-]+(?:, ?[a-z\-]+)*\] {1,2}# \w.{6,}"
)


WEB_SWITCH = re.compile(r"(?:ox|es)lint-disable|@ts-(?:ignore|nocheck|expect-error)")
WEB_NAMED = re.compile(r"oxlint-disable(?:-next)?-line (?:[\w\-]+/)?[\w\-]+")
WEB_REASON = re.compile(r" -- \w.{6,}")
WEB_COMMENT = re.compile(r"^\s*(?://|\{/\*|\*) ?[\w`].{6,}")


def check(root: Path) -> list[str]:
    """Return one finding a comment that switches a rule off without naming it and a reason."""
    return [*_python(root), *_web(root)]


def _python(root: Path) -> list[str]:
    findings = []
    for path in sources.python(root):
        name = path.relative_to(root).as_posix()
        with tokenize.open(path) as file:
            for token in tokenize.generate_tokens(file.readline):
                if token.type != tokenize.COMMENT or not SWITCH.search(token.string):
                    continue
                if not REASONED.match(token.string):
                    findings.append(f"{name}:{token.start[0]} no reason: {token.string}")
    return findings


def _web(root: Path) -> list[str]:
    findings = []
    for path in sources.web(root):
        lines = path.read_text("utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            if not WEB_SWITCH.search(line):
                continue
            above = lines[number - 2] if number > 1 else ""
            explained = WEB_REASON.search(line) or WEB_COMMENT.match(above)
            if not (WEB_NAMED.search(line) and explained):
                name = path.relative_to(root).as_posix()
                findings.append(f"{name}:{number} no reason: {line.strip()}")
    return findings


if __name__ == "__main__":
    sys.exit(sources.finish("suppressions", check(ROOT), "each names its rule and a reason"))
