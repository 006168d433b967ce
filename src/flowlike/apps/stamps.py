"""What the server says itself about a batch from outside: who wrote, and what it may not hold."""

from msgspec.structs import replace

from flowlike.board.edit import Batch, Command, Restore
from flowlike.board.edit import commands as verbs
from flowlike.board.model import Board
from flowlike.errors import CommandError

SERVER_ONLY = "command.server-only"


def check_from_outside(batch: Batch) -> None:
    """Refuse recorded changes: the server takes them from its own records only.

    Raises CommandError ``command.server-only``.
    """
    if any(isinstance(each, Restore) for each in batch.commands):
        message = "Recorded changes come from the server only."
        raise CommandError(SERVER_ONLY, message, remedy="Use undo, redo or restore instead.")


def stamped(batch: Batch, board: Board, actor: str) -> Batch:
    """The batch with ``actor`` as author of the comments it adds; those it changes keep theirs."""
    commands = tuple(_stamped(each, board, actor) for each in batch.commands)
    if all(new is old for new, old in zip(commands, batch.commands, strict=True)):
        return batch
    return Batch(commands)


def authored(document: Board, base: Board, actor: str) -> Board:
    """A document from outside with ``actor`` as author of comments that are not on ``base``."""
    comments = {
        id_: replace(comment, author=base.comments[id_].author if id_ in base.comments else actor)
        for id_, comment in document.comments.items()
    }
    return replace(document, comments=comments)


def _stamped(command: Command, board: Board, actor: str) -> Command:
    if isinstance(command, verbs.UpsertComment):
        old = board.comments.get(command.id)
        author = actor if old is None else old.author
        return replace(command, comment=replace(command.comment, author=author))
    if isinstance(command, verbs.Paste) and command.fragment.comments:
        comments = {
            id_: replace(comment, author=actor)
            for id_, comment in command.fragment.comments.items()
        }
        return replace(command, fragment=replace(command.fragment, comments=comments))
    return command
