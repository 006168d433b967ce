"""Random boards as documents, and their parts, for property tests.

``boards()`` gives any document the format allows: odd names, wires to nowhere, unknown types.
``valid=True`` gives boards whose ids, types, pins and wires fit: all types are stored, wires join
equal types and lead forwards, a data input has one source.
"""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from flowlike.board.canonical import f32
from flowlike.board.definition import DataType, Kind, NodeDefinition, PinDefinition, ValueType
from flowlike.board.model import (
    ERROR_PIN,
    ERROR_TEXT_PIN,
    Board,
    BoardSettings,
    Comment,
    ExecutionMode,
    Input,
    InstancePins,
    Layer,
    LogLevel,
    Node,
    NodeSettings,
    Output,
    Place,
    Retry,
    Stage,
    TraceLevel,
    Variable,
)
from flowlike.board.pins import input_pins, layer_pins, output_pins, pin_key

DATA_TYPES = (
    DataType.STRING,
    DataType.INTEGER,
    DataType.FLOAT,
    DataType.BOOLEAN,
    DataType.STRUCT,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
names = st.one_of(
    st.sampled_from(
        ["Add", "Größe", "名前", "a b", 'q"uote', "back\\slash", "line\nbreak", "\x7f", "😀"]
    ),
    texts,
)
ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,7}", fullmatch=True)
odd_ids = st.one_of(ids, names)
pin_names = st.sampled_from(["a", "b", "exec_in", "exec_out", "value", "ä", "a b", "to", "in"])
coordinates = st.floats(-1e6, 1e6, width=32).map(f32)
integers = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-(10**30), 10**30))
floats = st.floats(allow_nan=False, allow_infinity=False)


def json_values(max_leaves: int = 6) -> st.SearchStrategy[Any]:
    """Any JSON value: all kinds, big whole numbers, odd keys."""
    leaves = st.one_of(st.none(), st.booleans(), integers, floats, names)
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)
        ),
        max_leaves=max_leaves,
    )


def absent_or(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """UNSET or a value."""
    return st.one_of(st.just(UNSET), values)


def optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """None or a value."""
    return st.one_of(st.none(), values)


objects = st.dictionaries(names, json_values(3), max_size=2)
pin_definitions = st.builds(
    PinDefinition,
    name=pin_names,
    type=st.sampled_from(DataType),
    value_type=st.sampled_from(ValueType),
    label=names,
    description=names,
    schema=optional(objects),
    default=absent_or(json_values(3)),
    choices=st.lists(names, max_size=2).map(tuple),
    range=optional(st.tuples(floats, floats)),
    step=optional(floats),
    sensitive=st.booleans(),
    optional=st.booleans(),
    lazy=st.booleans(),
    variadic=st.booleans(),
    count=st.integers(0, 5),
    generic=st.sampled_from(["", "T", "K"]),
    enforce_schema=st.booleans(),
    enforce_value_type=st.booleans(),
)
few_pins = st.lists(pin_definitions, max_size=2).map(tuple)
instance_pins = st.one_of(
    st.just(InstancePins()), st.builds(InstancePins, inputs=few_pins, outputs=few_pins)
)
definitions = st.builds(
    NodeDefinition,
    name=names,
    version=st.integers(0, 3),
    title=names,
    description=names,
    docs=names,
    category=names,
    icon=names,
    kind=st.sampled_from(Kind),
    inputs=few_pins,
    outputs=few_pins,
    permissions=st.lists(names, max_size=2).map(tuple),
    keywords=st.lists(names, max_size=2).map(tuple),
    deterministic=st.booleans(),
    long_running=st.booleans(),
    only_local=st.booleans(),
    declassifies=st.booleans(),
    derived=st.booleans(),
)
variables = st.builds(
    Variable,
    name=names,
    type=st.sampled_from(DataType),
    value_type=st.sampled_from(ValueType),
    category=names,
    description=names,
    default=absent_or(json_values()),
    schema=optional(objects),
    exposed=st.booleans(),
    secret=st.booleans(),
    editable=st.booleans(),
    runtime_configured=st.booleans(),
).map(lambda variable: replace(variable, default=UNSET) if variable.secret else variable)
comments = st.builds(
    Comment,
    content=names,
    kind=st.sampled_from(["Text", "Image", "Video"]),
    author=names,
    layer=odd_ids,
    color=names,
    locked=st.booleans(),
    origin=optional(objects),
)
ends = st.tuples(coordinates, coordinates)
places = st.builds(
    Place,
    x=coordinates,
    y=coordinates,
    z=coordinates,
    width=optional(coordinates),
    height=optional(coordinates),
    entry=optional(ends),
    exit=optional(ends),
)
board_settings = st.builds(
    BoardSettings,
    stage=st.sampled_from(Stage),
    log_level=st.sampled_from(LogLevel),
    execution_mode=st.sampled_from(ExecutionMode),
    trace=optional(st.sampled_from(TraceLevel)),
    pages=st.lists(names, max_size=2).map(tuple),
)
node_settings = st.builds(
    NodeSettings,
    disabled=st.booleans(),
    pinned=optional(objects),
    retry=optional(st.builds(Retry, attempts=st.integers(1, 9), delay_ms=st.integers(0, 9999))),
    timeout_ms=optional(st.integers(1, 100_000)),
    on_body_error=st.sampled_from(["stop", "continue"]),
    trace=optional(st.sampled_from(TraceLevel)),
)


@st.composite
def boards(
    draw: st.DrawFn, *, max_nodes: int = 5, max_layers: int = 2, valid: bool = False
) -> Board:
    """A board of at most ``max_nodes`` nodes and ``max_layers`` layers."""
    if valid:
        return draw(_valid_boards(max_nodes, max_layers))
    node_ids = draw(st.lists(odd_ids, max_size=max_nodes, unique=True))
    layer_ids = draw(st.lists(odd_ids, max_size=max_layers, unique=True))
    endpoints = st.builds(
        "{}.{}".format, st.sampled_from([*node_ids, *layer_ids, "gone"]), pin_names
    )
    return Board(
        id=draw(odd_ids),
        name=draw(names),
        description=draw(names),
        version=draw(st.sampled_from(["0.0.1", "1.2.3", ""])),
        settings=draw(board_settings),
        types=draw(st.dictionaries(names, definitions, max_size=2)),
        variables=draw(st.dictionaries(odd_ids, variables, max_size=2)),
        nodes={key: draw(_odd_nodes(endpoints, layer_ids)) for key in node_ids},
        layers=_rooted({key: draw(_odd_layers(endpoints, layer_ids)) for key in layer_ids}),
        comments=draw(st.dictionaries(odd_ids, comments, max_size=2)),
        layout={key: draw(places) for key in (*node_ids, *layer_ids)},
        origin=draw(optional(objects)),
    )


odd_keys = st.one_of(pin_names, st.builds(pin_key, pin_names, st.integers(1, 12)), names)


def _outputs(endpoints: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Output]]:
    wires = st.lists(endpoints, max_size=3).map(tuple)
    return st.dictionaries(odd_keys, st.builds(Output, to=wires), max_size=3)


