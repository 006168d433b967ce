"""T39: an archive that leads elsewhere, unfolds to gigabytes, holds links or duplicates, or takes
the ids of an app that is there.

Each attack is shown twice: refused, with nothing left; and getting through once its defence is
taken away.
"""

import asyncio
import io
import os
import stat
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from flowlike.apps import archives
from flowlike.apps.archives import ImportLimits, read_archive, write_archive
from flowlike.apps.files import read_directory
from flowlike.apps.folders import export_folder, import_folder
from flowlike.errors import ImportRefused
from tests.apps.event_scenes import CATALOG, event, fine, live
from tests.apps.scenes import ADA, APP, BOB, Room, room

APP_JSON = b'{"format": "flowlike.app/1", "id": "x"}'
MIB = 1024 * 1024
NO_LIMITS = ImportLimits(archive=2**40, total=2**40, file=2**40, files=2**15)


def packed(*entries: tuple[str, bytes, int]) -> bytes:
    """A zip of (name, content, kind of file), in which names may stand twice."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, kind in [("app.json", APP_JSON, stat.S_IFREG), *entries]:
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.external_attr = (kind | 0o644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return made.getvalue()


def every(_: str) -> bool:
    return True


def refused(raw: bytes, code: str, limits: ImportLimits | None = None) -> None:
    """Refused by the import, and nothing of it is there."""

    async def scenario(place: Path) -> None:
        async with room(place, types=CATALOG) as r:
            with pytest.raises(ImportRefused) as caught:
                await import_folder(r, raw, BOB, limits=limits or ImportLimits())
            assert caught.value.code == code
            assert await r.apps.list_for(BOB) == []
            assert await r.boards.list("x") == []

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(scenario(Path(folder) / "f.db"))


# ---------------------------------------------------------------- names and kinds of files


@pytest.mark.parametrize(
    "name", ["../evil", "boards/../../evil", "/etc/evil", "boards\\..\\evil", "C:evil"]
)
def test_names_that_lead_elsewhere(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    raw = packed((name, b"evil", stat.S_IFREG))
    refused(raw, "import.bad-name")
    monkeypatch.setattr(archives, "check_names", list)
    assert read_archive(raw, every, ImportLimits())[name] == b"evil"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["boards/a.board.json", "boards/A.board.json"])
def test_a_name_that_stands_twice(monkeypatch: pytest.MonkeyPatch, second: str) -> None:
    """What one tool shows and another one reads."""
    raw = packed(("boards/a.board.json", b"shown", stat.S_IFREG), (second, b"read", stat.S_IFREG))
    refused(raw, "import.duplicate")
    monkeypatch.setattr(archives, "check_names", list)
    assert read_archive(raw, every, ImportLimits())[second] == b"read"


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices(monkeypatch: pytest.MonkeyPatch, kind: int) -> None:
    raw = packed(("boards/a.board.json", b"/etc/passwd", kind))
    refused(raw, "import.link")
    monkeypatch.setattr(archives, "_KINDS", frozenset({*archives._KINDS, kind}))  # noqa: SLF001 - the defence
    assert read_archive(raw, every, ImportLimits())["boards/a.board.json"] == b"/etc/passwd"


def test_a_link_in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    inside = tmp_path / "app" / "boards"
    inside.mkdir(parents=True)
    (inside.parent / "app.json").write_bytes(APP_JSON)
    (inside / "a.board.json").symlink_to(secret)

    async def scenario() -> None:
        async with room(tmp_path / "f.db", types=CATALOG) as r:
            with pytest.raises(ImportRefused) as caught:
                await import_folder(r, tmp_path / "app", BOB)
            assert caught.value.code == "import.link"
            assert await r.apps.list_for(BOB) == []

    asyncio.run(scenario())
    monkeypatch.setattr(os, "O_NOFOLLOW", 0)
    read = read_directory(tmp_path / "app", ImportLimits())
    assert read["boards/a.board.json"] == b"secret"


# ---------------------------------------------------------------- what it unfolds to


def unfolded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts what comes out of archives from here on."""
    sizes: list[int] = []
    read = zipfile.ZipExtFile.read

    def counted(self: zipfile.ZipExtFile, n: int | None = -1) -> bytes:
        chunk = read(self, n)
        sizes.append(len(chunk))
        return chunk

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    return sizes


def test_a_small_archive_of_large_files(monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = bytes(9 * MIB)
    entries = [(f"boards/{number}.board.json", zeros, stat.S_IFREG) for number in range(8)]
    raw = packed(*entries)
    assert len(raw) < MIB // 8
    limits = ImportLimits(total=20 * MIB, file=10 * MIB)
    sizes = unfolded(monkeypatch)
    refused(raw, "import.too-large", limits)
    refused(raw, "import.too-large", ImportLimits(file=8 * MIB))
    assert sum(sizes) <= 20 * MIB + 8 * MIB + 2 * 64 * 1024
    sizes.clear()
    assert len(read_archive(raw, every, NO_LIMITS)) == 9
    assert sum(sizes) > 72 * MIB


def test_sizes_that_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory says 10 bytes, a megabyte comes out: what comes out is counted."""
    raw = packed(("boards/a.board.json", bytes(MIB), stat.S_IFREG))
    lying = raw.replace(MIB.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != raw
    sizes = unfolded(monkeypatch)
    refused(lying, "import.not-a-zip")
    assert sum(sizes) < MIB


def test_more_files_than_memory_is_for(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = write_archive({f"x{number}": b"" for number in range(3_000)})
    with monkeypatch.context() as patched:
        patched.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("the directory was read"))
        refused(raw, "import.too-many-files")
        # Says that there is one file; the directory itself is as long as ever.
        lying = bytearray(raw)
        lying[-12:-10] = (1).to_bytes(2, "little")
        refused(bytes(lying), "import.too-many-files", ImportLimits(files=100))
    assert len(read_archive(raw, every, NO_LIMITS)) == 3_000


def test_an_archive_that_is_large_itself() -> None:
    refused(bytes(MIB), "import.too-large", ImportLimits(archive=MIB - 1))
    refused(bytes(MIB), "import.not-a-zip", ImportLimits(archive=MIB))


# ---------------------------------------------------------------- the ids of others


def test_the_ids_of_an_app_that_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def exported(r: Room) -> bytes:
        await live(r, event(path="/a", description="mine"))
        return await export_folder(r, APP)

    async def scenario() -> None:
        async with room(tmp_path / "f.db", types=CATALOG, board=fine()) as r:
            raw = await exported(r)
            before = await r.text()
            done = await import_folder(r, raw, BOB)
            assert done.renamed
            assert done.app != APP
            assert await r.apps.role_of(APP, BOB) is None
            assert await r.apps.role_of(done.app, BOB) == 1
            await r.events.delete(done.app, "ask")
            assert await r.text() == before
            found = r.events.match(APP, "POST", "/a")
            assert found is not None
            assert found.event.app == APP

            async def not_there(*_: Any) -> bool:
                return False

            monkeypatch.setattr(r.apps, "exists", not_there)
            with pytest.raises(IntegrityError):  # the database has the last word
                await import_folder(r, raw, BOB)
            assert (await r.apps.get(APP, ADA)).role == "Owner"

    asyncio.run(scenario())
