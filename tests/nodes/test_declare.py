from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal, Protocol, TypeVar

import msgspec
import pytest
from msgspec import UNSET

from flowlike.nodes import (
    Capability,
    DataType,
    Exit,
    InstancePins,
    JsonObject,
    Kind,
    Log,
    Out,
    Pin,
    PinDefinition,
    Unique,
    ValueType,
    intrinsic,
    node,
    pure,
)
from flowlike.nodes.declaration import Gives

T = TypeVar("T")


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


def test_a_set_is_told_from_an_array() -> None:
    @pure
    def sets(a: Unique[int], b: Annotated[Unique[T], Pin(label="B")]) -> Unique[T]:
        """Sets."""
        return b

    types = [pin.value_type for pin in (*sets.definition.inputs, *sets.definition.outputs)]
    assert types == [ValueType.SET] * 3
