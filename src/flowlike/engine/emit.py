"""The printer: structure to Python source. One method a construct; the templates are all here and
in ``activation``. Spec: engine, section 4.

Names in the source: ``u`` functions, ``b`` branches and entered pins, ``n`` nodes' functions, ``k``
constants, ``s`` slots, ``w`` their writers, ``v`` variables, ``f`` frame, ``h`` capabilities, ``c``
activations so far, ``l`` the count to look up at, ``a`` and ``i`` the enclosing activation and
iteration, ``p`` pending label, ``o`` the result, ``r`` the run, ``t`` the recorder, ``q`` and ``z``
sequence number and start of an activation, ``e`` the run's start, ``x`` and ``y`` what is between
two lines. Capital letters are fixed helpers (``program.HELPERS``).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from flowlike.board.definition import Kind
from flowlike.board.model import ERROR_TEXT_PIN, TraceLevel
from flowlike.board.pins import pin_key
from flowlike.engine.activation import MISSING, Activations, Redacted, mask_of
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
from flowlike.engine.plan import Constant, PlanNode
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


class Emitter:
    """Writes one program at one trace level.

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
        self._constructs: dict[Kind, Callable[[Run], None]] = {
            Kind.BRANCH: self._branch,
            Kind.SWITCH: self._switch,
            Kind.SEQUENCE: self._sequence,
            Kind.FOR_EACH: self._for_each,
            Kind.FOR_EACH_BREAK: self._for_each,
            Kind.WHILE: self._while,
            Kind.PARALLEL: self._parallel,
            Kind.PARALLEL_FOR_EACH: self._parallel,
            Kind.TIMEOUT: self._timeout,
            Kind.TRY: self._try,
            Kind.CALL_REFERENCE: self._call_reference,
            Kind.RETURN: self._return,
            Kind.STATEFUL: self._stateful,
            Kind.START: self._start,
        }

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
        for slot in sorted(self.places.unsure - self.places.frame.keys()):
            if slot[0] != start and self.program.home.get(slot[0]) is function:
                found.append(slot)
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

    # Activations.

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

    def _activate(self, run: Run) -> None:
        node = run.node
        construct = self._constructs.get(node.kind)
        if node.pinned or construct is None:
            self.activations.prepare(node)
            self.writer.count()
            if node.pinned or node.type.gives not in _TAKES_EXIT:
                self.activations.call(node)
            else:
                self.activations.begin(node)
                self.activations.test(node)
                (self._exits if node.type.gives is Gives.EXITS else self._exit)(run)
        else:
            construct(run)

    def _open(self, node: PlanNode, keys: Iterable[str] | None = None) -> None:
        """Everything up to the point where the node does its own."""
        self.activations.prepare(node, keys)
        self.writer.count()
        self.activations.begin(node)
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

    def _ways(self, run: Run) -> None:
        if not run.ways:
            return
        node = run.node
        if node.pinned or (node.kind not in _CHOOSING and node.type.gives not in _BY_CLASS):
            self._block(run.ways[0].block)
            return
        keyword = "if"
        for way, test in zip(run.ways, self._tests(run), strict=True):
            with self.writer.block(f"{keyword} {test}:" if test else "else:", node.number):
                if node.type.gives in _BY_CLASS:
                    self._take(node, way.pin)
                self._block(way.block)
            keyword = "elif"
        if node.kind is Kind.STATEFUL and self.traced:
            with self.writer.block("else:"):
                self.activations.record_begun(node, 0, outputs=())

    def _tests(self, run: Run) -> list[str]:
        """For each way the condition under which it is taken; empty for the last if it takes the
        rest.
        """
        node = run.node
        name = f"x{node.number}"
        match node.kind:
            case Kind.BRANCH:
                return [name, ""]
            case Kind.SWITCH:
                order = list(node.outputs)
                return [f"{name} == {order.index(way.pin)}" for way in run.ways]
            case Kind.TIMEOUT:
                return [name if way.pin == "exec_timed_out" else f"not {name}" for way in run.ways]
            case Kind.TRY:
                return [f"{name} is not None"]
        return [self._is_exit(node, way.pin) for way in run.ways]

    def _is_exit(self, node: PlanNode, pin: str) -> str:
        cls = next(each.cls for each in node.type.exits if each.pin == pin)
        return f"T(x{node.number}) is {self.writer.constant(cls)}"

    def _take(self, node: PlanNode, pin: str) -> None:
        """Spreads the fields of the exit that was taken, and records the step."""
        fields = next(each.fields for each in node.type.exits if each.pin == pin)
        outputs = [output for _, output in fields]
        self.activations.spread(node, fields, f"x{node.number}")
        if node.type.gives is not Gives.EXITS:
            self.activations.record_begun(node, mask_of(node, [pin]), outputs=outputs)
        self.activations.store(node, outputs, f"q{node.number}")

    # Constructs.

    def _exit(self, run: Run) -> None:
        node = run.node
        self.writer.line(f"x{node.number} = {self.activations.calling(node)}", node.number)

    def _exits(self, run: Run) -> None:
        node = run.node
        number = node.number
        call = self.activations.calling(node).removeprefix("await ")
        with self._recorded(node, mask_of(node, [body.pin for body in run.bodies])):
            self.writer.line(f"j{number} = 0")
            with (
                self.writer.block(f"async for x{number} in {call}:", number),
                self._inside(node, f"j{number}"),
            ):
                self._poll()
                keyword = "if"
                for body in run.bodies:
                    with self.writer.block(f"{keyword} {self._is_exit(node, body.pin)}:"):
                        self._take(node, body.pin)
                        self._parts(node, body)
                    keyword = "elif"
                self.writer.line(f"j{number} += 1")

    def _start(self, run: Run) -> None:
        node = run.node
        self.writer.count()
        if self.traced:
            self.writer.line("z = w()")
            self.activations.store(node, node.data_outputs())
            self.activations.record(node, mask_of(node, node.exec_outputs()))

    def _stateful(self, run: Run) -> None:
        node = run.node
        self._open(node)
        state = self.activations.slot(state_slot(node))
        step = self.activations.stepping(node)
        self.writer.line(f"x{node.number}, {state} = {step}", node.number)

    def _branch(self, run: Run) -> None:
        node = run.node
        self._open(node)
        self.writer.line(
            f"x{node.number} = {self.activations.operand(node, 'condition')}", node.number
        )
        yes, no = mask_of(node, ["true"]), mask_of(node, ["false"])
        self.activations.record_begun(node, f"{yes} if x{node.number} else {no}")

    def _switch(self, run: Run) -> None:
        node = run.node
        self._open(node, ["value"])
        table = self.writer.constant(_cases(node))
        default = list(node.outputs).index("default")
        value = self.activations.operand(node, "value")
        self.writer.line(f"x{node.number} = S({table}, {value}, {default})", node.number)
        few = isinstance(mask_of(node, ["default"]), int)
        self.activations.record_begun(node, f"1 << x{node.number}" if few else f"(x{node.number},)")

    def _sequence(self, run: Run) -> None:
        node = run.node
        self._open(node)
        mask = mask_of(node, node.exec_outputs())
        if not run.bodies:
            self.activations.record_begun(node, mask)
            return
        with self._recorded(node, mask):
            for body in run.bodies:
                self._parts(node, body)

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

    def _for_each(self, run: Run) -> None:
        node = run.node
        number = node.number
        breaks = node.kind is Kind.FOR_EACH_BREAK
        self._open(node, ["array"])
        items = self.activations.operand(node, "array")
        mask = mask_of(node, ["exec_out", "done"])

        def look() -> None:
            self.activations.prepare(node, ["break"])
            self.activations.test(node, ["break"])
            with self.writer.block(f"if {self.activations.operand(node, 'break')}:", number):
                self.writer.line("break")

        with (
            self._recorded(node, mask),
            self.writer.block(f"for j{number}, x{number} in G({items}):", number),
        ):
            self._poll()
            if breaks:
                look()
            self._set(node, "value", f"x{number}")
            self._set(node, "index", f"j{number}")
            with self._inside(node, f"j{number}"):
                for body in run.bodies:
                    self._parts(node, body, look if breaks else None)

    def _set(self, node: PlanNode, key: str, text: str) -> None:
        slot = (node.number, key)
        if self.activations.wanted(slot):
            self.writer.line(f"{self.activations.slot(slot)} = {text}")
            self.activations.store(node, [key], f"q{node.number}")
            self.activations.value_if_recorded(node, key, f"q{node.number}")

    def _while(self, run: Run) -> None:
        node = run.node
        number = node.number
        self._open(node, ["max_iter"])
        rounds = self.activations.operand(node, "max_iter")
        with self._recorded(node, mask_of(node, ["exec_out", "done"])):
            with self.writer.block(f"for j{number} in W({rounds}):", number):
                self._poll()
                self.activations.prepare(node, ["condition"])
                self.activations.test(node, ["condition"])
                with self.writer.block(
                    f"if not {self.activations.operand(node, 'condition')}:", number
                ):
                    self.writer.line("break")
                self._set(node, "iter", f"j{number}")
                with self._inside(node, f"j{number}"):
                    for body in run.bodies:
                        self._parts(node, body)
            with self.writer.block("else:"):
                self.writer.line(f"r.warn_rounds({number})")

    def _parallel(self, run: Run) -> None:
        node = run.node
        each = node.kind is Kind.PARALLEL_FOR_EACH
        self._open(node)
        context = f", q{node.number}" if self.traced else ""
        first = len(self.program.functions) + self._branch_count
        names = [f"u{first + at}" for at in range(len(run.bodies))]
        self._branch_count += len(names)
        self._branches += list(zip(names, [node] * len(names), run.bodies, strict=True))
        goes_on = node.node.settings.on_body_error == "continue"
        with self._recorded(node, mask_of(node, node.exec_outputs())):
            if each:
                items = self.activations.operand(node, "array")
                most = self.activations.operand(node, "max_concurrent")
                call = f"r.each({names[0]}, f, c, {goes_on}, {items}, {most}{context})"
            else:
                call = f"r.branches(({', '.join(names)},), f, c, {goes_on}{context})"
            self.writer.line(f"c = await {call}", node.number)

    def _branch_function(self, name: str, node: PlanNode, body: Body) -> None:
        each = node.kind is Kind.PARALLEL_FOR_EACH
        context = "a, i" if self.traced else "i"
        with self.writer.block(f"async def {name}(r, f, c, {context}{', x' if each else ''}):"):
            self.writer.line("l = r.limit")
            if self._asks:
                self.writer.line("h = r.capabilities")
            if self._uses_variables:
                self._load_variables()
            self._recorder()
            if each:
                for key, text in (("value", "x"), ("index", "i")):
                    slot = (node.number, key)
                    if self.activations.wanted(slot):
                        self.writer.line(f"{self.activations.slot(slot)} = {text}")
                        self.activations.store(node, [key], "a")
                        self.activations.value_if_recorded(node, key, "a")
            self._poll()
            for part in body.parts:
                self._part(part)
            self.writer.line("return c")

    def _timeout(self, run: Run) -> None:
        node = run.node
        number = node.number
        self._open(node)
        wait = self.activations.operand(node, "timeout_ms")
        late, done = (
            mask_of(node, ["exec_body", "exec_timed_out"]),
            mask_of(node, ["exec_body", "exec_completed"]),
        )
        self.writer.line(f"d{number} = r.timeout({wait})", number)
        self.writer.line(f"x{number} = False")
        with self._recorded(node, f"{late} if x{number} else {done}"):
            with self.writer.block("try:"):
                with self.writer.block(f"async with d{number}:"):
                    for body in run.bodies:
                        self._parts(node, body)
            with self.writer.block("except O:"):
                with self.writer.block(f"if not d{number}.expired():"):
                    self.writer.line("raise")
            self.writer.line(f"x{number} = d{number}.expired()")

    def _try(self, run: Run) -> None:
        node = run.node
        number = node.number
        error = (number, "error")
        bodies = {body.pin: body for body in run.bodies}
        self._open(node)
        if error in self.places.used:
            self.writer.line(f"{self.activations.slot(error)} = {self.writer.constant('')}")
            self.activations.store(node, ["error"], f"q{number}")
        ran, caught = mask_of(node, ["try"]), mask_of(node, ["try", "catch"])
        with self._recorded(node, f"{ran} if x{number} is None else {caught}"):
            self.writer.line(f"x{number} = None")
            if "finally" not in bodies:
                self._attempt(node, bodies, f"x{number}", error)
                return
            self.writer.line(f"y{number}0 = None")
            with self.writer.block("try:"):
                self._attempt(node, bodies, f"x{number}", error)
                with self.writer.block(f"if x{number} is not None:"):
                    self._parts(node, bodies["catch"])
            with self.writer.block("except E as x0:"):
                self.writer.line(f"y{number}0 = r.fail(x0, False)")
                self.writer.line(f"c = y{number}0.steps")
            self._parts(node, bodies["finally"])
            with self.writer.block(f"if y{number}0 is not None:"):
                self.writer.line(f"r.again(y{number}0)", number)

    def _attempt(self, node: PlanNode, bodies: dict[str, Body], name: str, error: SlotKey) -> None:
        with self.writer.block("try:"):
            self._parts(node, bodies["try"])
        self._catch(name, error)

    def _call_reference(self, run: Run) -> None:
        node = run.node
        self._open(node)
        target = self.program.plan.nodes[node.function]
        context = [f"q{node.number}", "0"] if self.traced else []
        given = [self._given(node, target, key) for key in target.data_outputs()]
        function = self.program.by_root[node.function].number
        arguments = ", ".join(["r", "c", *context, *given])
        response = (node.number, "response")
        result = self.activations.slot(response) if self.activations.wanted(response) else "y0"
        call = f"c, {result} = {self._wait}u{function}({arguments})"
        with self._recorded(node, mask_of(node, node.exec_outputs())):
            self.writer.stop_counting()
            self._counted(node.number, lambda: self.writer.line(call, node.number))
            self.activations.store(node, ["response"], f"q{node.number}")

    def _given(self, node: PlanNode, target: PlanNode, key: str) -> str:
        if key in node.lookup:
            return self.activations.operand(node, key)
        value = self.activations.initial((target.number, key))
        return "M" if value is MISSING else self.writer.constant(value)

    def _return(self, run: Run) -> None:
        node = run.node
        self._open(node)
        value = self.activations.operand(node, "response")
        self.writer.line(f"{self.activations.slot(RESULT)} = {value}", node.number)
        self.activations.record_begun(node, 0)


_CHOOSING = frozenset({Kind.BRANCH, Kind.SWITCH, Kind.TIMEOUT, Kind.TRY})
_BY_CLASS = frozenset({Gives.EXIT, Gives.EXITS, Gives.VALUE_AND_STATE})
_TAKES_EXIT = frozenset({Gives.EXIT, Gives.EXITS})


def _cases(node: PlanNode) -> dict[str, int]:
    """Case text to number of the execution output; the first of equal cases wins."""
    source = node.lookup["cases"]
    texts = source.value if isinstance(source, Constant) else []
    order = list(node.outputs)
    table: dict[str, int] = {}
    for ordinal, text in enumerate(texts, start=1):
        key = pin_key("case", ordinal)
        if key in order:
            table.setdefault(text, order.index(key))
    return table


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
