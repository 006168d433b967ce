"""Apply commands to a board: pure, all or nothing, with the exact way back."""

from collections.abc import Callable
from typing import Any

import msgspec

from flowlike.board.edit import collapse, commands, entities, nodes, paste, pins, upgrade, wires
from flowlike.board.edit import restore as recorded
from flowlike.board.edit.change import Change, ends_in, home_in
from flowlike.board.edit.commands import Batch, Command, Restore
from flowlike.board.edit.draft import Draft
from flowlike.board.edit.refusal import Refused, refusal
from flowlike.board.limits import LIMITS, check_board
from flowlike.board.model import Board
from flowlike.board.pins import Types
from flowlike.errors import TextError

_HANDLERS: dict[type, Callable[[Draft, Any], None]] = {
    commands.AddNode: nodes.add_node,
    commands.Remove: nodes.remove,
    commands.SetPinValue: nodes.set_pin_value,
    commands.ClearPinValue: nodes.clear_pin_value,
    commands.SetNodeSetting: nodes.set_node_setting,
    commands.Rename: nodes.rename,
    commands.SetComment: nodes.set_comment,
    commands.MoveMany: nodes.move_many,
    commands.SetLayer: nodes.set_layer,
    commands.Connect: wires.connect,
    commands.Disconnect: wires.disconnect,
    commands.OrderWires: wires.order_wires,
    commands.AddPin: pins.add_pin,
    commands.RemovePin: pins.remove_pin,
    commands.AddErrorPin: pins.add_error_pin,
    commands.RemoveErrorPin: pins.remove_error_pin,
    commands.Paste: paste.paste,
    commands.Collapse: collapse.collapse,
    commands.Expand: collapse.expand,
    commands.UpsertLayer: entities.upsert_layer,
    commands.UpsertVariable: entities.upsert_variable,
    commands.RemoveVariable: entities.remove_variable,
    commands.UpsertComment: entities.upsert_comment,
    commands.SetFunctionReference: nodes.set_function_reference,
    commands.SetBoard: entities.set_board,
    commands.UpgradeNode: upgrade.upgrade_node,
    commands.RecordTypes: entities.record_types,
    commands.Restore: recorded.restore,
}

_GROWING = (
    commands.AddNode,
    commands.AddPin,
    commands.Paste,
    commands.UpsertLayer,
    commands.UpgradeNode,
    commands.RecordTypes,
    commands.Restore,
)


class Applied(msgspec.Struct, frozen=True):
    """What a command did.

    ``patch`` turns the old board into the new one, ``inverse`` is the command that undoes it.
    ``touched`` names what it wrote or leaned on, as ``kind:id``; commands with disjoint sets may
    change places.
    """

    board: Board
    patch: tuple[Change, ...]
    inverse: Restore
    touched: frozenset[str]


def apply(board: Board, command: Command | Batch, types: Types) -> Applied:
    """Apply one command, or a batch as one. ``board`` is never changed.

    Raises CommandError if it is refused; nothing has happened then. The codes are those of
    ``flowlike.board.edit.Refused``.
    """
    draft = Draft(board, types)
    listed = command.commands if isinstance(command, Batch) else (command,)
    for one in listed:
        _HANDLERS[type(one)](draft, one)
    new, patch = draft.finish()
    _check_limits(new, listed, types)
    back = tuple(change.reversed() for change in reversed(patch))
    exact = any(isinstance(one, Restore) and one.exact for one in listed)
    inverse = Restore(back, exact=exact or recorded.is_loose(Draft(board, types), patch))
    return Applied(new, patch, inverse, _touched(board, new, patch))


def _check_limits(board: Board, listed: tuple[Command, ...], types: Types) -> None:
    counts = (
        (board.nodes, LIMITS.nodes),
        (board.layers, LIMITS.entities),
        (board.comments, LIMITS.entities),
        (board.variables, LIMITS.entities),
    )
    if any(len(table) > limit for table, limit in counts):
        raise refusal(Refused.TOO_LARGE, "The board would have too many nodes or other parts.")
    if any(isinstance(one, _GROWING) for one in listed):
        # Pins count by what is installed too: types may not be recorded yet.
        used = {key: types.get(key) for key in {node.type for node in board.nodes.values()}}
        known = {key: definition for key, definition in used.items() if definition is not None}
        try:
            check_board(msgspec.structs.replace(board, types=board.types | known))
        except TextError as error:
            raise refusal(Refused.TOO_LARGE, error.message, path=error.where.path) from error


def _touched(old: Board, new: Board, patch: tuple[Change, ...]) -> frozenset[str]:
    """What was written, both ends of every wire that came or went, and the layers moved into."""
    touched = {f"{change.kind}:{change.id}" for change in patch}
    for change in patch:
        for value in (change.before, change.after):
            for end in ends_in(change, value):
                id_ = end.partition(".")[0]
                kind = "layer" if id_ in old.layers or id_ in new.layers else "node"
                touched.add(f"{kind}:{id_}")
            home = home_in(change, value)
            if home:
                touched.add(f"layer:{home}")
    return frozenset(touched)
