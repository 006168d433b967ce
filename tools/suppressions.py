"""A line that switches a rule off names the rule and says why."""

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


def check(root: Path) -> list[str]:
    """Return one finding a comment that switches a rule off without naming it and a reason."""
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


if __name__ == "__main__":
    sys.exit(sources.finish("suppressions", check(ROOT), "each names its rule and a reason"))
