"""Which node types there are. A built-in family is imported when one of its nodes is asked for."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import Any

import msgspec

from flowlike.board.definition import NodeDefinition
from flowlike.board.model import InstancePins
from flowlike.errors import DeclarationError, Where
from flowlike.nodes.declaration import NodeType
from flowlike.nodes.native import NativePackage, find_native_packages, load_native_package

_BUILTIN = "flowlike.builtin"
_NOTHING: Mapping[str, str] = MappingProxyType({})


def node_types_of(module: ModuleType) -> list[NodeType]:
    """The node types that are attributes of a module, in order of definition, each once."""
    found = {id(each): each for each in vars(module).values() if isinstance(each, NodeType)}
    return list(found.values())


class Catalog:
    """Node types by name and version.

    Args:
        node_types: those at hand.
        modules: name of a node to the module that declares it, imported when the node is asked for.
        packages: native packages found, loaded or not.

    Raises:
        DeclarationError: two node types have the same name and version, or one has a name of
            ``modules``.
    """

    def __init__(
        self,
        node_types: Iterable[NodeType] = (),
        *,
        modules: Mapping[str, str] = _NOTHING,
        packages: tuple[NativePackage, ...] = (),
    ) -> None:
        self.packages = packages
        self._modules = modules
        self._waiting = set(modules.values())
        self._types: dict[str, NodeType] = {}
        self._versions: dict[str, list[int]] = {}
        self._hash = ""
        for each in node_types:
            name = each.definition.name
            if name in modules:
                raise DeclarationError(
                    "catalog.reserved-name",
                    f"{name!r} is a built-in node and cannot be replaced.",
                    remedy="Give the node another name, such as one with its package in it.",
                    where=Where(node=name),
                )
            self._add(each)

    def _add(self, node_type: NodeType) -> None:
        definition = node_type.definition
        if definition.key in self._types:
            raise DeclarationError(
                "catalog.duplicate-node",
                f"Two nodes are {definition.key}.",
                remedy="Rename one, or give it another version.",
                where=Where(node=definition.name),
            )
        self._types[definition.key] = node_type
        self._versions.setdefault(definition.name, []).append(definition.version)

    def _load(self, name: str) -> None:
        module = self._modules.get(name)
        if module in self._waiting:
            self._load_module(module)

    def _load_module(self, module: str) -> None:
        self._waiting.discard(module)
        for each in node_types_of(import_module(module)):
            self._add(each)

    def _load_all(self) -> None:
        for module in sorted(self._waiting):
            self._load_module(module)

    def node_type(self, key: str, /) -> NodeType | None:
        """The node type of ``name@version``; None if there is none."""
        if key not in self._types:
            self._load(key.partition("@")[0])
        return self._types.get(key)

    def get(self, key: str, /) -> NodeDefinition | None:
        """The definition of ``name@version``; None if there is none."""
        found = self.node_type(key)
        return found.definition if found else None

    def derive(self, key: str, literals: Mapping[str, Any], /) -> InstancePins | None:
        """Pins that follow from a node's literals; None if the type derives none."""
        found = self.node_type(key)
        return found.derive(literals) if found and found.derive else None

    def migrate(
        self, key: str, literals: Mapping[str, Any], version: int, /
    ) -> Mapping[str, Any] | None:
        """Literals for the type ``key`` from those of a version; None if there is no rule."""
        found = self.node_type(key)
        return found.migrate(literals, version) if found and found.migrate else None

    def newest(self, name: str) -> NodeType | None:
        """The node type of that name with the highest version; None if there is none."""
        self._load(name)
        versions = self._versions.get(name)
        return self._types[f"{name}@{max(versions)}"] if versions else None

    def names(self) -> list[str]:
        """All names, sorted. Imports nothing."""
        return sorted(self._modules.keys() | self._versions.keys())

    def __iter__(self) -> Iterator[NodeType]:
        """All node types by name, then version. Imports every family."""
        self._load_all()
        return iter(sorted(self._types.values(), key=_order))

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.node_type(key) is not None

    def search(self, words: str) -> list[NodeDefinition]:
        """The newest definitions in which every word occurs, the best match first."""
        wanted = words.casefold().split()
        ranked = []
        for name in self.names():
            found = self.newest(name)
            rank = _rank(found.definition, wanted) if found else None
            if found and rank is not None:
                ranked.append((rank, name, found.definition))
        return [definition for _, _, definition in sorted(ranked, key=lambda each: each[:2])]

    @property
    def hash(self) -> str:
        """SHA-256 over all definitions, the same in every process. Imports every family."""
        if not self._hash:
            definitions = [each.definition for each in self]
            text = msgspec.json.encode(definitions, order="deterministic")
            self._hash = hashlib.sha256(text).hexdigest()
        return self._hash


def _order(node_type: NodeType) -> tuple[str, int]:
    return node_type.definition.name, node_type.definition.version


def _rank(definition: NodeDefinition, words: Collection[str]) -> int | None:
    """How far from the best match: the sum over the words of the first field that has the word."""
    fields = [
        f"{definition.name} {definition.title}".casefold(),
        " ".join(definition.keywords).casefold(),
        definition.category.casefold(),
        f"{definition.description} {definition.docs}".casefold(),
    ]
    total = 0
    for word in words:
        at = next((at for at, field in enumerate(fields) if word in field), None)
        if at is None:
            return None
        total += at
    return total


def default_catalog(allowed: Collection[str] = ()) -> Catalog:
    """The built-in nodes and those of native packages the operator allows.

    Args:
        allowed: names of distributions whose nodes are loaded. No other distribution is imported;
            see ``find_native_packages`` for what is there.

    Raises:
        DeclarationError: an allowed package is not installed, cannot be loaded, or takes a built-in
            name.
    """
    families = import_module(f"{_BUILTIN}.index").FAMILIES
    modules = {name: f"{_BUILTIN}.{family}" for family, names in families.items() for name in names}
    packages = find_native_packages(allowed) if allowed else ()
    native = [each for package in packages for each in load_native_package(package)]
    return Catalog(native, modules=modules, packages=packages)
