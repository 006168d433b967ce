"""The description of the API: what the framework and msgspec derive, and what all routes share.

Each operation names who may call it (``x-needs``) and the problems it may be answered with. It is
kept in ``docs/openapi.json``; a test compares. A route may say more than its signature does:

    streams="only" | "too"     it answers with events, always or if asked to
    tagged=True                its answer has an ETag, and If-None-Match is understood
    takes="application/zip"    what its body is, if not JSON

Source: OpenAPI 3.1.
"""

from collections.abc import Iterator, Mapping, Sequence
from inspect import cleandoc
from typing import Any, get_args

import msgspec
from litestar import Litestar, Response
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from flowlike.server.guards import Need, declared
from flowlike.server.problems import MEDIA_TYPE, Problem
from flowlike.server.refusal import Kind
from flowlike.server.sse import MEDIA_TYPE as STREAM

_ALWAYS = (Kind.BAD_REQUEST, Kind.UNAUTHENTICATED, Kind.MISDIRECTED, Kind.RATE_LIMITED)
_FAILING = (Kind.HEADERS, Kind.INTERNAL, Kind.UNAVAILABLE, Kind.FULL)
_NOT_YET = ("/result", "/events/{event_id}/prerun")
"""Ends of addresses where GET may come too early (409): a run goes on, an event is not live."""
_WITH_BODY = (Kind.SLOW, Kind.TOO_LARGE, Kind.UNSUPPORTED_MEDIA)
_INTERNAL = "/internal/schema"
_REF = "#/components/schemas/{name}"
_TEXT = {"type": "string"}
_EVENT = {
    "type": "object",
    "description": "One event of the stream. `data` is JSON; resume after `id`.",
    "properties": {"id": _TEXT, "event": _TEXT, "data": _TEXT},
    "required": ["event", "data"],
}
_NOISE = {"deprecated": False, "allowEmptyValue": False, "allowReserved": False, "headers": {}}


