"""What a wire carries, as far as known: a pin's type, container and schema as one value."""

from typing import Any, Protocol

import msgspec

from flowlike.board.definition import DataType, ValueType

Schema = dict[str, Any]


class Typed(Protocol):
    """Anything with a type, a container and a schema of elements: a pin, a variable, a shape."""

    @property
    def type(self) -> DataType:
        """What one element is."""
        ...

    @property
    def value_type(self) -> ValueType:
        """The container around the elements."""
        ...

    @property
    def schema(self) -> Schema | None:
        """JSON schema of one element."""
        ...


class Shape(msgspec.Struct, frozen=True):
    """The type of a value.

    ``schema`` describes one element. ``element`` is set only if the elements are themselves
    containers or bytes lists, which a pin cannot say; ``type`` is then Generic. Bytes are always
    Byte/Normal here: a pin of Byte/Array means the same value.
    """

    type: DataType = DataType.GENERIC
    value_type: ValueType = ValueType.NORMAL
    schema: Schema | None = None
    element: "Shape | None" = None

    @property
    def is_unknown(self) -> bool:
        """Whether any value at all may come."""
        return self.type is DataType.GENERIC and self.value_type is ValueType.NORMAL

    def __str__(self) -> str:
        inner = str(self.element) if self.element else _WORDS[self.type]
        return _FORMS[self.value_type].format(inner)


UNKNOWN = Shape()

_WORDS = {kind: "any value" if kind is DataType.GENERIC else kind.value for kind in DataType}
_FORMS = {
    ValueType.NORMAL: "{}",
    ValueType.ARRAY: "Array of {}",
    ValueType.MAP: "HashMap of {}",
    ValueType.SET: "HashSet of {}",
}
_PLAIN = {(kind, form): Shape(kind, form) for kind in DataType for form in ValueType}
_PLAIN[DataType.BYTE, ValueType.ARRAY] = _PLAIN[DataType.BYTE, ValueType.NORMAL]


def shape_of(typed: Typed) -> Shape:
    """The shape a pin or variable declares; a type variable counts as unknown."""
    if isinstance(typed, Shape):
        return typed
    plain = _PLAIN[typed.type, typed.value_type]
    if typed.schema is None:
        return plain
    return Shape(plain.type, plain.value_type, typed.schema)


def element_of(shape: Shape) -> Shape:
    """Shape of one element of a container. Of bytes and plain values: unknown."""
    if shape.value_type is ValueType.NORMAL:
        return UNKNOWN
    if shape.element is not None:
        return shape.element
    if shape.schema is None:
        return _PLAIN[shape.type, ValueType.NORMAL]
    return Shape(shape.type, ValueType.NORMAL, shape.schema)


def container_of(form: ValueType, element: Shape) -> Shape:
    """Shape of a container of such elements; Normal gives the element itself."""
    if form is ValueType.NORMAL:
        return element
    plain = element.value_type is ValueType.NORMAL
    if plain and not (element.type is DataType.BYTE and form is ValueType.ARRAY):
        if element.schema is None:
            return _PLAIN[element.type, form]
        return Shape(element.type, form, element.schema)
    return Shape(DataType.GENERIC, form, None, element)
