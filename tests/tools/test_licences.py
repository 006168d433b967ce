import json
from pathlib import Path

import pytest

from tools import licences
from tools.locked import Locked


def distribution(site: Path, name: str, version: str, *lines: str) -> None:
    folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(parents=True)
    head = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n"
    (folder / "METADATA").write_text(head + "".join(f"{line}\n" for line in lines), "utf-8")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def locked(name: str, version: str = "1", *, applies: bool = True) -> dict[str, Locked]:
    return {name: Locked(name, version, applies, 1)}


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        (["License-Expression: MIT", "License: other"], "MIT"),
        (["Classifier: License :: OSI Approved :: MIT License"], "MIT"),
        (
            [
                "Classifier: License :: OSI Approved :: MIT License",
                "Classifier: License :: OSI Approved :: Apache Software License",
            ],
            "Apache-2.0 AND MIT",
        ),
        (["Classifier: Typing :: Typed", "License: Apache 2.0"], "Apache-2.0"),
        (["License: Own words"], "Own words"),
        ([], "unknown"),
    ],
)
def test_reads_the_licence(site: Path, lines: list[str], licence: str) -> None:
    distribution(site, "fl-probe", "1", *lines)
    assert licences.licence_of("fl-probe") == licence


@pytest.mark.parametrize(
    ("expression", "verdict"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("(MIT OR GPL-3.0-only) AND BSD-3-Clause", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("MIT AND GPL-3.0-only", False),
        ("(MIT AND GPL-3.0-only) OR AGPL-3.0-only", False),
        ("GPL-3.0-only", False),
        ("unknown", False),
        ("", False),
    ],
)
def test_judges_expressions(expression: str, *, verdict: bool) -> None:
    assert licences.allowed(expression) is verdict


def test_describes_what_is_installed(site: Path) -> None:
    distribution(site, "Fl.Probe", "1", "License-Expression: MIT")
    rows, findings = licences.installed(locked("fl-probe") | locked("elsewhere", applies=False))
    assert rows == [{"name": "fl-probe", "version": "1", "licence": "MIT"}]
    assert findings == []


def test_reports_absent_and_other_versions(site: Path) -> None:
    distribution(site, "fl-probe", "2", "License-Expression: MIT")
    rows, findings = licences.installed(locked("fl-probe") | locked("fl-absent"))
    assert rows == []
    assert findings == [
        "fl-probe: 1 is locked, 2 is installed",
        "fl-absent: 1 is locked, nothing is installed",
    ]


def test_drift_is_found() -> None:
    row = {"name": "a", "version": "1", "licence": "MIT"}
    lock = locked("a")
    assert licences.compare([row], [row], lock) == []
    assert licences.compare([], [row], lock) == ["a: inventory differs; run `make inventory`"]
    for changed in ({"version": "2"}, {"licence": "ISC"}):
        assert licences.compare([row | changed], [row], lock) == [
            "a: inventory differs; run `make inventory`"
        ]
    assert licences.compare([row], [], {}) == ["a: not locked any more"]


def test_a_licence_that_is_not_allowed_fails_even_when_recorded() -> None:
    row = {"name": "a", "version": "1", "licence": "GPL-3.0-only"}
    assert licences.compare([row], [row], locked("a")) == ["a: licence not allowed: GPL-3.0-only"]


def test_writes_and_then_agrees(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inventory = tmp_path / "new" / "licences.json"
    assert licences.main([], inventory) == 1
    assert licences.main(["--write"], inventory) == 0
    assert licences.main([], inventory) == 0
    assert capsys.readouterr().out.endswith("distributions, all allowed\n")
    names = [row["name"] for row in json.loads(inventory.read_text("utf-8"))]
    assert names == sorted(names)


def test_the_recorded_inventory_agrees() -> None:
    assert licences.main([]) == 0
