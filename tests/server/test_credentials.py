"""From the head of a request to who asks."""

from typing import Any, cast

import pytest

from flowlike.errors import AccessError
from flowlike.identity.principal import ANONYMOUS, Principal
from flowlike.identity.sessions import Session, User
from flowlike.server.credentials import COOKIE, Credentials
from flowlike.server.facts import Facts
from flowlike.server.options import Rate, ServerOptions
from flowlike.server.rates import Bucket
from flowlike.server.refusal import Refusal
from tests.server.awaiting import awaited

HEADER_TOKEN, COOKIE_TOKEN = "ses_" + "h" * 43, "ses_" + "c" * 43
SECURE = ServerOptions(secure=True)


def session(id_: str) -> Session:
    return Session(
        id=id_,
        user=User("ada", "Ada"),
        carrier="header",
        method="link",
        agent="",
        created_us=1,
        seen_us=1,
        authenticated_us=1,
        expires_us=2,
    )


class Sessions:
    """Two sessions: one in a header, one in a cookie."""

    async def resolve(self, token: str, carrier: str) -> Session:
        found = {(HEADER_TOKEN, "header"): "s1", (COOKIE_TOKEN, "cookie"): "s2"}
        if (token, carrier) not in found:
            raise AccessError("identity.bad-session", "m")
        return session(found[token, carrier])

    def check_csrf(self, session_id: str, given: str) -> None:
        if given != f"csrf-of-{session_id}":
            raise AccessError("identity.bad-csrf", "m")


def credentials(options: ServerOptions | None = None, failures: int = 0) -> Credentials:
    return Credentials(options or ServerOptions(), cast("Any", Sessions()), Bucket(Rate(failures)))


def facts(*, secure: bool = False, **fields: str) -> Facts:
    found = Facts("r1")
    found.host, found.address, found.secure = "127.0.0.1:8787", "192.0.2.7", secure
    found.fields = {
        name.replace("_", "-").encode(): value.encode() for name, value in fields.items()
    }
    return found


async def refused(asked: Facts, method: str = "GET", options: ServerOptions | None = None) -> int:
    with pytest.raises(Refusal) as caught:
        await credentials(options).principal(asked, method)
    return caught.value.kind.status


@awaited
async def test_who_shows_nothing_is_nobody() -> None:
    assert await credentials().principal(facts(), "GET") == ANONYMOUS


@awaited
async def test_a_session_travels_in_a_header() -> None:
    asked = facts(authorization=f"Bearer {HEADER_TOKEN}")
    found = await credentials().principal(asked, "POST")
    assert found == Principal(kind="user", sub="ada", auth_time=1, session_id="s1")
    assert asked.session is not None
    assert asked.session.id == "s1"


@pytest.mark.parametrize(
    "shown",
    [
        f"bearer {HEADER_TOKEN}x",
        f"Bearer  {HEADER_TOKEN}",
        f"Basic {HEADER_TOKEN}",
        HEADER_TOKEN,
        "Bearer ",
        "Bearer",
        "Bearer pat_1.x",
        f"Bearer {COOKIE_TOKEN}",
    ],
)
@awaited
async def test_a_bad_credential_is_never_nobody(shown: str) -> None:
    assert await refused(facts(authorization=shown)) == 401


@awaited
async def test_a_key_that_nobody_knows_is_bad_too() -> None:
    assert await refused(facts(x_api_key="flk_a.b.c")) == 401


@awaited
async def test_two_credentials_are_refused() -> None:
    both = facts(authorization=f"Bearer {HEADER_TOKEN}", x_api_key="flk_a.b.c")
    assert await refused(both) == 400
    cookie = f"{COOKIE}={COOKIE_TOKEN}"
    beside = facts(authorization=f"Bearer {HEADER_TOKEN}", cookie=cookie)
    assert await refused(beside, options=SECURE) == 400


@awaited
async def test_bad_credentials_are_counted_by_network() -> None:
    reader = credentials(failures=2)
    statuses = []
    for _ in range(4):
        with pytest.raises(Refusal) as caught:
            await reader.principal(facts(authorization="Bearer ses_x"), "GET")
        statuses.append(caught.value.kind.status)
    assert statuses == [401, 401, 429, 429]
    good = facts(authorization=f"Bearer {HEADER_TOKEN}")
    assert (await reader.principal(good, "GET")).sub == "ada"


@awaited
async def test_on_plain_http_no_cookie_counts() -> None:
    asked = facts(cookie=f"{COOKIE}={COOKIE_TOKEN}; flowlike={COOKIE_TOKEN}")
    assert await credentials().principal(asked, "GET") == ANONYMOUS


@awaited
async def test_over_https_a_cookie_reads() -> None:
    asked = facts(secure=True, cookie=f"a=1; {COOKIE}={COOKIE_TOKEN}; b=2")
    assert (await credentials(SECURE).principal(asked, "GET")).session_id == "s2"


@awaited
async def test_a_session_of_a_header_is_none_in_a_cookie() -> None:
    asked = facts(secure=True, cookie=f"{COOKIE}={HEADER_TOKEN}")
    assert await refused(asked, options=SECURE) == 401


@awaited
async def test_a_cookie_that_stands_twice_is_refused() -> None:
    asked = facts(secure=True, cookie=f"{COOKIE}={COOKIE_TOKEN}; {COOKIE}=ses_x")
    assert await refused(asked, options=SECURE) == 400


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 403),
        ({"origin": "https://127.0.0.1:8787"}, 403),
        ({"x_csrf_token": "csrf-of-s2"}, 403),
        ({"origin": "https://127.0.0.1:8787", "x_csrf_token": "csrf-of-s1"}, 403),
        ({"origin": "https://evil.test", "x_csrf_token": "csrf-of-s2"}, 403),
        ({"sec_fetch_site": "cross-site", "x_csrf_token": "csrf-of-s2"}, 403),
        ({"origin": "https://127.0.0.1:8787", "x_csrf_token": "csrf-of-s2"}, 0),
        ({"sec_fetch_site": "same-origin", "x_csrf_token": "csrf-of-s2"}, 0),
    ],
)
@awaited
async def test_a_cookie_changes_something_only_from_our_page(
    fields: dict[str, str], status: int
) -> None:
    asked = facts(secure=True, cookie=f"{COOKIE}={COOKIE_TOKEN}", **fields)
    if status:
        assert await refused(asked, "POST", SECURE) == status
    else:
        assert (await credentials(SECURE).principal(asked, "POST")).sub == "ada"


@awaited
async def test_where_nobody_needs_to_be_anybody_cookies_do_not_count() -> None:
    asked = facts(secure=True, cookie=f"{COOKIE}=ses_old")
    found = await credentials(SECURE).principal(asked, "POST", ambient=False)
    assert found == ANONYMOUS
    shown = facts(secure=True, authorization="Bearer ses_old")
    with pytest.raises(Refusal):
        await credentials(SECURE).principal(shown, "POST", ambient=False)
