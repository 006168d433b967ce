"""T66: a board of 100,000 nodes, of a million pins, with cyclic layers or deep values.

Each attack is shown twice: refused, and getting through once its defence is taken away. Nothing is
timed; instead the tests assert that the work an attack asks for is never begun.
"""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from flowlike.board import canonical, document, limits, pins, strict, text
from flowlike.board.definition import DataType, NodeDefinition, PinDefinition
from flowlike.board.limits import LIMITS, Limits, check_size
from flowlike.board.model import Board, Node
from flowlike.board.pins import input_pins, output_pins
from flowlike.board.text import dump, parse
from flowlike.errors import TextError

HEAD = '{"format": "flowlike.board/1", "id": "b", '
NO_LIMITS = Limits(nodes=2**60, pins=2**60, wires=2**60, entities=2**60, text=2**60, depth=2**60)


def refusal(attack: Callable[[], object]) -> str:
    with pytest.raises(TextError) as caught:
        attack()
    assert caught.value.remedy
    return caught.value.code


def forbid(monkeypatch: pytest.MonkeyPatch, *targets: tuple[Any, str]) -> None:
    def reached(*_: object, **__: object) -> None:
        pytest.fail("work was begun that should have been refused")

    for owner, name in targets:
        monkeypatch.setattr(owner, name, reached)


# ---------------------------------------------------------------- 100 MB of text


@pytest.mark.parametrize("raw", [b" " * 100_000_000, "x" * 100_000_000], ids=["bytes", "text"])
def test_text_too_large_never_reaches_a_decoder(
    monkeypatch: pytest.MonkeyPatch, raw: bytes | str
) -> None:
    forbid(monkeypatch, (json, "loads"), (document, "read_json"), (document, "write"))
    monkeypatch.setattr("flowlike.board.text._BOARD._decode", lambda _: pytest.fail("decoded"))
    assert refusal(lambda: parse(raw)) == "text.too-large"


def test_a_file_too_large_is_refused_by_its_size_alone() -> None:
    assert refusal(lambda: check_size(100_000_000)) == "text.too-large"
    check_size(100_000_000, NO_LIMITS)


def test_without_the_size_check_large_text_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    large = HEAD.encode() + b'"name": "' + b"x" * LIMITS.text + b'"}'
    assert refusal(lambda: parse(large)) == "text.too-large"
    monkeypatch.setattr(strict, "check_size", lambda *_, **__: None)
    assert len(parse(large).name) == LIMITS.text


# ---------------------------------------------------------------- 100,000 nodes


def many_nodes(count: int) -> bytes:
    nodes = ",".join(f'"n{at}":{{"type":"a@1"}}' for at in range(count))
    return (HEAD + f'"nodes":{{{nodes}}}}}').encode()


def test_too_many_nodes_are_counted_and_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    forbid(monkeypatch, (limits, "_check_pins"), (document, "write"), (document, "read_json"))
    assert refusal(lambda: parse(many_nodes(100_000))) == "board.too-many-nodes"


def test_many_nodes_in_a_large_text_are_not_even_made(monkeypatch: pytest.MonkeyPatch) -> None:
    attack = many_nodes(100_000) + b" " * 8_000_000
    monkeypatch.setattr("flowlike.board.text._BOARD._decode", lambda _: pytest.fail("decoded"))
    assert refusal(lambda: parse(attack)) == "board.too-many-nodes"
    monkeypatch.setattr("flowlike.board.text._BOARD._outline", None)
    with pytest.raises(pytest.fail.Exception, match="decoded"):
        parse(attack)


def test_without_the_count_they_get_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "check_board", lambda *_: None)
    assert len(parse(many_nodes(20_000)).nodes) == 20_000


def test_with_limits_raised_they_get_through() -> None:
    assert len(parse(many_nodes(20_000), limits=NO_LIMITS).nodes) == 20_000


def test_the_limit_itself_is_allowed() -> None:
    assert len(parse(many_nodes(10_000)).nodes) == 10_000
    assert refusal(lambda: parse(many_nodes(10_001))) == "board.too-many-nodes"


# ---------------------------------------------------------------- a million pins

SEQUENCE = (
    '"types":{"s@1":{"name":"s","outputs":['
    '{"name":"exec_out","type":"Execution","variadic":true,"count":%d}]}},'
)


def tricks() -> dict[str, str]:
    nodes = ",".join(
        f'"n{at}":{{"type":"s@1","out":{{"exec_out#999":{{}}}}}}' for at in range(1000)
    )
    unknown = nodes.replace("s@1", "gone@1")
    own = '{"name":"p","type":"String","variadic":true,"count":1000000000}'
    listed = ",".join(f'"p{at}":{{}}' for at in range(100_001))
    typed = ",".join(f'{{"name":"p{at}","type":"String"}}' for at in range(100_001))
    return {
        "ordinal": SEQUENCE % 2 + f'"nodes":{{{nodes}}}',
        "ordinal of an unknown type": f'"nodes":{{{unknown}}}',
        "count": SEQUENCE % 1_000_000_000 + '"nodes":{"n":{"type":"s@1"}}',
        "count of an own pin": f'"nodes":{{"n":{{"type":"a@1","pins":{{"in":[{own}]}}}}}}',
        "count of a relay": f'"layers":{{"l":{{"name":"","pins":{{"in":[{own}]}}}}}}',
        "listed": f'"nodes":{{"n":{{"type":"a@1","in":{{{listed}}}}}}}',
        "pins of a type": f'"types":{{"a@1":{{"name":"a","inputs":[{typed}]}}}}',
        "hidden by a negative count": (
            SEQUENCE % -1_000_000_000
            + f'"nodes":{{"n":{{"type":"s@1","pins":{{"in":[{own}]}}}},{nodes}}}'
        ),
    }