def config() -> OpenAPIConfig:
    """What the framework needs to know. The version is of the API, not of the product."""
    return OpenAPIConfig(
        title="flowlike",
        version="1",
        description="Apps, boards, events and runs of one installation.",
        use_handler_docstrings=True,
        path=_INTERNAL,
        render_plugins=[],
        operation_id_creator=_operation_id,
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
    kinds: set[Any] = {Problem}
    for method, path, handler in declared(application):
        operation = built["paths"].get(path, {}).get(method.lower())
        if path.startswith(_INTERNAL) or operation is None:
            continue
        kinds.update(_kinds_of(handler))
        _complete(operation, handler, method, path)
    # msgspec knows its own types better: what is required, closed, bounded, or not there.
    _, schemas = msgspec.json.schema_components(sorted(kinds, key=str), ref_template=_REF)
    for each in schemas.values():
        if "description" in each:
            each["description"] = cleandoc(each["description"])
    schemas["Problem"]["additionalProperties"] = True
    built["components"]["schemas"] = dict(sorted(schemas.items()))
    built["components"]["responses"] = {kind.value: _problem(kind) for kind in Kind}
    built["paths"] = _quiet(dict(sorted(built["paths"].items())))
    built["servers"] = [{"url": "/"}]
    return built


def _operation_id(handler: HTTPRouteHandler, _: Any, path: list[Any]) -> str:
    """A name such as ``boards_undo``; some addresses stand at the root as well."""
    group = next(iter(sorted(handler.tags or ())), "api")
    return f"{group}_{handler.fn.__name__}" + ("" if path[0] == "api" else "_at_root")


def _kinds_of(handler: HTTPRouteHandler) -> Iterator[Any]:
    """The structs that a route takes and gives."""
    signature = handler.parsed_fn_signature
    given = signature.return_type
    inner = given.inner_types if given.is_subclass_of(Response) else (given,)
    taken = signature.parameters.get("data")
    others = [spec.data_container for spec in (handler.responses or {}).values()]
    for kind in [each.annotation for each in inner] + ([taken.annotation] if taken else []):
        for each in get_args(kind) or (kind,):
            if isinstance(each, type) and issubclass(each, msgspec.Struct):
                yield each
    yield from (each for each in others if each is not None)


def _complete(operation: dict[str, Any], handler: HTTPRouteHandler, method: str, path: str) -> None:
    need: Need = handler.opt["needs"]
    operation["x-needs"] = str(need)
    operation["summary"], _, more = operation.pop("description", "").partition("\n")
    if more.strip():
        operation["description"] = more.strip()
    if need.kind != "public":
        operation["security"] = [{"session": []}]
    takes = handler.opt.get("takes")
    if takes:
        binary = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": {takes: binary}}
    responses = operation["responses"]
    responses.pop("400", None)
    _describe_answer(responses, handler)
    has_body = "requestBody" in operation
    for kind in _problems_of(need, method, path, has_body=has_body):
        responses[str(kind.status)] = {"$ref": f"#/components/responses/{kind.value}"}
    operation["responses"] = dict(sorted(responses.items()))
    parameters = operation.setdefault("parameters", [])
    parameters += [_header(name, text) for name, text in _headers_of(handler, method)]
    if not parameters:
        del operation["parameters"]


def _describe_answer(responses: dict[str, Any], handler: HTTPRouteHandler) -> None:
    responses.get("204", {}).pop("content", None)
    streams = handler.opt.get("streams")
    if streams:
        usual = responses["200"]["content"] if streams == "too" else {}
        events = {STREAM: {"schema": _EVENT}}
        responses["200"]["content"] = usual | events
    if handler.opt.get("tagged") and "200" in responses:
        responses["200"]["headers"] = {"ETag": {"schema": {"type": "string"}, "required": True}}
        if handler.http_methods == {"GET"}:
            responses["304"] = {"description": "It has not changed."}


def _problems_of(need: Need, method: str, path: str, *, has_body: bool) -> list[Kind]:
    kinds = [*_ALWAYS, *_FAILING, Kind.NOT_FOUND, Kind.INVALID]
    if need.kind != "public" or method != "GET":
        kinds.append(Kind.FORBIDDEN)
    if has_body or method == "POST":
        kinds += _WITH_BODY
    if method != "GET" or path.endswith(_NOT_YET):
        kinds.append(Kind.CONFLICT)
    if method in {"PUT", "DELETE"}:
        kinds.append(Kind.PRECONDITION_FAILED)
    if path.endswith("/invoke"):
        kinds.append(Kind.TIMEOUT)
    return kinds


def _headers_of(handler: HTTPRouteHandler, method: str) -> Iterator[tuple[str, str]]:
    opt = handler.opt
    if method == "POST" and opt["needs"].kind != "public":
        yield "Idempotency-Key", "The request counts once under this key, for a day."
    if opt.get("tagged") and method == "GET":
        yield "If-None-Match", "The ETag one has: 304 if it is still that."
    if opt.get("tagged") and method in {"PUT", "DELETE"}:
        yield "If-Match", "The ETag one has seen: 412 if it is another now."
    if opt.get("streams") == "only" and method == "GET":
        yield "Last-Event-ID", "The id of the last event one has."
    if 202 in (handler.responses or {}):
        yield "Prefer", "respond-async: do not wait for the run."


def _header(name: str, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string"},
    }


def _problem(kind: Kind) -> dict[str, Any]:
    return {
        "description": kind.phrase,
        "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}},
    }


def _quiet(value: Any) -> Any:
    """Without what says nothing."""
    if isinstance(value, dict):
        return {
            key: _quiet(each)
            for key, each in value.items()
            if not (key in _NOISE and each == _NOISE[key])
        }
    if isinstance(value, list):
        return [_quiet(each) for each in value]
    return value


def _plain(value: Any) -> Any:
    """Defaults of structs, as JSON."""
    return msgspec.to_builtins(value)
