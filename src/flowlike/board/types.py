"""Whether a wire may join two pins, and why not. One pure question, answered the same everywhere.

Spec: engine, section 2. ``choices`` and ``range`` of a pin bound what people type, not wires. What
can never fit is refused also where a Generic is concerned: a list is no Integer.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

from flowlike.board.definition import DataType, PinDefinition, ValueType
from flowlike.board.shapes import Schema, Shape, element_of, shape_of
from flowlike.board.subtype import FITS, Answer, Relation, compare

TYPE_MISMATCH = "board.type-mismatch"
SCHEMA_MISMATCH = "board.schema-mismatch"
SCHEMA_UNDECIDED = "board.schema-undecided"

FLOW_PATH = "FlowPath"
"""Title of the schema of a file's place; its property ``path`` is what a PathBuf holds."""

_LISTS = frozenset({ValueType.ARRAY, ValueType.SET})
_LOOSE_NAMES = frozenset({"value_ref", "value_in"})  # follow their variable, whatever its schema
_NESTING = 16


class Conversion(StrEnum):
    """A safe conversion the compiler puts on a wire (``values.converter``). There is no other."""

    INTEGER_TO_FLOAT = "integer-to-float"
    PATH_TO_FLOW_PATH = "path-to-flow-path"
    FLOW_PATH_TO_PATH = "flow-path-to-path"
    ISO_DATE = "iso-date"


class Ok(msgspec.Struct, frozen=True):
    """The wire may be drawn.

    ``conversion`` applies to the value, or to each element of a container. ``undecided``: each
    value must be checked when it arrives; ``path`` and ``message`` say why.
    """

    conversion: Conversion | None = None
    undecided: bool = False
    path: str = ""
    message: str = ""


class Refused(msgspec.Struct, frozen=True):
    """The wire may not be drawn. ``path`` leads into the value, such as ``orders[].total``."""

    code: str
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


Verdict = Ok | Refused
FINE = Ok()


def check_wire(source: PinDefinition, target: PinDefinition) -> Verdict:
    """Whether a wire may lead from an output pin to an input pin. Generic counts as unknown.

    Execution joins only execution; a reroute (``route_in``, ``route_out``) takes what comes, even
    control. Containers of Integer give containers of Float element by element, save sets: whole
    numbers that differ may be one Float.
    """
    if _is_route(source) or _is_route(target):
        if source.is_execution or target.is_execution or _is_route(target):
            return FINE
        return Ok(undecided=not shape_of(target).is_unknown, message="source may be any value")
    if source.is_execution or target.is_execution:
        if source.is_execution and target.is_execution:
            return FINE
        carrier, other = ("source", "target") if source.is_execution else ("target", "source")
        return Refused(TYPE_MISMATCH, "", f"{carrier} is Execution, {other} carries data")
    if _forms_forced_apart(source, target):
        return _unlike(shape_of(source), shape_of(target))
    return check_shapes(shape_of(source), shape_of(target), enforce=enforces(source, target))


def enforces(source: PinDefinition, target: PinDefinition) -> bool:
    """Whether one of the pins forbids schemas that only values can be held against."""
    return any(
        pin.enforce_schema and pin.type is not DataType.GENERIC and pin.name not in _LOOSE_NAMES
        for pin in (source, target)
    )


def check_shapes(source: Shape, target: Shape, *, enforce: bool = False) -> Verdict:
    """Whether values of one shape may flow into another; ``check_wire`` for known types."""
    return _check(source, target, "", enforce=enforce, nesting=_NESTING)


def _forms_forced_apart(source: PinDefinition, target: PinDefinition) -> bool:
    forms = shape_of(source).value_type, shape_of(target).value_type
    if forms[0] is forms[1]:
        return False
    if source.enforce_value_type and target.enforce_value_type:
        return True
    if source.enforce_value_type:
        return target.type is not DataType.GENERIC
    return target.enforce_value_type and source.type is not DataType.GENERIC


def _is_route(pin: PinDefinition) -> bool:
    return pin.type is DataType.GENERIC and pin.name in {"route_in", "route_out"}


def _unlike(source: Shape, target: Shape, path: str = "") -> Refused:
    return Refused(TYPE_MISMATCH, path, f"source is {source}, target requires {target}")


