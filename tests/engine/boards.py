"""Random boards over all constructs, and the node types they are made of."""

from typing import Annotated, Any

from hypothesis import strategies as st
from msgspec.structs import replace

from flowlike.board.definition import DataType, Kind, NodeDefinition, PinDefinition, ValueType
from flowlike.board.model import (
    ERROR_PIN,
    ERROR_TEXT_PIN,
    Board,
    Input,
    InstancePins,
    Layer,
    Node,
    NodeSettings,
    Output,
    Variable,
)
from flowlike.board.pins import input_pins, output_pins
from flowlike.nodes import Exit, Log, NodeFailure, NodeType, Out, Pin, node, pure
from flowlike.nodes.catalog import default_catalog


@pure(name="t_add", title="Add", category="Test")
def add(a: int, b: int) -> Annotated[int, Pin("sum")]:
    """Adds, within bounds."""
    return (a + b) % 1_000


@pure(name="t_less", title="Less", category="Test")
def less(a: int, b: int) -> Annotated[bool, Pin("less")]:
    """Compares."""
    return a < b


class Parts(Out):
    """Two outputs."""

    half: int
    rest: int


@pure(name="t_split", title="Split", category="Test")
def split(a: int) -> Parts:
    """Splits; fails for 13."""
    if a == 13:
        raise NodeFailure("test.thirteen", "Thirteen brings bad luck.", pin="a")
    return Parts(a // 2, a % 2)


@pure(name="t_list", title="List", category="Test")
def make_list(a: int, b: int) -> Annotated[list[int], Pin("items")]:
    """A short list."""
    return [a, b, a][: abs(b) % 4]


@node(name="t_note", title="Note", category="Test")
def note(a: int, log: Log) -> Annotated[int, Pin("noted")]:
    """Logs a number."""
    log.info(f"note {a}")  # noqa: G004 - a run's log, not the process's
    return (a + 1) % 1_000


@node(name="t_risk", title="Risk", category="Test")
def risk(a: int) -> Annotated[int, Pin("kept")]:
    """Fails for every third number."""
    if a % 3 == 2:
        raise ValueError(f"{a} will not do")
    return a


class Even(Exit, pin="even"):
    """Even numbers leave here."""

    value: int


class Odd(Exit, pin="odd"):
    """Odd ones here."""

    value: int
    half: int


@node(name="t_parity", title="Parity", category="Test")
def parity(a: int) -> Even | Odd:
    """Two exits with a pin in common."""
    return Odd(a, a // 2) if a % 2 else Even(a)


@node(name="t_later", title="Later", category="Test")
async def later(a: int) -> Annotated[int, Pin("late")]:
    """An awaiting twin of risk."""
    if a % 5 == 4:
        raise ValueError(f"{a} is too late")
    return a


TEST_TYPES = {
    each.definition.key: each for each in (add, less, split, make_list, note, risk, parity, later)
}


class BoardsCatalog:
    """The built-in nodes and those above."""

    def __init__(self) -> None:
        self._builtin = default_catalog()

    def node_type(self, key: str, /) -> NodeType | None:
        """By ``name@version``."""
        return TEST_TYPES.get(key) or self._builtin.node_type(key)

    def get(self, key: str, /) -> NodeDefinition | None:
        """By ``name@version``."""
        found = self.node_type(key)
        return found.definition if found else None


CATALOG = BoardsCatalog()

PURE = ["t_add@1", "t_less@1", "t_split@1", "t_list@1", "variable_get@1", "utils_types_select@1"]
FIRED = [
    *(
        "t_note@1",
        "t_note@1",
        "t_risk@1",
        "t_risk@1",
        "t_parity@1",
        "variable_set@1",
        "control_branch@1",
    ),
    *(
        "control_sequence@1",
        "control_for_each@1",
        "control_for_each_with_break@1",
        "control_while_loop@1",
    ),
    *(
        "control_do_once@1",
        "control_do_n@1",
        "control_flip_flop@1",
        "control_gate@1",
        "control_gather@1",
    ),
    *(
        "control_switch@1",
        "control_try@1",
        "events_generic_return_result@1",
        "control_call_reference@1",
    ),
]
AWAITING = ["t_later@1", "control_par_for_each@1", "control_par_execution@1", "control_timeout@1"]

_START_PINS = InstancePins(
    outputs=(
        PinDefinition(name="n", type=DataType.INTEGER),
        PinDefinition(name="many", type=DataType.INTEGER, value_type=ValueType.ARRAY),
    )
)
_CALL_PINS = InstancePins(
    inputs=(
        PinDefinition(name="n", type=DataType.INTEGER),
        PinDefinition(name="many", type=DataType.INTEGER, value_type=ValueType.ARRAY),
    )
)
_CASES = ["1", "2", "3"]
_CASE_PINS = InstancePins(
    outputs=tuple(
        PinDefinition(name="case", type=DataType.EXECUTION, label=each) for each in _CASES
    )
)

_LITERALS = {
    "Integer": st.integers(-3, 20),
    "Boolean": st.booleans(),
    "String": st.sampled_from(_CASES),
    "Float": st.just(5_000.0),
}


@st.composite
def boards(draw: Any, *, most: int = 14, awaiting: bool = False) -> Board:
    """A board with start nodes ``start`` and ``other`` and numbers as variables ``v0``, ``v1``."""
    fired = draw(
        st.lists(st.sampled_from(FIRED + AWAITING * 3 * awaiting), min_size=2, max_size=most)
    )
    pulled = draw(st.lists(st.sampled_from(PURE), min_size=1, max_size=most // 2))
    nodes: dict[str, Node] = {
        "start": Node(type="events_generic@1", pins=_START_PINS),
        "other": Node(type="events_generic@1", pins=_START_PINS),
    }
    for number, kind in enumerate([*fired, *pulled]):
        nodes[f"{'x' if number < len(fired) else 'p'}{number}"] = _bare(draw, kind)
    ids = list(nodes)
    for node_id in ids:
        nodes[node_id] = _wire_control(draw, node_id, nodes, forward=draw(st.integers(0, 9)) > 1)
    for node_id in ids:
        _wire_data(draw, node_id, nodes)
    board = Board(
        id="random",
        variables={
            name: Variable(name=name, type=DataType.INTEGER, default=1) for name in ("v0", "v1")
        },
        nodes=nodes,
    )
    return _with_layer(board) if draw(st.integers(0, 3)) == 0 else board


def _bare(draw: Any, kind: str) -> Node:
    settings = NodeSettings(
        on_body_error=draw(st.sampled_from(["stop", "stop", "continue"])),
        disabled=draw(st.integers(0, 20)) == 0,
    )
    pins = InstancePins()
    if kind == "control_call_reference@1":
        pins = _CALL_PINS
    if kind == "control_switch@1":
        pins = _CASE_PINS
    return Node(type=kind, settings=settings, pins=pins)


def _definition(kind: str) -> NodeDefinition:
    found = CATALOG.get(kind)
    assert found is not None
    return found


def _wire_control(draw: Any, node_id: str, nodes: dict[str, Node], *, forward: bool) -> Node:
    """Wires execution outputs, mostly to later nodes, sometimes back or to a join."""
    me = nodes[node_id]
    definition = _definition(me.type)
    outputs: dict[str, Output] = {}
    if not definition.pure and definition.kind is not Kind.START and draw(st.integers(0, 4)) == 0:
        outputs |= {ERROR_PIN: Output(), ERROR_TEXT_PIN: Output()}
    trial = replace(me, outputs=outputs)
    ids = list(nodes)
    position = ids.index(node_id)
    places = [
        f"{each}.{key}"
        for at, each in enumerate(ids)
        for key, pin in input_pins(nodes[each], _definition(nodes[each].type)).items()
        if pin.is_execution and (not forward or at > position)
    ]
    near = places[:6] if forward else places
    for key, pin in output_pins(trial, definition).items():
        if pin.is_execution and near:
            count = draw(st.sampled_from([0, 1, 1, 1, 1, 2]))
            to = [draw(st.sampled_from(near)) for _ in range(count)]
            if to or key in outputs:
                outputs[key] = Output(to=tuple(dict.fromkeys(to)))
    return replace(me, outputs=outputs)


def _wire_data(draw: Any, node_id: str, nodes: dict[str, Node]) -> None:
    me = nodes[node_id]
    inputs: dict[str, Input] = {}
    for key, pin in input_pins(me, _definition(me.type)).items():
        if pin.is_execution:
            continue
        if key in ("var_ref", "fn_ref", "cases"):
            value: Any = {
                "var_ref": draw(st.sampled_from(["v0", "v1"])),
                "fn_ref": "other",
                "cases": _CASES,
            }[key]
            inputs[key] = Input(value=value)
            continue
        sources = _sources(node_id, nodes, pin, key)
        if sources and draw(st.integers(0, 3)):
            source, out = draw(st.sampled_from(sources))
            known = nodes[source].outputs.get(out, Output())
            nodes[source] = replace(
                nodes[source],
                outputs={**nodes[source].outputs, out: Output(to=(*known.to, f"{node_id}.{key}"))},
            )
        else:
            inputs[key] = Input(value=_literal(draw, pin))
    nodes[node_id] = replace(nodes[node_id], inputs=inputs)


def _literal(draw: Any, pin: PinDefinition) -> Any:
    if pin.value_type != "Normal":
        return draw(st.lists(st.integers(0, 9), max_size=3))
    return draw(_LITERALS.get(str(pin.type), st.integers(0, 9)))


def _sources(
    node_id: str, nodes: dict[str, Node], pin: PinDefinition, key: str
) -> list[tuple[str, str]]:
    """Outputs of the same type. Pure nodes read from earlier pure nodes only: no circles."""
    ids = list(nodes)
    found = []
    me_pure = _definition(nodes[node_id].type).pure
    wanted = ("Integer", "Normal") if pin.type == "Generic" and pin.value_type == "Normal" else None
    wanted = wanted or (
        ("Integer" if pin.type == "Generic" else str(pin.type)),
        str(pin.value_type),
    )
    for source in ids:
        definition = _definition(nodes[source].type)
        if definition.pure and me_pure and ids.index(source) >= ids.index(node_id):
            continue
        if nodes[source].settings.disabled or (source == "other") != (node_id == "other"):
            continue
        for out, other in output_pins(nodes[source], definition).items():
            kind = "Integer" if other.type == "Generic" else str(other.type)
            if not other.is_execution and (kind, str(other.value_type)) == wanted:
                found.append((source, out))
    return found


def _with_layer(board: Board) -> Board:
    """The same board with its second fired node's execution input led through a layer."""
    target = "x1.exec_in"
    if not any(target in out.to for each in board.nodes.values() for out in each.outputs.values()):
        return board
    nodes = {
        node_id: replace(
            each,
            outputs={
                key: Output(to=tuple("box.way" if to == target else to for to in out.to))
                for key, out in each.outputs.items()
            },
        )
        for node_id, each in board.nodes.items()
    }
    way = PinDefinition(name="way", type=DataType.EXECUTION)
    box = Layer(name="Box", pins=InstancePins(inputs=(way,)), outputs={"way": Output(to=(target,))})
    return replace(board, nodes=nodes, layers={"box": box})
