import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.board.canonical import deeper_than, f32, settled, write
from flowlike.board.model import Place, Retry
from flowlike.errors import TextError


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_the_shortest_text_of_a_32_bit_float_names_it(value: float) -> None:
    short = f32(value)
    assert struct.pack("<f", short) == struct.pack("<f", value + 0.0)
    assert f32(short) == short
    digits = len(f"{short!r}".split("e")[0].replace(".", "").replace("-", "").strip("0"))
    for fewer in range(1, digits):
        other = float(f"{value:.{fewer}g}")
        if abs(other) < 3.4e38:
            assert struct.pack("<f", other) != struct.pack("<f", value)


@given(st.floats(-3.4e38, 3.4e38))
def test_a_double_becomes_the_nearest_one(value: float) -> None:
    (nearest,) = struct.unpack("<f", struct.pack("<f", value))
    assert struct.pack("<f", f32(value)) == struct.pack("<f", nearest + 0.0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (0.10000000149011612, "0.1"),
        (16777217, "16777216.0"),
        (-0.0, "0.0"),
        (3, "3.0"),
        (1.401298464324817e-45, "1e-45"),
        (1e-60, "0.0"),
        (3.4028234663852886e38, "3.4028235e+38"),
    ],
)
def test_some_32_bit_floats(value: float, text: str) -> None:
    assert repr(f32(value)) == text


@pytest.mark.parametrize("value", [1e39, -1e39, math.inf, math.nan, 10**400])
def test_what_is_no_32_bit_float_is_refused(value: float) -> None:
    with pytest.raises(TextError) as caught:
        f32(value)
    assert caught.value.code == "text.not-finite"


def test_a_settled_place_is_written_as_it_stands() -> None:
    place = settled(
        Place(x=0.1234567890123, y=1, z=-0.0, width=0.1, height=2, entry=(1, 2), exit=(0.1, 3))
    )
    assert place.x == 0.12345679
    assert settled(place) == place


def depth_of(text: str) -> int:
    deepest = level = 0
    in_text = escaped = False
    for char in text:
        if in_text:
            in_text = escaped or char != '"'
            escaped = not escaped and char == "\\"
        elif char == '"':
            in_text = True
        elif char in "[{":
            level += 1
            deepest = max(deepest, level)
        elif char in "]}":
            level -= 1
    return deepest


@given(st.text('[{]}"\\a\n', max_size=60), st.integers(0, 8))
def test_depth_is_counted_outside_texts(text: str, depth: int) -> None:
    assert deeper_than(text.encode(), depth) == (depth_of(text) > depth)


def test_depth_goes_on_across_blocks() -> None:
    shallow = b"[]" * 40_000
    assert not deeper_than(b"[" + shallow, 2)
    assert deeper_than(b"[" + shallow + b"[[", 2)


def test_a_struct_of_defaults_is_an_empty_object() -> None:
    assert write(Retry(), {Retry: frozenset()}, 64) == b"{}\n"
