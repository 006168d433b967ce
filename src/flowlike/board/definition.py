"""What a node type is to a board: its pins, its kind, its flags. Knows no Python function.

A definition is data. It is stored in a board beside the nodes that use it, so that a board opens
without the package a node came from. ``nodes/`` makes definitions from typed functions.
"""

from enum import StrEnum
from functools import cached_property
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType


class DataType(StrEnum):
    """What one element on a wire is. Spec: engine, section 2."""

    EXECUTION = "Execution"
    STRING = "String"
    INTEGER = "Integer"
    FLOAT = "Float"
    BOOLEAN = "Boolean"
    DATE = "Date"
    PATH = "PathBuf"
    GENERIC = "Generic"
    STRUCT = "Struct"
    BYTE = "Byte"


class ValueType(StrEnum):
    """The container around the elements."""

    NORMAL = "Normal"
    ARRAY = "Array"
    MAP = "HashMap"
    SET = "HashSet"


class Kind(StrEnum):
    """How the compiler treats a node. All but ``CALL`` and ``START`` are lowered, not called.

    ``STATEFUL`` nodes have several execution inputs or memory: their function takes the state left
    by the last activation in the same frame and the execution input that fired, and returns an exit
    and the new state.
    """

    CALL = "call"
    START = "start"
    STATEFUL = "stateful"
    REROUTE = "reroute"
    BRANCH = "branch"
    SWITCH = "switch"
    SEQUENCE = "sequence"
    FOR_EACH = "for_each"
    FOR_EACH_BREAK = "for_each_break"
    PARALLEL_FOR_EACH = "parallel_for_each"
    PARALLEL = "parallel"
    WHILE = "while"
    TIMEOUT = "timeout"
    TRY = "try"
    CALL_REFERENCE = "call_reference"
    RETURN = "return"
    VARIABLE_GET = "variable_get"
    VARIABLE_SET = "variable_set"
    VARIABLE_UPDATE = "variable_update"
    SELECT = "select"


class PinDefinition(
    msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, forbid_unknown_fields=True
):
    """One pin of a node type, of a layer, or of one node whose pins differ from its type's.

    ``generic`` names the type variable of a Generic pin; pins of one node with the same name share
    a type. ``variadic`` pins stand ``count`` times at first and people may add more. ``lazy``
    inputs are evaluated only when the node asks for them. ``default`` is a JSON value, absent if
    there is none. ``range`` is (lowest, highest) inclusive.
    """

    name: str
    type: DataType
    value_type: ValueType = ValueType.NORMAL
    label: str = ""
    description: str = ""
    schema: dict[str, Any] | None = None
    default: Any | UnsetType = UNSET
    choices: tuple[str, ...] = ()
    range: tuple[float, float] | None = None
    step: float | None = None
    sensitive: bool = False
    optional: bool = False
    lazy: bool = False
    variadic: bool = False
    count: int = 1
    generic: str = ""
    enforce_schema: bool = False
    enforce_value_type: bool = False

    @property
    def is_execution(self) -> bool:
        """Whether the pin carries control instead of data."""
        return self.type is DataType.EXECUTION


class NodeDefinition(
    msgspec.Struct,
    frozen=True,
    omit_defaults=True,
    kw_only=True,
    forbid_unknown_fields=True,
    dict=True,
):
    """A node type as data.

    ``inputs`` and ``outputs`` are in pin order; names are unique within each. ``derived`` types
    compute more pins of a node from its literals. ``permissions`` are those of the capabilities the
    function takes.
    """

    name: str
    version: int = 1
    title: str = ""
    description: str = ""
    docs: str = ""
    category: str = ""
    icon: str = ""
    kind: Kind = Kind.CALL
    inputs: tuple[PinDefinition, ...] = ()
    outputs: tuple[PinDefinition, ...] = ()
    permissions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    deterministic: bool = False
    long_running: bool = False
    only_local: bool = False
    declassifies: bool = False
    derived: bool = False

    @cached_property
    def pure(self) -> bool:
        """A pure node has no execution pin and is pulled by those that need it."""
        return not any(pin.is_execution for pin in (*self.inputs, *self.outputs))

    @property
    def key(self) -> str:
        """``name@version``, the type key that nodes and the board's ``types`` use."""
        return f"{self.name}@{self.version}"
