"""Moves the wall clock of a server under test: its processes import this before all else.

The number of seconds stands in a file that the test writes, and holds at once in every process.
Clocks that count since some start go on, as they do when an operator sets the time. Executors are
started without the variables that make Python import this, so they are started by way of it.
"""

import mmap
import os
import runpy
import struct
import sys
import time
from pathlib import Path

VARIABLE = "MOVED_CLOCK"


def move(file: str) -> None:
    """Has ``time`` tell what the file says."""
    with Path(file).open("rb") as opened:
        seconds = mmap.mmap(opened.fileno(), 8, access=mmap.ACCESS_READ)
    real = time.time_ns

    def time_ns() -> int:
        (ahead,) = struct.unpack("=q", seconds[:8])
        return real() + int(ahead) * 1_000_000_000

    time.time_ns = time_ns
    time.time = lambda: time_ns() / 1e9


def wrap(file: str) -> None:
    """Has executors started by a script beside the file, which moves their clock first."""
    script = Path(file).with_name("python-with-moved-clock")
    script.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -I "{__file__}" "{file}" "$@"\n', "utf-8"
    )
    script.chmod(0o700)
    sys.executable = str(script)


def become(file: str, words: list[str]) -> None:
    """Goes on as the module that the words name, as the interpreter would by them."""
    isolated, option, module, *rest = words
    if (isolated, option) != ("-I", "-m"):
        raise SystemExit(f"unknown words: {words}")
    move(file)
    sys.argv = [module, *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    become(sys.argv[1], sys.argv[2:])
elif VARIABLE in os.environ:
    move(os.environ[VARIABLE])
    if "flowlike.cli.api" in sys.orig_argv:
        wrap(os.environ[VARIABLE])
