"""Copies take what is inside, leave secrets behind and get fresh ids."""

import msgspec
import pytest
from msgspec import UNSET

from flowlike.board.edit import Fragment, apply, copy
from flowlike.board.edit import commands as c
from flowlike.board.model import Board, Input, NodeSettings, Place, Variable
from flowlike.board.text import dump
from flowlike.errors import CommandError
from tests.board.edit_examples import TYPES, S, do, sample, wires

CANARY = "hunter2-canary"


def fresh(fragment: Fragment, prefix: str = "p-") -> dict[str, str]:
    return {id_: prefix + id_ for id_ in (*fragment.nodes, *fragment.layers, *fragment.comments)}


def test_a_copy_holds_the_inside_and_knows_what_came_in() -> None:
    fragment = copy(sample(), ("join", "say", "box"), TYPES)
    assert set(fragment.nodes) == {"join", "say", "deep"}
    assert set(fragment.layers) == {"box"}
    assert set(fragment.types) == {"concat@1", "log@1", "sequence@1"}
    assert fragment.nodes["say"].outputs == {}
    assert fragment.incoming == {
        "end.exec_out": ("box.enter",),
        "go.exec_out": ("say.exec_in",),
        "go.who": ("join.items",),
    }
    assert msgspec.json.decode(msgspec.json.encode(fragment), type=Fragment) == fragment
    with pytest.raises(CommandError):
        copy(sample(), ("nobody",), TYPES)


def test_paste_keeps_inner_wires_and_moves_only_the_outermost() -> None:
    board = do(sample(), c.MoveMany({"deep": c.Move(x=3.0)})).board
    fragment = copy(board, ("join", "say", "box", "note"), TYPES)
    applied = do(
        board, c.Paste(fragment=fragment, ids=fresh(fragment), offset=(10.0, 20.0), layer="")
    )
    after = applied.board
    assert set(wires(after)) - set(wires(board)) == {
        ("p-join.text", "p-say.message"),
        ("p-box.enter", "p-deep.exec_in"),
    }
    assert after.nodes["p-deep"].layer == "p-box"
    assert after.layout["p-say"] == Place(x=210.0, y=20.0)
    assert after.layout["p-deep"] == Place(x=3.0)
    assert after.layout["p-note"] == Place(x=15.0, y=25.0, width=90, height=40)
    assert do(after, applied.inverse).board == board


def test_incoming_data_wires_come_along_if_asked() -> None:
    board = sample()
    fragment = copy(board, ("join", "say"), TYPES)
    paste = c.Paste(fragment=fragment, ids=fresh(fragment), layer="box", incoming=True)
    after = do(board, paste).board
    assert ("go.who", "p-join.items") in wires(after)
    assert ("go.exec_out", "p-say.exec_in") not in wires(after)
    assert after.nodes["p-join"].layer == "box"
    elsewhere = do(Board(id="other"), msgspec.structs.replace(paste, layer="")).board
    assert wires(elsewhere) == [("p-join.text", "p-say.message")]


def test_hostile_incoming_wires_are_left_out() -> None:
    fragment = copy(sample(), ("join",), TYPES)
    odd = msgspec.structs.replace(
        fragment,
        incoming={
            "go.none": ("join.items",),
            "nobody.x": ("join.items",),
            "p-join.text": ("join.items",),
            "calc.sum": ("join.items#2", "join.items#9", "stranger.a"),
            "go.who": ("join.items", "join.items"),
        },
    )
    after = do(sample(), c.Paste(fragment=odd, ids=fresh(odd), incoming=True)).board
    assert [wire for wire in wires(after) if wire[1].startswith("p-")] == [
        ("go.who", "p-join.items")
    ]


def test_references_lead_to_the_copies() -> None:
    board = do(
        sample(),
        c.AddNode(id="get", type="get@1"),
        c.SetPinValue("get", "var_ref", "count"),
        c.SetFunctionReference("say", ("go", "end")),
    ).board
    fragment = copy(board, ("get", "call", "go", "say"), TYPES)
    assert set(fragment.variables) == {"count"}
    ids = fresh(fragment) | {"count": "count2"}
    after = do(Board(id="other"), c.Paste(fragment=fragment, ids=ids)).board
    assert after.nodes["p-get"].inputs["var_ref"] == Input(value="count2")
    assert after.variables == {"count2": board.variables["count"]}
    assert after.nodes["p-call"].inputs["fn_ref"] == Input(value="p-go")
    assert after.nodes["p-say"].functions == ("p-go",)
    same = do(board, c.Paste(fragment=fragment, ids=fresh(fragment))).board
    assert same.variables == board.variables
    assert same.nodes["p-get"].inputs["var_ref"] == Input(value="count")
    with pytest.raises(CommandError) as caught:
        do(board, c.Paste(fragment=fragment, ids=fresh(fragment) | {"count": "fixed"}))
    assert caught.value.code == "command.id-taken"


def test_secret_values_never_travel() -> None:
    board = do(
        sample(),
        c.AddNode(id="in", type="login@1"),
        c.SetPinValue("in", "token", CANARY),
        c.SetPinValue("in", "name", "ada"),
        c.SetNodeSetting("in", "pinned", {"session": CANARY}),
        c.AddNode(id="get", type="get@1"),
        c.SetPinValue("get", "var_ref", "key"),
    ).board
    leaky = msgspec.structs.replace(
        board,
        variables=board.variables
        | {"key": Variable(name="k", type=S, secret=True, default=CANARY)},
    )
    fragment = copy(leaky, ("in", "get"), TYPES)
    assert CANARY not in msgspec.json.encode(fragment).decode()
    assert fragment.nodes["in"].settings == NodeSettings()
    hostile = msgspec.structs.replace(
        fragment, nodes={"in": leaky.nodes["in"]}, variables={"key": leaky.variables["key"]}
    )
    after = do(Board(id="other"), c.Paste(fragment=hostile, ids=fresh(hostile))).board
    assert CANARY not in dump(after)
    assert after.nodes["p-in"].inputs["name"] == Input(value="ada")
    assert after.variables["key"].default is UNSET


def test_packages_are_for_the_server_to_say() -> None:
    fragment = copy(sample(), ("calc",), TYPES)
    claimed = msgspec.structs.replace(
        fragment,
        nodes={"calc": msgspec.structs.replace(fragment.nodes["calc"], package="evil", origin={})},
    )
    node = do(Board(id="b"), c.Paste(fragment=claimed, ids=fresh(claimed))).board.nodes["p-calc"]
    assert (node.package, node.origin) == ("", None)


def test_unknown_types_bring_their_definition() -> None:
    fragment = copy(sample(), ("calc",), TYPES)
    after = apply(Board(id="b"), c.Paste(fragment=fragment, ids=fresh(fragment)), {}).board
    assert after.types == {"add@1": TYPES["add@1"]}
    lying = msgspec.structs.replace(fragment, types={"add@1": TYPES["log@1"]})
    with pytest.raises(CommandError) as caught:
        apply(Board(id="b"), c.Paste(fragment=lying, ids=fresh(lying)), {})
    assert caught.value.code == "command.unknown-type"


def test_places_of_strangers_are_ignored() -> None:
    fragment = msgspec.structs.replace(
        copy(sample(), ("calc",), TYPES), layout={"stranger": Place(x=1)}
    )
    assert do(Board(id="b"), c.Paste(fragment=fragment, ids=fresh(fragment))).board.layout == {}
