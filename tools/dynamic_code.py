"""The package makes code out of text at exactly one place: ``engine/program.py``.

There ``compile`` and ``exec`` are each named once, on source the compiler wrote and audited.
Nothing else in the package may name them, ``eval``, or a module that is another door to the same,
but for ``engine/artifact.py``, which stores what was compiled and reads it back.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tools import sources
from tools.locked import ROOT

SITE = "src/flowlike/engine/program.py"
AT_SITE = ("compile", "exec")
STORE = "src/flowlike/engine/artifact.py"
TYPE = "from types import CodeType"
ALLOWED = {SITE: {TYPE}, STORE: {TYPE, "import marshal"}}
WORDS = frozenset({"eval", "exec", "compile", "__import__", "__builtins__"})
DOORS = frozenset({"builtins", "code", "codeop", "marshal", "pickle", "runpy", "shelve"})
MAKERS = frozenset({"CodeType", "FunctionType"})


def _bound(tree: ast.Module) -> set[str]:
    """Names the module defines itself, which hide a builtin of the same name."""
    names: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(statement.name)
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            names.update(alias.asname or alias.name for alias in statement.names)
    return names


def _uses(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and word of each use that could make code out of data."""
    own = _bound(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if node.id in WORDS and node.id not in own:
                yield node.lineno, node.id
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] in DOORS:
                    yield node.lineno, f"import {alias.name}"
        elif isinstance(node, ast.ImportFrom):
            module = (node.module or "").partition(".")[0]
            for alias in node.names:
                if module in DOORS or (module == "types" and alias.name in MAKERS):
                    yield node.lineno, f"from {node.module} import {alias.name}"
        elif isinstance(node, ast.Attribute) and node.attr in MAKERS:
            yield node.lineno, node.attr


def check(root: Path) -> list[str]:
    """Return one finding a use outside the site, and one if the site is not as described."""
    findings = []
    at_site: list[str] = []
    for path in sources.python(root, ["src"]):
        name = path.relative_to(root).as_posix()
        for line, word in _uses(ast.parse(path.read_bytes())):
            if name == SITE and word in AT_SITE:
                at_site.append(word)
            elif word not in ALLOWED.get(name, ()):
                findings.append(f"{name}:{line} names {word}")
    if (root / SITE).exists() and sorted(at_site) != sorted(AT_SITE):
        found = ", ".join(sorted(at_site)) or "nothing"
        findings.append(f"{SITE}: compile and exec must each be named once; found {found}")
    return findings


if __name__ == "__main__":
    sys.exit(sources.finish("dynamic code", check(ROOT), "one compile site, no eval"))
