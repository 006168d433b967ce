"""``flowlike trace``: what happened in recorded runs, as a table or over time."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flowlike.cli import output
from flowlike.cli.arguments import Options, Parser
from flowlike.errors import TraceError, UsageError
from flowlike.trace.history import RunTrace
from flowlike.trace.lineage import links_of
from flowlike.trace.reader import SegmentReader
from flowlike.trace.records import Content, Direction, Form
from flowlike.trace.render import Row, duration, short, table, timeline

EXAMPLES = (
    "flowlike trace hello.trace",
    "flowlike trace hello.trace --timeline",
    "flowlike trace hello.trace --run last --json",
    "flowlike trace 01k8y4q3b6wz6v1h9gq5c0t2ra --data shop-data",
)
_RUN = re.compile(r"[0-9a-z]{26}")


def configure(parser: Parser) -> None:
    """Adds the command's arguments."""
    parser.add_argument(
        "file",
        metavar="FILE|RUN",
        help="a file that flowlike run --trace wrote, or the id of a run that a server kept",
    )
    parser.add_argument("--data", metavar="DIR", help="the data folder of the server")
    parser.add_argument(
        "--run", default="", metavar="ID", help="only the run whose id begins so, or the last"
    )
    parser.add_argument("--timeline", action="store_true", help="bars over time, not a table")
    parser.add_argument("--json", action="store_true", help="print one JSON object a run")


def execute(options: Options) -> int:
    """Shows the runs of a segment, or one of an archive; 1 if a part could not be read.

    Raises:
        TraceError: it is no segment, or beyond the limits.
        UsageError: there is no such run.
    """
    if Path(options.file).exists():
        return _of_file(options)
    if _RUN.fullmatch(options.file):
        return _of_archive(options)
    raise UsageError(
        "cli.no-trace-file",
        f"There is no file {options.file!r}, and it is no id of a run either.",
        remedy="flowlike runs lists ids, which have 26 letters and digits.",
    )


def _of_archive(options: Options) -> int:
    from flowlike.cli.runs import reader_of
    from flowlike.settings import data_folder, load

    reader = reader_of(data_folder(load(options.data)))
    try:
        kept = next((app for app in reader.apps() if reader.run(app, options.file)), None)
        trace = reader.trace(kept, options.file) if kept is not None else None
    finally:
        reader.close()
    if kept is None:
        raise UsageError(
            "cli.no-run",
            f"No run {options.file!r} was kept.",
            remedy="flowlike runs lists them. One that ended just now is there in a moment.",
        )
    if trace is None:
        raise UsageError(
            "cli.no-trace",
            "The run was kept without a trace.",
            remedy="Set a trace level for its event, or runs.trace for all.",
        )
    _show(trace, options, 0)
    return 0


def _of_file(options: Options) -> int:
    shown = 0
    last: RunTrace | None = None
    with SegmentReader(options.file) as reader:
        for trace in reader:
            if options.run == "last":
                last = trace
            elif trace.run.run_id.startswith(options.run):
                _show(trace, options, shown)
                shown += 1
        if last is not None:
            _show(last, options, shown)
            shown += 1
        for damage in reader.damage:
            output.talk(f"note: at byte {damage.offset}: {damage.reason}")
    if options.run and not shown:
        raise UsageError(
            "cli.no-run",
            f"The trace holds no run {options.run!r}.",
            remedy="Without --run, all runs are shown.",
        )
    return 1 if reader.damage else 0


def _show(trace: RunTrace, options: Options, before: int) -> None:
    if options.json:
        output.result_json(run_object(trace))
        return
    if before:
        output.result("")
    for line in _head(trace):
        output.result(line)
    lines = timeline(trace) if options.timeline else _table(trace)
    for line in lines:
        output.result(line)
    for log in trace.logs:
        output.result(f"log: {log.message}")
    for error in trace.errors:
        node = trace.node(error.node)
        output.result(f"error: {error.message} [{error.code}]")
        output.result(f"  node: {node.title} ({node.id})")
        if error.pin:
            output.result(f"  pin: {error.pin}")
        if error.remedy:
            output.result(f"  remedy: {error.remedy}")


