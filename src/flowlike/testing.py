"""What authors of nodes test with: one node run with a clock that does not wait and logs kept.

run_node(add, integer1=1, integer2=2).outputs == {"sum": 3}
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from inspect import isawaitable
from typing import Any, ClassVar, NamedTuple

import msgspec
from msgspec import UNSET

from flowlike.board.definition import DataType, Kind, PinDefinition
from flowlike.board.model import ERROR_PIN, Board, Input, InstancePins, Node, Output, Variable
from flowlike.board.pins import input_pins, output_pins, split_key
from flowlike.board.values import ValueMismatch, checker, identity
from flowlike.engine.host import Host
from flowlike.engine.program import compile_board
from flowlike.engine.run import RunResult
from flowlike.errors import NodeFailure, UsageError, Where
from flowlike.nodes.capabilities import Log, Respond, Stream
from flowlike.nodes.catalog import Catalog, default_catalog
from flowlike.nodes.declaration import Gives, NodeType
from flowlike.nodes.declare import intrinsic, node, pure
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
    result: Any = None
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
        node_type: the node. One without a function runs in a board made for it; if it is a start
            node, the inputs are the payload.
        values: inputs by pin key, for names that are no Python names; ``inputs`` are added.
        world: the capabilities; fakes by default.
        fire: execution inputs of a stateful node that fire, in order; by default the first, once.
        before: value of the variable, for nodes that work on one.
        inputs: inputs by name. A pin that is not given has its default.

    Raises:
        NodeFailure: the node failed. What else it raises comes as it is.
        UsageError: an input is unknown or missing, an output does not fit its pin, or there is no
            function.
    """
    world = world or World()
    given = {**(values or {}), **inputs}
    if node_type.function is None:
        return _run_lowered(node_type, given, tuple(fire), before)
    call = _Call(node_type, given, world, tuple(fire))
    run = NodeRun()
    match node_type.definition.kind:
        case Kind.STATEFUL:
            _run_stateful(call, run, fire)
        case Kind.VARIABLE_UPDATE:
            _run_update(call, run, before)
        case _:
            _run_function(call, run)
    _check_outputs(node_type, run, call.derived.outputs)
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
    return identity(one) == identity(other)


class _Call:
    """One node with its arguments."""

    def __init__(
        self, node_type: NodeType, given: dict[str, Any], world: World, fire: tuple[str, ...]
    ) -> None:
        self.type = node_type
        definition = node_type.definition
        assert node_type.function is not None
        self.function: Callable[..., Any] = node_type.function
        self.derived = node_type.derive(given) if node_type.derive else InstancePins()
        pins = (*definition.inputs, *self.derived.inputs)
        self.pins = {pin.name: pin for pin in pins if not pin.is_execution}
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
            elif parameter.derived:
                values = [{pin.name: self._value(pin, pin.name) for pin in self.derived.inputs}]
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
            value = checker(pin)(pin.default)
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
        case Gives.DERIVED:
            run.outputs |= {pin.name: result.get(pin.name) for pin in call.derived.outputs}
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


def _check_outputs(node_type: NodeType, run: NodeRun, derived: Iterable[PinDefinition]) -> None:
    pins = {pin.name: pin for pin in (*node_type.definition.outputs, *derived)}
    for outputs in [run.outputs, *(each for _, each in run.exits)]:
        for name, value in outputs.items():
            problem = misfit(pins[name], value)
            if problem:
                raise UsageError(
                    "testing.bad-output",
                    f"The output {name!r} {problem}.",
                    remedy="Return what the type says, or mend the type.",
                    where=Where(node=node_type.definition.name, pin=name),
                )


def run_board(
    board: Board,
    payload: Any = None,
    *,
    event: str = "",
    catalog: Catalog | None = None,
    world: World | None = None,
) -> RunResult:
    """Runs a board once with fakes.

    Args:
        payload: a JSON object for the start node.
        event: the start node's id or unique name; not needed if there is one.
        catalog: the node types; by default the built-in ones.
        world: clock, random numbers and further capabilities. Log lines, live events and the answer
            are in the result.

    Raises:
        CompileError: the board is not correct.
        PayloadError: the payload does not fit.
        UsageError: there is no such start node, or a capability without a fake.
    """
    catalog = catalog or default_catalog()
    world = world or World()
    types = [catalog.node_type(each.type) for each in board.nodes.values()]
    others = {
        each.capability: world.capability(each.capability)
        for node_type in types
        for each in (node_type.parameters if node_type else ())
        if each.capability is not None and each.capability not in _OF_THE_RUN
    }
    return compile_board(board, catalog, event=event).run(payload, host=Host(others=others))


_OF_THE_RUN = frozenset({Log, Stream, Respond})
"""Capabilities that a run makes itself."""

_VARIABLE = "variable"
_START_PIN = PinDefinition(name="exec_out", type=DataType.EXECUTION)
_start = intrinsic(
    Kind.START, name="testing_start", docs="Starts the board of a test.", outputs=[_START_PIN]
)
_variable = intrinsic(
    Kind.VARIABLE_GET,
    name="testing_variable",
    docs="Reads the variable of a test.",
    inputs=[PinDefinition(name="var_ref", type=DataType.STRING)],
    outputs=[PinDefinition(name="value_ref", type=DataType.GENERIC)],
)


@pure(name="testing_given")
def _given(value: Any) -> Any:
    """Gives a literal, where one must be wired."""
    return value