@pytest.mark.parametrize("trick", tricks())
def test_pins_are_counted_without_making_them(monkeypatch: pytest.MonkeyPatch, trick: str) -> None:
    attack = HEAD + tricks()[trick] + "}"
    forbid(monkeypatch, (pins, "pin_key"))  # called once for each pin that is made
    assert refusal(lambda: parse(attack)) == "board.too-many-pins"


@pytest.mark.parametrize("trick", tricks())
def test_without_the_count_pins_get_through(monkeypatch: pytest.MonkeyPatch, trick: str) -> None:
    monkeypatch.setattr(limits, "_check_pins", lambda *_: None)
    assert parse(HEAD + tricks()[trick] + "}").id == "b"


def test_one_node_can_list_no_more_than_999_of_a_pin() -> None:
    """An ordinal beyond three digits is part of the name, so a short key cannot ask for much."""
    many = PinDefinition(name="exec_out", type=DataType.EXECUTION, variadic=True)
    definition = NodeDefinition(name="s", outputs=(many,))
    trick = '"nodes":{"n":{"type":"s@1","out":{"exec_out#999999999":{},"exec_out#999":{}}}}'
    node: Node = parse(HEAD + trick + "}").nodes["n"]
    assert len(output_pins(node, definition)) == 999
    assert input_pins(node, definition) == {}


# ---------------------------------------------------------------- cyclic layers


def ring(count: int) -> str:
    layers = {f"l{at}": {"name": "", "parent": f"l{(at + 1) % count}"} for at in range(count)}
    return HEAD + f'"layers":{json.dumps(layers)}}}'


@pytest.mark.parametrize("count", [1, 2, 10_000])
def test_cyclic_layers_are_refused(count: int) -> None:
    assert refusal(lambda: parse(ring(count))) == "board.layer-cycle"


def test_without_the_check_cyclic_layers_get_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_check_layers", lambda _: None)
    assert parse(ring(2)).layers["l0"].parent == "l1"


def test_a_long_chain_of_layers_is_walked_once() -> None:
    class Counted(dict[str, Any]):
        looked = 0

        def __getitem__(self, key: str) -> Any:
            self.looked += 1
            return super().__getitem__(key)

    board = parse(ring(10_000).replace('"parent": "l0"', '"parent": ""'))
    layers = Counted(board.layers)
    limits.check_board(msgspec.structs.replace(board, layers=layers))
    assert layers.looked <= 2 * len(layers)


# ---------------------------------------------------------------- deep values


def deep(depth: int) -> str:
    value = "[" * depth + "]" * depth
    return HEAD + f'"nodes":{{"n":{{"type":"a@1","in":{{"x":{{"value":{value}}}}}}}}}}}'


@pytest.mark.parametrize("depth", [60, 900, 100_000, 10_000_000])
def test_deep_values_are_refused_before_the_strict_reader_recurses(
    monkeypatch: pytest.MonkeyPatch, depth: int
) -> None:
    forbid(monkeypatch, (json, "loads"))
    assert refusal(lambda: parse(deep(depth))) == "text.depth"


@pytest.mark.parametrize("part", ["origin", "schema", "default", "pinned"])
def test_depth_counts_wherever_a_value_may_stand(part: str) -> None:
    value = "[" * 70 + "]" * 70
    places = {
        "origin": f'"origin":{{"a":{value}}}',
        "schema": f'"variables":{{"v":{{"name":"","type":"String","schema":{{"a":{value}}}}}}}',
        "default": f'"variables":{{"v":{{"name":"","type":"String","default":{value}}}}}',
        "pinned": f'"nodes":{{"n":{{"type":"a@1","settings":{{"pinned":{{"a":{value}}}}}}}}}',
    }
    assert refusal(lambda: parse(HEAD + places[part] + "}")) == "text.depth"


def test_a_deep_value_in_memory_is_not_written() -> None:
    board = parse(deep(200), limits=NO_LIMITS)
    assert refusal(lambda: dump(board)) == "text.depth"


def test_canonical_text_is_no_way_around_the_depth() -> None:
    sly = dump(parse(deep(200), limits=NO_LIMITS), limits=NO_LIMITS)
    assert refusal(lambda: parse(sly)) == "text.depth"


def test_without_the_depth_check_deep_values_get_through(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (canonical, strict):
        monkeypatch.setattr(module, "deeper_than", lambda *_: False)
    assert parse(deep(200)).nodes
    with pytest.raises(RecursionError):  # what an unbounded reader would do
        parse(deep(100_000))


def test_a_value_that_contains_itself_is_not_written() -> None:
    loop: list[object] = []
    loop.append(loop)
    board = msgspec.structs.replace(Board(id="b"), origin={"a": loop})
    assert refusal(lambda: dump(board)) == "text.unwritable"
