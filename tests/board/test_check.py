"""Board checks: one board a code, the order of findings, and odd boards."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from flowlike.board.check import Finding, Severity, check
from flowlike.board.checks.codes import CODES, ERRORS, INFOS, WARNINGS, finding
from flowlike.board.definition import DataType, NodeDefinition, ValueType
from flowlike.board.model import (
    Board,
    Comment,
    InstancePins,
    Layer,
    Node,
    NodeSettings,
    Output,
    Variable,
)
from flowlike.board.scene import Scene
from tests.board.examples import TYPES, board, control, node, pin

D, V = DataType, ValueType
DOCS = Path(__file__).parents[2] / "docs" / "board-checks.md"


def found(each: Board, code: str, types: Any = TYPES) -> list[Finding]:
    return [one for one in check(each, types) if one.code == f"board.{code}"]


def one(each: Board, code: str, place: str, words: str = "", types: Any = TYPES) -> Finding:
    """The only finding of that code; it stands where it should, and helps."""
    findings = found(each, code, types)
    assert [str(each.where) for each in findings] == [place]
    assert words in f"{findings[0].message} {findings[0].remedy}"
    assert findings[0].remedy
    return findings[0]


def start(**wires: str) -> Node:
    return node("start", wires)


def sound() -> Board:
    return board(
        {
            "s": start(exec_out="say.exec_in", n="a.a"),
            "a": node("add", {"sum": "say.message"}),
            "say": node("say"),
        }
    )


def test_a_sound_board_has_no_findings() -> None:
    assert check(sound(), TYPES) == ()
    assert check(sound(), {}) == ()
    assert check(board({}), {}) == ()


def test_the_page_of_codes_is_complete_and_in_order() -> None:
    text = DOCS.read_text("utf-8")
    for title, codes in (("Errors", ERRORS), ("Warnings", WARNINGS), ("Infos", INFOS)):
        part = text.partition(f"## {title}\n")[2].partition("\n## ")[0]
        rows = re.findall(r"^\| `(board\.[a-z0-9-]+)` \| .+ \| .+ \|$", part, re.MULTILINE)
        assert rows == sorted(codes)
    assert {code for codes in (ERRORS, WARNINGS, INFOS) for code in codes} == CODES


def test_findings_need_a_listed_code() -> None:
    assert finding("board.no-start", "a", "b").severity is Severity.WARNING
    assert finding("board.outdated-type", "a", "b").severity is Severity.INFO
    with pytest.raises(KeyError):
        finding("board.unheard-of", "a", "b")


def test_suggestions_name_what_is_near() -> None:
    scene = Scene(sound(), TYPES)
    assert scene.suggestion("mesage", ["message", "other"]) == " Did you mean 'message'?"
    assert scene.suggestion("xyz", ["message"]) == ""
    assert scene.suggestion("mesage", [*map(str, range(5_000)), "message"]) == ""
    assert scene.suggestion("message" * 20, ["message" * 20]) == ""


def test_a_board_full_of_mistakes_gets_a_limited_number_of_suggestions() -> None:
    wires = " ".join(f"nod{n}.x" for n in range(1_000))
    findings = found(board({"s": start(n=wires), "node": node("add", a=1)}), "dangling-wire")
    assert len(findings) == 1_000
    assert sum("Did you mean 'node'" in each.remedy for each in findings) == 50


@pytest.mark.parametrize("odd", ["", "a b", "-a", "x" * 65, "a.b", "é", "a\n"])
def test_bad_ids(odd: str) -> None:
    each = board({odd: start()})
    assert found(each, "bad-id")
    each = board({"s": start()}, layers={odd: Layer(name="L")})
    assert found(each, "bad-id")
    each = board({"s": start()}, comments={odd: Comment(content="")})
    assert found(each, "bad-id")[0].where.path == f"comments.{odd}"
    each = board({"s": start()}, variables={odd: Variable(name="v", type=D.STRING)})
    assert found(each, "bad-id")[0].where.path == f"variables.{odd}"


def test_one_id_for_two_things() -> None:
    one(board({"s": start()}, layers={"s": Layer(name="L")}), "duplicate-id", "s", "'s'")


def test_unknown_types_name_what_is_near() -> None:
    each = board({"s": start(), "x": Node(type="stat@1")})
    one(each, "unknown-type", "x", "Did you mean 'start@1'")


def test_outdated_and_unrecorded_types() -> None:
    newer = {**TYPES, "start@3": replace(TYPES["start@1"], version=3)}
    one(board({"s": start()}), "outdated-type", "s", "'start@3'", newer)
    one(board({"s": start()}, types={}), "type-not-recorded", "s", "'start@1'")
    odd = {"start@x": TYPES["start@1"], "start@99999999999": TYPES["start@1"]}
    nodes = {"a": Node(type="start@x"), "b": Node(type="start@99999999999")}
    assert not found(Board(id="b", nodes=nodes, types=odd), "outdated-type")


def test_layers_that_are_not_there() -> None:
    each = board(
        {"s": Node(type="start@1", layer="l2")},
        layers={"layer-1": Layer(name="L", parent="up")},
        comments={"c": Comment(content="", layer="layer-2")},
    )
    findings = found(each, "unknown-layer")
    assert [str(each.where) for each in findings] == ["comments.c", "layer-1", "s"]
    assert "Did you mean 'layer-1'" in findings[0].remedy


def test_layers_inside_themselves() -> None:
    layers = {
        "a": Layer(name="A", parent="b"),
        "b": Layer(name="B", parent="a"),
        "c": Layer(name="C", parent="c"),
        "d": Layer(name="D", parent="a"),
        "e": Layer(name="E"),
    }
    findings = found(board({}, layers=layers), "layer-cycle")
    assert [each.where.node for each in findings] == ["a", "b", "c"]


def test_layer_pins_of_one_name() -> None:
    pins = InstancePins(inputs=(pin("a"), pin("b"), pin("c")), outputs=(pin("c"), pin("d")))
    one(board({}, layers={"l": Layer(name="L", pins=pins)}), "duplicate-pin", "l.c", "'c'")
    twice = InstancePins(inputs=(pin("a"), pin("a")))
    one(board({}, layers={"l": Layer(name="L", pins=twice)}), "duplicate-pin", "l.a")


def variable(kind: DataType, **rest: Any) -> dict[str, Variable]:
    return {"v": Variable(name="Total", type=kind, **rest)}


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (D.INTEGER, "x", "bad-literal"),
        (D.INTEGER, 2**63, "integer-beyond-64-bits"),
        (D.FLOAT, float("inf"), "not-finite"),
        (D.DATE, "2026-01-01T00:00:00", "bad-literal"),
    ],
)
def test_initial_values_of_variables(kind: DataType, value: Any, code: str) -> None:
    each = board({"s": start()}, variables=variable(kind, default=value))
    one(each, code, "variables.v.default", "'Total'")


def test_secrets_never_stand_in_a_board() -> None:
    each = board({"s": start()}, variables=variable(D.STRING, default="hush", secret=True))
    finding_ = one(each, "secret-default", "variables.v.default")
    assert "hush" not in str(finding_)


def test_wires_to_what_is_not_there() -> None:
    each = board({"start": start(exec_out="sya.exec_in"), "say": node("say", message=1)})
    one(each, "dangling-wire", "start.exec_out", "Did you mean 'say'")
    each = board({"s": start(exec_out="say.exec_inn"), "say": node("say", message=1)})
    one(each, "unknown-pin", "s.exec_out", "Did you mean 'exec_in'")
    each = board({"s": node("start", {"exec_uot": "say.exec_in"}), "say": node("say", message=1)})
    one(each, "unknown-pin", "s.exec_uot", "Did you mean 'exec_out'")
    pins = InstancePins(inputs=(control("go"),))
    lost = Layer(name="L", pins=pins, outputs={"og": Output(to=("s.exec_in",))})
    each = board({"s": start(exec_out="l.goo")}, layers={"l": lost})
    assert [str(each.where) for each in found(each, "unknown-pin")] == [
        "l.og",
        "l.og",
        "s.exec_out",
    ]


def test_wires_the_wrong_way_round() -> None:
    each = board({"s": start(exec_out="t.exec_out"), "t": start()})
    one(each, "wire-direction", "s.exec_out", "'t.exec_out'")
    each = board({"s": start(), "a": node("add", {"a": "a.b"}, a=1)})
    one(each, "wire-direction", "a.a", "'a' is an input")


def test_wires_to_nodes_of_missing_types_are_not_guessed_about() -> None:
    each = board({"s": start(exec_out="x.whatever", n="x.more"), "x": Node(type="gone@1")})
    assert {each.code for each in check(each, TYPES)} == {"board.unknown-type"}


def test_types_at_both_ends() -> None:
    each = board({"s": start(n="t.a"), "t": node("text")})
    one(each, "type-mismatch", "t.a", "source is Integer, target requires String")
    each = board({"s": start(exec_out="t.a"), "t": node("text")})
    one(each, "type-mismatch", "s.exec_out", "source is Execution")
    each = board({"s": start(), "o": node("order", {"order": "p.order"}), "p": node("order")})
    finding_ = one(each, "schema-mismatch", "p.order n", "n: source may be null")
    assert finding_.where.path == "n"


def test_types_are_followed_through_layers_and_generics() -> None:
    pins = InstancePins(inputs=(pin("p", D.GENERIC),))
    each = board(
        {
            "s": start(n="l.p"),
            "r": replace(node("reroute", {"route_out": "t.a"}), layer="l"),
            "t": node("text"),
        },
        layers={"l": Layer(name="L", pins=pins, outputs={"p": Output(to=("r.route_in",))})},
    )
    one(each, "type-mismatch", "t.a", "r.route_out does not fit t.a: source is Integer")


def test_types_that_meet_in_a_variable() -> None:
    each = board({"s": start(n="l.item", s="l.item#2"), "l": node("list")})
    one(each, "type-mismatch", "l.item#2", "s.n makes this pin Integer")


def test_an_enforced_schema_must_be_decided() -> None:
    strict = NodeDefinition(
        name="strict",
        inputs=(pin("x", D.STRUCT, schema={"required": ["a"]}, enforce_schema=True),),
    )
    loose = NodeDefinition(name="loose", outputs=(pin("y", D.STRUCT),))
    types = {strict.key: strict, loose.key: loose}
    each = Board(id="b", nodes={"l": node("loose", {"y": "x.x"}), "x": node("strict")}, types=types)
    one(each, "schema-undecided", "x.x a", "wants this certain", types)


def test_two_sources_of_one_input() -> None:
    each = board({"s": start(n="a.a"), "t": start(n="a.a"), "a": node("add")})
    one(each, "two-sources", "a.a", "s.n, t.n")
    each = board(
        {
            "s": start(exec_out="r.route_in say.exec_in"),
            "t": start(exec_out="r.route_in say.exec_in"),
            "r": node("reroute", {"route_out": "say.exec_in"}),
            "say": node("say", message=1),
        }
    )
    assert check(each, TYPES) == ()
    each = board({"s": start(n="r.route_in"), "t": start(n="r.route_in"), "r": node("reroute")})
    one(each, "two-sources", "r.route_in")


def test_relays_that_circle_and_layers_that_do_nothing() -> None:
    pins = InstancePins(inputs=(control("go"),), outputs=(control("out"),))
    circle = Layer(name="L", pins=pins, outputs={"go": Output(to=("l.go",))})
    one(board({"s": start(exec_out="l.go")}, layers={"l": circle}), "relay-cycle", "s.exec_out")
    empty = Layer(name="L", pins=pins)
    one(board({"s": start(exec_out="l.go")}, layers={"l": empty}), "empty-layer", "l")


def test_too_many_relays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flowlike.board.wires.WALK_LIMIT", 3)
    pins = InstancePins(inputs=(control("p"),))
    layers = {
        f"l{n}": Layer(name="L", pins=pins, outputs={"p": Output(to=(f"l{n + 1}.p",))})
        for n in range(9)
    }
    one(board({"s": start(exec_out="l0.p")}, layers=layers), "too-many-relays", "")


def test_missing_values() -> None:
    each = board({"s": start(), "a": node("add")})
    one(each, "missing-value", "a.a", "'a'")
    idle = replace(node("add"), settings=NodeSettings(disabled=True))
    assert not found(board({"s": start(), "a": idle}), "missing-value")
    pinned = replace(node("add"), settings=NodeSettings(pinned={"sum": 3}))
    assert not found(board({"s": start(), "a": pinned}), "missing-value")


@pytest.mark.parametrize(
    ("key", "value", "code", "words"),
    [
        ("color", 5, "bad-literal", "is an Integer, requires a String"),
        ("color", None, "bad-literal", "is null"),
        ("size", 2**63, "integer-beyond-64-bits", "beyond 64 bits"),
        ("size", 5.0, "bad-literal", "is a Float, requires an Integer"),
        ("size", 11, "out-of-range", "from 1 to 10"),
        ("size", 0, "out-of-range", "0 lies outside"),
        ("color", "gren", "not-a-choice", "Did you mean 'green'"),
        ("tags", ["a", "c"], "not-a-choice", "'c'"),
        ("exec_in", True, "bad-literal", "execution"),
        ("colour", "red", "unknown-pin", "Did you mean 'color'"),
        ("key", "k-123", "sensitive-literal", "secret variable"),
    ],
)
def test_literals(key: str, value: Any, code: str, words: str) -> None:
    each = board({"s": start(exec_out="f.exec_in"), "f": node("form", {}, **{key: value})})
    finding_ = one(each, code, f"f.{key}", words)
    assert "k-123" not in str(finding_)
    assert len(check(each, TYPES)) == 1


def test_literals_that_fit() -> None:
    good = {"color": "green", "size": 10, "key": "", "tags": ["b"]}
    each = board({"s": start(exec_out="f.exec_in"), "f": node("form", {}, **good)})
    assert check(each, TYPES) == ()
    each = board({"s": start(exec_out="f.exec_in"), "f": node("form", {}, key=None, tags=None)})
    assert check(each, TYPES) == ()


def test_literals_of_generic_pins_have_the_type_that_flows_in() -> None:
    each = board({"s": start(n="p.value"), "p": node("push", array=[1, "x"])})
    one(each, "bad-literal", "p.array [1]", "Array of Integer")
    each = board({"s": start(), "p": node("push", value=float("nan"), array=[])})
    one(each, "not-finite", "p.value")


def test_pinned_outputs() -> None:
    settings = NodeSettings(pinned={"sum": "x", "more": 1})
    each = board({"s": start(), "a": replace(node("add", a=1), settings=settings)})
    one(each, "bad-literal", "a.sum")
    one(each, "unknown-pin", "a.more", "data output")


def test_circles_of_pure_nodes_are_named_in_order() -> None:
    each = board(
        {
            "s": start(),
            "c": node("add", {"sum": "a.a"}),
            "a": node("add", {"sum": "b.a d.a"}),
            "b": node("add", {"sum": "c.a"}),
            "d": node("add", {"sum": "e.a"}),
            "e": node("add"),
            "x": node("add", {"sum": "x.a"}),
        }
    )
    messages = [each.message for each in found(each, "pure-cycle")]
    assert messages == [
        "These nodes need their own results: add (a) → add (b) → add (c) → add (a).",
        "These nodes need their own results: add (x) → add (x).",
    ]


def test_a_long_circle_is_shown_in_part() -> None:
    nodes = {f"n{i:05}": node("add", {"sum": f"n{(i + 1) % 3000:05}.a"}) for i in range(3000)}
    findings = found(board(nodes), "pure-cycle")
    assert len(findings) == 1
    assert "…" in findings[0].message
    assert len(findings[0].message) < 400


def test_control_may_go_round() -> None:
    each = board(
        {
            "s": start(exec_out="a.exec_in"),
            "a": node("say", {"exec_out": "b.exec_in"}, message=1),
            "b": node("say", {"exec_out": "a.exec_in"}, message=1),
        }
    )
    assert check(each, TYPES) == ()


def test_variable_references() -> None:
    variables = variable(D.INTEGER)
    one(board({"s": start(), "g": node("get", var_ref="w")}, variables=variables),
        "unknown-variable", "g.var_ref", "'w'")  # fmt: skip
    one(board({"s": start(), "g": node("get", var_ref="Total")}, variables=variables),
        "unknown-variable", "g.var_ref", "has the id 'v'")  # fmt: skip
    one(board({"s": start(s="g.var_ref"), "g": node("get", var_ref="v")}, variables=variables),
        "unknown-variable", "g.var_ref", "cannot come over a wire")  # fmt: skip
    one(board({"s": start(), "g": node("get")}, variables=variables),
        "missing-value", "g.var_ref")  # fmt: skip
    fixed = variable(D.INTEGER, editable=False)
    writes = {"s": start(exec_out="w.exec_in"), "w": node("set", var_ref="v", value_in=1)}
    one(board(writes, variables=fixed), "variable-not-editable", "w.var_ref", "'Total'")
    assert check(board(writes, variables=variables), TYPES) == ()


def test_values_written_to_a_variable_have_its_type() -> None:
    nodes = {"s": start(exec_out="w.exec_in", s="w.value_in"), "w": node("set", var_ref="v")}
    each = board(nodes, variables=variable(D.INTEGER))
    one(each, "type-mismatch", "w.value_in", "source is String, target requires Integer")
    nodes = {"s": start(exec_out="w.exec_in"), "w": node("set", var_ref="v", value_in="x")}
    one(board(nodes, variables=variable(D.INTEGER)), "bad-literal", "w.value_in")


def test_function_references() -> None:
    each = board({"start": start(exec_out="c.exec_in"), "c": node("call", fn_ref="strat")})
    one(each, "bad-function-reference", "c.fn_ref", "Did you mean 'start'")
    each = board({"s": start(exec_out="c.exec_in", s="c.fn_ref"), "c": node("call")})
    one(each, "bad-function-reference", "c.fn_ref")
    each = board({"s": start(exec_out="c.exec_in"), "c": node("call")})
    one(each, "missing-value", "c.fn_ref")
    each = board({"s": replace(start(), functions=("s", "x"))})
    one(each, "bad-function-reference", "s", "'x'")
    each = board(
        {
            "s": start(exec_out="c.exec_in"),
            "c": node("call", fn_ref="f"),
            "f": start(exec_out="say.exec_in"),
            "say": node("say", message=1),
        }
    )
    assert check(each, TYPES) == ()


def test_gathers_that_wait_for_ever() -> None:
    each = board({"s": start(exec_out="g.exec_in"), "g": node("control_gather")})
    one(each, "gather-never-fires", "g.exec_in#2", "waits for ever")


def test_secrets_that_reach_a_log() -> None:
    variables = variable(D.STRING, secret=True)
    each = board(
        {
            "s": start(exec_out="say.exec_in"),
            "g": node("get", {"value_ref": "t.a"}, var_ref="v"),
            "t": node("text", {"t": "r.route_in t2.a"}),
            "r": node("reroute", {"route_out": "say.message"}),
            "t2": node("text"),
            "say": node("say"),
        },
        variables=variables,
    )
    one(each, "secret-logged", "say.message")
    each = board(
        {
            "s": start(exec_out="say.exec_in"),
            "o": node("order", {"secret": "say.message"}),
            "say": node("say"),
        }
    )
    one(each, "secret-logged", "say.message")
    masked = {**TYPES, "text@1": replace(TYPES["text@1"], declassifies=True)}
    each = board(
        {
            "s": start(exec_out="say.exec_in"),
            "o": node("order", {"secret": "t.a"}),
            "t": node("text", {"t": "say.message"}),
            "say": node("say"),
        }
    )
    one(each, "secret-logged", "say.message")
    assert not found(each, "secret-logged", masked)


def test_what_nothing_leads_to() -> None:
    each = board({"s": start(), "a": node("add", a=1), "say": node("say", message=1)})
    assert [each.where.node for each in found(each, "unreachable-node")] == ["a", "say"]
    one(board({"a": node("add", a=1)}), "no-start", "")
    each = board({"s": start(exec_out="x.in"), "x": node("gone", {"out": "say.exec_in"}),
                  "say": node("say", message=1)})  # fmt: skip
    assert not found(each, "unreachable-node")


def test_only_some_nodes() -> None:
    each = board(
        {"s": start(n="t.a"), "t": node("text"), "a": node("add"), "x": Node(type="gone@1")},
        variables=variable(D.INTEGER, default="x"),
        layers={"l": Layer(name="L", parent="l")},
    )
    assert [each.code for each in check(each, TYPES, only={"s"})] == ["board.bad-literal"]
    assert [each.where.node for each in check(each, TYPES, only={"t", "x"})] == ["", "t", "x"]
    assert check(each, TYPES, only=set())[0].where.path == "variables.v.default"


def test_findings_stand_in_order_whatever_the_order_of_the_board() -> None:
    nodes = {
        "b": node("add"),
        "a": node("add"),
        "s": start(),
        "k": node("form", key="x", size=99),
        "z": Node(type="gone@1"),
    }
    one_way = check(board(nodes), TYPES)
    other = check(board(dict(reversed(nodes.items()))), {})
    assert one_way == other
    ranks = [list(Severity).index(each.severity) for each in one_way]
    assert ranks == sorted(ranks)
    assert [each.where.node for each in one_way if each.severity is Severity.ERROR] == [
        "a", "b", "k", "z",
    ]  # fmt: skip


names = st.sampled_from(["a", "b", "c", "l1", "l2", "gone"])
keys = st.sampled_from(
    [
        "a",
        "exec_in",
        "exec_out",
        "sum",
        "route_in",
        "route_out",
        "item#2",
        "array",
        "out",
        "var_ref",
    ]
)
kinds = st.sampled_from(["start", "add", "say", "push", "list", "reroute", "get", "call", "gone"])
literals = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3))
ends = st.builds("{}.{}".format, names, keys)
outs = st.dictionaries(keys, st.lists(ends, max_size=3).map(" ".join), max_size=3)
nodes_ = st.builds(
    lambda kind, wires, values, layer: replace(node(kind, wires, **values), layer=layer),
    kinds,
    outs,
    st.dictionaries(keys, literals, max_size=2),
    st.sampled_from(["", "l1", "gone"]),
)
layers_ = st.builds(
    lambda parent, wires: Layer(
        name="L",
        parent=parent,
        pins=InstancePins(inputs=(control("exec_in"), pin("a")), outputs=(control("exec_out"),)),
        outputs={key: Output(to=tuple(to.split())) for key, to in wires.items()},
    ),
    st.sampled_from(["", "l1", "l2", "gone"]),
    outs,
)


@given(
    st.dictionaries(st.sampled_from(["a", "b", "c"]), nodes_, max_size=3),
    st.dictionaries(st.sampled_from(["l1", "l2", "a"]), layers_, max_size=2),
)
def test_no_board_makes_the_checks_fail(nodes: dict[str, Node], layers: dict[str, Layer]) -> None:
    each = board(nodes, layers=layers, variables=variable(D.INTEGER))
    findings = check(each, TYPES)
    assert all(each.code in CODES and each.message and each.remedy for each in findings)
    assert set(check(each, TYPES, only=set(nodes))) <= set(findings)


def test_a_large_board_is_checked_without_recursion() -> None:
    count = 10_000
    nodes = {
        f"n{i}": node("add", {"sum": f"n{i + 1}.a"} if i + 1 < count else {}) for i in range(count)
    }
    nodes["n0"] = node("add", {"sum": "n1.a"}, a=1)
    findings = check(board(nodes), TYPES)
    assert {each.code for each in findings} == {"board.no-start"}
