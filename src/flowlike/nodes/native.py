"""Nodes of installed Python distributions, by the entry point group ``flowlike.nodes``.

Importing a package runs its code with all the rights of the process. So the operator names the
packages; any other is listed from its metadata and never imported (tests/security/test_t83_*).
"""

import dataclasses
import re
from collections.abc import Collection
from types import ModuleType
from typing import TYPE_CHECKING

import msgspec

from flowlike.errors import DeclarationError
from flowlike.nodes.declaration import NodeType

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "flowlike.nodes"


class NativePackage(msgspec.Struct, frozen=True):
    """A distribution that says it has nodes. ``entries``: entry point names and what they load."""

    name: str
    version: str
    allowed: bool
    entries: tuple[tuple[str, str], ...]


def find_native_packages(allowed: Collection[str] = ()) -> tuple[NativePackage, ...]:
    """Installed distributions with nodes, by name. Reads metadata only.

    Args:
        allowed: distributions the operator trusts, in any spelling of their names.

    Raises:
        DeclarationError: an allowed distribution is not installed or has no nodes.
    """
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow, and seldom asked for

    wanted = {_normal(name): name for name in allowed}
    found: dict[str, list[EntryPoint]] = {}
    versions: dict[str, str] = {}
    for entry in entry_points(group=GROUP):
        if entry.dist is not None:
            name = _normal(entry.dist.name)
            found.setdefault(name, []).append(entry)
            versions[name] = entry.dist.version
    for name, spelled in wanted.items():
        if name not in found:
            raise DeclarationError(
                "catalog.package-missing",
                f"The allowed package {spelled!r} is not installed or has no nodes.",
                remedy="Install it, or take it from the list of native packages.",
            )
    return tuple(
        NativePackage(
            name,
            versions[name],
            name in wanted,
            tuple(sorted((entry.name, entry.value) for entry in entries)),
        )
        for name, entries in sorted(found.items())
    )


def load_native_package(package: NativePackage) -> list[NodeType]:
    """Imports the package's nodes; their results are checked. An unallowed package gives nothing.

    Raises:
        DeclarationError: the import fails, or an entry point leads to no nodes.
    """
    from importlib.metadata import EntryPoint  # noqa: PLC0415 - slow, and seldom asked for

    if not package.allowed:
        return []
    loaded: list[NodeType] = []
    for name, value in package.entries:
        loaded += _load(package, EntryPoint(name=name, value=value, group=GROUP))
    return [dataclasses.replace(each, trusted=False) for each in loaded]


def _load(package: NativePackage, entry: "EntryPoint") -> list[NodeType]:
    try:
        thing = entry.load()
    except Exception as error:  # foreign code may raise anything while it is imported
        raise DeclarationError(
            "catalog.package-broken",
            f"The package {package.name!r} cannot be loaded: {type(error).__name__}: {error}",
            remedy="Mend or update the package, or take it from the list of native packages.",
        ) from error
    things = vars(thing).values() if isinstance(thing, ModuleType) else [thing]
    found = {id(each): each for each in things if isinstance(each, NodeType)}
    if not found:
        raise DeclarationError(
            "catalog.no-nodes",
            f"{entry.value!r} of the package {package.name!r} holds no node.",
            remedy="An entry point names a module with nodes, or one node.",
        )
    return list(found.values())


def _normal(name: str) -> str:
    """The name as packaging compares it. Source: PyPA name normalization."""
    return re.sub(r"[-_.]+", "-", name).lower()
