"""``flowlike serve``: the server of boards, until it is stopped."""

import os
import sys
from pathlib import Path
from typing import NoReturn

import msgspec

from flowlike.cli import output
from flowlike.cli.arguments import Options, Parser
from flowlike.errors import UsageError
from flowlike.server import supervisor
from flowlike.server.lifeline import Order
from flowlike.server.listening import check_exposure, listen
from flowlike.settings import Settings, data_folder, load, refuse_project_file

EXAMPLES = (
    "flowlike serve",
    "flowlike serve --data shop-data --bind 127.0.0.1:9000",
    "flowlike serve --bind 0.0.0.0:8787 --tls auto",
    "flowlike serve --tls shop.pem,shop.key",
)
_SPARE_SECONDS = 10.0
"""A stop may take so much longer than its runs are given."""


def configure(parser: Parser) -> None:
    """Adds the command's arguments."""
    add_place(parser)
    parser.add_argument("--bind", metavar="HOST:PORT", help="where to listen; port 0: a free one")
    parser.add_argument(
        "--tls", metavar="auto|CERT,KEY", help="answer https; needed beyond this machine"
    )
    parser.add_argument(
        "--link", action="store_true", help="print a login link, not only at the first start"
    )


def add_place(parser: Parser) -> None:
    """Adds ``--data``."""
    parser.add_argument("--data", metavar="DIR", help="the data folder, made if it is not there")


def execute(options: Options) -> int:
    """Becomes the supervisor; so it returns only what stands in the way of that."""
    flags = {"server.bind": options.bind, "server.tls": options.tls}
    settings = load(options.data, flags)
    refuse_projects(settings, Path.cwd())
    start(settings, announce=options.link)


def refuse_projects(settings: Settings, *folders: Path) -> None:
    """No folder of a project sets anything. Raises UnsafeError ``settings.project-file``."""
    for folder in {*folders, data_folder(settings)}:
        for key in refuse_project_file(folder):
            output.talk(f"note: {key} in {folder / 'flowlike.toml'} is not read")


def start(
    settings: Settings, *, folder: str = "", announce: bool = False, open_browser: bool = False
) -> NoReturn:
    """Listens and turns this process into the supervisor.

    Raises:
        UnsafeError: what ``check_exposure`` finds.
        FlowlikeError: the address cannot be listened at.
    """
    listening = listen(check_exposure(settings.server))
    order = Order(
        settings=settings,
        socket=listening.fileno(),
        folder=folder,
        announce=announce,
        open_browser=open_browser,
    )
    orders = _pipe_of(msgspec.json.encode(order))
    output.finish()
    passed = listening.detach()
    for descriptor in (orders, passed):
        os.set_inheritable(descriptor, True)
    api = [sys.executable, "-P", "-m", "flowlike.cli.api"]  # -P: nothing of the working directory
    seconds = settings.server.drain_seconds + _SPARE_SECONDS
    words = [str(seconds), str(orders), str(passed), *api]
    command = [sys.executable, "-I", str(supervisor.__file__), *words]
    os.execv(sys.executable, command)  # noqa: S606 - words of our own, no shell


def _pipe_of(text: bytes) -> int:
    """The reading end of a pipe that holds the text; nothing of it is seen by other processes."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    written = os.write(writing, text)
    os.close(writing)
    if written < len(text):
        raise UsageError(
            "settings.too-large",
            "The settings are too large to be handed over.",
            remedy="Shorten the lists in them.",
        )
    return reading
