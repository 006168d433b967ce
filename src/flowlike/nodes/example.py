"""An example of a node: shown in its help, and run as a test."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET


class Example(msgspec.Struct, frozen=True):
    """What a node does with some inputs. A family module lists its own in ``EXAMPLES``.

    Args:
        node: name of the node.
        inputs: values by pin key (``items``, ``items#2``).
        outputs: the outputs it must give; others are not looked at.
        fired: execution outputs that fire, in order; empty: not looked at.
        fire: execution inputs that fire, in order, for nodes that remember; empty: the first, once.
        before: value of the variable, for nodes that change one.
        after: value of the variable when the node is done.
        fails: code of the error the node raises.
    """

    node: str
    inputs: Mapping[str, Any] = {}
    outputs: Mapping[str, Any] = {}
    fired: tuple[str, ...] = ()
    fire: tuple[str, ...] = ()
    before: Any = UNSET
    after: Any = UNSET
    fails: str = ""
