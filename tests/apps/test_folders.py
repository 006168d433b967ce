"""Apps in and out: what goes out comes in again, and foreign work arrives switched off."""

import asyncio
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from flowlike.apps.archives import ImportLimits, write_archive
from flowlike.apps.documents import read_documents, write_documents
from flowlike.apps.folders import export_folder, import_folder
from flowlike.board.app import parse_event
from flowlike.board.edit import commands as c
from flowlike.board.text import parse
from flowlike.errors import ImportRefused, NotFound, PublishRefused, TextError, UsageError
from tests.apps.event_scenes import CATALOG, event, fine, live
from tests.apps.scenes import ADA, APP, BOARD, BOB, Room, room
from tools.locked import ROOT

SAMPLE = ROOT / "examples" / "order-triage"
SAMPLE_BOARD = (SAMPLE / "boards/triage.board.json").read_bytes()


async def nothing_arrived(r: Room) -> None:
    assert await r.apps.list_for(BOB) == []
    async with r.database.read() as connection:
        for table in ("apps", "boards", "events", "board_versions"):
            rows = await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")
            assert rows.scalar_one() == (1 if table in {"apps", "boards"} else 0)


def test_the_sample_runs_once_it_is_switched_on(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG) as r:
            done = await import_folder(r, SAMPLE, BOB, activate=True)
            assert (done.app, done.boards, done.events) == ("order-triage", ("triage",), ("order",))
            assert not done.renamed
            assert await r.apps.role_of(done.app, BOB) == 1
            found = r.events.match("order-triage", "POST", "/orders")
            assert found is not None
            assert found.event.stable.board_version == "0.1.0"
            info = await r.boards.info("order-triage", "triage")
            assert (info.version, info.starts[0].id) == ("0.1.0", "order_arrives")
            text = await r.events.text(found.event.stable)
            assert (
                parse(text).nodes == parse((SAMPLE / "boards/triage.board.json").read_text()).nodes
            )

    asyncio.run(scenario())


def test_foreign_work_arrives_switched_off(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG) as r:
            done = await import_folder(r, SAMPLE, BOB)
            info = await r.events.get(done.app, "order")
            assert (info.active, info.live) == (False, 0)
            await r.events.publish(done.app, "order", BOB, bump="minor")
            assert r.events.match(done.app, "POST", "/orders") is None

    asyncio.run(scenario())


def test_an_app_goes_out_and_comes_in_the_same(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG, board=fine()) as r:
            await live(r, event(path="/a", description="é"))
            await r.do(ADA, c.Rename("end", "Finish"))
            raw = await export_folder(r, APP)
            assert await export_folder(r, APP) == raw
            with zipfile.ZipFile(BytesIO(raw)) as archive:
                names = archive.namelist()
                board = parse(archive.read("boards/orders.board.json"))
                written = parse_event(archive.read("events/ask.json"))
            assert names == ["app.json", "boards/orders.board.json", "events/ask.json"]
            assert (board.version, board.nodes["end"].name) == ("0.1.0", "Finish")
            assert "events_simple@1" in board.types
            assert written.board == "boards/orders.board.json"

            done = await import_folder(r, raw, BOB)
            assert done.renamed
            assert done.app != APP
            theirs, ours = (await r.boards.get(done.app, BOARD)).board, await r.board()
            assert theirs.nodes == ours.nodes
            assert theirs.variables == ours.variables
            assert (await r.events.get(done.app, "ask")).event.board == BOARD
            assert r.events.match(APP, "POST", "/a") is not None
            assert await r.apps.role_of(APP, BOB) is None
            await r.apps.delete(APP)
            again = await import_folder(r, raw, ADA, activate=True)
            assert (again.app, again.renamed) == (APP, False)
            assert r.events.match(APP, "POST", "/a") is not None
            exported = await export_folder(r, APP)
            with zipfile.ZipFile(BytesIO(exported)) as archive:
                assert parse(archive.read("boards/orders.board.json")).version == "0.2.0"

    asyncio.run(scenario())


