"""Where ``flowlike run`` keeps its trace."""

import errno
from types import TracebackType
from typing import TYPE_CHECKING, Self

from flowlike.engine.program import Program
from flowlike.engine.run import RunResult
from flowlike.errors import TraceError

if TYPE_CHECKING:
    from flowlike.trace.writer import SegmentWriter

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Recorder:
    """Opens the segment before the run, so that what cannot be written is known before it begins.

    A full disk is no reason not to run: the result counts more than its trace.

    Raises:
        TraceError: the file cannot be opened, is no segment, or is in use.
    """

    def __init__(self, file: str, level: str) -> None:
        self._error: TraceError | None = None
        self._writer: SegmentWriter | None = None
        if level == "off":
            return
        from flowlike.trace import writer

        try:
            self._writer = writer.SegmentWriter(file)
        except TraceError as error:
            cause = error.__cause__
            if not isinstance(cause, OSError) or cause.errno not in _FULL:
                raise
            self._error = error

    def keep(self, result: RunResult, program: Program) -> TraceError | None:
        """Writes what the run recorded; gives the error if that did not work."""
        if self._writer is not None and result.trace is not None:
            try:
                self._writer.append(result.trace, program.program_record())
                self._writer.flush()
            except TraceError as error:
                return error
        return self._error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._writer is not None:
            self._writer.close()
