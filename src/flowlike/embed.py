"""Boards in Python programs: read, write, compile. Outsiders find these in ``flowlike``."""

import os
from typing import TYPE_CHECKING

from flowlike.board.limits import LIMITS
from flowlike.board.model import Board
from flowlike.board.text import dump as text_of
from flowlike.board.text import parse
from flowlike.files import read_file, write_file

if TYPE_CHECKING:
    from flowlike.engine.program import Program
    from flowlike.nodes.catalog import Catalog


def load(file: str | os.PathLike[str]) -> Board:
    """Read the board in ``file``, and never more of it than a board may have.

    Raises:
        UsageError: the file cannot be read.
        TextError: it does not hold a board.
    """
    return parse(read_file(file, LIMITS.text + 1), file=os.fspath(file))


def dump(board: Board, file: str | os.PathLike[str] | None = None) -> str:
    """Return the canonical text of ``board``, and write it to ``file`` if one is given.

    The file changes as a whole or not at all.

    Raises:
        TextError: the board is beyond the limits or holds what the text cannot say.
        UsageError: the file cannot be written.
    """
    text = text_of(board)
    if file is not None:
        write_file(file, text.encode())
    return text


def compile(  # noqa: A001 - the promised public name
    board: Board, *, event: str = "", trace: str = "off", catalog: "Catalog | None" = None
) -> "Program":
    """Compile a board for one start node.

    Args:
        board: the board.
        event: the start node's id, else its unique name; empty means the only one there is.
        trace: what runs record: ``off``, ``errors``, ``steps`` or ``data``.
        catalog: the node types; the built-in ones if none is given.

    Raises:
        CompileError: the reachable part of the board is not correct.
        UsageError: there is no such start node or trace level.
    """
    from flowlike.engine.program import compile_board  # noqa: PLC0415 - load and dump need none
    from flowlike.nodes.catalog import default_catalog  # noqa: PLC0415 - the same

    return compile_board(board, catalog or default_catalog(), event=event, trace=trace)
