"""What the decorators make of a function: a definition, and how the engine calls it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from flowlike.board.definition import NodeDefinition, PinDefinition
from flowlike.board.model import InstancePins


class Gives(Enum):
    """What a function returns and how its value is spread over output pins."""

    NOTHING = auto()
    VALUE = auto()
    """The value is the one data output."""
    FIELDS = auto()
    """A frozen ``Out``; each field is an output pin."""
    DERIVED = auto()
    """A mapping; each derived output pin takes the value under its key, null if there is none."""
    EXIT = auto()
    """An ``Exit``; its class decides the execution output, its fields are outputs."""
    EXITS = auto()
    """An async iterator of ``Exit``; each fires as it comes."""
    VALUE_AND_STATE = auto()
    """Stateful nodes: a tuple of an exit (or None: nothing fires) and the new state."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the function.

    Exactly one of ``pin`` (an input pin's name) and ``capability`` is set. ``many``: all pins of a
    variadic name, passed as further positional arguments (``*items``). ``keyword``: passed by
    keyword. ``derived``: instead of a pin, a dictionary of all derived inputs by pin key.
    """

    name: str
    pin: str = ""
    capability: type | None = None
    many: bool = False
    keyword: bool = False
    mutates: bool = False
    derived: bool = False


@dataclass(frozen=True, slots=True)
class ExitType:
    """One way out: class returned, execution output fired, (field, output pin) pairs."""

    cls: type
    pin: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NodeType:
    """A node type the engine can run: the definition for the board, the function for the program.

    ``fields`` are (attribute, output pin) pairs for ``Gives.FIELDS``; ``value_pin`` is the output
    of ``Gives.VALUE``. ``derive`` computes more pins of a node from its literals (by pin name).
    ``migrate`` turns a node's literals of an older version into this one's. ``trusted`` results are
    not checked.
    """

    definition: NodeDefinition
    function: Callable[..., Any] | None = None
    parameters: tuple[Parameter, ...] = ()
    gives: Gives = Gives.NOTHING
    value_pin: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    exits: tuple[ExitType, ...] = ()
    is_async: bool = False
    blocking: bool = False
    derive: Callable[[Mapping[str, Any]], InstancePins] | None = None
    migrate: Callable[[Mapping[str, Any], int], Mapping[str, Any]] | None = None
    trusted: bool = True

    def output(self, name: str) -> PinDefinition:
        """The output pin of that name. Raises KeyError."""
        for pin in self.definition.outputs:
            if pin.name == name:
                return pin
        raise KeyError(name)
