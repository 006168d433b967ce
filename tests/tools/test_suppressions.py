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
