"""Apps over the API."""

from pathlib import Path

from tests.server.awaiting import awaited
from tests.server.scenes import Scene, scene

APPS = "/api/v1/apps"


async def create(made: Scene, name: str = "Orders") -> str:
    answer = await made.owner.post(APPS, json={"name": name, "description": "What comes in."})
    assert answer.status_code == 201, answer.text
    app: str = answer.json()["id"]
    return app


@awaited
async def test_who_makes_an_app_owns_it(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        app = await create(made)
        found = (await made.owner.get(f"{APPS}/{app}")).json()
        assert found["name"] == "Orders"
        assert found["description"] == "What comes in."
        assert found["role"] == "Owner"
        assert len(found["permissions"]) == 34
        assert (found["boards"], found["events"]) == (0, 0)
        assert found["updated_at"].endswith("Z")


@awaited
async def test_apps_come_in_pages(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        wanted = {await create(made, f"App {number}") for number in range(5)}
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await made.owner.get(APPS, params=query)).json()
            seen += [each["id"] for each in page["items"]]
            cursor = page["next"]
        assert len(seen) == 5
        assert set(seen) == wanted


@awaited
async def test_an_app_changes_as_far_as_is_said(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        app = await create(made)
        answer = await made.owner.patch(f"{APPS}/{app}", json={"name": "New"})
        assert answer.json()["name"] == "New"
        assert answer.json()["description"] == "What comes in."
        settings = {"settings": {"trace": "data"}}
        answer = await made.owner.patch(f"{APPS}/{app}", json=settings)
        assert answer.json()["settings"]["trace"] == "data"
        assert answer.json()["name"] == "New"


@awaited
async def test_a_name_is_a_name(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        for body in ({"name": ""}, {"name": "x" * 201}, {"name": 5}, {}, {"name": "a\nb"}):
            answer = await made.owner.post(APPS, json=body)
            assert answer.status_code == 422, body


@awaited
async def test_a_deleted_app_is_gone(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        app = await create(made)
        await made.owner.post(f"{APPS}/{app}/boards", json={"name": "B", "id": "b"})
        assert (await made.owner.delete(f"{APPS}/{app}")).status_code == 204
        for path in ("", "/boards", "/boards/b", "/events", "/runs"):
            answer = await made.owner.get(f"{APPS}/{app}{path}")
            assert answer.status_code == 404, path
        assert (await made.owner.delete(f"{APPS}/{app}")).status_code == 404


@awaited
async def test_deleting_needs_a_fresh_sign_in(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        app = await create(made)
        made.clock.ahead = 11 * 60 * 1_000_000
        answer = await made.owner.delete(f"{APPS}/{app}")
        assert (answer.status_code, answer.json()["code"]) == (403, "request.step-up-required")
        assert (await made.owner.get(f"{APPS}/{app}")).status_code == 200


@awaited
async def test_an_id_that_is_none_finds_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        for name in ("nope", "-", "x" * 200, "a.b", "%00", "é"):
            answer = await made.owner.get(f"{APPS}/{name}")
            assert answer.status_code in {404, 422}, name
