"""Threat 83: whatever is installed registers nodes by entry point, and its import runs its code."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowlike.nodes import native
from flowlike.nodes.catalog import default_catalog
from flowlike.nodes.native import NativePackage, find_native_packages, load_native_package
from tests.distributions import NODE, install


@pytest.fixture
def canary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A distribution ``Evil-Nodes`` on the path; the file exists once it was imported."""
    monkeypatch.syspath_prepend(str(tmp_path))
    yield install(tmp_path, "Evil-Nodes", NODE.format(name="evil_shout"))
    sys.modules.pop("Evil_Nodes", None)


def test_the_attack_works_without_the_list(canary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The defence patched away: every distribution found counts as listed by the operator.
    def find_all(allowed: object = ()) -> tuple[NativePackage, ...]:
        names = [package.name for package in find_native_packages()]
        return find_native_packages(names)

    monkeypatch.setattr("flowlike.nodes.catalog.find_native_packages", find_all)
    catalog = default_catalog(["evil-nodes"])
    assert canary.exists()
    assert "evil_shout" in catalog.names()


def test_an_unlisted_distribution_is_shown_and_not_imported(canary: Path) -> None:
    catalog = default_catalog()
    list(catalog)
    assert "evil_shout" not in catalog.names()
    assert catalog.newest("evil_shout") is None
    found = [package for package in find_native_packages() if package.name == "evil-nodes"]
    assert [(each.version, each.allowed, each.entries) for each in found] == [
        ("1.2", False, (("nodes", "Evil_Nodes"),))
    ]
    assert load_native_package(found[0]) == []
    assert "Evil_Nodes" not in sys.modules
    assert not canary.exists()


def test_listing_another_does_not_import_it(
    canary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = install(tmp_path, "good-nodes", NODE.format(name="good_shout"))
    catalog = default_catalog(["good-nodes"])
    assert {(each.name, each.allowed) for each in catalog.packages} >= {
        ("evil-nodes", False),
        ("good-nodes", True),
    }
    assert "good_shout" in catalog.names()
    assert good.exists()
    assert not canary.exists()
    sys.modules.pop("good_nodes", None)


def test_a_listed_distribution_is_loaded_and_its_results_are_checked(canary: Path) -> None:
    catalog = default_catalog(["evil.nodes"])
    found = catalog.newest("evil_shout")
    assert found is not None
    assert not found.trusted
    assert canary.exists()
    assert native.GROUP == "flowlike.nodes"
