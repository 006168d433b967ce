"""Apply commands to a board: pure, all or nothing, with the exact way back."""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import UNSET

from flowlike.board.edit import collapse, commands, entities, nodes, paste, pins, upgrade, wires
from flowlike.board.edit import restore as recorded
from flowlike.board.edit.change import Change
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

# Counting every pin is worth its time only where pins can become many at once.
_GROWING = (
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
    _check_limits(new, listed)
    exact = any(isinstance(one, Restore) and one.exact for one in listed)
    inverse = Restore(tuple(change.reversed() for change in reversed(patch)), exact=exact)
    return Applied(new, patch, inverse, _touched(board, new, patch))


def _check_limits(board: Board, listed: tuple[Command, ...]) -> None:
    counts = (
        (board.nodes, LIMITS.nodes),
        (board.layers, LIMITS.entities),
        (board.comments, LIMITS.entities),
        (board.variables, LIMITS.entities),
    )
    if any(len(table) > limit for table, limit in counts):
        raise refusal(Refused.TOO_LARGE, "The board would have too many nodes or other parts.")
    if any(isinstance(one, _GROWING) for one in listed):
        try:
            check_board(board)
        except TextError as error:
            raise refusal(Refused.TOO_LARGE, error.message, path=error.where.path) from error


def _touched(old: Board, new: Board, patch: tuple[Change, ...]) -> frozenset[str]:
    """What was written, both ends of every wire that came or went, and the layers moved into."""
    touched = {f"{change.kind}:{change.id}" for change in patch}
    for change in patch:
        for value in (change.before, change.after):
            for end in _ends(change, value):
                kind = "layer" if end in old.layers or end in new.layers else "node"
                touched.add(f"{kind}:{end}")
            home = _home(change, value)
            if home:
                touched.add(f"layer:{home}")
    return frozenset(touched)


def _ends(change: Change, value: Any) -> set[str]:
    if value is UNSET or change.kind not in {"node", "layer"}:
        return set()
    if change.path[:1] == ("out",):
        outputs: Any = [value]
    elif not change.path:
        outputs = value.get("out", {}).values()
    else:
        return set()
    return {end.partition(".")[0] for output in outputs for end in output.get("to", ())}


def _home(change: Change, value: Any) -> str:
    field = "parent" if change.kind == "layer" else "layer"
    if value is UNSET or change.kind not in {"node", "layer", "comment"}:
        return ""
    if change.path == (field,):
        return str(value)
    return "" if change.path else str(value.get(field, ""))
