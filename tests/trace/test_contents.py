from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given

from flowlike.errors import TraceError
from flowlike.trace.contents import describe_value, redacted_value, value_of
from flowlike.trace.records import Content, Form, Shape, encode_block
from tests.trace.samples import run_records, trace_of
from tests.trace.test_records import plain

KEY = b"key of the run"


def through(value: Any, key: bytes = KEY) -> tuple[Content, dict[bytes, bytes]]:
    """The content of a value after a round trip, and the blobs."""
    rows: list[tuple[Any, ...]] = []
    described = describe_value(value, key, set(), rows)
    content = msgspec.msgpack.decode(msgspec.msgpack.encode(described), type=Content)
    return content, {digest: data for _, digest, data in rows}


@given(plain)
def test_values_come_back(value: Any) -> None:
    content, blobs = through(value)
    assert value_of(content, blobs) == value


@pytest.mark.parametrize(
    ("value", "shape", "size"),
    [
        (None, Shape.NULL, 0),
        (True, Shape.BOOLEAN, 1),
        (7, Shape.INTEGER, 8),
        (1.5, Shape.FLOAT, 8),
        ("äb", Shape.TEXT, 3),
        (b"abc", Shape.BYTES, 3),
        (datetime(2024, 1, 1, tzinfo=UTC), Shape.DATE, 8),
        ({"a": 1}, Shape.OBJECT, 4),
        ([1, 2], Shape.LIST, 3),
        ((1, 2), Shape.OTHER, 3),
    ],
)
def test_shape_and_size(value: Any, shape: Shape, size: int) -> None:
    content, _ = through(value)
    assert (content.shape, content.size, content.form) == (shape, size, Form.INLINE)


@pytest.mark.parametrize(
    ("size", "form"),
    [(256, Form.INLINE), (257, Form.BLOB), (65536, Form.BLOB), (65537, Form.HEAD)],
)
@pytest.mark.parametrize("make", ["x".__mul__, b"x".__mul__])
def test_limits_of_the_forms(make: Any, size: int, form: Form) -> None:
    value = make(size)
    content, blobs = through(value)
    assert (content.form, content.size) == (form, size)
    if form is Form.HEAD:
        assert content.head == b"x" * 4096
        assert not blobs
        with pytest.raises(TraceError, match=r"trace\.not-kept"):
            value_of(content, blobs)
    else:
        assert value_of(content, blobs) == value


def test_a_blob_is_kept_once_and_keyed_by_the_run() -> None:
    rows: list[tuple[Any, ...]] = []
    seen: set[bytes] = set()
    value = list(range(1000))
    first = describe_value(value, KEY, seen, rows)
    assert describe_value(list(value), KEY, seen, rows) == first
    assert len(rows) == 1
    assert describe_value(value, b"another run", set(), [])[3] != first[3]


def test_a_later_change_does_not_change_the_past() -> None:
    value = {"a": [1]}
    rows = run_records()
    rows.insert(3, (2, 1, 1, 1, describe_value(value, KEY, set(), rows)))
    value["a"].append(2)
    trace = trace_of(rows)
    assert trace.value(trace.values[1].content) == {"a": [1]}


@pytest.mark.parametrize("value", [object(), 2**70, [object()], {"x": "\ud800"}])
def test_what_cannot_be_written_is_named(value: Any) -> None:
    content, blobs = through(value)
    assert (content.form, content.data) == (Form.OPAQUE, type(value).__name__)
    with pytest.raises(TraceError, match="opaque"):
        value_of(content, blobs)


def test_cycles_are_opaque() -> None:
    value: list[Any] = []
    value.append(value)
    assert through(value)[0].form is Form.OPAQUE


def test_half_a_surrogate_is_repaired() -> None:
    content, blobs = through("a\ud800")
    assert value_of(content, blobs) == "a\\ud800"


@given(plain)
def test_redacted_values_hold_nothing(value: Any) -> None:
    content = msgspec.convert(redacted_value(value), Content)
    assert content.form is Form.REDACTED
    assert (content.data, content.head) == (None, b"")
    assert (content.shape, content.size) == (through(value)[0].shape, through(value)[0].size)


def test_redacted_opaque_values_have_no_size() -> None:
    assert redacted_value(object()) == (9, 0, 3)


def test_encoding_never_fails_on_described_values() -> None:
    for value in ("\ud800", 2**80, object(), {1: object()}, bytearray(b"x")):
        encode_block([(2, 1, 0, 0, describe_value(value, KEY, set(), []))])


def test_missing_and_damaged_blobs() -> None:
    digest = b"0" * 16
    listed = Content(Shape.LIST, 300, Form.BLOB, digest)
    with pytest.raises(TraceError, match=r"trace\.not-kept"):
        value_of(listed, {})
    for broken in (b"\xc1", b"", b"\x91" * 100_000):
        with pytest.raises(TraceError, match=r"trace\.malformed"):
            value_of(listed, {digest: broken})
    with pytest.raises(TraceError, match=r"trace\.malformed"):
        value_of(Content(Shape.TEXT, 300, Form.BLOB, digest), {digest: b"\xff"})


def test_a_digest_of_the_wrong_kind_is_not_kept() -> None:
    with pytest.raises(TraceError, match=r"trace\.not-kept"):
        value_of(Content(Shape.TEXT, 300, Form.BLOB, [1]), {})
