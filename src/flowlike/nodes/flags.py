"""What stands in a decorator's parentheses."""

import difflib
import inspect
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypedDict

from flowlike.board.model import InstancePins
from flowlike.nodes.signature import Site

Derive = Callable[[Mapping[str, Any]], InstancePins]
Migrate = Callable[[Mapping[str, Any], int], Mapping[str, Any]]

_NODE_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


class Flags(TypedDict, total=False):
    """The flags all decorators take.

    ``name`` is the function's name without a trailing underscore by default, ``title`` the name in
    words. ``deterministic``: equal inputs give equal outputs, so calls may be saved. ``blocking``:
    the function runs in a thread. ``long_running``: an editor shows that it waits. ``lazy`` and
    ``mutates`` name parameters: evaluated on demand (``Kind.SELECT`` only); changed by the
    function, so it gets a copy. ``declassifies``: outputs made from secrets are not secret.
    ``only_local``: refuses to run on a server. ``pins`` computes more pins of one node from its
    literals; ``migrate`` turns literals of an older version (second argument) into this one's.
    """

    name: str
    title: str
    version: int
    category: str
    icon: str
    keywords: Sequence[str]
    deterministic: bool
    blocking: bool
    long_running: bool
    lazy: Collection[str]
    mutates: Collection[str]
    declassifies: bool
    only_local: bool
    pins: Derive
    migrate: Migrate


def check_flags(flags: Mapping[str, Any], site: Site) -> None:
    """Raises DeclarationError for an unknown flag or one with a bad value."""
    for flag in flags:
        if flag not in Flags.__annotations__:
            near = difflib.get_close_matches(flag, Flags.__annotations__, n=1)
            raise site.error(
                "unknown-flag",
                f"There is no flag {flag!r}.",
                f"Did you mean {near[0]!r}?"
                if near
                else f"Flags: {', '.join(Flags.__annotations__)}.",
            )
    if not _NODE_NAME.fullmatch(site.node):
        raise site.error(
            "node-name",
            f"{site.node!r} cannot be the name of a node.",
            "Use up to 64 small letters, digits and '_', a letter first.",
        )
    version = flags.get("version", 1)
    if type(version) is not int or version < 1:
        raise site.error("version", f"{version!r} is not a version.", "Use a whole number from 1.")
    for flag in ("lazy", "mutates", "keywords"):
        if isinstance(flags.get(flag, ()), str | bool):
            raise site.error(
                "flag-names", f"{flag} takes a tuple of names.", f'Write {flag}=("name",).'
            )


def texts(flags: Mapping[str, Any], docs: str, site: Site) -> dict[str, Any]:
    """The fields of a definition that flags and docs give. Raises DeclarationError without docs."""
    description, _, rest = inspect.cleandoc(docs).partition("\n")
    if not description:
        raise site.error(
            "no-docs",
            "The node has no docs.",
            "Write a docstring: the first line is the description, the rest the help.",
        )
    return {
        "name": site.node,
        "version": flags.get("version", 1),
        "title": flags.get("title") or site.node.replace("_", " ").capitalize(),
        "description": description.strip(),
        "docs": rest.strip(),
        "category": flags.get("category", ""),
        "icon": flags.get("icon", ""),
        "keywords": tuple(flags.get("keywords", ())),
        "deterministic": flags.get("deterministic", False),
        "long_running": flags.get("long_running", False),
        "only_local": flags.get("only_local", False),
        "declassifies": flags.get("declassifies", False),
        "derived": flags.get("pins") is not None,
    }
