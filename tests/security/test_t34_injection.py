"""Threat 34: SQL in what a caller may search, filter, name and page by.

Values are bound and columns are never named by callers.
"""

import sqlite3

from tests.server.awaiting import shared
from tests.server.living import GREET, Live, app_of
from tests.server.scenes import Scene

CORPUS = [
    "'",
    '"',
    "' OR '1'='1",
    "' OR 1=1 --",
    "'; DROP TABLE apps; --",
    "x'||(SELECT hash FROM passwords)||'",
    "1; ATTACH DATABASE '/tmp/x' AS x",
    "name;DROP",
    "%' AND 1=0 UNION SELECT token_hash FROM sessions --",
    "\\'; SELECT pg_sleep(5); --",
    "') OR ('a'='a",
    "*",
    "%",
    "_",
    "status:completed' OR '1'='1",
    "\u02bc OR 1=1",
    "${jndi:ldap://x}",
    "{{7*7}}",
]
QUERY = ("q", "event", "board", "trigger", "actor", "cursor", "sort", "order", "limit", "status")


async def runs(made: Scene, app: Live) -> list[str]:
    items = (await made.owner.get(f"{app.path}/runs")).json()["items"]
    return [each["run_id"] for each in items]


async def count(made: Scene) -> int:
    return len(await made.services.apps.list_for("local"))


@shared
async def test_no_value_becomes_a_query(made: Scene) -> None:
    app = await app_of(made)
    await app.board(GREET)
    start = {"node": "start", "payload": {}}
    await made.owner.post(f"{app.path}/boards/greet/runs", json=start)
    apps = await count(made)
    usual = await runs(made, app)
    for text in CORPUS:
        for name in QUERY:
            answer = await made.owner.get(f"{app.path}/runs", params={name: text})
            assert answer.status_code in {200, 422}, (name, text)
            if answer.status_code == 200:
                assert len(answer.json()["items"]) <= len(usual), (name, text)
        body = {"name": text, "description": text}
        created = await made.owner.post("/api/v1/apps", json=body)
        assert created.status_code == 201, text
        assert created.json()["name"] == text
        await made.owner.delete(f"/api/v1/apps/{created.json()['id']}")
    assert await count(made) == apps
    assert await runs(made, app) == usual


@shared
async def test_no_name_in_an_address_becomes_one(made: Scene) -> None:
    app = await app_of(made)
    for text in CORPUS:
        for path in ("/api/v1/apps/{}", app.path + "/boards/{}", app.path + "/runs/{}"):
            answer = await made.owner.get(path.format(text.replace("/", "").replace("?", "")))
            assert answer.status_code in {404, 422}, (path, text)


def test_the_corpus_would_succeed_on_text_put_together() -> None:
    database = sqlite3.connect(":memory:")
    database.executescript("CREATE TABLE runs (id, app); INSERT INTO runs VALUES (1, 'a');")
    reached = 0
    for text in CORPUS:
        try:
            rows = database.execute(f"SELECT id FROM runs WHERE app = '{text}'").fetchall()
        except sqlite3.Error:
            continue
        reached += bool(rows)
        bound = database.execute("SELECT id FROM runs WHERE app = ?", (text,)).fetchall()
        assert bound == []
    database.close()
    assert reached >= 2
