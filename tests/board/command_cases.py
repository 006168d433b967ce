"""Cases of the shared command vectors: nodes, wires and pins; others in ``command_cases_more``."""

from typing import Any

import msgspec

from flowlike.board.definition import DataType, PinDefinition
from flowlike.board.edit import Batch, Command
from flowlike.board.edit import commands as c
from flowlike.board.model import (
    Board,
    Node,
    Place,
)
from tests.board.edit_examples import TYPES, E, I, S, pin, sample

Case = tuple[str, str, Command | Batch, str]
"""Title, board, command, code of the refusal (empty: accepted)."""

INSTALLED = {key: definition for key, definition in TYPES.items() if not definition.derived}

SAMPLE = sample()
STRANGE = msgspec.structs.replace(
    SAMPLE, nodes=SAMPLE.nodes | {"odd": Node(type="gone@1"), "in": Node(type="login@1")}
)
BOARDS = {"empty": Board(id="empty"), "sample": SAMPLE, "strange": STRANGE}


def own(name: str, type_: DataType = S, **fields: Any) -> PinDefinition:
    return pin(name, type_, **fields)


CASES: list[Case] = [
    ("add a node", "empty", c.AddNode(id="n", type="add@1", place=Place(x=1.5, y=-2)), ""),
    (
        "add a named node to a layer",
        "sample",
        c.AddNode(id="n", type="add@1", name="Plus", layer="box"),
        "",
    ),
    (
        "add a node of an unknown type",
        "empty",
        c.AddNode(id="n", type="none@1"),
        "command.unknown-type",
    ),
    ("add a node with a taken id", "sample", c.AddNode(id="box", type="add@1"), "command.id-taken"),
    (
        "add a node with a malformed id",
        "empty",
        c.AddNode(id="a.b", type="add@1"),
        "command.bad-id",
    ),
    (
        "add a node with an id too long",
        "empty",
        c.AddNode(id="a" * 65, type="add@1"),
        "command.bad-id",
    ),
    (
        "add a node to no layer",
        "empty",
        c.AddNode(id="n", type="add@1", layer="l"),
        "command.unknown-layer",
    ),
    (
        "add a node out of 32-bit space",
        "empty",
        c.AddNode(id="n", type="add@1", place=Place(x=1e39)),
        "command.bad-value",
    ),
    (
        "add a node with a bad name",
        "empty",
        c.AddNode(id="n", type="add@1", name="a\nb"),
        "command.bad-name",
    ),
    ("remove a node with its wires", "sample", c.Remove(("say",)), ""),
    ("remove a layer with what is inside", "sample", c.Remove(("box",)), ""),
    ("remove a comment", "sample", c.Remove(("note",)), ""),
    ("remove several", "sample", c.Remove(("calc", "tail", "note")), ""),
    ("remove what is not there", "sample", c.Remove(("calc", "nobody")), "command.unknown-entity"),
    ("write a literal", "sample", c.SetPinValue("calc", "b", 41), ""),
    ("replace a literal by one of another type", "sample", c.SetPinValue("calc", "a", True), ""),
    ("write the same literal", "sample", c.SetPinValue("calc", "a", 1), ""),
    ("write the largest integer", "sample", c.SetPinValue("calc", "a", 2**63 - 1), ""),
    (
        "write an integer beyond 64 bits",
        "sample",
        c.SetPinValue("calc", "a", 2**63),
        "command.bad-value",
    ),
    (
        "write on an execution pin",
        "sample",
        c.SetPinValue("say", "exec_in", 1),
        "command.bad-value",
    ),
    ("write on an output", "sample", c.SetPinValue("calc", "sum", 1), "command.unknown-pin"),
    ("write on no pin", "sample", c.SetPinValue("calc", "c", 1), "command.unknown-pin"),
    ("write on a layer", "sample", c.SetPinValue("box", "enter", 1), "command.bad-value"),
    ("write on no node", "sample", c.SetPinValue("nobody", "a", 1), "command.unknown-entity"),
    (
        "write on a node of unknown type",
        "strange",
        c.SetPinValue("odd", "a", 1),
        "command.unknown-type",
    ),
    (
        "write a value that is too deep",
        "sample",
        c.SetPinValue("calc", "a", msgspec.json.decode(b"[" * 70 + b"]" * 70)),
        "command.bad-value",
    ),
    ("name the called start node", "sample", c.SetPinValue("call", "fn_ref", "nobody"), ""),
    ("take a literal off", "sample", c.ClearPinValue("calc", "a"), ""),
    ("take off a literal that is not there", "sample", c.ClearPinValue("calc", "b"), ""),
    ("take a literal off no pin", "sample", c.ClearPinValue("calc", "c"), "command.unknown-pin"),
    ("switch a node off", "sample", c.SetNodeSetting("say", "disabled", True), ""),
    (
        "try a node again",
        "sample",
        c.SetNodeSetting("say", "retry", {"attempts": 3, "delay_ms": 10}),
        "",
    ),
    ("trace a node less", "sample", c.SetNodeSetting("say", "trace", "off"), ""),
    ("pin an output", "sample", c.SetNodeSetting("calc", "pinned", {"sum": 3}), ""),
    (
        "go on after a body error",
        "sample",
        c.SetNodeSetting("say", "on_body_error", "continue"),
        "",
    ),
    ("a setting's default returns", "sample", c.SetNodeSetting("say", "timeout_ms"), ""),
    (
        "a setting of a wrong type",
        "sample",
        c.SetNodeSetting("say", "disabled", "yes"),
        "command.bad-value",
    ),
    (
        "pin an output that is not there",
        "sample",
        c.SetNodeSetting("calc", "pinned", {"x": 3}),
        "command.bad-value",
    ),
    (
        "pin an execution output",
        "sample",
        c.SetNodeSetting("say", "pinned", {"exec_out": True}),
        "command.bad-value",
    ),
    (
        "no attempt",
        "sample",
        c.SetNodeSetting("say", "retry", {"attempts": 0}),
        "command.bad-value",
    ),
    (
        "a delay below nothing",
        "sample",
        c.SetNodeSetting("say", "retry", {"delay_ms": -1}),
        "command.bad-value",
    ),
    ("no time", "sample", c.SetNodeSetting("say", "timeout_ms", 0), "command.bad-value"),
    (
        "a setting of no node",
        "sample",
        c.SetNodeSetting("box", "disabled", True),
        "command.unknown-entity",
    ),
    ("name a node", "sample", c.Rename("say", "Greet"), ""),
    ("give a node its title back", "sample", c.Rename("say", ""), ""),
    ("name a layer", "sample", c.Rename("box", "Chest"), ""),
    ("a layer has a name", "sample", c.Rename("box", ""), "command.bad-name"),
    ("a name too long", "sample", c.Rename("box", "x" * 201), "command.bad-name"),
    ("name a comment", "sample", c.Rename("note", "x"), "command.unknown-entity"),
    ("note on a node", "sample", c.SetComment("say", "two\nlines"), ""),
    ("note on a layer", "sample", c.SetComment("box", "inside"), ""),
    ("note on nothing", "sample", c.SetComment("nobody", "x"), "command.unknown-entity"),
    (
        "move several",
        "sample",
        c.MoveMany({"say": c.Move(x=0.1), "note": c.Move(width=None), "box": c.Move(entry=(1, 2))}),
        "",
    ),
    ("a node has no width", "sample", c.MoveMany({"say": c.Move(width=1)}), "command.bad-value"),
    (
        "a comment has no entry",
        "sample",
        c.MoveMany({"note": c.Move(entry=(1, 2))}),
        "command.bad-value",
    ),
    ("move nothing", "sample", c.MoveMany({"nobody": c.Move(x=1)}), "command.unknown-entity"),
    ("move too far", "sample", c.MoveMany({"say": c.Move(y=-4e38)}), "command.bad-value"),
    ("put into a layer", "sample", c.SetLayer(("calc", "note"), "box"), ""),
    ("take out of a layer", "sample", c.SetLayer(("deep",), ""), ""),
    ("put into no layer", "sample", c.SetLayer(("calc",), "l"), "command.unknown-layer"),
    ("put a layer into itself", "sample", c.SetLayer(("box",), "box"), "command.layer-cycle"),
    ("draw a data wire", "sample", c.Connect("calc.sum", "tail.b"), ""),
    (
        "draw a wire to an occupied input",
        "sample",
        Batch((c.AddNode(id="other", type="add@1"), c.Connect("other.sum", "tail.a"))),
        "",
    ),
    (
        "draw a second execution wire first",
        "sample",
        c.Connect("go.exec_out", "end.exec_in", 0),
        "",
    ),
    (
        "draw a wire at no turn",
        "sample",
        c.Connect("go.exec_out", "end.exec_in", 5),
        "command.bad-order",
    ),
    ("draw a wire that is there", "sample", c.Connect("calc.sum", "tail.a"), "command.wire-exists"),
    (
        "draw a wire of other types",
        "sample",
        c.Connect("calc.sum", "say.message"),
        "command.wire-refused",
    ),
    (
        "draw execution into data",
        "sample",
        c.Connect("go.exec_out", "say.message"),
        "command.wire-refused",
    ),
    ("draw a wire to its own node", "sample", c.Connect("calc.sum", "calc.b"), "command.self-wire"),
    (
        "draw a wire to its own relay",
        "sample",
        c.Connect("box.enter", "box.enter"),
        "command.self-wire",
    ),
    ("draw a wire from an input", "sample", c.Connect("calc.a", "tail.b"), "command.unknown-pin"),
    (
        "draw a wire to no node",
        "sample",
        c.Connect("calc.sum", "nobody.b"),
        "command.unknown-entity",
    ),
    (
        "draw a wire to a node of unknown type",
        "strange",
        c.Connect("calc.sum", "odd.a"),
        "command.unknown-type",
    ),
    (
        "draw a wire to a pin that is not there yet",
        "sample",
        c.Connect("go.who", "join.items#3"),
        "command.unknown-pin",
    ),
    ("remove a wire", "sample", c.Disconnect("calc.sum", "tail.a"), ""),
    ("remove no wire", "sample", c.Disconnect("calc.sum", "tail.b"), "command.unknown-wire"),
    (
        "order wires",
        "sample",
        Batch(
            (
                c.Connect("go.exec_out", "end.exec_in"),
                c.OrderWires("go.exec_out", ("end.exec_in", "say.exec_in")),
            )
        ),
        "",
    ),
    (
        "order other wires",
        "sample",
        c.OrderWires("go.exec_out", ("end.exec_in",)),
        "command.bad-order",
    ),
    (
        "order a wire twice",
        "sample",
        c.OrderWires("go.exec_out", ("say.exec_in", "say.exec_in")),
        "command.bad-order",
    ),
    ("one more of a variadic input", "sample", c.AddPin("join", "in", name="items"), ""),
    ("one more of a variadic output", "sample", c.AddPin("deep", "out", name="exec_out"), ""),
    ("one more of a single pin", "sample", c.AddPin("calc", "in", name="a"), "command.fixed-pins"),
    ("one more of no pin", "sample", c.AddPin("calc", "in", name="z"), "command.fixed-pins"),
    (
        "one more of a layer's pin",
        "sample",
        c.AddPin("box", "in", name="enter"),
        "command.fixed-pins",
    ),
    ("neither name nor pin", "sample", c.AddPin("join", "in"), "command.bad-pin"),
    (
        "name and pin",
        "sample",
        c.AddPin("join", "in", name="items", pin=own("x")),
        "command.bad-pin",
    ),
    (
        "a pin on a start node, its call follows",
        "sample",
        c.AddPin("go", "out", pin=own("age", I), index=0),
        "",
    ),
    ("a pin on a layer", "sample", c.AddPin("box", "out", pin=own("leave", E)), ""),
    (
        "a pin name of both directions",
        "sample",
        c.AddPin("box", "out", pin=own("enter")),
        "command.bad-pin",
    ),
    (
        "an input on a start node",
        "sample",
        c.AddPin("go", "in", pin=own("x")),
        "command.fixed-pins",
    ),
    (
        "a pin on another node",
        "sample",
        c.AddPin("calc", "in", pin=own("x")),
        "command.fixed-pins",
    ),
    (
        "a pin on a call that follows its start",
        "sample",
        c.AddPin("call", "in", pin=own("x")),
        "command.fixed-pins",
    ),
    (
        "a pin named like a repeated one",
        "sample",
        c.AddPin("box", "in", pin=own("a#2")),
        "command.bad-pin",
    ),
    (
        "a pin named like an error pin",
        "sample",
        c.AddPin("box", "in", pin=own("auto_handle_error")),
        "command.bad-pin",
    ),
    ("a pin without a name", "sample", c.AddPin("box", "in", pin=own("")), "command.bad-pin"),
    (
        "a variadic own pin",
        "sample",
        c.AddPin("box", "in", pin=own("x", variadic=True)),
        "command.bad-pin",
    ),
    (
        "a pin at no place",
        "sample",
        c.AddPin("box", "in", pin=own("x"), index=9),
        "command.bad-pin",
    ),
    (
        "remove the first of three",
        "sample",
        Batch((c.AddPin("join", "in", name="items"), c.RemovePin("join", "in", "items"))),
        "",
    ),
    (
        "remove below the type's count",
        "sample",
        c.RemovePin("join", "in", "items#2"),
        "command.least-pins",
    ),
    ("remove an own pin with its wires", "sample", c.RemovePin("go", "out", "who"), ""),
    ("remove a layer's pin with its wires", "sample", c.RemovePin("box", "in", "enter"), ""),
    ("remove a pin of the type", "sample", c.RemovePin("calc", "in", "a"), "command.fixed-pins"),
    ("remove no pin", "sample", c.RemovePin("calc", "in", "z"), "command.unknown-pin"),
    ("add error pins", "sample", c.AddErrorPin("say"), ""),
    (
        "add error pins twice",
        "sample",
        Batch((c.AddErrorPin("say"), c.AddErrorPin("say"))),
        "command.bad-pin",
    ),
    ("add error pins to a pure node", "sample", c.AddErrorPin("calc"), "command.fixed-pins"),
    (
        "remove error pins with their wires",
        "sample",
        Batch(
            (
                c.AddErrorPin("say"),
                c.Connect("say.auto_handle_error", "end.exec_in"),
                c.RemoveErrorPin("say"),
            )
        ),
        "",
    ),
    ("remove no error pins", "sample", c.RemoveErrorPin("say"), "command.unknown-pin"),
]
