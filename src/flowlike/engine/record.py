"""What a traced run notes, and the block it hands over. Layouts: ``flowlike.trace.records``."""

import random
import secrets
import time
from collections.abc import Callable, Container
from functools import lru_cache, partial
from typing import Any

import msgspec

from flowlike.board.definition import Kind
from flowlike.board.model import TraceLevel
from flowlike.engine.activation import wired_inputs
from flowlike.engine.failure import Failure
from flowlike.engine.plan import Plan, PlanNode
from flowlike.engine.run import Run, RunResult
from flowlike.engine.slots import SlotKey
from flowlike.errors import TraceError
from flowlike.trace.contents import describe_value, redacted_value
from flowlike.trace.records import encode_block

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
_SHIFTS = range(70, -1, -10)
_chance = random.Random(secrets.randbits(256))  # noqa: S311 - run ids are unique, not secret
_key = secrets.token_bytes(32)

redact: Callable[[Any], tuple[Any, ...]] = redacted_value


def new_run_id(at_ns: int) -> str:
    """A ULID in lower case: 48 bits of milliseconds, 80 random bits. Sorts by time."""
    chance = _chance.getrandbits(80)
    return _time_part(at_ns // 1_000_000) + "".join([_PAIRS[chance >> at & 1023] for at in _SHIFTS])


@lru_cache(maxsize=4)
def _time_part(milliseconds: int) -> str:
    return "".join([_PAIRS[milliseconds >> at & 1023] for at in range(40, -1, -10)])


class Description(msgspec.Struct, frozen=True, array_like=True):
    """What the traces of a program say of it.

    ``program`` is a block of one record that describes it: node ids, types, titles and pins. It is
    empty if they are texts that no trace can hold.
    """

    entry: str
    hash: str
    level: TraceLevel
    secret_payload: bool
    secret_output: bool
    program: bytes


def describe(
    plan: Plan, program_hash: str, level: TraceLevel, redacted: Container[SlotKey]
) -> Description:
    """Describes the program of a plan."""
    entry = plan.nodes[plan.entry]
    nodes = tuple(_describe_node(node, plan.nodes) for node in plan.nodes)
    record = (7, program_hash, plan.board.id, plan.board.name, nodes)
    return Description(
        entry=entry.id,
        hash=program_hash,
        level=level,
        secret_payload=any((plan.entry, key) in redacted for key in entry.outputs),
        secret_output=any(
            (node.function >= 0 and (node.number, "response") in redacted)
            or (node.kind is Kind.RETURN and _reads_secret(node, redacted))
            for node in plan.nodes
        ),
        program=_encoded(record),
    )


def _encoded(record: tuple[Any, ...]) -> bytes:
    try:
        return encode_block([record])
    except TraceError:
        return b""


class Recording:
    """Records the runs of one program."""

    def __init__(self, description: Description) -> None:
        self._described = description
        self._level = str(description.level)
        self._keeps_data = description.level is TraceLevel.DATA

    def begin(self, run: Run) -> None:
        """Prepares a run to be recorded step by step."""
        records: list[Any] = []
        run.records = records
        run.record = records.append
        now = time.perf_counter_ns()
        run.started = run.started or now
        run.wall = time.time_ns() - (now - run.started)
        run.run_id = run.run_id or new_run_id(run.wall)
        if self._keeps_data:
            key = _key + run.run_id.encode()
            run.describe = partial(describe_value, key=key, seen=set(), records=records)

    def end(
        self, run: Run, payload: Any, result: RunResult, failure: Failure | None
    ) -> tuple[str, bytes]:
        """Run id and block of a finished run."""
        if run.records is None:
            self.begin(run)
            if failure is not None:
                run.record_failure(failure)
        now = time.perf_counter_ns()
        run_id = run.run_id
        described = self._described
        if run.dropped and run.records is not None:
            text = f"{run.dropped:,} steps and values were not recorded: the run was too long."
            run.records.append((3, 0, 2, text, {"code": "trace.dropped"}, now - run.started))
        head = (
            0,
            run_id,
            described.entry,
            self._content(run, payload, secret=described.secret_payload),
            described.hash,
            self._level,
            run.wall,
            run.started,
        )
        error = result.error.code if result.error else None
        output = self._content(run, result.outputs, secret=described.secret_output)
        tail = (6, result.status, error, result.steps, run.handled, output, now - run.started)
        return run_id, _block([head, *(run.records or ()), tail])

    def _content(self, run: Run, value: Any, *, secret: bool) -> tuple[Any, ...] | None:
        if value is None or not self._keeps_data:
            return None
        return redacted_value(value) if secret else run.describe(value)


def _block(records: list[Any]) -> bytes:
    """The block of a run; texts that UTF-8 cannot hold are spelled out."""
    try:
        return encode_block(records)
    except TraceError:
        return encode_block([_spelled(each) for each in records])


def _spelled(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list | tuple):
        return [_spelled(each) for each in value]
    if isinstance(value, dict):
        return {_spelled(key): _spelled(each) for key, each in value.items()}
    return value


def _reads_secret(node: PlanNode, redacted: Container[SlotKey]) -> bool:
    return any((source.node, source.key) in redacted for _, source in wired_inputs(node))


def _describe_node(node: PlanNode, nodes: list[PlanNode]) -> tuple[Any, ...]:
    inputs, outputs = list(node.inputs), list(node.outputs)
    wired = tuple(
        (inputs.index(key), list(nodes[source.node].outputs).index(source.key))
        for key, source in wired_inputs(node)
    )
    title = node.node.name or node.type.definition.title or node.type.definition.name
    return node.id, node.node.type, title, tuple(inputs), tuple(outputs), wired
