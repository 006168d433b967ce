"""What a node author writes in a signature: Pin, Out, Exit, JsonObject, Unique."""

import re
from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, dataclass_transform

import msgspec

_T = TypeVar("_T")


class Mark(Enum):
    """Says which pin type a Python type stands for where the type alone does not."""

    STRUCT = auto()
    SET = auto()
    DERIVED = auto()


JsonObject = Annotated[dict[str, Any], Mark.STRUCT]
"""A Struct without schema: names and JSON-like values. A plain ``dict[str, T]`` is a HashMap."""

Unique = Annotated[list[_T], Mark.SET]
"""``Unique[T]``: a HashSet, that is a list without equal elements, order kept."""


Derived = Annotated[Mapping[str, Any], Mark.DERIVED]
"""The pins that ``pins=`` derives, by key: the inputs as a parameter, the outputs as a result."""


def is_derived(hint: Any) -> bool:
    """Whether a hint is ``Derived``."""
    return Mark.DERIVED in getattr(hint, "__metadata__", ())


class Pin(msgspec.Struct, frozen=True):
    """What a type cannot say of a pin; goes into ``Annotated[T, Pin(...)]``.

    Args:
        name: the pin's name; empty: that of the parameter or field, ``result`` for a plain return.
        label: what people read instead of the name.
        description: a sentence for people.
        options: the texts a person may choose from.
        range: (lowest, highest), inclusive.
        step: the distance between the values an editor offers.
        sensitive: the value is kept out of logs and traces.
        lazy: evaluated only when asked for; for ``Kind.SELECT`` only.
        count: how many pins a repeated parameter (``*items``) has at first.
        schema: the JSON schema of a Struct.
    """

    name: str = ""
    label: str = ""
    description: str = ""
    options: Sequence[str] = ()
    range: tuple[float, float] | None = None
    step: float | None = None
    sensitive: bool = False
    lazy: bool = False
    count: int = 1
    schema: dict[str, Any] | None = None
    enforce_schema: bool = False
    enforce_value_type: bool = False


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class _ResultMeta(msgspec.StructMeta):
    """Makes results frozen, and takes ``pin=`` in the class line."""

    def __new__(
        cls,
        name: str,
        bases: tuple[type, ...],
        space: dict[str, Any],
        *,
        pin: str = "",
        **options: Any,
    ) -> Any:
        space["__exit_pin__"] = pin or _snake_case(name)
        return super().__new__(cls, name, bases, space, **{**options, "frozen": True})


class Out(metaclass=_ResultMeta):
    """Base of results with several outputs: each field is an output pin."""


class Exit(metaclass=_ResultMeta):
    """Base of ways out: returning one fires its execution output; its fields are data outputs.

    ``class Found(Exit, pin="found")`` names the execution output; without it, it is the class name
    in snake case. A union of exits has one execution output each; equal fields of several exits are
    one pin.
    """

    if TYPE_CHECKING:  # at run time the metaclass takes it

        def __init_subclass__(cls, *, pin: str = "") -> None: ...


def exit_pin(exit_type: type[Exit]) -> str:
    """Name of the execution output that the exit fires."""
    return str(exit_type.__exit_pin__)  # type: ignore[attr-defined] # the metaclass sets it
