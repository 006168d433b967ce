"""The command ``flowlike``: finds the command, runs it, and turns errors into exit codes.

Exit codes: 0 done, 1 the board or run failed, 2 usage, 3 refused, 70 a fault of ours, 78 unsafe
configuration. A command's module is imported when the command is used.
"""

import difflib
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Protocol, cast

from flowlike.cli import output
from flowlike.cli.arguments import USAGE, Options, Parser
from flowlike.cli.titled import TitledError, TitleOf, untitled
from flowlike.errors import (
    CompileError,
    DeclarationError,
    FlowlikeError,
    UnsafeError,
    UsageError,
)

DONE, FAILED, BAD_USAGE, REFUSED, OUR_FAULT, UNSAFE = 0, 1, 2, 3, 70, 78

COMMANDS: dict[str, str] = {
    "run": "Run a board or an event of an app.",
    "check": "Say what is wrong with documents.",
    "fmt": "Write documents in canonical form.",
    "diff": "Say what differs between two boards.",
    "nodes": "List, search and explain the installed nodes.",
    "compile": "Show the program a board becomes.",
    "trace": "Show what happened in recorded runs.",
    "serve": "Serve boards: the editor, events and runs.",
    "edit": "Edit an app folder or a board on the page.",
    "login-link": "Make a link that signs the owner in.",
    "runs": "List the runs a server kept.",
    "import": "Take an app into a data folder.",
    "export": "Give an app out of a data folder.",
    "new": "Make a first board, or a folder for an app.",
    "completion": "Print a script that completes commands in a shell.",
}
_MODULES = {
    "fmt": "format",
    "login-link": "login_link",
    "import": "importing",
    "export": "exporting",
}
_HELP = frozenset({"-h", "--help", "help"})
_REFUSALS = frozenset({"engine.no-capability"})
_MISPLACED = frozenset(
    {
        *("database.folder", "database.folder-not-ours", "database.folder-read-only"),
        *("database.foreign", "database.newer", "database.read-only", "database.url"),
    }
)
"""Places for data that cannot work until the operator changes something."""


class Command(Protocol):
    """A module of a command."""

    EXAMPLES: tuple[str, ...]

    def configure(self, parser: Parser) -> None:
        """Adds the command's arguments."""

    def execute(self, options: Options) -> int:
        """Does it and returns the exit code. Raises FlowlikeError."""
        ...


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``flowlike`` with these arguments, those of the process if None; gives the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    output.begin()
    code = guarded(lambda: _dispatch(arguments), arguments)
    try:
        output.finish()
    except FlowlikeError as error:
        code = code or _tell(error, arguments)
    return code


def guarded(work: Callable[[], int], arguments: list[str]) -> int:
    """Does the work; an error is told, and becomes an exit code."""
    try:
        return work()
    except TitledError as titled:
        return _tell(titled.error, arguments, titled.title_of)
    except FlowlikeError as error:
        return _tell(error, arguments)
    except KeyboardInterrupt:
        output.talk("interrupted")
        return FAILED
    except SystemExit as done:  # argparse, after it has shown its help
        return done.code if isinstance(done.code, int) else DONE
    except Exception as error:  # noqa: BLE001 - the roof: what nobody expected becomes one line
        return _apologize(error)


def _dispatch(arguments: list[str]) -> int:
    if not arguments or arguments[0] in _HELP:
        output.result_text(overview())
        return DONE if arguments else BAD_USAGE
    name, *rest = arguments
    if name == "--version":
        from flowlike import __version__

        output.result(f"flowlike {__version__}")
        return DONE
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise UsageError(
            USAGE,
            f"There is no command {name!r}.{hint}",
            remedy="flowlike --help lists the commands.",
        )
    command = command_of(name)
    return command.execute(parser_of(name, command).parse_args(rest))


def command_of(name: str) -> Command:
    """The module of a command."""
    module = import_module(f"flowlike.cli.{_MODULES.get(name, name)}")
    return cast("Command", module)


def parser_of(name: str, command: Command) -> Parser:
    """The parser of a command."""
    parser = Parser(name, COMMANDS[name], command.EXAMPLES)
    command.configure(parser)
    return parser


def overview() -> str:
    """What ``flowlike --help`` prints."""
    lines = ["usage: flowlike COMMAND …", "", "Typed visual workflows that compile to Python.", ""]
    lines += [f"  {name:<11} {summary}" for name, summary in COMMANDS.items()]
    lines += [
        "",
        "flowlike COMMAND --help explains a command, flowlike --version names the version.",
        "",
        "examples:",
        "  flowlike new first.board.json",
        "  flowlike run first.board.json",
        "  flowlike nodes array",
        "  flowlike serve",
    ]
    return "\n".join(lines)


def _tell(error: FlowlikeError, arguments: list[str], title_of: TitleOf = untitled) -> int:
    from flowlike.cli import report

    if "--json" in arguments and error.code != USAGE:
        output.result_json({"status": "failed", "error": report.error_object(error, title_of)})
    report.tell(report.error_lines(error, title_of))
    if isinstance(error, UsageError):
        return BAD_USAGE
    if isinstance(error, UnsafeError) or error.code in _MISPLACED:
        return UNSAFE
    if isinstance(error, DeclarationError):  # only what the operator configured declares nodes here
        return UNSAFE
    if isinstance(error, CompileError) and error.code in _REFUSALS:
        return REFUSED
    return FAILED


def _apologize(error: Exception) -> int:
    if os.environ.get("FLOWLIKE_DEBUG") == "1":
        output.talk_text("".join(traceback.format_exception(error)))
    # The message of an unknown error may hold what a run worked on, so it is not shown.
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""  # noqa: PTH119 - the name is not opened
    output.talk(
        f"flowlike: a fault of ours ({type(error).__name__}{place}). Please report it to the"
        " project's issue tracker; FLOWLIKE_DEBUG=1 shows all of it."
    )
    return OUR_FAULT
