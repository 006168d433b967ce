"""``flowlike new``: a first board that runs, alone or in the folder of an app."""

from pathlib import Path

from flowlike.board.app import App, Event, EventKind
from flowlike.board.definition import DataType, PinDefinition
from flowlike.board.model import Board, Input, InstancePins, Node, Output, Place
from flowlike.cli import output
from flowlike.cli.arguments import Options, Parser
from flowlike.cli.documents import Document, write
from flowlike.cli.format import formatted
from flowlike.cli.installed import installed
from flowlike.cli.target import APP, BOARD_SUFFIX, BOARDS, EVENTS
from flowlike.errors import UsageError, Where
from flowlike.files import unwritable

EXAMPLES = ("flowlike new first.board.json", "flowlike new shop/")

Documents = dict[Path, Board | App | Event]


def configure(parser: Parser) -> None:
    """Adds the command's arguments."""
    parser.add_argument(
        "place", metavar="FILE|FOLDER", help="a name that ends in .json is a board, else an app"
    )


def execute(options: Options) -> int:
    """Writes the files and names them; nothing that exists is touched.

    Raises:
        UsageError: there is something by that name, or it cannot be written.
    """
    place = Path(options.place)
    if place.suffix == ".json":
        documents: Documents = {place: first_board(_id(place.name.removesuffix(BOARD_SUFFIX)))}
    else:
        documents = {
            place / BOARDS / f"hello{BOARD_SUFFIX}": first_board("hello"),
            place / EVENTS / "hello.json": Event(
                id="hello",
                name="Hello",
                board=f"{BOARDS}/hello{BOARD_SUFFIX}",
                node="start",
                kind=EventKind.GENERIC,
            ),
            place / APP: App(id=_id(place.name), name=place.name or "New App"),
        }
    _refuse_existing(place, documents)
    catalog = installed()
    for file, value in documents.items():
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(file.parent, error) from error
        write(str(file), formatted(Document(str(file), b"", value), catalog))
        output.result(str(file))
    output.talk(f"now: flowlike run {options.place} --input name=Ada")
    return 0


def _refuse_existing(place: Path, documents: Documents) -> None:
    for file in documents:
        if file.exists():
            raise UsageError(
                "cli.exists",
                f"{file} exists; it is left as it is.",
                remedy="Choose another name.",
                where=Where(file=str(place)),
            )


def _id(name: str) -> str:
    """An id that resembles the name."""
    kept = "".join(char if char.isascii() and char.isalnum() else "-" for char in name).strip("-")
    return kept[:64].strip("-") or "first"


def first_board(board_id: str) -> Board:
    """A board that greets whom its payload names."""
    name = PinDefinition(name="name", type=DataType.STRING, default="world")
    return Board(
        id=board_id,
        name="First board",
        description="Greets whom the payload names.",
        nodes={
            "start": Node(
                type="events_generic@1",
                name="Start",
                pins=InstancePins(outputs=(name,)),
                outputs={
                    "exec_out": Output(to=("log.exec_in",)),
                    "name": Output(to=("greeting.name",)),
                },
            ),
            "greeting": Node(
                type="string_format@1",
                name="Greeting",
                inputs={"format_string": Input(value="Hello, {name}!")},
                outputs={"formatted_string": Output(to=("log.message", "answer.response"))},
            ),
            "log": Node(type="log_info@1", outputs={"exec_out": Output(to=("answer.exec_in",))}),
            "answer": Node(type="events_generic_return_result@1"),
        },
        layout={
            "start": Place(x=0, y=0),
            "greeting": Place(x=240, y=140),
            "log": Place(x=520, y=0),
            "answer": Place(x=800, y=0),
        },
    )
