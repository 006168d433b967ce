"""What Generic pins carry: types that flow, meet and part."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flowlike.board.definition import DataType, ValueType
from flowlike.board.model import Board, Node, Variable
from flowlike.board.scene import Scene
from flowlike.board.shapes import UNKNOWN, Shape, container_of, element_of, shape_of
from flowlike.board.types import Conversion, Ok, Refused
from flowlike.board.unify import Resolved, join, resolve_types
from tests.board.examples import MAYBE, NUMBER, TYPES, board, node, pin

D, V = DataType, ValueType
INTEGER, TEXT = Shape(D.INTEGER), Shape(D.STRING)


def resolved(each: Board) -> Resolved:
    return resolve_types(Scene(each, TYPES))


def test_an_element_binds_the_list_and_the_list_binds_the_element() -> None:
    found = resolved(
        board({"s": node("start", {"n": "p.value"}),
               "p": node("push", {"out": "q.array"}, array=[]),
               "q": node("push", value=5)})
    )  # fmt: skip
    assert found.output("p", "out") == Shape(D.INTEGER, V.ARRAY)
    assert found.input("p", "array") == Shape(D.INTEGER, V.ARRAY)
    assert found.input("q", "value") == INTEGER
    assert found.output("q", "last") == INTEGER
    assert str(found.output("q", "out")) == "Array of Integer"


def test_a_plain_generic_pin_carries_a_whole_list() -> None:
    found = resolved(
        board({"s": node("start", {"n": "p.value"}),
               "p": node("push", {"out": "r.route_in"}, array=[]),
               "r": node("reroute", {"route_out": "q.value say.message"}),
               "q": node("push", array=[]), "say": node("say")})
    )  # fmt: skip
    lists = Shape(D.INTEGER, V.ARRAY)
    assert found.output("r", "route_out") == lists
    assert found.input("say", "message") == lists
    assert found.output("q", "out") == container_of(V.ARRAY, lists)
    assert str(found.output("q", "out")) == "Array of Array of Integer"
    assert element_of(found.output("q", "out")) == lists


def test_integer_and_float_meet_as_float() -> None:
    found = resolved(
        board({"s": node("start", {"n": "l.item h.x"}), "h": node("half", {"y": "l.item#2"}),
               "l": node("list")})
    )  # fmt: skip
    assert found.output("l", "out") == Shape(D.FLOAT, V.ARRAY)
    assert found.wire("s.n", "l.item") == Ok(Conversion.INTEGER_TO_FLOAT)
    assert found.wire("h.y", "l.item#2") == Ok()


def test_types_without_a_join_are_a_conflict_on_the_later_wire() -> None:
    found = resolved(
        board({"s": node("start", {"n": "l.item#2", "s": "l.item"}), "l": node("list")})
    )
    assert found.output("l", "out") == Shape(D.GENERIC, V.ARRAY)
    assert isinstance(found.wire("s.s", "l.item"), Ok)
    verdict = found.wire("s.n", "l.item#2")
    assert isinstance(verdict, Refused)
    assert verdict.message == "source is Integer, but s.s makes this pin String"


def test_what_reads_a_value_does_not_say_what_it_is() -> None:
    found = resolved(
        board({"p": node("parse", {"value": "a.a t.a r.route_in"}, a="1"), "a": node("add"),
               "t": node("text"), "r": node("reroute", {"route_out": "a.b"})})
    )  # fmt: skip
    assert found.output("p", "value") == UNKNOWN
    assert found.output("r", "route_out") == UNKNOWN
    for source, target in (("p.value", "a.a"), ("p.value", "t.a"), ("r.route_out", "a.b")):
        verdict = found.wire(source, target)
        assert isinstance(verdict, Ok)
        assert verdict.undecided


def test_a_type_found_out_makes_a_wire_fit_or_not() -> None:
    each = board(
        {
            "s": node("start", {"n": "r.route_in"}),
            "r": node("reroute", {"route_out": "a.a t.a h.x"}),
            "a": node("add"),
            "t": node("text"),
            "h": node("half"),
        }
    )
    found = resolved(each)
    assert found.wire("r.route_out", "a.a") == Ok()
    assert found.wire("r.route_out", "h.x") == Ok(Conversion.INTEGER_TO_FLOAT)
    verdict = found.wire("r.route_out", "t.a")
    assert isinstance(verdict, Refused)
    assert verdict.message == "source is Integer, target requires String"


def test_reroutes_carry_control_but_only_to_control() -> None:
    each = board(
        {
            "s": node("start", {"exec_out": "r.route_in"}),
            "r": node("reroute", {"route_out": "say.exec_in a.a"}),
            "say": node("say", message=1),
            "a": node("add"),
        }
    )
    found = resolved(each)
    assert found.output("r", "route_out") == Shape(D.EXECUTION)
    assert isinstance(found.wire("r.route_out", "say.exec_in"), Ok)
    assert isinstance(found.wire("r.route_out", "a.a"), Refused)


def test_variables_lend_their_type() -> None:
    variables = {"v": Variable(name="V", type=D.INTEGER, value_type=V.ARRAY)}
    each = board(
        {
            "s": node("start", {"n": "w.value_in", "exec_out": "w.exec_in"}),
            "g": node("get", {"value_ref": "p.array"}, var_ref="v"),
            "p": node("push", value=1),
            "w": node("set", var_ref="v"),
            "x": node("get", var_ref="gone"),
        },
        variables=variables,
    )
    found = resolved(each)
    assert found.output("p", "last") == INTEGER
    assert found.output("x", "value_ref") == UNKNOWN
    verdict = found.wire("s.n", "w.value_in")
    assert isinstance(verdict, Refused)
    assert verdict.message == "source is Integer, target requires Array of Integer"


def test_a_list_that_holds_itself_ends() -> None:
    each = board({"l": node("list", {"out": "l.item"}), "m": node("push", {"out": "m.array"})})
    found = resolved(each)
    assert found.output("l", "out") == Shape(D.GENERIC, V.ARRAY)
    assert found.output("m", "out") == Shape(D.GENERIC, V.ARRAY)
    fed = board(
        {
            "s": node("start", {"n": "l.item#2"}),
            "l": node("list", {"out": "k.item"}),
            "k": node("list", {"out": "l.item"}),
        }
    )
    assert resolved(fed).output("l", "out") == Shape(D.GENERIC, V.ARRAY)


def test_structs_meet_without_a_schema() -> None:
    one, other = Shape(D.STRUCT, V.NORMAL, NUMBER), Shape(D.STRUCT, V.NORMAL, MAYBE)
    assert join(one, one) == one
    assert join(one, other) == Shape(D.STRUCT)
    assert join(container_of(V.MAP, one), container_of(V.MAP, other)) == Shape(D.STRUCT, V.MAP)
    assert join(one, UNKNOWN) == UNKNOWN
    assert join(one, INTEGER) is None
    assert join(Shape(D.INTEGER, V.ARRAY), Shape(D.STRING, V.ARRAY)) is None
    assert join(Shape(D.INTEGER, V.ARRAY), INTEGER) is None


def test_shapes_of_bytes() -> None:
    data = shape_of(pin("a", D.BYTE, value_type=V.ARRAY))
    assert data == Shape(D.BYTE)
    assert element_of(data) == UNKNOWN
    many = container_of(V.ARRAY, data)
    assert element_of(many) == data
    assert str(many) == "Array of Byte"
    assert element_of(container_of(V.MAP, data)) == data


def test_wires_from_types_that_are_missing_are_unknown() -> None:
    each = board({"x": node("gone", {"out": "r.route_in"}), "r": node("reroute")})
    assert resolved(each).output("r", "route_out") == UNKNOWN


sources = st.sampled_from(["s.n", "s.s", "p0.out", "p0.last", "p1.out", "l0.out", "r0.route_out"])
ends = st.sampled_from(
    ["p0.array", "p0.value", "p1.array", "p1.value", "l0.item", "l0.item#2", "r0.route_in"]
)


def _board(wires: dict[str, str], *, backwards: bool) -> Board:
    outputs: dict[str, dict[str, list[str]]] = {}
    for target, source in wires.items():
        name, _, key = source.partition(".")
        outputs.setdefault(name, {}).setdefault(key, []).append(target)
    kinds = {"s": "start", "p0": "push", "p1": "push", "l0": "list", "r0": "reroute"}
    nodes: dict[str, Node] = {}
    for name, kind in reversed(kinds.items()) if backwards else kinds.items():
        wired = outputs.get(name, {})
        order = reversed(wired) if backwards else iter(wired)
        nodes[name] = node(kind, {key: " ".join(sorted(wired[key])) for key in order})
    return board(nodes)


@given(st.dictionaries(ends, sources, max_size=7))
def test_the_result_does_not_depend_on_any_order(wires: dict[str, str]) -> None:
    one = resolved(_board(wires, backwards=False))
    other = resolved(_board(dict(reversed(wires.items())), backwards=True))
    for name, part in Scene(_board(wires, backwards=False), TYPES).parts.items():
        for key in part.inputs:
            assert one.input(name, key) == other.input(name, key)
        for key in part.outputs:
            assert one.output(name, key) == other.output(name, key)
    verdicts: list[list[Any]] = [
        [found.wire(source, target) for target, source in sorted(wires.items())]
        for found in (one, other)
    ]
    assert verdicts[0] == verdicts[1]


shapes = st.recursive(
    st.sampled_from([UNKNOWN, INTEGER, TEXT, Shape(D.FLOAT), Shape(D.BYTE), Shape(D.STRUCT)]),
    lambda inner: st.builds(container_of, st.sampled_from(ValueType), inner),
    max_leaves=3,
)


@given(shapes, shapes)
def test_join_has_no_sides(left: Shape, right: Shape) -> None:
    assert join(left, right) == join(right, left)
    assert join(left, left) == left


@given(st.sampled_from([V.ARRAY, V.MAP, V.SET]), shapes)
def test_elements_come_out_of_containers_as_they_went_in(form: ValueType, shape: Shape) -> None:
    assert element_of(container_of(form, shape)) == shape
