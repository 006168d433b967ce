import contextlib
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.errors import TraceError
from flowlike.trace.records import (
    Blob,
    Content,
    Direction,
    End,
    Error,
    Form,
    Log,
    Program,
    ProgramNode,
    Run,
    Shape,
    State,
    Step,
    Value,
    decode_block,
    encode_block,
    fired_outputs,
)
from tests.trace.samples import PROGRAM, run_records

seqs = st.integers(0, 2**32 - 1)
times = st.integers(-(2**63), 2**63 - 1)
texts = st.text(max_size=20)
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | texts
    | st.binary(max_size=20)
    | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
contents = st.builds(
    Content,
    st.sampled_from(Shape),
    st.integers(0, 2**40),
    st.sampled_from(Form),
    plain,
    st.binary(max_size=20),
)
records = st.one_of(
    st.builds(
        Run,
        texts,
        texts,
        st.none() | contents,
        texts,
        st.sampled_from(["off", "errors", "steps", "data"]),
        times,
        times,
        texts,
        texts,
        seqs,
    ),
    st.builds(
        Step,
        seqs,
        st.integers(0, 2**20),
        seqs,
        st.integers(-1, 2**40),
        times,
        times,
        st.integers(0, 2**63) | st.lists(st.integers(0, 2000), max_size=3).map(tuple),
        st.sampled_from(State),
        st.lists(seqs, max_size=4).map(tuple),
    ),
    st.builds(Value, seqs, st.integers(0, 999), st.sampled_from(Direction), contents),
    st.builds(
        Log,
        seqs,
        st.integers(0, 4),
        texts,
        st.none() | st.dictionaries(texts, plain, max_size=3),
        times,
    ),
    st.builds(
        Error,
        seqs,
        texts,
        texts,
        st.integers(-1, 99),
        texts,
        texts,
        st.lists(texts, max_size=3).map(tuple),
    ),
    st.builds(
        End,
        texts,
        st.none() | texts,
        st.integers(0, 9),
        st.integers(0, 9),
        st.none() | contents,
        times,
    ),
    st.builds(Blob, st.binary(min_size=16, max_size=16), st.binary(max_size=99)),
    st.just(PROGRAM),
)


@given(st.lists(records, max_size=6))
def test_blocks_round_trip(items: list[Any]) -> None:
    assert decode_block(encode_block(items)) == items


@given(st.lists(records, max_size=4))
def test_any_cut_or_flip_is_an_error_or_other_records(items: list[Any]) -> None:
    block = encode_block(items)
    for length in range(len(block)):
        with pytest.raises(TraceError):
            decode_block(block[:length])
    for index in range(len(block)):
        changed = bytearray(block)
        changed[index] ^= 0x81
        with contextlib.suppress(TraceError):
            decode_block(bytes(changed))


def test_the_engines_tuples_become_structs() -> None:
    decoded = decode_block(msgspec.msgpack.encode(run_records()))
    assert [type(record) for record in decoded] == [
        Run,
        Step,
        Value,
        Step,
        Value,
        Value,
        Log,
        End,
    ]
    assert decoded[3] == Step(2, 1, 0, -1, 150, 50, 1, State.OK, (1, 1))
    assert decoded[4] == Value(2, 1, Direction.INPUT, Content(Shape.INTEGER, 8, data=41))
    assert decoded[7] == End("ok", None, 2, 0, Content(Shape.INTEGER, 8, data=82), 200)


def test_every_kind_decodes_from_a_tuple() -> None:
    moment = datetime(2024, 2, 29, tzinfo=UTC)
    rows: list[tuple[Any, ...]] = [
        (4, 3, "math.division-by-zero", "By zero.", 1, "b", "Give another.", ("ValueError: x",)),
        (4, 0, "run.cancelled", "Cancelled."),
        (7, "h", "b", "n", (("n1", "t@1", "T", ("in",), ("out",)),)),
        (8, b"0123456789abcdef", b"data"),
        (2, 1, 0, 2, (6, 8, 0, moment)),
    ]
    assert decode_block(encode_block(rows)) == [
        Error(3, "math.division-by-zero", "By zero.", 1, "b", "Give another.", ("ValueError: x",)),
        Error(0, "run.cancelled", "Cancelled."),
        Program("h", "b", "n", (ProgramNode("n1", "t@1", "T", ("in",), ("out",)),)),
        Blob(b"0123456789abcdef", b"data"),
        Value(1, 0, Direction.VARIABLE, Content(Shape.DATE, 8, data=moment)),
    ]


@pytest.mark.parametrize(
    "row",
    [
        (1, -1, 0, 0, -1, 0, 0, 0, 0),
        (1, 2**32, 0, 0, -1, 0, 0, 0, 0),
        (1, 1, 0, 0, -2, 0, 0, 0, 0),
        (1, 1, 0, 0, -1, 0, 0, -1, 0),
        (1, 1, 0, 0, -1, 0, 0, 0, 4),
        (2, 1, 2**21, 0, (0, 0)),
        (2, 1, 0, 0, (0, -1)),
        (3, 1, 5, "m", None, 0),
        (5, 1),
        (8, b"short", b""),
        (99, 1),
        ("0", "r"),
        (),
    ],
)
def test_what_no_record_may_be_is_refused(row: tuple[Any, ...]) -> None:
    with pytest.raises(TraceError, match=r"trace\.malformed"):
        decode_block(encode_block([row]))


@pytest.mark.parametrize("bad", [object(), 2**70, "\ud800", {"a": {1, object()}}])
def test_what_is_not_plain_data_is_refused(bad: Any) -> None:
    with pytest.raises(TraceError, match=r"trace\.unencodable"):
        encode_block([(3, 1, 1, "m", {"x": bad}, 0)])


def test_a_cycle_is_refused() -> None:
    fields: dict[str, Any] = {}
    fields["self"] = fields
    with pytest.raises(TraceError, match=r"trace\.unencodable"):
        encode_block([(3, 1, 1, "m", fields, 0)])


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(TraceError, match=r"trace\.malformed"):
        decode_block(b"\x91" * 200_000)


def test_a_huge_count_costs_nothing() -> None:
    with pytest.raises(TraceError):
        decode_block(b"\xdd\xff\xff\xff\xff")


def test_fired_outputs_from_mask_and_list() -> None:
    node = PROGRAM.nodes[2]
    assert fired_outputs(Step(1, 2, 0, -1, 0, 0, 0b101, State.OK), node) == ("body", "item")
    assert fired_outputs(Step(1, 2, 0, -1, 0, 0, (1, 70), State.OK), node) == ("done",)
    assert fired_outputs(Step(1, 2, 0, -1, 0, 0, 2**63, State.OK), node) == ()
