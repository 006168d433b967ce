"""A compiled program as bytes, so that a board that was compiled once is ready at once.

    artifact = first line, msgpack
    first line = "flowlike-program", format, Python's own mark for its code, the caller's stamp

Code is Python's marshalled form. Whoever keeps artifacts must see to it that nobody else wrote
them; the first line only tells apart what would not fit. Values are stored as they are; classes,
functions and checks as the place in the catalog they come from.
"""

import marshal  # noqa: TID251 - code is stored as Python stores it; see the first paragraph
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.util import MAGIC_NUMBER
from types import CodeType
from typing import Any

import msgspec

from flowlike.board.definition import PinDefinition
from flowlike.board.model import Retry, TraceLevel, Variable
from flowlike.engine.activation import MISSING
from flowlike.engine.conversion import checked
from flowlike.engine.invoke import Callee
from flowlike.engine.plan import Catalog
from flowlike.engine.record import Description
from flowlike.engine.tables import Draft, Tables
from flowlike.engine.writer import Site
from flowlike.errors import CompileError
from flowlike.nodes.declaration import NodeType

_FORMAT = "1"
_PLAIN = frozenset({type(None), bool, int, float, str, bytes})


class _Check(msgspec.Struct, array_like=True):
    """A constant that checks a value on a wire."""

    name: str
    pin: PinDefinition
    key: str


class _Called(msgspec.Struct, array_like=True, omit_defaults=True):
    """A node whose function is called."""

    number: int
    timeout_ms: int | None = None
    retry: Retry | None = None
    outputs: dict[str, PinDefinition] = {}


class _Stored(msgspec.Struct, array_like=True):
    """Tables as they are stored. ``types`` are the type keys of the nodes, by number."""

    level: TraceLevel
    log_level: int
    is_async: bool
    loops: bool
    hash: str
    nodes: tuple[str, ...]
    types: tuple[str, ...]
    permissions: tuple[str, ...]
    start: tuple[str, dict[str, PinDefinition]]
    variables: dict[str, Variable]
    plain: bytes
    packed: dict[str, Any]
    floats: tuple[str, ...]
    exits: tuple[tuple[str, int, int], ...]
    checks: tuple[_Check, ...]
    callees: tuple[_Called, ...]
    capabilities: tuple[tuple[int, int], ...]
    description: Description
    sites: bytes
    code: bytes


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Stored)


def _head(stamp: str) -> bytes:
    python = f"{sys.implementation.cache_tag} {MAGIC_NUMBER.hex()}"
    return f"flowlike-program {_FORMAT} {python} {stamp}\n".encode()


# Storing.


def pack(draft: Draft, code: CodeType, stamp: str) -> bytes | None:
    """The artifact of a program; None if it holds something that cannot be stored."""
    try:
        return _head(stamp) + _encoder.encode(_store(draft, code))
    except (TypeError, ValueError, OverflowError, RecursionError, LookupError):
        return None


def _store(draft: Draft, code: CodeType) -> _Stored:
    tables = draft.tables
    plan_nodes = draft.plan.nodes
    exits = {
        id(each.cls): (node.number, at)
        for node in plan_nodes
        for at, each in enumerate(node.type.exits)
    }
    capabilities = {
        each.capability: (node.number, at)
        for node in reversed(plan_nodes)
        for at, each in enumerate(node.type.parameters)
    }
    plain: dict[str, Any] = {}
    packed: dict[str, Any] = {}
    floats: list[str] = []
    classes: list[tuple[str, int, int]] = []
    checks: list[_Check] = []
    for name, value in tables.constants.items():
        if _is_plain(value):
            plain[name] = value
        elif value is float:
            floats.append(name)
        elif id(value) in draft.conversions.made:
            checks.append(_Check(name, *draft.conversions.made[id(value)]))
        elif isinstance(value, type):
            classes.append((name, *exits[id(value)]))
        else:
            packed[name] = _packed(value)
    return _Stored(
        level=tables.level,
        log_level=tables.log_level,
        is_async=tables.is_async,
        loops=tables.loops,
        hash=tables.hash,
        nodes=tables.nodes,
        types=tuple(node.node.type for node in plan_nodes),
        permissions=tables.permissions,
        start=tables.start,
        variables=tables.variables,
        plain=marshal.dumps(plain),
        packed=packed,
        floats=tuple(floats),
        exits=tuple(classes),
        checks=tuple(checks),
        callees=tuple(
            _Called(number, each.timeout_ms, each.retry, each.outputs)
            for number, each in tables.callees.items()
        ),
        capabilities=tuple(capabilities[each] for each in tables.capabilities),
        description=tables.description,
        sites=marshal.dumps([(line, *site) for line, site in tables.sites.items()]),
        code=marshal.dumps(code),
    )


