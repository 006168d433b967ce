"""Variables of a board: read, set, and change in one step.

The functions get the variable's value and return the new one. They never change the old value in
place: values on wires are shared.
"""

from typing import Annotated, Any, TypeVar

from flowlike.board.values import identity
from flowlike.nodes import (
    DataType,
    Example,
    Kind,
    NodeFailure,
    Out,
    Pin,
    PinDefinition,
    intrinsic,
)

T = TypeVar("T")

_REFERENCE = PinDefinition(
    name="var_ref",
    type=DataType.STRING,
    label="Variable",
    description="Which variable of the board; chosen in the editor, it cannot be wired.",
)
_EXEC_IN = PinDefinition(name="exec_in", type=DataType.EXECUTION)
_EXEC_OUT = PinDefinition(name="exec_out", type=DataType.EXECUTION)


def _value(name: str, label: str) -> PinDefinition:
    return PinDefinition(name=name, type=DataType.GENERIC, label=label, generic="T")


variable_get = intrinsic(
    Kind.VARIABLE_GET,
    name="variable_get",
    title="Get Variable",
    category="Variable",
    docs="""Gives the present value of a variable.

    The variable is read each time a node asks for the value.""",
    inputs=[_REFERENCE],
    outputs=[_value("value_ref", "Value")],
)

variable_set = intrinsic(
    Kind.VARIABLE_SET,
    name="variable_set",
    title="Set Variable",
    category="Variable",
    docs="""Gives a variable a new value.

    All branches of a run see the new value.""",
    inputs=[_EXEC_IN, _REFERENCE, _value("value_in", "Value")],
    outputs=[_EXEC_OUT, _value("value_ref", "New value")],
)


class Incremented(Out):
    """The new number, as the variable's value and as an output."""

    variable: Any
    value: Annotated[Any, Pin(label="New value")]


@intrinsic(
    Kind.VARIABLE_UPDATE,
    name="variable_increment",
    title="Increment Variable",
    category="Variable",
    keywords=("add", "count", "plus"),
)
def variable_increment(
    current: Any,
    by: Annotated[float, Pin(label="By", description="What to add; may be negative.")] = 1,
) -> Incremented:
    """Adds to a variable that holds a number, in one step.

    An Integer variable stays whole: ``by`` must be a whole number then. Works in parallel branches,
    where reading and setting would lose counts.
    """
    if isinstance(current, bool) or not isinstance(current, int | float):
        raise _wrong("a number", current)
    if isinstance(current, float):
        return Incremented(_finite(current + by), _finite(current + by))
    if by != int(by):
        raise NodeFailure(
            "variable.not-whole",
            f"The variable holds a whole number; adding {by} would make it a fraction.",
            remedy="Add a whole number, or make the variable a Float.",
            pin="by",
        )
    value = current + int(by)
    if not -(2**63) <= value < 2**63:
        raise NodeFailure(
            "variable.overflow",
            "The new value does not fit an Integer of 64 bits.",
            remedy="Make the variable a Float, or count in smaller steps.",
            pin="by",
        )
    return Incremented(value, value)


def _finite(value: float) -> float:
    if value - value != 0:
        raise NodeFailure(
            "variable.overflow",
            "The new value is no finite number.",
            remedy="Add a smaller number.",
            pin="by",
        )
    return value


def _wrong(wanted: str, value: Any) -> NodeFailure:
    kind = "nothing yet" if value is None else f"a {type(value).__name__}"
    return NodeFailure(
        "variable.wrong-type",
        f"The node changes {wanted}, but the variable holds {kind}.",
        remedy="Choose a variable of the right type, and give it a default.",
        pin="var_ref",
    )


def _items(value: Any) -> list[Any]:
    """The items of an array or set variable; a variable without a value is empty."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise _wrong("an array or set", value)
    return value


def _entries(value: Any) -> dict[str, Any]:
    """The entries of a map variable; a variable without a value is empty."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _wrong("a map", value)
    return value


def _checked_index(items: list[Any], index: int) -> int:
    if not 0 <= index < len(items):
        raise NodeFailure(
            "array.index-out-of-range",
            f"The array has {len(items)} items; there is none at index {index}.",
            remedy="Use an index from 0 up to the length less one.",
            pin="index",
        )
    return index


_ARRAY = "Utils/Array/By Reference"
_MAP = "Utils/Map/By Reference"
_SET = "Utils/Set/By Reference"


@intrinsic(Kind.VARIABLE_UPDATE, name="array_push_ref", title="Push (By Ref)", category=_ARRAY)
def array_push_ref(current: Any, value: T) -> list[T]:
    """Adds an item to the end of an array variable."""
    return [*_items(current), value]


@intrinsic(Kind.VARIABLE_UPDATE, name="array_extend_ref", title="Extend (By Ref)", category=_ARRAY)
def array_extend_ref(current: Any, values: list[T]) -> list[T]:
    """Adds all items of an array to the end of an array variable."""
    return [*_items(current), *values]


class Taken(Out):
    """The rest, and what was taken away."""

    variable: Any
    value: Any


@intrinsic(Kind.VARIABLE_UPDATE, name="array_pop_ref", title="Pop (By Ref)", category=_ARRAY)
def array_pop_ref(current: Any) -> Taken:
    """Takes the last item off an array variable. Fails if the array is empty."""
    items = _items(current)
    if not items:
        raise NodeFailure(
            "array.empty",
            "The array is empty; there is no last item.",
            remedy="Test the length first, or use the error pin.",
            pin="var_ref",
        )
    return Taken(items[:-1], items[-1])


