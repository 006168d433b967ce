"""Where each value lives: a local of one generated function, or a place in the frame they share.

A slot can be a local if every reader stands in the function that writes it and surely runs after
the write. The entry function runs once a frame, so there a local may also be read before it is
written: it begins with the *missing* mark and is tested. All other slots are places in the frame.
Spec: engine, section 4.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from flowlike.board.definition import Kind
from flowlike.board.model import ERROR_TEXT_PIN
from flowlike.engine.lower import (
    Block,
    Call,
    Dispatch,
    Entered,
    Function,
    Jump,
    Land,
    Part,
    Program,
    Run,
    may_end,
)
from flowlike.engine.plan import MOST_PULLS, Plan, PlanNode, Slot, cone, too_many_pulls
from flowlike.nodes.declaration import Gives

_ALL = -1
_MAY_SKIP = frozenset({Kind.FOR_EACH, Kind.FOR_EACH_BREAK, Kind.PARALLEL_FOR_EACH, Kind.WHILE})
_BY_EXIT = frozenset({Gives.EXIT, Gives.EXITS, Gives.VALUE_AND_STATE})

SlotKey = tuple[int, str]


@dataclass(slots=True)
class Places:
    """The result: where every slot is.

    Attributes:
        frame: index in the frame, for the slots that are there.
        unsure: slots read somewhere before they surely have a value; such reads are tested.
        number: a number for every slot, local or not; it makes the local's name.
        local_variables: whether board variables are locals of the one function there is.
        cones: pure nodes to run before each fired node, by its number.
        size: length of the frame.
    """

    number: dict[SlotKey, int] = field(default_factory=dict)
    frame: dict[SlotKey, int] = field(default_factory=dict)
    unsure: set[SlotKey] = field(default_factory=set)
    local_variables: bool = False
    cones: dict[int, list[PlanNode]] = field(default_factory=dict)
    size: int = 0
    used: set[SlotKey] = field(default_factory=set)

    def needs_test(self, slot: SlotKey) -> bool:
        """Whether a read of the slot must look for the missing mark."""
        return slot in self.unsure or slot in self.frame


RESULT: SlotKey = (-1, "result")
"""The slot of the value a return node sets."""


def state_slot(node: PlanNode) -> SlotKey:
    """The slot of a stateful node's memory."""
    return (node.number, "#state")


def entered_slot(node: int) -> SlotKey:
    """The slot that says which execution input of a node fired."""
    return (node, "#entered")


def place(program: Program) -> Places:
    """Decides the place of every slot of a program."""
    analysis = _Analysis(program)
    for function in program.functions:
        analysis.function(function)
    return analysis.finish()


def slots_read(node: PlanNode, nodes: list[PlanNode]) -> list[SlotKey]:
    """Slots of fired nodes that one activation of ``node`` may read, lazily or not."""
    found: dict[SlotKey, None] = {}
    seen = {node.number}
    waiting = [node]
    while waiting:
        for source in waiting.pop().lookup.values():
            if not isinstance(source, Slot):
                continue
            if not nodes[source.node].pure:
                found[source.node, source.key] = None
            elif source.node not in seen:
                seen.add(source.node)
                waiting.append(nodes[source.node])
    return list(found)


