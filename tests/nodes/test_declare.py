from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal, Protocol, TypeVar

import msgspec
import pytest
from msgspec import UNSET

from flowlike.errors import DeclarationError
from flowlike.nodes import (
    Capability,
    Clock,
    DataType,
    Exit,
    InstancePins,
    JsonObject,
    Kind,
    Log,
    NodeType,
    Out,
    Pin,
    PinDefinition,
    Random,
    Unique,
    ValueType,
    intrinsic,
    node,
    pure,
)
from flowlike.nodes.declaration import Gives

T = TypeVar("T")
Bounded = TypeVar("Bounded", bound=int)


NOON = datetime(2024, 1, 2, 12, tzinfo=UTC)


class Order(msgspec.Struct):
    id: int
    lines: list[str] = []


class Found(Exit, pin="found"):
    value: int


class NotFound(Exit):
    why: str
    value: int


class Parts(Out):
    days: int
    hours: Annotated[int, Pin("hour_count", label="Hours")] = 0


def outline(pins: tuple[PinDefinition, ...]) -> list[str]:
    return [f"{pin.name}:{pin.type}/{pin.value_type}" for pin in pins]


def test_a_pure_function_becomes_a_node() -> None:
    @pure(name="int_add", title="Add", category="Math/Int", deterministic=True)
    def add(integer1: int, integer2: int = 3) -> Annotated[int, Pin("sum")]:
        """Sum of two integers.

        Fails beyond 64 bits.
        """
        return integer1 + integer2

    definition = add.definition
    assert definition.key == "int_add@1"
    assert definition.pure
    assert definition.deterministic
    assert (definition.title, definition.category) == ("Add", "Math/Int")
    assert (definition.description, definition.docs) == (
        "Sum of two integers.",
        "Fails beyond 64 bits.",
    )
    assert outline(definition.inputs) == ["integer1:Integer/Normal", "integer2:Integer/Normal"]
    assert definition.inputs[0].default is UNSET
    assert definition.inputs[1].default == 3
    assert outline(definition.outputs) == ["sum:Integer/Normal"]
    assert add.function is not None
    assert add.function(1, 2) == 3
    assert (add.gives, add.value_pin) == (Gives.VALUE, "sum")


def test_names_come_from_the_function() -> None:
    @pure
    def is_empty_(text: str) -> bool:
        """Whether a text is empty."""
        return not text

    assert is_empty_.definition.name == "is_empty"
    assert is_empty_.definition.title == "Is empty"
    assert is_empty_.value_pin == "result"


def test_every_type_has_its_pin() -> None:
    @pure()
    def types(
        a: int,
        b: float,
        c: str,
        d: bool,
        e: datetime,
        f: bytes,
        g: Any,
        h: object,
        i: JsonObject,
        j: Order,
        k: list[int],
        l: dict[str, float],  # noqa: E741 - one letter each
        m: Unique[str],
        n: list[JsonObject],
        o: Literal["x", "y"],
        p: T,
        q: list[T],
        r: Annotated[JsonObject, Pin(schema={"type": "object"})],
    ) -> T:
        """All types."""
        return p

    assert outline(types.definition.inputs) == [
        "a:Integer/Normal",
        "b:Float/Normal",
        "c:String/Normal",
        "d:Boolean/Normal",
        "e:Date/Normal",
        "f:Byte/Array",
        "g:Generic/Normal",
        "h:Generic/Normal",
        "i:Struct/Normal",
        "j:Struct/Normal",
        "k:Integer/Array",
        "l:Float/HashMap",
        "m:String/HashSet",
        "n:Struct/Array",
        "o:String/Normal",
        "p:Generic/Normal",
        "q:Generic/Array",
        "r:Struct/Normal",
    ]
    pins = {pin.name: pin for pin in types.definition.inputs}
    assert pins["o"].choices == ("x", "y")
    assert pins["p"].generic == pins["q"].generic == types.definition.outputs[0].generic == "T"
    assert pins["j"].schema is not None
    assert pins["i"].schema is None
    assert pins["r"].schema == {"type": "object"}


