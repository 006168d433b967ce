"""Boards as canonical text: what a file holds, what people review and merge.

``parse(dump(board)) == board``, and ``dump(parse(text)) == text`` for canonical text. Text in
another order or indentation is read too. Spec: engine, section 6.
"""

from msgspec import UNSET
from msgspec.structs import replace

from flowlike.board.canonical import Blocks, settled
from flowlike.board.definition import NodeDefinition
from flowlike.board.document import DocumentKind
from flowlike.board.limits import LIMITS, Limits, check_board, check_outline
from flowlike.board.model import Board, Comment, InstancePins, Layer, Node, Place
from flowlike.errors import TextError, Where

SECRET_VALUE = "board.secret-value"  # noqa: S105 - a code, not a secret

_BLOCKS: Blocks = {
    Board: frozenset({"types", "variables", "nodes", "layers", "comments", "layout"}),
    NodeDefinition: frozenset({"inputs", "outputs"}),
    Node: frozenset({"pins", "inputs", "outputs"}),
    Layer: frozenset({"pins", "outputs"}),
    InstancePins: frozenset({"inputs", "outputs"}),
    Comment: frozenset(),
}


def dump(board: Board, *, limits: Limits = LIMITS) -> str:
    """The canonical text of ``board``.

    Raises TextError if the board is beyond the limits, gives a secret variable a value, or holds
    what JSON cannot say.
    """
    return _BOARD.dump(board, limits)


def parse(text: bytes | str, *, file: str = "", limits: Limits = LIMITS) -> Board:
    """The board that ``text`` holds; ``file`` is named in errors.

    Whether the board makes sense (types, wires, ids) is for ``check`` to say. Raises TextError, and
    nothing else, whatever the text is.
    """
    return _BOARD.parse(text, limits, file)


def fmt(text: bytes | str, *, file: str = "", limits: Limits = LIMITS) -> str:
    """The canonical form of ``text``. Raises TextError."""
    return dump(parse(text, file=file, limits=limits), limits=limits)


def _check(board: Board, limits: Limits) -> None:
    check_board(board, limits)
    for variable_id, variable in board.variables.items():
        if variable.secret and variable.default is not UNSET:
            raise TextError(
                SECRET_VALUE,
                f"The secret variable {variable_id} has a value in the document.",
                remedy="Remove its default and store the value as a secret. If the file was "
                "shared, replace the secret itself.",
                where=Where(path=f"variables.{variable_id}.default"),
            )


def _settle(board: Board) -> Board:
    layout: dict[str, Place] = {}
    for entity, place in board.layout.items():
        try:
            layout[entity] = settled(place)
        except TextError as error:
            error.where = Where(path=f"layout.{entity}")
            raise
    return replace(board, layout=layout)


_BOARD = DocumentKind(
    Board, "board", blocks=_BLOCKS, check=_check, settle=_settle, outline=check_outline
)
