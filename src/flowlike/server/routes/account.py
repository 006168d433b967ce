"""Signing in and out, and one's sessions. Spec: api-and-security, sections 1.2 and 1.3."""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Response, delete, get, post, put
from litestar.datastructures import Cookie
from litestar.params import JSONBody

from flowlike.identity.sessions import Session, User
from flowlike.server.call import Call, FromCall
from flowlike.server.credentials import COOKIE
from flowlike.server.guards import PUBLIC, SESSION
from flowlike.server.refusal import Kind, Refusal, unauthenticated
from flowlike.server.wire import Body, SessionId, View, moment

_Secret = Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]


class SignIn(Body, frozen=True, kw_only=True):
    """The token of a one-time link, or the password: one of the two."""

    token: _Secret | None = None
    password: _Secret | None = None


class SignedIn(View, frozen=True, kw_only=True, omit_defaults=True):
    """Who signed in. On plain http ``session`` is the token to send as ``Authorization: Bearer``.

    Over https it travels in a cookie, and ``csrf`` goes with each request that changes something,
    as ``X-CSRF-Token``.
    """

    user: User
    session: str | None = None
    csrf: str | None = None


class SessionView(View, frozen=True, kw_only=True):
    """The session of this request. ``step_up``: weighty deeds need a fresh sign-in first."""

    user: User
    csrf: str
    auth_time: datetime
    step_up: bool


class SessionRow(View, frozen=True, kw_only=True):
    """One of a person's sessions."""

    id: str
    agent: str
    method: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    current: bool


class SessionRows(View, frozen=True, kw_only=True):
    """All of them."""

    items: list[SessionRow]
    next: str | None = None


class NewPassword(Body, frozen=True, kw_only=True):
    """A password of at least twelve characters; the present one, if there is one."""

    password: _Secret
    current: _Secret | None = None


@post("/api/v1/auth/local", needs=PUBLIC, status_code=200, tags=["account"])
async def sign_in(call: FromCall, data: JSONBody[SignIn]) -> Response[SignedIn]:
    """Sign in as the owner of this installation."""
    call.tools.logins.take(call.facts.network)
    if (data.token is None) == (data.password is None):
        raise Refusal(
            Kind.INVALID,
            "Give the token of a link or the password, one of the two.",
            remedy="`flowlike login-link` prints a link.",
        )
    secure = call.services.options.secure
    login = await call.services.identity.login(
        link=data.token or "",
        password=data.password or "",
        carrier="cookie" if secure else "header",
        agent=call.request.headers.get("user-agent", "")[:200],
    )
    if not secure:
        return Response(SignedIn(user=login.user, session=login.token))
    return Response(SignedIn(user=login.user, csrf=login.csrf), cookies=[_cookie(login.token)])


@get("/api/v1/auth/session", needs=SESSION, tags=["account"])
async def session(call: FromCall) -> SessionView:
    """Who is signed in."""
    mine = _session(call)
    identity = call.services.identity
    return SessionView(
        user=mine.user,
        csrf=identity.csrf(mine.id),
        auth_time=moment(mine.authenticated_us),
        step_up=not identity.stepped_up(mine.principal),
    )


@post("/api/v1/auth/logout", needs=SESSION, status_code=204, tags=["account"])
async def sign_out(call: FromCall) -> Response[None]:
    """End this session."""
    await call.services.identity.logout(_session(call))
    if not call.services.options.secure:
        return Response(None)
    return Response(None, cookies=[_cookie("", max_age=0)])


@put("/api/v1/auth/password", needs=SESSION, status_code=204, tags=["account"])
async def set_password(call: FromCall, data: JSONBody[NewPassword]) -> None:
    """Set the password, or change it. All other sessions end."""
    await call.services.identity.set_password(
        _session(call), data.password, current=data.current or ""
    )


@get("/api/v1/user/sessions", needs=SESSION, tags=["account"])
async def sessions(call: FromCall) -> SessionRows:
    """One's sessions, the one last used first."""
    mine = _session(call)
    return SessionRows(
        items=[
            SessionRow(
                id=each.id,
                agent=each.agent,
                method=each.method,
                created_at=moment(each.created_us),
                last_seen_at=moment(each.seen_us),
                expires_at=moment(each.expires_us),
                current=each.id == mine.id,
            )
            for each in await call.services.identity.sessions(call.sub)
        ]
    )


@delete("/api/v1/user/sessions", needs=SESSION, tags=["account"])
async def end_others(call: FromCall) -> None:
    """End all one's sessions but this one."""
    await call.services.identity.end_sessions(call.sub, keep=_session(call).id)


@delete("/api/v1/user/sessions/{session_id:str}", needs=SESSION, tags=["account"])
async def end_session(call: FromCall, session_id: SessionId) -> None:
    """End one of one's sessions."""
    await call.services.identity.end_session(call.sub, session_id)


def _session(call: Call) -> Session:
    found = call.facts.session
    if found is None:
        raise unauthenticated("This address needs a session.")
    return found


def _cookie(value: str, max_age: int | None = None) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=value,
        max_age=max_age,
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
    )


ROUTES = (sign_in, session, sign_out, set_password, sessions, end_others, end_session)
