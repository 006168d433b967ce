"""``flowlike compile``: the Python a board becomes."""

from flowlike.board.model import TraceLevel
from flowlike.cli import output
from flowlike.cli.arguments import Options, Parser
from flowlike.cli.installed import installed
from flowlike.cli.report import titles
from flowlike.cli.run import compile_target
from flowlike.cli.target import find_target
from flowlike.cli.titled import titled

EXAMPLES = (
    "flowlike compile hello.board.json",
    "flowlike compile hello.board.json --source",
    "flowlike compile hello.board.json --event start --trace steps --source",
)


def configure(parser: Parser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("file", metavar="FILE", help="a board, or the folder of an app")
    parser.add_argument(
        "--event", default="", metavar="NAME", help="start node of the board, or event of the app"
    )
    parser.add_argument(
        "--trace", default="off", choices=list(TraceLevel), help="for runs that record this much"
    )
    parser.add_argument("--source", action="store_true", help="print the generated source")


def execute(options: Options) -> int:
    """Compiles for one start node and prints a summary, or the source."""
    target = find_target(options.file, options.event)
    catalog = installed()
    with titled(titles(target.board, catalog)):
        program = compile_target(target, catalog, options.trace)
    if options.source:
        output.result_text(program.source)
        return 0
    how = "awaits: it runs in an event loop" if program.is_async else "runs straight through"
    output.result(f"nodes: {len(program.nodes)} ({', '.join(program.nodes)})")
    output.result(f"lines: {len(program.source.splitlines())}")
    output.result(f"program: {how}")
    output.result(f"permissions: {', '.join(program.permissions) or 'none'}")
    output.result(f"hash: {program.hash}")
    return 0