def _odd_nodes(
    endpoints: st.SearchStrategy[str], layer_ids: Sequence[str]
) -> st.SearchStrategy[Node]:
    literals = st.dictionaries(
        odd_keys, st.builds(Input, value=absent_or(json_values())), max_size=3
    )
    return st.builds(
        Node,
        type=st.one_of(st.sampled_from(["log_info@1", "int_add@2"]), names),
        name=names,
        comment=names,
        layer=st.sampled_from(["", "gone", *layer_ids]),
        package=names,
        settings=st.one_of(st.just(NodeSettings()), node_settings),
        pins=instance_pins,
        inputs=literals,
        outputs=_outputs(endpoints),
        functions=st.lists(odd_ids, max_size=2).map(tuple),
        origin=optional(objects),
    )


def _odd_layers(
    endpoints: st.SearchStrategy[str], layer_ids: Sequence[str]
) -> st.SearchStrategy[Layer]:
    return st.builds(
        Layer,
        name=names,
        parent=st.sampled_from(["", "gone", *layer_ids]),
        kind=st.sampled_from(["Collapsed", "Function", "Macro"]),
        comment=names,
        color=names,
        pins=instance_pins,
        outputs=_outputs(endpoints),
        origin=optional(objects),
    )


def _rooted(layers: dict[str, Layer]) -> dict[str, Layer]:
    """Layers whose parents come before them: no cycles."""
    rooted: dict[str, Layer] = {}
    for key, layer in layers.items():
        keep = layer.parent not in layers or layer.parent in rooted
        rooted[key] = layer if keep else replace(layer, parent="")
    return rooted


# ---------------------------------------------------------------- boards that fit

_LITERALS: dict[DataType, st.SearchStrategy[Any]] = {
    DataType.STRING: names,
    DataType.INTEGER: st.integers(-(2**63), 2**63 - 1),
    DataType.FLOAT: floats,
    DataType.BOOLEAN: st.booleans(),
    DataType.STRUCT: objects,
}
_EXECUTION_IN = PinDefinition(name="exec_in", type=DataType.EXECUTION)
_EXECUTION_OUT = PinDefinition(name="exec_out", type=DataType.EXECUTION)


def literals_of(pin: PinDefinition) -> st.SearchStrategy[Any]:
    """Literals that fit a data pin of type Normal, Array or HashMap."""
    elements = _LITERALS[pin.type]
    if pin.value_type is ValueType.ARRAY:
        return st.lists(elements, max_size=3)
    if pin.value_type is ValueType.MAP:
        return st.dictionaries(names, elements, max_size=3)
    return elements


