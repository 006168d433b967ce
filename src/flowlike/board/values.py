"""Values at the borders: JSON to what a wire carries and back, each checked against its type.

Equality of set elements: of the same type and value. 1, 1.0 and true are three elements; lists are
equal item by item, objects name by name whatever the order. Equal elements of a HashSet are merged
and the first stays. Spec: engine, section 2, "Wire values".
"""

import base64
import binascii
import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flowlike.board.definition import DataType, PinDefinition, ValueType
from flowlike.board.schema import Document
from flowlike.board.shapes import Schema, Shape, Typed, element_of, shape_of
from flowlike.board.types import Conversion
from flowlike.board.validation import misfit
from flowlike.errors import FlowlikeError, Where

LOWEST = -(2**63)
HIGHEST = 2**63 - 1
DEPTH = 64

Check = Callable[[Any], Any]
"""Takes a value, gives what the wire carries; raises ValueMismatch."""


class ValueMismatch(FlowlikeError):  # noqa: N818 - reads as a statement of fact, as NodeFailure does
    """A value does not fit its type. ``path`` leads to the part at fault: ``items[3].price``."""

    def __init__(self, path: str, message: str, *, code: str = "value.mismatch") -> None:
        super().__init__(code, message, where=Where(path=path))
        self.path = path


def check_value(
    value: Any,
    type_: DataType,
    value_type: ValueType = ValueType.NORMAL,
    schema: Schema | None = None,
) -> Any:
    """The wire value of a JSON (or wire) value. Raises ValueMismatch."""
    return checker(Shape(type_, value_type, schema))(value)


def checker(typed: Typed) -> Check:
    """A check for many values of a pin, variable or shape; cheap to call for plain types.

    An optional pin takes null too.
    """
    check = _checker(shape_of(typed))
    if isinstance(typed, PinDefinition) and typed.optional:
        return _or_null(check)
    return check


def _or_null(check: Check) -> Check:
    def checked(value: Any) -> Any:
        return None if value is None else check(value)

    return checked


def _checker(shape: Shape) -> Check:
    if shape.value_type is ValueType.NORMAL or (
        shape.type is DataType.BYTE and shape.value_type is ValueType.ARRAY
    ):
        plain = _PLAIN[shape.type]
        return plain if shape.schema is None else _with_schema(plain, shape.schema)
    return _CONTAINERS[shape.value_type](_checker(element_of(shape)))


def _with_schema(plain: Check, schema: Schema) -> Check:
    document = Document(schema)

    def checked(value: Any) -> Any:
        value = plain(value)
        found = misfit(value, document)
        if found:
            raise ValueMismatch(*found)
        return value

    return checked


def _name(value: object) -> str:
    if value is None:
        return "null"
    return _NAMES.get(type(value), type(value).__name__)


_NAMES: dict[type, str] = {
    bool: "a Boolean",
    int: "an Integer",
    float: "a Float",
    str: "a String",
    bytes: "bytes",
    datetime: "a Date",
    list: "an Array",
    tuple: "an Array",
    dict: "a Struct",
}


def _wrong(value: object, wanted: str, remedy: str = "") -> ValueMismatch:
    return ValueMismatch("", f"is {_name(value)}, requires {wanted}{remedy}")


def _integer(value: Any) -> int:
    if type(value) is int and LOWEST <= value <= HIGHEST:
        return value
    if type(value) is int:
        raise ValueMismatch("", "is beyond 64 bits", code="value.integer-beyond-64-bits")
    raise _wrong(value, "an Integer")


def _float(value: Any) -> float:
    if type(value) is int:
        try:
            return float(value)
        except OverflowError:
            raise ValueMismatch("", "is too large for a Float", code="value.not-finite") from None
    if type(value) is not float:
        raise _wrong(value, "a Float")
    if not math.isfinite(value):
        raise ValueMismatch("", "is not a finite number", code="value.not-finite")
    return value


def _string(value: Any) -> str:
    if type(value) is not str:
        raise _wrong(value, "a String")
    return value


def _path(value: Any) -> str:
    if type(value) is not str:
        raise _wrong(value, "a PathBuf (text)")
    if "\0" in value:
        raise ValueMismatch("", "holds a null character, which no path may")
    return value


def _boolean(value: Any) -> bool:
    if type(value) is not bool:
        raise _wrong(value, "a Boolean")
    return value


def iso_date(value: Any) -> datetime:
    """The moment an ISO-8601 text with a zone names, in UTC. Raises ValueMismatch."""
    if isinstance(value, datetime):
        moment = value
    elif type(value) is str:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise ValueMismatch("", "is no ISO-8601 date, such as 2026-02-21T10:30:00Z") from None
    else:
        raise _wrong(value, "a Date (ISO-8601 text)")
    if moment.tzinfo is None:
        raise ValueMismatch("", "names no time zone; end the text with Z or an offset like +01:00")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueMismatch("", "lies outside the years 1 to 9999") from None


def _bytes(value: Any) -> bytes:
    if type(value) is bytes:
        return value
    if type(value) is not str:
        raise _wrong(value, "bytes (base64 text)")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise ValueMismatch("", "is no base64 text") from None


