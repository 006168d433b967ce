"""Threat 49: what a stranger sends forges a log record, steers a terminal, or leaves a secret."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from flowlike.server import logging as ours
from flowlike.settings import Log

FORGED = 'x\n{"level": "info", "event": "signed in", "actor": "admin"}'
STEERING = "\x1b[2J\x1b]0;title\x07\x9b31m\u202e\u2066\r\x7f\u2028"
TOKEN = "abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOP_0"
SECRETS = {
    "session": f"ses_{TOKEN}",
    "personal token": f"pat_01abc.{TOKEN}",
    "key": f"flk_app.key.{TOKEN}",
    "link": f"http://127.0.0.1:8787/login#{TOKEN}",
    "bearer": f"Authorization: Bearer {TOKEN}",
    "basic": "Proxy-Authorization: Basic YWxhZGRpbjpvcGVuc2VzYW1l",
    "jwt": f"eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.{TOKEN}",
    "address": f"postgresql://owner:{TOKEN}@db/flowlike",
}


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def said(form: Any, text: str) -> str:
    """What stands in the log after a text came in each way a text can come."""
    stream = io.StringIO()
    ours.configure(Log(format=form), stream)
    log = structlog.get_logger()
    log.warning(text)
    log.warning("path", path=text, headers={"user-agent": text}, many=[text])
    log.warning("name", **{text: 1})
    logging.getLogger("library").warning("library %s", text)
    try:
        raise ValueError(text)
    except ValueError:
        log.exception("raised")
    return stream.getvalue()


def test_the_attack_works_on_plain_logging() -> None:
    # The defence taken away: the form of the standard library.
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().handlers[:] = [handler]
    logging.getLogger("library").warning("%s %s", FORGED, STEERING)
    lines = stream.getvalue().splitlines()
    assert any(line.startswith('{"level"') for line in lines)
    assert "\x1b" in stream.getvalue()


def test_a_record_stays_one_json_object() -> None:
    lines = said("json", FORGED).split("\n")
    assert lines.pop() == ""
    records = [json.loads(line) for line in lines]
    assert len(records) == 5
    assert all("actor" not in record for record in records)
    assert records[0]["event"] == FORGED  # nothing is lost either


def test_a_record_for_people_stays_one_line_and_what_belongs_to_it_is_set_in() -> None:
    lines = said("pretty", FORGED).splitlines()
    outside = [line for line in lines if not line.startswith("  ")]
    assert len(outside) == 5
    assert all(line[2] == ":" for line in outside)
    assert not [line for line in lines if line.startswith('{"level"')]


@pytest.mark.parametrize("form", ["json", "pretty"])
def test_nothing_steers_a_terminal(form: str) -> None:
    text = said(form, STEERING)
    assert all(each.isprintable() for each in text.replace("\n", ""))
    assert "1b" in text


@pytest.mark.parametrize("form", ["json", "pretty"])
@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_no_credential_is_written(form: str, secret: str) -> None:
    text = said(form, f"before {secret} after")
    assert TOKEN not in text
    assert "YWxhZGRpbjpvcGVuc2VzYW1l" not in text
    assert ours.REDACTED in text
    assert "before" in text


def test_the_planted_secrets_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    # The defence patched away: nothing is replaced.
    monkeypatch.setattr(ours, "without_credentials", lambda text: text)
    assert all(secret in said("json", secret) for secret in SECRETS.values())


@pytest.mark.parametrize(
    "name", ["password", "Authorization", "cookie", "client_secret", "api_key", "csrf", "x-token"]
)
def test_fields_named_like_secrets_are_not_written(name: str) -> None:
    stream = io.StringIO()
    ours.configure(Log(format="json"), stream)
    structlog.get_logger().info("x", **{name: "swordfish", "inner": {name: ["swordfish"]}})
    assert "swordfish" not in stream.getvalue()
