"""All that is wrong with a board, each fault with a code, a remedy and a place.

The codes stand in ``checks/codes.py`` and are explained in ``docs/board-checks.md``.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from flowlike.board.checks import entities, flow, inputs, wires
from flowlike.board.findings import Finding, Severity
from flowlike.board.model import Board
from flowlike.board.pins import Types
from flowlike.board.scene import Scene
from flowlike.board.unify import resolve_types

__all__ = ["Finding", "Severity", "check"]


def check(
    board: Board, types: Types, *, only: AbstractSet[str] | None = None
) -> tuple[Finding, ...]:
    """Findings of ``board``, the worst first, then by place; the same for the same board.

    Args:
        board: the board; nothing about it is assumed.
        types: installed definitions.
        only: ids of nodes that matter, such as those a start node can reach. Findings of other
            nodes and of layers are left out, those of the board and its variables are not.
            None means all, and tells of nodes that nothing reaches too.
    """
    scene = Scene(board, types)
    found = {
        finding
        for finding in _all(scene, whole=only is None)
        if only is None or not finding.where.node or finding.where.node in only
    }
    return tuple(sorted(found, key=lambda finding: finding.rank))


def _all(scene: Scene, *, whole: bool) -> Iterator[Finding]:
    resolved = resolve_types(scene)
    yield from entities.ids(scene)
    yield from entities.types(scene)
    yield from entities.layers(scene)
    yield from entities.variables(scene)
    yield from wires.ends(scene)
    yield from wires.fits(scene, resolved)
    yield from wires.relays(scene)
    yield from wires.secrets(scene)
    yield from inputs.Inputs(scene, resolved)
    yield from flow.pure_cycles(scene)
    yield from flow.references(scene)
    yield from flow.gathers(scene)
    if whole:
        yield from flow.unreachable(scene)
