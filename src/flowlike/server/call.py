"""One call of the API, as routes see it: who asks, and what they may use."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency

from flowlike.identity.permissions import Permission, Resource, decide
from flowlike.identity.principal import Principal
from flowlike.server.credentials import Credentials
from flowlike.server.facts import Facts, facts_of
from flowlike.server.guards import Doorkeeper, Need, refused
from flowlike.server.rates import Bucket
from flowlike.server.services import Services
from flowlike.server.sse import Slots
from flowlike.server.starting import Starter


class CatalogText(msgspec.Struct, frozen=True):
    """The node types as JSON, and their hash."""

    hash: str
    body: bytes


class Tools:
    """What all calls share beside the services."""

    def __init__(self, services: Services, credentials: Credentials) -> None:
        options = services.options
        self.services = services
        self.credentials = credentials
        self.doorkeeper = Doorkeeper(
            self._authenticate, services.apps.role_of, _nothing_global, services.now
        )
        self.starter = Starter(services)
        self.slots = Slots(options.streams)
        self.logins = Bucket(options.rates.login)
        self.starts = Bucket(options.rates.starts)
        self._calls = Bucket(options.rates.api)

    async def _authenticate(
        self, connection: ASGIConnection[Any, Any, Any, Any], need: Need
    ) -> Principal:
        facts = facts_of(connection.scope)
        method = str(connection.scope.get("method", ""))
        public = need.kind == "public"
        principal = await self.credentials.principal(facts, method, ambient=not public)
        if not public:
            self._calls.take(principal.sub or facts.network)
        return principal

    describe: Callable[[], dict[str, Any]]

    @cached_property
    def openapi(self) -> bytes:
        """The description of the API as JSON, made when it is first asked for."""
        return msgspec.json.encode(self.describe())

    @cached_property
    def catalog(self) -> CatalogText:
        """The node types, encoded once: they do not change while the server runs."""
        catalog = self.services.catalog
        nodes = {each.definition.key: each.definition for each in catalog}
        body = msgspec.json.encode({"hash": catalog.hash, "nodes": nodes})
        return CatalogText(catalog.hash, body)


def _nothing_global(_: Principal) -> int:
    """Nobody holds bits for the whole installation yet."""
    return 0


class Call:
    """A call. The guard has let it in; ``principal`` holds the role in the app of the path."""

    __slots__ = ("principal", "request", "tools")

    def __init__(self, tools: Tools, request: Request[Principal, Any, Any]) -> None:
        self.tools = tools
        self.request = request
        self.principal: Principal = request.scope["user"]

    @property
    def services(self) -> Services:
        """The rooms below."""
        return self.tools.services

    @property
    def facts(self) -> Facts:
        """What the edge found out."""
        return facts_of(self.request.scope)

    @property
    def sub(self) -> str:
        """Who asks."""
        return self.principal.sub

    def may(self, permission: Permission) -> bool:
        """Whether the role in the app of the path also holds that bit."""
        principal = self.principal
        return decide(principal, permission, Resource(principal.app_id)).allowed

    def require(self, permission: Permission) -> None:
        """Raises Refusal (403) unless it does."""
        principal = self.principal
        verdict = decide(principal, permission, Resource(principal.app_id))
        if not verdict.allowed:
            raise refused(verdict)


FromCall = NamedDependency[Call]
"""The parameter of a route that is its call."""
