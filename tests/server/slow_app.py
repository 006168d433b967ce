"""An app whose event takes a moment, and the runs of it that a test watches."""

import json
from pathlib import Path
from typing import Any

from tests.serving import Serving, until

APP, EVENT = "slow", "wait"
BOARD = {
    "format": "flowlike.board/1",
    "id": "slow",
    "name": "Slow",
    "nodes": {
        "start": {
            "type": "events_generic@1",
            "pins": {
                "out": [
                    {"name": "time", "type": "Float", "default": 1.0},
                    {"name": "n", "type": "Integer", "default": 0},
                ]
            },
            "out": {
                "exec_out": {"to": ["wait.exec_in"]},
                "time": {"to": ["wait.time"]},
                "n": {"to": ["end.response"]},
            },
        },
        "wait": {"type": "delay@1", "out": {"exec_out": {"to": ["end.exec_in"]}}},
        "end": {"type": "events_generic_return_result@1"},
    },
}
DOCUMENTS = {
    "app.json": {"format": "flowlike.app/1", "id": APP, "name": "Slow"},
    "boards/slow.board.json": BOARD,
    "events/wait.json": {
        "format": "flowlike.event/1",
        "id": EVENT,
        "name": "Wait",
        "board": "boards/slow.board.json",
        "node": "start",
        "kind": "generic",
    },
}


def install(serving: Serving) -> None:
    """Imports the app, published."""
    folder = serving.folder / "slow"
    for name, document in DOCUMENTS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document), "utf-8")
    done = serving.command("import", folder, "--activate", "--once")
    assert done.returncode == 0, done.stderr


def queue(serving: Serving, count: int, milliseconds: float) -> list[str]:
    """Has so many runs accepted for later; their ids."""
    ids = []
    for number in range(count):
        answer = serving.http.post(
            f"/api/v1/apps/{APP}/events/{EVENT}/invoke/async",
            json={"payload": {"time": milliseconds, "n": number}},
        )
        assert answer.status_code == 202, answer.text
        ids.append(answer.json()["run_id"])
    return ids


def states(serving: Serving) -> dict[str, str]:
    """The status of each run of the app, by id."""
    found: dict[str, str] = {}
    cursor = ""
    while True:
        query: dict[str, Any] = {"limit": 200} | ({"cursor": cursor} if cursor else {})
        page = serving.http.get(f"/api/v1/apps/{APP}/runs", params=query).json()
        found |= {each["run_id"]: each["status"] for each in page["items"]}
        cursor = page["next"]
        if not cursor:
            return found


def in_flight(serving: Serving, ids: list[str]) -> set[str]:
    """Those that have begun and not ended; waits until there are some."""

    def look() -> set[str]:
        now = states(serving)
        return {each for each in ids if now.get(each) == "running"}

    return until(look)


def all_completed(serving: Serving, ids: list[str]) -> None:
    """Waits until each of them is."""

    def look() -> bool:
        now = states(serving)
        return all(now.get(each) == "completed" for each in ids)

    until(look, 120)


def result(serving: Serving, run_id: str) -> Any:
    return serving.http.get(f"/api/v1/apps/{APP}/runs/{run_id}/result").json()


def segments(data: Path) -> list[Path]:
    """Trace files of the archive."""
    return sorted((data / "runs").rglob("*.trace"))
