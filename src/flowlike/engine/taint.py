"""Which values may be secret, decided before anything runs.

A secret variable, a sensitive pin, and whatever is made from them is tainted, unless the node type
declares that its outputs tell nothing of its inputs (``declassifies``). Tainted values are never
recorded. Spec: engine, section 7.
"""

from flowlike.board.definition import Kind
from flowlike.engine.plan import Plan, PlanNode, Slot
from flowlike.engine.slots import SlotKey


class _Taint:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.slots: set[SlotKey] = set()
        self.variables = {name for name, each in plan.board.variables.items() if each.secret}
        self.returns = False
        for node in plan.nodes:
            for key, pin in node.outputs.items():
                if pin.sensitive:
                    self.slots.add((node.number, key))
            for key, source in node.lookup.items():
                if node.inputs[key].sensitive and isinstance(source, Slot):
                    self.slots.add((source.node, source.key))

    def spread(self) -> set[SlotKey]:
        before = -1
        while before != (now := len(self.slots) + len(self.variables) + self.returns):
            before = now
            for node in self.plan.nodes:
                self._visit(node)
        return self.slots

    def _visit(self, node: PlanNode) -> None:
        fed = any(
            isinstance(source, Slot) and (source.node, source.key) in self.slots
            for source in node.lookup.values()
        )
        if node.variable and fed and node.kind is not Kind.VARIABLE_GET:
            self.variables.add(node.variable)
        if node.kind is Kind.RETURN:
            self.returns = self.returns or fed
        if node.kind is Kind.CALL_REFERENCE:
            self._pass_on(node)
            fed = fed or self.returns
        fed = fed or node.variable in self.variables
        if fed and not node.type.definition.declassifies:
            self.slots.update((node.number, key) for key in node.data_outputs())

    def _pass_on(self, node: PlanNode) -> None:
        for key, source in node.lookup.items():
            if isinstance(source, Slot) and (source.node, source.key) in self.slots:
                self.slots.add((node.function, key))


def tainted(plan: Plan) -> set[SlotKey]:
    """The outputs of a plan that may hold secrets, as (node number, pin key)."""
    return _Taint(plan).spread()
