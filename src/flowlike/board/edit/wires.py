"""Wires: draw, remove, order. Types are asked of ``board.types``."""

from flowlike.board.edit.commands import Connect, Disconnect, OrderWires
from flowlike.board.edit.draft import Draft
from flowlike.board.edit.refusal import Refused, refusal
from flowlike.board.pins import split_endpoint
from flowlike.board.types import Refused as Misfit
from flowlike.board.types import check_wire


def connect(draft: Draft, command: Connect) -> None:
    """Draw a wire; one that a data input already has is replaced, also between relays."""
    source, key = split_endpoint(command.source)
    target, target_key = split_endpoint(command.target)
    given, taken = draft.source_pin(command.source), draft.target_pin(command.target)
    if source == target and (source in draft.nodes or key == target_key):
        raise refusal(Refused.SELF_WIRE, "A wire cannot lead back to where it starts.", node=source)
    wires = draft.wires_from(source, key)
    if command.target in wires:
        raise refusal(Refused.WIRE_EXISTS, "The wire exists already.", node=source, pin=key)
    verdict = check_wire(given, taken)
    if isinstance(verdict, Misfit):
        raise refusal(
            Refused.WIRE_REFUSED,
            f"{command.source} does not fit {command.target}: {verdict.message}",
            node=target,
            pin=target_key,
            path=verdict.path,
        )
    if not taken.is_execution:
        draft.cut(wire for wire in draft.wires_into((target,)) if wire[2] == command.target)
        wires = draft.wires_from(source, key)
    index = len(wires) if command.index is None else command.index
    if not 0 <= index <= len(wires):
        raise refusal(Refused.BAD_ORDER, f"There is no turn {index}.", node=source, pin=key)
    draft.set_wires(source, key, (*wires[:index], command.target, *wires[index:]))


def disconnect(draft: Draft, command: Disconnect) -> None:
    """Remove a wire, also one to something that is not there."""
    source, key = split_endpoint(command.source)
    wires = draft.wires_from(source, key)
    if command.target not in wires:
        raise refusal(
            Refused.UNKNOWN_WIRE,
            f"There is no wire from {command.source} to {command.target}.",
            node=source,
            pin=key,
        )
    draft.set_wires(source, key, tuple(end for end in wires if end != command.target))


def order_wires(draft: Draft, command: OrderWires) -> None:
    """Give the wires of one output another order."""
    source, key = split_endpoint(command.source)
    if sorted(draft.wires_from(source, key)) != sorted(command.to):
        raise refusal(
            Refused.BAD_ORDER,
            f"{command.source} does not lead to exactly these endpoints.",
            node=source,
            pin=key,
        )
    draft.set_wires(source, key, command.to)
