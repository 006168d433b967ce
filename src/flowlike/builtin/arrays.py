"""Arrays: make, read, change, order. A changed array is a new one; the old one stays as it is.

Items are equal if they are of one type and value: 1, 1.0 and true are three items.
"""

from typing import Annotated, Any, TypeVar

from flowlike.board.values import identity
from flowlike.builtin.elements import check_capacity, check_index, empty
from flowlike.builtin.fields import MISSING, take
from flowlike.nodes import Example, JsonObject, NodeFailure, Out, Pin, Random, node, pure

_CATEGORY = "Utils/Array"
_BATCH = "Utils/Array/Batch"

T = TypeVar("T")

Items = Annotated[list[T], Pin(label="Array")]
Fixed = Annotated[list[T], Pin(label="Array", enforce_value_type=True)]
Result = Annotated[list[T], Pin("array_out", label="Array")]
FixedResult = Annotated[list[T], Pin("array_out", label="Array", enforce_value_type=True)]
Structs = Annotated[list[JsonObject], Pin(label="Array")]
Index = Annotated[int, Pin(label="Index", description="Counts from 0.")]
Value = Annotated[T, Pin(label="Value")]


@pure(
    name="make_array",
    title="Make Array",
    category=_CATEGORY,
    keywords=("empty", "list", "new"),
    deterministic=True,
)
def make_array() -> Annotated[list[Any], Pin("array_out", label="Array")]:
    """Gives an empty array."""
    return []


@pure(
    name="construct_array",
    title="Construct Array",
    category=_CATEGORY,
    keywords=("list", "new"),
    deterministic=True,
)
def construct_array(*element: Annotated[T, Pin(label="Element", count=2)]) -> Result[T]:
    """Makes an array of the given elements. Elements can be added in the editor."""
    return list(element)


@pure(
    name="array_length",
    title="Array Length",
    category=_CATEGORY,
    keywords=("count", "size"),
    deterministic=True,
)
def array_length(array: Items[T]) -> Annotated[int, Pin("length", label="Length")]:
    """How many items an array has."""
    return len(array)


class Element(Out):
    """An item, and whether there is one."""

    element: Annotated[T | None, Pin(label="Element")]  # type: ignore[valid-type] # a pin's variable
    success: Annotated[bool, Pin(label="Success")]


@pure(name="array_get", title="Get Element", category=_CATEGORY, deterministic=True)
def array_get(array_in: Items[T], index: Index) -> Element:
    """Gets the item at an index.

    If there is none, ``success`` is false and the element is null. Negative indices have no item.
    """
    if 0 <= index < len(array_in):
        return Element(array_in[index], success=True)
    return Element(None, success=False)


@pure(
    name="array_includes",
    title="Includes",
    category=_CATEGORY,
    keywords=("contains", "has", "in"),
    deterministic=True,
)
def array_includes(
    array_in: Items[T], value: Value[T]
) -> Annotated[bool, Pin("includes", label="Includes?")]:
    """Whether an array has an item equal to the value."""
    return _position(array_in, value) >= 0


class Position(Out):
    """Where an item is; -1 if it is nowhere."""

    index: Annotated[int, Pin(label="Index")]
    found: Annotated[bool, Pin(label="Found")]


@node(name="array_find_item", title="Find Item", category=_CATEGORY, deterministic=True)
def array_find_item(array_in: Items[T], item: Annotated[T, Pin(label="Item")]) -> Position:
    """Finds the first item equal to the given one.

    If there is none, ``found`` is false and the index is -1.
    """
    index = _position(array_in, item)
    return Position(index, found=index >= 0)


def _position(items: list[Any], value: Any) -> int:
    wanted = identity(value)
    return next((at for at, each in enumerate(items) if identity(each) == wanted), -1)


@node(name="array_clear", title="Clear Array", category=_CATEGORY, deterministic=True)
def array_clear(array_in: Items[T]) -> Result[T]:
    """Gives an empty array of the same type."""
    return []