class _Analysis:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.plan: Plan = program.plan
        self.places = Places()
        self.bits: dict[SlotKey, int] = {}
        self.readers: dict[SlotKey, set[int]] = {}
        self.writers: dict[SlotKey, set[int]] = {}
        self.current: Function
        self.pending: dict[int, int] = {}
        self.spilled = _ALL
        self.pulls = 0
        for node in self.plan.nodes:
            for key in node.data_outputs():
                self.places.number[node.number, key] = len(self.places.number)

    def function(self, function: Function) -> None:
        self.current = function
        self.pending = {}
        self.spilled = _ALL
        mask = 0
        if function.root:
            start = self.plan.nodes[function.members[0]]
            for key in start.data_outputs():
                mask |= self._write((start.number, key))
        self._block(function.block, mask)

    def _bit(self, slot: SlotKey) -> int:
        return self.bits.setdefault(slot, 1 << len(self.bits))

    def _write(self, slot: SlotKey) -> int:
        self.writers.setdefault(slot, set()).add(self.current.number)
        return self._bit(slot)

    def _read(self, slot: SlotKey, mask: int) -> None:
        self.readers.setdefault(slot, set()).add(self.current.number)
        if not mask & self._bit(slot):
            self.places.unsure.add(slot)

    def _block(self, block: Block, mask: int) -> int:
        for statement in block.statements:
            match statement:
                case Run():
                    mask = self._run(statement, mask)
                case Part():
                    mask = self._block(statement.block, mask)
                case Jump() if not statement.silent:
                    self.pending[statement.to] = self.pending.get(statement.to, _ALL) & mask
                    mask = _ALL
                case Land():
                    mask &= self._land(statement, self.pending.pop(statement.label, _ALL))
                case Dispatch():
                    mask = self._dispatch(statement, mask)
                case Call():
                    if statement.function.spill:
                        self.spilled &= mask
                case Entered():
                    self._write(entered_slot(statement.node))
                case _:
                    pass
        return mask

    def _land(self, land: Land, mask: int) -> int:
        return self._block(land.block, mask & self.spilled)

    def _dispatch(self, dispatch: Dispatch, mask: int) -> int:
        entry = _ALL
        for land in dispatch.lands:
            entry &= self.pending.pop(land.label, _ALL)
        if len(self.current.members) > 1:
            entry = 0
        for land in dispatch.lands:
            mask &= self._land(land, entry)
        for land in dispatch.lands:
            self.pending.pop(land.label, None)
        return mask

    def _run(self, run: Run, mask: int) -> int:
        node = run.node
        if node.number not in self.places.cones:
            self._add_cone(node)
        for slot in slots_read(node, self.plan.nodes):
            self._read(slot, mask)
        self._own_slots(node)
        every = self._outputs(node, [key for key in node.data_outputs() if key != ERROR_TEXT_PIN])
        body_mask = mask | every
        for body in run.bodies:
            for part in body.parts:
                body_mask = self._block(part.block, body_mask)
        after = mask if node.kind in _MAY_SKIP or node.type.gives in _BY_EXIT else mask | every
        if not run.ways and run.error is None:
            return after
        merged = after if may_end(node) else _ALL
        for way in run.ways:
            merged &= self._block(way.block, after | self._exit_mask(node, way.pin))
        if run.error is not None:
            text = self._outputs(node, [ERROR_TEXT_PIN])
            merged &= self._block(run.error.block, mask | text)
        return merged

    def _add_cone(self, node: PlanNode) -> None:
        self.places.cones[node.number] = pulled = cone(node, self.plan.nodes)
        self.pulls += len(pulled)
        if self.pulls > MOST_PULLS:
            raise too_many_pulls(node)

    def _outputs(self, node: PlanNode, keys: Iterable[str]) -> int:
        mask = 0
        for key in keys:
            mask |= self._write((node.number, key))
        return mask

    def _exit_mask(self, node: PlanNode, pin: str) -> int:
        for each in node.type.exits:
            if each.pin == pin:
                return self._outputs(node, [output for _, output in each.fields])
        return 0

    def _own_slots(self, node: PlanNode) -> None:
        if node.kind is Kind.STATEFUL:
            self._write(state_slot(node))
        if node.kind is Kind.RETURN:
            self._write(RESULT)
        if len(node.exec_inputs()) > 1:
            self._read(entered_slot(node.number), _ALL)

    def finish(self) -> Places:
        places = self.places
        functions = self.program.functions
        for slot, writers in self.writers.items():
            readers = self.readers.get(slot, set())
            if readers:
                places.used.add(slot)
            home = functions[next(iter(writers))]
            lasting = slot in places.unsure or slot[1] == "#state" or slot == RESULT
            crosses = len(writers | readers) > 1
            again = not home.root and slot[0] in self.program.shape.reentrant
            if crosses or again or (lasting and not home.root):
                places.frame[slot] = len(places.frame)
        result_homes = self.writers.get(RESULT, set())
        if len(result_homes) > 1:
            places.frame.setdefault(RESULT, len(places.frame))
        for slot in sorted(self.readers.keys() - self.writers.keys()):
            places.unsure.add(slot)
            places.frame[slot] = len(places.frame)
        places.size = len(places.frame)
        places.local_variables = len(functions) == 1
        return places
