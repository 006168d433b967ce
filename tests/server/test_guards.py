"""Every route declares one need, and it alone decides."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from litestar import Litestar, WebSocket, get, post, websocket

from flowlike.errors import DeclarationError
from flowlike.identity.permissions import GlobalPermission, Permission, Reason, Verdict
from flowlike.identity.principal import ANONYMOUS, Principal
from flowlike.server import guards
from flowlike.server.guards import (
    EXECUTOR,
    KINDS,
    MEMBER,
    PUBLIC,
    RUN_TOKEN,
    SESSION,
    SESSION_STEP_UP,
    SINK_TOKEN,
    USER,
    Doorkeeper,
    Need,
    app,
    check_routes,
    everywhere,
)
from flowlike.server.refusal import Refusal
from flowlike.server.wire import AppId

NOW = 10_000_000_000
ADA = Principal(kind="user", sub="ada", auth_time=NOW - 1, session_id="s1")
ROLES = {
    ("a1", "ada"): int(Permission.READ_BOARDS),
    ("a1", "owner"): int(Permission.OWNER),
}


async def role_of(app_id: str, sub: str) -> int | None:
    return ROLES.get((app_id, sub))


def doorkeeper(principal: Principal = ADA, mask: int = 0) -> Doorkeeper:
    async def authenticate(_connection: object, _need: Need) -> Principal:
        return principal

    return Doorkeeper(cast("Any", authenticate), role_of, lambda _: mask, lambda: NOW)


def admitted(need: Need, principal: Principal = ADA, app_id: str = "", mask: int = 0) -> Principal:
    return asyncio.run(doorkeeper(principal, mask).admit(principal, need, app_id))


def refused(need: Need, principal: Principal = ADA, app_id: str = "", mask: int = 0) -> Refusal:
    with pytest.raises(Refusal) as caught:
        admitted(need, principal, app_id, mask)
    return caught.value


def test_what_is_public_is_for_all() -> None:
    assert admitted(PUBLIC, ANONYMOUS) == ANONYMOUS


@pytest.mark.parametrize(
    "need", [USER, SESSION, MEMBER, app(Permission.OWNER), everywhere(GlobalPermission.ADMIN)]
)
def test_nobody_is_let_in_nowhere_else(need: Need) -> None:
    refusal = refused(need, ANONYMOUS, "a1")
    assert refusal.kind.status == 401
    assert refusal.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("need", [RUN_TOKEN, SINK_TOKEN, EXECUTOR])
def test_tokens_of_machines_are_no_sessions(need: Need) -> None:
    assert refused(need).kind.status == 401


def test_each_machine_shows_its_own_token() -> None:
    assert admitted(RUN_TOKEN, Principal(kind="run", run_id="r1")).run_id == "r1"
    assert admitted(SINK_TOKEN, Principal(kind="sink")).kind == "sink"
    assert admitted(EXECUTOR, Principal(kind="executor")).kind == "executor"
    assert refused(RUN_TOKEN, Principal(kind="executor")).kind.status == 401


def test_a_session_is_more_than_a_token() -> None:
    assert admitted(SESSION) == ADA
    assert refused(SESSION, Principal(kind="pat", sub="ada")).kind.status == 401


def test_weighty_deeds_need_a_fresh_sign_in() -> None:
    assert admitted(SESSION_STEP_UP) == ADA
    for away in (-600_000_001, 60_000_001):
        stale = Principal(kind="user", sub="ada", session_id="s1", auth_time=NOW + away)
        refusal = refused(SESSION_STEP_UP, stale)
        assert (refusal.kind.status, refusal.code) == (403, "request.step-up-required")
    owner = Principal(kind="user", sub="owner", session_id="s1", auth_time=NOW)
    need = app(Permission.OWNER, step_up=True)
    assert admitted(need, owner, "a1").sub == "owner"
    stale = Principal(kind="user", sub="owner", session_id="s1", auth_time=NOW - 600_000_001)
    assert refused(need, stale, "a1").code == "request.step-up-required"
    assert refused(need, ADA, "a1").code == "request.permission-missing"
    assert refused(need, stale, "none").kind.status == 404


def test_a_member_comes_with_their_role() -> None:
    found = admitted(MEMBER, app_id="a1")
    assert (found.app_id, found.mask) == ("a1", int(Permission.READ_BOARDS))


def test_strangers_do_not_learn_that_an_app_exists() -> None:
    private, nothing = refused(MEMBER, app_id="a2"), refused(MEMBER, app_id="none")
    assert private.kind.status == nothing.kind.status == 404
    assert private.message == nothing.message
    assert refused(app(Permission.READ_BOARDS), app_id="a2").kind.status == 404


def test_a_member_without_the_bit_is_told_its_name() -> None:
    refusal = refused(app(Permission.WRITE_BOARDS), app_id="a1")
    assert refusal.kind.status == 403
    assert refusal.members == {"permission": "WriteBoards"}
    assert "WriteBoards" in refusal.message


def test_a_member_with_the_bit_is_let_in() -> None:
    assert admitted(app(Permission.READ_BOARDS), app_id="a1").sub == "ada"


@pytest.mark.parametrize("permission", list(Permission))
def test_an_owner_may_do_everything(permission: Permission) -> None:
    owner = Principal(kind="user", sub="owner")
    assert admitted(app(permission), owner, "a1").sub == "owner"


def test_global_bits_are_held_globally() -> None:
    need = everywhere(GlobalPermission.MANAGE_USERS)
    assert refused(need).members == {"permission": "ManageUsers"}
    assert admitted(need, mask=int(GlobalPermission.MANAGE_USERS)) == ADA
    assert admitted(need, mask=int(GlobalPermission.ADMIN)) == ADA
    assert refused(need, mask=int(GlobalPermission.MANAGE_SYSTEM)).kind.status == 403


def test_a_refusal_without_a_bit_gives_its_reason() -> None:
    assert "own-role" in guards.refused(Verdict(Reason.OWN_ROLE)).message


def test_a_need_reads_like_its_declaration() -> None:
    assert str(app(Permission.READ_RUN_DATA)) == "app(ReadRunData)"
    assert str(app(Permission.OWNER, step_up=True)) == "app(Owner, step_up)"
    assert str(everywhere(GlobalPermission.MANAGE_USERS)) == "global(ManageUsers)"
    assert [str(each) for each in (USER, SESSION_STEP_UP)] == ["user", "session(step_up)"]
    assert len(KINDS) == 9


def test_a_route_without_need_is_refused_even_if_it_is_served() -> None:
    handler = SimpleNamespace(opt={})
    connection = SimpleNamespace(path_params={}, scope={})
    with pytest.raises(Refusal) as caught:
        asyncio.run(doorkeeper()(cast("Any", connection), cast("Any", handler)))
    assert caught.value.kind.status == 404


def test_the_app_comes_from_the_route_that_matched() -> None:
    handler = SimpleNamespace(opt={"needs": MEMBER})
    connection = SimpleNamespace(path_params={"app_id": "a1"}, scope={"path": "/apps/none"})
    asyncio.run(doorkeeper()(cast("Any", connection), cast("Any", handler)))
    assert cast("Any", connection.scope)["user"].app_id == "a1"


# What stops the start.


@get("/bare", sync_to_thread=False)
def bare() -> None:
    """Declares nothing."""


@get("/text", needs="public", sync_to_thread=False)
def text() -> None:
    """Declares a text."""


@get("/made-up", needs=Need(cast("Any", "friend")), sync_to_thread=False)
def made_up() -> None:
    """Declares a need that is none."""


@get("/twice", needs=USER, guards=[lambda *_: None], sync_to_thread=False)
def twice() -> None:
    """Has a guard beside."""


@get("/homeless", needs=app(Permission.OWNER), sync_to_thread=False)
def homeless() -> None:
    """Asks for a role in no app."""


@get("/no-bit/{app_id:str}", needs=Need("app"), sync_to_thread=False)
def no_bit(app_id: AppId) -> None:
    """Asks for no bit."""


@get("/odd-bit", needs=Need("user", Permission.OWNER), sync_to_thread=False)
def odd_bit() -> None:
    """Names a bit where none counts."""


@websocket("/live", needs=USER)
async def live(socket: WebSocket[Any, Any, Any]) -> None:
    """Is not HTTP."""


@post("/good/{app_id:str}", needs=app(Permission.OWNER), sync_to_thread=False)
def good(app_id: AppId) -> None:
    """Declares one."""


@pytest.mark.parametrize(
    "handler", [bare, text, made_up, twice, homeless, no_bit, odd_bit, live], ids=str
)
def test_a_route_without_exactly_one_need_stops_the_start(handler: Any) -> None:
    application = Litestar([good, handler], openapi_config=None)
    with pytest.raises(DeclarationError) as caught:
        check_routes(application)
    assert caught.value.code == "server.undeclared-route"


def test_routes_that_declare_one_start() -> None:
    check_routes(Litestar([good], openapi_config=None))
