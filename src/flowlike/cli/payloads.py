"""What a person gives to a run: a payload, values of variables, secrets."""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from flowlike.board.definition import PinDefinition
from flowlike.board.limits import LIMITS
from flowlike.board.model import Board
from flowlike.board.strict import read_json, to_bytes
from flowlike.board.values import ValueMismatch, check_value, checker
from flowlike.cli import output
from flowlike.errors import PayloadError, TextError, UsageError, Where
from flowlike.files import read_file

SECRET = "FLOWLIKE_SECRET_"  # noqa: S105 - the beginning of a name


def read_bytes(file: str) -> bytes:
    """What a file holds, ``-`` meaning stdin, and no more of it than is ever read.

    Raises:
        UsageError: ``file.unreadable``.
    """
    if file == "-":
        return sys.stdin.buffer.read(LIMITS.text + 1)
    return read_file(file, LIMITS.text + 1)


def read_value(file: str) -> Any:
    """The JSON value in a file, ``-`` meaning stdin.

    Raises:
        UsageError: it cannot be read.
        TextError: it is no JSON, names a key twice, or holds a number beyond 64 bits.
    """
    name = "stdin" if file == "-" else file
    return read_json(to_bytes(read_bytes(file), LIMITS, name), LIMITS, name)[0]


def from_inputs(pairs: Sequence[str], pins: Mapping[str, PinDefinition]) -> dict[str, Any]:
    """The payload that ``--input key=value`` arguments make.

    A value is JSON if it reads as JSON that fits the start node's pin, else it is a text.

    Raises:
        UsageError: an argument is no pair, or a key is given twice.
    """
    payload: dict[str, Any] = {}
    for pair in pairs:
        key, mark, text = pair.partition("=")
        if not mark or not key:
            raise UsageError(
                "cli.bad-input",
                f"{pair!r} is no key=value pair.",
                remedy="Write --input name=Ada, or --input 'lines=[1, 2]'.",
            )
        if key in payload:
            raise UsageError(
                "cli.bad-input", f"The input {key!r} is given twice.", remedy="Give it once."
            )
        payload[key] = _meant(text, pins.get(key))
    return payload


def _meant(text: str, pin: PinDefinition | None) -> Any:
    try:
        value = read_json(text.encode(), LIMITS, "")[0]
    except (TextError, UnicodeEncodeError):
        return text
    if pin is None or _fits(value, pin) or not _fits(text, pin):
        return value
    return text


def _fits(value: Any, pin: PinDefinition) -> bool:
    try:
        checker(pin)(value)
    except ValueMismatch:
        return False
    return True


def read_variables(file: str) -> dict[str, Any]:
    """Values of variables by id or name, from a file with a JSON object.

    Raises:
        UsageError, TextError: it cannot be read.
        PayloadError: it is no object.
    """
    value = read_value(file)
    if not isinstance(value, dict):
        raise PayloadError(
            "variable.not-an-object",
            "Values of variables are given as a JSON object.",
            remedy='Write {"name": value}.',
            where=Where(file=file),
        )
    return value


def read_secrets(board: Board, environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Values of the board's secret variables, from the environment alone; says which are missing.

    Raises:
        PayloadError: ``variable.wrong-type``; the value is never told.
    """
    found: dict[str, Any] = {}
    for variable_id, variable in board.variables.items():
        if not variable.secret:
            continue
        name = secret_name(variable.name)
        if name not in environment:
            output.talk(f"note: the secret variable {variable.name!r} is empty; {name} is not set")
            continue
        text = environment[name]
        try:
            value = check_value(text, variable.type, variable.value_type)
        except ValueMismatch:
            try:
                value = read_json(text.encode(errors="replace"), LIMITS, "")[0]
            except TextError:
                raise PayloadError(
                    "variable.wrong-type",
                    f"The value of the secret variable {variable.name!r} does not fit.",
                    remedy=f"Set {name} to a value of type {variable.type}, as JSON.",
                ) from None
        found[variable_id] = value
    return found


def secret_name(name: str) -> str:
    """The environment variable for a secret variable of that name."""
    return SECRET + re.sub(r"[^A-Za-z0-9]", "_", name).upper()