@intrinsic(Kind.VARIABLE_UPDATE, name="array_clear_ref", title="Clear (By Ref)", category=_ARRAY)
def array_clear_ref(current: Any) -> list[Any]:
    """Empties an array variable."""
    _items(current)
    return []


@intrinsic(
    Kind.VARIABLE_UPDATE, name="array_set_index_ref", title="Set Index (By Ref)", category=_ARRAY
)
def array_set_index_ref(current: Any, index: int, value: T) -> list[T]:
    """Replaces one item of an array variable. Fails if there is no item at the index."""
    items = _items(current)
    at = _checked_index(items, index)
    return [*items[:at], value, *items[at + 1 :]]


@intrinsic(
    Kind.VARIABLE_UPDATE,
    name="array_remove_index_ref",
    title="Remove Index (By Ref)",
    category=_ARRAY,
)
def array_remove_index_ref(current: Any, index: int) -> Taken:
    """Takes the item at an index out of an array variable. Fails if there is none."""
    items = _items(current)
    at = _checked_index(items, index)
    return Taken([*items[:at], *items[at + 1 :]], items[at])


@intrinsic(Kind.VARIABLE_UPDATE, name="map_set_ref", title="Set Value (By Ref)", category=_MAP)
def map_set_ref(current: Any, key: str, value: T) -> dict[str, T]:
    """Sets one key of a map variable."""
    return {**_entries(current), key: value}


class Removed(Out):
    """The rest, what was removed (null if the key was absent), and whether there was anything."""

    variable: Any
    value: Any
    was_present: bool


@intrinsic(Kind.VARIABLE_UPDATE, name="map_remove_ref", title="Remove Key (By Ref)", category=_MAP)
def map_remove_ref(current: Any, key: str) -> Removed:
    """Removes a key from a map variable.

    ``value`` is what the key had; null if it was absent, and ``was_present`` is false then.
    """
    entries = _entries(current)
    rest = {name: value for name, value in entries.items() if name != key}
    return Removed(rest, entries.get(key), key in entries)


@intrinsic(Kind.VARIABLE_UPDATE, name="map_clear_ref", title="Clear (By Ref)", category=_MAP)
def map_clear_ref(current: Any) -> dict[str, Any]:
    """Empties a map variable."""
    _entries(current)
    return {}


class Inserted(Out):
    """The set with the element, and whether it was new."""

    variable: Any
    was_new: bool


class Discarded(Out):
    """The set without the element, and whether it was there."""

    variable: Any
    was_present: bool


@intrinsic(Kind.VARIABLE_UPDATE, name="set_insert_ref", title="Insert (By Ref)", category=_SET)
def set_insert_ref(current: Any, value: T) -> Inserted:
    """Adds an element to a set variable, unless it is there already."""
    members = _items(current)
    wanted = identity(value)
    if any(identity(each) == wanted for each in members):
        return Inserted(members, was_new=False)
    return Inserted([*members, value], was_new=True)


@intrinsic(Kind.VARIABLE_UPDATE, name="set_discard_ref", title="Discard (By Ref)", category=_SET)
def set_discard_ref(current: Any, value: T) -> Discarded:
    """Removes an element from a set variable, if it is there."""
    members = _items(current)
    wanted = identity(value)
    rest = [each for each in members if identity(each) != wanted]
    return Discarded(rest, was_present=len(rest) < len(members))


@intrinsic(Kind.VARIABLE_UPDATE, name="set_clear_ref", title="Clear (By Ref)", category=_SET)
def set_clear_ref(current: Any) -> list[Any]:
    """Empties a set variable."""
    _items(current)
    return []


EXAMPLES = (
    Example("variable_get", before=7, outputs={"value_ref": 7}),
    Example("variable_set", {"value_in": 8}, {"value_ref": 8}, before=7, after=8),
    Example("variable_increment", {"by": 2.0}, {"value": 5}, before=3, after=5),
    Example("variable_increment", {"by": 0.5}, before=3, fails="variable.not-whole"),
    Example("array_push_ref", {"value": "b"}, before=["a"], after=["a", "b"]),
    Example("array_extend_ref", {"values": [2, 3]}, before=[1], after=[1, 2, 3]),
    Example("array_pop_ref", before=[1, 2], after=[1], outputs={"value": 2}),
    Example("array_clear_ref", before=[1], after=[]),
    Example("array_set_index_ref", {"index": 1, "value": 9}, before=[1, 2], after=[1, 9]),
    Example("array_remove_index_ref", {"index": 0}, {"value": 1}, before=[1, 2], after=[2]),
    Example("map_set_ref", {"key": "a", "value": 1}, before={}, after={"a": 1}),
    Example(
        "map_remove_ref", {"key": "a"}, {"value": 1, "was_present": True}, before={"a": 1}, after={}
    ),
    Example("map_clear_ref", before={"a": 1}, after={}),
    Example("set_insert_ref", {"value": 1}, {"was_new": False}, before=[1], after=[1]),
    Example("set_discard_ref", {"value": 1}, {"was_present": True}, before=[1, 2], after=[2]),
    Example("set_clear_ref", before=[1], after=[]),
)
