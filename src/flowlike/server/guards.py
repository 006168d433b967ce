"""Who may call a route: each declares exactly one need, and nothing else decides.

A need is the keyword ``needs`` of a route, as in ``@get("/apps", needs=USER)``. It is read from the
route that matched, never from the text of the address, and the principal comes from the credential
alone. A route without a need stops the start (``check_routes``) and is refused (``Doorkeeper``).
Spec: api-and-security, section 2.4.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Literal, get_args

import msgspec
from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.routes import HTTPRoute

from flowlike.errors import DeclarationError
from flowlike.identity.permissions import (
    GlobalPermission,
    Permission,
    Resource,
    Verdict,
    decide,
)
from flowlike.identity.principal import Principal
from flowlike.server.refusal import Kind, Refusal, not_found, unauthenticated

UNDECLARED = "server.undeclared-route"
STEP_UP_SECONDS = 600
_SKEW_SECONDS = 60
"""A sign-in that is further in the future is none of the last minutes: the clock was put back."""

NeedKind = Literal[
    "public", "user", "session", "member", "global", "app", "run_token", "sink_token", "executor"
]
KINDS: tuple[str, ...] = get_args(NeedKind)


class Need(msgspec.Struct, frozen=True):
    """What a caller must be.

    Args:
        permission: the bit, for ``app`` and ``global``.
        step_up: for ``session`` and ``app``: the person proved who they are within the last ten
            minutes.
    """

    kind: NeedKind
    permission: Permission | GlobalPermission | None = None
    step_up: bool = False

    def __str__(self) -> str:
        names = [label_of(self.permission)] if self.permission is not None else []
        names += ["step_up"] if self.step_up else []
        return f"{self.kind}({', '.join(names)})" if names else self.kind


PUBLIC = Need("public")
USER = Need("user")
SESSION = Need("session")
SESSION_STEP_UP = Need("session", step_up=True)
MEMBER = Need("member")
RUN_TOKEN = Need("run_token")
SINK_TOKEN = Need("sink_token")
EXECUTOR = Need("executor")


def app(permission: Permission, *, step_up: bool = False) -> Need:
    """A role in the app of the path that holds the bit."""
    return Need("app", permission, step_up)


def everywhere(permission: GlobalPermission) -> Need:
    """A bit that counts for the whole installation."""
    return Need("global", permission)


def label_of(permission: Permission | GlobalPermission) -> str:
    """A bit's name in the API: ``ReadBoards``."""
    return "".join(part.capitalize() for part in (permission.name or "").split("_"))


_TOKENS = {"run_token": "run", "sink_token": "sink", "executor": "executor"}

RoleOf = Callable[[str, str], Awaitable[int | None]]
"""From an app and a user to the bits of the role; None if they are no member."""

Authenticate = Callable[[ASGIConnection[Any, Any, Any, Any], Need], Awaitable[Principal]]
"""From a connection to who asks. Raises Refusal (401) for a bad credential."""


