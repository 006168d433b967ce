import json
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.trace.redaction import REDACTED, Redactor, redact_text

secrets = st.text(
    st.characters(blacklist_categories=["Cs"]).filter(lambda c: c not in REDACTED),
    min_size=6,
    max_size=30,
)
around = st.text("xyz ", max_size=5)


@given(secrets, around, around)
def test_no_form_of_a_secret_stays(secret: str, before: str, after: str) -> None:
    for form in (
        secret,
        quote(secret, safe=""),
        quote(secret).lower() if secret.isascii() and secret.islower() else quote(secret),
        quote_plus(secret),
        quote(quote(secret, safe=""), safe=""),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        b64encode(secret.encode()).decode().rstrip("="),
    ):
        cleaned = redact_text(f"{before}{form}{after}", [secret])
        assert REDACTED in cleaned
        assert form not in cleaned


@given(secrets, st.binary(max_size=7), st.binary(max_size=7))
def test_base64_in_the_middle(secret: str, before: bytes, after: bytes) -> None:
    raw = before + secret.encode() + after
    for encoded in (b64encode(raw).decode(), urlsafe_b64encode(raw).decode()):
        for form in (encoded, quote(encoded, safe="")):
            assert REDACTED in redact_text(f"Authorization: Basic {form}", [secret])


def test_ordinary_text_stays() -> None:
    text = "Nothing to see: 42 %20 aGVsbG8="
    assert redact_text(text, []) == text
    assert redact_text(text, ["other-secret"]) == text


@pytest.mark.parametrize("short", ["", "a", "12345"])
def test_short_secrets_are_left_alone(short: str) -> None:
    assert redact_text("12345 and a", [short]) == "12345 and a"


def test_the_longer_of_two_secrets_goes_whole() -> None:
    assert redact_text("key=hunter2-extra", ["hunter2", "hunter2-extra"]) == f"key={REDACTED}"
    assert redact_text("key=hunter2", ["hunter2-extra", "hunter2"]) == f"key={REDACTED}"


def test_pattern_characters_are_literal() -> None:
    assert redact_text("aaaaaaaaaa", ["a.*a.*+"]) == "aaaaaaaaaa"
    assert redact_text("(a.*a.*+)", ["a.*a.*+"]) == f"({REDACTED})"


def test_data_is_searched_all_through() -> None:
    redactor = Redactor(["s3cret-value"])
    data = {"s3cret-value": [("a s3cret-value", 5), b"raw \xff s3cret-value", None, 1.5]}
    assert redactor.data(data) == {
        REDACTED: [(f"a {REDACTED}", 5), b"raw \xff " + REDACTED.encode(), None, 1.5]
    }


def test_without_secrets_data_is_untouched() -> None:
    data = {"a": [1]}
    assert Redactor([]).data(data) is data


def test_data_too_deep_goes() -> None:
    data: object = "s3cret-value"
    for _ in range(100):
        data = [data]
    assert "s3cret-value" not in repr(Redactor(["s3cret-value"]).data(data))


def test_a_long_text_is_quick() -> None:
    text = "%25" * 200_000 + "a" * 200_000
    assert redact_text(text, ["a" * 30 + "b", "%%%%%%!"]) == text
