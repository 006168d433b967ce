"""All codes of board checks. ``docs/board-checks.md`` says what each means; a test compares."""

from flowlike.board.findings import Finding, Severity
from flowlike.errors import Where

ERRORS = frozenset(
    {
        "board.bad-function-reference",
        "board.bad-id",
        "board.bad-literal",
        "board.dangling-wire",
        "board.duplicate-id",
        "board.duplicate-pin",
        "board.integer-beyond-64-bits",
        "board.layer-cycle",
        "board.missing-value",
        "board.not-a-choice",
        "board.not-finite",
        "board.out-of-range",
        "board.pure-cycle",
        "board.relay-cycle",
        "board.schema-mismatch",
        "board.schema-undecided",
        "board.secret-default",
        "board.too-many-relays",
        "board.two-sources",
        "board.type-mismatch",
        "board.unknown-layer",
        "board.unknown-pin",
        "board.unknown-type",
        "board.unknown-variable",
        "board.variable-not-editable",
        "board.wire-direction",
    }
)
WARNINGS = frozenset(
    {
        "board.empty-layer",
        "board.gather-never-fires",
        "board.no-start",
        "board.secret-logged",
        "board.sensitive-literal",
        "board.unreachable-node",
    }
)
INFOS = frozenset({"board.outdated-type", "board.type-not-recorded"})
CODES = ERRORS | WARNINGS | INFOS


def finding(
    code: str, message: str, remedy: str, *, node: str = "", pin: str = "", path: str = ""
) -> Finding:
    """A finding with the severity of its code. Raises KeyError for a code that is not listed."""
    if code not in CODES:
        raise KeyError(code)
    severity = Severity.WARNING if code in WARNINGS else Severity.INFO
    if code in ERRORS:
        severity = Severity.ERROR
    return Finding(
        code=code,
        severity=severity,
        message=message,
        remedy=remedy,
        where=Where(node=node, pin=pin, path=path),
    )
