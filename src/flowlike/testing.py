"""What authors of nodes test with: one node run with a clock that does not wait and logs kept.

run_node(add, integer1=1, integer2=2).outputs == {"sum": 3}
"""

import asyncio
import math
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from inspect import isawaitable
from typing import Any, ClassVar, NamedTuple

import msgspec
from msgspec import UNSET

from flowlike.board.definition import DataType, Kind, PinDefinition, ValueType
from flowlike.board.pins import split_key
from flowlike.errors import NodeFailure, UsageError, Where
from flowlike.nodes.capabilities import Log, Respond, Stream
from flowlike.nodes.declaration import Gives, NodeType
from flowlike.nodes.example import Example

_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)


class FakeClock:
    """A clock that stands still, and moves on at once when slept. ``slept`` holds the seconds."""

    permission: ClassVar[str] = "clock"

    def __init__(self, now: datetime = _EPOCH) -> None:
        self.time = now
        self.slept: list[float] = []

    def now(self) -> datetime:
        """The time it was set to, and what was slept since."""
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Moves on without waiting; gives way to others once."""
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class SeededRandom:
    """Random numbers that are the same in every run with one seed."""

    permission: ClassVar[str] = "random"

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 - tests want repeatable numbers

    def integer(self, lowest: int, highest: int) -> int:
        """A whole number between both, inclusive."""
        return self._random.randint(lowest, highest)

    def fraction(self) -> float:
        """A number from 0 up to, not including, 1."""
        return self._random.random()

    def shuffled(self, items: list[Any]) -> list[Any]:
        """A new list of the same items in random order."""
        return self._random.sample(items, len(items))


class LogLine(NamedTuple):
    """One line a node logged."""

    level: str
    message: object
    fields: Mapping[str, object]


class RecordingLog:
    """Keeps what is logged in ``lines``."""

    permission: ClassVar[str] = "log"

    def __init__(self) -> None:
        self.lines: list[LogLine] = []

    def debug(self, message: object, /, **fields: object) -> None:
        """Keeps a line of level ``debug``."""
        self.lines.append(LogLine("debug", message, fields))

    def info(self, message: object, /, **fields: object) -> None:
        """Keeps a line of level ``info``."""
        self.lines.append(LogLine("info", message, fields))

    def warning(self, message: object, /, **fields: object) -> None:
        """Keeps a line of level ``warning``."""
        self.lines.append(LogLine("warning", message, fields))

    def error(self, message: object, /, **fields: object) -> None:
        """Keeps a line of level ``error``."""
        self.lines.append(LogLine("error", message, fields))


class RecordingStream:
    """Keeps live events in ``events``: (kind, payload)."""

    permission: ClassVar[str] = "stream"

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []

    def emit(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Keeps the event."""
        self.events.append((kind, dict(payload)))


class Answer(NamedTuple):
    """What a node answered to an HTTP request."""

    status: int
    headers: Mapping[str, str]
    body: object


class RecordingRespond:
    """Keeps the one answer in ``answer``."""

    permission: ClassVar[str] = "respond"

    def __init__(self) -> None:
        self.answer: Answer | None = None

    def respond(self, status: int, headers: Mapping[str, str], body: object) -> None:
        """Keeps the answer. Raises NodeFailure ``http.already-answered`` the second time."""
        if self.answer is not None:
            raise NodeFailure(
                "http.already-answered",
                "The request was answered before.",
                remedy="Answer once in a run.",
            )
        self.answer = Answer(status, dict(headers), body)


class World:
    """The capabilities a node gets. Each fake given replaces the one of the same permission."""

    def __init__(self, *fakes: Any) -> None:
        own = (RecordingLog(), RecordingStream(), RecordingRespond(), FakeClock(), SeededRandom())
        self._by_permission: dict[str, Any] = {each.permission: each for each in (*own, *fakes)}

    def capability(self, wanted: type) -> Any:
        """The object for a capability type. Raises UsageError if there is none."""
        permission = getattr(wanted, "permission", "")
        if permission not in self._by_permission:
            raise UsageError(
                "testing.no-capability",
                f"The node asks for {wanted.__name__}, for which there is no fake.",
                remedy=f"Give one whose permission is {permission!r}: World(MyFake()).",
            )
        return self._by_permission[permission]


