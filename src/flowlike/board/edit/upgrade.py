"""Bring a node to a newer version of its type. Pins match by name and ordinal."""

from typing import Any

import msgspec
from msgspec import UNSET

from flowlike.board.definition import NodeDefinition, PinDefinition
from flowlike.board.edit.commands import UpgradeNode
from flowlike.board.edit.draft import Draft, Migrates
from flowlike.board.edit.follow import follow_literals, follow_starts
from flowlike.board.edit.refusal import Refused, refusal
from flowlike.board.edit.values import check_value
from flowlike.board.model import Board, Input, Node
from flowlike.board.pins import PinTable, Types, input_pins, output_pins, split_endpoint
from flowlike.board.types import Refused as Misfit
from flowlike.board.types import check_wire


class UpgradePlan(msgspec.Struct, frozen=True):
    """What an upgrade would lose: ``wires`` (source, target) and literals (``values``, by pin)."""

    node: str
    before: str
    after: str
    wires: tuple[tuple[str, str], ...] = ()
    values: tuple[str, ...] = ()


def plan_upgrade(board: Board, node: str, version: int, types: Types) -> UpgradePlan:
    """What ``UpgradeNode(node, version)`` would lose. Changes nothing. Raises CommandError."""
    draft = Draft(board, types)
    command = UpgradeNode(node, version)
    before = draft.node(node)
    wires = _wires_of(draft, node)
    upgrade_node(draft, command)
    after = draft.node(node)
    return UpgradePlan(
        node=node,
        before=before.type,
        after=after.type,
        wires=tuple(sorted(wires - _wires_of(draft, node))),
        values=tuple(
            sorted(
                key
                for key, item in before.inputs.items()
                if item.value is not UNSET and after.inputs.get(key, Input()).value is UNSET
            )
        ),
    )


def upgrade_node(draft: Draft, command: UpgradeNode) -> None:
    """Exchange the type; keep literals and wires whose pins are still there and still fit."""
    node = draft.node(command.node)
    name, _, version = node.type.rpartition("@")
    key = f"{name}@{command.version}"
    new, old = draft.types.get(key), draft.definition(node)
    if new is None or old is None or not version.isdigit() or command.version <= int(version):
        raise refusal(
            Refused.BAD_UPGRADE,
            f"{node.type} cannot become {key}.",
            node=command.node,
        )
    literals = _migrated(draft, node, key, int(version))
    before = input_pins(node, old)
    bare = msgspec.structs.replace(node, type=key)
    after, outputs = input_pins(bare, new), output_pins(bare, new)
    migrated = literals is not None
    kept = literals if literals is not None else _literals(node)
    inputs: dict[str, Input] = {}
    for pin in (*node.inputs, *(pin for pin in kept if pin not in node.inputs)):
        if pin not in after:
            continue
        fits = pin in kept and (migrated or _alike(before.get(pin), after[pin]))
        inputs[pin] = Input(value=kept[pin]) if fits else Input()
    draft.edit(
        command.node,
        type=key,
        inputs={
            pin: item
            for pin, item in inputs.items()
            if item.value is not UNSET or pin in node.inputs
        },
        outputs={pin: output for pin, output in node.outputs.items() if pin in outputs},
    )
    follow_literals(draft, command.node)
    _cut_misfits(draft, command.node, new)
    follow_starts(draft, (command.node,))


def _migrated(draft: Draft, node: Node, key: str, version: int) -> dict[str, Any] | None:
    if not isinstance(draft.types, Migrates):
        return None
    literals = draft.types.migrate(key, _literals(node), version)
    return None if literals is None else dict(check_value(dict(literals)))


def _literals(node: Node) -> dict[str, Any]:
    return {key: item.value for key, item in node.inputs.items() if item.value is not UNSET}


def _alike(before: PinDefinition | None, after: PinDefinition) -> bool:
    return (
        before is not None and before.type is after.type and before.value_type is after.value_type
    )


def _cut_misfits(draft: Draft, id_: str, new: NodeDefinition) -> None:
    """Remove wires whose pin is gone or that no longer fit."""
    node = draft.node(id_)
    inputs, outputs = input_pins(node, new), output_pins(node, new)
    lost: list[tuple[str, str, str]] = []
    for source, key, target in draft.wires_into((id_,)):
        if not _fits(_end(draft, source, key), inputs.get(split_endpoint(target)[1])):
            lost.append((source, key, target))
    for key in node.outputs:
        for target in draft.wires_from(id_, key):
            entity, pin = split_endpoint(target)
            if not _fits(outputs.get(key), _end(draft, entity, pin, into=True)):
                lost.append((id_, key, target))
    draft.cut(lost)


def _end(draft: Draft, id_: str, key: str, *, into: bool = False) -> PinDefinition | None:
    node = draft.nodes.get(id_)
    if (node is None and id_ not in draft.layers) or (
        node is not None and draft.definition(node) is None
    ):
        return None
    table: PinTable = draft.input_table(id_) if into else draft.output_table(id_)
    return table.get(key)


def _fits(source: PinDefinition | None, target: PinDefinition | None) -> bool:
    if source is None or target is None:
        return False
    return not isinstance(check_wire(source, target), Misfit)


def _wires_of(draft: Draft, id_: str) -> set[tuple[str, str]]:
    wires = {(f"{source}.{key}", target) for source, key, target in draft.wires_into((id_,))}
    for key, output in draft.node(id_).outputs.items():
        wires |= {(f"{id_}.{key}", target) for target in output.to}
    return wires
