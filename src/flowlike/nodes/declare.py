"""The decorators that make a node of a function: ``pure``, ``node`` and ``intrinsic``.

A declaration happens once, at import; every mistake in it is a DeclarationError that says what to
do.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Unpack, overload

from flowlike.board.definition import DataType, Kind, NodeDefinition, PinDefinition
from flowlike.nodes.borders import convert_structs
from flowlike.nodes.declaration import Gives, NodeType
from flowlike.nodes.flags import Flags, check_flags, texts
from flowlike.nodes.parameters import Incoming, read_hints, read_parameters, refuse_twice
from flowlike.nodes.results import Outgoing, read_result, read_state_result, read_update_result
from flowlike.nodes.signature import Site, check_pin_name

Function = Callable[..., Any]

_WITH_FUNCTION = frozenset({Kind.STATEFUL, Kind.VARIABLE_UPDATE})
_NEVER_FOLDED = frozenset({"clock", "random"})


def _execution(name: str) -> PinDefinition:
    return PinDefinition(name=name, type=DataType.EXECUTION)


@overload
def pure(function: Function, /) -> NodeType: ...
@overload
def pure(**flags: Unpack[Flags]) -> Callable[[Function], NodeType]: ...
def pure(
    function: Function | None = None, /, **flags: Unpack[Flags]
) -> NodeType | Callable[[Function], NodeType]:
    """Declares a node without execution pins, evaluated when its outputs are needed.

    Raises:
        DeclarationError: the function is async, blocking or mutating, gives no output or exits,
            takes a lazy input, or its signature is wrong.
    """
    return _declare_pure(function, flags) if function else lambda each: _declare_pure(each, flags)


@overload
def node(function: Function, /) -> NodeType: ...
@overload
def node(
    *, exec_in: str = "exec_in", exec_out: str = "exec_out", **flags: Unpack[Flags]
) -> Callable[[Function], NodeType]: ...
def node(
    function: Function | None = None,
    /,
    *,
    exec_in: str = "exec_in",
    exec_out: str = "exec_out",
    **flags: Unpack[Flags],
) -> NodeType | Callable[[Function], NodeType]:
    """Declares a node with one execution input, and one execution output or one for each exit.

    Raises:
        DeclarationError: the signature is wrong, or ``exec_out`` is given beside exits.
    """

    def declare(each: Function) -> NodeType:
        return _declare_node(each, flags, exec_in, exec_out)

    return declare(function) if function else declare


@overload
def intrinsic(
    kind: Kind,
    *,
    docs: str,
    inputs: Sequence[PinDefinition] = ...,
    outputs: Sequence[PinDefinition] = ...,
    **flags: Unpack[Flags],
) -> NodeType: ...
@overload
def intrinsic(
    kind: Kind, *, inputs: Sequence[PinDefinition] = ..., **flags: Unpack[Flags]
) -> Callable[[Function], NodeType]: ...
def intrinsic(
    kind: Kind,
    *,
    docs: str = "",
    inputs: Sequence[PinDefinition] = (),
    outputs: Sequence[PinDefinition] = (),
    **flags: Unpack[Flags],
) -> NodeType | Callable[[Function], NodeType]:
    """Declares a node that the compiler lowers by its kind.

    With ``docs`` there is no function and all pins are listed: the node type is returned. Without,
    it decorates the step function of a ``STATEFUL`` or ``VARIABLE_UPDATE`` node; ``inputs`` then
    lists the execution inputs of a stateful node, and all other pins come from the signature.

    Raises:
        DeclarationError: the kind has no function but one is given, or the other way round; a pin
            stands twice; the signature is wrong.
    """
    if docs:
        return _declare_lowered(kind, docs, inputs, outputs, flags)

    def declare(function: Function) -> NodeType:
        site = _site(function, flags)
        if kind not in _WITH_FUNCTION or outputs:
            raise site.error(
                "kind-function",
                f"A node of kind {kind.value!r} with listed outputs has no function.",
                'Give docs="..."; only stateful nodes and variable updates have a function.',
            )
        step = _declare_stateful if kind is Kind.STATEFUL else _declare_update
        return step(function, flags, inputs, site)

    return declare


def _site(function: Function, flags: Mapping[str, Any]) -> Site:
    name = flags.get("name") or getattr(function, "__name__", "").removesuffix("_")
    site = Site.of(name, function)
    if inspect.isclass(function):
        raise site.error("no-function", f"{function!r} is not a function.", "Decorate a function.")
    check_flags(flags, site)
    if flags.get("lazy"):
        raise _lazy_error(site, next(iter(flags["lazy"])))
    return site


def _lazy_error(site: Site, pin: str) -> Exception:
    return site.error(
        "lazy-input",
        f"{pin!r} cannot be lazy: a function gets all its inputs before it runs.",
        "Use Select in the board; only data inputs of Kind.SELECT are evaluated on demand.",
        pin=pin,
    )


def _refuse_lazy(pins: Sequence[PinDefinition], site: Site) -> None:
    for pin in pins:
        if pin.lazy:
            raise _lazy_error(site, pin.name)


def _returned(hints: Mapping[str, Any], site: Site) -> Any:
    if "return" not in hints:
        raise site.error(
            "no-return-type",
            "The function says not what it returns.",
            "Annotate it: -> int, -> Parts (a class of Out), or -> None for no output.",
        )
    return hints["return"]


def _declare_pure(function: Function, flags: Flags) -> NodeType:
    site = _site(function, flags)
    for wrong, what in (
        (_is_async(function), "async"),
        (flags.get("blocking"), "blocking"),
        (flags.get("mutates"), "mutating"),
    ):
        if wrong:
            raise site.error(
                "impure",
                f"A pure node cannot be {what}: it is evaluated in passing, as often as needed.",
                "Declare it with @node.",
            )
    hints = read_hints(function, site)
    incoming = read_parameters(function, hints, site)
    outgoing = read_result(_returned(hints, site), site)
    if outgoing.gives not in {Gives.VALUE, Gives.FIELDS, Gives.DERIVED}:
        raise site.error(
            "impure-result",
            "A pure node gives a value or an Out; without an output nobody would ask for it.",
            "Return a value, or declare it with @node.",
        )
    if flags.get("deterministic") and not _NEVER_FOLDED.isdisjoint(incoming.permissions):
        raise site.error(
            "not-deterministic",
            "A node that asks the clock or for random numbers is not deterministic.",
            "Drop deterministic=True.",
        )
    return _assemble(function, flags, site, incoming, outgoing)


def _declare_node(function: Function, flags: Flags, exec_in: str, exec_out: str) -> NodeType:
    site = _site(function, flags)
    if flags.get("blocking") and _is_async(function):
        raise site.error(
            "blocking-async",
            "An async function cannot be blocking: it would stop every other run.",
            "Make it a plain function, which then runs in a thread, or drop blocking=True.",
        )
    hints = read_hints(function, site)
    incoming = read_parameters(function, hints, site, mutates=flags.get("mutates", ()))
    outgoing = read_result(_returned(hints, site), site)
    _check_stream(function, outgoing, site)
    if outgoing.exits and exec_out != "exec_out":
        raise site.error(
            "exec-out",
            "The exits name the execution outputs.",
            'Drop exec_out, or write class Done(Exit, pin="...").',
        )
    ways = outgoing.exec_pins or (_execution(exec_out),)
    return _assemble(
        function,
        flags,
        site,
        incoming,
        outgoing,
        exec_inputs=(_execution(exec_in),),
        exec_outputs=ways,
    )


def _check_stream(function: Function, outgoing: Outgoing, site: Site) -> None:
    generates = inspect.isasyncgenfunction(function)
    if inspect.isgeneratorfunction(function) or generates != (outgoing.gives is Gives.EXITS):
        raise site.error(
            "stream-function",
            "A function that yields, and only it, returns an async iterator of exits.",
            "Write async def with yield and -> AsyncIterator[Item], where Item is a class of Exit.",
        )


def _declare_stateful(
    function: Function, flags: Flags, inputs: Sequence[PinDefinition], site: Site
) -> NodeType:
    _refuse_async(function, site)
    if not inputs or not all(pin.is_execution for pin in inputs):
        raise site.error(
            "stateful-inputs",
            "A stateful node lists its execution inputs; its data inputs are parameters.",
            "Give inputs=[...] with execution pins only.",
        )
    hints = read_hints(function, site)
    incoming = read_parameters(
        function, hints, site, skip=2, mutates=flags.get("mutates", ()), stateful=True
    )
    outgoing = read_state_result(_returned(hints, site), site)
    return _assemble(
        function,
        flags,
        site,
        incoming,
        outgoing,
        kind=Kind.STATEFUL,
        exec_inputs=tuple(inputs),
        exec_outputs=outgoing.exec_pins,
    )


def _declare_update(
    function: Function, flags: Flags, inputs: Sequence[PinDefinition], site: Site
) -> NodeType:
    _refuse_async(function, site)
    if inputs:
        raise site.error(
            "update-inputs",
            "The inputs of a variable update are exec_in, var_ref and the function's parameters.",
            "Drop inputs.",
        )
    hints = read_hints(function, site)
    incoming = read_parameters(function, hints, site, skip=1, mutates=flags.get("mutates", ()))
    outgoing = read_update_result(_returned(hints, site), site)
    reference = PinDefinition(name="var_ref", type=DataType.STRING, label="Variable")
    return _assemble(
        function,
        flags,
        site,
        incoming,
        outgoing,
        kind=Kind.VARIABLE_UPDATE,
        exec_inputs=(_execution("exec_in"), reference),
        exec_outputs=(_execution("exec_out"),),
    )


def _refuse_async(function: Function, site: Site) -> None:
    if _is_async(function):
        raise site.error(
            "async-step",
            "The function of a stateful node or a variable update is one indivisible step.",
            "Make it a plain function; wait in a node before or after it.",
        )


def _is_async(function: Function) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def _declare_lowered(
    kind: Kind,
    docs: str,
    inputs: Sequence[PinDefinition],
    outputs: Sequence[PinDefinition],
    flags: Flags,
) -> NodeType:
    site = Site(flags.get("name", ""))
    check_flags(flags, site)
    if kind is Kind.CALL or kind in _WITH_FUNCTION:
        raise site.error(
            "no-function",
            f"A node of kind {kind.value!r} needs a function.",
            "Decorate its function, and put the docs into the docstring.",
        )
    for flag in ("blocking", "mutates", "lazy"):
        if flags.get(flag):
            raise site.error(
                "function-flag",
                f"The flag {flag} speaks of a function; a node of kind {kind.value!r} has none.",
                "Drop the flag; a lazy pin says so in its PinDefinition.",
            )
    if kind is not Kind.SELECT:
        _refuse_lazy(inputs, site)
    _refuse_lazy([pin for pin in (*inputs, *outputs) if pin.is_execution], site)
    _refuse_lazy(outputs, site)
    definition = _define(flags, site, docs, kind, (), tuple(inputs), tuple(outputs))
    return NodeType(definition, derive=flags.get("pins"), migrate=flags.get("migrate"))


def _assemble(
    function: Function,
    flags: Flags,
    site: Site,
    incoming: Incoming,
    outgoing: Outgoing,
    *,
    kind: Kind = Kind.CALL,
    exec_inputs: tuple[PinDefinition, ...] = (),
    exec_outputs: tuple[PinDefinition, ...] = (),
) -> NodeType:
    _refuse_lazy((*incoming.pins, *outgoing.pins), site)
    derives = outgoing.gives is Gives.DERIVED or any(each.derived for each in incoming.parameters)
    if derives and not flags.get("pins"):
        raise site.error(
            "nothing-derived",
            "The function speaks of derived pins, but nothing derives any.",
            "Give pins=derive, a function from literals to pins.",
        )
    definition = _define(
        flags,
        site,
        function.__doc__ or "",
        kind,
        incoming.permissions,
        (*exec_inputs, *incoming.pins),
        (*exec_outputs, *outgoing.pins),
    )
    blamed = {each.name: each.pin for each in incoming.parameters}
    return NodeType(
        definition,
        convert_structs(function, incoming.structs, blamed, outgoing),
        incoming.parameters,
        gives=outgoing.gives,
        value_pin=outgoing.value_pin,
        fields=outgoing.fields,
        exits=outgoing.exits,
        is_async=_is_async(function),
        blocking=flags.get("blocking", False),
        derive=flags.get("pins"),
        migrate=flags.get("migrate"),
    )


def _define(
    flags: Flags,
    site: Site,
    docs: str,
    kind: Kind,
    permissions: tuple[str, ...],
    inputs: tuple[PinDefinition, ...],
    outputs: tuple[PinDefinition, ...],
) -> NodeDefinition:
    for side, pins in (("input", inputs), ("output", outputs)):
        for pin in pins:
            check_pin_name(pin.name, site)
        refuse_twice((pin.name for pin in pins), side, site)
    return NodeDefinition(
        **texts(flags, docs, site),
        kind=kind,
        permissions=permissions,
        inputs=inputs,
        outputs=outputs,
    )
