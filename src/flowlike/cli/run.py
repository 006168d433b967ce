"""``flowlike run``: one run of a board in this process."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from flowlike.board.model import Board, LogLevel, TraceLevel
from flowlike.board.pins import Types, definition_of, output_pins
from flowlike.board.values import to_json
from flowlike.cli import output
from flowlike.cli.arguments import USAGE, Options, Parser, positive, positive_whole
from flowlike.cli.installed import installed
from flowlike.cli.payloads import from_inputs, read_secrets, read_value, read_variables
from flowlike.cli.recording import Recorder
from flowlike.cli.report import error_object, problem_lines, tell, titles
from flowlike.cli.target import BOARD_SUFFIX, Target, find_target
from flowlike.cli.titled import TitleOf, titled
from flowlike.engine.host import Host, to_text
from flowlike.engine.program import Program, compile_board, find_start
from flowlike.engine.run import Cancellation, Limits, LogEntry, RunResult
from flowlike.errors import FlowlikeError, UsageError, Where
from flowlike.nodes.catalog import Catalog

EXAMPLES = (
    "flowlike run hello.board.json",
    "flowlike run hello.board.json --event start --input name=Ada --input 'scores=[1, 2]'",
    "flowlike run order.board.json --payload order.json --json",
    'echo \'{"name": "Ada"}\' | flowlike run hello.board.json --payload -',
    "flowlike run hello.board.json --trace data && flowlike trace hello.trace",
    "FLOWLIKE_SECRET_API_KEY=… flowlike run shop/ --event order",
)


def configure(parser: Parser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("file", metavar="FILE", help="a board, or the folder of an app")
    parser.add_argument(
        "--event", default="", metavar="NAME", help="start node of the board, or event of the app"
    )
    given = parser.add_mutually_exclusive_group()
    given.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="one value of the payload, JSON or text; may be repeated",
    )
    given.add_argument("--payload", metavar="FILE", help="the payload, a JSON object; - is stdin")
    parser.add_argument(
        "--variables", metavar="FILE", help="values of variables, a JSON object; - is stdin"
    )
    parser.add_argument(
        "--trace", default="off", choices=list(TraceLevel), help="what is recorded (default: off)"
    )
    parser.add_argument(
        "--trace-file", metavar="FILE", help="where to; default: the board's name with .trace"
    )
    parser.add_argument(
        "--max-steps", type=positive_whole, metavar="N", help="end the run after N steps"
    )
    parser.add_argument(
        "--max-seconds", type=positive, metavar="S", help="end the run after S seconds"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object with everything")


def execute(options: Options) -> int:
    """Runs the board once; 1 if it did not complete or its trace could not be kept."""
    if options.payload == options.variables == "-":
        raise UsageError(USAGE, "Only one of payload and variables can come from stdin.")
    target = find_target(options.file, options.event)
    catalog = installed()
    title_of = titles(target.board, catalog)
    file = _trace_file(options, target)
    with titled(title_of):
        program = compile_target(target, catalog, options.trace)
        with Recorder(file, options.trace) as recorder:
            result = _run(options, target, catalog, program)
            error = recorder.keep(result, program)
    trace = file if result.trace and not error else ""
    if options.json:
        output.result_json(result_object(result, title_of, trace, error))
    else:
        show(result, title_of, trace)
    if error:
        tell(problem_lines("error", error.code, error.message, error.remedy, error.where))
    return 0 if result.status == "completed" and not error else 1


def _run(options: Options, target: Target, catalog: Catalog, program: Program) -> RunResult:
    start = find_start(target.board, catalog, target.start)
    payload = _payload(options, target.board, catalog, start)
    variables = read_variables(options.variables) if options.variables else None
    secrets = read_secrets(target.board)
    with cancel_on_interrupt() as cancel:
        return program.run(
            payload,
            variables=variables,
            overrides=target.overrides,
            secrets=secrets,
            host=Host(on_log=_tell_log),
            limits=_limits(options, target),
            cancel=cancel,
        )


def compile_target(target: Target, catalog: Catalog, level: str) -> Program:
    """The program of a target. Raises CompileError and UsageError that name its file."""
    try:
        return compile_board(target.board, catalog, event=target.start, trace=level)
    except FlowlikeError as error:
        where = error.where
        error.where = Where(target.file, where.line, where.node, where.pin, where.path)
        raise


def _payload(options: Options, board: Board, types: Types, start: str) -> Any:
    if options.payload is not None:
        return read_value(options.payload)
    node = board.nodes[start]
    definition = definition_of(node, board, types)
    pins = output_pins(node, definition) if definition else {}
    return from_inputs(options.input, pins)


def _limits(options: Options, target: Target) -> Limits:
    """What files ask for may only lower the usual limits; the person who calls decides freely."""
    usual = Limits()
    steps = min([usual.steps, *(each.steps for each in target.limits if each.steps)])
    seconds = min([usual.seconds, *(each.seconds for each in target.limits if each.seconds)])
    return Limits(options.max_steps or steps, options.max_seconds or seconds)


def _trace_file(options: Options, target: Target) -> str:
    if options.trace_file and options.trace == "off":
        raise UsageError(
            USAGE, "--trace-file needs a level to record.", remedy="Add --trace steps, say."
        )
    name = Path(target.file).name.removesuffix(BOARD_SUFFIX).removesuffix(".json")
    return options.trace_file or f"{name}.trace"


@contextmanager
def cancel_on_interrupt() -> Iterator[Cancellation]:
    """A cancellation that Ctrl-C requests; a second Ctrl-C ends the process at once."""
    cancel = Cancellation()

    def request(number: int, frame: FrameType | None) -> None:
        del frame
        if cancel.requested:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        cancel.request()

    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN or threading.current_thread() is not threading.main_thread():
        yield cancel
        return
    signal.signal(signal.SIGINT, request)
    try:
        yield cancel
    finally:
        signal.signal(signal.SIGINT, before)


def _tell_log(entry: LogEntry) -> None:
    level = list(LogLevel)[entry.level].lower()
    fields = "".join(f" {name}={to_text(value)}" for name, value in entry.fields.items())
    output.talk(f"{level}: {entry.message}{fields}")


def show(result: RunResult, title_of: TitleOf, trace: str) -> None:
    """Prints how a run ended: its result on stdout, all else on stderr."""
    if result.response is not None:
        headers = "".join(f", {name}: {text}" for name, text in result.response.headers.items())
        output.talk(f"answered {result.response.status}{headers}")
        _show_value(result.response.body)
    if result.outputs is not None:
        _show_value(result.outputs)
    if result.error is not None:
        error = result.error
        where = Where(node=error.node, pin=error.pin)
        tell(problem_lines(result.status, error.code, error.message, error.remedy, where, title_of))
        tell([f"  cause: {cause}" for cause in error.cause])
    count = result.handled_errors
    caught = f", {count} error{'s' * (count > 1)} handled" if count else ""
    recorded = f", trace in {trace}" if trace else ""
    output.talk(f"{result.status} after {result.steps} steps{caught}{recorded}")


def _show_value(value: Any) -> None:
    if isinstance(value, str):
        output.result_text(value)
    else:
        output.result_json(to_json(value), pretty=True)


def result_object(
    result: RunResult, title_of: TitleOf, trace: str, trouble: FlowlikeError | None = None
) -> dict[str, Any]:
    """All of a result as data for JSON."""
    error, response = result.error, result.response
    told: dict[str, Any] = {
        "status": result.status,
        "outputs": to_json(result.outputs),
        "error": None,
        "steps": result.steps,
        "handled_errors": result.handled_errors,
        "logs": [
            {
                "level": str(list(LogLevel)[each.level]),
                "message": each.message,
                "node": each.node,
                "fields": to_json(each.fields),
            }
            for each in result.logs
        ],
        "events": [
            {"kind": each.kind, "payload": to_json(each.payload), "node": each.node}
            for each in result.events
        ],
        "response": None,
        "run_id": result.run_id,
        "trace": trace,
    }
    if error is not None:
        told["error"] = {
            "code": error.code,
            "message": error.message,
            "node": error.node,
            "title": title_of(error.node),
            "pin": error.pin,
            "remedy": error.remedy,
            "cause": list(error.cause),
        }
    if response is not None:
        told["response"] = {
            "status": response.status,
            "headers": response.headers,
            "body": to_json(response.body),
        }
    if trouble is not None:
        told["trace_error"] = error_object(trouble)
    return told