def _check(source: Shape, target: Shape, path: str, *, enforce: bool, nesting: int) -> Verdict:
    if target.is_unknown and target.schema is None:
        return FINE
    if source.is_unknown or nesting == 0:
        if source.schema is not None and target.is_unknown:
            return _schemas(source, target, path, enforce=enforce)
        return Ok(undecided=True, path=path, message="source may be any value")
    if source.value_type is not target.value_type:
        return _forms(source, target, path)
    if source.value_type is not ValueType.NORMAL:
        inside = _join(path, "*") if source.value_type is ValueType.MAP else f"{path}[]"
        verdict = _check(
            element_of(source), element_of(target), inside, enforce=enforce, nesting=nesting - 1
        )
        if source.value_type is ValueType.SET and isinstance(verdict, Ok) and verdict.conversion:
            return _unlike(source, target, path)
        if isinstance(verdict, Refused) and verdict.code == TYPE_MISMATCH:
            return _unlike(source, target, path)
        return verdict
    return _plain(source, target, path, enforce=enforce)


def _forms(source: Shape, target: Shape, path: str) -> Verdict:
    """Different containers: only where one side says nothing about the elements."""
    loose = DataType.GENERIC in {source.type, target.type}
    forms = (source.value_type, target.value_type)
    unsure = Ok(undecided=True, path=path, message=f"source is {source}")
    if target.is_unknown:
        return unsure  # a schema of the whole value
    if loose and forms == (ValueType.SET, ValueType.ARRAY):
        return unsure if not element_of(target).is_unknown else FINE
    if loose and forms == (ValueType.ARRAY, ValueType.SET):
        return unsure
    # A struct and a map of anything are the same JSON object.
    if source.type is DataType.STRUCT and forms == (ValueType.NORMAL, ValueType.MAP) and loose:
        return FINE
    if target.type is DataType.STRUCT and forms == (ValueType.MAP, ValueType.NORMAL) and loose:
        return unsure if target.schema is not None else FINE
    return _unlike(source, target, path)


def _plain(source: Shape, target: Shape, path: str, *, enforce: bool) -> Verdict:
    pair = (source.type, target.type)
    if source.type is target.type or target.type is DataType.GENERIC:
        return _schemas(source, target, path, enforce=enforce)
    if pair == (DataType.INTEGER, DataType.FLOAT):
        verdict = _schemas(source, target, path, enforce=enforce)
        if isinstance(verdict, Refused):
            return verdict
        return msgspec.structs.replace(verdict, conversion=Conversion.INTEGER_TO_FLOAT)
    if pair == (DataType.STRING, DataType.DATE):
        return Ok(Conversion.ISO_DATE)
    if pair == (DataType.PATH, DataType.STRUCT) and is_flow_path(target.schema):
        return Ok(Conversion.PATH_TO_FLOW_PATH)
    if pair == (DataType.STRUCT, DataType.PATH) and is_flow_path(source.schema):
        return Ok(Conversion.FLOW_PATH_TO_PATH)
    return _unlike(source, target, path)


def is_flow_path(schema: Schema | None) -> bool:
    """Whether a struct's schema is that of a file's place: told by its title."""
    if schema is None:
        return False
    ref = schema.get("$ref")
    return schema.get("title") == FLOW_PATH or (
        isinstance(ref, str) and ref.rpartition("/")[2] == FLOW_PATH
    )


_JSON: Mapping[DataType, Schema] = {
    DataType.STRING: {"type": "string"},
    DataType.PATH: {"type": "string"},
    DataType.INTEGER: {"type": "integer"},
    DataType.FLOAT: {"type": "number"},
    DataType.BOOLEAN: {"type": "boolean"},
    DataType.STRUCT: {"type": "object"},
    DataType.GENERIC: {},
}


def _whole(shape: Shape) -> dict[str, Any] | None:
    """The schema of a plain shape with what its type says; None if JSON schemas cannot say it."""
    own = _JSON.get(shape.type)
    if own is None or shape.schema is None:
        return own
    return shape.schema if "type" in shape.schema or not own else {**own, **shape.schema}


def _schemas(source: Shape, target: Shape, path: str, *, enforce: bool) -> Verdict:
    if target.schema is None or target.schema is source.schema:
        return FINE
    given, wanted = _whole(source), _whole(target)
    relation = FITS
    if wanted is not None and given is None:
        relation = Relation(Answer.UNDECIDED, "", f"source is {source}, which has no schema")
    elif wanted is not None and given is not None:
        relation = compare(given, wanted)
    place = f"{path}{relation.path}" if relation.path[:1] == "[" else _join(path, relation.path)
    if relation.answer is Answer.FITS:
        return FINE
    if relation.answer is Answer.REFUSED:
        return Refused(SCHEMA_MISMATCH, place, relation.reason)
    if enforce:
        return Refused(
            SCHEMA_UNDECIDED, place, f"{relation.reason}; the pin wants this certain beforehand"
        )
    return Ok(undecided=True, path=place, message=relation.reason)


def _join(path: str, rest: str) -> str:
    return f"{path}.{rest}" if path and rest else path or rest
