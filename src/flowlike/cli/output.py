r"""The only place that writes to the terminal; what a terminal would act on is made visible here.

Boards, payloads, logs and traces come from strangers. Control characters (ESC and with it OSC and
CSI, C1), characters that turn the direction of writing, and invisible ones never reach the
terminal: they stand there as ``\x1b`` or ``\u202e``. Spec: threats, row 87.
"""

import json
import os
import re
import sys
from typing import Any, Literal, TextIO

import msgspec

from flowlike.errors import FlowlikeError

_Stream = Literal["stdout", "stderr"]
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# Joiners belong to the spelling of several languages and to emoji, and move nothing.
_HARMLESS = frozenset("\u200c\u200d\u00a0\u1680\u202f\u205f\u3000") | {
    chr(code) for code in range(0x2000, 0x200B)
}
_WIDTH = 80
_NOT_PLAIN = re.compile(r"[^ -~]")


def visible(text: str) -> str:
    """The text on one line, with what is not printable escaped."""
    if text.isprintable():
        return text
    return _NOT_PLAIN.sub(lambda found: _shown(found[0]), text)


def _shown(char: str) -> str:
    if char.isprintable() or char in _HARMLESS:
        return char
    code = ord(char)
    if char in _SHORT:
        return _SHORT[char]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_shown(char: str) -> str:
    """As ``_shown``, in JSON's own spelling."""
    if char.isprintable() or char in _HARMLESS or char == "\n":
        return char
    return json.dumps(char)[1:-1] if char != "\x7f" else "\\u007f"


def json_text(value: Any, *, pretty: bool = False) -> str:
    """A value as JSON whose odd characters are escaped; parsing it gives them back.

    ``pretty`` spreads what does not fit on a line over several.
    """
    try:
        text = msgspec.json.encode(value).decode()
        if pretty:
            line = msgspec.json.format(text, indent=0)
            text = line if len(line) <= _WIDTH else msgspec.json.format(text, indent=2)
    except UnicodeEncodeError:  # half of a surrogate pair
        text = json.dumps(msgspec.to_builtins(value), indent=2 if pretty else None)
    return _NOT_PLAIN.sub(lambda found: _json_shown(found[0]), text)


def result(line: str) -> None:
    """One line of what was asked for."""
    _write("stdout", visible(line) + "\n")


def result_text(text: str) -> None:
    """Several lines of what was asked for; line breaks are kept."""
    _write("stdout", _lines(text))


def result_json(value: Any, *, pretty: bool = False) -> None:
    """A value of what was asked for, as JSON."""
    _write("stdout", json_text(value, pretty=pretty) + "\n")


def talk(line: str) -> None:
    """One line about the work: progress, logs, errors. Results said before it stand before it."""
    _write("stdout", "", flush=True)
    _write("stderr", visible(line) + "\n")


def talk_text(text: str) -> None:
    """Several lines about the work; line breaks are kept."""
    _write("stdout", "", flush=True)
    _write("stderr", _lines(text))


def _lines(text: str) -> str:
    return "".join(f"{visible(line)}\n" for line in text.removesuffix("\n").split("\n"))


def begin() -> None:
    """Makes sure that every character can be written, whatever the encoding of the terminal."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def finish() -> None:
    """Hands over what is still buffered. Raises FlowlikeError ``output.unwritable``."""
    _write("stdout", "", flush=True)
    _write("stderr", "", flush=True)


def _write(name: _Stream, text: str, *, flush: bool = False) -> None:
    stream: TextIO | None = getattr(sys, name)
    if stream is None or stream.closed:
        return
    try:
        stream.write(text)
        if flush:
            stream.flush()
    except BrokenPipeError:  # the reader has seen enough, as in `| head`
        _drop(stream)
    except OSError as error:
        _drop(stream)
        if name == "stdout":
            raise FlowlikeError(
                "output.unwritable",
                f"The output cannot be written: {error.strerror or error}.",
                remedy="Check the space that is left where it goes.",
            ) from error


def _drop(stream: TextIO) -> None:
    """Sends what is buffered, and all that follows, nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    finally:
        os.close(nowhere)
