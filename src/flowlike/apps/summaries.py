"""What a batch of commands did, in a few words for the history."""

import msgspec

from flowlike.board.edit import Batch, Command, commands
from flowlike.board.model import Board
from flowlike.board.pins import Types

_LONGEST = 80

_WORDS: dict[type, str] = {
    commands.AddNode: "Add node {}",
    commands.Remove: "Remove {}",
    commands.SetPinValue: "Set a value of {}",
    commands.ClearPinValue: "Clear a value of {}",
    commands.SetNodeSetting: "Change a setting of {}",
    commands.Rename: "Rename {}",
    commands.SetComment: "Note on {}",
    commands.MoveMany: "Move {}",
    commands.SetLayer: "Put {} into another layer",
    commands.Connect: "Connect {}",
    commands.Disconnect: "Disconnect {}",
    commands.OrderWires: "Order the wires of {}",
    commands.AddPin: "Add a pin to {}",
    commands.RemovePin: "Remove a pin of {}",
    commands.AddErrorPin: "Handle errors of {}",
    commands.RemoveErrorPin: "Stop handling errors of {}",
    commands.Paste: "Paste {}",
    commands.Collapse: "Collapse {}",
    commands.Expand: "Expand {}",
    commands.UpsertLayer: "Edit layer {}",
    commands.UpsertVariable: "Edit variable {}",
    commands.RemoveVariable: "Remove variable {}",
    commands.UpsertComment: "Edit a comment",
    commands.SetFunctionReference: "Change what {} calls",
    commands.SetBoard: "Edit the board's settings",
    commands.UpgradeNode: "Upgrade {}",
    commands.RecordTypes: "Record types",
    commands.Restore: "Restore",
}


def summary_of(batch: Batch, before: Board, after: Board, types: Types) -> str:
    """A short sentence: the first command, and how many more there were."""
    if not batch.commands:
        return ""
    first = batch.commands[0]
    named = _WORDS[type(first)].format(_subject(first, before, after, types))
    if len(named) > _LONGEST:
        named = f"{named[: _LONGEST - 1]}…"
    more = len(batch.commands) - 1
    return f"{named} and {more} more" if more else named


def _subject(command: Command, before: Board, after: Board, types: Types) -> str:
    ids = _ids(command)
    if len(ids) != 1:
        return f"{len(ids)} parts"
    return _title(ids[0], before, after, types)


def _ids(command: Command) -> list[str]:
    match command:
        case commands.Remove(ids) | commands.SetLayer(ids):
            return list(ids)
        case commands.MoveMany(moves):
            return list(moves)
        case commands.Paste():
            return list(command.ids.values())
        case commands.Collapse():
            return list(command.members)
        case commands.Connect() | commands.Disconnect() | commands.OrderWires():
            return [command.source.partition(".")[0]]
        case _:
            return [str(getattr(command, "id", "") or getattr(command, "node", ""))]


def _title(id_: str, before: Board, after: Board, types: Types) -> str:
    for board in (after, before):
        node = board.nodes.get(id_)
        if node is not None:
            definition = types.get(node.type) or board.types.get(node.type)
            return node.name or (definition.title if definition else "") or node.type
        named: msgspec.Struct | None = board.layers.get(id_) or board.variables.get(id_)
        if named is not None:
            return str(getattr(named, "name", "")) or id_
        if id_ in board.comments:
            return "a comment"
    return id_
