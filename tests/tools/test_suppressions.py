from pathlib import Path

import pytest

from tools import suppressions

NOQA = "# no" + "qa"
IGNORE = "# type: " + "ignore"


def findings(root: Path, comment: str) -> list[str]:
    path = root / "src" / "a.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"x = 1  {comment}\n", "utf-8")
    return suppressions.check(root)


@pytest.mark.parametrize(
    "comment",
    [
        NOQA,
        f"{NOQA}: E501",
        f"{NOQA}: E501 - no",
        f"{NOQA} because it is long",
        IGNORE,
        f"{IGNORE}[arg-type]",
        f"{IGNORE}[arg-type] later",
        "# ruff: " + "no" + "qa",
        "# mypy: " + "ignore-errors",
        "# fmt: " + "off",
    ],
)
def test_a_switch_without_rule_or_reason_is_found(tmp_path: Path, comment: str) -> None:
    assert findings(tmp_path, comment) == [f"src/a.py:1 no reason: {comment}"]


@pytest.mark.parametrize(
    "comment",
    [
        f"{NOQA}: BLE001 - a node may raise anything",
        f"{NOQA}: BLE001, S110 - a node may raise anything",
        f"{IGNORE}[arg-type]  # the point of the test",
        f"{IGNORE}[arg-type] # the point of the test",
        "# says nothing about rules",
    ],
)
def test_a_switch_with_rule_and_reason_passes(tmp_path: Path, comment: str) -> None:
    assert findings(tmp_path, comment) == []


def test_text_is_not_a_comment(tmp_path: Path) -> None:
    path = tmp_path / "src" / "a.py"
    path.parent.mkdir()
    path.write_text(f"x = '{NOQA}'\n", "utf-8")
    assert suppressions.check(tmp_path) == []


OXLINT = "oxlint-" + "disable"
TS = "@ts-" + "expect-error"


def web_findings(root: Path, *lines: str) -> list[str]:
    path = root / "web" / "src" / "a.tsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines), "utf-8")
    return suppressions.check(root)


@pytest.mark.parametrize(
    "line",
    [
        f"// {OXLINT}-next-line",
        f"// {OXLINT}-next-line react/no-danger",
        f"// {OXLINT}-next-line react/no-danger -- no",
        f"/* {OXLINT} */",
        f"// {TS}",
        f"// {TS} it is wrong here",
    ],
)
def test_a_switch_in_the_editor_needs_rule_and_reason(tmp_path: Path, line: str) -> None:
    assert web_findings(tmp_path, "const x = 1;", line) == [f"web/src/a.tsx:2 no reason: {line}"]


@pytest.mark.parametrize(
    "lines",
    [
        [f"x; // {OXLINT}-line no-control-regex -- JSON forbids exactly these"],
        ["// Lines are only ever added.", f"// {OXLINT}-next-line react/no-array-index-key"],
        ["{/* Long lines scroll. */}", f"{{/* {OXLINT}-next-line jsx-a11y/no-autofocus */}}"],
    ],
)
def test_one_with_both_passes(tmp_path: Path, lines: list[str]) -> None:
    assert web_findings(tmp_path, *lines) == []


def test_what_is_installed_is_not_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "web" / "node_modules" / "a.ts"
    path.parent.mkdir(parents=True)
    path.write_text(f"// {TS}", "utf-8")
    assert suppressions.check(tmp_path) == []