class NodeRun(msgspec.Struct):
    """What one node did.

    ``outputs`` are the last values by output pin, ``fired`` the execution outputs in order.
    ``exits`` holds each firing with its outputs. ``variable`` is what a variable update left.
    """

    outputs: dict[str, Any] = {}
    fired: list[str] = []
    exits: list[tuple[str, dict[str, Any]]] = []
    variable: Any = UNSET
    logs: list[LogLine] = []
    events: list[tuple[str, dict[str, Any]]] = []
    answer: Answer | None = None


def run_node(
    node_type: NodeType,
    values: Mapping[str, Any] | None = None,
    /,
    *,
    world: World | None = None,
    fire: Iterable[str] = (),
    before: Any = UNSET,
    **inputs: Any,
) -> NodeRun:
    """Runs one node and checks what it gives against its pins.

    Args:
        node_type: a node with a function; nodes that the compiler lowers need a board.
        values: inputs by pin key, for names that are no Python names; ``inputs`` are added.
        world: the capabilities; fakes by default.
        fire: execution inputs of a stateful node that fire, in order; by default the first, once.
        before: value of the variable, for a variable update.
        inputs: inputs by name. A pin that is not given has its default.

    Raises:
        NodeFailure: the node failed. What else it raises comes as it is.
        UsageError: an input is unknown or missing, an output does not fit its pin, or there is no
            function.
    """
    world = world or World()
    call = _Call(node_type, {**(values or {}), **inputs}, world, tuple(fire))
    run = NodeRun()
    match node_type.definition.kind:
        case Kind.STATEFUL:
            _run_stateful(call, run, fire)
        case Kind.VARIABLE_UPDATE:
            _run_update(call, run, before)
        case _:
            _run_function(call, run)
    _check_outputs(node_type, run)
    run.logs = getattr(world.capability(Log), "lines", [])
    run.events = getattr(world.capability(Stream), "events", [])
    run.answer = getattr(world.capability(Respond), "answer", None)
    return run


def check_example(node_type: NodeType, example: Example) -> None:
    """Runs an example of a node. Raises AssertionError if the node does something else."""
    failure = ""
    run = NodeRun()
    try:
        run = run_node(node_type, example.inputs, fire=example.fire, before=example.before)
    except NodeFailure as error:
        failure = error.code
    assert failure == example.fails, f"{example.node} failed with {failure or 'nothing'}"
    if failure:
        return
    for pin, value in example.outputs.items():
        assert pin in run.outputs, f"{example.node} gave no {pin}"
        assert _same(run.outputs[pin], value), f"{example.node}.{pin} is {run.outputs[pin]!r}"
    assert example.fired in {(), tuple(run.fired)}, f"{example.node} fired {run.fired}"
    if example.after is not UNSET:
        assert _same(run.variable, example.after), f"{example.node} left {run.variable!r}"


