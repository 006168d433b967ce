"""JSON schemas read into branches: each says one kind of value and what bounds it.

``$ref`` is followed within the document; ``anyOf``, ``oneOf``, ``allOf``, lists of types and
``enum`` become branches; titles, descriptions, formats, defaults and examples mean nothing here.
What is not understood makes a branch ``unclear``, never wrong. Source: JSON Schema 2020-12.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Any

import msgspec

KINDS = ("null", "boolean", "integer", "number", "string", "array", "object")
DEPTH = 32
MOST_BRANCHES = 64
ANNOTATIONS = frozenset(
    [
        "$id",
        "$schema",
        "$defs",
        "$comment",
        "$anchor",
        "definitions",
        "title",
        "description",
        "default",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "format",
        "discriminator",
        "contentEncoding",
        "contentMediaType",
    ]
)

_WORDS: dict[str, frozenset[str]] = {
    "number": frozenset(
        ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]
    ),
    "string": frozenset(["minLength", "maxLength", "pattern"]),
    "array": frozenset(["items", "minItems", "maxItems", "uniqueItems"]),
    "object": frozenset(
        ["properties", "required", "additionalProperties", "minProperties", "maxProperties"]
    ),
    "boolean": frozenset(),
    "null": frozenset(),
}
_WORDS["integer"] = _WORDS["number"]
_SHAPING = frozenset(["type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref"])
_UNDERSTOOD = _SHAPING | ANNOTATIONS | frozenset().union(*_WORDS.values())

Raw = Mapping[str, Any] | bool


class Branch(msgspec.Struct, frozen=True):
    """One kind of value. ``words`` are the keywords that bound this kind.

    ``values`` lists the only values, if they are listed. ``guessed``: the schema names no type, so
    this kind is one of all. ``unclear``: there are further rules that are not understood.
    """

    kind: str
    words: Mapping[str, Any] = {}
    values: tuple[Any, ...] | None = None
    guessed: bool = False
    unclear: bool = False


def kind_of(value: object) -> str:
    """The narrowest kind of a JSON value; text for dates and bytes; empty for what JSON lacks."""
    if value is None:
        return "null"
    return _KIND_OF.get(type(value), "")


_KIND_OF = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    tuple: "array",
    dict: "object",
}


def same(left: object, right: object) -> bool:
    """Whether two JSON values are equal; true is not 1, though 1 equals 1.0."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    return left == right


class Document:
    """One schema with what its references mean. Branches are read once a subschema."""

    def __init__(self, root: Raw) -> None:
        self.root = root
        self._read: dict[int, tuple[Branch, ...]] = {}
        self._kept: list[Raw] = []  # keeps ids of subschemas from being used again

    def branches(self, schema: Raw) -> tuple[Branch, ...]:
        """What values the schema allows. No branch at all: none."""
        known = self._read.get(id(schema))
        if known is None:
            known = self._branches(schema, DEPTH)
            self._kept.append(schema)
            self._read[id(schema)] = known
        return known

    def resolve(self, ref: object) -> Raw | None:
        """The subschema a local reference leads to, or None."""
        if not isinstance(ref, str) or not ref.startswith("#"):
            return None
        place: Any = self.root
        for part in ref[1:].split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(place, Mapping) or name not in place:
                return None
            place = place[name]
        return place if isinstance(place, (Mapping, bool)) else None

    def _branches(self, schema: Raw, depth: int) -> tuple[Branch, ...]:
        if schema is False:
            return ()
        if schema is True:
            return ANYTHING
        if depth == 0 or not isinstance(schema, Mapping):
            return UNCLEAR
        parts = [_own(schema)]
        if "$ref" in schema:
            target = self.resolve(schema["$ref"])
            parts.append(UNCLEAR if target is None else self._branches(target, depth - 1))
        parts += [self._branches(member, depth - 1) for member in _list(schema, "allOf")]
        if "anyOf" in schema:
            parts.append(self._either(schema, "anyOf", depth))
        if "oneOf" in schema:
            parts.append(_exclusive(self._either(schema, "oneOf", depth)))
        found = parts[0]
        for part in parts[1:]:
            if len(found) * len(part) > MOST_BRANCHES * len(KINDS):
                return UNCLEAR
            found = _intersect(found, part)
        return found if len(found) <= MOST_BRANCHES else UNCLEAR

    def _either(self, schema: Mapping[str, Any], word: str, depth: int) -> tuple[Branch, ...]:
        members = _list(schema, word)
        if len(members) > MOST_BRANCHES:
            return UNCLEAR
        found: list[Branch] = []
        for member in members:
            found += self._branches(member, depth - 1)
            if len(found) > MOST_BRANCHES:
                return UNCLEAR
        return tuple(found)


def _list(schema: Mapping[str, Any], word: str) -> list[Any]:
    members = schema.get(word)
    return members if isinstance(members, list) else []


def _own(schema: Mapping[str, Any]) -> tuple[Branch, ...]:
    """Branches from the schema's own keywords, without references and combinations."""
    unclear = any(word not in _UNDERSTOOD and not word.startswith("x-") for word in schema)
    odd = {word for word in schema if word in _FORM and not _FORM[word](schema[word])}
    if odd:
        unclear = True
        schema = {word: value for word, value in schema.items() if word not in odd}
    named = schema.get("type")
    kinds: list[Any] | None = [named] if isinstance(named, str) else named
    if "const" in schema or "enum" in schema:
        values = [schema["const"]] if "const" in schema else _list(schema, "enum")
        return _listed(values, schema, kinds, unclear=unclear)
    guessed = named is None
    if guessed or not isinstance(kinds, list):
        kinds = [kind for kind in KINDS if kind != "integer"]
    if "number" in kinds:
        kinds = [kind for kind in kinds if kind != "integer"]
    found = []
    for kind in dict.fromkeys(kinds):
        if kind not in _WORDS:
            return UNCLEAR
        words = {word: schema[word] for word in _WORDS[kind] if word in schema}
        both = (False, True) if kind == "boolean" else None
        found.append(Branch(kind, words, both, guessed=guessed, unclear=unclear))
    return tuple(found)


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_names(value: object) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(name, str) for name in value)


