"""thirdparty/licences.json lists every locked distribution with its licence.

The check fails when the inventory differs from what is installed, or when a licence is not on the
list of those that may be used. ``--write`` renews the inventory.
"""

import json
import re
import sys
from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name

from tools import sources
from tools.locked import FILES, ROOT, Locked, read

INVENTORY = ROOT / "thirdparty" / "licences.json"
ALLOWED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "MIT",
        "MIT-0",
        "MPL-2.0",
        "PSF-2.0",
        "Unlicense",
        "Zlib",
    }
)
# Older metadata names licences in words; these are the ones we have read.
WORDS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
# Metadata that names no licence; these texts in the distribution we have read.
READ = {"pyreqwest": "Apache-2.0"}
_CLASSIFIER = "License :: OSI Approved :: "

Row = dict[str, str]


def licence_of(name: str) -> str:
    """Tell the SPDX expression of an installed distribution, or its own words, or ``unknown``."""
    if name in READ:
        return READ[name]
    about = metadata.metadata(name)
    if expressions := about.get_all("License-Expression"):
        return str(expressions[0])
    named = [
        value.removeprefix(_CLASSIFIER)
        for value in about.get_all("Classifier") or []
        if value.startswith(_CLASSIFIER)
    ]
    if not named:
        named = (about.get_all("License") or ["unknown"])[0].splitlines()[:1]
    return " AND ".join(sorted({WORDS.get(word, word) for word in named}))


def allowed(expression: str) -> bool:
    """Judge an SPDX expression: every AND part needs one OR part that is on the list.

    A licence ``WITH`` an exception counts as the licence, since exceptions only add permissions.
    """
    plain = re.sub(r"[()]|\s+WITH\s+[\w.\-]+", "", expression)
    return all(
        any(choice.strip() in ALLOWED for choice in part.split(" OR "))
        for part in plain.split(" AND ")
    )


def installed(locked: dict[str, Locked]) -> tuple[list[Row], list[str]]:
    """Describe the locked distributions that apply here; findings for absent or other versions."""
    rows: list[Row] = []
    findings: list[str] = []
    versions = {canonicalize_name(d.metadata["Name"]): d.version for d in metadata.distributions()}
    for item in locked.values():
        if not item.applies:
            continue
        version = versions.get(canonicalize_name(item.name), "nothing")
        if version != item.version:
            findings.append(f"{item.name}: {item.version} is locked, {version} is installed")
            continue
        rows.append({"name": item.name, "version": version, "licence": licence_of(item.name)})
    return rows, findings


def compare(recorded: list[Row], rows: list[Row], locked: dict[str, Locked]) -> list[str]:
    """Return findings: licences that are not allowed; rows that are missing, old or left over."""
    findings = [
        f"{row['name']}: licence not allowed: {row['licence']}"
        for row in recorded
        if not allowed(row["licence"])
    ]
    by_name = {row["name"]: row for row in recorded}
    findings += [
        f"{row['name']}: inventory differs; run `make inventory`"
        for row in rows
        if by_name.get(row["name"]) != row
    ]
    findings += [f"{name}: not locked any more" for name in sorted(by_name.keys() - locked.keys())]
    return findings


def main(arguments: list[str], inventory: Path = INVENTORY) -> int:
    """Check the inventory, or write it with ``--write``; return the exit code."""
    locked = {name: item for path in FILES for name, item in read(path).items()}
    rows, findings = installed(locked)
    if "--write" in arguments and not findings:
        rows.sort(key=lambda row: row["name"])
        inventory.parent.mkdir(exist_ok=True)
        inventory.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")
    recorded = json.loads(inventory.read_text("utf-8")) if inventory.exists() else []
    findings += compare(recorded, rows, locked)
    return sources.finish("licences", findings, f"{len(recorded)} distributions, all allowed")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
