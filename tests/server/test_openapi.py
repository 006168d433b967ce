"""The description of the API says what its routes are."""

import re
from typing import Any

import msgspec
import pytest

from flowlike.server.refusal import Kind
from tests.server.awaiting import shared
from tests.server.matrix import Route, every_route
from tests.server.scenes import Scene
from tools.locked import ROOT

DESCRIBED: dict[str, Any] = msgspec.json.decode((ROOT / "docs/openapi.json").read_bytes())
PATHS: dict[str, Any] = DESCRIBED["paths"]
ROUTES = [route for route in every_route() if "openapi" not in route.template]


def operation(route: Route) -> dict[str, Any]:
    found: dict[str, Any] = PATHS[route.template][route.method.lower()]
    return found


def every_operation() -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, each) for path, item in PATHS.items() for method, each in item.items()]


@shared
async def test_it_is_served_to_those_who_are_signed_in(made: Scene) -> None:
    for path in ("/openapi.json", "/api/v1/openapi.json"):
        assert (await made.nobody.get(path)).status_code == 401
        answer = await made.owner.get(path)
        assert answer.json() == DESCRIBED
        assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_each_route_names_who_may_call_it(route: Route) -> None:
    described = operation(route)
    assert described["x-needs"] == str(route.need)
    assert ("security" in described) == (route.need.kind != "public")
    assert described["summary"]


def test_nothing_else_is_described() -> None:
    routes = {(route.template, route.method.lower()) for route in ROUTES}
    assert {(path, method) for path, method, _ in every_operation()} == routes


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [each["operationId"] for _, _, each in every_operation()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z_]+", name) for name in names)


def test_every_problem_has_the_one_form() -> None:
    assert set(DESCRIBED["components"]["responses"]) == {kind.value for kind in Kind}
    for path, method, each in every_operation():
        for status, response in each["responses"].items():
            if int(status) >= 400:
                name = response["$ref"].rpartition("/")[2]
                assert Kind(name).status == int(status), (path, method)


def test_every_reference_leads_somewhere() -> None:
    text = (ROOT / "docs/openapi.json").read_text()
    for group, name in set(re.findall(r'"#/components/(\w+)/([\w-]+)"', text)):
        assert name in DESCRIBED["components"][group], name


def test_bodies_are_closed_and_answers_are_complete() -> None:
    schemas = DESCRIBED["components"]["schemas"]
    for path, method, each in every_operation():
        for content in each.get("requestBody", {}).get("content", {}).values():
            name = content["schema"].get("$ref", "").rpartition("/")[2]
            assert not name or schemas[name]["additionalProperties"] is False, (path, method)


def test_streams_and_tags_are_described() -> None:
    root = "/api/v1/apps/{app_id}"
    start = PATHS[f"{root}/boards/{{board_id}}/runs"]["post"]
    assert list(start["responses"]["200"]["content"]) == ["text/event-stream"]
    assert "202" in start["responses"]
    assert {each["name"] for each in start["parameters"]} >= {"Prefer", "Idempotency-Key"}
    invoke = PATHS[f"{root}/events/{{event_id}}/invoke"]["post"]["responses"]
    assert set(invoke["200"]["content"]) == {"application/json", "text/event-stream"}
    board = PATHS[f"{root}/boards/{{board_id}}"]["get"]
    assert "ETag" in board["responses"]["200"]["headers"]
    assert "304" in board["responses"]
    changes = PATHS[f"{root}/boards/{{board_id}}/changes"]["get"]["parameters"]
    assert "Last-Event-ID" in {each["name"] for each in changes}
    zipped = PATHS["/api/v1/apps/import"]["post"]["requestBody"]["content"]
    assert list(zipped) == ["application/zip"]
