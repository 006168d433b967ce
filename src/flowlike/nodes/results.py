"""A function's return type to output pins and to how the engine reads the result."""

import types
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Iterator,
    Mapping,
    Sequence,
)
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UNSET

from flowlike.board.definition import DataType, PinDefinition
from flowlike.nodes.annotations import Exit, Out, exit_pin, is_derived
from flowlike.nodes.declaration import ExitType, Gives
from flowlike.nodes.parameters import refuse_twice
from flowlike.nodes.signature import Site, check_pin_name, pin_of, read_shape, wire_default

_STREAMS = frozenset({AsyncIterator, AsyncGenerator, AsyncIterable})


class Outgoing(NamedTuple):
    """What the return type says.

    ``structs`` are the fields to turn into plain values, by class; None: the value.
    """

    gives: Gives
    pins: tuple[PinDefinition, ...] = ()
    value_pin: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    exits: tuple[ExitType, ...] = ()
    structs: Mapping[type | None, tuple[str, ...]] = {}

    @property
    def exec_pins(self) -> tuple[PinDefinition, ...]:
        """One execution output an exit."""
        return tuple(PinDefinition(name=each.pin, type=DataType.EXECUTION) for each in self.exits)


def read_result(hint: Any, site: Site) -> Outgoing:
    """Reads a return type. Raises DeclarationError if no pins can carry it."""
    if hint is None or hint is types.NoneType:
        return Outgoing(Gives.NOTHING)
    if is_derived(hint):
        return Outgoing(Gives.DERIVED)
    if get_origin(hint) in _STREAMS:
        exits = _exit_classes(get_args(hint)[0])
        if exits is None:
            raise site.error(
                "stream-type",
                "An async iterator of a node gives exits, one activation each.",
                "Write AsyncIterator[Item], where Item is a class of Exit.",
            )
        return _exits(exits, Gives.EXITS, site)
    exits = _exit_classes(hint)
    if exits is not None:
        return _exits(exits, Gives.EXIT, site)
    if isinstance(hint, type) and issubclass(hint, Out):
        return _fields(hint, site)
    _refuse_mixed(hint, site)
    shape = read_shape(hint, site, "result")
    pin = pin_of(shape, "result", site)
    structs: dict[type | None, tuple[str, ...]] = {None: ("",)} if shape.holds_struct else {}
    return Outgoing(Gives.VALUE, (pin,), value_pin=pin.name, structs=structs)


def read_state_result(hint: Any, site: Site) -> Outgoing:
    """Reads ``tuple[Exit | None, State]``, the return type of a stateful function."""
    arguments = get_args(hint) if get_origin(hint) is tuple else ()
    exits = _exit_classes(_without_none(arguments[0])) if len(arguments) == 2 else None
    if exits is None:
        raise site.error(
            "state-result",
            "A stateful function returns an exit, or None to fire nothing, and its new state.",
            "Write -> tuple[Then | None, State], where Then is a class of Exit.",
        )
    return _exits(exits, Gives.VALUE_AND_STATE, site)


def read_update_result(hint: Any, site: Site) -> Outgoing:
    """Reads the return type of a variable update: the new value, or an Out that begins with it."""
    if isinstance(hint, type) and issubclass(hint, Out):
        whole = _fields(hint, site)
        first, *rest = whole.fields
        return whole._replace(pins=whole.pins[1:], fields=((first[0], ""), *rest))
    if hint is None or hint is types.NoneType or _exit_classes(hint) is not None:
        raise site.error(
            "update-result",
            "A variable update returns the variable's new value.",
            "Return the value, or a class of Out whose first field is the value.",
        )
    shape = read_shape(hint, site, "result")
    structs: dict[type | None, tuple[str, ...]] = {None: ("",)} if shape.holds_struct else {}
    return Outgoing(Gives.VALUE, structs=structs)


def _without_none(hint: Any) -> Any:
    members = [each for each in _members(hint) if each is not types.NoneType]
    return Union[tuple(members)] if members else hint  # noqa: UP007 - made at run time


def _members(hint: Any) -> Sequence[Any]:
    return get_args(hint) if get_origin(hint) in {Union, types.UnionType} else (hint,)


def _is_exit(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Exit)


def _exit_classes(hint: Any) -> list[type[Exit]] | None:
    members = _members(hint)
    return list(members) if all(_is_exit(each) for each in members) else None


def _refuse_mixed(hint: Any, site: Site) -> None:
    bare = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    members = _members(bare)
    if any(isinstance(each, type) and issubclass(each, Exit | Out) for each in members):
        raise site.error(
            "mixed-result",
            "Exit and Out classes stand alone: an Out by itself, exits in a union of exits only.",
            "Return one Out, or make every way out a class of Exit.",
        )


def _pins_of(cls: type, site: Site) -> Iterator[tuple[str, PinDefinition, bool]]:
    """For each field its name, its pin, and whether it holds a Struct.

    The default of a field is what the pin has before the node runs.
    """
    hints = get_type_hints(cls, include_extras=True)
    for field in msgspec.structs.fields(cls):
        hint, name = hints[field.name], field.name
        shape = read_shape(hint, site, name)
        default: Any = UNSET
        if field.default is not msgspec.NODEFAULT:
            default = wire_default(field.default, hint, shape, site, name)
        elif field.default_factory is not msgspec.NODEFAULT:
            default = wire_default(field.default_factory(), hint, shape, site, name)
        yield name, pin_of(shape, name, site, default=default), shape.holds_struct


def _fields(cls: type[Out], site: Site) -> Outgoing:
    read = list(_pins_of(cls, site))
    if not read:
        raise site.error(
            "empty-out",
            f"{cls.__name__} has no fields.",
            "Give it a field for each output, or return None.",
        )
    refuse_twice((pin.name for _, pin, _ in read), "output", site)
    structs = tuple(name for name, _, holds in read if holds)
    return Outgoing(
        Gives.FIELDS,
        tuple(pin for _, pin, _ in read),
        fields=tuple((name, pin.name) for name, pin, _ in read),
        structs={cls: structs} if structs else {},
    )


def _exits(classes: Sequence[type[Exit]], gives: Gives, site: Site) -> Outgoing:
    pins: dict[str, PinDefinition] = {}
    exits: list[ExitType] = []
    structs: dict[type | None, tuple[str, ...]] = {}
    for cls in classes:
        read = list(_pins_of(cls, site))
        for _, pin, _ in read:
            if _carries(pins.setdefault(pin.name, pin)) != _carries(pin):
                raise site.error(
                    "field-mismatch",
                    f"The exits disagree on the type of {pin.name!r}; equal fields are one pin.",
                    "Give the field one type in all exits, or two names.",
                    pin=pin.name,
                )
        refuse_twice((pin.name for _, pin, _ in read), "output", site)
        check_pin_name(exit_pin(cls), site)
        exits.append(ExitType(cls, exit_pin(cls), tuple((name, pin.name) for name, pin, _ in read)))
        holding = tuple(name for name, _, holds in read if holds)
        if holding:
            structs[cls] = holding
    refuse_twice((*pins, *(each.pin for each in exits)), "output", site)
    return Outgoing(gives, tuple(pins.values()), exits=tuple(exits), structs=structs)


def _carries(pin: PinDefinition) -> tuple[Any, ...]:
    return pin.type, pin.value_type, pin.generic, pin.schema, pin.optional, pin.sensitive
