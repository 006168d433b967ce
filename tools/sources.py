"""The files of the tree that checks look at."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

PYTHON_ROOMS = ("src", "tests", "tools", "bench", "examples")


def tracked(root: Path) -> list[Path]:
    """List every file that is in Git or could be added to it, sorted.

    Raises:
        subprocess.CalledProcessError: the folder is not a Git work tree.
    """
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=True,
        capture_output=True,
    ).stdout
    names = {name.decode() for name in listing.split(b"\0") if name}
    return [path for name in sorted(names) if (path := root / name).is_file()]


def python(root: Path, rooms: Iterable[str] = PYTHON_ROOMS) -> list[Path]:
    """List the Python files below the given folders, sorted."""
    return sorted(path for room in rooms for path in (root / room).rglob("*.py"))


def web(root: Path) -> list[Path]:
    """List the TypeScript files of the editor, sorted; what is installed or generated stays out."""
    found = (
        path for ending in ("ts", "tsx", "mjs") for path in (root / "web").rglob(f"*.{ending}")
    )
    return sorted(
        path
        for path in found
        if "node_modules" not in path.parts and not path.name.endswith(".d.ts")
    )


def finish(check: str, findings: list[str], passed: str) -> int:
    """Print what a check found, one finding a line, and return the exit code."""
    for finding in findings:
        print(f"{check}: {finding}")
    if not findings:
        print(f"{check}: {passed}")
    return 1 if findings else 0