def _is_plain(value: Any) -> bool:
    """Whether Python can marshal a value and give back the same."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        kind = type(each)
        if kind in _PLAIN:
            continue
        if kind is list or kind is tuple:
            waiting += each
        elif kind is dict:
            waiting += each.values()
        else:
            return False
    return True


def _packed(value: Any) -> Any:
    """A value with dates or marks in it, every part beside a letter that says what it is."""
    kind = type(value)
    if kind in _PLAIN:
        return ["v", value]
    if value is MISSING:
        return ["x"]
    if kind is datetime and value.tzinfo is UTC:
        return ["d", value.isoformat()]
    if kind is list or kind is tuple:
        return ["l" if kind is list else "t", [_packed(each) for each in value]]
    if kind is dict:
        return ["m", {key: _packed(each) for key, each in value.items()}]
    raise TypeError(kind.__name__)


# Reading back.


def unpack(artifact: bytes, catalog: Catalog, stamp: str) -> tuple[Tables, CodeType]:
    """Tables and code of an artifact. Raises CompileError ``engine.foreign-artifact``."""
    head = _head(stamp)
    if not artifact.startswith(head):
        raise foreign("it is of another version")
    try:
        stored = _decoder.decode(memoryview(artifact)[len(head) :])
        code = marshal.loads(stored.code)  # noqa: S302 - see the first paragraph
        return _tables(stored, catalog), code
    except (ValueError, TypeError, EOFError, LookupError, RecursionError) as error:
        raise foreign(f"it cannot be read ({error})") from error


def foreign(why: str) -> CompileError:
    """The error for an artifact that does not fit."""
    return CompileError(
        "engine.foreign-artifact",
        f"The stored program cannot be used: {why}.",
        remedy="Compile the board again.",
    )


def _tables(stored: _Stored, catalog: Catalog) -> Tables:
    known = {key: _type(catalog, key) for key in dict.fromkeys(stored.types)}
    types = [known[key] for key in stored.types]
    return Tables(
        level=stored.level,
        log_level=stored.log_level,
        is_async=stored.is_async,
        loops=stored.loops,
        hash=stored.hash,
        nodes=stored.nodes,
        permissions=stored.permissions,
        start=stored.start,
        variables=stored.variables,
        constants=_constants(stored, types),
        callees={
            each.number: Callee(
                stored.nodes[each.number],
                types[each.number],
                each.timeout_ms,
                each.retry,
                each.outputs,
            )
            for each in stored.callees
        },
        capabilities=tuple(_capability(types[node], at) for node, at in stored.capabilities),
        description=stored.description,
        sites=_Sites(stored.sites),
    )


def _type(catalog: Catalog, key: str) -> NodeType:
    found = catalog.node_type(key)
    if found is None:
        raise LookupError(f"the node type {key!r} is not installed")
    return found


def _capability(type_: NodeType, at: int) -> type:
    found = type_.parameters[at].capability
    if found is None:
        raise LookupError("a node asks for less than it did")
    return found


def _constants(stored: _Stored, types: list[NodeType]) -> dict[str, Any]:
    constants: dict[str, Any] = marshal.loads(stored.plain)  # noqa: S302 - as the code is
    constants.update((name, _unpacked(value)) for name, value in stored.packed.items())
    constants.update(dict.fromkeys(stored.floats, float))
    constants.update((name, types[node].exits[at].cls) for name, node, at in stored.exits)
    constants.update((each.name, checked(each.pin, each.key)) for each in stored.checks)
    return constants


def _unpacked(value: Any) -> Any:
    match value:
        case ["v", plain]:
            return plain
        case ["x"]:
            return MISSING
        case ["d", text]:
            return datetime.fromisoformat(text)
        case ["l", items]:
            return [_unpacked(each) for each in items]
        case ["t", items]:
            return tuple([_unpacked(each) for each in items])
        case ["m", items]:
            return {key: _unpacked(each) for key, each in items.items()}
    raise ValueError("a constant of no known kind")


class _Sites(Mapping[int, Site]):
    """The sites of a program, read when the first is asked for: runs that go well ask for none."""

    def __init__(self, stored: bytes) -> None:
        self._stored = stored
        self._sites: dict[int, Site] | None = None

    def _all(self) -> dict[int, Site]:
        if self._sites is None:
            self._sites = {
                line: Site(node, ahead, parent, recorded)
                for line, node, ahead, parent, recorded in marshal.loads(  # noqa: S302 - as the code
                    self._stored
                )
            }
        return self._sites

    def __getitem__(self, line: int) -> Site:
        return self._all()[line]

    def __iter__(self) -> Iterator[int]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())
