"""An app and its events as documents: ``app.json`` and ``events/<name>.json``.

An event says which start node of which board runs, and for whom. Neither holds a secret: values of
secret variables live with the host of the run. Spec: engine, section 1 (Event); design, sections 7
and 9.
"""

import re
from enum import StrEnum
from typing import Any, Literal

import msgspec

from flowlike.board.canonical import Blocks
from flowlike.board.document import DocumentKind
from flowlike.board.findings import Finding, Severity
from flowlike.board.limits import LIMITS, Limits
from flowlike.board.model import Board, TraceLevel
from flowlike.errors import TextError, Where

BAD_ID = "text.bad-id"
BAD_VERSION = "text.bad-version"
BAD_LIMIT = "text.bad-limit"
BAD_BOARD = "event.bad-board"
BAD_PATH = "event.bad-path"
NOT_HTTP = "event.not-http"
UNKNOWN_NODE = "event.unknown-node"
UNKNOWN_VARIABLE = "event.unknown-variable"
NOT_EXPOSED = "event.variable-not-exposed"
SECRET_VALUE = "event.secret-value"  # noqa: S105 - a code, not a secret

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_VERSION = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}")
_FILE_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}")
_PARAMETER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]{0,63})\}")
_LONGEST_PATH, _LONGEST_SEGMENT = 1024, 255
_RESERVED = frozenset("?#%\\{}")


class _Value(
    msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, forbid_unknown_fields=True
):
    """Base of all parts of these documents."""


class RunLimits(_Value, frozen=True, kw_only=True):
    """What one run may use; absent leaves it to the host, which may be stricter.

    ``steps`` are activations of nodes, ``seconds`` wall time.
    """

    steps: int | None = None
    seconds: float | None = None


class Sampling(_Value, frozen=True, kw_only=True):
    """Which traces of successful runs are kept: one in so many, and the first of each hour."""

    one_in: int = 100
    first_per_hour: int = 10


class RunSettings(_Value, frozen=True, kw_only=True):
    """How runs are recorded and bounded. What an event leaves out, its app's settings say."""

    trace: TraceLevel | None = None
    limits: RunLimits = RunLimits()
    sampling: Sampling | None = None


class App(_Value, frozen=True, kw_only=True):
    """``app.json``: what the folder is."""

    format: Literal["flowlike.app/1"] = "flowlike.app/1"
    id: str
    name: str = "New App"
    description: str = ""
    version: str = "0.0.1"
    settings: RunSettings = RunSettings()


class EventKind(StrEnum):
    """What starts a run: a person or program by name, or an HTTP request."""

    SIMPLE = "simple"
    GENERIC = "generic"
    HTTP = "http"


