"""An app's folder as documents: what its files hold, checked against each other."""

import msgspec

from flowlike.apps.files import APP_FILE, BOARD_SUFFIX, BOARDS, EVENT_SUFFIX, EVENTS
from flowlike.board.app import App, Event, dump_app, dump_event, parse_app, parse_event
from flowlike.board.model import Board
from flowlike.board.text import dump, parse
from flowlike.errors import ImportRefused, Where

NO_APP_FILE = "import.no-app-file"
ID_TWICE = "import.id-twice"
NO_BOARD = "import.no-board"


class AppDocuments(msgspec.Struct, frozen=True, kw_only=True):
    """What the files of an app hold. Boards and events are keyed by the file's name.

    ``board`` of an event is what its file says: an id or a file.
    """

    app: App
    boards: dict[str, Board] = {}
    events: dict[str, Event] = {}

    def board_of(self, event: Event) -> str:
        """The id of the board an event names. Raises ImportRefused."""
        named = self.boards.get(event.board)
        if named is not None:
            return named.id
        if any(board.id == event.board for board in self.boards.values()):
            return event.board
        message = f"The event {event.id} names a board that is not there: {event.board}."
        remedy = "Correct the event, or put the board into boards/."
        raise ImportRefused(NO_BOARD, message, remedy=remedy)

    def file_of(self, board_id: str) -> str:
        """The file of a board; the usual one if there is none yet."""
        for name, board in self.boards.items():
            if board.id == board_id:
                return name
        return board_file(board_id)


def board_file(board_id: str) -> str:
    """The usual name of a board's file."""
    return f"{BOARDS}/{board_id}{BOARD_SUFFIX}"


def event_file(event_id: str) -> str:
    """The usual name of an event's file."""
    return f"{EVENTS}/{event_id}{EVENT_SUFFIX}"


def read_documents(files: dict[str, bytes]) -> AppDocuments:
    """The documents of an app's files.

    Raises:
        ImportRefused: there is no app.json; two files have one id; an event's board is missing.
        TextError: a file does not hold what it should; names file and line.
    """
    if APP_FILE not in files:
        message = f"There is no {APP_FILE}, so this is not the folder of an app."
        raise ImportRefused(NO_APP_FILE, message, remedy="Give the folder that holds it.")
    app = parse_app(files[APP_FILE], file=APP_FILE)
    boards: dict[str, Board] = {}
    events: dict[str, Event] = {}
    for name, text in sorted(files.items()):
        if name.startswith(f"{BOARDS}/"):
            boards[name] = parse(text, file=name)
        elif name.startswith(f"{EVENTS}/"):
            events[name] = parse_event(text, file=name)
    _check_ids(boards)
    _check_ids(events)
    documents = AppDocuments(app=app, boards=boards, events=events)
    for event in events.values():
        documents.board_of(event)
    return documents


def write_documents(documents: AppDocuments) -> dict[str, bytes]:
    """The files of an app's documents, in canonical text. Raises TextError."""
    files = {APP_FILE: dump_app(documents.app).encode()}
    files |= {name: dump(board).encode() for name, board in documents.boards.items()}
    return files | {name: dump_event(each).encode() for name, each in documents.events.items()}


def _check_ids(found: dict[str, Board] | dict[str, Event]) -> None:
    seen: dict[str, str] = {}
    for name, document in found.items():
        if document.id in seen:
            message = f"Two files have the id {document.id[:64]}: {seen[document.id]} and {name}."
            remedy = "Give one of them another id."
            raise ImportRefused(ID_TWICE, message, remedy=remedy, where=Where(file=name))
        seen[document.id] = name
