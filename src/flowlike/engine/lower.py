"""From plan to structure: a tree of statements a printer can write as Python, one tree a function.

A block ends by falling through; a jump sets a label and falls through to its landing. Deep nesting
is cut into functions of their own (``spill``), because CPython limits nesting; they return the
pending label.
"""

from collections import deque
from dataclasses import dataclass, field

from flowlike.board.definition import Kind
from flowlike.engine.flow import Shape, analyse
from flowlike.engine.plan import Arm, Plan, PlanNode, Target
from flowlike.nodes.declaration import Gives

DEEPEST = 60
"""Depth at which code moves to a function of its own.

CPython allows 100 levels of indentation and 20 nested blocks (loops, ``try``, ``with``). An ``if``
costs one, a block ``_BLOCK``, so that both bounds hold with room for what a node itself writes.
"""
_BLOCK = 5

END = 0
_UNKNOWN = -1
_CONDITIONAL = frozenset({Kind.BRANCH, Kind.SWITCH, Kind.TIMEOUT, Kind.STATEFUL})
_SEPARATE = frozenset({Kind.PARALLEL, Kind.PARALLEL_FOR_EACH})
_BLOCKS = {Kind.TRY: 5, Kind.TIMEOUT: 5, Kind.SEQUENCE: 3}
"""Blocks around the bodies of a node: its own, its record, a body that goes on, a count."""
_MOST_BLOCKS = 4


@dataclass(slots=True)
class Jump:
    """Go to a landing. ``silent`` jumps need no label: all ways lead there."""

    to: int
    silent: bool = False


@dataclass(slots=True)
class Entered:
    """Note which execution input of a node fires next."""

    node: int
    key: str


@dataclass(slots=True)
class Call:
    """Run another function of the program: a unit, a group's member, or a spill."""

    function: "Function"
    member: int


@dataclass(slots=True)
class Part:
    """Something node ``owner`` runs that comes back: code in place or a call."""

    block: "Block"
    owner: int


@dataclass(slots=True)
class Body:
    """What a node runs on one of its execution outputs, in order."""

    pin: str
    parts: list[Part]


@dataclass(slots=True)
class Way:
    """One of a node's exclusive ways on."""

    pin: str
    block: "Block"


@dataclass(slots=True)
class Run:
    """One activation of a node, with all that hangs on it.

    ``ways`` is empty where control simply goes on to the next statement.
    """

    node: PlanNode
    bodies: list[Body] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    error: Way | None = None


@dataclass(slots=True)
class Land:
    """A landing and the code there. ``loop``: the code may jump back here."""

    label: int
    block: "Block"
    loop: bool


@dataclass(slots=True)
class Dispatch:
    """Landings that jump to each other in any order."""

    lands: list[Land]


Statement = Run | Jump | Entered | Call | Part | Land | Dispatch


@dataclass(slots=True)
class Block:
    """Statements, and the labels that may be pending behind the last (0: none)."""

    statements: list[Statement] = field(default_factory=list)
    exits: set[int] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Function:
    """One generated function.

    ``root`` functions begin at a start node and own a frame. ``branch`` functions run on a copy of
    the caller's frame. ``members`` are the vertices it may be entered at; ``spill`` returns a
    pending label.
    """

    number: int
    members: tuple[int, ...]
    root: bool = False
    branch: bool = False
    spill: bool = False
    block: Block = field(default_factory=Block)


@dataclass(slots=True)
class Program:
    """The structure of a whole program. ``functions[0]`` is the entry."""

    plan: Plan
    shape: Shape
    functions: list[Function]
    by_root: dict[int, Function]
    recursive: set[int]
    home: dict[int, Function]
    """The function each node's activation stands in."""


def lower(plan: Plan) -> Program:
    """Arranges a plan into functions and structured code."""
    tails, parts = edges(plan)
    shape = analyse([plan.entry, *plan.functions], tails, parts)
    return _Lowering(plan, shape).program()


