"""Small node types and a way to write boards in few words, for the tests of checks."""

from typing import Any

from flowlike.board.definition import DataType, Kind, NodeDefinition, PinDefinition, ValueType
from flowlike.board.model import Board, Input, Node, Output

D, V = DataType, ValueType


def pin(name: str, kind: DataType = D.INTEGER, **rest: Any) -> PinDefinition:
    return PinDefinition(name=name, type=kind, **rest)


def control(name: str, **rest: Any) -> PinDefinition:
    return PinDefinition(name=name, type=D.EXECUTION, **rest)


def any_of(name: str, form: ValueType = V.NORMAL, generic: str = "") -> PinDefinition:
    return PinDefinition(name=name, type=D.GENERIC, value_type=form, generic=generic)


LIST = any_of("array", V.ARRAY, "T")
VAR_REF = pin("var_ref", D.STRING)
IN, OUT = control("exec_in"), control("exec_out")
NUMBER = {"type": "object", "properties": {"n": {"type": "number"}}, "required": ["n"]}
MAYBE = {"type": "object", "properties": {"n": {"type": ["number", "null"]}}, "required": ["n"]}

DEFINITIONS = [
    NodeDefinition(name="start", kind=Kind.START, outputs=(OUT, pin("n"), pin("s", D.STRING))),
    NodeDefinition(name="add", inputs=(pin("a"), pin("b", default=1)), outputs=(pin("sum"),)),
    NodeDefinition(name="text", inputs=(pin("a", D.STRING),), outputs=(pin("t", D.STRING),)),
    NodeDefinition(name="half", inputs=(pin("x", D.FLOAT),), outputs=(pin("y", D.FLOAT),)),
    NodeDefinition(name="parse", inputs=(pin("a", D.STRING),), outputs=(any_of("value"),)),
    NodeDefinition(
        name="say", inputs=(IN, any_of("message")), outputs=(OUT,), permissions=("log",)
    ),
    NodeDefinition(
        name="push",
        inputs=(LIST, any_of("value", generic="T")),
        outputs=(any_of("out", V.ARRAY, "T"), any_of("last", generic="T")),
    ),
    NodeDefinition(
        name="list",
        inputs=(PinDefinition(name="item", type=D.GENERIC, generic="T", variadic=True, count=2),),
        outputs=(any_of("out", V.ARRAY, "T"),),
    ),
    NodeDefinition(
        name="get", kind=Kind.VARIABLE_GET, inputs=(VAR_REF,), outputs=(any_of("value_ref"),)
    ),
    NodeDefinition(
        name="set",
        kind=Kind.VARIABLE_SET,
        inputs=(IN, VAR_REF, any_of("value_in")),
        outputs=(OUT, any_of("value_ref")),
    ),
    NodeDefinition(
        name="call",
        kind=Kind.CALL_REFERENCE,
        inputs=(IN, pin("fn_ref", D.STRING)),
        outputs=(OUT,),
    ),
    NodeDefinition(
        name="reroute",
        kind=Kind.REROUTE,
        inputs=(any_of("route_in", generic="T"),),
        outputs=(any_of("route_out", generic="T"),),
    ),
    NodeDefinition(
        name="control_gather",
        kind=Kind.STATEFUL,
        inputs=(control("exec_in", variadic=True, count=2),),
        outputs=(control("exec_done"),),
    ),
    NodeDefinition(
        name="form",
        inputs=(
            IN,
            pin("color", D.STRING, choices=("red", "green"), default="red"),
            pin("size", range=(1, 10), default=1),
            pin("key", D.STRING, sensitive=True, optional=True),
            pin("tags", D.STRING, value_type=V.ARRAY, choices=("a", "b"), optional=True),
        ),
        outputs=(OUT,),
    ),
    NodeDefinition(
        name="order",
        inputs=(pin("order", D.STRUCT, schema=NUMBER, optional=True),),
        outputs=(pin("order", D.STRUCT, schema=MAYBE), pin("secret", D.STRING, sensitive=True)),
    ),
]
TYPES = {definition.key: definition for definition in DEFINITIONS}


def node(kind: str, wires: dict[str, str] | None = None, /, **literals: Any) -> Node:
    """A node; ``wires`` leads from output keys to endpoints, separated by blanks."""
    return Node(
        type=f"{kind}@1",
        inputs={key: Input(value=value) for key, value in literals.items()},
        outputs={key: Output(to=tuple(ends.split())) for key, ends in (wires or {}).items()},
    )


def board(nodes: dict[str, Node], **rest: Any) -> Board:
    used = {each.type for each in nodes.values()}
    rest.setdefault("types", {key: TYPES[key] for key in sorted(used) if key in TYPES})
    return Board(id="b", nodes=nodes, **rest)
