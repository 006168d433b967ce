"""Apps, their owner, and that nobody else sees them."""

import asyncio
from pathlib import Path

import pytest

from flowlike.board.app import RunSettings
from flowlike.board.model import TraceLevel
from flowlike.errors import AppError, Conflict, NotFound, TextError
from flowlike.identity.permissions import Permission, Resource, decide
from flowlike.identity.principal import Principal
from tests.apps.scenes import ADA, APP, BOB, room


def test_an_app_has_its_maker_as_owner(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            made = await r.apps.create(BOB, "Mine", "What it does.")
            assert len(made.id) == 26
            assert (made.name, made.description, made.version) == ("Mine", "What it does.", "0.0.1")
            assert (made.role, made.mask, made.boards, made.events) == ("Owner", 1, 0, 0)
            assert await r.apps.role_of(made.id, BOB) == Permission.OWNER
            assert await r.apps.role_of(made.id, ADA) is None
            assert await r.apps.role_of("none", ADA) is None
            bob = Principal(kind="user", sub=BOB)
            for app, allowed in ((made.id, True), (APP, False)):
                mask = await r.apps.role_of(app, BOB)
                verdict = decide(bob.within(app, mask), Permission.OWNER, Resource(app))
                assert verdict.allowed is allowed

    asyncio.run(scenario())


def test_people_see_their_own_apps(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            r.clock.turn(1)
            made = await r.apps.create(BOB, "Mine")
            assert [each.id for each in await r.apps.list_for(BOB)] == [made.id]
            assert [each.id for each in await r.apps.list_for(ADA)] == [APP]
            assert await r.apps.list_for("eve") == []
            seen = await r.apps.get(APP, "eve")
            assert (seen.role, seen.mask, seen.boards) == ("", 0, 1)
            with pytest.raises(NotFound):
                await r.apps.get("none")

    asyncio.run(scenario())


def test_an_app_is_changed_in_part(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            r.clock.turn(5)
            await r.apps.update(APP, name="Store")
            settings = RunSettings(trace=TraceLevel.DATA)
            await r.apps.update(APP, settings=settings, version="1.0.0")
            info = await r.apps.get(APP, ADA)
            assert (info.name, info.settings, info.version) == ("Store", settings, "1.0.0")
            assert info.updated_us > info.created_us
            assert (await r.apps.document(APP)).settings == settings
            for name in ("", "  ", "x" * 201, "a\nb"):
                with pytest.raises(AppError):
                    await r.apps.update(APP, name=name)
            with pytest.raises(AppError):
                await r.apps.update(APP, description="x" * 10_001)
            with pytest.raises(TextError):
                await r.apps.update(APP, version="one")
            with pytest.raises(NotFound):
                await r.apps.update("none", name="x")
            with pytest.raises(NotFound):
                await r.apps.document("none")
            assert (await r.apps.get(APP)).name == "Store"

    asyncio.run(scenario())


def test_an_id_is_taken_once(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            with pytest.raises(Conflict):
                await r.apps.create(BOB, "Mine", id=APP)
            with pytest.raises(TextError):
                await r.apps.create(BOB, "Mine", id="../x")

    asyncio.run(scenario())


def test_a_deleted_app_takes_all_with_it(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.apps.delete(APP)
            with pytest.raises(NotFound):
                await r.apps.delete(APP)
            assert await r.apps.role_of(APP, ADA) is None
            assert await r.boards.list(APP) == []
            with pytest.raises(NotFound):
                await r.boards.get(APP, "orders")
            await r.apps.create(BOB, "Again", id=APP)
            assert await r.apps.role_of(APP, ADA) is None
            assert await r.boards.list(APP) == []

    asyncio.run(scenario())


def test_changes_at_once_are_not_lost(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with room(tmp_path / "f.db") as r:
            await asyncio.gather(
                r.apps.update(APP, name="Store"),
                r.apps.update(APP, description="Text"),
                r.apps.update(APP, version="2.0.0"),
            )
            info = await r.apps.get(APP)
            assert (info.name, info.description, info.version) == ("Store", "Text", "2.0.0")

    asyncio.run(scenario())
