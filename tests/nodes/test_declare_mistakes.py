"""What authors of nodes do wrong, and what they are told."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Annotated, Any, Literal, Protocol, TypeVar

import msgspec
import pytest

from flowlike.errors import DeclarationError
from flowlike.nodes import (
    Capability,
    Clock,
    DataType,
    Exit,
    Kind,
    Log,
    NodeType,
    Out,
    Pin,
    PinDefinition,
    Random,
    intrinsic,
    node,
    pure,
)

Bounded = TypeVar("Bounded", bound=int)
_FIRE = PinDefinition(name="exec_in", type=DataType.EXECUTION)


class Found(Exit, pin="found"):
    value: int


class Parts(Out):
    days: int


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
        assert error.where.file.endswith("test_declare_mistakes.py")
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
