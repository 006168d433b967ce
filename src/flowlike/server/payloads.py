"""From an HTTP request to the payload of a run. Source: design, section 4; docs/http-api.md."""

from typing import Any
from urllib.parse import parse_qsl

import msgspec

from flowlike.server.bodies import media_type, strict_json
from flowlike.server.refusal import Kind, Refusal

_MOST_FIELDS = 200
_PASSED = frozenset(
    {
        "accept",
        "accept-language",
        "content-type",
        "idempotency-key",
        "origin",
        "stripe-signature",
        "user-agent",
    }
)
_KEPT_BACK = ("x-api-key", "x-auth", "x-csrf", "x-forwarded-", "x-real-ip", "x-access-token")
"""Of the names that begin with ``x-``: those that carry credentials or speak of proxies."""
_MOST_VALUE = 8_192
_encode = msgspec.json.Encoder().encode
_TEXTS = frozenset({"application/xml", "application/javascript", "application/x-ndjson"})


def passed_headers(headers: Any) -> dict[str, str]:
    """The headers a board may see: of a short list, and those that begin with ``x-``."""
    found: dict[str, str] = {}
    for raw, value in headers:
        name = raw.decode("latin-1")
        if name in _PASSED or (name.startswith("x-") and not name.startswith(_KEPT_BACK)):
            found[name] = value[:_MOST_VALUE].decode("latin-1")
    return found


def query_of(raw: bytes) -> dict[str, str]:
    """The fields of a query. Of a field that stands there twice the last one counts.

    Raises Refusal (422) for one that is no UTF-8 or has too many fields.
    """
    if not raw:
        return {}
    try:
        text = raw.decode()
        if "%" not in text and "+" not in text and text.count("&") < _MOST_FIELDS:
            parts = [part.partition("=") for part in text.split("&") if part]
            return {name: value for name, _, value in parts}
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError as error:
        raise Refusal(
            Kind.INVALID,
            f"The query is not UTF-8, or has more than {_MOST_FIELDS} fields.",
            remedy="Percent-encode UTF-8, or send the values in the body.",
        ) from error
    return dict(pairs)


def body_of(raw: bytes, content_type: str) -> Any:
    """The value of a body: JSON as what it says, a form as its fields, text as it is.

    Raises Refusal (415, 422).
    """
    if not raw:
        return ""
    kind = media_type(content_type)
    if kind == "application/json" or kind.endswith("+json"):
        return _json(raw)
    try:
        if kind == "application/x-www-form-urlencoded":
            return query_of(raw)
        if not kind or kind.startswith("text/") or kind in _TEXTS or kind.endswith("+xml"):
            return raw.decode()
    except UnicodeDecodeError as error:
        raise Refusal(Kind.INVALID, "The body is not UTF-8.", remedy="Send it as UTF-8.") from error
    raise Refusal(
        Kind.UNSUPPORTED_MEDIA,
        f"Events take JSON, forms and text, not {kind[:80]}.",
        remedy="Send Content-Type: application/json.",
    )


def _json(raw: bytes) -> Any:
    """What two readers cannot read differently: if writing gives the same, nothing was odd."""
    try:
        value = msgspec.json.decode(raw)
        if _encode(value) == raw and raw.count(b"[") + raw.count(b"{") <= 64:
            return value
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass
    return strict_json(raw)


def payload(parts: dict[str, Any]) -> bytes:
    """The payload as JSON."""
    return _encode(parts)
