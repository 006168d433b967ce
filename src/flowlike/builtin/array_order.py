"""Arrays as a whole: sort, slice, group, sum up. ``key`` and ``field`` are paths into the items."""

import math
from datetime import datetime
from typing import Annotated, Any, TypeVar

from flowlike.board.values import identity, to_json
from flowlike.builtin.fields import MISSING, find
from flowlike.nodes import Example, JsonObject, NodeFailure, Pin, pure

_CATEGORY = "Utils/Array"

T = TypeVar("T")

Items = Annotated[list[T], Pin(label="Array")]
Structs = Annotated[list[JsonObject], Pin(label="Array")]
Result = Annotated[list[T], Pin("result", label="Result")]
Key = Annotated[
    str,
    Pin(label="Key", description="A field, or a path: customer.name. Empty: the items themselves."),
]

_FAMILIES: dict[type, str] = {
    int: "numbers",
    float: "numbers",
    str: "texts",
    bool: "Booleans",
    datetime: "dates",
    bytes: "bytes",
}


def _value(item: Any, key: str) -> Any:
    """What a key says of an item; None if there is nothing."""
    if not key:
        return item
    found = find(item, key)
    return None if found is MISSING else found


@pure(
    name="array_sort",
    title="Sort Array",
    category=_CATEGORY,
    keywords=("order",),
    deterministic=True,
)
def array_sort(
    array: Items[T],
    key: Key = "",
    descending: Annotated[bool, Pin(label="Descending")] = False,
) -> Result[T]:
    """Sorts an array.

    Equal items keep their order. Items without a value come last, also in descending order. Texts
    are ordered by code points: capitals before small letters. Numbers, texts, Booleans, dates and
    bytes can be sorted, but not mixed with each other.
    """
    values = [_value(item, key) for item in array]
    _check_comparable(values)
    filled = [at for at, value in enumerate(values) if value is not None]
    filled.sort(key=values.__getitem__, reverse=descending)
    return [array[at] for at in filled] + [
        item for item, value in zip(array, values, strict=True) if value is None
    ]


def _check_comparable(values: list[Any]) -> None:
    first = ""
    for at, value in enumerate(values):
        if value is None:
            continue
        family = _FAMILIES.get(type(value), "")
        if not family or family != (first := first or family):
            rest = f" after {first}" if family else ", which has no order"
            raise NodeFailure(
                "array.not-comparable",
                f"The item at index {at} has {family or 'an array or struct'} to sort by{rest}.",
                remedy="Sort by a field that has values of one type, or convert them first.",
                pin="key",
            )


@pure(name="array_slice", title="Slice Array", category=_CATEGORY, deterministic=True)
def array_slice(
    array: Items[T],
    start: Annotated[int, Pin(label="Start", description="Index of the first item.")] = 0,
    end: Annotated[
        int | None, Pin(label="End", description="Index after the last item; none: to the end.")
    ] = None,
) -> Result[T]:
    """Gives a part of an array.

    Negative numbers count from the end: -1 is the last item. What lies outside the array is left
    out, so slicing never fails.
    """
    return array[start:end]


@pure(
    name="array_unique",
    title="Unique",
    category=_CATEGORY,
    keywords=("deduplicate", "distinct"),
    deterministic=True,
)
def array_unique(array: Items[T], key: Key = "") -> Result[T]:
    """Leaves out items that equal an earlier one, or have the same value at the key.

    Items are equal if they are of one type and value: 1, 1.0 and true are three items. All items
    without a value at the key count as equal.
    """
    found: dict[object, Any] = {}
    for item in array:
        found.setdefault(identity(_value(item, key)), item)
    return list(found.values())


@pure(name="array_group_by", title="Group By", category=_CATEGORY, deterministic=True)
def array_group_by(
    array: Structs,
    key: Annotated[str, Pin(label="Key", description="A field, or a path: customer.name")],
) -> Annotated[JsonObject, Pin("groups", label="Groups")]:
    """Groups structs by the value of a field: a struct of arrays, in the order of first sight.

    A group is named after the value: texts as they are, numbers, Booleans and dates as in JSON
    (1 and "1" share a group). Structs without a value are in the group with the empty name.
    """
    groups: dict[str, list[Any]] = {}
    for at, item in enumerate(array):
        groups.setdefault(_group(_value(item, key), at), []).append(item)
    return groups


