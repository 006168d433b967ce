import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tools import audit
from tools.locked import FILES, Locked

WANTED = [Locked("first", "1.0", applies=True, hashes=1), Locked("second", "2.0", True, 1)]
CLEAN: list[dict[str, Any]] = [
    {"name": "First", "version": "1.0", "vulns": []},
    {"name": "second", "version": "2.0", "vulns": []},
]
SKIPPED: list[dict[str, Any]] = [
    {"name": name, "skip_reason": "not found"} for name in ("first", "second")
]
HOLE = {"id": "CVE-1", "fix_versions": ["1.1", "2"]}


def auditor(folder: Path, *, out: str = "", err: str = "", code: int = 0) -> list[str]:
    """A real process that answers as told."""
    script = folder / "auditor.py"
    script.write_text(
        f"import sys\nsys.stdout.write({out!r})\nsys.stderr.write({err!r})\nsys.exit({code})\n",
        "utf-8",
    )
    return [sys.executable, str(script)]


def report(rows: list[dict[str, Any]]) -> str:
    return json.dumps({"dependencies": rows, "fixes": []})


def outcome(capsys: pytest.CaptureFixture[str], command: list[str]) -> tuple[int, str]:
    code = audit.main(command, WANTED)
    return code, capsys.readouterr().out


def test_nothing_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(capsys, auditor(tmp_path, out=report(CLEAN))) == (
        0,
        "audit: 2 dependencies checked, nothing known\n",
    )


def test_a_finding_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [CLEAN[0] | {"vulns": [HOLE]}, CLEAN[1]]
    assert outcome(capsys, auditor(tmp_path, out=report(rows), code=1)) == (
        1,
        "audit: first 1.0: CVE-1, fixed in 1.1, 2\n",
    )


def test_a_finding_fails_though_others_were_skipped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [SKIPPED[0], CLEAN[1] | {"vulns": [{"id": "CVE-2"}]}]
    assert outcome(capsys, auditor(tmp_path, out=report(rows), code=1)) == (
        1,
        "audit: second 2.0: CVE-2, fixed in no version\n",
    )


@pytest.mark.parametrize(
    "row",
    [
        SKIPPED[1],
        {"name": "second", "version": "1.9", "vulns": []},
        {"name": "third", "version": "2.0", "vulns": []},
    ],
)
def test_a_gap_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], row: dict[str, Any]
) -> None:
    assert outcome(capsys, auditor(tmp_path, out=report([CLEAN[0], row]))) == (
        1,
        "audit: not checked: second 2.0\n",
    )


@pytest.mark.parametrize("rows", [SKIPPED, []])
def test_a_source_that_knows_nothing_is_unavailable_although_the_auditor_is_content(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list[dict[str, Any]]
) -> None:
    command = auditor(tmp_path, out=report(rows), err="No known vulnerabilities found\n")
    assert outcome(capsys, command) == (
        0,
        "audit: unavailable (the source knows none of the dependencies)\n",
    )


@pytest.mark.parametrize(
    "err",
    [
        "requests.exceptions.ConnectionError: Max retries exceeded with url",
        "pip_audit ServiceError: 503",
        "Traceback\nReadTimeout: read timed out",
    ],
)
def test_a_source_out_of_reach_is_unavailable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], err: str
) -> None:
    code, out = outcome(capsys, auditor(tmp_path, err=err, code=1))
    assert (code, out) == (0, f"audit: unavailable ({err.splitlines()[-1]})\n")


def test_an_auditor_that_hangs_is_unavailable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "hang.py"
    script.write_text("import threading\nthreading.Event().wait(30)\n", "utf-8")
    assert audit.main([sys.executable, str(script)], WANTED, seconds=0.3) == 0
    assert capsys.readouterr().out == "audit: unavailable (no answer within 0.3 s)\n"


@pytest.mark.parametrize(
    ("out", "err", "said"),
    [
        ("", "pip-audit: error: unrecognized arguments", "unrecognized arguments"),
        ("", "", "no report"),
        ("{}", "", "no report"),
        ("[]", "", "no report"),
        ('{"dependencies": [{"version": "1"}]}', "", "no report"),
        ('{"dependencies": 3}', "", "no report"),
    ],
)
def test_a_broken_auditor_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], out: str, err: str, said: str
) -> None:
    code, shown = outcome(capsys, auditor(tmp_path, out=out, err=err, code=2))
    assert code == 1
    assert shown.startswith("audit: the auditor broke, exit 2: ")
    assert said in shown


def test_an_auditor_that_is_missing_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = outcome(capsys, [str(tmp_path / "absent")])
    assert code == 1
    assert "absent" in out


def test_asks_for_what_is_locked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"name": "hatchling", "version": "0", "vulns": []}]
    assert audit.main(auditor(tmp_path, out=report(rows))) == 0
    assert "unavailable" in capsys.readouterr().out


def test_the_command_reads_both_locks_with_hashes() -> None:
    assert [part for part in audit.COMMAND if part.endswith(".txt")] == [
        str(path) for path in FILES
    ]
    assert "--require-hashes" in audit.COMMAND
