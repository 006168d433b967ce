import dataclasses
import subprocess
import sys
from types import ModuleType

import pytest

from flowlike.errors import DeclarationError
from flowlike.nodes import NodeType, pure
from flowlike.nodes.catalog import Catalog, default_catalog, node_types_of


def make(name: str, version: int = 1, docs: str = "Does it.", category: str = "") -> NodeType:
    def function(a: int) -> int:
        return a

    function.__doc__ = docs
    return pure(name=name, version=version, category=category)(function)


@pytest.fixture
def family(monkeypatch: pytest.MonkeyPatch) -> str:
    module = ModuleType("a_family")
    module.first = module.again = make("first")  # type: ignore[attr-defined]  # a module made here
    module.second = make("second")  # type: ignore[attr-defined]  # the same
    monkeypatch.setitem(sys.modules, "a_family", module)
    return "a_family"


def test_node_types_are_found_by_key_and_name() -> None:
    catalog = Catalog([make("add"), make("add", 10), make("add", 2)])
    assert catalog.node_type("add@2") is not None
    definition = catalog.get("add@10")
    assert definition is not None
    assert definition.version == 10
    newest = catalog.newest("add")
    assert newest is not None
    assert newest.definition.version == 10
    assert catalog.get("add@3") is None
    assert catalog.newest("sub") is None
    assert "add@1" in catalog
    assert 1 not in catalog
    assert [each.definition.version for each in catalog] == [1, 2, 10]


def test_pins_and_literals_that_follow_from_literals() -> None:
    catalog = default_catalog()
    pins = catalog.derive("control_switch@1", {"cases": ["a", "b"]})
    assert pins is not None
    assert [pin.label for pin in pins.outputs] == ["a", "b"]
    assert catalog.derive("int_add@1", {}) is None
    assert catalog.derive("nobody_knows@1", {}) is None
    add = catalog.node_type("int_add@1")
    assert add is not None
    moved = dataclasses.replace(add, migrate=lambda old, _: {**old})
    assert Catalog([moved]).migrate("int_add@1", {"integer1": 1}, 0) == {"integer1": 1}
    assert catalog.migrate("int_add@1", {}, 0) is None


def test_one_name_and_version_stands_once() -> None:
    with pytest.raises(DeclarationError) as caught:
        Catalog([make("add"), make("add")])
    assert caught.value.code == "catalog.duplicate-node"


def test_a_lazy_name_cannot_be_replaced(family: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        Catalog([make("first", 9)], modules={"first": family})
    assert caught.value.code == "catalog.reserved-name"


def test_modules_are_read_when_asked_for(family: str) -> None:
    catalog = Catalog(modules={"first": family, "second": family, "third": "no_such_module"})
    assert catalog.names() == ["first", "second", "third"]
    assert catalog.get("first@1") is not None
    assert catalog.newest("second") is not None
    with pytest.raises(ModuleNotFoundError):
        catalog.get("third@1")


def test_a_module_gives_each_node_type_once(family: str) -> None:
    names = [each.definition.name for each in node_types_of(sys.modules[family])]
    assert names == ["first", "second"]


def test_search_ranks_names_before_docs() -> None:
    catalog = Catalog(
        [
            make("text_length", docs="Counts letters."),
            make("array_length", category="Array"),
            make("count", docs="The length."),
            make("other"),
        ]
    )
    assert [each.name for each in catalog.search("LENGTH")] == [
        "array_length",
        "text_length",
        "count",
    ]
    assert [each.name for each in catalog.search("length array")] == ["array_length"]
    assert catalog.search("nothing") == []
    assert len(catalog.search("")) == 4


def test_the_hash_follows_the_definitions() -> None:
    one = Catalog([make("a"), make("b")]).hash
    assert one == Catalog([make("b"), make("a")]).hash
    assert one != Catalog([make("a")]).hash
    assert one != Catalog([make("a"), make("b", docs="Another thing.")]).hash
    assert len(one) == 64


def test_builtin_nodes_are_there() -> None:
    catalog = default_catalog()
    assert catalog.packages == ()
    assert {"control_branch", "log_info", "variable_set"} <= set(catalog.names())
    assert all(each.trusted for each in catalog)
    assert [each.definition.name for each in catalog] == catalog.names()
    assert catalog.search("branch")[0].name == "control_branch"


LAZINESS = """
import sys
from flowlike.nodes.catalog import default_catalog
catalog = default_catalog()
catalog.names()

def families():
    return {name for name in sys.modules if name.startswith("flowlike.builtin.")}

assert families() == {"flowlike.builtin.index"}, families()
assert catalog.get("log_info@1").name == "log_info"
assert families() == {"flowlike.builtin.index", "flowlike.builtin.logging"}, families()
print(catalog.hash)
"""


def test_only_the_family_asked_for_is_imported_and_the_hash_is_the_same_in_every_process() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LAZINESS], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == default_catalog().hash
