"""Every route of the API, as a caller may try it."""

import re
from typing import Any, NamedTuple

from litestar import Litestar
from litestar.di import Provide

from flowlike.apps.apps import Apps
from flowlike.server.guards import Need, declared
from flowlike.server.routes import ALL


class Route(NamedTuple):
    """A route, with the need it declares."""

    method: str
    template: str
    need: Need

    def path(self, app: str) -> str:
        """Its address in an app; whatever else it names does not exist."""
        named = self.template.replace("{app_id}", app)
        return re.sub(r"\{\w+\}", "none", named)

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


def every_route() -> list[Route]:
    """All of them."""
    application = Litestar(
        list(ALL),
        dependencies={"call": Provide(_nothing, sync_to_thread=False)},
        openapi_config=None,
    )
    return [
        Route(method, path, handler.opt["needs"]) for method, path, handler in declared(application)
    ]


def _nothing() -> Any:
    return None


class OneRole(Apps):
    """Apps in which everybody has the role ``mask``; None for no member."""

    mask: int | None = None

    async def role_of(self, app: str, sub: str) -> int | None:
        """The role."""
        return self.mask