def _is_step(value: object) -> bool:
    return isinstance(value, (int, float)) and value > 0


def _is_schema(value: object) -> bool:
    return isinstance(value, (Mapping, bool))


def _is_properties(value: object) -> bool:
    return isinstance(value, Mapping) and all(map(_is_schema, value.values()))


def _listed(
    values: list[Any], schema: Mapping[str, Any], kinds: list[Any] | None, *, unclear: bool
) -> tuple[Branch, ...]:
    """Branches of listed values, one a kind; those of other types than named are no values."""
    by_kind: dict[str, list[Any]] = {}
    for value in values:
        kind = kind_of(value)
        wide = "number" if kind == "integer" else kind
        if kinds is None or kind in kinds or wide in kinds:
            by_kind.setdefault(kind, []).append(value)
    return tuple(
        Branch(
            kind,
            {word: schema[word] for word in _WORDS[kind] if word in schema},
            tuple(members),
            unclear=unclear,
        )
        for kind, members in by_kind.items()
        if kind
    )


def _exclusive(branches: tuple[Branch, ...]) -> tuple[Branch, ...]:
    """``oneOf``: where several members allow a kind, which of them match is not followed."""
    count: dict[str, int] = {}
    for branch in branches:
        kind = "number" if branch.kind == "integer" else branch.kind
        count[kind] = count.get(kind, 0) + 1
    return tuple(
        msgspec.structs.replace(branch, unclear=True)
        if count["number" if branch.kind == "integer" else branch.kind] > 1
        else branch
        for branch in branches
    )


def _intersect(left: Iterable[Branch], right: Iterable[Branch]) -> tuple[Branch, ...]:
    found = []
    for one, other in product(left, right):
        kinds = {one.kind, other.kind}
        if len(kinds) == 1 or kinds == {"integer", "number"}:
            found.append(_both(one, other, "integer" if len(kinds) > 1 else one.kind))
    return tuple(branch for branch in found if branch.values != ())


def _both(one: Branch, other: Branch, kind: str) -> Branch:
    words = dict(one.words)
    unclear = one.unclear or other.unclear
    for word, value in other.words.items():
        if word not in words or words[word] == value:
            words[word] = value
        elif word in _TIGHTER:
            try:
                words[word] = _TIGHTER[word](words[word], value)
            except (TypeError, ValueError):
                unclear = True
        else:
            unclear = True
    if "additionalProperties" in words and one.words.get("properties") != other.words.get(
        "properties"
    ):
        unclear = True  # each member closes over its own properties only
    values = one.values if other.values is None else other.values
    if one.values is not None and other.values is not None:
        values = tuple(v for v in one.values if any(same(v, w) for w in other.values))
    if values is not None:
        values = tuple(v for v in values if kind_of(v) == kind or kind == "number")
    guessed = one.guessed and other.guessed
    return Branch(kind, words, values, guessed=guessed, unclear=unclear)


def _all_properties(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    merged = {**left, **right}
    for name in left.keys() & right.keys():
        merged[name] = {"allOf": [left[name], right[name]]}
    return merged


_TIGHTER: dict[str, Any] = {
    "minimum": max,
    "exclusiveMinimum": max,
    "minLength": max,
    "minItems": max,
    "minProperties": max,
    "maximum": min,
    "exclusiveMaximum": min,
    "maxLength": min,
    "maxItems": min,
    "maxProperties": min,
    "required": lambda left, right: list(dict.fromkeys((*left, *right))),
    "uniqueItems": lambda left, right: bool(left or right),
    "properties": _all_properties,
    "items": lambda left, right: {"allOf": [left, right]},
}


def lowest(words: Mapping[str, Any]) -> tuple[float, bool] | None:
    """Lower bound of a number and whether it is itself excluded."""
    bounds = [
        (words[word], word != "minimum")
        for word in ("minimum", "exclusiveMinimum")
        if _is_number(words.get(word))
    ]
    return max(bounds, default=None)


def highest(words: Mapping[str, Any]) -> tuple[float, bool] | None:
    """Upper bound of a number and whether it is itself excluded."""
    bounds = [
        (words[word], word == "maximum")
        for word in ("maximum", "exclusiveMaximum")
        if _is_number(words.get(word))
    ]
    if not bounds:
        return None
    bound, included = min(bounds)
    return bound, not included


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


# What a keyword must look like; one that does not is left out and makes its branch unclear.
_FORM: dict[str, Callable[[object], bool]] = {
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _is_number),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _is_count),
    **dict.fromkeys(("minProperties", "maxProperties"), _is_count),
    **dict.fromkeys(("items", "additionalProperties"), _is_schema),
    **dict.fromkeys(("anyOf", "oneOf", "allOf", "enum"), lambda value: isinstance(value, list)),
    "multipleOf": _is_step,
    "pattern": lambda value: isinstance(value, str),
    "properties": _is_properties,
    "required": _is_names,
}

ANYTHING: tuple[Branch, ...] = _own({})
UNCLEAR: tuple[Branch, ...] = tuple(
    Branch(branch.kind, guessed=True, unclear=True) for branch in ANYTHING
)
