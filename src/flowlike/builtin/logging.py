"""Logging and progress. A line goes to the run's log; a toast also to whoever watches the run."""

from typing import Annotated, Any

from flowlike.nodes import Example, Log, Pin, Stream, node

_TOAST = Pin(label="On screen", description="Also show the message to whoever watches the run.")
_MESSAGE = Pin(label="Message")


@node(name="log_info", title="Print Info", category="Logging", keywords=("print", "debug"))
def log_info(
    message: Annotated[Any, _MESSAGE] = "",
    toast: Annotated[bool, _TOAST] = False,
    *,
    log: Log,
    stream: Stream,
) -> None:
    """Writes a line of level Info to the run's log.

    Any value may be logged; it is shown as JSON.
    """
    log.info(message)
    _show(stream, "info", message, toast=toast)


@node(name="log_warning", title="Log Warning", category="Logging")
def log_warning(
    message: Annotated[Any, _MESSAGE] = "",
    toast: Annotated[bool, _TOAST] = False,
    *,
    log: Log,
    stream: Stream,
) -> None:
    """Writes a line of level Warn to the run's log."""
    log.warning(message)
    _show(stream, "warning", message, toast=toast)


@node(name="log_error", title="Log Error", category="Logging")
def log_error(
    message: Annotated[Any, _MESSAGE] = "",
    toast: Annotated[bool, _TOAST] = False,
    *,
    log: Log,
    stream: Stream,
) -> None:
    """Writes a line of level Error to the run's log.

    The run goes on; use Fail to end it.
    """
    log.error(message)
    _show(stream, "error", message, toast=toast)


def _show(stream: Stream, level: str, message: Any, *, toast: bool) -> None:
    if toast:
        stream.emit("toast", {"level": level, "message": message})


@node(name="log_progress", title="Show Progress", category="Logging")
def log_progress(
    id: Annotated[
        str, Pin(label="Id", description="Calls with one id move one bar.")
    ] = "progress-1",
    message: Annotated[str, _MESSAGE] = "Processing...",
    progress: Annotated[int, Pin(label="Percent", range=(0, 100))] = 0,
    *,
    stream: Stream,
) -> None:
    """Shows a progress bar to whoever watches the run, or moves it.

    Percentages below 0 or above 100 count as 0 and 100.
    """
    percent = min(max(progress, 0), 100)
    stream.emit("progress", {"id": id, "message": message, "progress": percent, "done": False})


@node(name="log_progress_done", title="Progress Done", category="Logging")
def log_progress_done(
    id: Annotated[str, Pin(label="Id", description="The id of the bar to end.")] = "progress-1",
    message: Annotated[str, _MESSAGE] = "Done!",
    success: Annotated[bool, Pin(label="Success")] = True,
    *,
    stream: Stream,
) -> None:
    """Ends a progress bar."""
    stream.emit("progress", {"id": id, "message": message, "done": True, "success": success})


EXAMPLES = (
    Example("log_info", {"message": "hello"}, fired=("exec_out",)),
    Example("log_warning", {"message": {"left": 3}}, fired=("exec_out",)),
    Example("log_error", {"message": "no answer", "toast": True}, fired=("exec_out",)),
    Example("log_progress", {"message": "Reading", "progress": 40}, fired=("exec_out",)),
    Example("log_progress_done", {"success": False}, fired=("exec_out",)),
)
