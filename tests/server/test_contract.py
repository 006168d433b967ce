"""Whatever is sent: no fault of ours, and no answer that the description does not name.

Schemathesis makes requests from ``docs/openapi.json``, right ones and wrong ones; ids of what is
there stand in for most of those it makes up, so that routes get to work.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.examples import examples
from tests.server.living import ADD, GREET, app_of
from tests.server.scenes import BASE, Scene, scene
from tools.locked import ROOT

CHECKS = [
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
SCHEMA = schemathesis.openapi.from_path(str(ROOT / "docs/openapi.json"))
OPERATIONS: dict[str, Any] = {}
for each in SCHEMA.get_all_operations():
    operation: Any = each.ok()  # type: ignore[union-attr]  # the description is right
    OPERATIONS[operation.label] = operation
MODES = [
    (label, mode)
    for label, operation in OPERATIONS.items()
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or operation.body or any(operation.iter_parameters())
]
ENDLESS = "/changes"
STATIC = {"board_id": "greet", "event_id": "greet"}
PROBLEMS = {500, 503}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """An installation of its own: what is tried here signs people out."""
    with asyncio.Runner() as runner:
        opened = scene(tmp_path_factory.mktemp("house"), runs=True)
        made = runner.run(opened.__aenter__())
        made.runner = runner
        yield made
        runner.run(opened.__aexit__(None, None, None))


@schemathesis.serializer("application/zip")
def zipped(_: object, value: object) -> bytes:
    """What may be a zip."""
    return value if isinstance(value, bytes) else str(value).encode()


_there: dict[str, str] = {}


async def found(made: Scene) -> dict[str, str]:
    """Ids of what is there; made anew if what was tried before has deleted it."""
    await made.enter()
    root = f"/api/v1/apps/{_there.get('app_id', 'none')}"
    for path in ("", "/boards/greet", "/events/greet"):
        if (await made.owner.get(root + path)).status_code != 200:
            _there.update(await filled(made))
            break
    return _there


async def filled(made: Scene) -> dict[str, str]:
    """An app with a board, an event and a run; their ids."""
    app = await app_of(made)
    await app.live(ADD)
    await app.live(GREET, kind="generic", path="", access="private")
    start = {"node": "start", "payload": {}}
    answer = await made.owner.post(f"{app.path}/boards/greet/runs", json=start)
    run = answer.text.partition('"run_id":"')[2].partition('"')[0]
    return {"app_id": app.id, "run_id": run, **STATIC}


async def sent(made: Scene, case: Case[Any], token: str) -> httpx.Response:
    """Sends a case in this process."""
    given = case.as_transport_kwargs(base_url=BASE)
    given.pop("verify", None)
    given.pop("timeout", None)
    headers = {**(given.pop("headers", None) or {})}
    if token:
        headers["Authorization"] = token
    data: Any = given.pop("data", None)
    content = data.encode() if isinstance(data, str) else data
    clean = {name: str(value).encode("latin-1", "replace") for name, value in headers.items()}
    async with made.client() as client:
        request = client.build_request(headers=clean, content=content, **given)
        request.headers.pop("host", None)
        request.headers["host"] = "127.0.0.1:8787"
        return await client.send(request)


def is_endless(case: Case[Any], there: dict[str, str]) -> bool:
    """Whether it would follow a board that is there."""
    ids = case.path_parameters or {}
    return case.path.endswith(ENDLESS) and ids.get("board_id") == there["board_id"]


def tried(made: Scene, label: str, mode: GenerationMode, *, as_owner: bool) -> None:
    there = made.runner.run(found(made))
    token = made.owner.headers["authorization"] if as_owner else ""

    @settings(
        max_examples=examples(3 if as_owner else 1),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[label].as_strategy(mode), real=st.sets(st.sampled_from(sorted(there))))
    def holds(case: Case[Any], real: set[str]) -> None:
        for name in real | {"app_id"}:
            if case.path_parameters and name in case.path_parameters:
                case.path_parameters[name] = there[name]
        assume(not is_endless(case, there))
        try:
            answer = made.runner.run(asyncio.wait_for(sent(made, case, token), 30))
        except (httpx.InvalidURL, UnicodeEncodeError, ValueError):
            return  # no client could send it
        case.validate_response(answer, checks=CHECKS)
        assert answer.status_code not in PROBLEMS
        if not as_owner and "security" in case.operation.definition.raw:
            assert answer.status_code >= 400

    holds()


def test_the_description_is_read() -> None:
    assert len(OPERATIONS) > 50


@pytest.mark.fuzz
@pytest.mark.parametrize(("label", "mode"), MODES)
def test_as_owner(house: Scene, label: str, mode: GenerationMode) -> None:
    tried(house, label, mode, as_owner=True)


@pytest.mark.fuzz
@pytest.mark.parametrize("label", OPERATIONS)
def test_as_anonymous(house: Scene, label: str) -> None:
    tried(house, label, GenerationMode.POSITIVE, as_owner=False)
