"""What requirements/*.txt lock: names, versions, markers and the number of hashes."""

from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
FILES = (ROOT / "requirements" / "core.txt", ROOT / "requirements" / "dev.txt")


class Locked(NamedTuple):
    """One locked distribution.

    ``applies`` tells whether its marker holds for this Python on this machine.
    """

    name: str
    version: str
    applies: bool
    hashes: int


def read(path: Path) -> dict[str, Locked]:
    """Read one requirements file, by canonical name.

    Raises:
        ValueError: a line is not ``name==version [; marker] --hash=…``.
    """
    rows: dict[str, Locked] = {}
    for line in path.read_text("utf-8").replace("\\\n", " ").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        wanted, *options = line.split(" --")
        requirement = Requirement(wanted.strip())
        pins = list(requirement.specifier)
        if len(pins) != 1 or pins[0].operator != "==" or requirement.url:
            raise ValueError(f"{path.name}: not an exact version: {wanted.strip()}")
        if not options or any(not option.startswith("hash=sha256:") for option in options):
            raise ValueError(f"{path.name}: something else than hashes after: {wanted.strip()}")
        name = canonicalize_name(requirement.name)
        applies = requirement.marker is None or requirement.marker.evaluate()
        rows[name] = Locked(name, pins[0].version, applies, len(options))
    return rows
