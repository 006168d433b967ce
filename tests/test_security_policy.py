"""SECURITY.md claims as built what tests show, and nothing else."""

import re

import pytest

from tools.locked import ROOT

TEXT = (ROOT / "SECURITY.md").read_text("utf-8")
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in TEXT.splitlines()
    if line.startswith("| ") and not line.startswith("| Claim ")
]
BUILT = [row for row in ROWS if row[1] == "built"]


def shown_by(row: tuple[str, ...]) -> list[str]:
    return re.findall(r"`([^`]+)`", row[2])


def test_the_table_is_read() -> None:
    assert len(ROWS) > 10
    assert len(BUILT) > 3


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_each_claim_is_built_or_planned(row: tuple[str, ...]) -> None:
    claim, state, shown = row
    assert claim
    assert state in {"built", "planned"}
    assert bool(shown) == (state == "built")


@pytest.mark.parametrize("row", BUILT, ids=lambda row: row[0][:40])
def test_what_is_built_has_tests(row: tuple[str, ...]) -> None:
    assert shown_by(row)
    for pattern in shown_by(row):
        files = sorted(ROOT.glob(pattern))
        assert files, f"{pattern} matches no file"
        assert all("def test_" in file.read_text("utf-8") for file in files)


def test_each_numbered_attack_stands_in_the_table() -> None:
    shown = {file for row in BUILT for pattern in shown_by(row) for file in ROOT.glob(pattern)}
    missing = sorted(
        file.name for file in (ROOT / "tests/security").glob("test_t*.py") if file not in shown
    )
    assert not missing, "name these in the table of SECURITY.md, as built"


def test_reports_go_nowhere_public() -> None:
    assert "private vulnerability report" in TEXT
    assert not re.search(r"[\w.]+@[\w.]+", TEXT)
