"""Where wires really lead: layer relays walked through, one list of targets an output.

Knows no types: an endpoint counts as a target if its node exists. Whether the pins exist and fit is
for the checks to say.
"""

from collections.abc import Iterator

import msgspec

from flowlike.board.model import Board, Layer
from flowlike.board.pins import layer_pins, split_endpoint

WALK_LIMIT = 1_000_000
"""Relay steps for a whole board. No board people draw comes near; a hostile one stops here."""


class Wiring(msgspec.Struct, frozen=True):
    """The wires of a board between nodes. All endpoints are ``node.pin``.

    ``targets`` leads from an output to its inputs in execution order, each once; outputs that lead
    nowhere are absent. ``source`` leads from an input to the output that feeds it, ``rivals`` to
    all of them where there are several (normal for execution, an error for data).

    ``relay_loops`` are outputs from which relays lead back to themselves; ``empty_layers`` are
    layers that passed execution straight on; ``cut`` is true if the walk was given up.
    """

    targets: dict[str, tuple[str, ...]]
    source: dict[str, str]
    rivals: dict[str, tuple[str, ...]]
    relay_loops: tuple[str, ...] = ()
    empty_layers: tuple[str, ...] = ()
    cut: bool = False


def resolve_wires(board: Board) -> Wiring:
    """The wires of ``board``, relays walked through. Never raises; wires to nowhere are dropped."""
    relays = _Relays(board)
    targets: dict[str, tuple[str, ...]] = {}
    source: dict[str, str] = {}
    rivals: dict[str, list[str]] = {}
    for output, listed in node_wires(board):
        found = relays.walk(output, listed)
        if not found:
            continue
        targets[output] = found
        for target in found:
            first = source.setdefault(target, output)
            if first != output:
                rivals.setdefault(target, [first]).append(output)
    return Wiring(
        targets=targets,
        source=source,
        rivals={target: tuple(outputs) for target, outputs in rivals.items()},
        relay_loops=tuple(relays.loops),
        empty_layers=tuple(sorted(relays.passed)),
        cut=relays.steps > WALK_LIMIT,
    )


def node_wires(board: Board) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each wired output of a node with the endpoints it names, ordered by node id."""
    for node_id in sorted(board.nodes):
        for key, output in board.nodes[node_id].outputs.items():
            if output.to:
                yield f"{node_id}.{key}", output.to


class _Relays:
    """Follows endpoints through layers, depth first, so that the order of wires is kept."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._onward: dict[str, tuple[str, ...]] = {}
        self._occupied = {node.layer for node in board.nodes.values()}
        self._occupied |= {layer.parent for layer in board.layers.values()}
        self.loops: list[str] = []
        self.passed: set[str] = set()
        self.steps = 0

    def walk(self, output: str, listed: tuple[str, ...]) -> tuple[str, ...]:
        nodes = self._board.nodes
        if len(listed) == 1:  # nearly every wire
            entity = split_endpoint(listed[0])[0]
            if entity in nodes:
                return listed
        found: dict[str, None] = {}
        open_relays: set[str] = set()
        done: set[str] = set()
        stack: list[tuple[str, bool]] = [(end, False) for end in reversed(listed)]
        while stack and self.steps <= WALK_LIMIT:
            end, leaving = stack.pop()
            if leaving:
                open_relays.discard(end)
                done.add(end)
                continue
            self.steps += 1
            if split_endpoint(end)[0] in nodes:
                found[end] = None
            elif end in open_relays:
                if not self.loops or self.loops[-1] != output:
                    self.loops.append(output)
            elif end not in done:
                open_relays.add(end)
                stack.append((end, True))
                stack.extend((onward, False) for onward in reversed(self._leads(end)))
        return tuple(found)

    def _leads(self, relay: str) -> tuple[str, ...]:
        """Endpoints a relay leads to; nothing if there is no such layer or pin."""
        known = self._onward.get(relay)
        if known is None:
            layer_id, key = split_endpoint(relay)
            layer = self._board.layers.get(layer_id)
            known = () if layer is None else self._out_of(layer_id, layer, key)
            self._onward[relay] = known
        return known

    def _out_of(self, layer_id: str, layer: Layer, key: str) -> tuple[str, ...]:
        output = layer.outputs.get(key)
        if output is not None and output.to:
            return output.to
        if layer_id in self._occupied:
            return ()
        inward, outward = layer_pins(layer)
        pin = inward.get(key)
        if pin is None or not pin.is_execution:
            return ()
        way_out = next((name for name, end in outward.items() if end.is_execution), "")
        if not way_out:
            return ()
        self.passed.add(layer_id)
        return (f"{layer_id}.{way_out}",)
