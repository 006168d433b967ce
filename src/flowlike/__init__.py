"""Typed visual workflows that compile to Python.

``flowlike.load`` reads a board, ``flowlike.dump`` writes its canonical text, and
``flowlike.compile`` makes a program of it. Importing this package imports none of its rooms.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowlike.embed import compile, dump, load  # noqa: A004 - the promised public name

__all__ = ["__version__", "compile", "dump", "load"]
__version__ = "0.1.0"

_EMBED = frozenset({"compile", "dump", "load"})


def __getattr__(name: str) -> Any:
    if name in _EMBED:
        value = getattr(import_module("flowlike.embed"), name)
        globals()[name] = value
        return value
    message = f"module 'flowlike' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return __all__
