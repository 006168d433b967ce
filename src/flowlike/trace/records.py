"""The records of a trace: what the engine writes, what a reader gets back.

A run hands over *blocks*. A block is one msgpack array of records; a record is an array whose
first element says its kind. The engine appends plain tuples of the shapes below (cheaper than
structs) and encodes them with ``encode_block``; ``decode_block`` makes structs of them. The first
block of a run begins with its ``Run``; a block that begins with another kind continues the run
before it. ``End`` is a run's last record. ``flowlike.runs`` writes a ``Kept`` before each run.

    Run      (0, run_id, entry, payload, program, level, wall_ns, mono_ns,
              actor, parent_run, parent_seq)
    Step     (1, seq, node, parent, iteration, start_ns, duration_ns, fired, state, ins)
    Value    (2, seq, pin, kind, content)
    Log      (3, seq, level, message, fields, at_ns)
    Error    (4, seq, code, message, node, pin, remedy, causes)
    5        kept for requests to the outside world
    End      (6, status, error, steps, handled_errors, output, at_ns)
    Program  (7, hash, board, name, nodes)
             node: (id, type, title, inputs, outputs[, wired])
    Blob     (8, digest, data)
    Kept     (9, about): a block of its own, before those of the run it speaks of

    content  (shape, size, form[, data[, head]]), made by contents.describe_value

``seq`` numbers the activations of a run from 1; 0 means "no activation" (the run itself, a
literal, a default). ``node`` is an index into the program's nodes, ``pin`` one into that node's
inputs or outputs. Times ``*_ns`` are relative to the run's start. Trailing elements may be left
out where a struct has a default.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Annotated, Any

import msgspec

from flowlike.board.model import TraceLevel
from flowlike.errors import TraceError

Sequence32 = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
Index = Annotated[int, msgspec.Meta(ge=0, le=2**20)]
MaybeIndex = Annotated[int, msgspec.Meta(ge=-1, le=2**20)]
Digest = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]


class Shape(IntEnum):
    """What a recorded value was when the program ran, whatever its pin declares."""

    NULL = 0
    BOOLEAN = 1
    INTEGER = 2
    FLOAT = 3
    TEXT = 4
    BYTES = 5
    DATE = 6
    OBJECT = 7
    LIST = 8
    OTHER = 9


class Form(IntEnum):
    """How much of a value is kept, and where."""

    INLINE = 0
    """``data`` is the value."""
    BLOB = 1
    """``data`` is the digest of a ``Blob`` of the same run."""
    HEAD = 2
    """Too large: ``data`` is the digest of all of it, ``head`` its first 4 KiB."""
    REDACTED = 3
    """Secret: neither ``data`` nor ``head``."""
    OPAQUE = 4
    """It cannot be written down: ``data`` is the name of its Python type."""


class Direction(IntEnum):
    """Which side of an activation a value was seen on."""

    INPUT = 0
    OUTPUT = 1
    VARIABLE = 2
    """Written to a variable; ``pin`` is the output pin, 0 if there is none."""


class State(IntEnum):
    """How an activation ended."""

    OK = 0
    ERROR = 1
    SKIPPED = 2
    CANCELLED = 3


class Content(msgspec.Struct, frozen=True, array_like=True):
    """A value, or what is kept of it.

    ``size`` is in bytes: of text in UTF-8, of bytes as they are, of objects, lists and others in
    msgpack; 8 for numbers and dates, 1 for a boolean, 0 for null. Blobs and heads of text and
    bytes hold those bytes themselves, those of other shapes msgpack.
    """

    shape: Shape
    size: Annotated[int, msgspec.Meta(ge=0)]
    form: Form = Form.INLINE
    data: Any = None
    head: bytes = b""


class Run(msgspec.Struct, frozen=True, array_like=True, tag=0):
    """A run began. ``entry`` is the start node's id, ``program`` the hash of a ``Program`` record.

    ``wall_ns`` is Unix time, ``mono_ns`` the monotonic clock at the same moment. ``actor`` may be
    empty; so may ``parent_run``, else ``parent_seq`` is the activation there that started this
    one.
    """

    run_id: str
    entry: str
    payload: Content | None
    program: str
    level: TraceLevel
    wall_ns: int
    mono_ns: int
    actor: str = ""
    parent_run: str = ""
    parent_seq: Sequence32 = 0


class Step(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """One activation of one node.

    ``parent`` is the activation (loop, call, branch) it ran inside, 0 at the top; it has a lower
    number. ``iteration`` counts from 0 within the parent; -1 outside of loops. ``fired`` has bit
    i set for the i-th output, or lists their indices if one is beyond the 62nd. ``ins`` holds the
    number of the activation that wrote each input: see ``ProgramNode.wired``.
    """

    seq: Sequence32
    node: Index
    parent: Sequence32
    iteration: Annotated[int, msgspec.Meta(ge=-1)]
    start_ns: int
    duration_ns: int
    fired: Annotated[int, msgspec.Meta(ge=0)] | tuple[Index, ...]
    state: State
    ins: tuple[Sequence32, ...] = ()


class Value(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """What a pin held. Inputs of a failed activation are kept so at level ``errors`` too."""

    seq: Sequence32
    pin: Index
    kind: Direction
    content: Content


class Log(msgspec.Struct, frozen=True, array_like=True, tag=3):
    """A message. ``level``: 0 debug, 1 info, 2 warning, 3 error, 4 fatal."""

    seq: Sequence32
    level: Annotated[int, msgspec.Meta(ge=0, le=4)]
    message: str
    fields: dict[str, Any] | None
    at_ns: int


class Error(msgspec.Struct, frozen=True, array_like=True, tag=4):
    """An error. ``node`` is -1 if no node is to blame, ``pin`` an input pin's key or empty.

    ``causes`` are sentences, the nearest first.
    """

    seq: Sequence32
    code: str
    message: str
    node: MaybeIndex = -1
    pin: str = ""
    remedy: str = ""
    causes: tuple[str, ...] = ()


class End(msgspec.Struct, frozen=True, array_like=True, tag=6):
    """A run ended. ``error`` is the code of the error that ended it, None if none did."""

    status: str
    error: str | None
    steps: Annotated[int, msgspec.Meta(ge=0)]
    handled_errors: Annotated[int, msgspec.Meta(ge=0)]
    output: Content | None
    at_ns: int


class ProgramNode(msgspec.Struct, frozen=True, array_like=True):
    """A node as far as a reader needs it: ``inputs`` and ``outputs`` are pin keys in pin order.

    ``wired`` says what ``Step.ins`` speaks of: entry i is (index of the input, index of the
    output of the writing node that feeds it). -1 stands for "not a pin": a variable read, or an
    output known at run time only. Without ``wired``, ``ins[i]`` belongs to ``inputs[i]``.
    """

    id: str
    type: str
    title: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    wired: tuple[tuple[MaybeIndex, MaybeIndex], ...] | None = None


class Program(msgspec.Struct, frozen=True, array_like=True, tag=7):
    """The program of the runs that name its hash, so that a trace reads without its board."""

    hash: str
    board: str
    name: str
    nodes: tuple[ProgramNode, ...]


class Blob(msgspec.Struct, frozen=True, array_like=True, tag=8):
    """Bytes that values of the same run point to. The digest is BLAKE2b-128 keyed by the run."""

    digest: Digest
    data: bytes


class Kept(msgspec.Struct, frozen=True, array_like=True, tag=9):
    """What an archive notes of the run whose blocks follow; of one that was not traced, none do.

    ``about`` belongs to the archive.
    """

    about: msgspec.Raw


Record = Run | Step | Value | Log | Error | End | Program | Blob | Kept

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Record])
_splitter = msgspec.msgpack.Decoder(list[tuple[Any, ...]])


def encode_block(records: Sequence[tuple[Any, ...] | Record]) -> bytes:
    """The block of these records, which are structs or tuples of the same shape.

    Raises:
        TraceError: ``trace.unencodable``; something in a record is not plain data. Values that
        went through
            ``describe_value`` are never the cause.
    """
    try:
        return _encoder.encode(records)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise TraceError(
            "trace.unencodable",
            f"A trace record cannot be written: {error}.",
            remedy="Record plain data, or describe the value first.",
        ) from error


def decode_block(block: bytes | msgspec.Raw) -> list[Record]:
    """The records of a block.

    Raises:
        TraceError: ``trace.malformed``; the block is cut off, damaged, or of a later version.
    """
    try:
        return _decoder.decode(block)
    except (ValueError, TypeError, OverflowError, RecursionError, MemoryError) as error:
        raise malformed(error) from error


def first_kind(block: bytes) -> int:
    """The kind of a block's first record, without decoding it; -1 if it has none."""
    at = _ARRAY_HEAD.get(block[0], 1) if block else 0
    if len(block) <= at or block[0] == _EMPTY:
        return -1
    at += _ARRAY_HEAD.get(block[at], 1)
    return block[at] if at < len(block) else -1


_EMPTY = 0x90
_ARRAY_HEAD = {0xDC: 3, 0xDD: 5}  # bytes of an array's head; 1 if it has at most 15 elements


def split_block(block: bytes) -> list[tuple[Any, ...]]:
    """The records of a block as tuples, as they were encoded. Raises TraceError."""
    try:
        return _splitter.decode(block)
    except (ValueError, TypeError, OverflowError, RecursionError, MemoryError) as error:
        raise malformed(error) from error


def malformed(error: Exception) -> TraceError:
    """The error for trace data that is not what this module describes."""
    return TraceError(
        "trace.malformed",
        f"Trace data cannot be read: {error}.",
        remedy="It is damaged or of a later version; the rest of the file may still read.",
    )


def fired_outputs(step: Step, node: ProgramNode) -> tuple[str, ...]:
    """Keys of the outputs that fired, in pin order."""
    fired = step.fired
    indices: Iterable[int] = (
        (i for i in range(len(node.outputs)) if fired >> i & 1) if isinstance(fired, int) else fired
    )
    return tuple(node.outputs[i] for i in indices if i < len(node.outputs))
