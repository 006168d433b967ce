"""Apps as zips of their folders."""

import io
import json
import zipfile

import pytest

from tests.server.awaiting import shared
from tests.server.living import ADD, app_of
from tests.server.scenes import Scene

APPS = "/api/v1/apps"
ZIP = {"content-type": "application/zip"}


@shared
async def test_an_app_travels_as_a_folder(made: Scene) -> None:
    app = await app_of(made)
    await app.live(ADD)
    answer = await made.owner.get(f"{app.path}/export")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == f'attachment; filename="{app.id}.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert set(archive.namelist()) == {
            "app.json",
            "boards/add.board.json",
            "events/add.json",
        }
        assert json.loads(archive.read("app.json"))["name"] == "Orders"
    again = await made.owner.post(f"{APPS}/import", content=answer.content, headers=ZIP)
    assert again.status_code == 201, again.text
    copy = again.json()
    assert copy["id"] != app.id
    assert (copy["name"], copy["boards"], copy["events"]) == ("Orders", 1, 1)
    (event,) = (await made.owner.get(f"{APPS}/{copy['id']}/events")).json()["items"]
    assert (event["active"], event["live"]) == (False, None)
    assert (await made.nobody.get(f"/e/{copy['id']}/add")).status_code == 404


@shared
async def test_the_same_app_is_the_same_zip(made: Scene) -> None:
    app = await app_of(made)
    await app.live(ADD)
    first = await made.owner.get(f"{app.path}/export")
    second = await made.owner.get(f"{app.path}/export")
    assert first.content == second.content


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"no zip at all", b"PK\x05\x06" + b"\0" * 18])
@shared
async def test_what_is_no_app_is_refused(made: Scene, body: bytes) -> None:
    answer = await made.owner.post(f"{APPS}/import", content=body, headers=ZIP)
    assert answer.status_code == 422
    assert answer.json()["remedy"]


@shared
async def test_only_a_zip_is_imported(made: Scene) -> None:
    answer = await made.owner.post(f"{APPS}/import", json={"name": "x"})
    assert answer.status_code == 415
    assert (await made.nobody.post(f"{APPS}/import", content=b"x", headers=ZIP)).status_code == 401
