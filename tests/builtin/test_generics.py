from typing import Any

import pytest

from flowlike.builtin.generics import fallback
from flowlike.testing import run_node


@pytest.mark.parametrize("value", [False, 0, "", [], {}, "text"])
def test_values_stay(value: Any) -> None:
    run = run_node(fallback, value=value, default="other")
    assert run.outputs == {"result": value, "used_fallback": False}


def test_null_and_nothing_give_the_default() -> None:
    wanted = {"result": 7, "used_fallback": True}
    assert run_node(fallback, value=None, default=7).outputs == wanted
    assert run_node(fallback, default=7).outputs == wanted


def test_all_three_pins_share_a_type() -> None:
    definition = fallback.definition
    pins = [*definition.inputs, *definition.outputs[:1]]
    assert {pin.generic for pin in pins} == {"T"}
    assert [pin.optional for pin in definition.inputs] == [True, False]