@st.composite
def fitting_definitions(draw: st.DrawFn, name: str) -> NodeDefinition:
    """A type with distinct pins, some variadic, with or without execution."""
    data = st.builds(
        PinDefinition,
        name=st.just(""),
        type=st.sampled_from(DATA_TYPES),
        value_type=st.sampled_from([ValueType.NORMAL, ValueType.NORMAL, ValueType.ARRAY]),
        label=names,
    )
    inputs = [
        replace(pin, name=f"in{at}", variadic=at == 2, count=2 if at == 2 else 1)
        for at, pin in enumerate(draw(st.lists(data, max_size=3)))
    ]
    outputs = [
        replace(pin, name=f"out{at}") for at, pin in enumerate(draw(st.lists(data, max_size=2)))
    ]
    if draw(st.booleans()):
        inputs.insert(0, _EXECUTION_IN)
        outputs.insert(0, replace(_EXECUTION_OUT, variadic=draw(st.booleans())))
    return NodeDefinition(
        name=name, title=draw(names), inputs=tuple(inputs), outputs=tuple(outputs)
    )


def _layer(at: int) -> Layer:
    """A layer with one relay each way for each data type and for execution."""
    kinds = (DataType.EXECUTION, *DATA_TYPES)
    return Layer(
        name=f"Layer {at}",
        parent=f"l{at - 1}" if at else "",
        pins=InstancePins(
            inputs=tuple(PinDefinition(name=f"enter_{kind}", type=kind) for kind in kinds),
            outputs=tuple(PinDefinition(name=f"leave_{kind}", type=kind) for kind in kinds),
        ),
    )


@st.composite
def _valid_boards(draw: st.DrawFn, max_nodes: int, max_layers: int) -> Board:
    types = {f"t{at}@1": draw(fitting_definitions(f"t{at}")) for at in range(3)}
    layers = {f"l{at}": _layer(at) for at in range(draw(st.integers(0, max_layers)))}
    nodes: dict[str, Node] = {}
    for at in range(draw(st.integers(0, max_nodes))):
        node = Node(
            type=draw(st.sampled_from(sorted(types))),
            name=draw(names),
            layer=draw(st.sampled_from(["", *layers])),
        )
        if not draw(st.integers(0, 3)):
            own = draw(st.sampled_from(DATA_TYPES))
            node = replace(node, pins=InstancePins(inputs=(PinDefinition(name="own", type=own),)))
        nodes[f"n{at}"] = node
    board = Board(
        id="random",
        name=draw(names),
        types=types,
        layers=layers,
        nodes=nodes,
        variables={f"v{at}": draw(_fitting_variables()) for at in range(draw(st.integers(0, 2)))},
        comments={f"c{at}": Comment(content=draw(names)) for at in range(draw(st.integers(0, 2)))},
    )
    board = _wired(draw, board)
    spots = (*board.nodes, *board.layers, *board.comments)
    return replace(board, layout={key: draw(places) for key in spots})


@st.composite
def _fitting_variables(draw: st.DrawFn) -> Variable:
    kind = draw(st.sampled_from(DATA_TYPES))
    secret = draw(st.booleans())
    default = UNSET if secret else draw(_LITERALS[kind])
    return Variable(name=draw(names), type=kind, default=default, secret=secret)


def _wired(draw: st.DrawFn, board: Board) -> Board:
    """Joins outputs to free inputs of later nodes, some through layers; others get literals."""
    free: dict[tuple[DataType, ValueType], list[str]] = {}
    nodes: dict[str, Node] = {}
    layers = dict(board.layers)
    for node_id, node in reversed(board.nodes.items()):
        definition = board.types[node.type]
        outputs: dict[str, Output] = {}
        for key, pin in output_pins(node, definition).items():
            ready = free.get((pin.type, pin.value_type), [])
            if not ready or not draw(st.booleans()):
                continue
            index = draw(st.integers(0, len(ready) - 1))
            target = ready[index] if pin.is_execution else ready.pop(index)
            relayed = _relay(draw, layers, pin, target)
            outputs[key] = Output(to=(relayed,))
        if not draw(st.integers(0, 4)):
            outputs |= {ERROR_PIN: Output(), ERROR_TEXT_PIN: Output()}
        inputs: dict[str, Input] = {}
        for key, pin in input_pins(node, definition).items():
            if not pin.is_execution and draw(st.booleans()):
                inputs[key] = Input(value=draw(literals_of(pin)))
            else:
                free.setdefault((pin.type, pin.value_type), []).append(f"{node_id}.{key}")
        nodes[node_id] = replace(node, inputs=inputs, outputs=outputs)
    return replace(board, nodes=dict(reversed(nodes.items())), layers=layers)


def _relay(draw: st.DrawFn, layers: dict[str, Layer], pin: PinDefinition, target: str) -> str:
    """The target, or a free relay that leads to it."""
    if not layers or pin.value_type is not ValueType.NORMAL or draw(st.booleans()):
        return target
    layer_id = draw(st.sampled_from(sorted(layers)))
    layer = layers[layer_id]
    key = f"enter_{pin.type}"
    if key in layer.outputs or key not in layer_pins(layer)[0]:
        return target
    outputs = layer.outputs | {key: Output(to=(target,))}
    layers[layer_id] = replace(layer, outputs=outputs)
    return f"{layer_id}.{key}"
