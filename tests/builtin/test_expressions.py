from typing import Any

import pytest

from flowlike.board.definition import DataType
from flowlike.builtin.expressions import evaluate
from flowlike.nodes import NodeFailure


def derive(**literals: Any) -> dict[str, DataType]:
    assert evaluate.derive is not None
    pins = evaluate.derive(literals)
    assert not pins.outputs
    return {pin.name: pin.type for pin in pins.inputs}


def run(expression: str, **values: float) -> Any:
    assert evaluate.function is not None
    return evaluate.function(expression, values)


def test_each_name_is_an_input() -> None:
    assert derive(expression="price * (1 + tax) - price") == {
        "price": DataType.FLOAT,
        "tax": DataType.FLOAT,
    }
    assert derive(expression="sqrt(2) * pi") == {}


@pytest.mark.parametrize("literal", [None, 1, ["a"], "a +", "().__class__", "x" * 10_000])
def test_odd_literals_derive_nothing(literal: object) -> None:
    assert derive(expression=literal) == {}
    assert derive() == {}


def test_the_result() -> None:
    assert run("price * count", price=1.5, count=2.0) == 3.0
    assert run("1 < 2") == 1.0


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("a +", "expression.bad-syntax"),
        ("1 / 0", "math.division-by-zero"),
        ("missing", "expression.unknown-name"),
        ("expression", "expression.unknown-name"),
    ],
)
def test_failures(expression: str, code: str) -> None:
    with pytest.raises(NodeFailure) as caught:
        run(expression)
    assert (caught.value.code, caught.value.where.pin) == (code, "expression")


def test_the_pin_s_own_name_derives_no_pin() -> None:
    assert derive(expression="expression + a") == {"a": DataType.FLOAT}
