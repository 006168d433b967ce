"""Sets: arrays without equal elements, in the order of adding. A changed set is a new one.

Elements are equal if they are of one type and value: 1, 1.0 and true are three elements.
"""

from typing import Annotated, Any, TypeVar

from flowlike.board.values import identity
from flowlike.builtin.elements import check_capacity, distinct, empty
from flowlike.nodes import Example, Out, Pin, Unique, node, pure

_CATEGORY = "Utils/Set"

T = TypeVar("T")

Set = Annotated[Unique[T], Pin(label="Set")]
First = Annotated[Unique[T], Pin(label="Set 1")]
Second = Annotated[Unique[T], Pin(label="Set 2")]
Result = Annotated[Unique[T], Pin("set_out", label="Set")]
Value = Annotated[T, Pin(label="Value")]


def _identities(elements: list[Any]) -> set[object]:
    return set(map(identity, elements))


def _holds(elements: list[Any], value: Any) -> bool:
    wanted = identity(value)
    return any(identity(each) == wanted for each in elements)


@pure(
    name="make_set",
    title="Make Set",
    category=_CATEGORY,
    keywords=("empty", "new"),
    deterministic=True,
)
def make_set() -> Annotated[Unique[Any], Pin("set_out", label="Set")]:
    """Gives an empty set."""
    return []


@pure(
    name="array_to_set",
    title="Array to Set",
    category=_CATEGORY,
    keywords=("distinct", "unique"),
    deterministic=True,
)
def array_to_set(array_in: Annotated[list[T], Pin(label="Array")]) -> Result[T]:
    """Makes a set of an array. Of equal items the first stays."""
    return distinct(array_in)


@pure(name="set_to_array", title="Set to Array", category=_CATEGORY, deterministic=True)
def set_to_array(set_in: Set[T]) -> Annotated[list[T], Pin("array_out", label="Array")]:
    """Makes an array of a set, in the order of adding."""
    return set_in


@pure(
    name="set_get_size",
    title="Get Size",
    category=_CATEGORY,
    keywords=("count", "length"),
    deterministic=True,
)
def set_get_size(set_in: Set[T]) -> Annotated[int, Pin("size", label="Size")]:
    """How many elements a set has."""
    return len(set_in)


@pure(name="set_is_empty", title="Is Empty", category=_CATEGORY, deterministic=True)
def set_is_empty(set_in: Set[T]) -> Annotated[bool, Pin("is_empty", label="Is Empty?")]:
    """Whether a set has no elements."""
    return not set_in


@pure(
    name="set_has",
    title="Has Element",
    category=_CATEGORY,
    keywords=("contains", "in"),
    deterministic=True,
)
def set_has(set_in: Set[T], value: Value[T]) -> Annotated[bool, Pin("contains", label="Contains?")]:
    """Whether a set has an element equal to the value."""
    return _holds(set_in, value)


@pure(name="set_is_subset", title="Is Subset", category=_CATEGORY, deterministic=True)
def set_is_subset(
    set_in_1: First[T], set_in_2: Second[T]
) -> Annotated[bool, Pin("is_subset", label="Is Subset?")]:
    """Whether the second set has all elements of the first."""
    return _identities(set_in_1) <= _identities(set_in_2)


@pure(name="set_is_superset", title="Is Superset", category=_CATEGORY, deterministic=True)
def set_is_superset(
    set_in_1: First[T], set_in_2: Second[T]
) -> Annotated[bool, Pin("is_superset", label="Is Superset?")]:
    """Whether the first set has all elements of the second."""
    return _identities(set_in_1) >= _identities(set_in_2)


@node(
    name="is_mutual",
    title="Is Mutual",
    category=_CATEGORY,
    keywords=("intersect", "overlap", "share"),
    deterministic=True,
)
def is_mutual(
    set_in_1: First[T], set_in_2: Second[T]
) -> Annotated[bool, Pin("is_mutual", label="Mutual?")]:
    """Whether two sets have an element in common."""
    return not _identities(set_in_1).isdisjoint(_identities(set_in_2))


