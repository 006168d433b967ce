"""Traces as the API sends them: names instead of numbers, values as JSON."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from flowlike.errors import TraceError
from flowlike.server.wire import View
from flowlike.trace.history import RunTrace
from flowlike.trace.records import Content, Direction, Form, Shape, Step

_NS = 1_000


class ContentView(View, frozen=True, kw_only=True, omit_defaults=True):
    """A value, or what is kept of it.

    ``form``: ``inline`` and ``blob`` have ``data``, ``head`` the beginning of a text, ``redacted``
    and ``opaque`` neither.
    """

    shape: str
    size: int
    form: str
    data: Any | UnsetType = UNSET
    head: str = ""


class TraceNode(View, frozen=True, kw_only=True):
    """A node of the program that ran.

    ``wired`` says what a step's ``ins`` speak of: entry i is the index of the input and that of the
    writer's output, -1 for what is no pin. None: ``ins`` stand in the order of the inputs.
    """

    id: str
    type: str
    title: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    wired: tuple[tuple[int, int], ...] | None = None


class TraceStep(View, frozen=True, kw_only=True):
    """One activation of a node. ``ins``: the activation that wrote each input, 0 for none."""

    seq: int
    node: str
    parent: int
    iteration: int
    start_us: int
    duration_us: int
    fired: list[str]
    state: str
    ins: tuple[int, ...]


class TraceValue(View, frozen=True, kw_only=True):
    """What a pin held."""

    seq: int
    pin: str
    kind: str
    content: ContentView


class LogView(View, frozen=True, kw_only=True):
    """A line of the log. ``level``: 0 debug to 4 fatal; ``at_us`` counts from the run's start."""

    seq: int
    level: int
    message: str
    node: str
    fields: dict[str, Any] | None
    at_us: int


class ErrorView(View, frozen=True, kw_only=True):
    """An error that a node raised, handled or not."""

    seq: int
    code: str
    message: str
    node: str
    pin: str
    remedy: str
    causes: tuple[str, ...]


class EndView(View, frozen=True, kw_only=True):
    """How the run ended."""

    status: str
    error: str | None
    steps: int
    handled_errors: int
    output: ContentView | None
    at_us: int


class ProgramView(View, frozen=True, kw_only=True):
    """The nodes of the program."""

    nodes: list[TraceNode]


class NodeTotal(View, frozen=True, kw_only=True):
    """All activations of one node."""

    node: str
    count: int
    errors: int
    total_us: int
    max_us: int


def program_of(trace: RunTrace) -> ProgramView:
    """The program's nodes."""
    nodes = trace.program.nodes if trace.program else ()
    return ProgramView(
        nodes=[
            TraceNode(
                id=each.id,
                type=each.type,
                title=each.title,
                inputs=each.inputs,
                outputs=each.outputs,
                wired=each.wired,
            )
            for each in nodes
        ]
    )


def steps_of(trace: RunTrace) -> list[TraceStep]:
    """The activations."""
    return [
        TraceStep(
            seq=step.seq,
            node=trace.node(step.node).id,
            parent=step.parent,
            iteration=step.iteration,
            start_us=step.start_ns // _NS,
            duration_us=step.duration_ns // _NS,
            fired=_fired(step, trace.node(step.node).outputs),
            state=step.state.name.lower(),
            ins=step.ins,
        )
        for step in trace.steps
    ]


def _fired(step: Step, outputs: tuple[str, ...]) -> list[str]:
    if isinstance(step.fired, tuple):
        indices = [each for each in step.fired if each < len(outputs)]
    else:
        indices = [index for index in range(len(outputs)) if step.fired >> index & 1]
    return [outputs[index] for index in indices]


def values_of(trace: RunTrace) -> list[TraceValue]:
    """What pins held."""
    return [
        TraceValue(
            seq=value.seq,
            pin=trace.pin(value),
            kind=Direction(value.kind).name.lower(),
            content=content_of(trace, value.content),
        )
        for value in trace.values
    ]


def logs_of(trace: RunTrace) -> list[LogView]:
    """The lines of the log."""
    return [
        LogView(
            seq=log.seq,
            level=log.level,
            message=log.message,
            node=_node_of(trace, log.seq),
            fields=log.fields,
            at_us=log.at_ns // _NS,
        )
        for log in trace.logs
    ]


def errors_of(trace: RunTrace) -> list[ErrorView]:
    """The errors."""
    return [
        ErrorView(
            seq=error.seq,
            code=error.code,
            message=error.message,
            node=trace.node(error.node).id if error.node >= 0 else "",
            pin=error.pin,
            remedy=error.remedy,
            causes=error.causes,
        )
        for error in trace.errors
    ]


def end_of(trace: RunTrace, *, with_data: bool) -> EndView | None:
    """The end, None if it is not recorded."""
    end = trace.end
    if end is None:
        return None
    output = content_of(trace, end.output) if end.output is not None and with_data else None
    return EndView(
        status=end.status,
        error=end.error,
        steps=end.steps,
        handled_errors=end.handled_errors,
        output=output,
        at_us=end.at_ns // _NS,
    )


def totals_of(trace: RunTrace) -> list[NodeTotal]:
    """Counts and times by node, in the order of the program."""
    totals: dict[str, list[int]] = {}
    for step in trace.steps:
        entry = totals.setdefault(trace.node(step.node).id, [0, 0, 0, 0])
        spent = step.duration_ns // _NS
        entry[0] += 1
        entry[1] += step.state.name == "ERROR"
        entry[2] += spent
        entry[3] = max(entry[3], spent)
    return [
        NodeTotal(node=node, count=count, errors=errors, total_us=total, max_us=longest)
        for node, (count, errors, total, longest) in totals.items()
    ]


def content_of(trace: RunTrace, content: Content) -> ContentView:
    """A value as JSON. Bytes become base64."""
    shape, form = Shape(content.shape).name.lower(), Form(content.form).name.lower()
    data: Any = UNSET
    if content.form in {Form.INLINE, Form.BLOB}:
        try:
            data = _jsonable(trace.value(content))
        except TraceError:
            form = "opaque"
    head = content.head.decode("utf-8", "replace") if content.shape is Shape.TEXT else ""
    return ContentView(shape=shape, size=content.size, form=form, data=data, head=head)


def _jsonable(value: Any) -> Any:
    """The value as JSON types; what JSON cannot say stands as text."""
    return msgspec.to_builtins(value, str_keys=True, enc_hook=str)


def _node_of(trace: RunTrace, seq: int) -> str:
    step = trace.by_seq.get(seq)
    return trace.node(step.node).id if step is not None else ""
