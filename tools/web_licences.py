"""thirdparty/web-licences.json lists what the browser is given, with the licence of each.

Packages of development stay out: they depend on the machine and reach nobody. The check fails when
the inventory differs from what is installed, or when a licence is not on the list of those that
may be used (``tools/licences.py``). ``--write`` renews the inventory. The build puts the texts of
the licences beside the files it makes.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools import sources
from tools.licences import Row, allowed
from tools.locked import ROOT

INVENTORY = ROOT / "thirdparty" / "web-licences.json"
WEB = ROOT / "web"
_PNPM = "pnpm/node_modules/pnpm/bin/pnpm.cjs"


def installed(web: Path = WEB) -> str:
    """What the package manager tells of the packages that are not for development, as JSON."""
    return subprocess.run(
        ["node", _PNPM, "licenses", "list", "--prod", "--json"],
        cwd=web,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def rows_of(listing: str) -> list[Row]:
    """One row a package and version, sorted."""
    groups: dict[str, list[dict[str, Any]]] = json.loads(listing)
    return sorted(
        (
            {"name": package["name"], "version": version, "licence": licence}
            for licence, packages in groups.items()
            for package in packages
            for version in package["versions"]
        ),
        key=lambda row: (row["name"], row["version"]),
    )


def compare(recorded: list[Row], rows: list[Row]) -> list[str]:
    """Return findings: licences that are not allowed; rows that are missing, or left over."""
    findings = [
        f"{row['name']}: licence not allowed: {row['licence']}"
        for row in rows
        if not allowed(row["licence"])
    ]
    findings += [
        f"{row['name']} {row['version']}: inventory lacks it; run `make inventory`"
        for row in rows
        if row not in recorded
    ]
    findings += [
        f"{row['name']} {row['version']}: not installed any more; run `make inventory`"
        for row in recorded
        if row not in rows
    ]
    return findings


def main(arguments: list[str], inventory: Path = INVENTORY, listing: str | None = None) -> int:
    """Check the inventory, or write it with ``--write``; return the exit code."""
    rows = rows_of(installed() if listing is None else listing)
    if "--write" in arguments:
        inventory.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")
    recorded = json.loads(inventory.read_text("utf-8")) if inventory.exists() else []
    findings = compare(recorded, rows)
    return sources.finish("web licences", findings, f"{len(rows)} packages, all allowed")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
