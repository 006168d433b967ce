"""``flowlike import``: takes an app into a data folder."""

import io
import zipfile
from pathlib import Path

from flowlike.board.app import parse_app
from flowlike.cli import errand, output
from flowlike.cli.arguments import Options, Parser
from flowlike.cli.serve import add_place, refuse_projects
from flowlike.errors import FlowlikeError, TextError, Where
from flowlike.files import unreadable
from flowlike.server.errands import Import
from flowlike.settings import load

EXAMPLES = (
    "flowlike import examples/order-triage",
    "flowlike import shop.zip --activate --data shop-data",
)
_MOST_BYTES = 50 * 1024 * 1024
APP_FILE = "app.json"
_PARTS = (APP_FILE, "boards/*.json", "events/*.json")


def configure(parser: Parser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("source", metavar="FOLDER|ZIP", help="the folder of an app, or a zip of it")
    add_place(parser)
    parser.add_argument(
        "--activate", action="store_true", help="publish its events and switch them on"
    )
    parser.add_argument(
        "--once", action="store_true", help="do nothing if an app of its id is there already"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def execute(options: Options) -> int:
    """Imports and prints the app's id. Events arrive switched off unless told otherwise."""
    source = Path(options.source)
    settings = load(options.data)
    if source.is_dir():
        refuse_projects(settings, source)
    content = content_of(source)
    unless = app_of(content) if options.once else ""
    wanted = Import(content, activate=options.activate, unless=unless)
    done = errand.do(wanted, settings, makes=True)
    [(app, name)] = done.apps
    if options.json:
        output.result_json({"app": app, "name": name})
    else:
        output.result(app)
        output.talk(f"{name} was imported" if done.changed else f"{name} is there already")
    return 0


def content_of(source: Path) -> bytes:
    """The bytes of a zip, or of one made of the parts of an app's folder.

    Raises:
        UsageError: ``file.unreadable``.
        TextError: ``file.too-large``.
    """
    try:
        content = _zipped(source) if source.is_dir() else _read(source)
    except OSError as error:
        raise unreadable(source, error) from error
    if len(content) > _MOST_BYTES:
        raise TextError(
            "file.too-large",
            f"The app has more than {_MOST_BYTES:,} bytes.",
            remedy="Split it into smaller apps.",
            where=Where(file=str(source)),
        )
    return content


def app_of(content: bytes) -> str:
    """The id of the app in a zip; empty if it cannot be told, then the import says why."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            [name] = [each for each in archive.namelist() if Path(each).name == APP_FILE]
            return parse_app(archive.open(name).read(_MOST_BYTES)).id
    except (ValueError, KeyError, zipfile.BadZipFile, FlowlikeError):
        return ""


def _read(source: Path) -> bytes:
    with source.open("rb") as file:
        return file.read(_MOST_BYTES + 1)


def _zipped(folder: Path) -> bytes:
    packed = io.BytesIO()
    total = 0
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for pattern in _PARTS:
            for path in sorted(folder.glob(pattern)):
                content = _read(path)
                total += len(content)
                if total > _MOST_BYTES:
                    return bytes(_MOST_BYTES + 1)
                archive.writestr(path.relative_to(folder).as_posix(), content)
    return packed.getvalue()
