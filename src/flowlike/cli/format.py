"""``flowlike fmt``: documents in canonical form, with the types of their nodes beside them."""

from flowlike.board.edit import apply
from flowlike.board.edit.commands import RecordTypes
from flowlike.board.model import Board
from flowlike.board.pins import Types
from flowlike.cli import output
from flowlike.cli.arguments import Options, Parser
from flowlike.cli.documents import Document, canonical, files_of, read, write
from flowlike.cli.installed import installed

EXAMPLES = ("flowlike fmt hello.board.json", "flowlike fmt --check shop/")


def configure(parser: Parser) -> None:
    """Adds the command's arguments."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a board, app, event, or the folder of an app"
    )
    parser.add_argument(
        "--check", action="store_true", help="change nothing; 1 if a file is not canonical"
    )


def execute(options: Options) -> int:
    """Writes each file that is not canonical, and names it."""
    catalog = installed()
    changed = 0
    for file in files_of(options.files):
        document = read(file)
        text = formatted(document, catalog)
        if text == document.text:
            continue
        changed += 1
        output.result(file)
        if not options.check:
            write(file, text)
    verb = "would change" if options.check else "changed"
    output.talk(f"{changed} files {verb}" if changed != 1 else f"1 file {verb}")
    return 1 if changed and options.check else 0


def formatted(document: Document, types: Types) -> bytes:
    """The canonical text of a document; a board also records the definitions of its nodes."""
    value = document.value
    if isinstance(value, Board):
        value = apply(value, RecordTypes(), types).board
    return canonical(value)
