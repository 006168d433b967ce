"""How one activation is written: pull what is pure, test, call, store, record."""

from collections.abc import Iterable
from typing import Any, Protocol

from flowlike.board.definition import DataType, Kind, ValueType
from flowlike.board.model import ERROR_TEXT_PIN, TraceLevel
from flowlike.engine.conversion import Conversions
from flowlike.engine.lower import Program
from flowlike.engine.plan import MOST_PULLS, Constant, PlanNode, Slot, cone, too_many_pulls
from flowlike.engine.slots import Places, SlotKey, entered_slot, state_slot
from flowlike.engine.writer import Writer
from flowlike.errors import CompileError, Where
from flowlike.nodes.declaration import Gives, Parameter


class Redacted(Protocol):
    """Says which values must not be recorded."""

    def __contains__(self, slot: SlotKey, /) -> bool:
        """Whether the slot may hold a secret."""
        ...


class Activations:
    """Writes activations of one program at one trace level."""

    def __init__(
        self,
        writer: Writer,
        program: Program,
        places: Places,
        conversions: Conversions,
        level: TraceLevel,
        redacted: Redacted,
    ) -> None:
        self.writer = writer
        self.nodes = program.plan.nodes
        self.board = program.plan.board
        self.places = places
        self.conversions = conversions
        self.steps = level in (TraceLevel.STEPS, TraceLevel.DATA)
        self.data = level is TraceLevel.DATA
        self.redacted = redacted
        self.parent = ("a", "i")
        self.variables = {name: number for number, name in enumerate(sorted(self.board.variables))}
        self.capabilities: dict[type, int] = {}
        self._guarded: set[SlotKey] = set()
        self._depth = 0
        self._pulls = 0

    # Names. A slot is a local or a place in the frame; beside it stands its last writer.

    def slot(self, key: SlotKey) -> str:
        """The expression a slot is read and written by."""
        index = self.places.frame.get(key)
        if index is not None:
            return f"f[{self._stride(index)}]"
        if key[1].startswith("#") or key[0] < 0:
            return f"g{key[0]}" if key[1] == "#state" else f"b{key[0]}" if key[0] >= 0 else "o"
        return f"s{self.places.number[key]}"

    def writer_of(self, key: SlotKey) -> str:
        """The expression that holds the sequence number of a slot's last writer."""
        index = self.places.frame.get(key)
        return (
            f"f[{self._stride(index) + 1}]" if index is not None else f"w{self.places.number[key]}"
        )

    def _stride(self, index: int) -> int:
        return index * 2 if self.steps else index

    def variable(self, node: PlanNode) -> str:
        """The expression of the variable a node speaks of."""
        number = self.variables[node.variable]
        return f"v{number}" if self.places.local_variables else f"v[{number}]"

    def operand(self, node: PlanNode, key: str) -> str:
        """The expression of an input, converted or checked if its wire asks for it."""
        source = node.lookup[key]
        if isinstance(source, Constant):
            return self.writer.constant(self.conversions.literal(node, key, source.value))
        if not isinstance(source, Slot):
            return f"X({self.writer.constant(key)})"
        text = self.slot((source.node, source.key))
        convert = self.conversions.on_wire(node, key, source)
        return text if convert is None else f"{self.writer.constant(convert)}({text})"

    # Pulling.

    def prepare(self, node: PlanNode, keys: Iterable[str] | None = None) -> None:
        """Writes the pure nodes that ``node`` needs; ``keys`` limits the inputs."""
        pulled = (
            cone(node, self.nodes, keys=keys)
            if keys is not None
            else self.places.cones[node.number]
        )
        done = {each.number for each in pulled}
        self._guarded = self._shared_lazily(node, pulled)
        for number in sorted(self._guarded):
            for key in self.nodes[number[0]].data_outputs():
                self.writer.line(f"{self.slot((number[0], key))} = M")
        for each in pulled:
            self._pure(each, done)

    def _shared_lazily(self, node: PlanNode, pulled: list[PlanNode]) -> set[SlotKey]:
        """Pure nodes that more than one lazy input of this activation may evaluate."""
        selects = [each for each in (*pulled, node) if each.kind is Kind.SELECT]
        if not selects:
            return set()
        seen: dict[int, int] = {}
        waiting = [(each, key) for each in selects for key in _lazy_keys(each)]
        eager = {each.number for each in pulled}
        while waiting:
            select, key = waiting.pop()
            for each in self._lazy_cone(select, key):
                if each.number in eager:
                    continue
                seen[each.number] = seen.get(each.number, 0) + 1
                if each.kind is Kind.SELECT and seen[each.number] == 1:
                    waiting.extend((each, inner) for inner in _lazy_keys(each))
        return {(number, "") for number, times in seen.items() if times > 1}

    def _lazy_cone(self, select: PlanNode, key: str) -> list[PlanNode]:
        source = select.lookup[key]
        if not isinstance(source, Slot) or not self.nodes[source.node].pure:
            return []
        first = self.nodes[source.node]
        return [*cone(first, self.nodes), first]

    def _pure(self, node: PlanNode, done: set[int]) -> None:
        self._pulls += 1
        if self._pulls > MOST_PULLS:  # selects that share what they choose from can double it
            raise too_many_pulls(node)
        if node.kind is Kind.SELECT:
            self._select(node, done)
        else:
            self.writer.count()
            self.call(node)

    def _select(self, node: PlanNode, done: set[int]) -> None:
        self._depth += 1
        if self._depth > _MOST_NESTED:
            raise CompileError(
                "engine.nested-selects",
                f"More than {_MOST_NESTED} selects choose among each other.",
                remedy="Store the inner result in a variable, or use Switch.",
                where=Where(node=node.id),
            )
        self.writer.count()
        self.test(node, ("condition",))
        result = self.slot((node.number, "result"))
        self.begin(node)
        for keyword, key in ((f"if {self.operand(node, 'condition')}:", "a"), ("else:", "b")):
            with self.writer.block(keyword, node.number):
                inner = done.copy()
                for each in self._lazy_cone(node, key):
                    if each.number not in inner:
                        inner.add(each.number)
                        self._lazily(each, inner)
                self.test(node, (key,))
                self.writer.line(f"{result} = {self.operand(node, key)}", node.number)
                if self.steps:
                    self.writer.line(f"m{node.number} = {self._ins(node, ('condition', key))}")
        self.record_begun(node, 0)
        self.store(node, ["result"], f"q{node.number}")
        self._depth -= 1

    def begin(self, node: PlanNode, keys: Iterable[str] | None = None) -> None:
        """Keeps what a step record says of the beginning, if others follow before it.

        ``keys`` are the inputs read by then, by default all.
        """
        if self.steps:
            number = node.number
            self.writer.line(f"q{number} = c")
            self.writer.line(f"z{number} = w()")
            if node.kind is not Kind.SELECT:
                self.writer.line(f"m{number} = {self._ins(node, keys)}")

    def record_begun(
        self,
        node: PlanNode,
        mask: int | str,
        *,
        state: str = "0",
        outputs: Iterable[str] | None = None,
    ) -> None:
        """Writes the step record of an activation that ``begin`` began."""
        number = node.number
        self.record(
            node,
            mask,
            seq=f"q{number}",
            start=f"z{number}",
            ins=f"m{number}",
            state=state,
            outputs=outputs,
        )

    def _lazily(self, node: PlanNode, done: set[int]) -> None:
        if (node.number, "") in self._guarded:
            first = next(iter(node.data_outputs()))
            with self.writer.block(f"if {self.slot((node.number, first))} is M:"):
                self._pure(node, done)
        else:
            self._pure(node, done)

    # Calling.

    def test(self, node: PlanNode, keys: Iterable[str] | None = None) -> None:
        """Writes the tests of inputs that may have no value yet."""
        for key in node.lookup if keys is None else keys:
            source = node.lookup[key]
            if isinstance(source, Slot) and not self.nodes[source.node].pure:
                slot = (source.node, source.key)
                if self.places.needs_test(slot) and not self.has_initial(slot):
                    text = self.writer.constant(key)
                    self.writer.line(f"if {self.slot(slot)} is M: X({text})", node.number)

    def has_initial(self, slot: SlotKey) -> bool:
        """Whether the slot has a value from the start: an output pin with a default."""
        return self.initial(slot) is not _NOTHING

    def initial(self, slot: SlotKey) -> Any:
        """What the slot holds before it is written."""
        return self.conversions.initial(self.nodes[slot[0]], slot[1], _NOTHING)

    def arguments(self, node: PlanNode) -> str:
        """The argument list of the node's function, without state."""
        return ", ".join(
            text for each in node.type.parameters for text in self._argument(node, each)
        )

    def _argument(self, node: PlanNode, parameter: Parameter) -> list[str]:
        if parameter.capability is not None:
            return [self._named(parameter, self._capability(node, parameter.capability))]
        if parameter.derived:
            return [self._named(parameter, self._derived_inputs(node))]
        if not parameter.pin:
            return [self._named(parameter, self.writer.constant(tuple(node.exec_inputs())))]
        keys = node.pins_named(parameter.pin) if parameter.many else [parameter.pin]
        texts = [self.operand(node, key) for key in keys]
        if parameter.mutates:
            texts = [f"C({text})" for text in texts]
        return [self._named(parameter, text) for text in texts]

    def _derived_inputs(self, node: PlanNode) -> str:
        own = {each.name for each in node.type.definition.inputs}
        keys = [key for key, pin in node.inputs.items() if pin.name not in own]
        pairs = (f"{self.writer.constant(key)}: {self.operand(node, key)}" for key in keys)
        return f"{{{', '.join(pairs)}}}"

    def _named(self, parameter: Parameter, text: str) -> str:
        return f"{parameter.name}={text}" if parameter.keyword else text

    def _capability(self, node: PlanNode, capability: type) -> str:
        index = self.capabilities.setdefault(capability, len(self.capabilities))
        if getattr(capability, "permission", "") not in _SPEAKING:
            return f"h[{index}]"
        return f"h[{index}](r, c, {node.number})"

    def call(self, node: PlanNode) -> None:
        """Writes one activation of a node that needs but a call, a copy or a pinned value."""
        if self.steps:
            self.writer.line("z = w()")
        outputs = [key for key in node.data_outputs() if key != ERROR_TEXT_PIN]
        if node.pinned:
            self._pinned(node, outputs)
        else:
            self.test(node)
            self._assign(node, outputs)
        self.record(node, _mask(node))
        self.store(node, outputs)

    def _pinned(self, node: PlanNode, outputs: list[str]) -> None:
        values = node.node.settings.pinned or {}
        for key in outputs:
            value = self.conversions.pinned(node, key, values.get(key))
            self.writer.line(f"{self.slot((node.number, key))} = {self.writer.constant(value)}")

    def _assign(self, node: PlanNode, outputs: list[str]) -> None:
        number, line = node.number, self.writer.line
        match node.kind, node.type.gives:
            case Kind.VARIABLE_GET, _:
                line(f"{self.slot((number, outputs[0]))} = {self.variable(node)}")
            case Kind.VARIABLE_SET, _:
                line(f"{self.variable(node)} = {self.operand(node, 'value_in')}", number)
                line(f"{self.slot((number, outputs[0]))} = {self.variable(node)}")
            case Kind.VARIABLE_UPDATE, _:
                self._update(node)
            case _, Gives.NOTHING:
                line(self.calling(node), number)
            case _, Gives.VALUE:
                line(f"{self.slot((number, node.type.value_pin))} = {self.calling(node)}", number)
            case _, Gives.DERIVED:
                line(f"y0 = {self.calling(node)}", number)
                for key in filter(lambda key: self.wanted((number, key)), outputs):
                    line(f"{self.slot((number, key))} = S(y0, {self.writer.constant(key)})")
            case _:
                line(f"y0 = {self.calling(node)}", number)
                self.spread(node, node.type.fields, "y0")

    def _update(self, node: PlanNode) -> None:
        arguments = self.arguments(node)
        call = f"n{node.number}({self.variable(node)}{', ' if arguments else ''}{arguments})"
        if node.type.gives is Gives.VALUE:
            self.writer.line(f"{self.variable(node)} = {call}", node.number)
            return
        self.writer.line(f"y0 = {call}", node.number)
        first, *rest = node.type.fields
        self.writer.line(f"{self.variable(node)} = y0.{first[0]}")
        self.spread(node, rest, "y0")

    def calling(self, node: PlanNode) -> str:
        """The call of the node's function as an expression."""
        call = f"n{node.number}({self.arguments(node)})"
        return f"await {call}" if node.type.is_async or node.type.blocking else call

    def stepping(self, node: PlanNode) -> str:
        """The call of a stateful node's function; it gives an exit and the new state."""
        inputs = node.exec_inputs()
        entered = (
            self.slot(entered_slot(node.number))
            if len(inputs) > 1
            else self.writer.constant(inputs[0])
        )
        arguments = self.arguments(node)
        state = self.slot(state_slot(node))
        return f"n{node.number}({state}, {entered}{', ' if arguments else ''}{arguments})"

    def spread(self, node: PlanNode, fields: Iterable[tuple[str, str]], holder: str) -> None:
        """Writes the fields of a result to the slots that anybody reads."""
        for name, pin in fields:
            if self.wanted((node.number, pin)):
                self.writer.line(f"{self.slot((node.number, pin))} = {holder}.{name}")

    def wanted(self, slot: SlotKey) -> bool:
        """Whether a slot is read or recorded by anybody."""
        return self.data or self.nodes[slot[0]].pure or slot in self.places.used

    # Recording.

    def store(self, node: PlanNode, outputs: Iterable[str], seq: str = "c") -> None:
        """Notes the writer of the outputs, and their values if data is recorded."""
        if not self.steps:
            return
        for key in outputs:
            slot = (node.number, key)
            if node.pure or slot in self.places.used:
                self.writer.line(f"{self.writer_of(slot)} = {seq}")

    def record(
        self,
        node: PlanNode,
        mask: int | str,
        *,
        seq: str = "c",
        start: str = "z",
        ins: str = "",
        state: str = "0",
        outputs: Iterable[str] | None = None,
    ) -> None:
        """Writes the step record of an activation, and after it the values it gave."""
        if not self.steps or self._muted(node, TraceLevel.STEPS):
            return
        parent, iteration = self.parent
        times = f"{start} - e, w() - {start}"
        self.writer.line(
            f"t((1, {seq}, {node.number}, {parent}, {iteration}, {times}, {mask}, {state},"
            f" {ins or self._ins(node)}))"
        )
        for key in node.data_outputs() if outputs is None else outputs:
            if key != ERROR_TEXT_PIN:
                self.value_if_recorded(node, key, seq)

    def _muted(self, node: PlanNode, level: TraceLevel) -> bool:
        own = node.node.settings.trace
        order = list(TraceLevel)
        return own is not None and order.index(own) < order.index(level)

    def _ins(self, node: PlanNode, keys: Iterable[str] | None = None) -> str:
        """The writers of the wired inputs; 0 for those not among ``keys``, which were not read."""
        texts = [
            self.writer_of((source.node, source.key)) if keys is None or key in keys else "0"
            for key, source in wired_inputs(node)
        ]
        return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"

    def value_if_recorded(self, node: PlanNode, key: str, seq: str) -> None:
        """Writes the value record of one output, if values of the node are recorded."""
        if self.data and not self._muted(node, TraceLevel.DATA):
            self.value(node, key, seq)

    def value(self, node: PlanNode, key: str, seq: str) -> None:
        """Writes the value record of one output."""
        slot = (node.number, key)
        place = list(node.outputs).index(key)
        text = self.slot(slot)
        if slot in self.redacted:
            self.writer.line(f"t((2, {seq}, {place}, 1, J({text})))")
            return
        pin = node.outputs[key]
        if node.type.trusted and pin.type in _SCALARS and pin.value_type is ValueType.NORMAL:
            self.writer.line(f"t((2, {seq}, {place}, 1, ({_SCALARS[pin.type]}, 0, {text})))")
        else:
            self.writer.line(f"t((2, {seq}, {place}, 1, d({text})))")


