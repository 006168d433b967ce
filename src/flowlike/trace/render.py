"""A run as a table and as a timeline: data and text. Who prints it escapes control characters."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flowlike.errors import TraceError
from flowlike.trace.history import RunTrace
from flowlike.trace.records import Content, Direction, Form, State, Step, fired_outputs

_SHORT = 60
_MOST_DEPTH = 64
_MOST_LANES = 8
_LABEL = 28
_BARS = {State.OK: "█", State.ERROR: "✗", State.SKIPPED: "·", State.CANCELLED: "░"}
_ASCII_BARS = {State.OK: "=", State.ERROR: "!", State.SKIPPED: ".", State.CANCELLED: "~"}


@dataclass(frozen=True, slots=True)
class Row:
    """One activation. ``path`` holds the iterations around it, outermost first, such as ``3.0``."""

    seq: int
    node: str
    title: str
    type: str
    start_ns: int
    duration_ns: int
    state: State
    fired: tuple[str, ...]
    path: str
    inputs: tuple[tuple[str, str], ...]
    outputs: tuple[tuple[str, str], ...]


def table(trace: RunTrace, limit: int | None = None) -> list[Row]:
    """The activations in the order they began, the first ``limit`` of them; values if recorded."""
    paths: dict[int, str] = {}
    rows = []
    for step in trace.steps[:limit]:
        node = trace.node(step.node)
        around = paths.get(step.parent, "")
        own = str(step.iteration) if step.iteration >= 0 else ""
        paths[step.seq] = ".".join(part for part in (around, own) if part)
        values = trace.values_by_seq.get(step.seq, ())
        inputs = [v for v in values if v.kind is Direction.INPUT]
        outputs = [v for v in values if v.kind is not Direction.INPUT]
        rows.append(
            Row(
                seq=step.seq,
                node=node.id,
                title=node.title,
                type=node.type,
                start_ns=step.start_ns,
                duration_ns=step.duration_ns,
                state=step.state,
                fired=fired_outputs(step, node),
                path=paths[step.seq],
                inputs=tuple((trace.pin(v), short(trace, v.content)) for v in inputs),
                outputs=tuple((trace.pin(v), short(trace, v.content)) for v in outputs),
            )
        )
    return rows


def short(trace: RunTrace, content: Content, width: int = _SHORT) -> str:
    """A value on one line of at most ``width`` characters; of what was not kept, shape and size."""
    shape = content.shape.name.lower()
    if content.form is Form.REDACTED:
        return f"<redacted {shape}, {content.size} bytes>"
    if content.form is Form.HEAD and content.shape.name == "TEXT":
        return _cut(repr(content.head.decode("utf-8", "replace")), width)
    try:
        return _cut(repr(trace.value(content)), width)
    except TraceError:
        return f"<{shape}, {content.size} bytes>"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"


@dataclass(slots=True)
class _Group:
    """The activations of one node inside one group: lines of the timeline."""

    node: int
    depth: int
    steps: list[Step]


def timeline(
    trace: RunTrace, width: int = 100, *, ascii_only: bool = False, most_lines: int = 200
) -> list[str]:
    """Bars over time, one line a node, indented under what ran it; parallel ones stand in lanes.

    Args:
        trace: the run, recorded at ``steps`` or ``data``.
        width: characters a line, at least 60.
        ascii_only: draw with ASCII alone.
        most_lines: how many lines at most; the last then says how many are missing.
    """
    if not trace.steps:
        return []
    bars = _ASCII_BARS if ascii_only else _BARS
    begin = min(step.start_ns for step in trace.steps)
    span = max(max(step.start_ns + step.duration_ns for step in trace.steps) - begin, 1)
    columns = max(width, 60) - _LABEL - 12
    lines: list[str] = []
    for group in _groups(trace.steps):
        times = f" x{len(group.steps)}" if len(group.steps) > 1 else ""
        room = max(_LABEL - 2 * min(group.depth, 8) - len(times), 4)
        title = trace.node(group.node).title
        title = title if len(title) <= room else title[: room - 1] + ("~" if ascii_only else "…")
        label = "  " * min(group.depth, 8) + title + times
        total = sum(step.duration_ns for step in group.steps)
        for lane in _lanes(group.steps):
            drawn = _draw(lane, begin, span, columns, bars)
            lines.append(f"{label:<{_LABEL}} {drawn:<{columns}} {duration(total) if label else ''}")
            label = ""
    lines = [line.rstrip() for line in lines]
    if len(lines) > most_lines:
        missing = len(lines) - most_lines + 1
        lines[most_lines - 1 :] = [f"({missing} more lines)"]
    return lines


def _groups(steps: Sequence[Step]) -> list[_Group]:
    """Nodes under the nodes that ran them, siblings by their first start."""
    group_of: dict[int, int] = {}
    groups: list[_Group] = []
    index: dict[tuple[int, int], int] = {}
    children: defaultdict[int, list[int]] = defaultdict(list)
    for step in steps:  # a parent has a lower number, so its group exists
        parent = group_of.get(step.parent, -1)
        if parent >= 0 and groups[parent].depth >= _MOST_DEPTH:
            parent = -1
        at = index.get((parent, step.node))
        if at is None:
            at = len(groups)
            index[parent, step.node] = at
            depth = groups[parent].depth + 1 if parent >= 0 else 0
            groups.append(_Group(step.node, depth, []))
            children[parent].append(at)
        groups[at].steps.append(step)
        group_of[step.seq] = at
    ordered: list[_Group] = []
    stack = children[-1][::-1]
    while stack:
        at = stack.pop()
        ordered.append(groups[at])
        stack += children[at][::-1]
    return ordered


def _lanes(steps: Sequence[Step]) -> list[list[Step]]:
    """Steps that overlap in time go to different lanes, up to a few; the rest share the last."""
    lanes: list[list[Step]] = []
    ends: list[int] = []
    for step in sorted(steps, key=lambda step: step.start_ns):
        at = next((i for i, end in enumerate(ends) if end <= step.start_ns), len(lanes))
        if at == _MOST_LANES:
            at -= 1
        if at == len(lanes):
            lanes.append([])
            ends.append(0)
        lanes[at].append(step)
        ends[at] = max(ends[at], step.start_ns + step.duration_ns)
    return lanes


def _draw(
    steps: Sequence[Step], begin: int, span: int, columns: int, bars: Mapping[State, str]
) -> str:
    cells = [" "] * columns
    # Errors last: they must stay visible where bars share a column.
    for step in sorted(steps, key=lambda step: step.state is State.ERROR):
        first = min((step.start_ns - begin) * columns // span, columns - 1)
        last = min((step.start_ns + step.duration_ns - begin) * columns // span, columns)
        for column in range(first, max(last, first + 1)):
            cells[column] = bars[step.state]
    return "".join(cells)


def duration(ns: int) -> str:
    """A duration with a fitting unit, such as ``1.5 ms``."""
    for unit, size in (("s", 10**9), ("ms", 10**6), ("us", 10**3)):
        if ns >= size:
            return f"{ns / size:.1f} {unit}"
    return f"{ns} ns"