@node(name="array_push", title="Push", category=_CATEGORY, keywords=("add", "append"))
def array_push(array_in: Fixed[T], value: Value[T]) -> FixedResult[T]:
    """Adds an item to the end."""
    check_capacity(array_in, (value,))
    return [*array_in, value]


@node(name="array_extend", title="Extend", category=_CATEGORY, keywords=("add", "concat", "join"))
def array_extend(
    array_in: Fixed[T], values: Annotated[list[T], Pin(label="Values")]
) -> FixedResult[T]:
    """Adds all items of another array to the end."""
    check_capacity(array_in, values)
    return [*array_in, *values]


class Popped(Out):
    """The array without its last item, and that item."""

    array_out: Result[T]  # type: ignore[valid-type] # a pin's variable
    value: Value[T]  # type: ignore[valid-type] # a pin's variable


@node(name="array_pop", title="Pop", category=_CATEGORY, keywords=("last", "take"))
def array_pop(array_in: Items[T]) -> Popped:
    """Takes the last item off. Fails if the array is empty."""
    if not array_in:
        raise empty("array", "array_in")
    return Popped(array_in[:-1], array_in[-1])


@node(name="array_remove_index", title="Remove Index", category=_CATEGORY, keywords=("delete",))
def array_remove_index(array_in: Items[T], index: Index) -> Result[T]:
    """Takes the item at an index out. Fails if there is none."""
    at = check_index(array_in, index)
    return [*array_in[:at], *array_in[at + 1 :]]


@node(name="array_set_index", title="Set Index", category=_CATEGORY, keywords=("replace",))
def array_set_index(array_in: Items[T], index: Index, value: Value[T]) -> Result[T]:
    """Replaces the item at an index. Fails if there is none."""
    at = check_index(array_in, index)
    return [*array_in[:at], value, *array_in[at + 1 :]]


@pure(name="array_shuffle", title="Shuffle", category=_CATEGORY, keywords=("random",))
def array_shuffle(array_in: Fixed[T], chance: Random) -> FixedResult[T]:
    """Gives the items in random order. Not for secrets."""
    return chance.shuffled(array_in)


class Filtered(Out):
    """The structs without the fields, and how many fields were removed."""

    array_out: Annotated[list[JsonObject], Pin(label="Array")]
    removed_count: Annotated[int, Pin(label="Removed Count")]


@node(name="array_filter_field", title="Filter Array Field", category=_CATEGORY)
def array_filter_field(
    array_in: Structs,
    field: Annotated[str, Pin(label="Field", description="A name, or a path: customer.name")],
) -> Filtered:
    """Removes a field from every struct of an array.

    Structs without the field stay as they are. ``removed_count`` says how many had it.
    """
    return _without(array_in, [field])


@node(name="array_filter_fields", title="Filter Array Fields", category=_CATEGORY)
def array_filter_fields(
    array_in: Structs,
    fields: Annotated[list[str], Pin(label="Fields", description="Names or paths.")],
) -> Filtered:
    """Removes several fields from every struct of an array.

    ``removed_count`` says how many fields were removed in all.
    """
    return _without(array_in, fields)


def _without(structs: list[dict[str, Any]], fields: list[str]) -> Filtered:
    count = 0
    result = []
    for struct in structs:
        left = struct
        for field in fields:
            left, taken = take(left, field)
            count += taken is not MISSING
        result.append(left)
    return Filtered(result, count)


@node(name="array_batch_push", title="Batch Push", category=_BATCH, keywords=("append", "extend"))
def array_batch_push(
    array_in: Items[T], items: Annotated[list[T], Pin(label="Items")]
) -> Result[T]:
    """Adds many items to the end at once."""
    check_capacity(array_in, items)
    return [*array_in, *items]


class BatchRemoved(Out):
    """What is left, and what was removed."""

    array_out: Result[T]  # type: ignore[valid-type] # a pin's variable
    removed: Annotated[list[T], Pin(label="Removed")]  # type: ignore[valid-type] # a pin's variable


