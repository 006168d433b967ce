"""Puts the application together. Wires, and decides nothing."""

from functools import partial
from typing import Any

from litestar import Litestar, Request, Response
from litestar.di import Provide

from flowlike.identity.principal import Principal
from flowlike.server import openapi, problems
from flowlike.server.bodies import StrictRequest
from flowlike.server.call import Call, Tools
from flowlike.server.credentials import Credentials
from flowlike.server.edge import Edge, Observe, instance_of
from flowlike.server.facts import facts_of
from flowlike.server.guards import check_routes
from flowlike.server.http_events import HttpEvents
from flowlike.server.idempotency import Idempotent, Keys
from flowlike.server.page import Page
from flowlike.server.rates import Bucket
from flowlike.server.routes import ALL
from flowlike.server.services import Services


def create_app(services: Services, observe: Observe | None = None) -> Edge:
    """The ASGI application.

    Args:
        services: what it works with; stays open as long as it is used.
        observe: told of every request, for logs and metrics.

    Raises:
        DeclarationError: ``server.undeclared-route``.
    """
    options = services.options
    credentials = Credentials(options, services.identity, Bucket(options.rates.failures))
    tools = Tools(services, credentials)
    keys = Keys(services.database, services.now)
    api, inner = _api(tools, keys)
    check_routes(inner)
    return Edge(
        options,
        api=api,
        events=HttpEvents(tools, keys),
        page=Page(options.static),
        proxies=services.proxies,
        observe=observe,
        end_streams=tools.slots.end,
    )


def _api(tools: Tools, keys: Keys) -> tuple[Idempotent, Litestar]:
    idempotent = Idempotent(keys)

    def call_of(request: Request[Principal, Any, Any]) -> Call:
        return Call(tools, request)

    dependencies = {"call": Provide(call_of, sync_to_thread=False)}
    tools.describe = partial(openapi.document, ALL, dependencies)
    inner = Litestar(
        route_handlers=list(ALL),
        guards=[tools.doorkeeper],
        dependencies=dependencies,
        exception_handlers={Exception: _problem},
        before_request=idempotent.before_request,
        request_class=StrictRequest,
        request_max_body_size=tools.services.options.sizes.json,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    idempotent.inner = inner
    return idempotent, inner


def _problem(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    answer = problems.answer(
        error,
        request_id=facts_of(request.scope).request_id,
        instance=instance_of(request.scope),
    )
    headers = dict(answer.headers)
    media_type = headers.pop("content-type")
    return Response(answer.body, status_code=answer.status, headers=headers, media_type=media_type)
