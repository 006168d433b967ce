"""``flowlike export``: gives an app out of a data folder, as a folder or a zip."""

import io
import zipfile
from pathlib import Path

from flowlike.cli import errand, output
from flowlike.cli.arguments import Options, Parser
from flowlike.cli.serve import add_place
from flowlike.errors import UsageError
from flowlike.files import unwritable
from flowlike.server.errands import Export
from flowlike.settings import load

EXAMPLES = (
    "flowlike export order-triage shop/",
    "flowlike export order-triage shop.zip --data shop-data",
)


def configure(parser: Parser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("app", metavar="APP", help="id of the app")
    parser.add_argument("target", metavar="FOLDER|ZIP", help="where to; a zip if it ends in .zip")
    add_place(parser)


def execute(options: Options) -> int:
    """Writes the app. What is there already is not overwritten."""
    target = Path(options.target)
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise UsageError(
            "file.exists",
            f"{target} is there already.",
            remedy="Name a new file, or a new or empty folder.",
        )
    content = errand.do(Export(options.app), load(options.data)).content
    try:
        write(content, target)
    except OSError as error:
        raise unwritable(target, error) from error
    output.talk(f"{options.app} was written to {target}")
    return 0


def write(content: bytes, target: Path) -> None:
    """Writes a zip as it is, or what is in it into a folder. Raises OSError."""
    if target.suffix == ".zip":
        target.write_bytes(content)
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            parts = Path(name).parts
            if ".." in parts or Path(name).is_absolute():
                raise PermissionError(f"{name} leads out of the folder")
            path = target.joinpath(*parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.read(name))
