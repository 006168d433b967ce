"""Maps: values by text keys, in the order they were set. A changed map is a new one."""

from typing import Annotated, Any, TypeVar

from flowlike.builtin.elements import check_capacity
from flowlike.nodes import Example, Out, Pin, node, pure

_CATEGORY = "Utils/Map"

T = TypeVar("T")

Map = Annotated[dict[str, T], Pin(label="Map")]
Result = Annotated[dict[str, T], Pin("map_out", label="Map")]
Key = Annotated[str, Pin(label="Key")]
Value = Annotated[T, Pin(label="Value")]
Perhaps = Annotated[T | None, Pin("value", label="Value")]


@pure(
    name="make_map",
    title="Make Map",
    category=_CATEGORY,
    keywords=("dictionary", "empty", "new"),
    deterministic=True,
)
def make_map() -> Annotated[dict[str, Any], Pin("map_out", label="Map")]:
    """Gives an empty map."""
    return {}


class Found(Out):
    """The value of a key, and whether there is one."""

    value: Perhaps[T]  # type: ignore[valid-type] # a pin's variable
    found: Annotated[bool, Pin(label="Found")]


@pure(name="map_get", title="Get Value", category=_CATEGORY, deterministic=True)
def map_get(map_in: Map[T], key: Key) -> Found:
    """Gets the value of a key.

    If there is none, ``found`` is false and the value is null.
    """
    return Found(map_in.get(key), found=key in map_in)


@pure(
    name="map_has_key",
    title="Has Key",
    category=_CATEGORY,
    keywords=("contains",),
    deterministic=True,
)
def map_has_key(map_in: Map[T], key: Key) -> Annotated[bool, Pin("has_key", label="Has Key")]:
    """Whether a map has a key."""
    return key in map_in


@pure(name="map_keys", title="Keys", category=_CATEGORY, deterministic=True)
def map_keys(map_in: Map[T]) -> Annotated[list[str], Pin("keys", label="Keys")]:
    """All keys, in the order they were set."""
    return list(map_in)


@pure(name="map_values", title="Values", category=_CATEGORY, deterministic=True)
def map_values(map_in: Map[T]) -> Annotated[list[T], Pin("values", label="Values")]:
    """All values, in the order their keys were set."""
    return list(map_in.values())


@pure(
    name="map_size",
    title="Size",
    category=_CATEGORY,
    keywords=("count", "length"),
    deterministic=True,
)
def map_size(map_in: Map[T]) -> Annotated[int, Pin("size", label="Size")]:
    """How many keys a map has."""
    return len(map_in)


@node(name="map_clear", title="Clear Map", category=_CATEGORY, deterministic=True)
def map_clear(map_in: Map[T]) -> Annotated[dict[str, T], Pin("map_out", label="Emptied")]:
    """Gives an empty map of the same type."""
    return {}


class Changed(Out):
    """The map with the key, and whether the key had a value before."""

    map_out: Result[T]  # type: ignore[valid-type] # a pin's variable
    replaced: Annotated[bool, Pin(label="Replaced")]


@node(name="map_set", title="Set Value", category=_CATEGORY, keywords=("insert", "put"))
def map_set(map_in: Map[T], key: Key, value: Value[T]) -> Changed:
    """Sets the value of a key. A key that is there keeps its place in the order."""
    if key not in map_in:
        check_capacity(map_in, (key,))
    return Changed({**map_in, key: value}, replaced=key in map_in)


class Removed(Out):
    """The map without the key, what the key had, and whether it was there."""

    map_out: Result[T]  # type: ignore[valid-type] # a pin's variable
    value: Perhaps[T]  # type: ignore[valid-type] # a pin's variable
    was_present: Annotated[bool, Pin(label="Was Present")]


@node(name="map_remove", title="Remove Key", category=_CATEGORY, keywords=("delete",))
def map_remove(map_in: Map[T], key: Key) -> Removed:
    """Removes a key.

    If it is not there, ``was_present`` is false and the value is null.
    """
    left = {name: value for name, value in map_in.items() if name != key}
    return Removed(left, map_in.get(key), was_present=key in map_in)


_STOCK = {"apple": 3, "pear": 0}

EXAMPLES = (
    Example("make_map", {}, {"map_out": {}}),
    Example("map_get", {"map_in": _STOCK, "key": "apple"}, {"value": 3, "found": True}),
    Example("map_get", {"map_in": _STOCK, "key": "fig"}, {"value": None, "found": False}),
    Example("map_has_key", {"map_in": _STOCK, "key": "pear"}, {"has_key": True}),
    Example("map_keys", {"map_in": _STOCK}, {"keys": ["apple", "pear"]}),
    Example("map_values", {"map_in": _STOCK}, {"values": [3, 0]}),
    Example("map_size", {"map_in": _STOCK}, {"size": 2}),
    Example("map_clear", {"map_in": _STOCK}, {"map_out": {}}),
    Example(
        "map_set",
        {"map_in": _STOCK, "key": "pear", "value": 5},
        {"map_out": {"apple": 3, "pear": 5}, "replaced": True},
    ),
    Example(
        "map_remove",
        {"map_in": _STOCK, "key": "apple"},
        {"map_out": {"pear": 0}, "value": 3, "was_present": True},
    ),
)
