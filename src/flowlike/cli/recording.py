"""Where ``flowlike run`` keeps its trace."""

import errno

from flowlike.engine.program import Program
from flowlike.engine.run import RunResult
from flowlike.errors import FlowlikeError, TraceError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Recorder:
    """Opens the segment before the run, so that what cannot be written is known before it begins.

    A full disk is no reason not to run: the result counts more than its trace.

    Raises:
        TraceError: the file cannot be opened, is no segment, or is in use.
    """

    def __init__(self, file: str, level: str) -> None:
        self.file = file
        self._error: FlowlikeError | None = None
        self._writer = None
        if level == "off":
            return
        from flowlike.trace.writer import SegmentWriter

        try:
            self._writer = SegmentWriter(file)
        except TraceError as error:
            cause = error.__cause__
            if not isinstance(cause, OSError) or cause.errno not in _FULL:
                raise
            self._error = error

    def keep(self, result: RunResult, program: Program) -> FlowlikeError | None:
        """Writes what the run recorded; gives the error if that did not work."""
        if self._writer is None:
            return self._error
        try:
            with self._writer as writer:
                if result.trace is not None:
                    writer.append(result.trace, program.program_record())
        except TraceError as error:
            return error
        return None
