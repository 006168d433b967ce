"""``flowlike edit``: an app folder, or one board, on the page; every change goes into the files."""

import hashlib
from pathlib import Path

from flowlike.cli.arguments import Options, Parser
from flowlike.cli.serve import refuse_projects, start
from flowlike.errors import FolderInUseError, TextError, UsageError, Where
from flowlike.settings import data_folder, load

EXAMPLES = (
    "flowlike edit examples/order-triage",
    "flowlike edit first.board.json --no-open",
)
_BIND = "127.0.0.1:0"


def configure(parser: Parser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("target", metavar="FILE|FOLDER", help="a board, or the folder of an app")
    parser.add_argument("--bind", default=_BIND, metavar="HOST:PORT", help="where to listen")
    parser.add_argument("--no-open", action="store_true", help="do not open the browser")


def execute(options: Options) -> int:
    """Serves it from a data folder of its own, until it is stopped."""
    target = edited(Path(options.target))
    usual = load()
    data = private_folder(target, data_folder(usual))
    settings = load(data, {"server.bind": options.bind, "server.tls": "", "database.url": ""})
    refuse_projects(settings, Path.cwd(), target if target.is_dir() else target.parent)
    _claim(data, options.target)
    start(settings, folder=str(target), announce=True, open_browser=not options.no_open)


def edited(target: Path) -> Path:
    """What is edited: the app a board or ``app.json`` belongs to, else the board itself.

    Raises:
        TextError: ``file.unreadable``; there is no such file or folder.
    """
    path = target.absolute()
    if not path.exists():
        raise TextError(
            "file.unreadable",
            "There is no such file or folder.",
            remedy="flowlike new NAME makes a first board, or the folder of an app.",
            where=Where(file=str(target)),
        )
    if path.is_dir():
        return path
    for folder in (path.parent, path.parent.parent):
        if (folder / "app.json").is_file() and path.name.endswith(".json"):
            return folder
    return path


def _claim(data: Path, target: str) -> None:
    """Makes the data folder. Raises UsageError ``edit.open`` if another one edits there."""
    from flowlike.database.folder import DataFolder

    try:
        DataFolder.claim(data).release()
    except FolderInUseError as error:
        raise UsageError(
            "edit.open",
            f"{target} is open in the editor already, by process {error.pid}.",
            remedy="Go on there, or stop that process.",
        ) from error


def private_folder(target: Path, data: Path) -> Path:
    """The data folder that belongs to what is edited."""
    name = hashlib.sha256(str(target.resolve()).encode()).hexdigest()[:16]
    return data / "edit" / name