def edges(plan: Plan) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Tail edges and parts of each fired node."""
    tails: dict[int, list[int]] = {}
    parts: dict[int, list[int]] = {}
    for node in plan.nodes:
        if node.pure:
            continue
        arms = [*node.arms, *([node.error] if node.error else [])]
        tails[node.number] = [arm.targets[-1].node for arm in arms if arm.targets]
        parts[node.number] = [target.node for arm in node.bodies for target in arm.targets]
        parts[node.number] += [target.node for arm in arms for target in arm.targets[:-1]]
        if node.function >= 0:
            parts[node.number].append(node.function)
    return tails, parts


def _separate_bodies(plan: Plan) -> set[int]:
    return {
        target.node
        for node in plan.nodes
        if node.kind in _SEPARATE
        for arm in node.bodies
        for target in arm.targets
    }


class _Lowering:
    def __init__(self, plan: Plan, shape: Shape) -> None:
        self.plan = plan
        self.shape = shape
        self.functions: list[Function] = []
        self.by_root: dict[int, Function] = {}
        self.waiting: deque[tuple[Function, int]] = deque()
        self.jumps: dict[int, list[Jump]] = {}
        self.home: dict[int, Function] = {}
        self.current: Function
        self.landings = {vertex for each in shape.landings.values() for vertex in each}
        roots = {plan.entry, *plan.functions}
        separate = _separate_bodies(plan)
        self.in_place = {
            unit
            for unit in shape.units
            if shape.callers[unit] == 1
            and unit not in shape.shared | roots | separate | shape.recursive
        }

    def program(self) -> Program:
        for root in (self.plan.entry, *self.plan.functions):
            self._function((root,), root=True)
        while self.waiting:
            function, start = self.waiting.popleft()
            self.current = function
            function.block = self._entry_block(function, start)
        return Program(
            self.plan, self.shape, self.functions, self.by_root, self.shape.recursive, self.home
        )

    def _function(
        self, members: tuple[int, ...], *, root: bool = False, spill: bool = False
    ) -> Function:
        function = Function(len(self.functions), members, root=root, spill=spill)
        self.functions.append(function)
        if not spill:
            self.by_root.update(dict.fromkeys(members, function))
        self.waiting.append((function, members[0]))
        return function

    def _unit(self, vertex: int) -> Function:
        known = self.by_root.get(vertex)
        return known or self._function(self.shape.groups.get(vertex, (vertex,)))

    def _entry_block(self, function: Function, start: int) -> Block:
        if len(function.members) > 1:
            return Block(
                [Dispatch([self._land(each, 2 + _BLOCK) for each in function.members])], {END}
            )
        if function.spill:
            return self._block(start, 1)
        return self._unit_block(start, 1)

    def _unit_block(self, root: int, depth: int) -> Block:
        if root in self.shape.headers:
            return Block([self._jump(root), self._land(root, depth)], {END})
        return self._block(root, depth)

    def _jump(self, vertex: int) -> Jump:
        jump = Jump(vertex)
        self.jumps.setdefault(vertex, []).append(jump)
        return jump

    def _land(self, vertex: int, depth: int) -> Land:
        loop = vertex in self.shape.headers
        return Land(vertex, self._guarded(vertex, depth + (_BLOCK if loop else 1)), loop)

    def _guarded(self, vertex: int, depth: int) -> Block:
        """The code of a vertex that stands at some depth; beyond the limit, a call to it."""
        if depth <= DEEPEST:
            return self._block(vertex, depth)
        spill = self._function((vertex,), spill=True)
        return Block([Call(spill, vertex)], {END, _UNKNOWN})

    def _block(self, vertex: int, depth: int) -> Block:
        block = Block()
        current: int | None = vertex
        while current is not None:
            current = self._activation(block, current, depth)
        return block

    def _activation(self, block: Block, vertex: int, depth: int) -> int | None:
        """Adds one activation and what follows; gives the vertex to go on with, if any."""
        node = self.plan.nodes[vertex]
        self.home[vertex] = self.current
        run = Run(node)
        block.statements.append(run)
        blocks = _BLOCKS.get(node.kind, _MOST_BLOCKS) + (node.error is not None)
        inner = depth + _BLOCK * blocks
        run.bodies = [
            Body(arm.pin, [self._part(vertex, each, inner) for each in arm.targets])
            for arm in node.bodies
        ]
        if is_unconditional(node):
            following = self._onward(
                block, vertex, node.arms[0].targets if node.arms else (), depth
            )
            if following is not None:
                return following
        else:
            self._ways(block, run, depth + 1)
        return self._landings(block, vertex, depth)

    def _onward(
        self, block: Block, vertex: int, targets: tuple[Target, ...], depth: int
    ) -> int | None:
        block.exits = {END}
        block.statements += [self._part(vertex, target, depth + _BLOCK) for target in targets[:-1]]
        return self._transfer(block, vertex, targets[-1]) if targets else None

    def _part(self, owner: int, target: Target, depth: int) -> Part:
        block = Block()
        self._note_entry(block, target)
        if target.node in self.in_place and depth <= DEEPEST:
            block.statements += self._unit_block(target.node, depth).statements
        else:
            block.statements.append(Call(self._unit(target.node), target.node))
        return Part(block, owner)

    def _note_entry(self, block: Block, target: Target) -> None:
        if len(self.plan.nodes[target.node].exec_inputs()) > 1:
            block.statements.append(Entered(target.node, target.key))

    def _transfer(self, block: Block, source: int, target: Target) -> int | None:
        """Hands control over; gives the vertex if its code stands right here."""
        vertex = target.node
        unit = self.shape.unit_of[source]
        self._note_entry(block, target)
        if self.shape.unit_of[vertex] != unit and vertex not in self.shape.groups.get(unit, ()):
            block.statements.append(Call(self._unit(vertex), vertex))
        elif vertex in self.landings or self.shape.unit_of[vertex] == vertex:
            block.statements.append(self._jump(vertex))
            block.exits = {vertex + 1}
        else:
            return vertex
        return None

    def _ways(self, block: Block, run: Run, depth: int) -> None:
        node = run.node
        run.ways = [Way(arm.pin, self._way(node.number, arm, depth)) for arm in node.arms]
        block.exits = {END} if may_end(node) else set()
        if node.error is not None:
            run.error = Way(node.error.pin, self._way(node.number, node.error, depth))
            block.exits |= run.error.block.exits
        for way in run.ways:
            block.exits |= way.block.exits

    def _way(self, source: int, arm: Arm, depth: int) -> Block:
        block = Block()
        following = self._onward(block, source, arm.targets, depth)
        if following is not None:
            inside = self._guarded(following, depth)
            block.statements += inside.statements
            block.exits = inside.exits
        return block

    def _landings(self, block: Block, vertex: int, depth: int) -> int | None:
        """Places the landings below a vertex behind its code."""
        landings = self.shape.landings.get(vertex, [])
        if vertex in self.shape.tangled:
            lands = [self._land(each, depth + _BLOCK) for each in landings]
            block.statements.append(Dispatch(lands))
            for land in lands:
                block.exits |= land.block.exits
            block.exits -= {each + 1 for each in landings}
            return None
        for landing in landings:
            if (
                landing == landings[-1]
                and block.exits == {landing + 1}
                and landing not in self.shape.headers
            ):
                for jump in self.jumps[landing]:
                    jump.silent = True
                return landing
            land = self._land(landing, depth)
            block.statements.append(land)
            block.exits = (block.exits | land.block.exits) - {landing + 1}
        return None


def is_unconditional(node: PlanNode) -> bool:
    """Whether control always goes on the same way once the node is done."""
    if node.error is not None:
        return False
    if node.pinned:
        return True
    return (
        node.kind not in _CONDITIONAL and node.type.gives is not Gives.EXIT and not _catches(node)
    )


def _catches(node: PlanNode) -> bool:
    return node.kind is Kind.TRY and bool(node.arms)


def may_end(node: PlanNode) -> bool:
    """Whether a node with several ways on may also take none."""
    return node.kind is Kind.STATEFUL or not node.arms or _catches(node)
