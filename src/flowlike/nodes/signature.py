"""Python types to pins. The table stands in ``docs`` of the package: ``flowlike.nodes``."""

import math
import re
import types
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import UNSET, UnsetType

from flowlike.board.definition import DataType, PinDefinition, ValueType
from flowlike.errors import DeclarationError, Where
from flowlike.nodes.annotations import Mark, Pin

PIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")

_PLAIN: dict[Any, tuple[DataType, ValueType]] = {
    int: (DataType.INTEGER, ValueType.NORMAL),
    float: (DataType.FLOAT, ValueType.NORMAL),
    str: (DataType.STRING, ValueType.NORMAL),
    bool: (DataType.BOOLEAN, ValueType.NORMAL),
    datetime: (DataType.DATE, ValueType.NORMAL),
    bytes: (DataType.BYTE, ValueType.ARRAY),
    Any: (DataType.GENERIC, ValueType.NORMAL),
    object: (DataType.GENERIC, ValueType.NORMAL),
}
_NO_PIN = Pin()


class Site(NamedTuple):
    """The declaration at hand, for messages."""

    node: str
    file: str = ""
    line: int = 0

    @classmethod
    def of(cls, node: str, function: Callable[..., Any]) -> "Site":
        """The site of a function."""
        code = getattr(function, "__code__", None)
        return cls(node, code.co_filename, code.co_firstlineno) if code else cls(node)

    def error(self, code: str, message: str, remedy: str, *, pin: str = "") -> DeclarationError:
        """An error at this site, to be raised; ``code`` lacks the family."""
        where = Where(file=self.file, line=self.line, node=self.node, pin=pin)
        return DeclarationError(f"declaration.{code}", message, remedy=remedy, where=where)


class Shape(NamedTuple):
    """What a type says of a pin. ``holds_struct``: values are made from and to msgspec Structs."""

    type: DataType
    value_type: ValueType = ValueType.NORMAL
    generic: str = ""
    schema: dict[str, Any] | None = None
    choices: tuple[str, ...] = ()
    optional: bool = False
    holds_struct: bool = False
    pin: Pin = _NO_PIN


def read_shape(hint: Any, site: Site, name: str) -> Shape:
    """The shape of a type hint. Raises DeclarationError for a type that no pin can carry."""
    if get_origin(hint) is Annotated:
        return _annotated(hint, site, name)
    if isinstance(hint, TypeVar):
        if hint.__bound__ is not None or hint.__constraints__:
            raise site.error(
                "bounded-type-variable",
                f"The type variable {hint.__name__} of {name!r} has a bound, which wires ignore.",
                "Use a type variable without bounds and check the value in the function.",
                pin=name,
            )
        return Shape(DataType.GENERIC, generic=hint.__name__)
    plain = _PLAIN.get(hint) if _hashable(hint) else None
    if plain:
        return Shape(*plain)
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return Shape(DataType.STRUCT, schema=_schema(hint, site, name), holds_struct=True)
    return _composed(hint, site, name)


def _hashable(hint: Any) -> bool:
    try:
        hash(hint)
    except TypeError:
        return False
    return True


def _annotated(hint: Any, site: Site, name: str) -> Shape:
    base, *notes = get_args(hint)
    if Mark.STRUCT in notes:
        shape = Shape(DataType.STRUCT)
    elif Mark.SET in notes:
        shape = read_shape(base, site, name)._replace(value_type=ValueType.SET)
    else:
        shape = read_shape(base, site, name)
    pins = [note for note in notes if isinstance(note, Pin)]
    if any(note is Pin for note in notes):
        raise site.error(
            "pin-class",
            f"{name!r} is annotated with the class Pin instead of a Pin.",
            "Write Pin(...) with parentheses.",
            pin=name,
        )
    return shape._replace(pin=pins[-1]) if pins else shape


def _composed(hint: Any, site: Site, name: str) -> Shape:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        rest = [each for each in arguments if each is not types.NoneType]
        if len(rest) == 1 and len(rest) < len(arguments):
            return read_shape(rest[0], site, name)._replace(optional=True)
    elif origin is Literal and all(isinstance(each, str) for each in arguments):
        return Shape(DataType.STRING, choices=arguments)
    elif origin is list:
        return _element(arguments[0], ValueType.ARRAY, site, name)
    elif origin is dict and arguments[0] is str:
        return _element(arguments[1], ValueType.MAP, site, name)
    raise site.error(
        "unknown-type",
        f"{name!r} has the type {_spell(hint)}, which no pin can carry.",
        "Use int, float, str, bool, datetime, bytes, Any, JsonObject, a msgspec Struct, a type "
        "variable, or list[T], dict[str, T], Unique[T] and T | None of these; for several results "
        "a class of Out.",
        pin=name,
    )


