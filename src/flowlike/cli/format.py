"""``flowlike fmt``: documents in canonical form.

A board also gets the definitions of its nodes, and the pins that follow from literals. Nothing a
person wrote is taken away; what does not fit the pins is for ``flowlike check`` to say.
"""

from msgspec import UNSET
from msgspec.structs import replace

from flowlike.board.edit import apply
from flowlike.board.edit.commands import RecordTypes
from flowlike.board.model import Board
from flowlike.cli import output
from flowlike.cli.arguments import Options, Parser
from flowlike.cli.documents import Document, canonical, files_of, read, write
from flowlike.cli.installed import installed
from flowlike.nodes.catalog import Catalog

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


def formatted(document: Document, catalog: Catalog) -> bytes:
    """The canonical text of a document; a board also records the definitions of its nodes."""
    value = document.value
    if isinstance(value, Board):
        value = apply(_with_pins(value, catalog), RecordTypes(), catalog).board
    return canonical(value)


def _with_pins(board: Board, catalog: Catalog) -> Board:
    nodes = dict(board.nodes)
    for node_id, node in board.nodes.items():
        definition = catalog.get(node.type)
        if definition is None or not definition.derived:
            continue
        literals = {pin.name: pin.default for pin in definition.inputs if pin.default is not UNSET}
        literals |= {
            key: each.value for key, each in node.inputs.items() if each.value is not UNSET
        }
        pins = catalog.derive(node.type, literals)
        if pins is not None and pins != node.pins:
            nodes[node_id] = replace(node, pins=pins)
    return replace(board, nodes=nodes)
