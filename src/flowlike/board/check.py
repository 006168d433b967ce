"""All that is wrong with a board, each fault with a code, a remedy and a place."""

from collections.abc import Set as AbstractSet

from flowlike.board.findings import Finding, Severity
from flowlike.board.model import Board
from flowlike.board.pins import Types
from flowlike.board.wires import resolve_wires
from flowlike.errors import Where

__all__ = ["Finding", "Severity", "check"]


def check(
    board: Board, types: Types, *, only: AbstractSet[str] | None = None
) -> tuple[Finding, ...]:
    """Findings of ``board``, the worst first, then by place; the same for the same board.

    Args:
        board: the board; nothing about it is assumed.
        types: installed definitions.
        only: ids of nodes that matter, such as those a start node can reach; None for all.
    """
    wiring = resolve_wires(board)
    findings = [
        Finding(
            code="board.relay-cycle",
            severity=Severity.ERROR,
            message="The layer pins this wire runs through lead back to themselves.",
            remedy="Disconnect one of the layer pins.",
            where=Where(node=node, pin=pin),
        )
        for node, _, pin in (output.partition(".") for output in wiring.relay_loops)
        if only is None or node in only
    ]
    return tuple(sorted(findings, key=lambda finding: finding.rank))
