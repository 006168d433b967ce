"""The board as a document: frozen values, one definition for file, wire and memory.

Nodes live flat in the board and name their layer. A wire is stored once, at its source: an output
names the endpoints it leads to, in execution order. An endpoint is ``entity.pin``; the entity is a
node or a layer (whose pins only relay). A pin key is the pin's name, or ``name#2`` for the second
pin of that name. Listing a variadic pin in ``in`` or ``out`` makes it (and those before it) exist.
Spec: engine, sections 1 and 6.
"""

from enum import StrEnum
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from flowlike.board.definition import DataType, NodeDefinition, PinDefinition, ValueType

FORMAT: Final = "flowlike.board/1"
ERROR_PIN = "auto_handle_error"
ERROR_TEXT_PIN = "auto_handle_error_string"


class _Value(
    msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, forbid_unknown_fields=True
):
    """Base of all parts of a document: frozen, unknown fields refused, defaults left out."""


class Stage(StrEnum):
    """How far a board has come; handed to nodes, never acted on."""

    DEV = "Dev"
    INT = "Int"
    QA = "QA"
    PREPROD = "PreProd"
    PROD = "Prod"


class LogLevel(StrEnum):
    """Least level of log lines that are kept."""

    DEBUG = "Debug"
    INFO = "Info"
    WARN = "Warn"
    ERROR = "Error"
    FATAL = "Fatal"


class ExecutionMode(StrEnum):
    """Where a board may run."""

    HYBRID = "Hybrid"
    REMOTE = "Remote"
    LOCAL = "Local"


class TraceLevel(StrEnum):
    """How much of a run is recorded, in rising order."""

    OFF = "off"
    ERRORS = "errors"
    STEPS = "steps"
    DATA = "data"


class BoardSettings(_Value, frozen=True):
    """Settings of a board. ``trace`` is the board's own level; empty leaves it to the caller."""

    stage: Stage = Stage.DEV
    log_level: LogLevel = LogLevel.INFO
    execution_mode: ExecutionMode = ExecutionMode.HYBRID
    trace: TraceLevel | None = None
    pages: tuple[str, ...] = ()


class Variable(_Value, frozen=True):
    """A value of the whole board, set anew at the start of each run.

    ``default`` is a JSON value; a secret variable never has one in a document. ``exposed`` may be
    overridden by an event, ``runtime_configured`` by the host of the run.
    """

    name: str
    type: DataType
    value_type: ValueType = ValueType.NORMAL
    category: str = ""
    description: str = ""
    default: Any | UnsetType = UNSET
    schema: dict[str, Any] | None = None
    exposed: bool = False
    secret: bool = False
    editable: bool = True
    runtime_configured: bool = False


class Retry(_Value, frozen=True):
    """Try a failing node again: ``attempts`` in all, ``delay_ms`` between them."""

    attempts: int = 1
    delay_ms: int = 0


class NodeSettings(_Value, frozen=True):
    """What a person may set on any node.

    ``pinned`` holds output values by pin key, used instead of running the node in editor runs only;
    at a start node they stand in for what the payload lacks.
    ``on_body_error`` says what a loop or sequence does when a body fails. ``timeout_ms`` bounds one
    activation of an awaiting node.
    """

    disabled: bool = False
    pinned: dict[str, Any] | None = None
    retry: Retry | None = None
    timeout_ms: int | None = None
    on_body_error: Literal["stop", "continue"] = "stop"
    trace: TraceLevel | None = None


class InstancePins(_Value, frozen=True, rename={"inputs": "in", "outputs": "out"}):
    """Pins a node or layer has beyond those of its type."""

    inputs: tuple[PinDefinition, ...] = ()
    outputs: tuple[PinDefinition, ...] = ()


class Input(_Value, frozen=True):
    """A literal on an input pin: a JSON value, or absent."""

    value: Any | UnsetType = UNSET


class Output(_Value, frozen=True):
    """The wires that leave an output pin, in execution order."""

    to: tuple[str, ...] = ()


class Node(_Value, frozen=True, rename={"inputs": "in", "outputs": "out"}):
    """One node. ``type`` is ``name@version``; ``name``, if given, replaces the type's title."""

    type: str
    name: str = ""
    comment: str = ""
    layer: str = ""
    package: str = ""
    settings: NodeSettings = NodeSettings()
    pins: InstancePins = InstancePins()
    inputs: dict[str, Input] = {}
    outputs: dict[str, Output] = {}
    functions: tuple[str, ...] = ()
    origin: dict[str, Any] | None = None


class Layer(_Value, frozen=True, rename={"outputs": "out"}):
    """A collapsed part of the board.

    Its pins relay: what enters a pin leaves by ``out`` of the same pin.

    Pin names are unique over both directions.
    """

    name: str
    parent: str = ""
    kind: Literal["Collapsed", "Function", "Macro"] = "Collapsed"
    comment: str = ""
    color: str = ""
    pins: InstancePins = InstancePins()
    outputs: dict[str, Output] = {}
    origin: dict[str, Any] | None = None


class Comment(_Value, frozen=True):
    """A note or a picture on the canvas."""

    content: str = ""
    kind: Literal["Text", "Image", "Video"] = "Text"
    author: str = ""
    layer: str = ""
    color: str = ""
    locked: bool = False
    origin: dict[str, Any] | None = None


class Place(_Value, frozen=True):
    """Where an entity stands on the canvas, in pixels; coordinates are 32-bit floats.

    ``width`` and ``height`` belong to comments, ``entry`` and ``exit`` to the two ends inside a
    layer.
    """

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    width: float | None = None
    height: float | None = None
    entry: tuple[float, float] | None = None
    exit: tuple[float, float] | None = None


class Board(_Value, frozen=True, kw_only=True):
    """A whole board. Entities are keyed by id; ``layout`` holds their places."""

    format: Literal["flowlike.board/1"] = FORMAT
    id: str
    name: str = "New Board"
    description: str = ""
    version: str = "0.0.1"
    settings: BoardSettings = BoardSettings()
    types: dict[str, NodeDefinition] = {}
    variables: dict[str, Variable] = {}
    nodes: dict[str, Node] = {}
    layers: dict[str, Layer] = {}
    comments: dict[str, Comment] = {}
    layout: dict[str, Place] = {}
    origin: dict[str, Any] | None = None