def _same(one: Any, other: Any) -> bool:
    """Equal, and of one type: 1, 1.0 and true differ on a wire."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(
            _same(value, other[key]) for key, value in one.items()
        )
    return bool(one == other)


class _Call:
    """One node with its arguments."""

    def __init__(
        self, node_type: NodeType, given: dict[str, Any], world: World, fire: tuple[str, ...]
    ) -> None:
        self.type = node_type
        definition = node_type.definition
        if node_type.function is None:
            raise UsageError(
                "testing.no-function",
                f"{definition.name!r} has no function: the compiler lowers it.",
                remedy="Test it in a board.",
                where=Where(node=definition.name),
            )
        self.function: Callable[..., Any] = node_type.function
        self.pins = {pin.name: pin for pin in definition.inputs if not pin.is_execution}
        for key in given:
            if split_key(key)[0] not in self.pins:
                raise self._usage("unknown-input", f"There is no input {key!r}.", key)
        self.given = given
        self.world = world
        starts = [pin for pin in definition.inputs if pin.is_execution]
        keys = [key for pin in starts for key in _keys(pin, fire)]
        self.exec_inputs = tuple(keys)
        self.positional: list[Any] = []
        self.keywords: dict[str, Any] = {}
        for parameter in node_type.parameters:
            if parameter.capability is not None:
                values = [world.capability(parameter.capability)]
            elif not parameter.pin:
                values = [self.exec_inputs]
            elif parameter.many:
                values = self._many(self.pins[parameter.pin])
            else:
                values = [self._value(self.pins[parameter.pin], parameter.pin)]
            if parameter.keyword:
                self.keywords[parameter.name] = values[0]
            else:
                self.positional += values

    def _usage(self, code: str, message: str, pin: str) -> UsageError:
        where = Where(node=self.type.definition.name, pin=pin)
        names = ", ".join(self.pins) or "none"
        return UsageError(f"testing.{code}", message, remedy=f"Inputs: {names}.", where=where)

    def _many(self, pin: PinDefinition) -> list[Any]:
        return [self._value(pin, key) for key in _keys(pin, self.given)]

    def _value(self, pin: PinDefinition, key: str) -> Any:
        if key in self.given:
            value = self.given[key]
        elif pin.default is not UNSET:
            value = _literal(pin)
        elif pin.optional:
            return None
        else:
            raise self._usage("missing-input", f"The input {key!r} has no value.", key)
        problem = misfit(pin, value)
        if problem:
            raise self._usage("bad-input", f"The input {key!r} {problem}.", key)
        return value

    def run(self, *before: Any) -> Any:
        """Calls the function, with what the engine passes first."""
        result = self.function(*before, *self.positional, **self.keywords)
        return asyncio.run(_awaited(result)) if isawaitable(result) else result


async def _awaited(result: Awaitable[Any]) -> Any:
    return await result


def _keys(pin: PinDefinition, listed: Iterable[str]) -> list[str]:
    """Keys of a pin: as many as it has at first, or as are listed."""
    if not pin.variadic:
        return [pin.name]
    ordinals = [ordinal for name, ordinal in map(split_key, listed) if name == pin.name]
    count = max([pin.count, *ordinals])
    return [pin.name, *(f"{pin.name}#{ordinal}" for ordinal in range(2, count + 1))]


def _literal(pin: PinDefinition) -> Any:
    if pin.type is DataType.DATE and isinstance(pin.default, str):
        return datetime.fromisoformat(pin.default).astimezone(UTC)
    return pin.default


def _run_function(call: _Call, run: NodeRun) -> None:
    node_type = call.type
    if node_type.gives is Gives.EXITS:
        _run_stream(call, run)
        return
    result = call.run()
    if node_type.gives is Gives.EXIT:
        _take_exit(node_type, run, result)
        return
    match node_type.gives:
        case Gives.VALUE:
            run.outputs[node_type.value_pin] = result
        case Gives.FIELDS:
            run.outputs |= {pin: getattr(result, name) for name, pin in node_type.fields}
        case _:
            assert result is None, (
                f"{node_type.definition.name} declares no output but returned {result!r}"
            )
    ways = [pin.name for pin in node_type.definition.outputs if pin.is_execution]
    if ways:
        _leave(run, ways[0], dict(run.outputs))


def _run_stream(call: _Call, run: NodeRun) -> None:
    async def collect() -> None:
        async for item in call.function(*call.positional, **call.keywords):
            _take_exit(call.type, run, item)

    asyncio.run(collect())


def _run_stateful(call: _Call, run: NodeRun, fire: Iterable[str]) -> None:
    state = None
    for key in tuple(fire) or call.exec_inputs[:1]:
        if key not in call.exec_inputs:
            raise UsageError("testing.unknown-input", f"There is no execution input {key!r}.")
        taken, state = call.run(state, key)
        if taken is not None:
            _take_exit(call.type, run, taken)


def _run_update(call: _Call, run: NodeRun, before: Any) -> None:
    result = call.run(None if before is UNSET else before)
    run.variable = result
    outputs: dict[str, Any] = {}
    if call.type.gives is Gives.FIELDS:
        (first, _), *rest = call.type.fields
        run.variable = getattr(result, first)
        outputs = {pin: getattr(result, name) for name, pin in rest}
    _leave(run, "exec_out", outputs)


def _take_exit(node_type: NodeType, run: NodeRun, result: Any) -> None:
    taken = next((each for each in node_type.exits if each.cls is type(result)), None)
    if taken is None:
        raise UsageError(
            "testing.undeclared-exit",
            f"{node_type.definition.name!r} returned {result!r}, which is none of its exits.",
            remedy="Name the exit in the return type.",
            where=Where(node=node_type.definition.name),
        )
    _leave(run, taken.pin, {pin: getattr(result, name) for name, pin in taken.fields})


def _leave(run: NodeRun, pin: str, outputs: dict[str, Any]) -> None:
    run.fired.append(pin)
    run.exits.append((pin, outputs))
    run.outputs |= outputs


def _check_outputs(node_type: NodeType, run: NodeRun) -> None:
    for outputs in [run.outputs, *(each for _, each in run.exits)]:
        for name, value in outputs.items():
            problem = misfit(node_type.output(name), value)
            if problem:
                raise UsageError(
                    "testing.bad-output",
                    f"The output {name!r} {problem}.",
                    remedy="Return what the type says, or mend the type.",
                    where=Where(node=node_type.definition.name, pin=name),
                )


_ELEMENTS: Mapping[DataType, type | tuple[type, ...]] = {
    DataType.STRING: str,
    DataType.INTEGER: int,
    DataType.FLOAT: float,
    DataType.BOOLEAN: bool,
    DataType.DATE: datetime,
    DataType.PATH: str,
    DataType.STRUCT: dict,
    DataType.BYTE: (bytes, int),
    DataType.GENERIC: object,
}


def misfit(pin: PinDefinition, value: Any) -> str:
    """What is wrong with a value for a pin, such as "is 'x', not Integer"; empty if it fits."""
    if value is None and (pin.optional or pin.type is DataType.GENERIC):
        return ""
    if pin.type is DataType.BYTE and isinstance(value, bytes):
        return ""
    if pin.value_type is ValueType.NORMAL:
        fits = _fits(pin.type, value)
    elif pin.value_type is ValueType.MAP:
        fits = isinstance(value, dict) and all(
            isinstance(key, str) and _fits(pin.type, each) for key, each in value.items()
        )
    else:
        fits = isinstance(value, list) and all(_fits(pin.type, each) for each in value)
        fits = fits and not (pin.value_type is ValueType.SET and _repeats(value))
    wanted = (
        pin.type.value if pin.value_type is ValueType.NORMAL else f"{pin.value_type} of {pin.type}"
    )
    return "" if fits else f"is {value!r}, not {wanted}"


def _repeats(items: list[Any]) -> bool:
    return any(_same(item, other) for at, item in enumerate(items) for other in items[:at])


def _fits(wanted: DataType, value: Any) -> bool:
    if isinstance(value, bool) and wanted in {DataType.INTEGER, DataType.BYTE}:
        return False
    if isinstance(value, int) and wanted is DataType.INTEGER:
        return -(2**63) <= value < 2**63
    if isinstance(value, float) and wanted is DataType.FLOAT:
        return math.isfinite(value)
    if isinstance(value, datetime) and wanted is DataType.DATE:
        return value.utcoffset() == timedelta()
    return isinstance(value, _ELEMENTS.get(wanted, ()))
