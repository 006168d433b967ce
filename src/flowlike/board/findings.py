"""What a check says: one finding a fault, each with a code, a sentence, a remedy and a place."""

from enum import StrEnum

import msgspec

from flowlike.errors import NOWHERE, Where


class Severity(StrEnum):
    """How bad a finding is. Only errors keep a board from running."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One fault of a board. Codes are listed in ``docs/board-checks.md``.

    ``where`` names a node or layer and its pin, or a part of the document by ``path`` (such as
    ``variables.v1``). Wires are named by the input they lead to if they carry data, else by the
    output they leave.
    """

    code: str
    severity: Severity
    message: str
    remedy: str = ""
    where: Where = NOWHERE

    @property
    def rank(self) -> tuple[int, str, str, str, str, str]:
        """Sort key: the worst first, then by place, code and sentence."""
        where = self.where
        return (
            _RANK[self.severity],
            where.node,
            where.pin,
            where.path,
            self.code,
            self.message,
        )
