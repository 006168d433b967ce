"""Where a value came from and where it went, by the writer numbers that steps carry."""

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass

from flowlike.errors import UsageError
from flowlike.trace.history import RunTrace
from flowlike.trace.records import Step


@dataclass(frozen=True, slots=True)
class Link:
    """One value on its way: activation ``writer`` wrote it, ``reader`` read it.

    ``output`` and ``input`` are pin keys there, empty where the value passed through a variable
    or the trace does not know. ``distance`` counts links from where the search began, from 1.
    """

    writer: int
    output: str
    reader: int
    input: str
    distance: int


def links_of(trace: RunTrace, step: Step, distance: int = 1) -> Iterator[Link]:
    """The inputs of one activation that another one wrote, in pin order."""
    node = trace.node(step.node)
    for position, writer in enumerate(step.ins):
        if writer == 0:
            continue
        at, source = position, -1
        if node.wired is not None:
            at, source = node.wired[position] if position < len(node.wired) else (-1, -1)
        written = trace.by_seq.get(writer)
        outputs = trace.node(written.node).outputs if written else ()
        yield Link(
            writer=writer,
            output=outputs[source] if 0 <= source < len(outputs) else "",
            reader=step.seq,
            input=node.inputs[at] if 0 <= at < len(node.inputs) else "",
            distance=distance,
        )


def backward(trace: RunTrace, seq: int, pin: str = "") -> list[Link]:
    """All that led to an activation, nearest first; each activation is explained once.

    Args:
        trace: the run, recorded at ``steps`` or ``data``.
        seq: the activation.
        pin: an input narrows the search to it; an output, or nothing, means all inputs.

    Raises:
        UsageError: ``trace.unknown-step``, ``trace.unknown-pin``.
    """
    first = _step(trace, seq)
    node = trace.node(first.node)
    if pin and pin not in node.inputs and pin not in node.outputs:
        raise UsageError(
            "trace.unknown-pin",
            f"{node.title} has no pin {pin!r}.",
            remedy=f"Its pins: {', '.join((*node.inputs, *node.outputs))}.",
        )
    only = pin if pin in node.inputs else ""
    links = [link for link in links_of(trace, first) if not only or link.input == only]
    queue = deque(links)
    seen = {seq}
    while queue:
        link = queue.popleft()
        step = trace.by_seq.get(link.writer)
        if step is None or step.seq in seen:
            continue
        seen.add(step.seq)
        further = list(links_of(trace, step, link.distance + 1))
        links += further
        queue += further
    return links


def forward(trace: RunTrace, seq: int, pin: str = "") -> list[Link]:
    """All that an activation led to, nearest first.

    ``pin`` narrows it to what is known to come from that output.

    Raises:
        UsageError: ``trace.unknown-step``, ``trace.unknown-pin``.
    """
    node = trace.node(_step(trace, seq).node)
    if pin and pin not in node.outputs:
        raise UsageError(
            "trace.unknown-pin",
            f"{node.title} has no output {pin!r}.",
            remedy=f"Its outputs: {', '.join(node.outputs)}.",
        )
    readers: defaultdict[int, list[Link]] = defaultdict(list)
    for step in trace.steps:
        for link in links_of(trace, step):
            readers[link.writer].append(link)
    links: list[Link] = []
    queue = deque([(seq, 1)])
    seen = {seq}
    while queue:
        writer, distance = queue.popleft()
        for link in readers[writer]:
            if distance == 1 and pin and link.output != pin:
                continue
            links.append(Link(link.writer, link.output, link.reader, link.input, distance))
            if link.reader not in seen:
                seen.add(link.reader)
                queue.append((link.reader, distance + 1))
    return links


def _step(trace: RunTrace, seq: int) -> Step:
    step = trace.by_seq.get(seq)
    if step is None:
        raise UsageError(
            "trace.unknown-step",
            f"The trace of run {trace.run.run_id} has no step {seq}.",
            remedy="Record the run at level steps or data, and name a step that its table shows.",
        )
    return step