class Doorkeeper:
    """The guard of all routes.

    Args:
        authenticate: reads the credential.
        role_of: looks up roles.
        global_mask: the bits a user holds for the whole installation.
        now: microseconds UTC.
    """

    def __init__(
        self,
        authenticate: Authenticate,
        role_of: RoleOf,
        global_mask: Callable[[Principal], int],
        now: Callable[[], int],
    ) -> None:
        self._authenticate = authenticate
        self._role_of = role_of
        self._global_mask = global_mask
        self._now = now

    async def __call__(
        self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
    ) -> None:
        """Lets the caller in or raises Refusal. Sets ``scope["user"]`` to the principal."""
        need = handler.opt.get("needs")
        if not isinstance(need, Need):
            raise not_found()
        principal = await self._authenticate(connection, need)
        app_id = str(connection.path_params.get("app_id", ""))
        connection.scope["user"] = await self.admit(principal, need, app_id)

    async def admit(self, principal: Principal, need: Need, app_id: str = "") -> Principal:
        """The principal, with its role in the app if the need speaks of one. Raises Refusal."""
        kind = need.kind
        if kind == "public":
            return principal
        if kind in _TOKENS:
            if principal.kind != _TOKENS[kind]:
                raise unauthenticated("This address needs a token of another kind.")
            return principal
        if principal.kind == "anonymous":
            raise unauthenticated("You are not signed in.")
        if kind == "session":
            return self._in_session(principal, need)
        if kind == "global":
            return self._everywhere(principal, need)
        if kind == "user":
            return principal
        return await self._in_app(principal, need, app_id)

    def _in_session(self, principal: Principal, need: Need) -> Principal:
        if not principal.session_id:
            raise unauthenticated("This address needs a session.")
        return self._fresh(principal, need)

    def _fresh(self, principal: Principal, need: Need) -> Principal:
        seconds = (self._now() - principal.auth_time) / 1_000_000
        if need.step_up and not -_SKEW_SECONDS <= seconds <= STEP_UP_SECONDS:
            raise Refusal(
                Kind.STEP_UP,
                "This needs a sign-in of the last ten minutes.",
                remedy="Sign in again, then repeat it.",
            )
        return principal

    def _everywhere(self, principal: Principal, need: Need) -> Principal:
        held = self._global_mask(principal)
        wanted = need.permission or GlobalPermission(0)
        if not held & GlobalPermission.ADMIN and held & wanted != wanted:
            raise missing(str(label_of(wanted)))
        return principal

    async def _in_app(self, principal: Principal, need: Need, app_id: str) -> Principal:
        mask = await self._role_of(app_id, principal.sub)
        member = principal.within(app_id, mask)
        wanted = need.permission if isinstance(need.permission, Permission) else Permission(0)
        verdict = decide(member, wanted, Resource(app_id))
        if not verdict.allowed:
            raise refused(verdict)
        return self._fresh(member, need)


def refused(verdict: Verdict) -> Refusal:
    """A refused question as a problem: 404 for those who are no members, else 403 with the bit."""
    if verdict.hidden:
        return not_found()
    names = ", ".join(label_of(bit) for bit in Permission if bit & verdict.missing)
    return missing(names or str(verdict.reason))


def missing(name: str) -> Refusal:
    """The refusal of one who lacks a permission."""
    return Refusal(
        Kind.PERMISSION_MISSING,
        f"You lack the permission {name}.",
        remedy="Ask the owner of the app for a role that has it.",
        members={"permission": name},
    )


def declared(application: Litestar) -> Iterable[tuple[str, str, HTTPRouteHandler]]:
    """Every route as method, path template and handler."""
    for route in application.routes:
        if not isinstance(route, HTTPRoute):
            raise _undeclared(route.path, "is no HTTP route, so no guard watches it")
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods):
                if method != "OPTIONS":  # the framework's own; `edge` answers before it
                    yield method, route.path_format, handler


def check_routes(application: Litestar) -> None:
    """Raises DeclarationError ``server.undeclared-route`` unless each route has one need."""
    for method, path, handler in declared(application):
        need = handler.opt.get("needs")
        name = f"{method} {path}"
        if not isinstance(need, Need) or need.kind not in KINDS:
            raise _undeclared(name, "declares no need")
        if handler.guards:
            raise _undeclared(name, "has a guard beside its need")
        if (need.kind in {"app", "global"}) != (need.permission is not None):
            raise _undeclared(name, "names a permission where none counts, or none where one does")
        if need.kind in {"app", "member"} and "{app_id}" not in path:
            raise _undeclared(name, "asks for a role, but has no app in its path")


def _undeclared(name: str, why: str) -> DeclarationError:
    return DeclarationError(
        UNDECLARED,
        f"The route {name} {why}.",
        remedy="Give it exactly one need, as in @get(…, needs=USER).",
    )
