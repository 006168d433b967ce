"""How much is recorded of a run: where several may say so, the one closest to the run does."""

from flowlike.board.model import TraceLevel


def resolve_level(
    default: TraceLevel,
    *,
    app: TraceLevel | None = None,
    board: TraceLevel | None = None,
    event: TraceLevel | None = None,
    run: TraceLevel | None = None,
    most: TraceLevel = TraceLevel.DATA,
) -> TraceLevel:
    """The level of one run.

    Args:
        default: where nobody says anything.
        app: what the app says, None for nothing; so do its board, its event, and whoever starts
            the run. Each of them outdoes those before it.
        most: what whoever starts the run may ask for at most: values are not for everybody.
    """
    said = next((level for level in (run, event, board, app) if level is not None), default)
    return min(said, most, key=_ORDER.index)


_ORDER = (TraceLevel.OFF, TraceLevel.ERRORS, TraceLevel.STEPS, TraceLevel.DATA)
