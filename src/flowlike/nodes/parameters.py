"""A function's parameters to input pins and to what the engine passes."""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple, get_type_hints

from flowlike.board.definition import PinDefinition
from flowlike.nodes.annotations import is_derived
from flowlike.nodes.capabilities import Capability
from flowlike.nodes.declaration import Parameter
from flowlike.nodes.signature import Shape, Site, pin_of, read_shape, wire_default

PINS = "pins"
"""A stateful function's parameter of this name gets the keys of the node's execution inputs."""


class Incoming(NamedTuple):
    """What the parameters say. ``structs``: hints, by parameter name, of values to convert."""

    pins: tuple[PinDefinition, ...]
    parameters: tuple[Parameter, ...]
    permissions: tuple[str, ...]
    structs: Mapping[str, Any]


def read_hints(function: Callable[..., Any], site: Site) -> dict[str, Any]:
    """The function's annotations, resolved. Raises DeclarationError if one cannot be."""
    try:
        return get_type_hints(function, include_extras=True)
    except Exception as error:  # annotations are expressions and may raise anything
        raise site.error(
            "unresolved-annotation",
            f"An annotation cannot be read: {error}",
            "Import its names at module level, not under TYPE_CHECKING.",
        ) from error


def is_capability(hint: Any) -> bool:
    """Whether the hint is a class deriving from Capability."""
    return isinstance(hint, type) and Capability in hint.__mro__


class _Reader:
    def __init__(self, hints: Mapping[str, Any], site: Site, mutates: Collection[str]) -> None:
        self.hints = hints
        self.site = site
        self.mutates = mutates
        self.pins: list[PinDefinition] = []
        self.parameters: list[Parameter] = []
        self.permissions: set[str] = set()
        self.structs: dict[str, Any] = {}

    def add(self, parameter: inspect.Parameter, *, plumbing: bool) -> None:
        name = parameter.name
        keyword = parameter.kind is parameter.KEYWORD_ONLY
        if name not in self.hints:
            raise self.site.error(
                "unannotated-parameter",
                f"The parameter {name!r} has no type.",
                "Annotate it: its type is the type of the pin.",
                pin=name,
            )
        hint = self.hints[name]
        if is_derived(hint):
            self.parameters.append(Parameter(name, keyword=keyword, derived=True))
        elif plumbing:
            self.parameters.append(Parameter(name, keyword=keyword))
        elif is_capability(hint):
            self._capability(parameter, hint)
        else:
            self._pin(parameter, hint, read_shape(hint, self.site, name))

    def _capability(self, parameter: inspect.Parameter, hint: type) -> None:
        permission = getattr(hint, "permission", None)
        if not isinstance(permission, str) or not permission:
            raise self.site.error(
                "no-permission",
                f"The capability {hint.__name__} names no permission.",
                'Give the class permission: ClassVar[str] = "...".',
                pin=parameter.name,
            )
        if parameter.default is not parameter.empty or parameter.kind is parameter.VAR_POSITIONAL:
            raise self.site.error(
                "capability-parameter",
                f"The capability {parameter.name!r} is repeated or has a default.",
                "Take it as a plain parameter; whoever runs the node supplies it.",
                pin=parameter.name,
            )
        self.permissions.add(permission)
        keyword = parameter.kind is parameter.KEYWORD_ONLY
        self.parameters.append(Parameter(parameter.name, capability=hint, keyword=keyword))

    def _pin(self, parameter: inspect.Parameter, hint: Any, shape: Shape) -> None:
        name = parameter.name
        many = parameter.kind is parameter.VAR_POSITIONAL
        if parameter.default is parameter.empty:
            pin = pin_of(shape, name, self.site, variadic=many)
        else:
            default = wire_default(parameter.default, hint, shape, self.site, name)
            pin = pin_of(shape, name, self.site, default=default)
        self.pins.append(pin)
        self.parameters.append(
            Parameter(
                name,
                pin=pin.name,
                many=many,
                keyword=parameter.kind is parameter.KEYWORD_ONLY,
                mutates=name in self.mutates,
            )
        )
        if shape.holds_struct:
            self.structs[name] = hint


def read_parameters(
    function: Callable[..., Any],
    hints: Mapping[str, Any],
    site: Site,
    *,
    skip: int = 0,
    mutates: Collection[str] = (),
    stateful: bool = False,
) -> Incoming:
    """Reads the parameters after the first ``skip``, which the engine fills itself.

    Raises:
        DeclarationError: see the codes here and in ``signature``.
    """
    parameters = list(inspect.signature(function).parameters.values())
    if len(parameters) < skip or any(each.kind is each.KEYWORD_ONLY for each in parameters[:skip]):
        raise site.error(
            "missing-parameter",
            f"The function takes {len(parameters)} parameters; the engine passes {skip} itself.",
            "A stateful function begins with (state, fired_by), a variable update with (current).",
        )
    reader = _Reader(hints, site, mutates)
    for parameter in parameters[skip:]:
        if parameter.kind is parameter.VAR_KEYWORD:
            raise site.error(
                "keyword-collector",
                f"**{parameter.name} names no pins.",
                "Write parameters, *items for a repeated pin, or one Derived parameter.",
                pin=parameter.name,
            )
        reader.add(parameter, plumbing=stateful and parameter.name == PINS)
    _check_named(mutates, [each.name for each in reader.parameters if each.pin], site)
    refuse_twice((pin.name for pin in reader.pins), "input", site)
    return Incoming(
        tuple(reader.pins),
        tuple(reader.parameters),
        tuple(sorted(reader.permissions)),
        reader.structs,
    )


def _check_named(names: Collection[str], known: Collection[str], site: Site) -> None:
    for name in names:
        if name not in known:
            raise site.error(
                "unknown-parameter",
                f"mutates names {name!r}, which is no input of the function.",
                f"Inputs: {', '.join(known) or 'none'}.",
                pin=name,
            )


def refuse_twice(names: Iterable[str], side: str, site: Site) -> None:
    """Raises DeclarationError if a pin name stands twice on one side."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise site.error(
                "duplicate-pin",
                f"Two {side} pins are named {name!r}.",
                'Give one another name, with Pin("...") or another parameter name.',
                pin=name,
            )
        seen.add(name)
