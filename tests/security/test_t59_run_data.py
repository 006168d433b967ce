"""Threat 59: a member without ReadRunData reads what runs were given and what they returned."""

from pathlib import Path

import msgspec
import pytest

from flowlike.identity.permissions import DEFAULT_ROLES, Permission
from flowlike.runs.archive import Archive
from flowlike.runs.kept import KeptRun
from flowlike.server.routes import runs, starts
from tests.server.awaiting import awaited
from tests.server.living import GREET, Live, app_of
from tests.server.matrix import OneRole
from tests.server.scenes import Scene
from tests.server.test_matrix import roles

CANARY = "canary-4711"
READER = DEFAULT_ROLES["Viewer"] | Permission.EXECUTE_EVENTS | Permission.EXECUTE_BOARDS


async def run_of_another(made: Scene, apps: OneRole) -> tuple[Live, str]:
    """A run that was given a value and returned it."""
    apps.mask = int(Permission.OWNER)
    app = await app_of(made)
    await app.live(GREET, kind="generic", path="", settings={"trace": "data"})
    answer = await made.owner.post(
        f"{app.path}/events/greet/invoke", json={"payload": {"name": CANARY}}
    )
    return app, answer.json()["run_id"]


async def told(made: Scene, app: Live, run_id: str) -> str:
    """All that the API says of a run."""
    texts = []
    for below in ("", "/trace", "/result", "/nodes", "/logs", "/events"):
        answer = await made.owner.get(f"{app.path}/runs/{run_id}{below}")
        assert answer.status_code == 200, below
        texts.append(answer.text)
    return "".join(texts)


def somebody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    """All runs look as if another person had started them."""
    kept = Archive.run

    async def elsewhere(self: Archive, app: str, run_id: str) -> KeptRun | None:
        run = await kept(self, app, run_id)
        return None if run is None else msgspec.structs.replace(run, actor="bob")

    monkeypatch.setattr(Archive, "run", elsewhere)


@awaited
async def test_values_are_for_those_who_may_read_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with roles(tmp_path, runs=True) as (made, apps):
        app, run_id = await run_of_another(made, apps)
        somebody_elses(monkeypatch)
        assert CANARY in await told(made, app, run_id)
        apps.mask = int(READER | Permission.READ_RUN_DATA)
        assert CANARY in await told(made, app, run_id)
        apps.mask = int(READER)
        assert CANARY not in await told(made, app, run_id)


@awaited
async def test_running_again_does_not_tell_them_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with roles(tmp_path, runs=True) as (made, apps):
        app, run_id = await run_of_another(made, apps)
        somebody_elses(monkeypatch)
        path = f"{app.path}/runs/{run_id}/rerun"
        stream = {"accept": "text/event-stream"}
        apps.mask = int(READER)
        answer = await made.owner.post(path, json={}, headers=stream)
        assert (answer.status_code, answer.json()["permission"]) == (403, "ReadRunData")
        own = {"payload": {"name": "mine"}}
        assert "mine" in (await made.owner.post(path, json=own, headers=stream)).text


@awaited
async def test_without_the_bit_they_would_be_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_sees_data", lambda *_: True)
    async with roles(tmp_path, runs=True) as (made, apps):
        app, run_id = await run_of_another(made, apps)
        somebody_elses(monkeypatch)
        apps.mask = int(READER)
        assert CANARY in await told(made, app, run_id)


@awaited
async def test_pinned_values_are_for_those_who_may_read_the_board(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with roles(tmp_path, runs=True) as (made, apps):
        apps.mask = int(Permission.OWNER)
        app = await app_of(made)
        await app.board(GREET)
        pinned = {"setting": "pinned", "value": {"payload": {"name": CANARY}}}
        command = {"command": "set_node_setting", "node": "start", **pinned}
        path = f"{app.path}/boards/greet"
        body = {"base_revision": 0, "id": "pinned", "commands": [command]}
        assert (await made.owner.post(f"{path}/commands", json=body)).status_code == 200

        async def asked() -> str:
            answer = await made.owner.get(f"{path}/prerun", params={"node": "start"})
            assert answer.status_code == 200, answer.text
            return answer.text

        assert CANARY in await asked()
        apps.mask = int(Permission.EXECUTE_BOARDS)
        assert CANARY not in await asked()
        monkeypatch.setattr(starts, "_examples", lambda _, start: start.settings.pinned or {})
        assert CANARY in await asked()
