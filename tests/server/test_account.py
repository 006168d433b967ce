"""Signing in and out, sessions and the password, as the API offers them."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from flowlike.server.credentials import COOKIE
from flowlike.server.options import Rate, Rates
from tests.server.awaiting import awaited
from tests.server.scenes import Scene, scene, with_options

LONG = "a quite long sentence of mine"
ORIGIN = "https://127.0.0.1:8787"


@awaited
async def test_a_link_signs_in_once(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        token = await made.services.identity.mint_link()
        first = await made.nobody.post("/api/v1/auth/local", json={"token": token})
        assert first.status_code == 200
        assert first.json()["user"] == {"id": "local", "name": "Owner"}
        assert first.json()["session"].startswith("ses_")
        assert "csrf" not in first.json()
        assert "set-cookie" not in first.headers
        second = await made.nobody.post("/api/v1/auth/local", json={"token": token})
        assert second.status_code == 401
        assert second.json()["code"] == "identity.link-used"


@awaited
async def test_one_proof_is_given(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        for body in ({}, {"token": "x", "password": "y"}, {"token": ""}, {"token": None}):
            answer = await made.nobody.post("/api/v1/auth/local", json=body)
            assert answer.status_code == 422, body
        wrong = await made.nobody.post("/api/v1/auth/local", json={"token": "x", "user": "y"})
        assert wrong.json()["code"] == "request.wrong-body"


@awaited
async def test_the_session_tells_who_is_signed_in(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        answer = (await made.owner.get("/api/v1/auth/session")).json()
        assert answer["user"] == {"id": "local", "name": "Owner"}
        assert answer["step_up"] is False
        assert answer["auth_time"].endswith("Z")
        made.clock.ahead = 11 * 60 * 1_000_000
        assert (await made.owner.get("/api/v1/auth/session")).json()["step_up"] is True


@awaited
async def test_signing_out_ends_the_session(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        assert (await made.owner.post("/api/v1/auth/logout")).status_code == 204
        answer = await made.owner.get("/api/v1/auth/session")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")


@awaited
async def test_an_old_session_is_over(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        made.clock.ahead = 13 * 3600 * 1_000_000
        assert (await made.owner.get("/api/v1/apps")).status_code == 401


@awaited
async def test_sessions_are_listed_and_ended(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        other = await made.sign_in()
        items = (await made.owner.get("/api/v1/user/sessions")).json()["items"]
        assert [each["current"] for each in items].count(True) == 1
        assert {each["method"] for each in items} == {"link"}
        strange = next(each["id"] for each in items if not each["current"])
        ended = await made.owner.delete(f"/api/v1/user/sessions/{strange}")
        assert ended.status_code == 204
        again = await made.owner.delete(f"/api/v1/user/sessions/{strange}")
        assert again.status_code == 404
        shown = {"authorization": f"Bearer {other}"}
        assert (await made.nobody.get("/api/v1/apps", headers=shown)).status_code == 401


@awaited
async def test_all_others_are_ended_at_once(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        for _ in range(3):
            await made.sign_in()
        assert (await made.owner.delete("/api/v1/user/sessions")).status_code == 204
        items = (await made.owner.get("/api/v1/user/sessions")).json()["items"]
        assert [each["current"] for each in items] == [True]


@awaited
async def test_a_password_can_be_set_and_used(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        assert (await made.nobody.get("/api/v1/info")).json()["auth"] == ["link"]
        weak = await made.owner.put("/api/v1/auth/password", json={"password": "short"})
        assert weak.status_code == 422
        done = await made.owner.put("/api/v1/auth/password", json={"password": LONG})
        assert done.status_code == 204
        assert (await made.nobody.get("/api/v1/info")).json()["auth"] == ["link", "password"]
        wrong = await made.nobody.post("/api/v1/auth/local", json={"password": LONG + "."})
        assert wrong.status_code == 401
        wait = await made.nobody.post("/api/v1/auth/local", json={"password": LONG})
        assert wait.status_code == 429
        assert int(wait.headers["retry-after"]) >= 1
        made.clock.ahead = 5_000_000
        right = await made.nobody.post("/api/v1/auth/local", json={"password": LONG})
        assert right.status_code == 200


@awaited
async def test_an_old_sign_in_changes_no_password(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        made.clock.ahead = 11 * 60 * 1_000_000
        answer = await made.owner.put("/api/v1/auth/password", json={"password": LONG})
        assert answer.status_code == 403
        assert answer.json()["type"] == "/problems/step-up-required"


@awaited
async def test_signing_in_is_slowed_down(tmp_path: Path) -> None:
    options = with_options(rates=Rates(login=Rate(3), failures=Rate(0)))
    async with scene(tmp_path, options) as made:
        statuses = []
        for _ in range(4):
            answer = await made.nobody.post("/api/v1/auth/local", json={"token": "x"})
            statuses.append(answer.status_code)
        assert statuses == [401, 401, 429, 429]  # the owner's own sign-in was the first


async def secure_login(made: Scene) -> dict[str, str]:
    token = await made.services.identity.mint_link()
    answer = await made.nobody.post(
        "/api/v1/auth/local", json={"token": token}, headers={"origin": ORIGIN}
    )
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=ses_")
    for part in ("HttpOnly", "Secure", "Path=/", "SameSite=lax"):
        assert part in cookie
    assert "Domain" not in cookie
    assert "session" not in answer.json()
    return {"cookie": cookie.partition(";")[0], "csrf": answer.json()["csrf"]}


@awaited
async def test_over_https_the_session_is_a_cookie(tmp_path: Path) -> None:
    async with scene_over_https(tmp_path) as made:
        signed = await secure_login(made)
        cookie = {"cookie": signed["cookie"]}
        session = await made.nobody.get("/api/v1/auth/session", headers=cookie)
        assert session.json()["csrf"] == signed["csrf"]
        bare = await made.nobody.post("/api/v1/apps", json={"name": "A"}, headers=cookie)
        assert bare.status_code == 403
        ours = cookie | {"origin": ORIGIN, "x-csrf-token": signed["csrf"]}
        good = await made.nobody.post("/api/v1/apps", json={"name": "A"}, headers=ours)
        assert good.status_code == 201
        out = await made.nobody.post("/api/v1/auth/logout", headers=ours)
        assert out.status_code == 204
        assert "Max-Age=0" in out.headers["set-cookie"]
        gone = await made.nobody.get("/api/v1/auth/session", headers=cookie)
        assert gone.status_code == 401


@awaited
async def test_an_old_cookie_does_not_keep_its_owner_out(tmp_path: Path) -> None:
    async with scene_over_https(tmp_path) as made:
        old = {"cookie": f"{COOKIE}=ses_{'x' * 43}", "origin": ORIGIN}
        assert (await made.nobody.get("/api/v1/info", headers=old)).status_code == 200
        token = await made.services.identity.mint_link()
        answer = await made.nobody.post("/api/v1/auth/local", json={"token": token}, headers=old)
        assert answer.status_code == 200


def scene_over_https(tmp_path: Path) -> AbstractAsyncContextManager[Scene]:
    return scene(tmp_path, with_options(secure=True), signed_in=False)