class Method(StrEnum):
    """The method an HTTP event answers."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


class Access(StrEnum):
    """Who may start an event: those the app admits, or anybody."""

    PRIVATE = "private"
    PUBLIC = "public"


class Event(_Value, frozen=True, kw_only=True):
    """``events/<name>.json``: one way to start a run.

    ``board`` is a board's id or its file, relative to the app's folder (``boards/x.board.json``).
    ``version`` pins a published version; empty means the latest. ``node`` is the id of the start
    node. ``variables`` overrides exposed variables by id. ``method`` and ``path`` belong to HTTP
    events; a path may hold parameters, ``/orders/{id}``.
    """

    format: Literal["flowlike.event/1"] = "flowlike.event/1"
    id: str
    name: str = "New Event"
    description: str = ""
    board: str
    version: str = ""
    node: str
    kind: EventKind = EventKind.SIMPLE
    method: Method = Method.GET
    path: str = ""
    access: Access = Access.PRIVATE
    active: bool = True
    variables: dict[str, Any] = {}
    settings: RunSettings = RunSettings()


def parse_app(text: bytes | str, *, file: str = "", limits: Limits = LIMITS) -> App:
    """The app that ``text`` holds. Raises TextError, and nothing else."""
    return _APP.parse(text, limits, file)


def dump_app(app: App, *, limits: Limits = LIMITS) -> str:
    """The canonical text of ``app``. Raises TextError."""
    return _APP.dump(app, limits)


def parse_event(text: bytes | str, *, file: str = "", limits: Limits = LIMITS) -> Event:
    """The event that ``text`` holds. Raises TextError, and nothing else."""
    return _EVENT.parse(text, limits, file)


def dump_event(event: Event, *, limits: Limits = LIMITS) -> str:
    """The canonical text of ``event``. Raises TextError."""
    return _EVENT.dump(event, limits)


def check_event(event: Event, board: Board) -> tuple[Finding, ...]:
    """What is wrong between an event and its board: its node and its overrides."""
    findings = []
    if event.node not in board.nodes:
        findings.append(
            _finding(
                UNKNOWN_NODE, "node", f"The board has no node {event.node}.", "Name its start node."
            )
        )
    for name in sorted(event.variables):
        variable = board.variables.get(name)
        path = f"variables.{name}"
        if variable is None:
            message = f"The board has no variable {name}."
            findings.append(_finding(UNKNOWN_VARIABLE, path, message, "Remove the override."))
        elif variable.secret:
            message = f"The variable {name} is secret; its value may not stand in a file."
            remedy = "Remove the override and store the value as a secret."
            findings.append(_finding(SECRET_VALUE, path, message, remedy))
        elif not variable.exposed:
            message = f"The variable {name} is not exposed, so an event may not set it."
            remedy = "Expose the variable in the board, or remove the override."
            findings.append(_finding(NOT_EXPOSED, path, message, remedy))
    return tuple(findings)


def _finding(code: str, path: str, message: str, remedy: str) -> Finding:
    return Finding(
        code=code,
        severity=Severity.ERROR,
        message=message,
        remedy=remedy,
        where=Where(path=path),
    )


def _refuse(code: str, path: str, message: str, remedy: str) -> None:
    raise TextError(code, message, remedy=remedy, where=Where(path=path))


def _check_app(app: App, _: Limits) -> None:
    _check_id("id", app.id)
    _check_version(app.version)
    _check_settings(app.settings)


def _check_event(event: Event, _: Limits) -> None:
    _check_id("id", event.id)
    _check_id("node", event.node)
    if event.version:
        _check_version(event.version)
    _check_board_name(event.board)
    _check_settings(event.settings)
    if event.kind is EventKind.HTTP:
        fault = path_fault(event.path)
        if fault:
            _refuse(BAD_PATH, "path", fault, "Write a path such as /orders or /orders/{id}.")
    elif event.path or event.method is not Method.GET:
        field = "path" if event.path else "method"
        message = f"Only HTTP events have a {field}."
        _refuse(NOT_HTTP, field, message, f'Write "kind": "http", or remove the {field}.')


def _check_id(field: str, value: str) -> None:
    if not _ID.fullmatch(value):
        message = "An id has 1 to 64 letters, digits, - and _, and begins with a letter or digit."
        _refuse(BAD_ID, field, message, "Correct the id.")


def _check_version(version: str) -> None:
    if not _VERSION.fullmatch(version):
        message = "A version is three numbers, such as 1.0.3."
        _refuse(BAD_VERSION, "version", message, "Correct the version.")


def _check_board_name(board: str) -> None:
    """An event comes with a foreign folder: its board may not be a file elsewhere."""
    parts = board.split("/")
    is_file = board.endswith(".board.json") and all(map(_FILE_PART.fullmatch, parts))
    if not (is_file or _ID.fullmatch(board)) or len(board) > _LONGEST_PATH:
        message = "A board is named by its id, or by a file inside the app's folder."
        remedy = "Write an id, or a file such as boards/orders.board.json."
        _refuse(BAD_BOARD, "board", message, remedy)


def _check_settings(settings: RunSettings) -> None:
    limits, sampling = settings.limits, settings.sampling
    numbers: list[tuple[str, float | None, float]] = [
        ("limits.steps", limits.steps, 1),
        ("limits.seconds", limits.seconds, 0.001),
    ]
    if sampling:
        numbers.append(("sampling.one_in", sampling.one_in, 1))
        numbers.append(("sampling.first_per_hour", sampling.first_per_hour, 0))
    for name, value, least in numbers:
        if value is not None and not value >= least:
            message = f"{name} should be at least {least}."
            _refuse(BAD_LIMIT, f"settings.{name}", message, f"Write {least} or more.")


def path_fault(path: str) -> str:
    """Why ``path`` cannot be the path of an HTTP event; empty if it can.

    A path has one spelling, so that what is matched is what was reviewed: no percent signs, no dot
    segments, no empty ones.
    """
    if not path.startswith("/"):
        return "A path begins with a slash."
    if len(path) > _LONGEST_PATH:
        return f"A path has at most {_LONGEST_PATH} characters."
    segments = path[1:].split("/") if path != "/" else []
    names = [match[1] for match in map(_PARAMETER.fullmatch, segments) if match]
    if len(set(names)) < len(names):
        return "A path names each parameter once."
    return next(filter(None, map(_segment_fault, segments)), "")


def _segment_fault(segment: str) -> str:
    if not segment:
        return "A path has no empty segment and no slash at its end."
    if segment in {".", ".."}:
        return "A path has no . and .. segments."
    if len(segment) > _LONGEST_SEGMENT:
        return f"A segment of a path has at most {_LONGEST_SEGMENT} characters."
    if any(not char.isprintable() or char.isspace() for char in segment):
        return "A path has no control characters and no spaces."
    if not _PARAMETER.fullmatch(segment) and not _RESERVED.isdisjoint(segment):
        return "A path has none of ? # % \\ { }, but for whole segments such as {id}."
    return ""


_APP_BLOCKS: Blocks = {App: frozenset()}
_EVENT_BLOCKS: Blocks = {Event: frozenset({"variables"})}
_APP = DocumentKind(App, "app", blocks=_APP_BLOCKS, check=_check_app)
_EVENT = DocumentKind(Event, "event", blocks=_EVENT_BLOCKS, check=_check_event)
