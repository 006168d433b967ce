"""What a board is told of an HTTP request."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.server.payloads import body_of, passed_headers, query_of
from flowlike.server.refusal import Refusal

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def test_only_listed_headers_reach_a_board() -> None:
    headers = [
        (b"accept", b"*/*"),
        (b"authorization", b"Bearer ses_secret"),
        (b"content-type", b"text/plain"),
        (b"cookie", b"__Host-flowlike=ses_secret"),
        (b"host", b"localhost"),
        (b"proxy-authorization", b"Basic c2VjcmV0"),
        (b"x-api-key", b"flk_secret"),
        (b"x-auth-token", b"secret"),
        (b"x-csrf-token", b"secret"),
        (b"x-forwarded-for", b"10.0.0.1"),
        (b"x-hub-signature-256", b"sha256=1"),
    ]
    assert passed_headers(headers) == {
        "accept": "*/*",
        "content-type": "text/plain",
        "x-hub-signature-256": "sha256=1",
    }


def test_a_long_header_is_cut() -> None:
    assert len(passed_headers([(b"x-long", b"a" * 50_000)])["x-long"]) == 8_192


def test_a_query_is_decoded() -> None:
    assert query_of(b"a=1&b=%C3%A9+x&empty=") == {"a": "1", "b": "é x", "empty": ""}
    assert query_of("a=1&&b=é=x&empty".encode()) == {"a": "1", "b": "é=x", "empty": ""}
    assert query_of(b"") == {}


def test_of_a_field_that_stands_twice_the_last_counts() -> None:
    assert query_of(b"a=1&a=2") == {"a": "2"}
    assert query_of(b"a=1&a=%32") == {"a": "2"}


@pytest.mark.parametrize("raw", [b"a=%ff", b"&".join(b"a=1" for _ in range(201))])
def test_an_odd_query_is_refused(raw: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        query_of(raw)
    assert caught.value.kind.status == 422


@given(json_values)
def test_a_json_body_is_its_value(value: object) -> None:
    assert body_of(msgspec.json.encode(value), "application/json") == value


@pytest.mark.parametrize(
    "raw", [b'{"a":1,"a":2}', b'{"a": 1, "a": 1}', b"[1e400]", b"{", b"[" * 80]
)
def test_an_odd_json_body_is_refused(raw: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        body_of(raw, "application/json")
    assert caught.value.kind.status == 422


def test_json_with_a_suffix_is_json() -> None:
    assert body_of(b'{"a": 1}', "application/ld+json; charset=utf-8") == {"a": 1}


def test_spaces_and_order_make_json_no_odder() -> None:
    assert body_of(b'{ "b" : 1.0 , "a" : [ ] }', "application/json") == {"b": 1.0, "a": []}


def test_a_form_is_its_fields() -> None:
    assert body_of(b"a=1&b=x+y", "application/x-www-form-urlencoded") == {"a": "1", "b": "x y"}


@pytest.mark.parametrize("kind", ["", "text/plain", "text/csv; header=present", "application/xml"])
def test_text_is_text(kind: str) -> None:
    assert body_of("grün".encode(), kind) == "grün"


def test_text_that_is_no_utf_8_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        body_of(b"\xff", "text/plain")
    assert caught.value.kind.status == 422


@pytest.mark.parametrize("kind", ["image/png", "multipart/form-data; boundary=x"])
def test_other_bodies_are_not_taken(kind: str) -> None:
    with pytest.raises(Refusal) as caught:
        body_of(b"\x89PNG", kind)
    assert caught.value.kind.status == 415


def test_no_body_is_the_empty_text() -> None:
    assert body_of(b"", "image/png") == ""
