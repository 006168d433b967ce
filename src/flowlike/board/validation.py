"""Whether a JSON value fits a schema: the check of values where ``subtype`` compares schemas.

Understood: type, enum, const, bounds, lengths, pattern (as far as RE2 reads it), items,
uniqueItems, properties, required, additionalProperties, anyOf, oneOf, allOf, local $ref. All else
is not checked.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import re2

from flowlike.board.schema import Document, Raw, kind_of, same

DEPTH = 64

Misfit = tuple[str, str]
"""Path into the value and the reason."""


def misfit(value: object, document: Document, part: Raw | None = None) -> Misfit | None:
    """Why the value does not fit the document's schema (or a part of it), or None if it does."""
    return _Check(document).schema(value, document.root if part is None else part, "", DEPTH)


def child(path: str, name: str) -> str:
    """Path of a property."""
    return f"{path}.{name}" if path else name


@lru_cache(maxsize=512)
def _pattern(text: str) -> Any | None:
    """The compiled pattern, or None if RE2 cannot read it: it is then not checked."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(text, options)
    except re2.error:
        return None


class _Check:
    def __init__(self, document: Document) -> None:
        self._document = document

    def schema(self, value: object, schema: Raw, path: str, depth: int) -> Misfit | None:
        if schema is False:
            return path, "is not allowed here"
        if not isinstance(schema, Mapping):
            return None
        if depth == 0:
            return path, f"is nested deeper than {DEPTH} levels"
        kind = kind_of(value)
        return (
            _type(value, kind, schema, path)
            or _listed(value, schema, path)
            or self._bounds(value, kind, schema, path, depth)
            or self._combined(value, schema, path, depth)
        )

    def _bounds(
        self, value: Any, kind: str, schema: Mapping[str, Any], path: str, depth: int
    ) -> Misfit | None:
        if kind in {"integer", "number"}:
            return _number(value, schema, path)
        if kind == "string":
            return _string(value, schema, path)
        if kind == "array":
            return self._array(value, schema, path, depth)
        if kind == "object":
            return self._object(value, schema, path, depth)
        return None

    def _combined(
        self, value: object, schema: Mapping[str, Any], path: str, depth: int
    ) -> Misfit | None:
        if "$ref" in schema:
            target = self._document.resolve(schema["$ref"])
            if target is not None:
                found = self.schema(value, target, path, depth - 1)
                if found:
                    return found
        for member in _members(schema, "allOf"):
            found = self.schema(value, member, path, depth - 1)
            if found:
                return found
        for word in ("anyOf", "oneOf"):
            if word not in schema:
                continue
            misfits = [self.schema(value, m, path, depth - 1) for m in _members(schema, word)]
            fitting = misfits.count(None)
            if not fitting:
                # The member that got furthest into the value tells most.
                deepest = max((m for m in misfits if m), key=lambda m: len(m[0]), default=None)
                return deepest if len(misfits) == 1 else (path, "fits none of the alternatives")
            if word == "oneOf" and fitting > 1:
                return path, "fits several alternatives of which only one may fit"
        return None

    def _array(
        self, value: list[Any], schema: Mapping[str, Any], path: str, depth: int
    ) -> Misfit | None:
        found = _count(len(value), schema, path, ("minItems", "maxItems", "items"))
        if found:
            return found
        if schema.get("uniqueItems") is True and _repeats(value):
            return path, "holds equal items"
        items = schema.get("items", True)
        for index, item in enumerate(value) if items is not True else ():
            found = self.schema(item, items, f"{path}[{index}]", depth - 1)
            if found:
                return found
        return None

    def _object(
        self, value: dict[str, Any], schema: Mapping[str, Any], path: str, depth: int
    ) -> Misfit | None:
        found = _count(len(value), schema, path, ("minProperties", "maxProperties", "properties"))
        if found:
            return found
        for name in _members(schema, "required"):
            if name not in value:
                return child(path, str(name)), "is missing"
        properties = schema.get("properties")
        if not isinstance(properties, Mapping):
            properties = {}
        further = schema.get("additionalProperties", True)
        patterns = "patternProperties" in schema  # not understood: they may allow the name
        for name, item in value.items():
            rule = properties.get(name, True if patterns else further)
            if rule is True:
                continue
            found = self.schema(item, rule, child(path, str(name)), depth - 1)
            if found:
                return found
        return None


def _members(schema: Mapping[str, Any], word: str) -> list[Any]:
    members = schema.get(word)
    return members if isinstance(members, list) else []


def _type(value: object, kind: str, schema: Mapping[str, Any], path: str) -> Misfit | None:
    named = schema.get("type")
    if named is None:
        return None
    kinds = named if isinstance(named, list) else [named]
    if kind in kinds or (kind == "integer" and "number" in kinds):
        return None
    return path, f"is {kind or type(value).__name__}, requires {' or '.join(map(str, kinds))}"


def _listed(value: object, schema: Mapping[str, Any], path: str) -> Misfit | None:
    if "const" in schema and not same(value, schema["const"]):
        return path, f"requires {schema['const']!r}"
    choices = _members(schema, "enum")
    if "enum" in schema and not any(same(value, choice) for choice in choices):
        return path, f"requires one of {', '.join(map(repr, choices[:8]))}"
    return None


_LIMITS: tuple[tuple[str, str, Callable[[Any, Any], bool]], ...] = (
    ("minimum", "at least", lambda value, bound: value >= bound),
    ("maximum", "at most", lambda value, bound: value <= bound),
    ("exclusiveMinimum", "more than", lambda value, bound: value > bound),
    ("exclusiveMaximum", "less than", lambda value, bound: value < bound),
)


def _number(value: float, schema: Mapping[str, Any], path: str) -> Misfit | None:
    for word, phrase, fits in _LIMITS:
        bound = schema.get(word)
        if isinstance(bound, (int, float)) and not fits(value, bound):
            return path, f"requires {phrase} {bound}"
    step = schema.get("multipleOf")
    if isinstance(step, (int, float)) and step > 0 and value % step:
        return path, f"requires a multiple of {step}"
    return None


def _string(value: str, schema: Mapping[str, Any], path: str) -> Misfit | None:
    found = _count(len(value), schema, path, ("minLength", "maxLength", "characters"))
    if found or not isinstance(schema.get("pattern"), str):
        return found
    pattern = _pattern(schema["pattern"])
    if pattern is not None and pattern.search(value) is None:
        return path, f"does not match the pattern {schema['pattern']}"
    return None


def _count(
    count: int, schema: Mapping[str, Any], path: str, words: tuple[str, str, str]
) -> Misfit | None:
    least, most = schema.get(words[0]), schema.get(words[1])
    if isinstance(least, int) and count < least:
        return path, f"has {count} {words[2]}, requires at least {least}"
    if isinstance(most, int) and count > most:
        return path, f"has {count} {words[2]}, requires at most {most}"
    return None


def _repeats(values: list[Any]) -> bool:
    seen: set[object] = set()
    for value in values:
        key = _frozen(value)
        if key in seen:
            return True
        seen.add(key)
    return False


def _frozen(value: object) -> object:
    """A hashable stand-in, equal for JSON values that are ``same``."""
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, (list, tuple)):
        return ("list", tuple(map(_frozen, value)))
    if isinstance(value, dict):
        return ("dict", frozenset((name, _frozen(item)) for name, item in value.items()))
    return value
