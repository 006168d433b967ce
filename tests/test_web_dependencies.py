"""web/package.json, its lock and docs/dependencies.md say the same."""

import json
import re
from typing import Any

import pytest

from tools.locked import ROOT

WEB = ROOT / "web"
EXACT = re.compile(r"\d+\.\d+\.\d+")
LOCKS = ("pnpm-lock.yaml", "pnpm/package-lock.json")


def read(name: str) -> Any:
    return json.loads((WEB / name).read_text("utf-8"))


def explained(section: str) -> set[str]:
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    [body] = re.findall(
        rf"^## {re.escape(section)}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE
    )
    return set(re.findall(r"^\| `([\w.\-@/]+)` \| \S", body, re.MULTILINE))


@pytest.mark.parametrize(
    ("section", "field"),
    [
        ("Editor (`web/package.json`)", "dependencies"),
        ("Editor, development", "devDependencies"),
    ],
)
def test_each_package_is_explained_and_nothing_else(section: str, field: str) -> None:
    assert explained(section) == set(read("package.json")[field])


@pytest.mark.parametrize(
    "name", ["package.json", "openapi/package.json", "pnpm/package.json"], ids=str
)
def test_versions_are_exact(name: str) -> None:
    about = read(name)
    versions = {**about.get("dependencies", {}), **about.get("devDependencies", {})}
    assert [name for name, version in versions.items() if not EXACT.fullmatch(version)] == []


def test_the_package_manager_is_the_locked_one() -> None:
    version = read("pnpm/package.json")["dependencies"]["pnpm"]
    locked = read("pnpm/package-lock.json")["packages"]["node_modules/pnpm"]
    assert read("package.json")["packageManager"] == f"pnpm@{version}"
    assert locked["version"] == version
    assert locked["integrity"].startswith("sha512-")


@pytest.mark.parametrize("name", LOCKS)
def test_locks_hold_hashes_and_no_address(name: str) -> None:
    text = (WEB / name).read_text("utf-8")
    assert "://" not in text
    assert "tarball" not in text
    assert "integrity" in text


def test_every_locked_package_has_a_hash() -> None:
    text = (WEB / "pnpm-lock.yaml").read_text("utf-8")
    [packages] = re.findall(r"^packages:\n(.*?)^snapshots:", text, re.DOTALL | re.MULTILINE)
    entries = re.split(r"\n(?=  \S)", packages.strip("\n"))
    assert len(entries) > 300
    assert [entry for entry in entries if "resolution: {integrity: sha512-" not in entry] == []


def test_settings_of_the_package_manager_name_no_host() -> None:
    text = (WEB / ".npmrc").read_text("utf-8") + (WEB / "pnpm-workspace.yaml").read_text("utf-8")
    assert "://" not in text
    assert "ignoreScripts: true" in text
