"""Structs: fields by name or path, such as ``customer.name`` and ``items[0].price``.

A field whose whole name is the path wins over walking. A changed struct is a new one.
"""

from typing import Annotated, Any

import msgspec

from flowlike.builtin.fields import MISSING, MOST_STEPS, find, put, take
from flowlike.nodes import Example, JsonObject, NodeFailure, Out, Pin, node, pure

_CATEGORY = "Structs"
_FIELDS = "Structs/Fields"

Struct = Annotated[JsonObject, Pin(label="Struct")]
StructOut = Annotated[JsonObject, Pin("struct_out", label="Struct")]
Field = Annotated[
    str, Pin(label="Field", description="A name, or a path: customer.name, items[0].price")
]


@pure(
    name="struct_make",
    title="Make Struct",
    category=_CATEGORY,
    keywords=("empty", "new", "object"),
    deterministic=True,
)
def struct_make() -> Annotated[JsonObject, Pin("struct", label="Struct")]:
    """Gives a struct without fields. Set Field adds some."""
    return {}


class Found(Out):
    """The value of a field, and whether there is one."""

    value: Annotated[Any, Pin(label="Value")]
    found: Annotated[bool, Pin(label="Found?")]


@pure(name="struct_get", title="Get Field", category=_FIELDS, deterministic=True)
def struct_get(struct: Struct, field: Field) -> Found:
    """Gets the value of a field.

    If there is none, ``found`` is false and the value is null. A dot leads into a struct, a number
    in brackets to an item of an array. A field whose whole name is the path comes first.
    """
    value = find(struct, field)
    return Found(None, found=False) if value is MISSING else Found(value, found=True)


@pure(name="struct_has", title="Has Field", category=_FIELDS, deterministic=True)
def struct_has(struct: Struct, field: Field) -> Annotated[bool, Pin("found", label="Found?")]:
    """Whether a struct has a field. Its value may be null."""
    return find(struct, field) is not MISSING


class Fields(Out):
    """Names and values of fields, in one order."""

    field_names: Annotated[list[str], Pin(label="Field Names")] = msgspec.field(
        default_factory=list
    )
    fields: Annotated[list[Any], Pin(label="Fields")] = msgspec.field(default_factory=list)


@pure(
    name="struct_get_fields",
    title="Get Fields",
    category=_FIELDS,
    keywords=("keys", "values"),
    deterministic=True,
)
def struct_get_fields(struct: Struct) -> Fields:
    """Names and values of all fields of a struct, in one order."""
    return Fields(list(struct), list(struct.values()))


@node(name="struct_set", title="Set Field", category=_FIELDS, keywords=("put", "replace"))
def struct_set(
    struct_in: Struct, field: Field, value: Annotated[Any, Pin(label="Value")]
) -> StructOut:
    """Sets a field.

    Structs that are missing on a path are made. An item of an array can be replaced but not added.
    """
    result: dict[str, Any] = put(struct_in, field, value)
    return result


class Removed(Out):
    """The struct without the field, and what the field had."""

    struct_out: Annotated[JsonObject, Pin(label="Struct")]
    removed_value: Annotated[Any, Pin(label="Removed Value")]


@node(name="struct_remove", title="Remove Field", category=_FIELDS, keywords=("delete",))
def struct_remove(struct_in: Struct, field: Field) -> Removed:
    """Removes a field, or an item of an array on the path.

    If there is none, the struct stays as it is and the removed value is null.
    """
    left, taken = take(struct_in, field)
    return Removed(left, None if taken is MISSING else taken)


@pure(
    name="struct_merge",
    title="Merge Structs",
    category=_CATEGORY,
    keywords=("combine", "extend", "patch"),
    deterministic=True,
)
def struct_merge(
    base: Annotated[JsonObject, Pin(label="Base")],
    patch: Annotated[JsonObject, Pin(label="Patch")],
    deep: Annotated[
        bool, Pin(label="Deep", description="Also merge structs inside the structs.")
    ] = False,
) -> Annotated[JsonObject, Pin("result", label="Result")]:
    """Joins two structs. Where both have a field, the patch wins.

    Null in the patch sets the field to null. Arrays are replaced, never joined.
    """
    return _merged(base, patch, MOST_STEPS) if deep else {**base, **patch}


def _merged(base: dict[str, Any], patch: dict[str, Any], levels: int) -> dict[str, Any]:
    if levels == 0:
        raise NodeFailure(
            "struct.too-deep",
            f"The structs are nested deeper than {MOST_STEPS} levels.",
            remedy="Merge flatter structs.",
            pin="patch",
        )
    result = {**base, **patch}
    for name in base.keys() & patch.keys():
        if isinstance(base[name], dict) and isinstance(patch[name], dict):
            result[name] = _merged(base[name], patch[name], levels - 1)
    return result


_ORDER = {"id": 7, "customer": {"name": "Ada"}, "lines": [{"sku": "a"}, {"sku": "b"}]}

EXAMPLES = (
    Example("struct_make", {}, {"struct": {}}),
    Example(
        "struct_get",
        {"struct": _ORDER, "field": "customer.name"},
        {"value": "Ada", "found": True},
    ),
    Example(
        "struct_get", {"struct": _ORDER, "field": "lines[1].sku"}, {"value": "b", "found": True}
    ),
    Example("struct_get", {"struct": _ORDER, "field": "total"}, {"value": None, "found": False}),
    Example("struct_has", {"struct": _ORDER, "field": "id"}, {"found": True}),
    Example(
        "struct_get_fields",
        {"struct": {"a": 1, "b": "x"}},
        {"field_names": ["a", "b"], "fields": [1, "x"]},
    ),
    Example(
        "struct_set",
        {"struct_in": {"id": 7}, "field": "customer.name", "value": "Bo"},
        {"struct_out": {"id": 7, "customer": {"name": "Bo"}}},
    ),
    Example(
        "struct_set",
        {"struct_in": {"id": 7}, "field": "id.part", "value": 1},
        fails="struct.not-a-struct",
    ),
    Example(
        "struct_remove",
        {"struct_in": {"a": 1, "b": 2}, "field": "a"},
        {"struct_out": {"b": 2}, "removed_value": 1},
    ),
    Example(
        "struct_merge",
        {"base": {"a": 1, "b": {"c": 1}}, "patch": {"b": {"d": 2}}, "deep": True},
        {"result": {"a": 1, "b": {"c": 1, "d": 2}}},
    ),
)
