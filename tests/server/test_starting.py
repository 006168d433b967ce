"""How much is recorded of a run and how much it may use: event, board, app, operator, caller."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from flowlike.board.app import RunLimits
from flowlike.board.definition import DataType
from flowlike.board.model import Board, BoardSettings, TraceLevel, Variable
from flowlike.engine.run import Limits
from flowlike.identity.permissions import DEFAULT_ROLES, Permission
from flowlike.server.starting import bounded
from tests.server.awaiting import awaited, shared
from tests.server.building import board_of, node
from tests.server.living import ADD, ENDLESS, GREET, Live, app_of
from tests.server.routes.test_runs import finished, frames
from tests.server.scenes import Scene
from tests.server.test_matrix import roles


def says(board: Board, level: TraceLevel) -> Board:
    return msgspec.structs.replace(board, settings=BoardSettings(trace=level))


async def level_of(app: Live) -> str:
    answer = await app.made.nobody.get(f"/e/{app.id}/add", params={"a": "1", "b": "2"})
    assert answer.status_code == 200, answer.text
    run = await finished(app, answer.json()["run_id"])
    level: str = run["level"]
    return level


@pytest.mark.parametrize(
    ("app_says", "board_says", "event_says", "level"),
    [
        (None, None, None, "steps"),
        ("data", None, None, "data"),
        ("data", TraceLevel.ERRORS, None, "errors"),
        ("data", TraceLevel.ERRORS, "off", "off"),
        (None, None, "data", "data"),
    ],
)
@shared
async def test_the_closest_to_the_run_says_what_is_recorded(
    made: Scene,
    app_says: str | None,
    board_says: TraceLevel | None,
    event_says: str | None,
    level: str,
) -> None:
    app = await app_of(made)
    if app_says:
        await made.owner.patch(app.path, json={"settings": {"trace": app_says}})
    board = says(ADD, board_says) if board_says else ADD
    more = {"settings": {"trace": event_says}} if event_says else {}
    await app.live(board, **more)
    assert await level_of(app) == level


@shared
async def test_what_an_app_says_counts_at_once(made: Scene) -> None:
    app = await app_of(made)
    await app.live(ADD)
    assert await level_of(app) == "steps"
    await made.owner.patch(app.path, json={"settings": {"trace": "off"}})
    assert await level_of(app) == "off"


@shared
async def test_whole_traces_of_some_runs_are_kept(made: Scene) -> None:
    app = await app_of(made)
    sampling = {"one_in": 1_000_000, "first_per_hour": 1}
    await app.live(ADD, settings={"sampling": sampling})
    details = []
    for _ in range(3):
        answer = await made.nobody.get(f"/e/{app.id}/add", params={"a": "1", "b": "2"})
        run = await finished(app, answer.json()["run_id"])
        details.append(run["detail"])
    assert details == ["", "sampled", "sampled"]


async def started(made: Scene, app: Live, **body: Any) -> dict[str, Any]:
    path = f"{app.path}/boards/greet/runs"
    answer = await made.owner.post(path, json={"node": "start", "payload": {}} | body)
    run_id = frames(answer.text)[0][2]["run_id"]
    run: dict[str, Any] = (await made.owner.get(f"{app.path}/runs/{run_id}")).json()
    return run


@awaited
async def test_values_are_not_recorded_for_everybody(tmp_path: Path) -> None:
    async with roles(tmp_path, runs=True) as (made, apps):
        apps.mask = int(Permission.OWNER)
        app = await app_of(made)
        await app.board(GREET)
        assert (await started(made, app, trace="data"))["level"] == "data"
        apps.mask = int(DEFAULT_ROLES["Viewer"] | Permission.EXECUTE_BOARDS)
        assert (await started(made, app, trace="data"))["level"] == "steps"
        assert (await started(made, app, trace="off"))["level"] == "off"


MOST = Limits(steps=1_000, seconds=10.0)


@pytest.mark.parametrize(
    ("asked", "own", "limits"),
    [
        (RunLimits(), RunLimits(), MOST),
        (RunLimits(steps=5), RunLimits(steps=7), Limits(5, 10.0)),
        (RunLimits(), RunLimits(steps=7, seconds=2.0), Limits(7, 2.0)),
        (RunLimits(steps=10**9, seconds=1e6), RunLimits(), MOST),
        (RunLimits(), RunLimits(seconds=1e6), MOST),
    ],
)
def test_nobody_gets_more_than_the_operator_allows(
    asked: RunLimits, own: RunLimits, limits: Limits
) -> None:
    assert bounded(asked, own, MOST) == limits


@shared
async def test_an_apps_limits_hold_for_its_runs(made: Scene) -> None:
    app = await app_of(made)
    await made.owner.patch(app.path, json={"settings": {"limits": {"steps": 5_000}}})
    answer = await made.nobody.get(await app.live(ENDLESS))
    run = await finished(app, answer.json()["run_id"])
    assert run["error"]["code"] == "engine.step-budget"
    assert run["steps"] <= 6_000


SET = board_of(
    "set",
    start=node("events_generic", exec_out=["end.exec_in"]),
    read=node("variable_get", {"var_ref": "who"}, value_ref=["end.response"]),
    end=node("events_generic_return_result"),
)


@shared
async def test_a_run_of_an_event_is_run_again_with_the_events_values(made: Scene) -> None:
    app = await app_of(made)
    variable = Variable(name="Who", type=DataType.STRING, default="nobody", exposed=True)
    board = msgspec.structs.replace(SET, variables={"who": variable})
    await app.live(board, kind="generic", path="", access="private", variables={"who": "Ada"})
    path = f"{app.path}/events/set/invoke"
    first = (await made.owner.post(path, json={"payload": {}})).json()
    assert first["output"] == "Ada"
    stream = {"accept": "text/event-stream"}
    bodies: list[dict[str, Any]] = [{"payload": {}}, {"payload": {}, "latest": True}]
    for body in bodies:
        again = f"{app.path}/runs/{first['run_id']}/rerun"
        answer = await made.owner.post(again, json=body, headers=stream)
        outputs = [data for _, kind, data in frames(answer.text) if kind == "output"]
        assert outputs == ["Ada"], body