def test_parameters_say_all_a_pin_can_have() -> None:
    @pure()
    def pins(
        from_: str,
        key: Annotated[str, Pin("api-key", label="Key", description="Secret.", sensitive=True)],
        mode: Annotated[str, Pin(options=["a", "b"], enforce_value_type=True)] = "a",
        share: Annotated[float, Pin(range=(0, 1), step=0.1)] = 1,
        limit: int | None = None,
        *,
        last: bool,
    ) -> str | None:
        """Pins."""

    by_name = {pin.name: pin for pin in pins.definition.inputs}
    assert list(by_name) == ["from", "api-key", "mode", "share", "limit", "last"]
    assert by_name["api-key"].sensitive
    assert (by_name["api-key"].label, by_name["api-key"].description) == ("Key", "Secret.")
    assert by_name["mode"].choices == ("a", "b")
    assert by_name["mode"].enforce_value_type
    assert by_name["share"].range == (0.0, 1.0)
    assert by_name["share"].step == 0.1
    assert repr(by_name["share"].default) == "1.0"
    assert by_name["limit"].optional
    assert by_name["limit"].default is UNSET
    assert [each.keyword for each in pins.parameters] == [False] * 5 + [True]
    assert [each.pin for each in pins.parameters][:2] == ["from", "api-key"]
    assert pins.definition.outputs[0].optional


def test_a_repeated_parameter_is_a_variadic_pin() -> None:
    @pure()
    def all_of(*items: Annotated[bool, Pin("boolean", count=2)]) -> bool:
        """All."""
        return all(items)

    pin = all_of.definition.inputs[0]
    assert (pin.name, pin.variadic, pin.count) == ("boolean", True, 2)
    assert all_of.parameters[0].many


def test_defaults_stand_in_the_document_as_json() -> None:
    @pure()
    def defaults(
        when: datetime = NOON,
        items: list[int] = [1, 2],  # noqa: B006 - a default of a pin is a value
        order: Order = Order(1),  # noqa: B008 - the same
    ) -> bool:
        """Defaults."""
        return order.id in items and when is NOON

    values = [pin.default for pin in defaults.definition.inputs]
    assert values == ["2024-01-02T12:00:00Z", [1, 2], {"id": 1, "lines": []}]


def test_a_node_has_one_way_in_and_one_out() -> None:
    @node(exec_in="in", exec_out="out", blocking=True, long_running=True, only_local=True)
    def save(text: str) -> None:
        """Saves."""

    assert outline(save.definition.inputs) == ["in:Execution/Normal", "text:String/Normal"]
    assert outline(save.definition.outputs) == ["out:Execution/Normal"]
    assert save.blocking
    assert save.definition.long_running
    assert save.definition.only_local
    assert save.gives is Gives.NOTHING
    assert not save.definition.pure


