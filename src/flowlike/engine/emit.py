"""What each node writes: one method a construct. Spec: engine, section 4."""

from collections.abc import Callable

from flowlike.board.definition import Kind
from flowlike.board.model import TraceLevel
from flowlike.board.pins import pin_key
from flowlike.engine.activation import MISSING, Redacted, mask_of
from flowlike.engine.conversion import Conversions
from flowlike.engine.lower import Body, Program, Run
from flowlike.engine.plan import Constant, PlanNode
from flowlike.engine.printer import Printer
from flowlike.engine.slots import RESULT, Places, SlotKey, state_slot
from flowlike.nodes.declaration import Gives

_CHOOSING = frozenset({Kind.BRANCH, Kind.SWITCH, Kind.TIMEOUT, Kind.TRY})
_BY_CLASS = frozenset({Gives.EXIT, Gives.EXITS, Gives.VALUE_AND_STATE})
_TAKES_EXIT = frozenset({Gives.EXIT, Gives.EXITS})


class Emitter(Printer):
    """The printer with all constructs."""

    def __init__(
        self,
        program: Program,
        places: Places,
        conversions: Conversions,
        level: TraceLevel,
        redacted: Redacted,
    ) -> None:
        super().__init__(program, places, conversions, level, redacted)
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
        """For each way its condition; empty for the last if it takes the rest."""
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
        with self._recorded(node, mask_of(node, node.exec_outputs())):
            if each:
                items = self.activations.operand(node, "array")
                most = self.activations.operand(node, "max_concurrent")
                call = f"r.each({names[0]}, f, c, {items}, {most}{context})"
            else:
                call = f"r.branches(({', '.join(names)},), f, c{context})"
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
            self._parts(node, body)
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
            with self.writer.block("try:"), self.writer.block(f"async with d{number}:"):
                for body in run.bodies:
                    self._parts(node, body)
            with self.writer.block("except O:"):
                late_by_itself = f"if not d{number}.expired():"
                with self.writer.block(late_by_itself):
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
                self.writer.line(f"y{number}0 = r.note(x0)")
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
