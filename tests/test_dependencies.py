"""pyproject.toml, docs/dependencies.md and requirements/ say the same."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.locked import FILES, ROOT, read

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CORE = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
EXTRAS = {
    extra: [Requirement(line) for line in lines]
    for extra, lines in PROJECT["project"]["optional-dependencies"].items()
}
BUILD = [Requirement(line) for line in PROJECT["build-system"]["requires"]]
LINE = re.compile(r"[a-z\d][a-z\d.\-]*==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")


def explained(section: str) -> set[str]:
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    [body] = re.findall(rf"^## {section}[^\n]*\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    return set(re.findall(r"^\| `([\w.\-]+)` \| \S", body, re.MULTILINE))


@pytest.mark.parametrize(
    ("section", "wanted"),
    [
        ("Core", CORE),
        ("OpenTelemetry", EXTRAS["otel"]),
        ("Postgres", EXTRAS["postgres"]),
        ("Development", EXTRAS["dev"]),
    ],
    ids=["core", "otel", "postgres", "dev"],
)
def test_each_dependency_is_explained_and_nothing_else(
    section: str, wanted: list[Requirement]
) -> None:
    assert explained(section) == {requirement.name for requirement in wanted}


def test_every_extra_is_looked_at_here() -> None:
    assert set(EXTRAS) == {"dev", "otel", "postgres"}


@pytest.mark.parametrize(
    "requirement", [*CORE, *(each for extra in EXTRAS.values() for each in extra), *BUILD], ids=str
)
def test_each_dependency_is_locked_within_its_bounds(requirement: Requirement) -> None:
    locked = read(FILES[1])[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(locked.version)


@pytest.mark.parametrize(
    "requirement", [*CORE, *EXTRAS["otel"], *EXTRAS["postgres"], *BUILD], ids=str
)
def test_what_users_install_has_a_lower_bound_and_a_cap(requirement: Requirement) -> None:
    assert {pin.operator for pin in requirement.specifier} == {">=", "<"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_locks_hold_hashes_and_no_address(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "://" not in text
    assert not [line for line in text.splitlines() if line.lstrip().startswith(("#", "-i", "-f"))]
    assert all(LINE.fullmatch(line) for line in text.splitlines())
