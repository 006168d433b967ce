"""Which module holds a built-in node: writes builtin/index.py, or says that it is stale."""

import pkgutil
import sys
from importlib import import_module
from pathlib import Path

import flowlike.builtin
from flowlike.nodes.catalog import node_types_of

INDEX = Path(flowlike.builtin.__file__).with_name("index.py")
_HEAD = '''"""Which module holds a node. Made by ``python -m tools.builtin_index --write``."""

FAMILIES: dict[str, tuple[str, ...]] = {
'''


def families() -> dict[str, list[str]]:
    """Names of the nodes of each family module, both sorted. Imports them all."""
    found: dict[str, list[str]] = {}
    for module in pkgutil.iter_modules(flowlike.builtin.__path__):
        if module.name != INDEX.stem:
            types = node_types_of(import_module(f"flowlike.builtin.{module.name}"))
            found[module.name] = sorted({each.definition.name for each in types})
    return {family: names for family, names in sorted(found.items()) if names}


def source() -> str:
    """Text of the index."""
    return _HEAD + "".join(_block(family, names) for family, names in families().items()) + "}\n"


def _block(family: str, names: list[str]) -> str:
    """One family as the formatter writes it: a single name on one line."""
    if len(names) == 1:
        return f'    "{family}": ("{names[0]}",),\n'
    return f'    "{family}": (\n' + "".join(f'        "{name}",\n' for name in names) + "    ),\n"


def main(arguments: list[str]) -> int:
    """Writes with ``--write``, else compares. Returns the exit code."""
    wanted = source()
    if "--write" in arguments:
        INDEX.write_text(wanted, encoding="utf-8")
        return 0
    if INDEX.read_text(encoding="utf-8") == wanted:
        return 0
    print("builtin/index.py is stale: python -m tools.builtin_index --write", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