def _struct(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise _wrong(value, "a Struct")
    _any(value)
    return value


def _execution(_value: Any) -> Any:
    raise ValueMismatch("", "execution carries no value")


def _any(value: Any) -> Any:
    """Any value JSON can say, and dates and bytes. Looked at without recursion."""
    if type(value) in _LEAVES:
        return _leaf(value, "")
    stack: list[tuple[Any, str, int]] = [(value, "", 1)]
    while stack:
        item, path, depth = stack.pop()
        if type(item) is dict:
            for name in item:
                if type(name) is not str:
                    raise ValueMismatch(path, "has a name that is no text")
            inside = [(part, f"{path}.{name}" if path else name) for name, part in item.items()]
        elif type(item) is list:
            inside = [(part, f"{path}[{index}]") for index, part in enumerate(item)]
        else:
            raise ValueMismatch(path, f"is {type(item).__name__}, which no wire carries")
        if depth > DEPTH:
            raise ValueMismatch(path, f"is nested deeper than {DEPTH} levels")
        for part, place in inside:
            if type(part) in _LEAVES:
                _leaf(part, place)
            else:
                stack.append((part, place, depth + 1))
    return value


_LEAVES = frozenset({type(None), bool, int, float, str, bytes, datetime})


def _leaf(value: Any, path: str) -> Any:
    if type(value) is int and not LOWEST <= value <= HIGHEST:
        raise ValueMismatch(path, "is beyond 64 bits", code="value.integer-beyond-64-bits")
    if type(value) is float and not math.isfinite(value):
        raise ValueMismatch(path, "is not a finite number", code="value.not-finite")
    if type(value) is datetime and value.tzinfo is None:
        raise ValueMismatch(path, "names no time zone")
    return value


def _inside(error: ValueMismatch, place: str) -> ValueMismatch:
    rest = error.path
    joined = place + rest if not rest or rest[0] == "[" else f"{place}.{rest}"
    return ValueMismatch(joined, error.message, code=error.code)


def _array(check: Check) -> Check:
    def checked(value: Any) -> list[Any]:
        if type(value) is not list:
            raise _wrong(value, "an Array")
        found = []
        for index, item in enumerate(value):
            try:
                found.append(check(item))
            except ValueMismatch as error:
                raise _inside(error, f"[{index}]") from None
        return found

    return checked


def _set(check: Check) -> Check:
    listed = _array(check)

    def checked(value: Any) -> list[Any]:
        if type(value) is not list:
            raise _wrong(value, "a HashSet (an array)")
        found: dict[object, Any] = {}
        for item in listed(value):
            found.setdefault(identity(item), item)
        return list(found.values())

    return checked


def _map(check: Check) -> Check:
    def checked(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise _wrong(value, "a HashMap (an object)")
        found = {}
        for name, item in value.items():
            if type(name) is not str:
                raise ValueMismatch("", "has a name that is no text")
            try:
                found[name] = check(item)
            except ValueMismatch as error:
                raise _inside(error, name) from None
        return found

    return checked


_PLAIN: dict[DataType, Check] = {
    DataType.EXECUTION: _execution,
    DataType.STRING: _string,
    DataType.INTEGER: _integer,
    DataType.FLOAT: _float,
    DataType.BOOLEAN: _boolean,
    DataType.DATE: iso_date,
    DataType.PATH: _path,
    DataType.GENERIC: _any,
    DataType.STRUCT: _struct,
    DataType.BYTE: _bytes,
}
_CONTAINERS: dict[ValueType, Callable[[Check], Check]] = {
    ValueType.ARRAY: _array,
    ValueType.SET: _set,
    ValueType.MAP: _map,
}


def identity(value: Any) -> object:
    """A hashable stand-in, equal for values that are one element of a set."""
    kind = type(value)
    if kind is str or value is None:
        return value
    if kind is list:
        return (list, tuple(map(identity, value)))
    if kind is dict:
        return (dict, frozenset((name, identity(item)) for name, item in value.items()))
    return (kind, value)


def to_json(value: Any) -> Any:
    """A wire value as JSON: dates become ISO-8601 text ending in Z, bytes base64 text."""
    kind = type(value)
    if kind is datetime:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if kind is bytes:
        return base64.b64encode(value).decode()
    if kind is list:
        return [to_json(item) for item in value]
    if kind is dict:
        return {name: to_json(item) for name, item in value.items()}
    return value


def converter(conversion: Conversion, value_type: ValueType = ValueType.NORMAL) -> Check:
    """What a conversion does to a value, or to each element of a container."""
    check = _CONVERSIONS[conversion]
    if value_type is ValueType.NORMAL:
        return check
    return _CONTAINERS[value_type](check)


def _to_flow_path(value: Any) -> dict[str, Any]:
    return {"path": _path(value)}


def _from_flow_path(value: Any) -> str:
    try:
        return _path(_struct(value)["path"])
    except KeyError:
        raise ValueMismatch("path", "is missing") from None


_CONVERSIONS: dict[Conversion, Check] = {
    Conversion.INTEGER_TO_FLOAT: _float,
    Conversion.PATH_TO_FLOW_PATH: _to_flow_path,
    Conversion.FLOW_PATH_TO_PATH: _from_flow_path,
    Conversion.ISO_DATE: iso_date,
}
