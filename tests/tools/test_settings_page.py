"""The page of settings is written from the settings."""

import shutil
from pathlib import Path

from flowlike.settings import every
from tools.locked import ROOT
from tools.settings_page import PAGE, check, page, table


def test_the_page_is_up_to_date() -> None:
    assert check(ROOT) == []


def test_every_setting_has_a_row() -> None:
    rows = table()
    for setting in every():
        assert f"| `{setting.variable}` |" in rows
        assert setting.description.replace("|", "\\|") in rows


def test_rows_show_default_and_values() -> None:
    rows = table()
    assert "| `10.0` | number, ≥ 0, ≤ 3_600 |" in rows
    assert "| `steps` | `off`, `errors`, `steps`, `data` |" in rows
    assert "|  | texts |" in rows


def test_an_old_page_is_found_and_renewed(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / PAGE, tmp_path / PAGE)
    old = (tmp_path / PAGE).read_text("utf-8").replace("`FLOWLIKE_BIND`", "`BIND`")
    (tmp_path / PAGE).write_text(old, "utf-8")
    assert check(tmp_path) == [
        "docs/settings.md is old; python -m tools.settings_page --write renews it"
    ]
    (tmp_path / PAGE).write_text(page(old), "utf-8")
    assert check(tmp_path) == []
