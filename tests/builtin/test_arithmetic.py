import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.board.definition import DataType
from flowlike.builtin.arithmetic import COMPARISONS, comparison, root
from flowlike.errors import NodeFailure
from flowlike.testing import run_node


@given(st.integers(-1000, 1000), st.integers(1, 12))
def test_exact_roots_are_exact(number: int, degree: int) -> None:
    number = number if degree % 2 else abs(number)
    assert root(number**degree, degree) == number


@given(st.floats(1e-30, 1e30), st.integers(-9, 9).filter(bool))
def test_a_root_undoes_a_power(number: float, degree: int) -> None:
    assert math.isclose(root(number, degree) ** degree, number, rel_tol=1e-12)


@pytest.mark.parametrize(
    ("radicand", "degree", "code", "pin"),
    [
        (2.0, 0, "math.zero-degree", "degree"),
        (-4.0, 2, "math.no-real-result", "radicand"),
        (-4, -2, "math.no-real-result", "radicand"),
        (0.0, -1, "math.division-by-zero", "radicand"),
        (5e-324, -1, "math.not-finite", ""),
    ],
)
def test_roots_that_do_not_exist(radicand: float, degree: int, code: str, pin: str) -> None:
    with pytest.raises(NodeFailure) as caught:
        root(radicand, degree)
    assert (caught.value.code, caught.value.where.pin) == (code, pin)
    assert caught.value.remedy


def test_a_huge_degree_is_quick() -> None:
    assert root(2**62, 2**62) == pytest.approx(1.0)
    assert root(-1, 2**62 + 1) == -1.0
    assert root(1.5e308, 1) == 1.5e308


@pytest.mark.parametrize("row", COMPARISONS)
@pytest.mark.parametrize(("family", "kind"), [("int", DataType.INTEGER), ("float", DataType.FLOAT)])
def test_a_comparison_is_its_operator(row: str, family: str, kind: DataType) -> None:
    made = comparison(row, family, "out", "Somewhere")
    word = {"int": "integer", "float": "float"}[family]
    assert made.definition.name == f"{family}_{row}"
    assert [(pin.name, pin.type) for pin in made.definition.inputs] == [
        (f"{word}1", kind),
        (f"{word}2", kind),
    ]
    operator = COMPARISONS[row].operator
    assert made.function is operator
    for one, other in ((1, 2), (2, 2), (2, 1)):
        number = {"int": int, "float": float}[family]
        values = {f"{word}1": number(one), f"{word}2": number(other)}
        assert run_node(made, values).outputs == {"out": operator(one, other)}
