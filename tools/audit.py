"""Known vulnerabilities in the locked dependencies, asked of pip-audit and judged strictly here.

pip-audit alone reports "no known vulnerabilities" and exit 0 when it found none of the packages,
and its own ``--strict`` stops at the first one it cannot look up, so findings after it are lost.
We read its whole report. A finding fails. A report that lacks some locked dependency fails, and so
does an auditor that broke. Only when the source cannot be reached, or knows none of the
dependencies, the outcome is "unavailable", which passes. "Nothing known" means every dependency
was really checked.
"""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from packaging.utils import canonicalize_name

from tools.locked import FILES, Locked, read

PROCESS_SECONDS = 120.0
COMMAND = (
    *(sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"),
    *("--timeout", "5", "--disable-pip", "--require-hashes"),
    *(part for path in FILES for part in ("--requirement", str(path))),
)
# How requests, urllib3 and pip-audit word a source that does not answer.
UNREACHABLE = re.compile(
    r"ConnectionError|ConnectTimeout|ReadTimeout|Max retries|Failed to resolve|ServiceError"
    r"|ProxyError|SSLError|HTTPError"
)


class Unavailable(Exception):  # noqa: N818 - an outcome, not a fault
    """The source of known vulnerabilities cannot be reached."""


def _report(command: Sequence[str], seconds: float) -> list[dict[str, Any]]:
    """Run the auditor and return its rows.

    Raises:
        Unavailable: it could not reach its source.
        ValueError: it broke in another way, or its report is not one.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"no answer within {seconds:g} s") from error
    try:
        rows: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
        return [row | {"name": canonicalize_name(row["name"])} for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        said = (done.stderr.strip().splitlines() or ["no report"])[-1][:120]
        if UNREACHABLE.search(done.stderr):
            raise Unavailable(said) from error
        raise ValueError(f"the auditor broke, exit {done.returncode}: {said}") from error


def judge(rows: Sequence[dict[str, Any]], wanted: Sequence[Locked]) -> tuple[int, list[str]]:
    """Return exit code and lines for a report over the dependencies that should be in it."""
    checked = {
        (row["name"], row.get("version")) for row in rows if isinstance(row.get("vulns"), list)
    }
    found = [
        f"audit: {row['name']} {row.get('version')}: {hole['id']}"
        f", fixed in {', '.join(hole.get('fix_versions') or ['no version'])}"
        for row in rows
        for hole in row.get("vulns") or []
    ]
    missed = [item for item in wanted if (item.name, item.version) not in checked]
    if found:
        return 1, found
    if not missed:
        return 0, [f"audit: {len(wanted)} dependencies checked, nothing known"]
    if len(missed) == len(wanted):
        return 0, ["audit: unavailable (the source knows none of the dependencies)"]
    return 1, [f"audit: not checked: {item.name} {item.version}" for item in missed]


def main(
    command: Sequence[str] = COMMAND,
    wanted: Sequence[Locked] | None = None,
    seconds: float = PROCESS_SECONDS,
) -> int:
    """Audit, print the outcome and return the exit code: 1 for findings or gaps, else 0."""
    if wanted is None:
        locked = {name: item for path in FILES for name, item in read(path).items()}
        wanted = [item for item in locked.values() if item.applies]
    try:
        code, lines = judge(_report(command, seconds), wanted)
    except Unavailable as error:
        code, lines = 0, [f"audit: unavailable ({error})"]
    except (ValueError, OSError) as error:
        code, lines = 1, [f"audit: {error}"]
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
