"""No file over 600 lines, no function over 80; in the package 95 % of functions within 40."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tools import sources
from tools.locked import ROOT

FILE_LINES = 600
FUNCTION_LINES = 80
USUAL_LINES = 40
LONGER_SHARE = 0.05


def functions(path: Path) -> Iterator[tuple[str, int, int]]:
    """Yield name, first line and length in lines of each function, docstring counted."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


def check(root: Path) -> list[str]:
    """Return one finding a file or function that is too long, and one for too many long ones."""
    findings = []
    in_package: list[int] = []
    for path in sources.python(root):
        name = path.relative_to(root).as_posix()
        lines = len(path.read_text("utf-8").splitlines())
        if lines > FILE_LINES:
            findings.append(f"{name}: {lines} lines, limit {FILE_LINES}")
        for function, line, length in functions(path):
            if length > FUNCTION_LINES:
                findings.append(f"{name}:{line} {function}: {length} lines, limit {FUNCTION_LINES}")
            if name.startswith("src/"):
                in_package.append(length)
    longer = sum(length > USUAL_LINES for length in in_package)
    if longer > LONGER_SHARE * len(in_package):
        findings.append(
            f"src: {longer} of {len(in_package)} functions are over {USUAL_LINES} lines, "
            f"limit {LONGER_SHARE:.0%}"
        )
    return findings


if __name__ == "__main__":
    sys.exit(sources.finish("lengths", check(ROOT), "files and functions are within their limits"))