def _element(hint: Any, container: ValueType, site: Site, name: str) -> Shape:
    inner = read_shape(hint, site, name)
    if inner.value_type is not ValueType.NORMAL or inner.optional:
        raise site.error(
            "nested-type",
            f"{name!r} is a container of {_spell(hint)}; a pin holds one level of plain values.",
            "Use list[Any] or dict[str, Any], or a Struct with a schema.",
            pin=name,
        )
    return inner._replace(value_type=container)


def _spell(hint: Any) -> str:
    return hint.__name__ if isinstance(hint, type) and not get_args(hint) else str(hint)


def _schema(hint: type, site: Site, name: str) -> dict[str, Any]:
    try:
        return msgspec.json.schema(hint)
    except TypeError as error:
        raise site.error(
            "no-schema",
            f"{name!r}: {hint.__name__} has no JSON schema: {error}",
            "Use fields of JSON-like types.",
            pin=name,
        ) from error


def pin_of(
    shape: Shape, name: str, site: Site, *, default: Any | UnsetType = UNSET, variadic: bool = False
) -> PinDefinition:
    """The pin of a shape. ``name`` gives way to that of ``Pin``; a trailing underscore is dropped.

    Raises:
        DeclarationError: the name cannot be a pin's, ``count`` or ``schema`` do not fit, or options
            are given twice.
    """
    extra = shape.pin
    pin_name = extra.name or name.removesuffix("_")
    check_pin_name(pin_name, site)
    if extra.count < 1 or (extra.count > 1 and not variadic):
        raise site.error(
            "count",
            f"{pin_name!r} says count={extra.count}; only *items has a count, at least 1.",
            "Write the parameter as *items, or drop the count.",
            pin=pin_name,
        )
    if extra.schema is not None and shape.type is not DataType.STRUCT:
        raise site.error(
            "schema",
            f"{pin_name!r} has a schema but carries {shape.type.value}.",
            "Give a schema to a JsonObject only.",
            pin=pin_name,
        )
    return PinDefinition(
        name=pin_name,
        type=shape.type,
        value_type=shape.value_type,
        label=extra.label,
        description=extra.description,
        schema=extra.schema or shape.schema,
        default=default,
        choices=tuple(extra.options) or shape.choices,
        range=extra.range,
        step=extra.step,
        sensitive=extra.sensitive,
        optional=shape.optional,
        lazy=extra.lazy,
        variadic=variadic,
        count=extra.count,
        generic=shape.generic,
        enforce_schema=extra.enforce_schema,
        enforce_value_type=extra.enforce_value_type,
    )


def check_pin_name(name: str, site: Site) -> None:
    """Raises DeclarationError if a pin cannot have that name."""
    if not PIN_NAME.fullmatch(name):
        raise site.error(
            "pin-name",
            f"{name!r} cannot be the name of a pin.",
            "Use up to 64 letters, digits, '_' and '-', a letter or '_' first.",
            pin=name,
        )


def wire_default(value: Any, hint: Any, shape: Shape, site: Site, name: str) -> Any | UnsetType:
    """A parameter's default as the pin's default, UNSET for the None of an optional pin.

    Raises:
        DeclarationError: the default is no value of the type, or cannot stand in a document.
    """
    if value is None and shape.optional:
        return UNSET
    try:
        value = msgspec.to_builtins(value)
        if not _has_type_variable(hint):
            msgspec.convert(value, hint)
        if shape.type is DataType.FLOAT and shape.value_type is ValueType.NORMAL:
            value = _finite(float(value))
        msgspec.json.encode(value)
    except (TypeError, ValueError) as error:  # msgspec's errors are ValueErrors
        raise site.error(
            "bad-default",
            f"The default of {name!r} does not fit its type: {error}",
            "Give a default of the parameter's type, or none.",
            pin=name,
        ) from error
    return value


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{value} is not finite")
    return value


def _has_type_variable(hint: Any) -> bool:
    return isinstance(hint, TypeVar) or any(_has_type_variable(each) for each in get_args(hint))