@node(name="array_batch_remove", title="Batch Remove", category=_BATCH, keywords=("delete",))
def array_batch_remove(
    array_in: Items[T],
    indices: Annotated[list[int], Pin(label="Indices", description="Counted before removing.")],
) -> BatchRemoved:
    """Takes the items at many indices out at once.

    ``removed`` has them in the order of ``indices``. Fails if an index has no item or stands twice.
    """
    for index in indices:
        check_index(array_in, index, "indices")
    gone = set(indices)
    if len(gone) < len(indices):
        raise NodeFailure(
            "array.index-twice",
            "An index stands twice; an item can be removed only once.",
            remedy="Give each index once.",
            pin="indices",
        )
    left = [each for at, each in enumerate(array_in) if at not in gone]
    return BatchRemoved(left, [array_in[index] for index in indices])


@node(name="array_batch_set", title="Batch Set", category=_BATCH, keywords=("replace",))
def array_batch_set(
    array_in: Items[T],
    indices: Annotated[list[int], Pin(label="Indices")],
    values: Annotated[list[T], Pin(label="Values", description="One for each index.")],
) -> Result[T]:
    """Replaces the items at many indices at once.

    If an index stands twice, the later value stays. Fails if an index has no item.
    """
    if len(indices) != len(values):
        raise NodeFailure(
            "array.lengths-differ",
            f"There are {len(indices)} indices but {len(values)} values.",
            remedy="Give as many values as indices.",
            pin="values",
        )
    result = array_in.copy()
    for index, value in zip(indices, values, strict=True):
        result[check_index(array_in, index, "indices")] = value
    return result


EXAMPLES = (
    Example("make_array", {}, {"array_out": []}),
    Example("construct_array", {"element": 1, "element#2": 2}, {"array_out": [1, 2]}),
    Example("array_length", {"array": ["a", "b"]}, {"length": 2}),
    Example("array_get", {"array_in": ["a", "b"], "index": 1}, {"element": "b", "success": True}),
    Example("array_get", {"array_in": ["a"], "index": 1}, {"element": None, "success": False}),
    Example("array_includes", {"array_in": [1, 2], "value": 2}, {"includes": True}),
    Example("array_find_item", {"array_in": ["a", "b"], "item": "b"}, {"index": 1, "found": True}),
    Example("array_clear", {"array_in": [1]}, {"array_out": []}),
    Example("array_push", {"array_in": [1], "value": 2}, {"array_out": [1, 2]}),
    Example("array_extend", {"array_in": [1], "values": [2, 3]}, {"array_out": [1, 2, 3]}),
    Example("array_pop", {"array_in": [1, 2]}, {"array_out": [1], "value": 2}),
    Example("array_pop", {"array_in": []}, fails="array.empty"),
    Example("array_remove_index", {"array_in": ["a", "b"], "index": 0}, {"array_out": ["b"]}),
    Example("array_set_index", {"array_in": [1, 2], "index": 1, "value": 9}, {"array_out": [1, 9]}),
    Example(
        "array_set_index",
        {"array_in": [1], "index": 1, "value": 9},
        fails="array.index-out-of-range",
    ),
    Example("array_shuffle", {"array_in": [7, 7]}, {"array_out": [7, 7]}),
    Example(
        "array_filter_field",
        {"array_in": [{"id": 1, "pin": "1234"}, {"id": 2}], "field": "pin"},
        {"array_out": [{"id": 1}, {"id": 2}], "removed_count": 1},
    ),
    Example(
        "array_filter_fields",
        {"array_in": [{"id": 1, "a": 1, "b": {"c": 2, "d": 3}}], "fields": ["a", "b.c"]},
        {"array_out": [{"id": 1, "b": {"d": 3}}], "removed_count": 2},
    ),
    Example("array_batch_push", {"array_in": [1], "items": [2, 3]}, {"array_out": [1, 2, 3]}),
    Example(
        "array_batch_remove",
        {"array_in": ["a", "b", "c"], "indices": [2, 0]},
        {"array_out": ["b"], "removed": ["c", "a"]},
    ),
    Example(
        "array_batch_set",
        {"array_in": [1, 2, 3], "indices": [0, 2], "values": [9, 8]},
        {"array_out": [9, 2, 8]},
    ),
)
