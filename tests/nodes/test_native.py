import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowlike.errors import DeclarationError
from flowlike.nodes.catalog import default_catalog
from flowlike.nodes.native import find_native_packages
from tests.distributions import NODE, install


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path; modules that come from it are forgotten afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


def refused(allowed: str) -> DeclarationError:
    with pytest.raises(DeclarationError) as caught:
        default_catalog([allowed])
    assert caught.value.remedy
    return caught.value


def test_a_package_is_known_by_any_spelling_of_its_name(site: Path) -> None:
    install(site, "Plug-In", NODE.format(name="plug_shout"))
    found = {each.name: each for each in find_native_packages(["plug_in"])}
    assert found["plug-in"].allowed
    assert found["plug-in"].version == "1.2"


def test_a_missing_package_is_an_error() -> None:
    assert refused("no-such-distribution").code == "catalog.package-missing"


def test_a_package_may_name_one_node(site: Path) -> None:
    install(site, "one-node", NODE.format(name="one_shout"), entries={"a": "one_node:shout"})
    found = default_catalog(["one-node"]).newest("one_shout")
    assert found is not None
    assert not found.trusted


def test_a_built_in_name_cannot_be_taken(site: Path) -> None:
    install(site, "taker", NODE.format(name="log_info"))
    assert refused("taker").code == "catalog.reserved-name"


def test_two_packages_cannot_have_one_node(site: Path) -> None:
    install(site, "first-one", NODE.format(name="same_shout"))
    install(site, "second-one", NODE.format(name="same_shout"))
    with pytest.raises(DeclarationError) as caught:
        default_catalog(["first-one", "second-one"])
    assert caught.value.code == "catalog.duplicate-node"


def test_a_package_that_breaks_says_why(site: Path) -> None:
    install(site, "broken", "1 / 0\n")
    error = refused("broken")
    assert error.code == "catalog.package-broken"
    assert "ZeroDivisionError" in error.message


@pytest.mark.parametrize("entries", [None, {"a": "hollow:number"}])
def test_a_package_without_nodes(site: Path, entries: dict[str, str] | None) -> None:
    install(site, "hollow", "number = 7\n", entries=entries)
    assert refused("hollow").code == "catalog.no-nodes"
