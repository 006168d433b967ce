"""Control: branches, loops, parallel work, memory, failing; most is lowered to Python statements.

Bodies come back to their node: what hangs on ``exec_out`` of a loop runs for each item, then
``done`` fires. Spec: engine, section 3.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from flowlike.nodes import (
    Clock,
    DataType,
    Example,
    Exit,
    InstancePins,
    Kind,
    NodeFailure,
    Pin,
    PinDefinition,
    ValueType,
    intrinsic,
    node,
)

MOST_CASES = 200


def _fires(name: str, label: str, *, variadic: bool = False) -> PinDefinition:
    """An execution pin; a variadic one stands twice at first."""
    count = 2 if variadic else 1
    return PinDefinition(
        name=name, type=DataType.EXECUTION, label=label, variadic=variadic, count=count
    )


def _generic(name: str, label: str, *, lazy: bool = False) -> PinDefinition:
    return PinDefinition(name=name, type=DataType.GENERIC, label=label, generic="T", lazy=lazy)


def _integer(name: str, label: str, description: str = "") -> PinDefinition:
    return PinDefinition(name=name, type=DataType.INTEGER, label=label, description=description)


_IN = _fires("exec_in", "Input")
_OUT = _fires("exec_out", "Done")
_DONE = _fires("done", "Done")
_VALUE = _generic("value", "Value")
_INDEX = _integer("index", "Index", "Counts from 0.")
_ARRAY = PinDefinition(
    name="array",
    type=DataType.GENERIC,
    value_type=ValueType.ARRAY,
    label="Array",
    generic="T",
    enforce_value_type=True,
)


branch = intrinsic(
    Kind.BRANCH,
    name="control_branch",
    title="Branch",
    category="Control",
    keywords=("if", "else", "condition"),
    docs="Goes one of two ways.",
    inputs=[
        _IN,
        PinDefinition(name="condition", type=DataType.BOOLEAN, label="Condition", default=True),
    ],
    outputs=[_fires("true", "True"), _fires("false", "False")],
)


def _switch_pins(literals: Mapping[str, Any]) -> InstancePins:
    """One execution output a case; none if the literals are no list of texts."""
    cases = literals.get("cases")
    if not isinstance(cases, list | tuple) or not all(isinstance(case, str) for case in cases):
        return InstancePins()
    pins = [
        PinDefinition(name="case", type=DataType.EXECUTION, label=case)
        for case in cases[:MOST_CASES]
    ]
    return InstancePins(outputs=tuple(pins))


switch = intrinsic(
    Kind.SWITCH,
    name="control_switch",
    title="Switch",
    category="Control",
    keywords=("case", "match", "choose"),
    docs="""Goes the way whose case equals the value, else the default way.

    Each text in ``cases`` makes an execution output; cases are set in the editor, not wired. The
    first of equal cases is taken.""",
    inputs=[
        _IN,
        PinDefinition(name="value", type=DataType.STRING, label="Value"),
        PinDefinition(
            name="cases",
            type=DataType.STRING,
            value_type=ValueType.ARRAY,
            label="Cases",
            default=[],
        ),
    ],
    outputs=[_fires("default", "Default")],
    pins=_switch_pins,
)

sequence = intrinsic(
    Kind.SEQUENCE,
    name="control_sequence",
    title="Sequence",
    category="Control",
    docs="Fires its outputs one after another, each when the one before is done.",
    inputs=[_IN],
    outputs=[_fires("exec_out", "Step", variadic=True)],
)

for_each = intrinsic(
    Kind.FOR_EACH,
    name="control_for_each",
    title="For Each",
    category="Control",
    keywords=("loop", "iterate"),
    docs="""Runs its body for each item of an array, then fires Done.

    The array is read once. A body that fails ends the loop, unless the node is set to go on.""",
    inputs=[_IN, _ARRAY],
    outputs=[_fires("exec_out", "For each item"), _VALUE, _INDEX, _DONE],
)

for_each_with_break = intrinsic(
    Kind.FOR_EACH_BREAK,
    name="control_for_each_with_break",
    title="For Each (Break)",
    category="Control",
    keywords=("loop", "iterate", "stop"),
    docs="""Runs its body for each item of an array until Break is true, then fires Done.

    Break is read before each item and after each wire of the body; feed it from a variable.""",
    inputs=[
        _IN,
        PinDefinition(name="break", type=DataType.BOOLEAN, label="Break", default=False),
        _ARRAY,
    ],
    outputs=[_fires("exec_out", "For each item"), _DONE, _VALUE, _INDEX],
)

par_for_each = intrinsic(
    Kind.PARALLEL_FOR_EACH,
    name="control_par_for_each",
    title="Parallel For Each",
    category="Control",
    keywords=("loop", "iterate", "concurrent"),
    docs="""Runs its body for all items of an array at once, then fires Done.

    Each body has its own values; they are seen outside when all are done, in the order of the
    items. At most Max Concurrent bodies run at a time; 0 or less means no limit of its own.""",
    inputs=[
        _IN,
        _ARRAY,
        PinDefinition(
            name="max_concurrent", type=DataType.INTEGER, label="Max concurrent", default=30
        ),
    ],
    outputs=[_fires("exec_out", "For each item"), _VALUE, _INDEX, _DONE],
)

par_execution = intrinsic(
    Kind.PARALLEL,
    name="control_par_execution",
    title="Parallel Execution",
    category="Control",
    keywords=("concurrent", "threads"),
    docs="""Fires all its tasks at once, and Done when all are done.

    ``threads`` runs nodes that are not async in threads, so that one that waits does not hold up
    the others.""",
    inputs=[
        _IN,
        PinDefinition(
            name="thread_model",
            type=DataType.STRING,
            label="Threads",
            default="tasks",
            choices=("tasks", "threads"),
        ),
    ],
    outputs=[_fires("exec_out", "Task", variadic=True), _fires("exec_done", "Done")],
)

while_loop = intrinsic(
    Kind.WHILE,
    name="control_while_loop",
    title="While Loop",
    category="Control",
    keywords=("loop", "repeat"),
    docs="""Runs its body as long as the condition is true, then fires Done.

    The condition is evaluated before each round. After Max rounds the loop ends with a warning.""",
    inputs=[
        _IN,
        PinDefinition(name="condition", type=DataType.BOOLEAN, label="Condition", default=False),
        PinDefinition(name="max_iter", type=DataType.INTEGER, label="Max", default=15),
    ],
    outputs=[
        _fires("exec_out", "Body"),
        _integer("iter", "Round", "Counts from 0."),
        _DONE,
    ],
)

timeout = intrinsic(
    Kind.TIMEOUT,
    name="control_timeout",
    title="Timeout",
    category="Control",
    long_running=True,
    docs="""Runs its body, but no longer than the given time.

    Fires Completed if the body was done in time, else stops it and fires Timed Out.""",
    inputs=[
        _fires("exec_in", "Execute"),
        PinDefinition(name="timeout_ms", type=DataType.FLOAT, label="Timeout (ms)", default=5000.0),
    ],
    outputs=[
        _fires("exec_body", "Execute"),
        _fires("exec_completed", "Completed"),
        _fires("exec_timed_out", "Timed out"),
    ],
)

try_ = intrinsic(
    Kind.TRY,
    name="control_try",
    title="Try / Catch",
    category="Control",
    keywords=("error", "exception", "handle"),
    docs="""Runs Try; if something in it fails, runs Catch; runs Finally in any case.

    ``error`` is the message of what failed.""",
    inputs=[_IN],
    outputs=[
        _fires("try", "Try"),
        _fires("catch", "Catch"),
        _fires("finally", "Finally"),
        PinDefinition(name="error", type=DataType.STRING, label="Error"),
    ],
)

call_reference = intrinsic(
    Kind.CALL_REFERENCE,
    name="control_call_reference",
    title="Call Reference",
    category="Control/Call",
    keywords=("function", "reuse"),
    docs="""Runs an event of this board as a function.

    The inputs are those of the event it calls; ``response`` is what Return Generic Result set
    there, null if nothing did. Each call has its own values; variables are shared.""",
    inputs=[
        _IN,
        PinDefinition(
            name="fn_ref",
            type=DataType.STRING,
            label="Function",
            description="The event to call; chosen in the editor, it cannot be wired.",
        ),
    ],
    outputs=[_OUT, PinDefinition(name="response", type=DataType.GENERIC, label="Result")],
)

reroute = intrinsic(
    Kind.REROUTE,
    name="reroute",
    title="Reroute",
    category="Control",
    docs="A bend in a wire; passes on what it gets.",
    inputs=[_generic("route_in", "In")],
    outputs=[_generic("route_out", "Out")],
)

select = intrinsic(
    Kind.SELECT,
    name="utils_types_select",
    title="Select",
    category="Utils/Types",
    keywords=("if", "ternary", "choose"),
    docs="""Gives A if the condition is true, else B.

    Only the chosen input is evaluated.""",
    inputs=[
        _generic("a", "A (true)", lazy=True),
        _generic("b", "B (false)", lazy=True),
        PinDefinition(name="condition", type=DataType.BOOLEAN, label="Condition", default=True),
    ],
    outputs=[_generic("result", "Result")],
)


@node(
    name="delay", title="Delay", category="Control", long_running=True, keywords=("sleep", "wait")
)
async def delay(
    time: Annotated[float, Pin(label="Time (ms)", range=(0, 86_400_000))] = 1000.0, *, clock: Clock
) -> None:
    """Waits; other branches go on.

    Zero and less do not wait.
    """
    if time > 0:
        await clock.sleep(time / 1000)


@node(name="control_fail", title="Fail", category="Control", keywords=("error", "throw", "raise"))
def fail(
    message: Annotated[str, Pin(label="Message")] = "Failed on purpose.",
    code: Annotated[str, Pin(label="Code", description="For programs that read the error.")] = "",
) -> None:
    """Fails with a message.

    What catches the error decides how the run goes on: an error pin, Try / Catch, or nothing.
    """
    raise NodeFailure(
        code or "control.failed",
        message or "Failed on purpose.",
        remedy="The board asks for this failure; see the message.",
        pin="message",
    )


class Then(Exit, pin="then"):
    """Do Once lets pass."""

    has_fired: Annotated[bool, Pin(label="Has fired")]


@intrinsic(
    Kind.STATEFUL,
    name="control_do_once",
    title="Do Once",
    category="Control/Flow",
    inputs=[_IN, _fires("reset", "Reset")],
)
def do_once(
    state: bool | None,
    fired_by: str,
    start_closed: Annotated[bool, Pin(label="Start closed")] = False,
) -> tuple[Then | None, bool]:
    """Lets the first pass, and no more until it is reset.

    The memory lasts for the run, or for one call of a function. Start Closed waits for a reset
    first.
    """
    if fired_by == "reset":
        return None, False
    closed = start_closed if state is None else state
    return (None if closed else Then(has_fired=True)), True


class ThenNumbered(Exit, pin="then"):
    """Do N lets pass."""

    index: Annotated[int, Pin(label="Index")] = 0
    remaining: Annotated[int, Pin(label="Remaining")] = 0


@intrinsic(
    Kind.STATEFUL,
    name="control_do_n",
    title="Do N",
    category="Control/Flow",
    inputs=[_IN, _fires("reset", "Reset")],
)
def do_n(
    state: int | None,
    fired_by: str,
    n: Annotated[int, Pin(label="N")] = 1,
    start_index: Annotated[
        int, Pin(label="Start index", description="What Index begins with.")
    ] = 0,
) -> tuple[ThenNumbered | None, int]:
    """Lets N pass, and no more until it is reset."""
    passed = state or 0
    if fired_by == "reset":
        return None, 0
    if passed >= n:
        return None, passed
    return ThenNumbered(start_index + passed, n - passed - 1), passed + 1


class A(Exit, pin="a"):
    """Flip Flop goes to A."""

    is_a: Annotated[bool, Pin(label="Is A")] = True
    tick: Annotated[int, Pin(label="Tick")] = 0


class B(Exit, pin="b"):
    """Flip Flop goes to B."""

    is_a: Annotated[bool, Pin(label="Is A")] = True
    tick: Annotated[int, Pin(label="Tick")] = 0


@intrinsic(
    Kind.STATEFUL,
    name="control_flip_flop",
    title="Flip Flop",
    category="Control/Flow",
    inputs=[_IN],
)
def flip_flop(
    state: int | None, fired_by: str, start_on_a: Annotated[bool, Pin(label="Start on A")] = True
) -> tuple[A | B | None, int]:
    """Goes to A and B in turns. Tick counts how often it has fired."""
    tick = (state or 0) + 1
    if (tick % 2 == 1) == start_on_a:
        return A(is_a=True, tick=tick), tick
    return B(is_a=False, tick=tick), tick


class Passed(Exit, pin="exit"):
    """The gate lets pass."""

    is_open: Annotated[bool, Pin(label="Is open")] = False


@intrinsic(
    Kind.STATEFUL,
    name="control_gate",
    title="Gate",
    category="Control/Flow",
    inputs=[
        _fires("enter", "Enter"),
        _fires("open", "Open"),
        _fires("close", "Close"),
        _fires("toggle", "Toggle"),
    ],
)
def gate(
    state: bool | None,
    fired_by: str,
    start_closed: Annotated[bool, Pin(label="Start closed")] = False,
) -> tuple[Passed | None, bool]:
    """Lets Enter pass while it is open. Open, Close and Toggle move the gate and fire nothing."""
    is_open = not start_closed if state is None else state
    match fired_by:
        case "open":
            return None, True
        case "close":
            return None, False
        case "toggle":
            return None, not is_open
    return (Passed(is_open=True) if is_open else None), is_open


class InSync(Exit, pin="exec_done"):
    """All inputs have arrived."""


@intrinsic(
    Kind.STATEFUL,
    name="control_gather",
    title="Gather",
    category="Control/Parallel",
    keywords=("join", "wait", "all"),
    inputs=[_fires("exec_in", "Input", variadic=True)],
)
def gather(
    state: Mapping[str, int] | None, fired_by: str, *, pins: tuple[str, ...]
) -> tuple[InSync | None, Mapping[str, int]]:
    """Fires when each of its inputs has fired, then waits for all of them again.

    An input that fires twice while another is missing counts for the next time too.
    """
    arrived = dict(state or {})
    arrived[fired_by] = arrived.get(fired_by, 0) + 1
    if any(not arrived.get(pin) for pin in pins):
        return None, arrived
    return InSync(), {pin: count - 1 for pin, count in arrived.items()}


EXAMPLES = (
    Example("control_branch", {"condition": False}, fired=("false",)),
    Example("control_switch", {"value": "b", "cases": ["a", "b"]}, fired=("case#2",)),
    Example("control_switch", {"value": "c", "cases": ["a", "b"]}, fired=("default",)),
    Example("control_sequence", fired=("exec_out", "exec_out#2")),
    Example(
        "control_for_each",
        {"array": ["a", "b"]},
        {"value": "b", "index": 1},
        fired=("exec_out", "exec_out", "done"),
    ),
    Example("control_for_each_with_break", {"array": ["a"], "break": True}, fired=("done",)),
    Example("control_par_for_each", {"array": ["a"]}, {"value": "a"}, fired=("exec_out", "done")),
    Example("control_par_execution", fired=("exec_out", "exec_out#2", "exec_done")),
    Example(
        "control_while_loop",
        {"condition": True, "max_iter": 2},
        {"iter": 1},
        fired=("exec_out", "exec_out", "done"),
    ),
    Example("control_timeout", {"timeout_ms": 1000.0}, fired=("exec_body", "exec_completed")),
    Example("control_try", fired=("try", "finally")),
    Example("control_call_reference", {"fn_ref": "function"}, {"response": None}),
    Example("reroute", {"route_in": 5}, {"route_out": 5}),
    Example("utils_types_select", {"a": 1, "b": 2, "condition": False}, {"result": 2}),
    Example("delay", {"time": 20.0}, fired=("exec_out",)),
    Example(
        "control_fail", {"message": "No stock.", "code": "shop.no-stock"}, fails="shop.no-stock"
    ),
    Example(
        "control_do_once", fire=("exec_in", "exec_in", "reset", "exec_in"), fired=("then", "then")
    ),
    Example(
        "control_do_n",
        {"n": 2, "start_index": 5},
        {"index": 6, "remaining": 0},
        fire=("exec_in", "exec_in", "exec_in"),
        fired=("then", "then"),
    ),
    Example("control_flip_flop", fire=("exec_in", "exec_in", "exec_in"), fired=("a", "b", "a")),
    Example(
        "control_gate", fire=("enter", "close", "enter", "toggle", "enter"), fired=("exit", "exit")
    ),
    Example("control_gather", fire=("exec_in", "exec_in", "exec_in#2"), fired=("exec_done",)),
)
