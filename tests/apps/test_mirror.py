"""An app and its folder: what changes on one side arrives on the other, and nothing is lost."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from flowlike.apps.mirror import FolderMirror, Synced
from flowlike.board.app import Event, EventKind, Method, parse_event
from flowlike.board.edit import Batch, Command
from flowlike.board.edit import commands as c
from flowlike.board.text import dump, fmt, parse
from flowlike.database.ids import new_id
from flowlike.errors import ImportRefused, UsageError
from tests.apps.event_scenes import CATALOG
from tests.apps.scenes import ADA, Room, room
from tools.locked import ROOT

SAMPLE = ROOT / "examples" / "order-triage"
BOARD_FILE, EVENT_FILE = "boards/triage.board.json", "events/order.json"


class Desk(NamedTuple):
    room: Room
    mirror: FolderMirror
    folder: Path

    async def edit(self, *commands: Command) -> None:
        boards, app = self.room.boards, self.mirror.app
        revision = (await boards.get(app, "triage")).revision
        await boards.apply(app, "triage", revision, Batch(commands), ADA, new_id())

    async def name_of(self, node: str) -> str:
        return (await self.room.boards.get(self.mirror.app, "triage")).board.nodes[node].name

    def text(self, name: str = BOARD_FILE) -> str:
        return (self.folder / name).read_text("utf-8")

    def rewrite(self, old: str, new: str, name: str = BOARD_FILE) -> None:
        text = self.text(name)
        assert old in text
        (self.folder / name).write_text(text.replace(old, new), "utf-8")

    def stamps(self) -> dict[str, int]:
        return {str(path): path.stat().st_mtime_ns for path in self.folder.rglob("*.json")}


@asynccontextmanager
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    folder = tmp_path / "app"
    shutil.copytree(SAMPLE, folder)
    async with room(tmp_path / "f.db", types=CATALOG) as r:
        mirror = FolderMirror(r, folder, ADA)
        await mirror.open()
        yield Desk(r, mirror, folder)


def test_nothing_changed_nothing_is_written(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desk(tmp_path) as d:
            before = d.stamps()
            assert (await d.mirror.sync()).idle
            await d.edit(c.Rename("price", "Cost"))
            await d.room.boards.undo(d.mirror.app, "triage", ADA, 1)
            assert (await d.mirror.sync()).idle
            assert d.stamps() == before

    asyncio.run(scenario())


def test_edits_on_the_page_reach_the_one_file(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desk(tmp_path) as d:
            before = d.text()
            (d.folder / BOARD_FILE).chmod(0o640)
            await d.edit(c.Rename("price", "Cost"))
            assert await d.mirror.sync() == Synced(written=(BOARD_FILE,))
            after = d.text()
            assert fmt(after) == after
            changed = set(after.splitlines()) - set(before.splitlines())
            assert [line.strip() for line in changed] == ['"name": "Cost",']
            assert (d.folder / BOARD_FILE).stat().st_mode & 0o777 == 0o640
            assert (await d.mirror.sync()).idle
            assert not list(d.folder.rglob("*.new"))

    asyncio.run(scenario())


def test_changes_of_a_file_reach_the_page_as_one_step(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desk(tmp_path) as d:
            d.rewrite('"name": "Order arrives"', '"name": "Order comes"')
            written = d.stamps()
            assert await d.mirror.sync() == Synced(taken=(BOARD_FILE,))
            assert await d.name_of("order_arrives") == "Order comes"
            history = await d.room.boards.history(d.mirror.app, "triage")
            assert [(item.kind, item.actor) for item in history] == [("files", "files")]
            assert (await d.mirror.sync()).idle
            assert d.stamps() == written
            d.rewrite('"name": "Order comes"', '"name": "Order is here"')
            assert (await d.mirror.sync()).taken == (BOARD_FILE,)
            assert await d.name_of("order_arrives") == "Order is here"

    asyncio.run(scenario())


def test_both_sides_changed_in_different_places(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desk(tmp_path) as d:
            await d.edit(c.Rename("price", "Cost"))
            d.rewrite('"name": "Order arrives"', '"name": "Order comes"')
            done = await d.mirror.sync()
            assert done == Synced(taken=(BOARD_FILE,), written=(BOARD_FILE,))
            assert '"Order comes"' in d.text()
            assert '"Cost"' in d.text()
            assert await d.name_of("order_arrives") == "Order comes"
            assert await d.name_of("price") == "Cost"
            assert (await d.mirror.sync()).idle

    asyncio.run(scenario())


def test_both_sides_changed_in_the_same_place(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desk(tmp_path) as d:
            await d.edit(c.Rename("order_arrives", "From the page"))
            d.rewrite('"name": "Order arrives"', '"name": "From the file"')
            before = d.text()
            for _ in range(2):
                done = await d.mirror.sync()
                assert [trouble.code for trouble in done.troubles] == ["board.stale-revision"]
                assert done.troubles[0].file == BOARD_FILE
                assert d.text() == before
                assert await d.name_of("order_arrives") == "From the page"
            d.rewrite('"name": "From the file"', '"name": "From the page"')
            assert (await d.mirror.sync()).idle
            assert (await d.mirror.sync()).idle

    asyncio.run(scenario())


def test_a_file_that_cannot_be_read_stays_and_is_told(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desk(tmp_path) as d:
            good = d.text()
            (d.folder / BOARD_FILE).write_text("<<<<<<< HEAD\n" + good)
            await d.edit(c.Rename("price", "Cost"))
            done = await d.mirror.sync()
            assert [trouble.file for trouble in done.troubles] == [BOARD_FILE]
            assert d.text().startswith("<<<<<<<")
            (d.folder / BOARD_FILE).write_text(good)
            assert await d.mirror.sync() == Synced(written=(BOARD_FILE,))
            assert '"Cost"' in d.text()

    asyncio.run(scenario())


def test_boards_and_events_that_are_new_on_the_page(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desk(tmp_path) as d:
            app = d.mirror.app
            made = await d.room.boards.create(app, ADA, id="second", name="Second")
            event = Event(
                id="more",
                board=made.id,
                node="n",
                kind=EventKind.HTTP,
                method=Method.GET,
                path="/more",
            )
            await d.room.events.put(app, event, ADA)
            done = await d.mirror.sync()
            assert done.written == ("boards/second.board.json", "events/more.json")
            assert parse(d.text("boards/second.board.json")).name == "Second"
            assert parse_event(d.text("events/more.json")).board == "boards/second.board.json"
            await d.room.events.delete(app, "more")
            await d.room.boards.delete(app, "second")
            await d.mirror.sync()
            assert not (d.folder / "boards/second.board.json").exists()
            assert not (d.folder / "events/more.json").exists()
            assert (await d.mirror.sync()).idle

    asyncio.run(scenario())


def test_files_that_come_and_go(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desk(tmp_path) as d:
            app = d.mirror.app
            other = d.text().replace('"id": "triage"', '"id": "copy"')
            (d.folder / "boards/copy.board.json").write_text(other)
            event = d.text(EVENT_FILE).replace('"id": "order"', '"id": "again"')
            event = event.replace("triage.board", "copy.board").replace("/orders", "/again")
            (d.folder / "events/again.json").write_text(event)
            done = await d.mirror.sync()
            assert done.taken == ("boards/copy.board.json", "events/again.json")
            assert (await d.room.events.get(app, "again")).event.board == "copy"
            for name in done.taken:
                (d.folder / name).unlink()
            gone = await d.mirror.sync()
            assert sorted(gone.taken) == sorted(done.taken)
            assert gone.troubles == ()
            assert {info.id for info in await d.room.boards.list(app)} == {"triage"}
            assert (await d.mirror.sync()).idle

    asyncio.run(scenario())


def test_a_file_deleted_while_the_page_changed_comes_back(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desk(tmp_path) as d:
            (d.folder / BOARD_FILE).unlink()
            await d.edit(c.Rename("price", "Cost"))
            assert (await d.mirror.sync()).written == (BOARD_FILE,)
            assert '"Cost"' in d.text()

    asyncio.run(scenario())


def test_a_file_changed_while_it_was_deleted_on_the_page_stays(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desk(tmp_path) as d:
            await d.room.events.delete(d.mirror.app, "order")
            d.rewrite('"A shop', '"Our shop', EVENT_FILE)
            done = await d.mirror.sync()
            assert [trouble.code for trouble in done.troubles] == ["mirror.changed-on-both-sides"]
            assert "Our shop" in d.text(EVENT_FILE)

    asyncio.run(scenario())


def test_events_and_the_app_itself(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desk(tmp_path) as d:
            app, events = d.mirror.app, d.room.events
            info = await events.get(app, "order")
            assert info.active
            await events.set_active(app, "order", active=False)
            await d.room.apps.update(app, name="Sorting")
            assert (await d.mirror.sync()).written == ("app.json", EVENT_FILE)
            assert '"name": "Sorting"' in d.text("app.json")
            written = parse_event(d.text(EVENT_FILE))
            assert (written.active, written.board) == (False, BOARD_FILE)
            d.rewrite('"Sorting"', '"Triage"', "app.json")
            d.rewrite('"active": false', '"active": true', EVENT_FILE)
            assert (await d.mirror.sync()).taken == ("app.json", EVENT_FILE)
            assert (await d.room.apps.get(app)).name == "Triage"
            assert (await events.get(app, "order")).active
            await events.set_active(app, "order", active=False)
            d.rewrite('"A shop', '"Our shop', EVENT_FILE)
            done = await d.mirror.sync()
            assert [trouble.code for trouble in done.troubles] == ["mirror.changed-on-both-sides"]
            assert (await d.mirror.sync()).written == ()

    asyncio.run(scenario())


def test_an_id_changed_in_a_file_is_told(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desk(tmp_path) as d:
            d.rewrite('"id": "triage"', '"id": "other"')
            d.rewrite('"id": "order"', '"id": "other"', EVENT_FILE)
            d.rewrite('"id": "order-triage"', '"id": "other"', "app.json")
            done = await d.mirror.sync()
            assert {trouble.code for trouble in done.troubles} == {"import.other-id"}
            assert len(done.troubles) == 3
            (d.folder / "app.json").unlink()
            codes = [trouble.code for trouble in (await d.mirror.sync()).troubles]
            assert "import.no-app-file" in codes

    asyncio.run(scenario())


def test_text_in_another_spelling_is_left_alone(tmp_path: Path) -> None:
    async def scenario() -> None:
        folder = tmp_path / "app"
        shutil.copytree(SAMPLE, folder)
        board = folder / BOARD_FILE
        text = board.read_text()
        board.write_text(text.replace("\n  ", "\n "))
        async with room(tmp_path / "f.db", types=CATALOG) as r:
            mirror = FolderMirror(r, folder, ADA)
            await mirror.open()
            d = Desk(r, mirror, folder)
            before = d.stamps()
            await d.edit(c.Rename("price", "Cost"))
            await r.boards.undo(mirror.app, "triage", ADA, 1)
            assert (await mirror.sync()).idle
            assert d.stamps() == before
            await d.edit(c.Rename("price", "Cost"))
            await mirror.sync()
            assert d.text() == dump(parse(d.text()))

    asyncio.run(scenario())


def test_links_are_neither_read_nor_written(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desk(tmp_path) as d:
            outside = tmp_path / "outside"
            outside.write_text("{}")
            (d.folder / BOARD_FILE).unlink()
            (d.folder / BOARD_FILE).symlink_to(outside)
            await d.edit(c.Rename("price", "Cost"))
            with pytest.raises(ImportRefused):
                await d.mirror.sync()
            assert outside.read_text() == "{}"

    asyncio.run(scenario())


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    async def scenario() -> None:
        async with desk(tmp_path) as d:
            before = d.text()
            await d.edit(c.Rename("price", "Cost"))
            with monkeypatch.context() as patched:
                patched.setattr("flowlike.apps.files.os.fsync", full)
                done = await d.mirror.sync()
            assert [trouble.code for trouble in done.troubles] == ["file.unwritable"]
            assert d.text() == before
            assert not list(d.folder.rglob(".*"))
            assert (await d.mirror.sync()).written == (BOARD_FILE,)

    asyncio.run(scenario())


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desk(tmp_path) as d:
            shutil.rmtree(d.folder)
            await d.edit(c.Rename("price", "Cost"))
            try:
                done = await d.mirror.sync()
            except UsageError:
                return
            assert done.troubles
            assert await d.name_of("price") == "Cost"

    asyncio.run(scenario())
