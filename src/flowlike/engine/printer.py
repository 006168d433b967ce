"""Generated functions: headers, frames, blocks, landings, calls. What nodes write is in ``emit``.

Names in the source: ``u`` functions, ``b`` entered pins, ``n`` nodes' functions, ``k`` constants,
``s`` slots, ``w`` their writers, ``v`` variables, ``f`` frame, ``h`` capabilities, ``c``
activations so far, ``l`` the count to look up at, ``a`` and ``i`` the enclosing activation and
iteration, ``p`` pending label, ``o`` the result, ``r`` the run, ``t`` the recorder, ``q`` and
``z`` sequence number and start of an activation, ``m`` what it read, ``e`` the run's start, ``x``
and ``y`` what is between two lines. Capital letters are fixed helpers (``program.HELPERS``).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from flowlike.board.definition import Kind
from flowlike.board.model import ERROR_TEXT_PIN, TraceLevel
from flowlike.engine.activation import MISSING, Activations, Redacted
from flowlike.engine.conversion import Conversions
from flowlike.engine.lower import (
    Block,
    Body,
    Call,
    Dispatch,
    Entered,
    Function,
    Jump,
    Land,
    Part,
    Program,
    Run,
    Statement,
)
from flowlike.engine.plan import PlanNode
from flowlike.engine.slots import RESULT, Places, SlotKey, entered_slot, state_slot
from flowlike.engine.writer import Writer
from flowlike.nodes.declaration import Gives

_LOOPS = frozenset({Kind.FOR_EACH, Kind.FOR_EACH_BREAK, Kind.WHILE})
_AWAITING = frozenset({Kind.PARALLEL, Kind.PARALLEL_FOR_EACH, Kind.TIMEOUT})


def is_awaiting(program: Program) -> bool:
    """Whether any node of the program awaits, so that all of it is written with ``async``."""
    return any(
        node.type.is_async
        or node.type.blocking
        or node.kind in _AWAITING
        or node.type.gives is Gives.EXITS
        for node in program.plan.nodes
    )


class Printer(ABC):
    """Writes the functions of one program at one trace level.

    After ``emit`` the writer holds source, constants and sites; ``capabilities`` lists what the run
    supplies, in the order of ``h``; ``frame`` is what a new frame holds.
    """

    def __init__(
        self,
        program: Program,
        places: Places,
        conversions: Conversions,
        level: TraceLevel,
        redacted: Redacted,
    ) -> None:
        self.program = program
        self.places = places
        self.awaiting = is_awaiting(program)
        self.shared = any(node.kind in _AWAITING for node in program.plan.nodes)
        self.traced = level in (TraceLevel.STEPS, TraceLevel.DATA)
        self.writer = Writer(shared=self.shared, each=self.traced)
        self.activations = Activations(self.writer, program, places, conversions, level, redacted)
        self.function: Function
        self.capabilities: tuple[type, ...] = ()
        self.frame: tuple[object, ...] = ()
        nodes = program.plan.nodes
        self.polls = (
            self.shared or bool(program.shape.on_cycle) or any(n.kind in _LOOPS for n in nodes)
        )
        self.polls = self.polls or any(n.type.gives is Gives.EXITS for n in nodes)
        self._uses_variables = any(node.variable for node in nodes)
        self._asks = any(each.capability for node in nodes for each in node.type.parameters)
        self._returns = any(node.kind is Kind.RETURN or node.function >= 0 for node in nodes)
        self._wait = "await " if self.awaiting else ""
        self._def = "async def" if self.awaiting else "def"
        self._branch_count = 0
        self._branches: list[tuple[str, PlanNode, Body]] = []

    def emit(self) -> None:
        """Writes all functions."""
        self.frame = self._frame()
        for function in self.program.functions:
            self._function(function)
        self.capabilities = tuple(self.activations.capabilities)

    def _frame(self) -> tuple[object, ...]:
        frame: list[object] = []
        for slot in self.places.frame:
            frame.append(self._initial(slot))
            if self.traced:
                frame.append(0)
        return tuple(frame)

    def _initial(self, slot: SlotKey) -> object:
        if slot == RESULT or slot[1].startswith("#"):
            return None
        return self.activations.initial(slot)

    # Functions.

    def _function(self, function: Function) -> None:
        self.function = function
        self.activations.parent = ("a", "i")
        with self.writer.block(self._header(function)):
            self._prologue(function)
            if function.root:
                self._enter_root(function)
            self._block(function.block)
            self.writer.stop_counting()
            self._epilogue(function)
        while self._branches:
            self._branch_function(*self._branches.pop(0))

    def _header(self, function: Function) -> str:
        context = ", a, i" if self.traced else ""
        if function.root:
            start = self.program.plan.nodes[function.members[0]]
            inputs = [f"s{self.places.number[start.number, key]}" for key in start.data_outputs()]
            return f"{self._def} u{function.number}({', '.join(['r', 'c' + context, *inputs])}):"
        label = ", p" if len(function.members) > 1 else ""
        return f"{self._def} u{function.number}(r, f, c{context}{label}):"

    def _prologue(self, function: Function) -> None:
        line = self.writer.line
        if self.polls:
            line("l = r.limit")
        if self._uses_variables:
            self._load_variables()
        if self._asks:
            line("h = r.capabilities")
        self._recorder()
        if len(function.members) == 1 and _jumps(function.block):
            line("p = 0")

    def _recorder(self) -> None:
        if self.traced:
            self.writer.line("t = r.record")
            self.writer.line("w = r.now")
            self.writer.line("e = r.started")
        if self.activations.data:
            self.writer.line("d = r.describe")

    def _load_variables(self) -> None:
        if not self.places.local_variables:
            self.writer.line("v = r.variables")
            return
        count = len(self.program.plan.board.variables)
        names = ", ".join(f"v{number}" for number in range(count))
        self.writer.line(f"{names}, = r.variables")

    def _enter_root(self, function: Function) -> None:
        line = self.writer.line
        start = self.program.plan.nodes[function.members[0]]
        if self.frame or self.shared or len(self.program.functions) > 1:
            line(f"f = [*{self.writer.constant(self.frame)}]")
        for slot in self._locals(function):
            line(f"{self.activations.slot(slot)} = {self._initial_name(slot)}")
            if self.traced and not slot[1].startswith("#") and slot != RESULT:
                line(f"{self.activations.writer_of(slot)} = 0")
        for key in start.data_outputs():
            slot = (start.number, key)
            if slot in self.places.frame:
                line(f"{self.activations.slot(slot)} = s{self.places.number[slot]}")

    def _initial_name(self, slot: SlotKey) -> str:
        value = self._initial(slot)
        if value is MISSING:
            return "M"
        return "None" if value is None else self.writer.constant(value)

    def _locals(self, function: Function) -> list[SlotKey]:
        """Local slots of a root function that need a first value."""
        found: list[SlotKey] = []
        if self._returns and RESULT not in self.places.frame:
            found.append(RESULT)
        start = function.members[0]
        found += (
            slot
            for slot in sorted(self.places.unsure - self.places.frame.keys())
            if slot[0] != start and self.program.home.get(slot[0]) is function
        )
        for number, home in self.program.home.items():
            node = self.program.plan.nodes[number]
            slot = state_slot(node)
            if home is function and node.kind is Kind.STATEFUL and slot not in self.places.frame:
                found.append(slot)
        return found

    def _epilogue(self, function: Function) -> None:
        if function.root:
            result = self.activations.slot(RESULT) if self._returns else "None"
            self.writer.line(f"return c, {result}")
        elif function.spill:
            self.writer.line("return c, p" if _jumps(function.block) else "return c, 0")
        else:
            self.writer.line("return c")

    # Blocks.

    def _block(self, block: Block) -> None:
        for statement in block.statements:
            self._statement(statement)

    def _statement(self, statement: Statement) -> None:
        match statement:
            case Run():
                self._run(statement)
            case Part():
                self._part(statement)
            case Call():
                self._call(statement)
            case Jump():
                if not statement.silent:
                    self.writer.line(f"p = {statement.to + 1}")
            case Entered():
                name = self.activations.slot(entered_slot(statement.node))
                self.writer.line(f"{name} = {self.writer.constant(statement.key)}")
            case Land():
                self._land(statement, "while" if statement.loop else "if")
            case Dispatch():
                labels = tuple(land.label + 1 for land in statement.lands)
                with self.writer.block(f"while p in {labels}:"):
                    self._poll()
                    for land in statement.lands:
                        self._land(land, "if")

    def _land(self, land: Land, keyword: str) -> None:
        self.writer.stop_counting()
        with self.writer.block(f"{keyword} p == {land.label + 1}:"):
            self.writer.line("p = 0")
            if land.loop:
                self._poll()
            self._block(land.block)

    def _poll(self) -> None:
        """Looks at budget, clock and cancellation, if it is time to."""
        self.writer.stop_counting()
        with self.writer.block("if c > l:"):
            self.writer.line(f"l = {'await r.pause(c)' if self.awaiting else 'r.poll(c)'}")

    def _call(self, call: Call) -> None:
        self.writer.stop_counting()
        context = ", ".join(["", *self.activations.parent]) if self.traced else ""
        function = call.function
        label = f", {call.member + 1}" if len(function.members) > 1 else ""
        result = "c, p" if function.spill else "c"
        self.writer.line(f"{result} = {self._wait}u{function.number}(r, f, c{context}{label})")

    def _part(self, part: Part) -> None:
        """Something that comes back. A node that may be entered again meanwhile keeps count."""
        self._counted(part.owner, lambda: self._block(part.block))

    def _counted(self, owner: int, write: Callable[[], None]) -> None:
        if owner not in self.program.recursive:
            write()
            return
        self.writer.stop_counting()
        self.writer.recorded.add(owner)
        self.writer.line(f"r.enter({owner})", owner)
        self._poll()
        with self.writer.block("try:"):
            write()
        with self.writer.block("finally:"):
            self.writer.line(f"r.leave({owner})")

    @abstractmethod
    def _activate(self, run: Run) -> None:
        """Writes one activation with its bodies."""

    @abstractmethod
    def _ways(self, run: Run) -> None:
        """Writes the ways on from a node."""

    @abstractmethod
    def _branch_function(self, name: str, node: PlanNode, body: Body) -> None:
        """Writes the function of a parallel branch."""

    # Around activations.

    def _run(self, run: Run) -> None:
        node = run.node
        if run.error is None:
            self._activate(run)
            self._ways(run)
            return
        error = f"e{node.number}"
        with self.writer.block("try:"):
            self._activate(run)
            self.writer.stop_counting()
            self.writer.line(f"{error} = None")
        self._catch(error, (node.number, ERROR_TEXT_PIN))
        with self.writer.block(f"if {error} is None:"):
            self._ways(run)
        with self.writer.block("else:"):
            self._block(run.error.block)

    def _catch(self, error: str, text: SlotKey) -> None:
        with self.writer.block("except E as x0:"):
            self.writer.line(f"{error} = r.fail(x0)")
            self.writer.line(f"c = {error}.steps")
            if text in self.places.used:
                self.writer.line(f"{self.activations.slot(text)} = {error}.message")
                if self.traced:
                    self.writer.line(f"{self.activations.writer_of(text)} = {error}.seq")

    def _open(self, node: PlanNode, keys: Iterable[str] | None = None) -> None:
        """Everything up to the point where the node does its own."""
        self.activations.prepare(node, keys)
        self.writer.count()
        self.activations.begin(node, keys)
        self.activations.test(node, keys)

    @contextmanager
    def _recorded(self, node: PlanNode, mask: int | str) -> Iterator[None]:
        """Records an activation with bodies, also if one of them fails."""
        if not self.traced:
            yield
            return
        number = node.number
        self.writer.line(f"y{number} = 1")
        with self.writer.block("try:"):
            self.writer.recorded.add(number)
            yield
            self.writer.recorded.discard(number)
            self.writer.stop_counting()
            self.writer.line(f"y{number} = 0")
        with self.writer.block("finally:"):
            self.activations.record_begun(node, mask, state=f"y{number}", outputs=())

    @contextmanager
    def _inside(self, node: PlanNode, iteration: str) -> Iterator[None]:
        """Activations written meanwhile have this one as parent."""
        before = self.activations.parent
        self.activations.parent = (f"q{node.number}", iteration)
        self.writer.parent = self.activations.parent
        yield
        self.activations.parent = self.writer.parent = before

    def _parts(self, node: PlanNode, body: Body, between: Callable[[], None] | None = None) -> None:
        """The parts of a body; a failing one ends the node unless the node says to go on."""
        goes_on = node.node.settings.on_body_error == "continue"
        for position, part in enumerate(body.parts):
            if position and between is not None:
                between()
            if not goes_on:
                self._part(part)
                continue
            with self.writer.block("try:"):
                self._part(part)
            with self.writer.block("except E as x0:"):
                self.writer.line("c = r.pass_over(x0).steps")


def _jumps(block: Block) -> bool:
    """Whether a block of one function sets labels."""
    return any(_jumps_in(statement) for statement in block.statements)


def _jumps_in(statement: Statement) -> bool:
    match statement:
        case Jump():
            return not statement.silent
        case Land() | Dispatch():
            return True
        case Call():
            return statement.function.spill
        case Part():
            return _jumps(statement.block)
        case Run():
            blocks = [
                way.block
                for way in (*statement.ways, *([statement.error] if statement.error else []))
            ]
            blocks += [part.block for body in statement.bodies for part in body.parts]
            return any(_jumps(each) for each in blocks)
        case _:
            return False
