"""What a program is made of beside its code: everything that its runs look up.

``tables_of`` makes them from a plan; ``flowlike.engine.artifact`` stores them and reads them back.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from flowlike.board.definition import PinDefinition
from flowlike.board.model import LogLevel, TraceLevel, Variable
from flowlike.engine.conversion import Conversions
from flowlike.engine.emit import Emitter
from flowlike.engine.invoke import Callee
from flowlike.engine.lower import lower
from flowlike.engine.plan import Plan
from flowlike.engine.printer import is_awaiting
from flowlike.engine.record import Description, describe
from flowlike.engine.slots import place
from flowlike.engine.taint import tainted
from flowlike.engine.writer import Site


class Tables(msgspec.Struct, frozen=True):
    """The tables of one program.

    Attributes:
        is_async: whether the program awaits.
        loops: whether it may go round, and so may run for long.
        hash: SHA-256 of the source and of what its names stand for, hexadecimal.
        nodes: ids of the program's nodes, by number.
        start: the start node's id, and its data outputs.
        constants: what names in the source stand for.
        callees: the nodes whose functions the source calls, by number.
        capabilities: what the run supplies, in the order in which the source counts them.
        sites: what each line of the source stands for.
    """

    level: TraceLevel
    log_level: int
    is_async: bool
    loops: bool
    hash: str
    nodes: tuple[str, ...]
    permissions: tuple[str, ...]
    start: tuple[str, dict[str, PinDefinition]]
    variables: dict[str, Variable]
    constants: Mapping[str, Any]
    callees: Mapping[int, Callee]
    capabilities: tuple[type, ...]
    description: Description
    sites: Mapping[int, Site]


class Draft(msgspec.Struct, frozen=True):
    """Source and tables, before anything is compiled.

    ``words`` are names that the node types' own Python brings into the source.
    """

    plan: Plan
    source: str
    tables: Tables
    conversions: Conversions
    words: frozenset[str]


def draft_of(plan: Plan, level: TraceLevel) -> Draft:
    """Writes the source of a plan. Raises CompileError."""
    structure = lower(plan)
    conversions = Conversions(plan.board, plan.nodes)
    redacted = tainted(plan)
    emitter = Emitter(structure, place(structure), conversions, level, redacted)
    emitter.emit()
    source = emitter.writer.source()
    digest = _hash(plan, source)
    entry = plan.nodes[plan.entry]
    called = [each for each in plan.nodes if each.type.function is not None and not each.pinned]
    tables = Tables(
        level=level,
        log_level=list(LogLevel).index(plan.board.settings.log_level),
        is_async=is_awaiting(structure),
        loops=emitter.polls,
        hash=digest,
        nodes=tuple(node.id for node in plan.nodes),
        permissions=tuple(
            sorted({each for node in plan.nodes for each in node.type.definition.permissions})
        ),
        start=(entry.id, {key: entry.outputs[key] for key in entry.data_outputs()}),
        variables=dict(plan.board.variables),
        constants=emitter.writer.constants,
        callees={node.number: Callee.of(node) for node in called},
        capabilities=emitter.capabilities,
        description=describe(plan, digest, level, redacted),
        sites=emitter.writer.sites,
    )
    return Draft(plan, source, tables, conversions, _words(plan))


def _words(plan: Plan) -> frozenset[str]:
    words: set[str] = set()
    for node in plan.nodes:
        words.update(each.name for each in node.type.parameters)
        words.update(name for name, _ in node.type.fields)
        words.update(name for each in node.type.exits for name, _ in each.fields)
    return frozenset(words)


def _hash(plan: Plan, source: str) -> str:
    digest = hashlib.sha256(source.encode())
    for node in plan.nodes:
        digest.update(f"{node.id}\0{node.node.type}\0".encode(errors="surrogatepass"))
    return digest.hexdigest()