def _group(value: Any, at: int) -> str:
    if isinstance(value, list | dict):
        raise NodeFailure(
            "array.no-group-name",
            f"The item at index {at} has an array or struct at the key, which names no group.",
            remedy="Group by a field that holds a text, number, Boolean or date.",
            pin="key",
        )
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(to_json(value))


@pure(
    name="array_aggregate",
    title="Aggregate",
    category=_CATEGORY,
    keywords=("average", "count", "max", "mean", "min", "sum", "total"),
    deterministic=True,
)
def array_aggregate(
    array: Structs,
    field: Annotated[str, Pin(label="Field", description="A field, or a path: order.total")],
    op: Annotated[str, Pin(label="Op", options=("sum", "mean", "min", "max", "count"))] = "sum",
) -> Annotated[float, Pin("value", label="Value")]:
    """Sums up the numbers in a field of many structs, or takes their mean, least, most or count.

    Structs without a value are passed over. The sum and count of nothing are 0; a mean, least or
    most of nothing fails. ``count`` counts values of any type.
    """
    values = [value for item in array if (value := _value(item, field)) is not None]
    if op == "count":
        return float(len(values))
    for value in values:
        if type(value) not in {int, float}:
            raise NodeFailure(
                "array.not-a-number",
                f"The field {field!r} has a value that is no number.",
                remedy="Convert the values first, or choose another field.",
                pin="field",
            )
    return _aggregate(values, op)


def _aggregate(numbers: list[float], op: str) -> float:
    if op == "sum":
        return _total(numbers)
    if op not in {"mean", "min", "max"}:
        raise NodeFailure(
            "array.unknown-operation",
            f"There is no operation {op!r}.",
            remedy="Use sum, mean, min, max or count.",
            pin="op",
        )
    if not numbers:
        raise NodeFailure(
            "array.nothing-to-aggregate",
            f"No item has a value to take the {op} of.",
            remedy="Test the count first.",
            pin="array",
        )
    if op == "mean":
        return _mean(numbers)
    return float(min(numbers) if op == "min" else max(numbers))


def _total(numbers: list[float]) -> float:
    try:
        return math.fsum(numbers)
    except OverflowError as error:
        raise NodeFailure(
            "math.not-finite",
            "The sum is too large for a Float.",
            remedy="Use numbers of smaller magnitude.",
            pin="array",
        ) from error


def _mean(numbers: list[float]) -> float:
    try:
        return math.fsum(numbers) / len(numbers)
    except OverflowError:
        # Each part is small enough; what is lost are the last bits of huge numbers.
        return math.fsum(number / len(numbers) for number in numbers)


_PEOPLE = [{"name": "Bo", "age": 31}, {"name": "Al"}, {"name": "Cy", "age": 25}]

EXAMPLES = (
    Example("array_sort", {"array": [3, 1, 2]}, {"result": [1, 2, 3]}),
    Example(
        "array_sort",
        {"array": _PEOPLE, "key": "age"},
        {"result": [_PEOPLE[2], _PEOPLE[0], _PEOPLE[1]]},
    ),
    Example("array_sort", {"array": [1, "b"]}, fails="array.not-comparable"),
    Example("array_slice", {"array": [1, 2, 3, 4], "start": 1, "end": -1}, {"result": [2, 3]}),
    Example("array_slice", {"array": [1, 2, 3], "start": -2}, {"result": [2, 3]}),
    Example("array_unique", {"array": [1, 2, 1, 1.0]}, {"result": [1, 2, 1.0]}),
    Example(
        "array_group_by",
        {"array": [{"a": "x", "n": 1}, {"a": "y"}, {"a": "x", "n": 2}], "key": "a"},
        {"groups": {"x": [{"a": "x", "n": 1}, {"a": "x", "n": 2}], "y": [{"a": "y"}]}},
    ),
    Example("array_aggregate", {"array": _PEOPLE, "field": "age"}, {"value": 56.0}),
    Example("array_aggregate", {"array": _PEOPLE, "field": "age", "op": "mean"}, {"value": 28.0}),
    Example(
        "array_aggregate",
        {"array": [], "field": "age", "op": "max"},
        fails="array.nothing-to-aggregate",
    ),
)
