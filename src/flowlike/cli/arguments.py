"""Arguments of commands: argparse, which here neither prints nor ends the process by itself."""

import argparse
import math
from collections.abc import Sequence
from typing import Any, NoReturn

from flowlike.cli import output
from flowlike.errors import UsageError

Options = argparse.Namespace
USAGE = "cli.usage"


class Parser(argparse.ArgumentParser):
    """The parser of one command.

    Raises:
        UsageError: ``cli.usage``; the arguments make no sense.
    """

    def __init__(self, command: str, summary: str, examples: Sequence[str]) -> None:
        prog = f"flowlike {command}".rstrip()
        epilog = "examples:\n" + "\n".join(f"  {each}" for each in examples)
        super().__init__(
            prog=prog,
            description=summary,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self.color = False  # newer versions of argparse would colour the help

    def error(self, message: str) -> NoReturn:
        """Raises instead of printing."""
        sentence = message[:1].upper() + message[1:]
        raise UsageError(
            USAGE, sentence.rstrip(".") + ".", remedy=f"{self.prog} --help shows how it is used."
        )

    def option_strings(self) -> list[str]:
        """The options that the command knows, as they are written."""
        return list(self._option_string_actions)

    def _print_message(self, message: str, file: Any = None) -> None:
        del file
        output.result_text(message)


def positive_whole(text: str) -> int:
    """An argument that counts something."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return number


def positive(text: str) -> float:
    """An argument that measures something."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not (number > 0 and math.isfinite(number)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return number
