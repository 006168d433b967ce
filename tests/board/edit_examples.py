"""Node types, a board and random commands for the tests of edits."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from flowlike.board.definition import DataType, Kind, NodeDefinition, PinDefinition
from flowlike.board.edit import Applied, Batch, Command, apply, copy
from flowlike.board.edit import commands as c
from flowlike.board.model import (
    Board,
    BoardSettings,
    Comment,
    InstancePins,
    Place,
    Variable,
)
from flowlike.board.pins import input_pins, layer_pins, output_pins

E, S, I = DataType.EXECUTION, DataType.STRING, DataType.INTEGER  # noqa: E741 - a table below


def pin(name: str, type_: DataType, **fields: Any) -> PinDefinition:
    return PinDefinition(name=name, type=type_, **fields)


def _type(
    name: str, ins: list[PinDefinition], outs: list[PinDefinition], **fields: Any
) -> NodeDefinition:
    return NodeDefinition(name=name, inputs=tuple(ins), outputs=tuple(outs), **fields)


class Installed(dict[str, NodeDefinition]):
    """Types with a rule that derives pins and one that migrates literals."""

    def derive(self, key: str, literals: Mapping[str, Any], /) -> InstancePins | None:
        if key != "format@1":
            return None
        words = str(literals["template"]).split()
        names = dict.fromkeys(word[1:] for word in words if word[:1] == "$" and word[1:])
        return InstancePins(inputs=tuple(pin(name, S) for name in names))

    def migrate(
        self, key: str, literals: Mapping[str, Any], version: int, /
    ) -> Mapping[str, Any] | None:
        if key == "login@2" and version == 1:
            return {"user": literals.get("name", "nobody")}
        return None


_ALL = [
    _type("add", [pin("a", I), pin("b", I)], [pin("sum", I)], title="Add"),
    _type("concat", [pin("items", S, variadic=True, count=2)], [pin("text", S)]),
    _type("log", [pin("exec_in", E), pin("message", S)], [pin("exec_out", E)], title="Log"),
    _type(
        "log",
        [
            pin("exec_in", E),
            pin("message", S),
            pin("level", S, default="info", choices=("info", "warn")),
        ],
        [pin("exec_out", E)],
        version=2,
    ),
    _type("log", [pin("exec_in", E), pin("message", I)], [pin("done", E)], version=3),
    _type("sequence", [pin("exec_in", E)], [pin("exec_out", E, variadic=True, count=2)]),
    _type("start", [], [pin("exec_out", E)], kind=Kind.START),
    _type(
        "call",
        [pin("exec_in", E), pin("fn_ref", S)],
        [pin("exec_out", E)],
        kind=Kind.CALL_REFERENCE,
    ),
    _type("format", [pin("template", S, default="")], [pin("text", S)], derived=True),
    _type(
        "get",
        [pin("var_ref", S)],
        [pin("value", DataType.GENERIC)],
        kind=Kind.VARIABLE_GET,
    ),
    _type(
        "login",
        [pin("exec_in", E), pin("name", S), pin("token", S, sensitive=True)],
        [pin("exec_out", E), pin("session", S, sensitive=True)],
    ),
    _type("login", [pin("exec_in", E), pin("user", S)], [pin("exec_out", E)], version=2),
]
TYPES = Installed({definition.key: definition for definition in _ALL})


def sample() -> Board:
    """A start that logs a sum and a text, in part inside a layer; built by commands."""
    board = Board(id="sample", name="Sample")
    for command in (
        c.AddNode(id="go", type="start@1", place=Place(x=0, y=0)),
        c.AddPin("go", "out", pin=pin("who", S)),
        c.AddNode(id="say", type="log@1", place=Place(x=200, y=0)),
        c.AddNode(id="end", type="log@1", place=Place(x=400, y=0)),
        c.AddNode(id="join", type="concat@1", place=Place(x=100, y=100)),
        c.AddNode(id="calc", type="add@1", place=Place(x=100, y=200)),
        c.AddNode(id="tail", type="add@1"),
        c.AddNode(id="call", type="call@1"),
        c.UpsertLayer(id="box", name="Box", place=Place(x=10, y=20)),
        c.AddNode(id="deep", type="sequence@1", layer="box"),
        c.AddPin("box", "in", pin=pin("enter", E)),
        c.Connect("go.exec_out", "say.exec_in"),
        c.Connect("say.exec_out", "end.exec_in"),
        c.Connect("end.exec_out", "box.enter"),
        c.Connect("box.enter", "deep.exec_in"),
        c.Connect("go.who", "join.items"),
        c.Connect("join.text", "say.message"),
        c.Connect("calc.sum", "tail.a"),
        c.SetPinValue("join", "items#2", "!"),
        c.SetPinValue("calc", "a", 1),
        c.SetPinValue("call", "fn_ref", "go"),
        c.UpsertVariable("count", Variable(name="count", type=I, default=0)),
        c.UpsertVariable("key", Variable(name="key", type=S, secret=True)),
        c.UpsertVariable("fixed", Variable(name="fixed", type=I, editable=False)),
        c.UpsertComment("note", Comment(content="hello"), Place(x=5, y=5, width=90, height=40)),
    ):
        board = do(board, command).board
    return board


def do(board: Board, *listed: Command) -> Applied:
    """Apply commands to a board as a batch."""
    return apply(board, Batch(listed) if len(listed) > 1 else listed[0], TYPES)


def random_command(random: Random, board: Board, types: Mapping[str, NodeDefinition]) -> Command:
    """A command that is often, not always, accepted."""
    everything = [*board.nodes, *board.layers, *board.comments]
    ends_in, ends_out = _endpoints(board, types)

    def one(items: Any, default: str = "none") -> str:
        listed = sorted(items)
        return random.choice(listed) if listed else default

    def some(items: Any) -> tuple[str, ...]:
        listed = sorted(items)
        return tuple(random.sample(listed, min(len(listed), random.randint(1, 3))))

    def fresh() -> str:
        return f"x{random.getrandbits(48):x}"

    source, target = one(ends_out, "a.b"), one(ends_in, "a.b")
    entity, _, key = target.partition(".")
    node = one(board.nodes)
    value = random.choice([1, True, 1.0, "text", "$a $b", None, [1, "x"], {"k": 0.5}, "go", node])
    home = one(["", *board.layers])
    wires = board.nodes[node].outputs if node in board.nodes else {}
    wired = [(f"{node}.{k}", end) for k, out in wires.items() for end in out.to]
    left, right = random.choice(wired) if wired else (source, target)
    build: list[Callable[[], Command]] = [
        lambda: c.AddNode(
            id=fresh(), type=one(types), layer=home, place=Place(x=float(random.randint(0, 99)))
        ),
        lambda: c.Remove(some(everything)),
        lambda: c.SetPinValue(entity, key, value),
        lambda: c.ClearPinValue(entity, key),
        lambda: c.SetNodeSetting(node, "disabled", random.random() < 0.5),
        lambda: c.SetNodeSetting(node, "retry", {"attempts": random.randint(0, 5)}),
        lambda: c.Rename(one(everything), f"Name {random.randint(0, 9)}"),
        lambda: c.SetComment(one(everything), "note"),
        lambda: c.MoveMany({id_: c.Move(x=random.random() * 99) for id_ in some(everything)}),
        lambda: c.SetLayer(some(everything), home),
        lambda: c.Connect(source, target),
        lambda: c.Connect(source, target, 0),
        lambda: c.Connect(source, one(end for end in ends_in if "exec" in end)),
        lambda: c.Disconnect(left, right),
        lambda: c.OrderWires(left, tuple(reversed([e for s, e in wired if s == left]))),
        lambda: c.AddPin(entity, "in", name=key.partition("#")[0]),
        lambda: c.AddPin(source.partition(".")[0], "out", pin=pin(fresh(), S)),
        lambda: c.RemovePin(entity, "in", key),
        lambda: c.RemovePin(source.partition(".")[0], "out", source.partition(".")[2]),
        lambda: c.AddErrorPin(node),
        lambda: c.RemoveErrorPin(node),
        lambda: _paste(random, board, some(everything), types, home),
        lambda: c.Collapse(id=fresh(), members=some(everything)),
        lambda: c.Expand(one(board.layers)),
        lambda: c.UpsertLayer(id=one([*board.layers, fresh()]), parent=home, inputs=()),
        lambda: c.UpsertVariable(
            one([*board.variables, "v"]), Variable(name="v", type=I, default=random.randint(0, 9))
        ),
        lambda: c.RemoveVariable(one(board.variables)),
        lambda: c.UpsertComment(one([*board.comments, "c"]), Comment(content="c", layer=home)),
        lambda: c.SetFunctionReference(node, some(board.nodes)),
        lambda: c.SetBoard(name=f"Board {random.randint(0, 9)}", settings=BoardSettings()),
        lambda: c.UpgradeNode(node, random.randint(1, 3)),
        c.RecordTypes,
    ]
    return random.choice(build)()


def _paste(random: Random, board: Board, ids: tuple[str, ...], types: Any, home: str) -> Command:
    fragment = copy(board, ids, types)
    entities = (*fragment.nodes, *fragment.layers, *fragment.comments)
    return c.Paste(
        fragment=fragment,
        ids={id_: f"p{random.getrandbits(48):x}" for id_ in entities},
        layer=home,
        offset=(16.0, 16.0),
        incoming=random.random() < 0.5,
    )


def _endpoints(board: Board, types: Mapping[str, NodeDefinition]) -> tuple[set[str], set[str]]:
    ins: set[str] = set()
    outs: set[str] = set()
    for id_, node in board.nodes.items():
        definition = types.get(node.type) or board.types.get(node.type)
        if definition is not None:
            ins |= {f"{id_}.{key}" for key in input_pins(node, definition)}
            outs |= {f"{id_}.{key}" for key in output_pins(node, definition)}
    for id_, layer in board.layers.items():
        relays = {f"{id_}.{key}" for table in layer_pins(layer) for key in table}
        ins |= relays
        outs |= relays
    return ins, outs


def wires(board: Board) -> list[tuple[str, str]]:
    """All wires, sorted."""
    return sorted(
        (f"{id_}.{key}", end)
        for table in (board.nodes, board.layers)
        for id_, entity in table.items()
        for key, output in entity.outputs.items()
        for end in output.to
    )
