"""Where wires lead through layers."""

from typing import Any

import pytest

from flowlike.board import wires
from flowlike.board.model import Board, InstancePins, Layer, Node, Output
from flowlike.board.wires import resolve_wires
from tests.board.examples import board, control, node, pin


def layer(
    wires_: dict[str, str], inputs: tuple[Any, ...] = (), outputs: tuple[Any, ...] = (), **rest: Any
) -> Layer:
    return Layer(
        name="L",
        pins=InstancePins(inputs=inputs, outputs=outputs),
        outputs={key: Output(to=tuple(ends.split())) for key, ends in wires_.items()},
        **rest,
    )


def inside(each: Node, layer_id: str) -> Node:
    return Node(type=each.type, layer=layer_id, inputs=each.inputs, outputs=each.outputs)


def test_plain_wires_stay_as_they_are_in_their_order() -> None:
    wiring = resolve_wires(
        board({"s": node("start", {"exec_out": "b.exec_in a.exec_in", "n": "a.message"}),
               "a": node("say"), "b": node("say")})
    )  # fmt: skip
    assert wiring.targets == {
        "s.exec_out": ("b.exec_in", "a.exec_in"),
        "s.n": ("a.message",),
    }
    assert wiring.source == {
        "b.exec_in": "s.exec_out",
        "a.exec_in": "s.exec_out",
        "a.message": "s.n",
    }
    assert wiring.rivals == {}


def test_relays_are_walked_through_depth_first() -> None:
    each = board(
        {
            "s": node("start", {"n": "x.p l1.p y.p"}),
            **{name: node("say") for name in "xy"},
            **{name: inside(node("say"), "l1") for name in "abc"},
        },
        layers={
            "l1": layer({"p": "a.p l2.p c.p"}, (pin("p"),)),
            "l2": layer({"p": "b.p"}, (pin("p"),), parent="l1"),
        },
    )
    assert resolve_wires(each).targets["s.n"] == ("x.p", "a.p", "b.p", "c.p", "y.p")


def test_an_end_reached_twice_counts_once() -> None:
    each = board(
        {"s": node("start", {"n": "a.p l1.p a.p"}), "a": node("say")},
        layers={"l1": layer({"p": "a.p"}, (pin("p"),))},
    )
    assert resolve_wires(each).targets == {"s.n": ("a.p",)}


def test_wires_to_nowhere_are_dropped() -> None:
    each = board(
        {"s": node("start", {"n": "gone.p l1.p l1.q nodot", "exec_out": ""})},
        layers={"l1": layer({"p": "gone.p"}, (pin("p"),))},
    )
    assert resolve_wires(each).targets == {}


def test_relay_loops_are_told_and_end() -> None:
    each = board(
        {"s": node("start", {"n": "l1.p a.p"}), "a": node("say")},
        layers={
            "l1": layer({"p": "l2.p"}, (pin("p"),)),
            "l2": layer({"p": "l1.p"}, (pin("p"),)),
        },
    )
    wiring = resolve_wires(each)
    assert wiring.relay_loops == ("s.n",)
    assert wiring.targets == {"s.n": ("a.p",)}


def _passing(**extra: Node) -> Board:
    return board(
        {"s": node("start", {"exec_out": "l1.go"}), "a": node("say"), **extra},
        layers={
            "l1": layer(
                {"out": "a.exec_in"},
                (pin("n"), control("go")),
                (pin("m"), control("out"), control("other")),
            )
        },
    )


def test_an_empty_layer_passes_execution_to_its_first_way_out() -> None:
    wiring = resolve_wires(_passing())
    assert wiring.targets == {"s.exec_out": ("a.exec_in",)}
    assert wiring.empty_layers == ("l1",)


def test_a_layer_with_something_inside_passes_nothing() -> None:
    assert resolve_wires(_passing(x=inside(node("say"), "l1"))).targets == {}


def test_empty_layers_pass_no_data_and_need_a_way_out() -> None:
    each = board(
        {"s": node("start", {"n": "l1.n", "exec_out": "l2.go"}), "a": node("say")},
        layers={
            "l1": layer({"out": "a.exec_in"}, (pin("n"),), (control("out"),)),
            "l2": layer({}, (control("go"),)),
        },
    )
    assert resolve_wires(each).targets == {}


def test_rivals_are_all_sources_in_order_of_ids() -> None:
    each = board(
        {
            "z": node("start", {"exec_out": "a.exec_in"}),
            "b": node("start", {"exec_out": "a.exec_in"}),
            "a": node("say"),
        }
    )
    wiring = resolve_wires(each)
    assert wiring.source == {"a.exec_in": "b.exec_out"}
    assert wiring.rivals == {"a.exec_in": ("b.exec_out", "z.exec_out")}


def test_long_chains_of_layers_are_followed_without_recursion() -> None:
    count = 20_000
    layers = {f"l{n}": layer({"p": f"l{n + 1}.p"}, (pin("p"),)) for n in range(count)}
    layers[f"l{count}"] = layer({"p": "a.p"}, (pin("p"),))
    each = board({"s": node("start", {"n": "l0.p"}), "a": node("say")}, layers=layers)
    assert resolve_wires(each).targets == {"s.n": ("a.p",)}


def test_a_hostile_board_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wires, "WALK_LIMIT", 50)
    layers = {f"l{n}": layer({"p": f"l{n + 1}.p"}, (pin("p"),)) for n in range(60)}
    each = board({f"s{n}": node("start", {"n": "l0.p"}) for n in range(9)}, layers=layers)
    assert resolve_wires(each).cut
    assert not resolve_wires(board({})).cut
