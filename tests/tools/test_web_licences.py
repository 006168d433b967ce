import json
from pathlib import Path

import pytest

from tools import web_licences

LISTING = json.dumps(
    {
        "MIT": [
            {"name": "b", "versions": ["2.0.0", "1.0.0"]},
            {"name": "a", "versions": ["1.0.0"]},
        ],
        "ISC": [{"name": "c", "versions": ["3.0.0"]}],
    }
)


def row(name: str, version: str, licence: str) -> dict[str, str]:
    return {"name": name, "version": version, "licence": licence}


def test_rows_are_sorted_one_a_version() -> None:
    assert web_licences.rows_of(LISTING) == [
        row("a", "1.0.0", "MIT"),
        row("b", "1.0.0", "MIT"),
        row("b", "2.0.0", "MIT"),
        row("c", "3.0.0", "ISC"),
    ]


def test_finds_what_differs_and_what_is_not_allowed() -> None:
    rows = [row("a", "1", "MIT"), row("evil", "1", "GPL-3.0-only")]
    assert web_licences.compare([row("a", "1", "MIT"), row("old", "1", "MIT")], rows) == [
        "evil: licence not allowed: GPL-3.0-only",
        "evil 1: inventory lacks it; run `make inventory`",
        "old 1: not installed any more; run `make inventory`",
    ]
    assert web_licences.compare(rows[:1], rows[:1]) == []


def test_writes_and_then_agrees(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "web-licences.json"
    assert web_licences.main([], file, LISTING) == 1
    assert web_licences.main(["--write"], file, LISTING) == 0
    assert web_licences.main([], file, LISTING) == 0
    assert "4 packages, all allowed" in capsys.readouterr().out


def test_the_inventory_names_every_package_the_page_imports() -> None:
    names = {row["name"] for row in json.loads(web_licences.INVENTORY.read_text("utf-8"))}
    package = json.loads((web_licences.WEB / "package.json").read_text("utf-8"))
    assert set(package["dependencies"]) <= names