def test_an_app_that_is_not_there(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with room(tmp_path / "f.db") as r:
            with pytest.raises(NotFound):
                await export_folder(r, "none")

    asyncio.run(scenario())


APP_JSON = b'{"format": "flowlike.app/1", "id": "x"}'
BOARD_JSON = b'{"format": "flowlike.board/1", "id": "b"}'
EVENT_JSON = b'{"format": "flowlike.event/1", "id": "e", "board": "b", "node": "n"}'
ONE_BOARD = {"app.json": APP_JSON, "boards/b.board.json": BOARD_JSON}


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "import.no-app-file"),
        ({"boards/b.board.json": BOARD_JSON}, "import.no-app-file"),
        (
            {
                "app.json": APP_JSON,
                "boards/b.board.json": BOARD_JSON,
                "boards/c.board.json": BOARD_JSON,
            },
            "import.id-twice",
        ),
        ({"app.json": APP_JSON, "events/e.json": EVENT_JSON}, "import.no-board"),
        (
            {"app.json": APP_JSON, "boards/b.board.json": BOARD_JSON.replace(b'"b"', b'"b/c"')},
            "import.bad-board-id",
        ),
    ],
)
def test_folders_that_do_not_hang_together(
    tmp_path: Path, files: dict[str, bytes], code: str
) -> None:
    async def scenario() -> None:
        async with room(tmp_path / "f.db", types=CATALOG) as r:
            with pytest.raises(ImportRefused) as caught:
                await import_folder(r, write_archive(files or {"x": b""}), BOB)
            assert caught.value.code == code
            await nothing_arrived(r)

    asyncio.run(scenario())


def test_files_that_cannot_be_read_are_named_with_their_line(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with room(tmp_path / "f.db", types=CATALOG) as r:
            files = {"app.json": APP_JSON, "boards/b.board.json": b'{\n"format": 1}'}
            with pytest.raises(TextError) as caught:
                await import_folder(r, write_archive(files), BOB)
            assert (caught.value.where.file, caught.value.where.line) == ("boards/b.board.json", 2)
            await nothing_arrived(r)

    asyncio.run(scenario())


def test_what_cannot_go_live_does_not_stay(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG) as r:
            files = {
                "app.json": APP_JSON,
                "boards/b.board.json": BOARD_JSON,
                "events/e.json": EVENT_JSON,
            }
            with pytest.raises(PublishRefused):
                await import_folder(r, write_archive(files), BOB, activate=True)
            await nothing_arrived(r)
            await import_folder(r, write_archive(files), BOB)

    asyncio.run(scenario())


def test_folders_on_disk(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with room(tmp_path / "f.db", types=CATALOG) as r:
            with pytest.raises(ImportRefused) as caught:
                await import_folder(r, tmp_path, BOB)
            assert caught.value.code == "import.no-app-file"
            small = ImportLimits(file=1_000)
            with pytest.raises(ImportRefused) as caught:
                await import_folder(r, SAMPLE, BOB, limits=small)
            assert caught.value.code == "import.too-large"
            with pytest.raises(ImportRefused) as caught:
                await import_folder(r, SAMPLE, BOB, limits=ImportLimits(files=1))
            assert caught.value.code == "import.too-many-files"
            await nothing_arrived(r)

    asyncio.run(scenario())


def test_links_on_disk_are_refused(tmp_path: Path) -> None:
    folder, secret = tmp_path / "app", tmp_path / "secret"
    secret.write_text("secret")
    for kind in ("file", "folder", "app", "pipe"):
        inside = folder / kind
        (inside / "boards").mkdir(parents=True)
        (inside / "app.json").write_bytes(APP_JSON)
        if kind == "file":
            (inside / "boards" / "b.board.json").symlink_to(secret)
        elif kind == "pipe":
            import os

            os.mkfifo(inside / "boards" / "b.board.json")
        elif kind == "app":
            (inside / "app.json").unlink()
            (inside / "app.json").symlink_to(secret)
        else:
            (inside / "boards").rmdir()
            (inside / "boards").symlink_to(tmp_path)

    async def scenario() -> None:
        async with room(tmp_path / "f.db", types=CATALOG) as r:
            for kind in ("file", "folder", "app", "pipe"):
                with pytest.raises(ImportRefused) as caught:
                    await import_folder(r, folder / kind, BOB)
                assert caught.value.code == "import.link"
                assert "secret" not in caught.value.message

    asyncio.run(scenario())


def test_an_unreadable_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app" / "boards").mkdir(parents=True)
    (tmp_path / "app" / "app.json").write_bytes(APP_JSON)

    def deny(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    async def scenario() -> None:
        async with room(tmp_path / "f.db", types=CATALOG) as r:
            for name in ("os.scandir", "flowlike.apps.files.os.open"):
                with monkeypatch.context() as patched:
                    patched.setattr(name, deny)
                    with pytest.raises(UsageError) as caught:
                        await import_folder(r, tmp_path / "app", BOB)
                assert caught.value.code == "file.unreadable"

    asyncio.run(scenario())


def test_documents_round_trip() -> None:
    files = {
        name.relative_to(SAMPLE).as_posix(): name.read_bytes()
        for name in (
            *SAMPLE.glob("app.json"),
            *SAMPLE.glob("*/*.board.json"),
            *SAMPLE.glob("events/*"),
        )
    }
    documents = read_documents(files)
    assert write_documents(documents) == files
    assert documents.file_of("triage") == "boards/triage.board.json"
    assert documents.file_of("new") == "boards/new.board.json"
