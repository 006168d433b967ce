"""The description of the API: what the framework derives, and what all routes share.

Each operation names who may call it (``x-needs``) and the problems it may be answered with. It is
kept in ``docs/openapi.json``; a test compares. Source: OpenAPI 3.1.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litestar import Litestar
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from flowlike.server.guards import Need, declared
from flowlike.server.problems import MEDIA_TYPE, Fault, Problem, Spot
from flowlike.server.refusal import Kind

_ALWAYS = (Kind.BAD_REQUEST, Kind.UNAUTHENTICATED, Kind.MISDIRECTED, Kind.RATE_LIMITED)
_FAILING = (Kind.INTERNAL, Kind.UNAVAILABLE, Kind.FULL)
_WITH_BODY = (Kind.SLOW, Kind.TOO_LARGE, Kind.UNSUPPORTED_MEDIA)
_STREAM = "text/event-stream"


_INTERNAL = "/internal/schema"


def config() -> OpenAPIConfig:
    """What the framework needs to know. The version is of the API, not of the product."""
    return OpenAPIConfig(
        title="flowlike",
        version="1",
        description="Apps, boards, events and runs of one installation.",
        use_handler_docstrings=True,
        path=_INTERNAL,
        render_plugins=[],
        components=Components(
            security_schemes={
                "session": SecurityScheme(
                    type="http",
                    scheme="bearer",
                    description="A session, as POST /api/v1/auth/local gives it.",
                )
            }
        ),
    )


def document(handlers: Sequence[Any], dependencies: Mapping[str, Any]) -> dict[str, Any]:
    """The whole description of these routes, as JSON types.

    It is derived from an application that answers nothing, since the framework would add pages of
    its own to one that does.
    """
    application = Litestar(
        route_handlers=list(handlers),
        dependencies=dependencies,
        openapi_config=config(),
        logging_config=None,
    )
    schema = application.openapi_schema.to_schema()
    built: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(schema, enc_hook=_plain))
    schemas = built["components"].setdefault("schemas", {})
    _, defined = msgspec.json.schema_components(
        [Problem, Fault, Spot], ref_template="#/components/schemas/{name}"
    )
    schemas |= defined
    schemas["Problem"]["additionalProperties"] = True
    for method, path, handler in declared(application):
        if path.startswith(_INTERNAL):
            continue
        operation = built["paths"].get(path, {}).get(method.lower())
        if operation is not None:
            need: Need = handler.opt["needs"]
            _complete(operation, need, method, path)
    built["paths"] = dict(sorted(built["paths"].items()))
    built["servers"] = [{"url": "/"}]
    return built


def _complete(operation: dict[str, Any], need: Need, method: str, path: str) -> None:
    operation["x-needs"] = str(need)
    if need.kind != "public":
        operation["security"] = [{"session": []}]
    responses = operation["responses"]
    responses.pop("400", None)
    for kind in _kinds(need, method, path, has_body="requestBody" in operation):
        responses[str(kind.status)] = _problem(kind)
    operation["responses"] = dict(sorted(responses.items()))


def _kinds(need: Need, method: str, path: str, *, has_body: bool) -> list[Kind]:
    kinds = [*_ALWAYS, *_FAILING, Kind.NOT_FOUND, Kind.INVALID]
    if need.kind != "public" or method != "GET":
        kinds.append(Kind.FORBIDDEN)
    if has_body or method == "POST":
        kinds += _WITH_BODY
    if method != "GET":
        kinds += (Kind.CONFLICT, Kind.PRECONDITION_FAILED)
    if path.endswith(("/invoke", "/runs", "/rerun")):
        kinds.append(Kind.TIMEOUT)
    return kinds


def _problem(kind: Kind) -> dict[str, Any]:
    return {
        "description": kind.phrase,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _plain(value: Any) -> Any:
    """Defaults of structs, as JSON."""
    return msgspec.to_builtins(value)
