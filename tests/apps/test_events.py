"""Events: drafts, versions that never change, routes, canaries, and that only versions are live."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from flowlike.apps.events import Events
from flowlike.board.app import Access, Event, EventKind, Method
from flowlike.board.edit import commands as c
from flowlike.board.text import parse
from flowlike.errors import AppError, Conflict, NotFound, PublishRefused, TextError
from tests.apps.event_scenes import CATALOG, event, fine, live
from tests.apps.scenes import ADA, APP, BOARD, BOB, room

RAW = "/orders/7"


def test_a_draft_answers_nothing_until_it_is_published(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG, board=fine()) as r:
            info = await r.events.put(APP, event(path="/orders/{id}"), ADA)
            assert (info.live, info.active, info.changed, info.canary) == (0, True, True, None)
            assert info.updated_by == ADA
            assert r.events.match(APP, "POST", RAW) is None
            assert r.events.live(APP, "ask") is None
            done = await r.events.publish(APP, "ask", ADA, bump="minor", message="First")
            assert (done.event_version, done.board_version) == (1, "0.1.0")
            found = r.events.match(APP, "POST", RAW)
            assert found is not None
            assert found.params == {"id": "7"}
            published = found.event.choose("any")
            assert (published.version, published.board, published.board_version) == (
                1,
                BOARD,
                "0.1.0",
            )
            assert parse(await r.events.text(published)).nodes.keys() == {"go", "ask", "end"}
            assert r.events.match(APP, "GET", RAW) is None
            assert r.events.match("other", "POST", RAW) is None
            info = await r.events.get(APP, "ask")
            assert (info.live, info.live_board_version, info.changed) == (1, "0.1.0", False)

    asyncio.run(scenario())


def test_what_is_live_does_not_follow_edits(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG, board=fine()) as r:
            await live(r, event(path="/a"))
            found = r.events.match(APP, "POST", "/a")
            assert found is not None
            before = await r.events.text(found.event.stable)
            await r.do(BOB, c.SetPinValue("end", "response", "changed"))
            await r.events.put(APP, event(path="/b", description="new"), ADA)
            assert (await r.events.get(APP, "ask")).changed
            assert r.events.match(APP, "POST", "/b") is None
            again = r.events.match(APP, "POST", "/a")
            assert again is not None
            assert again.event is found.event
            assert await r.events.text(again.event.stable) == before
            version = await r.events.publish(APP, "ask", ADA, bump="patch")
            assert (version.event_version, version.board_version) == (2, "0.1.1")
            assert r.events.match(APP, "POST", "/a") is None
            newer = r.events.match(APP, "POST", "/b")
            assert newer is not None
            assert b"changed" in await r.events.text(newer.event.stable)

    asyncio.run(scenario())


def test_live_events_are_there_after_a_restart(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG, board=fine()) as r:
            await live(r, event(path="/a"))
            await live(r, event("quick"))
            await r.events.set_active(APP, "quick", active=False)
        async with room(place, types=CATALOG) as r:
            assert r.events.match(APP, "POST", "/a") is not None
            assert r.events.live(APP, "quick") is None
            await r.events.set_active(APP, "quick", active=True)
            assert r.events.live(APP, "quick") is not None
            await r.apps.delete(APP)
            assert r.events.match(APP, "POST", "/a") is None
            assert r.events.live(APP, "quick") is None

    asyncio.run(scenario())


def test_which_board_version_is_published(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG, board=fine()) as r:
            await r.events.put(APP, event(), ADA)
            with pytest.raises(AppError) as caught:
                await r.events.publish(APP, "ask", ADA)
            assert caught.value.code == "event.no-board-version"
            for _ in range(3):
                await r.boards.publish(APP, BOARD, ADA)
            assert (await r.events.publish(APP, "ask", ADA)).board_version == "0.3.0"
            await r.events.put(APP, event(version="0.2.0"), ADA)
            assert (await r.events.publish(APP, "ask", ADA)).board_version == "0.2.0"
            one = await r.events.publish(APP, "ask", ADA, version="0.1.0")
            assert one.board_version == "0.1.0"
            with pytest.raises(NotFound):
                await r.events.publish(APP, "ask", ADA, version="7.0.0")
            assert len(await r.boards.versions(APP, BOARD)) == 3

    asyncio.run(scenario())


def test_an_event_with_errors_is_refused_with_all_of_them(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG, board=fine()) as r:
            variables = {"open": "x", "key": "x", "own": "x", "none": "x"}
            await r.events.put(APP, event(path="/a", node="end", variables=variables), ADA)
            await r.do(ADA, c.AddNode(id="log", type="log_info@1"), c.AddErrorPin("log"))
            await r.do(ADA, c.AddNode(id="set", type="variable_set@1"))
            await r.do(ADA, c.SetPinValue("set", "var_ref", "nothing"))
            with pytest.raises(PublishRefused) as caught:
                await r.events.publish(APP, "ask", ADA, bump="minor")
            codes = {finding.code for finding in caught.value.findings}
            assert codes >= {
                "event.not-a-start",
                "event.unknown-variable",
                "event.secret-value",
                "event.variable-not-exposed",
                "board.unknown-variable",
            }
            assert caught.value.members == {"findings": caught.value.findings}
            assert await r.boards.versions(APP, BOARD) == []
            assert await r.events.versions(APP, "ask") == []

    asyncio.run(scenario())


def test_an_http_event_needs_an_http_node(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG, board=fine()) as r:
            with pytest.raises(PublishRefused) as caught:
                await live(r, event(path="/a", node="go"))
            assert caught.value.findings[0].code == "event.wrong-start"
            with pytest.raises(PublishRefused) as caught:
                await live(r, event(path="/a", node="gone"))
            assert caught.value.findings[0].code == "event.unknown-node"

    asyncio.run(scenario())


def test_two_events_on_one_route(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG, board=fine()) as r:
            await live(r, event("one", path="/orders/{id}"))
            await r.events.put(APP, event("two", path="/orders/{other}"), ADA)
            with pytest.raises(Conflict) as caught:
                await r.events.publish(APP, "two", ADA)
            assert caught.value.code == "event.route-taken"
            assert await r.events.versions(APP, "two") == []
            await live(r, event("three", path="/orders/{other}", method=Method.GET))
            await r.events.set_active(APP, "one", active=False)
            await r.events.publish(APP, "two", ADA)
            with pytest.raises(Conflict):
                await r.events.set_active(APP, "one", active=True)
            found = r.events.match(APP, "POST", RAW)
            assert found is not None
            assert (found.event.id, found.params) == ("two", {"other": "7"})
            await r.events.delete(APP, "two")
            assert r.events.match(APP, "POST", RAW) is None
            await r.events.set_active(APP, "one", active=True)
            assert r.events.match(APP, "POST", RAW) is not None

    asyncio.run(scenario())


def test_the_same_route_in_two_apps(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG, board=fine()) as r:
            await r.apps.create(BOB, "Other", id="other")
            await r.boards.create("other", BOB, id=BOARD, board=fine())
            await live(r, event(path="/a"))
            await r.events.put("other", event(path="/a", name="Theirs"), BOB)
            await r.events.publish("other", "ask", BOB, bump="minor")
            ours, theirs = (r.events.match(app, "POST", "/a") for app in (APP, "other"))
            assert ours is not None
            assert theirs is not None
            assert (ours.event.app, theirs.event.app) == (APP, "other")
            await r.apps.delete("other")
            assert r.events.match("other", "POST", "/a") is None
            assert r.events.match(APP, "POST", "/a") is not None

    asyncio.run(scenario())


def test_rolling_back(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG, board=fine()) as r:
            await live(r, event(path="/a"))
            await r.do(ADA, c.SetPinValue("end", "response", "second"))
            await live(r, event(path="/b"))
            await r.events.rollback(APP, "ask", 1)
            found = r.events.match(APP, "POST", "/a")
            assert found is not None
            assert b"hello" in await r.events.text(found.event.stable)
            assert r.events.match(APP, "POST", "/b") is None
            info = await r.events.get(APP, "ask")
            assert (info.live, info.live_board_version, info.changed) == (1, "0.1.0", True)
            versions = await r.events.versions(APP, "ask")
            assert [(each.version, each.live) for each in versions] == [(2, False), (1, True)]
            for missing in (0, -1, 3):
                with pytest.raises(NotFound):
                    await r.events.rollback(APP, "ask", missing)
            with pytest.raises(NotFound):
                await r.events.rollback(APP, "none", 1)

    asyncio.run(scenario())


def test_a_canary_gets_its_part_and_the_same_calls(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG, board=fine()) as r:
            await live(r, event(path="/a"))
            await r.do(ADA, c.SetPinValue("end", "response", "second"))
            assert await live(r, event(path="/a"), canary=0.25) == 2
            info = await r.events.get(APP, "ask")
            assert info.live == 1
            assert info.canary is not None
            assert (info.canary.weight, info.canary.event_version) == (0.25, 2)
            assert info.canary.board_version == "0.2.0"
            found = r.events.live(APP, "ask")
            assert found is not None
            chosen = [found.choose(f"run-{number}").version for number in range(4000)]
            assert 900 < chosen.count(2) < 1100
            assert chosen == [found.choose(f"run-{number}").version for number in range(4000)]
            stable = found.stable
            await r.events.promote(APP, "ask")
            found = r.events.live(APP, "ask")
            assert found is not None
            assert (found.stable.version, found.canary) == (2, None)
            assert found.stable is not stable
            with pytest.raises(Conflict):
                await r.events.promote(APP, "ask")

    asyncio.run(scenario())


def test_a_canary_that_is_dropped_or_does_not_fit(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG, board=fine()) as r:
            assert await live(r, event(path="/a"), canary=0.5) == 1
            first = r.events.live(APP, "ask")
            assert first is not None
            assert first.canary is None  # the first version answers all
            with pytest.raises(Conflict) as caught:
                await live(r, event(path="/b"), canary=0.5)
            assert caught.value.code == "event.canary-route"
            await live(r, event(path="/a"), canary=1.0)
            both = r.events.live(APP, "ask")
            assert both is not None
            assert both.stable is first.stable
            assert both.choose("x") is both.canary
            await r.events.drop_canary(APP, "ask")
            again = r.events.live(APP, "ask")
            assert again is not None
            assert again.choose("x") is first.stable
            assert r.events.match(APP, "POST", "/a") is not None
            with pytest.raises(Conflict):
                await r.events.drop_canary(APP, "ask")
            for weight in (-0.1, 1.1, float("nan")):
                with pytest.raises(AppError):
                    await live(r, event(path="/a"), canary=weight)

    asyncio.run(scenario())


def test_switching_on_is_not_done_by_saving(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG, board=fine()) as r:
            info = await r.events.put(APP, event(active=False), ADA)
            assert (info.active, info.event.active) == (False, False)
            await r.events.publish(APP, "ask", ADA, bump="minor")
            assert r.events.live(APP, "ask") is None
            info = await r.events.put(APP, event(active=True), ADA)
            assert (info.active, info.event.active, info.changed) == (False, False, False)
            await r.events.set_active(APP, "ask", active=True)
            info = await r.events.get(APP, "ask")
            assert (info.active, info.event.active, info.changed) == (True, True, False)
            assert r.events.live(APP, "ask") is not None

    asyncio.run(scenario())


def test_a_draft_that_changed_while_it_was_checked_is_not_published(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with room(tmp_path / "f.db", types=CATALOG, board=fine()) as r:
            await r.boards.publish(APP, BOARD, ADA)
            await r.events.put(APP, event(), ADA)
            results = await asyncio.gather(
                r.events.publish(APP, "ask", ADA, bump="minor"),
                *(r.events.put(APP, event(description=str(n)), BOB) for n in range(8)),
                return_exceptions=True,
            )
            versions = await r.events.versions(APP, "ask")
            if isinstance(results[0], BaseException):
                assert isinstance(results[0], Conflict)
                assert versions == []
            else:
                assert len(versions) == 1

    asyncio.run(scenario())


def test_malformed_drafts_are_refused(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG, board=fine()) as r:
            bad: list[Event] = [
                event("a b"),
                event(path="orders"),
                event(kind=EventKind.HTTP, path=""),
                event(node="../x"),
            ]
            for each in bad:
                with pytest.raises(TextError):
                    await r.events.put(APP, each, ADA)
            for board in ("none", "boards/x.board.json"):
                with pytest.raises(AppError) as caught:
                    await r.events.put(APP, event(board=board), ADA)
                assert caught.value.code == "event.unknown-board"
            assert await r.events.list(APP) == []

    asyncio.run(scenario())


def test_a_board_in_use_stays(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG, board=fine()) as r:
            await r.boards.create(APP, ADA, id="second", board=fine())
            await live(r, event(path="/a"))
            await r.events.put(APP, event(path="/a", board="second"), ADA)
            for used in (BOARD, "second"):
                with pytest.raises(Conflict) as caught:
                    await r.boards.delete(APP, used)
                assert caught.value.code == "board.in-use"
                assert "ask" in caught.value.message
            await r.events.publish(APP, "ask", ADA, bump="minor")
            await r.boards.delete(APP, BOARD)
            with pytest.raises(NotFound):  # its board is gone
                await r.events.rollback(APP, "ask", 1)
            assert r.events.match(APP, "POST", "/a") is not None

    asyncio.run(scenario())


def test_events_are_listed_and_deleted(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG, board=fine()) as r:
            await r.events.put(APP, event("b", name="A", access=Access.PUBLIC), ADA)
            await r.events.put(APP, event("a", name="B"), ADA)
            assert [info.event.id for info in await r.events.list(APP)] == ["b", "a"]
            assert (await r.apps.get(APP)).events == 2
            await r.events.delete(APP, "b")
            for gone in ("b", "never"):
                with pytest.raises(NotFound):
                    await r.events.delete(APP, gone)
                with pytest.raises(NotFound):
                    await r.events.versions(APP, gone)
                with pytest.raises(NotFound):
                    await r.events.set_active(APP, gone, active=True)

    asyncio.run(scenario())


def test_an_event_made_anew_is_another_object(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with room(tmp_path / "f.db", types=CATALOG, board=fine()) as r:
            await live(r, event(path="/a"))
            first = r.events.live(APP, "ask")
            await r.events.delete(APP, "ask")
            await live(r, event(path="/a", description="other"))
            second = r.events.live(APP, "ask")
            assert first is not None
            assert second is not None
            assert second.stable is not first.stable
            await r.events.open()
            again = r.events.live(APP, "ask")
            assert again is not None
            assert again.stable is second.stable

    asyncio.run(scenario())


def test_another_process_hears_of_it_when_it_reads_again(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG, board=fine()) as r:
            other = Events(r.database, r.boards)
            await other.open()
            await live(r, event(path="/a"))
            assert other.match(APP, "POST", "/a") is None
            await other.open()
            assert other.match(APP, "POST", "/a") is not None
            await r.events.set_active(APP, "ask", active=False)
            await other.open()
            assert other.match(APP, "POST", "/a") is None

    asyncio.run(scenario())


def test_infos_can_be_sent(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with room(tmp_path / "f.db", types=CATALOG, board=fine()) as r:
            await live(r, event(path="/a"))
            assert msgspec.json.encode(await r.events.list(APP))

    asyncio.run(scenario())
