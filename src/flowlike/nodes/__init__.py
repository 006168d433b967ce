"""What a node is: the declaration, capabilities and the catalog.

A node author imports from here. A typed function is a node and its signature is its pins:

    int Integer · float Float · str String · bool Boolean · datetime Date · bytes Byte in an Array
    Any Generic · a type variable Generic, shared by all its pins · Literal["a", "b"] String with
    choices JsonObject Struct · a msgspec Struct Struct with its schema · T | None optional
    list[T] Array · dict[str, T] HashMap · Unique[T] HashSet
"""

from flowlike.board.definition import DataType, Kind, PinDefinition, ValueType
from flowlike.board.model import InstancePins
from flowlike.errors import DeclarationError, NodeFailure
from flowlike.nodes.annotations import Derived, Exit, JsonObject, Out, Pin, Unique
from flowlike.nodes.capabilities import Capability, Clock, Log, Random, Respond, Stream
from flowlike.nodes.declaration import NodeType
from flowlike.nodes.declare import intrinsic, node, pure
from flowlike.nodes.example import Example

__all__ = [
    "Capability",
    "Clock",
    "DataType",
    "DeclarationError",
    "Derived",
    "Example",
    "Exit",
    "InstancePins",
    "JsonObject",
    "Kind",
    "Log",
    "NodeFailure",
    "NodeType",
    "Out",
    "Pin",
    "PinDefinition",
    "Random",
    "Respond",
    "Stream",
    "Unique",
    "ValueType",
    "intrinsic",
    "node",
    "pure",
]
