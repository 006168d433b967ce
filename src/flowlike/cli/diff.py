"""``flowlike diff``: what differs between two boards, node by node."""

from flowlike.board.diff import describe, render
from flowlike.cli import output
from flowlike.cli.arguments import Options, Parser
from flowlike.cli.installed import installed
from flowlike.embed import load
from flowlike.errors import TextError, UsageError

EXAMPLES = (
    "flowlike diff old.board.json new.board.json",
    "flowlike diff old.board.json new.board.json --no-layout --json",
)


def configure(parser: Parser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("a", metavar="A", help="the board before")
    parser.add_argument("b", metavar="B", help="the board after")
    parser.add_argument("--no-layout", action="store_true", help="pass over what was only moved")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def execute(options: Options) -> int:
    """Shows the differences; 0 if there are none, 1 if there are, 2 if a board cannot be read."""
    try:
        a, b = load(options.a), load(options.b)
    except TextError as error:  # 1 would say that they differ
        raise UsageError(
            error.code, error.message, remedy=error.remedy, where=error.where
        ) from error
    found = describe(a, b, installed())
    if options.no_layout:
        found = [each for each in found if not each.layout]
    if options.json:
        output.result_json({"same": not found, "differences": found})
    else:
        output.result_text(render(found)) if found else None
    return 1 if found else 0