class _Nothing:
    """The mark of a slot without a value."""

    def __repr__(self) -> str:
        return "missing"


_NOTHING = _Nothing()
MISSING = _NOTHING
_SPEAKING = frozenset({"log", "stream", "respond"})
"""Capabilities made anew for each activation, because they must know which one uses them."""
_SCALARS = {DataType.BOOLEAN: "1, 1", DataType.INTEGER: "2, 8", DataType.FLOAT: "3, 8"}
"""Shape and size of values that are recorded as they are (``trace.records``)."""
_MOST_BITS = 62
_MOST_NESTED = 15


def _lazy_keys(node: PlanNode) -> list[str]:
    return [key for key, pin in node.inputs.items() if pin.lazy and key in node.lookup]


def _mask(node: PlanNode) -> int | str:
    """Fired mask of a node that always goes one way."""
    return 0 if node.pure else mask_of(node, node.exec_outputs()[:1])


def mask_of(node: PlanNode, pins: Iterable[str]) -> int | str:
    """Which outputs fired, as a trace step says it: bits, or indices if there are many."""
    order = list(node.outputs)
    places = [order.index(pin) for pin in pins]
    if len(order) > _MOST_BITS:
        return f"({', '.join(map(str, places))},)"
    return sum(1 << place for place in places)


def wired_inputs(node: PlanNode) -> list[tuple[str, Slot]]:
    """The data inputs fed by other nodes, in pin order: what ``ins`` of a step speaks of."""
    found = ((key, node.lookup.get(key)) for key in node.inputs)
    return [(key, source) for key, source in found if isinstance(source, Slot)]
