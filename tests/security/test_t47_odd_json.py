"""Threat 47: JSON that two readers read differently, or that no reader survives."""

import json
from typing import Any

import pytest

from flowlike.server import bodies, payloads
from tests.server.awaiting import shared
from tests.server.living import ECHO, app_of
from tests.server.scenes import Scene

ODD = {
    "a key twice": b'{"name":"a","name":"b"}',
    "a key twice, escaped": b'{"name":"a","n\\u0061me":"b"}',
    "a key twice, deep": b'{"name":"a","description":{"x":1,"x":2}}',
    "beyond floats": b'{"name":1e400}',
    "NaN": b'{"name":NaN}',
    "Infinity": b'{"name":-Infinity}',
    "half a character": b'{"name":"\\ud800"}',
    "half a character as key": b'{"\\udfff":1}',
    "no UTF-8": b'{"name":"\xff"}',
    "UTF-16": '{"name":"a"}'.encode("utf-16"),
    "a mark of byte order": b'\xef\xbb\xbf{"name":"a"}',
    "ten thousand lists": b'{"name":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "ten thousand objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "never closed": b"[" * 200_000,
    "a number of a million digits": b'{"name":' + b"9" * 900_000 + b"}",
    "a comment": b'{"name":"a"/**/}',
    "a comma too many": b'{"name":"a",}',
    "two values": b'{"name":"a"}{"name":"b"}',
    "a NUL": b'{"name":"a"}\x00',
}
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
@shared
async def test_odd_json_is_refused_everywhere(made: Scene, body: bytes) -> None:
    answer = await made.owner.post("/api/v1/apps", content=body, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["code"].startswith("text.")


@shared
async def test_events_refuse_it_too(made: Scene) -> None:
    app = await app_of(made)
    url = await app.live(ECHO, method="POST")
    for name, body in ODD.items():
        answer = await made.nobody.post(url, content=body, headers=JSON)
        assert answer.status_code == 422, name
    proto = b'{"__proto__":{"admin":true},"constructor":1}'
    answer = await made.nobody.post(url, content=proto, headers=JSON)
    assert answer.content == proto  # a key like any other


@shared
async def test_keys_with_a_meaning_elsewhere_are_just_unknown(made: Scene) -> None:
    for key in ("__proto__", "constructor", "__class__", "$ref", "@type"):
        body = {"name": "a", key: {"admin": True}}
        answer = await made.owner.post("/api/v1/apps", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "request.wrong-body")


def lenient(raw: bytes) -> Any:
    return json.loads(raw.decode("utf-8", "replace"))


@shared
async def test_a_usual_reader_would_take_it(made: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "strict_json", lenient)
    monkeypatch.setattr(payloads, "strict_json", lenient)
    twice = ODD["a key twice"]
    answer = await made.owner.post("/api/v1/apps", content=twice, headers=JSON)
    assert (answer.status_code, answer.json()["name"]) == (201, "b")
    app = await app_of(made)
    url = await app.live(ECHO, method="POST")
    echoed = await made.nobody.post(url, content=ODD["a key twice"], headers=JSON)
    assert echoed.status_code == 201