def _head(trace: RunTrace) -> list[str]:
    run, end = trace.run, trace.end
    began = datetime.fromtimestamp(run.wall_ns / 1e9, UTC).isoformat(" ", "seconds")
    name = trace.program.name if trace.program else "unknown board"
    lines = [f"run {run.run_id}: {name}, from {run.entry}, {began[:19]} UTC, level {run.level}"]
    if end is None:
        return [*lines, "  the run's end is missing"]
    why = f" ({end.error})" if end.error else ""
    lines.append(f"  {end.status}{why} after {end.steps} steps in {duration(end.at_ns)}")
    if run.payload is not None:
        lines.append(f"  payload {short(trace, run.payload)}")
    if end.output is not None:
        lines.append(f"  result {short(trace, end.output)}")
    return lines


def _table(trace: RunTrace) -> list[str]:
    rows = table(trace)
    if not rows:
        return []
    cells = [("#", "node", "in", "time", "state", "values")]
    for row in rows:
        values = [f"{name}={value}" for name, value in row.inputs] or _reads(trace, row)
        values += [f"→ {name}={value}" for name, value in row.outputs]
        title = f"{row.title} ({row.node})"
        fired = f" → {', '.join(row.fired)}" if row.fired else ""
        state = row.state.name.lower() + fired
        took = duration(row.duration_ns)
        cells.append((str(row.seq), title, row.path, took, state, " ".join(values)))
    shown = [tuple(map(output.visible, each)) for each in cells]
    widths = [min(max(map(len, column)), 40) for column in zip(*shown, strict=True)][:-1]
    return ["  ".join(map(str.ljust, each, [*widths, 0])).rstrip() for each in shown]


def _reads(trace: RunTrace, row: Row) -> list[str]:
    """The inputs an activation read, by value if that was recorded, else by who wrote it."""
    step = trace.by_seq[row.seq]
    reads = []
    for link in links_of(trace, step):
        if not link.input:
            continue
        values = [
            value.content
            for value in trace.values_by_seq.get(link.writer, ())
            if value.kind is not Direction.INPUT and trace.pin(value) == link.output
        ]
        if link.writer == step.parent and 0 <= step.iteration < len(values):
            values = [values[step.iteration]]  # a loop writes its outputs once a round
        known = len(values) == 1
        shown = f"={short(trace, values[0])}" if known else f" from #{link.writer}"
        reads.append(link.input + shown)
    return reads


def run_object(trace: RunTrace) -> dict[str, Any]:
    """All that is known of a run, as data for JSON; times in nanoseconds from its start."""
    run, end = trace.run, trace.end
    return {
        "run_id": run.run_id,
        "board": trace.program.board if trace.program else "",
        "entry": run.entry,
        "level": run.level,
        "began_ns": run.wall_ns,
        "complete": trace.complete,
        "status": end.status if end else "",
        "error": end.error if end else None,
        "steps": end.steps if end else None,
        "duration_ns": end.at_ns if end else None,
        "payload": _content(trace, run.payload),
        "output": _content(trace, end.output) if end else None,
        "activations": [_activation(trace, row) for row in table(trace)],
        "logs": [
            {"seq": each.seq, "level": each.level, "message": each.message} for each in trace.logs
        ],
        "errors": [
            {
                "seq": each.seq,
                "code": each.code,
                "message": each.message,
                "node": trace.node(each.node).id,
                "pin": each.pin,
                "remedy": each.remedy,
            }
            for each in trace.errors
        ],
    }


def _activation(trace: RunTrace, row: Row) -> dict[str, Any]:
    values: dict[str, dict[str, Any]] = {"inputs": {}, "outputs": {}}
    for value in trace.values_by_seq.get(row.seq, ()):
        side = "inputs" if value.kind is Direction.INPUT else "outputs"
        values[side][trace.pin(value)] = _content(trace, value.content)
    return {
        "seq": row.seq,
        "node": row.node,
        "title": row.title,
        "type": row.type,
        "path": row.path,
        "start_ns": row.start_ns,
        "duration_ns": row.duration_ns,
        "state": row.state.name.lower(),
        "fired": row.fired,
        "reads": [
            {"input": link.input, "writer": link.writer, "output": link.output}
            for link in links_of(trace, trace.by_seq[row.seq])
        ],
        **values,
    }


def _content(trace: RunTrace, content: Content | None) -> Any:
    """A value as ``{"value": …}``, or what is known of one that was not kept."""
    if content is None:
        return None
    shape = {"shape": content.shape.name.lower(), "size": content.size}
    if content.form in {Form.REDACTED, Form.HEAD, Form.OPAQUE}:
        return {**shape, "kept": content.form.name.lower()}
    try:
        return {"value": trace.value(content)}
    except TraceError:
        return {**shape, "kept": "damaged"}
