"""Whether a wire may join two pins, and why not. One pure question, answered the same everywhere.

Spec: engine, section 2. ``choices`` and ``range`` of a pin bound what people type, not wires.
"""

from enum import StrEnum

import msgspec

from flowlike.board.definition import PinDefinition

TYPE_MISMATCH = "board.type-mismatch"


class Conversion(StrEnum):
    """A safe conversion the compiler puts on a wire. There is no other."""

    INTEGER_TO_FLOAT = "integer-to-float"
    PATH_TO_FLOW_PATH = "path-to-flow-path"
    FLOW_PATH_TO_PATH = "flow-path-to-path"
    ISO_DATE = "iso-date"


class Ok(msgspec.Struct, frozen=True):
    """The wire may be drawn. ``undecided``: each value must be checked when it arrives."""

    conversion: Conversion | None = None
    undecided: bool = False


class Refused(msgspec.Struct, frozen=True):
    """The wire may not be drawn. ``path`` leads into the value, such as ``orders[].total``."""

    code: str
    path: str
    message: str


Verdict = Ok | Refused


def check_wire(source: PinDefinition, target: PinDefinition) -> Verdict:
    """Whether a wire may lead from an output pin to an input pin. Type variables count as unknown."""
    if source.is_execution is not target.is_execution:
        return Refused(TYPE_MISMATCH, "", "execution joins only execution")
    return Ok()
