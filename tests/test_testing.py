import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any, ClassVar, Protocol

import pytest

from flowlike.board.model import Board, Input, Node, Output
from flowlike.builtin import control, events, logging, variables
from flowlike.errors import NodeFailure, PayloadError, UsageError
from flowlike.nodes import (
    Capability,
    Clock,
    DataType,
    Example,
    Exit,
    Kind,
    Log,
    Out,
    Pin,
    PinDefinition,
    Random,
    Respond,
    Stream,
    Unique,
    ValueType,
    intrinsic,
    node,
    pure,
)
from flowlike.nodes.catalog import Catalog
from flowlike.testing import (
    FakeClock,
    RecordingLog,
    RecordingRespond,
    RecordingStream,
    SeededRandom,
    World,
    check_example,
    misfit,
    run_board,
    run_node,
)

FIRE = PinDefinition(name="exec_in", type=DataType.EXECUTION, variadic=True, count=2)


class Seen(Exit):
    number: int


class Parts(Out):
    whole: int
    rest: Annotated[int, Pin("remainder")]


@pure
def add(a: int, b: int = 2) -> Annotated[int, Pin("sum")]:
    """Adds."""
    return a + b


@node
def divide(a: int, b: int) -> Parts:
    """Divides."""
    if b == 0:
        raise NodeFailure("math.division-by-zero", "Zero.", pin="b")
    return Parts(a // b, a % b)


@node
async def speak(
    text: str, log: Log, stream: Stream, clock: Clock, random: Random, respond: Respond
) -> None:
    """Uses all capabilities."""
    log.debug(text)
    log.info(text, at=clock.now())
    log.warning(text)
    log.error(random.integer(1, 1))
    await clock.sleep(5)
    stream.emit("said", {"text": text})
    respond.respond(200, {}, clock.now().isoformat())


@intrinsic(Kind.STATEFUL, inputs=[FIRE])
def counter(
    state: int | None, fired_by: str, by: int = 1, *, pins: tuple[str, ...]
) -> tuple[Seen | None, int]:
    """Counts, and skips the second input."""
    number = (state or 0) + by
    return (Seen(number) if fired_by == pins[0] else None), number


@intrinsic(Kind.VARIABLE_UPDATE)
def push(current: Any, value: int) -> list[Any]:
    """Pushes."""
    return [*(current or []), value]


def test_a_value_and_a_default() -> None:
    run = run_node(add, a=1)
    assert (run.outputs, run.fired) == ({"sum": 3}, [])


def test_fields_and_the_way_out() -> None:
    run = run_node(divide, {"a": 7}, b=2)
    assert run.outputs == {"whole": 3, "remainder": 1}
    assert run.exits == [("exec_out", {"whole": 3, "remainder": 1})]


def test_a_failure_comes_as_it_is() -> None:
    with pytest.raises(NodeFailure) as caught:
        run_node(divide, a=1, b=0)
    assert caught.value.where.pin == "b"


def test_capabilities_are_recorded() -> None:
    run = run_node(speak, text="hi")
    assert [(line.level, line.message) for line in run.logs] == [
        ("debug", "hi"),
        ("info", "hi"),
        ("warning", "hi"),
        ("error", 1),
    ]
    assert run.events == [("said", {"text": "hi"})]
    assert run.answer is not None
    assert run.answer.body == "2024-01-01T00:00:05+00:00"


def test_a_fake_replaces_the_one_of_its_permission() -> None:
    clock = FakeClock(datetime(2030, 5, 1, tzinfo=UTC))
    run = run_node(speak, text="hi", world=World(clock))
    assert run.answer is not None
    assert run.answer.body == "2030-05-01T00:00:05+00:00"
    assert clock.slept == [5]


class Mailer(Capability, Protocol):
    permission: ClassVar[str] = "mail"


class FakeMailer:
    permission: ClassVar[str] = "mail"


@pure
def has_mail(mailer: Mailer) -> bool:
    """Whether there is a mailer."""
    return isinstance(mailer, FakeMailer)


def test_other_capabilities_are_given_by_the_test() -> None:
    assert run_node(has_mail, world=World(FakeMailer())).outputs == {"result": True}
    with pytest.raises(UsageError) as caught:
        run_node(has_mail)
    assert caught.value.code == "testing.no-capability"
    assert "'mail'" in caught.value.remedy


def test_recorders_given_by_the_test_are_read_back() -> None:
    log, stream, respond = RecordingLog(), RecordingStream(), RecordingRespond()
    run = run_node(speak, text="hi", world=World(log, stream, respond))
    assert run.logs == log.lines != []
    assert run.events == stream.events != []
    assert run.answer is respond.answer is not None


def test_exits_and_streams() -> None:
    @node
    def leave(number: int) -> Seen:
        """Leaves."""
        return Seen(number)

    @node
    async def count(to: int) -> AsyncIterator[Seen]:
        """Counts."""
        for number in range(to):
            yield Seen(number)

    assert run_node(leave, number=4).exits == [("seen", {"number": 4})]
    run = run_node(count, to=2)
    assert run.fired == ["seen", "seen"]
    assert run.exits == [("seen", {"number": 0}), ("seen", {"number": 1})]
    assert run.outputs == {"number": 1}


def test_a_stateful_node_keeps_its_state() -> None:
    assert run_node(counter).exits == [("seen", {"number": 1})]
    run = run_node(counter, fire=("exec_in", "exec_in#2", "exec_in"), by=2)
    assert run.exits == [("seen", {"number": 2}), ("seen", {"number": 6})]
    with pytest.raises(UsageError, match="no execution input"):
        run_node(counter, fire=("other",))


def test_a_variable_update_leaves_the_new_value() -> None:
    run = run_node(push, before=[1], value=2)
    assert (run.variable, run.fired) == ([1, 2], ["exec_out"])
    assert run_node(push, value=2).variable == [2]


def test_repeated_pins_are_given_by_key() -> None:
    @pure
    def total(*items: int) -> int:
        """Adds all."""
        return sum(items)

    run = run_node(total, {"items": 1, "items#2": 2, "items#3": 3})
    assert run.outputs == {"result": 6}
    with pytest.raises(UsageError, match="'items#2' has no value"):
        run_node(total, {"items": 1, "items#3": 3})


def test_an_optional_pin_is_none_and_a_date_default_is_a_date() -> None:
    @pure
    def shift(by: int | None, at: datetime = datetime(2024, 1, 1, tzinfo=UTC)) -> datetime:
        """Shifts."""
        return at + timedelta(days=by or 1)

    assert run_node(shift).outputs == {"result": datetime(2024, 1, 2, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("code", "inputs"),
    [
        ("unknown-input", {"a": 1, "c": 1}),
        ("missing-input", {}),
        ("bad-input", {"a": "1"}),
        ("bad-input", {"a": True}),
        ("bad-input", {"a": 2**63}),
    ],
)
def test_wrong_inputs_are_said(code: str, inputs: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as caught:
        run_node(add, inputs)
    assert caught.value.code == f"testing.{code}"
    assert caught.value.remedy == "Inputs: a, b."


def test_wrong_outputs_are_said() -> None:
    @pure
    def lie(a: int) -> int:
        """Lies."""
        return str(a)  # type: ignore[return-value]  # what the test is about

    @node
    def other(a: int) -> Seen:
        """Leaves by another exit."""
        return Parts(a, a)  # type: ignore[return-value]  # what the test is about

    with pytest.raises(UsageError) as caught:
        run_node(lie, a=1)
    assert caught.value.code == "testing.bad-output"
    with pytest.raises(UsageError) as caught:
        run_node(other, a=1)
    assert caught.value.code == "testing.undeclared-exit"


def test_a_declared_nothing_must_be_nothing() -> None:
    @node
    def lie() -> None:
        """Lies."""
        return 3  # type: ignore[return-value]  # what the test is about

    with pytest.raises(AssertionError, match="declares no output"):
        run_node(lie)


@pytest.mark.parametrize(
    ("kind", "value_type", "good", "bad"),
    [
        (DataType.FLOAT, ValueType.NORMAL, 1.0, 1),
        (DataType.FLOAT, ValueType.NORMAL, 0.0, float("nan")),
        (DataType.BOOLEAN, ValueType.NORMAL, True, 1),
        (DataType.STRING, ValueType.NORMAL, "", None),
        (DataType.STRUCT, ValueType.NORMAL, {}, []),
        (DataType.BYTE, ValueType.ARRAY, b"", "x"),
        (DataType.GENERIC, ValueType.NORMAL, None, ...),
        (DataType.INTEGER, ValueType.ARRAY, [1], [1, "2"]),
        (DataType.INTEGER, ValueType.MAP, {"a": 1}, {1: 1}),
        (DataType.INTEGER, ValueType.SET, [1, 2], [1, 1]),
        (DataType.GENERIC, ValueType.SET, [1, True, 1.0], [{"a": [1]}, {"a": [1]}]),
        (DataType.DATE, ValueType.NORMAL, datetime(2024, 1, 1, tzinfo=UTC), "2024-01-01"),
        (
            DataType.DATE,
            ValueType.NORMAL,
            datetime(2024, 1, 1, tzinfo=UTC),
            datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        ),
    ],
)
def test_what_fits_a_pin(kind: DataType, value_type: ValueType, good: Any, bad: Any) -> None:
    pin = PinDefinition(name="x", type=kind, value_type=value_type)
    assert misfit(pin, good) == ""
    if bad is not ...:
        assert misfit(pin, bad)


def test_random_numbers_repeat() -> None:
    one, two = SeededRandom(3), SeededRandom(3)
    assert [one.integer(0, 99), one.fraction(), one.shuffled([1, 2, 3])] == [
        two.integer(0, 99),
        two.fraction(),
        two.shuffled([1, 2, 3]),
    ]


def test_a_slept_clock_moves() -> None:
    clock = FakeClock()
    before = clock.now()
    asyncio.run(clock.sleep(90))
    assert clock.now() - before == timedelta(seconds=90)


def test_an_answer_is_given_once() -> None:
    respond = RecordingRespond()
    respond.respond(200, {"A": "b"}, None)
    with pytest.raises(NodeFailure) as caught:
        respond.respond(200, {}, None)
    assert caught.value.code == "http.already-answered"


@pytest.mark.parametrize(
    ("example", "complaint"),
    [
        (Example("add", {"a": 1}, {"sum": 4}), "add.sum is 3"),
        (Example("add", {"a": 1}, {"sum": 3.0}), "add.sum is 3"),
        (Example("add", {"a": 1}, {"total": 3}), "gave no total"),
        (Example("add", {"a": 1}, fails="x.y"), "failed with nothing"),
        (Example("add", {"a": 1}, fired=("exec_out",)), "fired"),
    ],
)
def test_a_wrong_example_fails(example: Example, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        check_example(add, example)


def test_good_examples_pass() -> None:
    check_example(add, Example("add", {"a": 1}, {"sum": 3}))
    check_example(divide, Example("divide", {"a": 1, "b": 0}, fails="math.division-by-zero"))
    check_example(push, Example("push", {"value": 1}, before=[], after=[1]))
    with pytest.raises(AssertionError, match="left"):
        check_example(push, Example("push", {"value": 1}, before=[], after=[2]))
    with pytest.raises(AssertionError, match="division-by-zero"):
        check_example(divide, Example("divide", {"a": 1, "b": 0}))


def test_unique_inputs_are_checked() -> None:
    @pure
    def size(items: Unique[int]) -> int:
        """Counts."""
        return len(items)

    assert run_node(size, items=[1, 2]).outputs == {"result": 2}
    with pytest.raises(UsageError):
        run_node(size, items=[1, 1])


def test_a_lowered_node_runs_in_a_board() -> None:
    run = run_node(control.for_each, array=["a", "b"])
    assert run.exits == [
        ("exec_out", {"value": "a", "index": 0}),
        ("exec_out", {"value": "b", "index": 1}),
        ("done", {"value": "b", "index": 1}),
    ]
    assert run_node(control.for_each, array=[]).exits == [("done", {})]
    assert run_node(control.select, a=1, b=2, condition=False).outputs == {"result": 2}
    assert run_node(control.reroute, route_in="x").outputs == {"route_out": "x"}


def test_derived_pins_fire_too() -> None:
    run = run_node(control.switch, value="b", cases=["a", "b"])
    assert run.fired == ["case#2"]


def test_a_lowered_node_works_on_a_variable() -> None:
    run = run_node(variables.variable_set, before=1, value_in=2)
    assert (run.variable, run.outputs, run.fired) == (2, {"value_ref": 2}, ["exec_out"])
    assert run_node(variables.variable_get, before=[1]).outputs == {"value_ref": [1]}


def test_a_start_node_takes_the_inputs_as_payload() -> None:
    run = run_node(events.events_generic, name="Ada")
    assert run.exits == [("exec_out", {"payload": {"name": "Ada"}})]


def test_a_return_node_leaves_the_result() -> None:
    assert run_node(events.events_generic_return_result, response={"a": 1}).result == {"a": 1}


def test_a_lowered_node_warns_in_the_log() -> None:
    run = run_node(control.while_loop, condition=True, max_iter=3)
    assert run.fired == ["exec_out"] * 3 + ["done"]
    assert [line.level for line in run.logs] == ["warning"]


def test_a_lowered_node_that_fails_says_so() -> None:
    with pytest.raises(NodeFailure) as caught:
        run_node(control.call_reference, fn_ref="start")
    assert caught.value.code.startswith("engine.")


def board(*nodes: tuple[str, Node]) -> Board:
    return Board(id="test", nodes=dict(nodes))


def test_a_board_runs_with_fakes() -> None:
    start = Node(type="events_generic@1", outputs={"exec_out": Output(("wait.exec_in",))})
    wait = Node(
        type="delay@1",
        inputs={"time": Input(2000.0)},
        outputs={"exec_out": Output(("say.exec_in",))},
    )
    say = Node(type="log_info@1", inputs={"message": Input("done"), "toast": Input(True)})
    clock = FakeClock()
    result = run_board(
        board(("start", start), ("wait", wait), ("say", say)), {}, world=World(clock)
    )
    assert result.status == "completed"
    assert clock.slept == [2.0]
    assert [line.message for line in result.logs] == ["done"]
    assert [event.kind for event in result.events] == ["toast"]


def test_a_board_may_use_nodes_of_the_test() -> None:
    start = Node(type="events_simple@1", outputs={"exec_out": Output(("say.exec_in",))})
    say = Node(type="speak@1", inputs={"text": Input("hi")})
    catalog = Catalog([events.events_simple, logging.log_info, speak])
    result = run_board(board(("start", start), ("say", say)), catalog=catalog)
    assert result.response is not None
    assert result.response.body == "2024-01-01T00:00:05+00:00"


def test_what_a_board_lacks_is_said() -> None:
    start = Node(type="events_simple@1")
    use = Node(type="has_mail@1")
    catalog = Catalog([events.events_simple, has_mail])
    with pytest.raises(UsageError) as caught:
        run_board(board(("start", start), ("use", use)), catalog=catalog)
    assert caught.value.code == "testing.no-capability"
    with pytest.raises(UsageError):
        run_board(board(("start", start)), event="other")
    with pytest.raises(PayloadError):
        run_board(board(("start", Node(type="events_generic@1"))), payload=[1])
