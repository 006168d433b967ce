"""One run, read back from its records."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flowlike.trace.contents import value_of
from flowlike.trace.records import (
    Blob,
    Content,
    Direction,
    End,
    Error,
    Log,
    Program,
    ProgramNode,
    Record,
    Run,
    State,
    Step,
    Value,
)


@dataclass(frozen=True)
class RunTrace:
    """All that is known of one run.

    ``steps`` are in the order of their numbers; at level ``errors`` there are none. ``program`` is
    None if the segment does not describe it. ``damaged`` means that a part could not be read.
    """

    run: Run
    program: Program | None = None
    steps: tuple[Step, ...] = ()
    values: tuple[Value, ...] = ()
    logs: tuple[Log, ...] = ()
    errors: tuple[Error, ...] = ()
    end: End | None = None
    blobs: Mapping[bytes, bytes] = field(default_factory=dict)
    damaged: bool = False

    @property
    def complete(self) -> bool:
        """Whether the run ended and all of its records were read."""
        return self.end is not None and not self.damaged

    @cached_property
    def by_seq(self) -> Mapping[int, Step]:
        """The steps by number."""
        return {step.seq: step for step in self.steps}

    @cached_property
    def values_by_seq(self) -> Mapping[int, tuple[Value, ...]]:
        """The values by the step they belong to, in the order they were seen."""
        found: defaultdict[int, list[Value]] = defaultdict(list)
        for value in self.values:
            found[value.seq].append(value)
        return {seq: tuple(values) for seq, values in found.items()}

    def node(self, index: int) -> ProgramNode:
        """The node at an index; one without pins, called ``#index``, if the program is unknown."""
        if self.program is not None and 0 <= index < len(self.program.nodes):
            return self.program.nodes[index]
        return ProgramNode(f"#{index}", "", f"#{index}", (), ())

    def steps_of(self, node_id: str) -> tuple[Step, ...]:
        """The activations of a node."""
        return tuple(step for step in self.steps if self.node(step.node).id == node_id)

    def pin(self, value: Value) -> str:
        """Key of the pin that held a value; ``#index`` if the program does not tell."""
        step = self.by_seq.get(value.seq)
        if step is None:
            index = next((e.node for e in self.errors if e.seq == value.seq), -1)
        else:
            index = step.node
        node = self.node(index)
        keys = node.inputs if value.kind is Direction.INPUT else node.outputs
        return keys[value.pin] if value.pin < len(keys) else f"#{value.pin}"

    def value(self, content: Content) -> Any:
        """The value of a content.

        Raises:
            TraceError: ``trace.not-kept``, ``trace.malformed``.
        """
        return value_of(content, self.blobs)


def gather(
    records: Iterable[Record], programs: Mapping[str, Program], *, damaged: bool
) -> RunTrace:
    """The run of these records, one of which is its ``Run``; programs among them are passed over.

    A number that two steps claim belongs to the last.
    """
    found: defaultdict[type, list[Any]] = defaultdict(list)
    for record in records:
        found[type(record)].append(record)
    run: Run = found[Run][0]
    steps = {step.seq: step for step in found[Step]}
    return RunTrace(
        run=run,
        program=programs.get(run.program),
        steps=tuple(steps[seq] for seq in sorted(steps)),
        values=tuple(found[Value]),
        logs=tuple(found[Log]),
        errors=tuple(found[Error]),
        end=found[End][-1] if found[End] else None,
        blobs={blob.digest: blob.data for blob in found[Blob]},
        damaged=damaged,
    )


def failed_steps(trace: RunTrace) -> tuple[Step, ...]:
    """The steps that ended in an error."""
    return tuple(step for step in trace.steps if step.state is State.ERROR)