def test_out_is_one_pin_a_field() -> None:
    @node
    async def split(seconds: int) -> Parts:
        """Splits."""
        return Parts(seconds // 86400, 0)

    assert outline(split.definition.outputs) == [
        "exec_out:Execution/Normal",
        "days:Integer/Normal",
        "hour_count:Integer/Normal",
    ]
    assert split.fields == (("days", "days"), ("hours", "hour_count"))
    assert split.definition.outputs[2].default == 0
    assert split.is_async


def test_exits_have_one_execution_output_each_and_share_fields() -> None:
    @node()
    def find(key: str) -> Found | NotFound:
        """Finds."""
        return Found(1)

    assert outline(find.definition.outputs) == [
        "found:Execution/Normal",
        "not_found:Execution/Normal",
        "value:Integer/Normal",
        "why:String/Normal",
    ]
    assert [(each.cls, each.pin) for each in find.exits] == [
        (Found, "found"),
        (NotFound, "not_found"),
    ]
    assert find.gives is Gives.EXIT


@pytest.mark.parametrize("result", [Found(1), Parts(1)])
def test_results_are_frozen(result: Any) -> None:
    for name in ("value", "days"):
        with pytest.raises(AttributeError):
            setattr(result, name, 2)


def test_an_async_iterator_fires_exits_again_and_again() -> None:
    @node
    async def count(to: int) -> AsyncIterator[Found]:
        """Counts."""
        for number in range(to):
            yield Found(number)

    assert count.gives is Gives.EXITS
    assert count.is_async
    assert outline(count.definition.outputs) == ["found:Execution/Normal", "value:Integer/Normal"]


class Mailer(Capability, Protocol):
    permission: ClassVar[str] = "mail"


def test_capabilities_make_permissions_and_no_pins() -> None:
    @node
    def tell(text: str, log: Log, *, mailer: Mailer) -> None:
        """Tells."""

    assert tell.definition.permissions == ("log", "mail")
    assert [pin.name for pin in tell.definition.inputs] == ["exec_in", "text"]
    assert [each.capability for each in tell.parameters] == [None, Log, Mailer]


def test_flags_reach_the_node() -> None:
    def derive(literals: object) -> InstancePins:
        return InstancePins()

    def migrate(literals: Any, version: int) -> Any:
        return literals

    @node(
        version=2,
        icon="sum",
        keywords=("x",),
        mutates=("items",),
        declassifies=True,
        pins=derive,
        migrate=migrate,
    )
    def work(items: list[int]) -> list[int]:
        """Works."""
        return items

    assert work.definition.key == "work@2"
    assert work.definition.derived
    assert work.definition.declassifies
    assert (work.definition.icon, work.definition.keywords) == ("sum", ("x",))
    assert work.parameters[0].mutates
    assert (work.derive, work.migrate) == (derive, migrate)


_FIRE = PinDefinition(name="exec_in", type=DataType.EXECUTION)


def test_a_stateful_step_takes_state_and_the_input_that_fired() -> None:
    @intrinsic(Kind.STATEFUL, inputs=[_FIRE])
    def step(
        state: int | None, fired_by: str, n: int, *, pins: tuple[str, ...]
    ) -> tuple[Found | None, int]:
        """Steps."""
        return None, n

    assert outline(step.definition.inputs) == ["exec_in:Execution/Normal", "n:Integer/Normal"]
    assert outline(step.definition.outputs) == ["found:Execution/Normal", "value:Integer/Normal"]
    assert step.gives is Gives.VALUE_AND_STATE
    assert [(each.name, each.pin) for each in step.parameters] == [("n", "n"), ("pins", "")]


def test_a_variable_update_takes_the_value_and_gives_the_new_one() -> None:
    class Popped(Out):
        rest: list[int]
        last: int

    @intrinsic(Kind.VARIABLE_UPDATE)
    def pop(current: list[int], at: int) -> Popped:
        """Pops."""
        return Popped([], 0)

    @intrinsic(Kind.VARIABLE_UPDATE)
    def clear(current: list[int]) -> list[int]:
        """Clears."""
        return []

    assert [pin.name for pin in pop.definition.inputs] == ["exec_in", "var_ref", "at"]
    assert [pin.name for pin in pop.definition.outputs] == ["exec_out", "last"]
    assert pop.fields == (("rest", ""), ("last", "last"))
    assert [pin.name for pin in clear.definition.outputs] == ["exec_out"]
    assert clear.gives is Gives.VALUE


def test_an_intrinsic_without_function_lists_its_pins() -> None:
    lazy = PinDefinition(name="a", type=DataType.GENERIC, lazy=True)
    choose = intrinsic(Kind.SELECT, name="choose", docs="Chooses.", inputs=[lazy])
    assert choose.function is None
    assert choose.definition.kind is Kind.SELECT
    assert choose.definition.inputs[0].lazy


# What authors do wrong.


def bare(a: Any) -> Any:
    return a


def unannotated(a, b: int) -> int:  # type: ignore[no-untyped-def]  # noqa: ANN001 - the mistake
    """Doc."""
    return b


def no_return(a: int):  # type: ignore[no-untyped-def]  # noqa: ANN201 - the mistake
    """Doc."""


def unknown_type(a: complex) -> int:
    """Doc."""
    return 1


def a_tuple(a: int) -> tuple[int, int]:
    """Doc."""
    return a, a


def a_union(a: int | str) -> int:
    """Doc."""
    return 1


def numbers(a: Literal[1, 2]) -> int:
    """Doc."""
    return 1


def int_keys(a: dict[int, str]) -> int:
    """Doc."""
    return 1


def nested(a: list[list[int]]) -> int:
    """Doc."""
    return 1


def bounded(a: Bounded) -> int:
    """Doc."""
    return a


def forgotten_parentheses(a: Annotated[int, Pin]) -> int:
    """Doc."""
    return a


def missing_name(a: "Nowhere") -> int:  # type: ignore[name-defined]  # noqa: F821 - the mistake of the test
    """Doc."""
    return 1


def same_pin(a: int, b: Annotated[int, Pin("a")]) -> int:
    """Doc."""
    return a


def bad_pin(a: Annotated[int, Pin("a.b")]) -> int:
    """Doc."""
    return a


def bad_count(a: Annotated[int, Pin(count=2)]) -> int:
    """Doc."""
    return a


def bad_schema(a: Annotated[int, Pin(schema={})]) -> int:
    """Doc."""
    return a


def bad_default(a: int = "1") -> int:  # type: ignore[assignment]  # the mistake of the test
    """Doc."""
    return a


def nan_default(a: float = float("nan")) -> float:
    """Doc."""
    return a


def bool_default(a: int = True) -> int:
    """Doc."""
    return a


def collector(**values: int) -> int:
    """Doc."""
    return 1


class Unnamed(Capability, Protocol):
    pass


def no_permission(a: int, thing: Unnamed) -> int:
    """Doc."""
    return a


def default_capability(a: int, log: Log = None) -> int:  # type: ignore[assignment]  # the mistake
    """Doc."""
    return a


class Unschemable(msgspec.Struct):
    f: Callable[[], int]


def no_schema(a: Unschemable) -> int:
    """Doc."""
    return 1


async def waiting(a: int) -> int:
    """Doc."""
    return a


def silent(a: int) -> None:
    """Doc."""


def leaving(a: int) -> Found:
    """Doc."""
    return Found(a)


def mixed(a: int) -> Found | int:
    """Doc."""
    return a


def out_or_none(a: int) -> Parts | None:
    """Doc."""


class Empty(Out):
    pass


def empty(a: int) -> Empty:
    """Doc."""
    return Empty()


class Twice(Out):
    a: int
    b: Annotated[int, Pin("a")]


def twice(a: int) -> Twice:
    """Doc."""
    return Twice(a, a)


class TextValue(Exit):
    value: str


def disagreeing(a: int) -> Found | TextValue:
    """Doc."""
    return Found(a)


class AlsoFound(Exit, pin="found"):
    pass


def one_pin_two_exits(a: int) -> Found | AlsoFound:
    """Doc."""
    return Found(a)


def lazy_input(a: Annotated[int, Pin(lazy=True)]) -> int:
    """Doc."""
    return a


def asks_the_clock(a: int, clock: Clock, random: Random) -> int:
    """Doc."""
    return a


async def yields_ints(a: int) -> AsyncIterator[int]:
    """Doc."""
    yield a


def returns_stream(a: int) -> AsyncIterator[Found]:
    """Doc."""
    return yields_found(a)


async def yields_found(a: int) -> AsyncIterator[Found]:
    """Doc."""
    yield Found(a)


def plain_generator(a: int) -> Iterator[int]:
    """Doc."""
    yield a


def generator_of_nothing(a: int) -> None:  # type: ignore[misc]  # the mistake of the test
    """Doc."""
    yield a


def exec_pin(exec_in: int) -> None:
    """Doc."""


MISTAKES: list[tuple[str, Any, Any]] = [
    ("no-docs", pure, bare),
    ("unannotated-parameter", pure, unannotated),
    ("no-return-type", pure, no_return),
    ("unknown-type", pure, unknown_type),
    ("unknown-type", pure, a_tuple),
    ("unknown-type", pure, a_union),
    ("unknown-type", pure, numbers),
    ("unknown-type", pure, int_keys),
    ("nested-type", pure, nested),
    ("bounded-type-variable", pure, bounded),
    ("pin-class", pure, forgotten_parentheses),
    ("unresolved-annotation", pure, missing_name),
    ("duplicate-pin", pure, same_pin),
    ("duplicate-pin", node, exec_pin),
    ("pin-name", pure, bad_pin),
    ("count", pure, bad_count),
    ("schema", pure, bad_schema),
    ("bad-default", pure, bad_default),
    ("bad-default", pure, nan_default),
    ("bad-default", pure, bool_default),
    ("keyword-collector", pure, collector),
    ("no-permission", pure, no_permission),
    ("capability-parameter", pure, default_capability),
    ("no-schema", pure, no_schema),
    ("impure", pure, waiting),
    ("impure", pure(blocking=True), a_tuple),
    ("impure", pure(mutates=("a",)), a_tuple),
    ("impure-result", pure, silent),
    ("impure-result", pure, leaving),
    ("mixed-result", node, mixed),
    ("mixed-result", node, out_or_none),
    ("empty-out", node, empty),
    ("duplicate-pin", node, twice),
    ("field-mismatch", node, disagreeing),
    ("duplicate-pin", node, one_pin_two_exits),
    ("lazy-input", node, lazy_input),
    ("lazy-input", node(lazy=("a",)), silent),
    ("not-deterministic", pure(deterministic=True), asks_the_clock),
    ("stream-type", node, yields_ints),
    ("stream-function", node, returns_stream),
    ("unknown-type", node, plain_generator),
    ("stream-function", node, generator_of_nothing),
    ("impure", pure, yields_found),
    ("blocking-async", node(blocking=True), waiting),
    ("unknown-parameter", node(mutates=("b",)), silent),
    ("flag-names", node(mutates="a"), silent),
    ("flag-names", node(keywords="a"), silent),
    ("exec-out", node(exec_out="x"), leaving),
    ("pin-name", node(exec_in="a b"), silent),
    ("unknown-flag", node(titel="x"), silent),  # type: ignore[call-overload]  # the mistake
    ("unknown-flag", node(qqqqq="x"), silent),  # type: ignore[call-overload]  # the mistake
    ("node-name", node(name="Bad Name"), silent),
    ("version", node(version=0), silent),
    ("version", node(version=True), silent),
    ("no-function", pure, Parts),
    ("kind-function", intrinsic(Kind.BRANCH), silent),
    ("stateful-inputs", intrinsic(Kind.STATEFUL), silent),
    ("missing-parameter", intrinsic(Kind.STATEFUL, inputs=[_FIRE]), silent),
    ("async-step", intrinsic(Kind.VARIABLE_UPDATE), waiting),
    ("update-inputs", intrinsic(Kind.VARIABLE_UPDATE, inputs=[_FIRE]), silent),
    ("update-result", intrinsic(Kind.VARIABLE_UPDATE), silent),
    ("update-result", intrinsic(Kind.VARIABLE_UPDATE), leaving),
]


@pytest.mark.parametrize(
    ("code", "decorator", "function"),
    MISTAKES,
    ids=[f"{code}-{function.__name__}" for code, _, function in MISTAKES],
)
def test_a_mistake_says_what_where_and_what_to_do(
    code: str, decorator: Callable[[Any], NodeType], function: Any
) -> None:
    with pytest.raises(DeclarationError) as caught:
        decorator(function)
    error = caught.value
    assert error.code == f"declaration.{code}"
    assert error.remedy
    assert error.where.node
    if not isinstance(function, type):
        assert error.where.file.endswith("test_declare.py")
        assert error.where.line > 0


def test_a_near_flag_is_suggested() -> None:
    with pytest.raises(DeclarationError) as caught:
        node(titel="x")(silent)  # type: ignore[call-overload]  # the mistake of the test
    assert "'title'" in caught.value.remedy


@pytest.mark.parametrize("result", [int, tuple[int, int], tuple[Found | None], tuple[None, int]])
def test_a_stateful_step_must_return_exit_and_state(result: Any) -> None:
    def step(state: Any, fired_by: str) -> Any:
        """Steps."""

    step.__annotations__["return"] = result
    with pytest.raises(DeclarationError) as caught:
        intrinsic(Kind.STATEFUL, inputs=[_FIRE])(step)
    assert caught.value.code == "declaration.state-result"


_LAZY = PinDefinition(name="a", type=DataType.INTEGER, lazy=True)


@pytest.mark.parametrize(
    ("code", "declare"),
    [
        ("no-function", lambda: intrinsic(Kind.CALL, name="x", docs="Doc.")),
        ("no-function", lambda: intrinsic(Kind.STATEFUL, name="x", docs="Doc.")),
        ("function-flag", lambda: intrinsic(Kind.START, name="x", docs="Doc.", blocking=True)),
        ("node-name", lambda: intrinsic(Kind.START, docs="Doc.")),
        ("lazy-input", lambda: intrinsic(Kind.WHILE, name="x", docs="Doc.", inputs=[_LAZY])),
        ("lazy-input", lambda: intrinsic(Kind.SELECT, name="x", docs="Doc.", outputs=[_LAZY])),
        (
            "duplicate-pin",
            lambda: intrinsic(Kind.START, name="x", docs="Doc.", outputs=[_FIRE] * 2),
        ),
    ],
)
def test_mistakes_in_listed_pins(code: str, declare: Callable[[], NodeType]) -> None:
    with pytest.raises(DeclarationError) as caught:
        declare()
    assert caught.value.code == f"declaration.{code}"


def test_a_set_is_told_from_an_array() -> None:
    @pure
    def sets(a: Unique[int], b: Annotated[Unique[T], Pin(label="B")]) -> Unique[T]:
        """Sets."""
        return b

    types = [pin.value_type for pin in (*sets.definition.inputs, *sets.definition.outputs)]
    assert types == [ValueType.SET] * 3
