"""Cases of the shared command vectors: paste, layers, variables, the board, upgrades, restore."""

from typing import Any

from flowlike.board.edit import Batch, Change, Fragment, Restore, copy
from flowlike.board.edit import commands as c
from flowlike.board.model import (
    BoardSettings,
    Comment,
    Input,
    Layer,
    Node,
    Place,
    TraceLevel,
    Variable,
)
from tests.board.command_cases import INSTALLED, SAMPLE, Case, own
from tests.board.edit_examples import I, S

PART = copy(SAMPLE, ("join", "say", "box", "note"), INSTALLED)
FRESH = {id_: f"new-{id_}" for id_ in ("join", "say", "box", "deep", "note")}
LOOP = Fragment(
    layers={"a": Layer(name="a", parent="b"), "b": Layer(name="b", parent="a")},
)
HIDDEN = Fragment(
    nodes={"g": Node(type="login@1", inputs={"token": Input(value="canary")})},
    variables={"k": Variable(name="k", type=S, secret=True, default="canary")},
)


def _change(**fields: Any) -> Restore:
    return Restore((Change(**fields),))


CASES: list[Case] = [
    ("paste", "sample", c.Paste(fragment=PART, ids=FRESH, offset=(10, 20)), ""),
    (
        "paste with incoming wires into a layer",
        "sample",
        c.Paste(fragment=PART, ids=FRESH, layer="box", incoming=True),
        "",
    ),
    ("paste leaves secrets behind", "empty", c.Paste(fragment=HIDDEN, ids={"g": "h"}), ""),
    (
        "paste with an id missing",
        "sample",
        c.Paste(fragment=PART, ids={"join": "j"}),
        "command.bad-id",
    ),
    (
        "paste with a taken id",
        "sample",
        c.Paste(fragment=PART, ids=FRESH | {"say": "say"}),
        "command.id-taken",
    ),
    (
        "paste with an id twice",
        "sample",
        c.Paste(fragment=PART, ids=FRESH | {"say": "x", "join": "x"}),
        "command.id-taken",
    ),
    (
        "paste layers in a ring",
        "empty",
        c.Paste(fragment=LOOP, ids={"a": "c", "b": "d"}),
        "command.layer-cycle",
    ),
    (
        "paste a type nobody knows",
        "empty",
        c.Paste(fragment=Fragment(nodes={"n": Node(type="none@1")}), ids={"n": "m"}),
        "command.unknown-type",
    ),
    (
        "paste into no layer",
        "empty",
        c.Paste(fragment=PART, ids=FRESH, layer="l"),
        "command.unknown-layer",
    ),
    ("collapse", "sample", c.Collapse(id="l", members=("say", "join", "box"), name="Part"), ""),
    ("collapse a comment", "sample", c.Collapse(id="l", members=("note",), place=Place(x=1)), ""),
    (
        "collapse across layers",
        "sample",
        c.Collapse(id="l", members=("say", "deep")),
        "command.mixed-layers",
    ),
    ("collapse nothing", "sample", c.Collapse(id="l", members=()), "command.mixed-layers"),
    (
        "collapse under a taken id",
        "sample",
        c.Collapse(id="say", members=("end",)),
        "command.id-taken",
    ),
    ("collapse a node of unknown type", "strange", c.Collapse(id="l", members=("odd",)), ""),
    ("expand", "sample", c.Expand("box"), ""),
    ("expand no layer", "sample", c.Expand("say"), "command.unknown-entity"),
    (
        "add a layer",
        "empty",
        c.UpsertLayer(id="l", name="L", color="#fff", inputs=(own("a"),), place=Place(x=3)),
        "",
    ),
    ("change a layer", "sample", c.UpsertLayer(id="box", comment="c", kind="Macro"), ""),
    ("a layer loses pins", "sample", c.UpsertLayer(id="box", inputs=()), ""),
    (
        "a layer under itself",
        "sample",
        Batch((c.UpsertLayer(id="l", parent="box"), c.UpsertLayer(id="box", parent="l"))),
        "command.layer-cycle",
    ),
    ("a layer under no layer", "empty", c.UpsertLayer(id="l", parent="m"), "command.unknown-layer"),
    (
        "a layer with equal pins",
        "empty",
        c.UpsertLayer(id="l", inputs=(own("a"),), outputs=(own("a"),)),
        "command.bad-pin",
    ),
    ("a layer with a node's id", "sample", c.UpsertLayer(id="say"), "command.id-taken"),
    ("add a variable", "empty", c.UpsertVariable("v", Variable(name="v", type=I, default=1)), ""),
    ("change a variable", "sample", c.UpsertVariable("count", Variable(name="n", type=S)), ""),
    (
        "change a fixed variable",
        "sample",
        c.UpsertVariable("fixed", Variable(name="n", type=S)),
        "command.not-editable",
    ),
    (
        "a secret variable with a value",
        "sample",
        c.UpsertVariable("key", Variable(name="key", type=S, secret=True, default="x")),
        "command.secret-value",
    ),
    (
        "a variable without a name",
        "empty",
        c.UpsertVariable("v", Variable(name=" ", type=S)),
        "command.bad-name",
    ),
    (
        "a variable with a malformed id",
        "empty",
        c.UpsertVariable("", Variable(name="v", type=S)),
        "command.bad-id",
    ),
    ("remove a variable", "sample", c.RemoveVariable("count"), ""),
    ("remove a fixed variable", "sample", c.RemoveVariable("fixed"), "command.not-editable"),
    ("remove no variable", "sample", c.RemoveVariable("v"), "command.unknown-entity"),
    (
        "add a comment",
        "empty",
        c.UpsertComment("c", Comment(content="hi"), Place(x=1, width=5)),
        "",
    ),
    (
        "change a comment",
        "sample",
        c.UpsertComment("note", Comment(content="bye", locked=True)),
        "",
    ),
    ("a comment with a node's id", "sample", c.UpsertComment("say", Comment()), "command.id-taken"),
    (
        "a comment in no layer",
        "empty",
        c.UpsertComment("c", Comment(layer="l")),
        "command.unknown-layer",
    ),
    (
        "a comment with an entry",
        "empty",
        c.UpsertComment("c", Comment(), Place(entry=(1, 1))),
        "command.bad-value",
    ),
    ("refer to functions", "sample", c.SetFunctionReference("say", ("go",)), ""),
    (
        "refer to nothing",
        "sample",
        c.SetFunctionReference("say", ("nobody",)),
        "command.unknown-entity",
    ),
    ("refer twice", "sample", c.SetFunctionReference("say", ("go", "go")), "command.bad-value"),
    (
        "change the board",
        "sample",
        c.SetBoard(
            name="B",
            description="d",
            version="1.0.0",
            settings=BoardSettings(trace=TraceLevel.DATA),
        ),
        "",
    ),
    ("a version that is none", "sample", c.SetBoard(version="1.0"), "command.bad-value"),
    ("a board without a name", "sample", c.SetBoard(name=""), "command.bad-name"),
    ("upgrade a node", "sample", c.UpgradeNode("say", 2), ""),
    ("upgrade with losses", "sample", c.UpgradeNode("say", 3), ""),
    ("upgrade to the same", "sample", c.UpgradeNode("say", 1), "command.bad-upgrade"),
    ("upgrade to what is not installed", "sample", c.UpgradeNode("say", 9), "command.bad-upgrade"),
    ("record types", "strange", c.RecordTypes(), ""),
    ("restore a field", "sample", _change(kind="node", id="say", path=("name",), after="X"), ""),
    (
        "restore another state",
        "sample",
        _change(kind="node", id="say", path=("name",), before="Y", after="X"),
        "command.conflict",
    ),
    (
        "restore a part of nothing",
        "sample",
        _change(kind="node", id="nobody", path=("name",), after="X"),
        "command.conflict",
    ),
    (
        "restore what cannot be",
        "sample",
        _change(kind="node", id="say", path=("name",), after=5),
        "command.bad-value",
    ),
    (
        "restore no part",
        "sample",
        _change(kind="node", id="say", path=("a", "b", "c"), after=5),
        "command.bad-value",
    ),
    (
        "restore no part of the board",
        "sample",
        _change(kind="board", path=("nodes",), after={}),
        "command.bad-value",
    ),
    (
        "restore an entity away under its wires",
        "sample",
        _change(kind="node", id="tail", before={"type": "add@1"}),
        "command.conflict",
    ),
    (
        "a batch fails as a whole",
        "sample",
        Batch((c.Rename("say", "X"), c.Remove(("nobody",)))),
        "command.unknown-entity",
    ),
    ("an empty batch", "sample", Batch(()), ""),
]