class _Stage:
    """A board around one node, with nodes that note what it fires and gives."""

    def __init__(self, node_type: NodeType, given: Mapping[str, Any], run: NodeRun) -> None:
        pins = node_type.derive(given) if node_type.derive else InstancePins()
        definition = node_type.definition
        literals = {} if definition.kind in {Kind.START, Kind.REROUTE} else {**given}
        if any(pin.name == "var_ref" for pin in definition.inputs):
            literals["var_ref"] = _VARIABLE
        inputs = {key: Input(value) for key, value in literals.items()}
        self.subject = Node(type=definition.key, pins=pins, inputs=inputs)
        self.inputs = input_pins(self.subject, definition)
        self.outputs = output_pins(self.subject, definition)
        self.nodes: dict[str, Node] = {
            "function": Node(type="testing_start@1"),
            "read": Node(type="testing_variable@1", inputs={"var_ref": Input(_VARIABLE)}),
        }
        if definition.kind is Kind.REROUTE:  # it passes on what is wired, and has no literal
            source = Output(("subject.route_in",))
            literal = {"value": Input(given["route_in"])}
            self.nodes["given"] = Node(
                type="testing_given@1", inputs=literal, outputs={"result": source}
            )
        self.catalog = Catalog([node_type, _start, _variable, _given, *_noting(run)])

    def seers(self, prefix: str) -> list[str]:
        """Nodes that note each data output, one after another; gives where to fire them."""
        ends = []
        for number, (key, pin) in enumerate(self.outputs.items()):
            if not pin.is_execution:
                name = f"{prefix}-{number}"
                self.nodes[name] = _noter("testing_seen@1", key)
                self._wire(key, f"{name}.value")
                ends.append(f"{name}.exec_in")
        return ends

    def _wire(self, key: str, *ends: str) -> None:
        known = self.subject.outputs.get(key, Output())
        outputs = {**self.subject.outputs, key: Output((*known.to, *ends))}
        self.subject = msgspec.structs.replace(self.subject, outputs=outputs)

    def board(self, fire: Iterable[str], before: Any) -> Board:
        """The board; a start node fires the node, or is it."""
        ends = []
        for number, (key, pin) in enumerate(self.outputs.items()):
            if pin.is_execution:
                self.nodes[f"fired-{number}"] = _noter("testing_fired@1", key)
                self._wire(key, f"fired-{number}.exec_in", *self.seers(f"seen-{number}"))
        starts = (
            tuple(fire) or tuple(key for key, pin in self.inputs.items() if pin.is_execution)[:1]
        )
        ends = [f"subject.{key}" for key in starts] or self.seers("seen")
        self.nodes["left"] = Node(type="testing_left@1", outputs={ERROR_PIN: Output()})
        read = Output(("left.value",))
        self.nodes["read"] = msgspec.structs.replace(
            self.nodes["read"], outputs={"value_ref": read}
        )
        first = Output((*ends, "left.exec_in"))
        self.nodes["start"] = Node(type="testing_start@1", outputs={"exec_out": first})
        variable = Variable(name=_VARIABLE, type=DataType.GENERIC, default=before)
        nodes = {**self.nodes, "subject": self.subject}
        return Board(id="test", nodes=nodes, variables={_VARIABLE: variable})


def _noter(kind: str, key: str) -> Node:
    """A node that notes; what has no value yet is passed over."""
    return Node(type=kind, inputs={"pin": Input(key)}, outputs={ERROR_PIN: Output()})


def _noting(run: NodeRun) -> list[NodeType]:
    """Node types that write down what happens."""

    @node(name="testing_fired")
    def fired(pin: str) -> None:
        """Notes that an execution output fired."""
        _leave(run, pin, {})

    @node(name="testing_seen")
    def seen(pin: str, value: Any) -> None:
        """Notes the value of an output."""
        run.outputs[pin] = value
        if run.exits:
            run.exits[-1][1][pin] = value

    @node(name="testing_left")
    def left(value: Any) -> None:
        """Notes the value of the variable."""
        run.variable = value

    return [fired, seen, left]


def _run_lowered(
    node_type: NodeType, given: Mapping[str, Any], fire: tuple[str, ...], before: Any
) -> NodeRun:
    run = NodeRun()
    stage = _Stage(node_type, given, run)
    starts = node_type.definition.kind is Kind.START
    program = compile_board(
        stage.board(fire, before), stage.catalog, event="subject" if starts else "start"
    )
    ended = program.run(dict(given) if starts else None)
    error = ended.error
    if error is not None:
        raise NodeFailure(error.code, error.message, remedy=error.remedy, pin=error.pin)
    run.result = ended.outputs
    run.logs = [LogLine(_LEVELS[each.level], each.message, each.fields) for each in ended.logs]
    return run


_LEVELS = ("debug", "info", "warning", "error", "fatal")


def misfit(pin: PinDefinition, value: Any) -> str:
    """What keeps a value from a wire of that pin, such as "is a String, requires an Integer".

    Empty if it fits. JSON is no wire value: a whole number does not fit a Float, a text no Date.
    """
    try:
        checked = checker(pin)(value)
    except ValueMismatch as error:
        return f"{error.path} {error.message}".strip()
    if repr(checked) == repr(value):  # equal is not enough: 1 is not 1.0, and zones must be UTC
        return ""
    return f"is {value!r}, where a wire would carry {checked!r}"