@node(name="union", title="Union", category=_CATEGORY, keywords=("join", "merge", "or"))
def union(set_in_1: First[T], set_in_2: Second[T]) -> Result[T]:
    """All elements of both sets, those of the first before those only the second has."""
    known = _identities(set_in_1)
    added = [each for each in set_in_2 if identity(each) not in known]
    check_capacity(set_in_1, added)
    return [*set_in_1, *added]


@node(name="difference", title="Difference", category=_CATEGORY, keywords=("minus", "subtract"))
def difference(
    set_in_1: First[T], set_in_2: Second[T]
) -> Annotated[Unique[T], Pin("set_out", label="Difference")]:
    """The elements of the first set that the second has not."""
    gone = _identities(set_in_2)
    return [each for each in set_in_1 if identity(each) not in gone]


class Inserted(Out):
    """The set with the element, and whether it was there before."""

    set_out: Result[T]  # type: ignore[valid-type] # a pin's variable
    existed_before: Annotated[bool, Pin(label="Existed Before?")]


@node(name="insert", title="Insert Element", category=_CATEGORY, keywords=("add",))
def insert(set_in: Set[T], value: Value[T]) -> Inserted:
    """Adds an element to a set, unless an equal one is there."""
    if _holds(set_in, value):
        return Inserted(set_in, existed_before=True)
    check_capacity(set_in, (value,))
    return Inserted([*set_in, value], existed_before=False)


class Discarded(Out):
    """The set without the element, and whether it was there."""

    set_out: Result[T]  # type: ignore[valid-type] # a pin's variable
    has_removed: Annotated[bool, Pin(label="Was Removed")]


@node(name="set_discard", title="Discard", category=_CATEGORY, keywords=("delete", "remove"))
def set_discard(set_in: Set[T], value: Value[T]) -> Discarded:
    """Removes the element equal to the value, if there is one."""
    wanted = identity(value)
    left = [each for each in set_in if identity(each) != wanted]
    return Discarded(left, has_removed=len(left) < len(set_in))


@node(name="set_pop", title="Pop", category=_CATEGORY, keywords=("take",))
def set_pop(set_in: Set[T]) -> Result[T]:
    """Takes the element off that was added last. Fails if the set is empty."""
    if not set_in:
        raise empty("set", "set_in")
    return set_in[:-1]


@node(name="set_clear", title="Clear Set", category=_CATEGORY, deterministic=True)
def set_clear(set_in: Set[T]) -> Annotated[Unique[T], Pin("set_out", label="Emptied")]:
    """Gives an empty set of the same type."""
    return []


_TWO = {"set_in_1": [1, 2], "set_in_2": [2, 3]}

EXAMPLES = (
    Example("make_set", {}, {"set_out": []}),
    Example("array_to_set", {"array_in": [2, 1, 2, 2.0]}, {"set_out": [2, 1, 2.0]}),
    Example("set_to_array", {"set_in": [2, 1]}, {"array_out": [2, 1]}),
    Example("set_get_size", {"set_in": [2, 1]}, {"size": 2}),
    Example("set_is_empty", {"set_in": []}, {"is_empty": True}),
    Example("set_has", {"set_in": ["a", "b"], "value": "b"}, {"contains": True}),
    Example("set_is_subset", {"set_in_1": [1], "set_in_2": [2, 1]}, {"is_subset": True}),
    Example("set_is_superset", {"set_in_1": [1], "set_in_2": [2, 1]}, {"is_superset": False}),
    Example("is_mutual", _TWO, {"is_mutual": True}),
    Example("union", _TWO, {"set_out": [1, 2, 3]}),
    Example("difference", _TWO, {"set_out": [1]}),
    Example("insert", {"set_in": [1], "value": 2}, {"set_out": [1, 2], "existed_before": False}),
    Example("set_discard", {"set_in": [1, 2], "value": 1}, {"set_out": [2], "has_removed": True}),
    Example("set_pop", {"set_in": [1, 2]}, {"set_out": [1]}),
    Example("set_pop", {"set_in": []}, fails="set.empty"),
    Example("set_clear", {"set_in": [1]}, {"set_out": []}),
)
