"""Type rules: the shared vectors, and what must hold for all pins."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.board.definition import DataType, PinDefinition, ValueType
from flowlike.board.types import Conversion, Ok, Refused, check_wire

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "types.json").read_text("utf-8"))
CASES: list[dict[str, Any]] = VECTORS["cases"]

pins = st.builds(
    PinDefinition,
    name=st.sampled_from(["a", "route_in", "value_ref"]),
    type=st.sampled_from(DataType),
    value_type=st.sampled_from(ValueType),
    enforce_value_type=st.booleans(),
)


def pin(raw: dict[str, Any]) -> PinDefinition:
    return msgspec.convert(raw, PinDefinition)


def test_there_are_vectors_for_all_types_and_containers() -> None:
    seen = {(c["source"]["type"], c["source"].get("value_type", "Normal")) for c in CASES}
    forms = {(t.value, v.value) for t in DataType for v in ValueType}
    assert len(CASES) >= 120
    assert {pair for pair in forms if pair[0] != "Execution"} <= seen


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_vectors(case: dict[str, Any]) -> None:
    verdict = check_wire(pin(case["source"]), pin(case["target"]))
    wanted = case["result"]
    assert isinstance(verdict, Ok) is wanted["ok"], verdict
    if isinstance(verdict, Ok):
        assert verdict.undecided is wanted["undecided"]
        assert verdict.conversion == wanted.get("conversion")
    else:
        assert verdict.code == wanted["code"]
        assert verdict.path == wanted.get("path", verdict.path)
        assert verdict.message == wanted.get("message", verdict.message)


@given(pins)
def test_every_pin_joins_its_like(one: PinDefinition) -> None:
    if one.type is not DataType.EXECUTION or one.value_type is ValueType.NORMAL:
        assert isinstance(check_wire(one, one), Ok)


@given(pins, pins)
def test_a_conversion_is_between_the_types_it_names(
    one: PinDefinition, other: PinDefinition
) -> None:
    verdict = check_wire(one, other)
    if isinstance(verdict, Ok) and verdict.conversion is Conversion.INTEGER_TO_FLOAT:
        assert (one.type, other.type) == (DataType.INTEGER, DataType.FLOAT)
    if isinstance(verdict, Refused):
        assert verdict.code.startswith("board.")
        assert verdict.message


@given(pins, pins, pins)
def test_decided_wires_chain(a: PinDefinition, b: PinDefinition, c: PinDefinition) -> None:
    plain = [p for p in (a, b, c) if p.name == "a" and not p.enforce_value_type]
    first, second = check_wire(a, b), check_wire(b, c)
    if len(plain) < 3 or b.type is DataType.GENERIC:
        return
    for verdict in (first, second):
        if not isinstance(verdict, Ok) or verdict.undecided or verdict.conversion:
            return
    assert isinstance(check_wire(a, c), Ok)


def test_a_refusal_reads_as_a_sentence_with_its_path() -> None:
    number = {"type": "object", "properties": {"n": {"type": "number"}}, "required": ["n"]}
    text = {"type": "object", "properties": {"n": {"type": "string"}}, "required": ["n"]}
    verdict = check_wire(
        PinDefinition(name="a", type=DataType.STRUCT, schema=text),
        PinDefinition(name="b", type=DataType.STRUCT, schema=number),
    )
    assert str(verdict) == "n: source may be string, target requires number"
