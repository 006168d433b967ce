"""Requests that count once."""

import asyncio
from pathlib import Path

import pytest

from flowlike.server.idempotency import Kept, Keys, Recorder, replayed
from flowlike.server.refusal import Refusal
from tests.server.awaiting import awaited
from tests.server.scenes import Scene, scene

APPS = "/api/v1/apps"


async def post(made: Scene, key: str, name: str = "A") -> tuple[int, str]:
    answer = await made.owner.post(APPS, json={"name": name}, headers={"idempotency-key": key})
    return answer.status_code, answer.json().get("id") or answer.json()["code"]


async def count(made: Scene) -> int:
    return len((await made.owner.get(APPS)).json()["items"])


@awaited
async def test_the_same_request_gets_the_same_answer(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        first = await post(made, "k1")
        assert first[0] == 201
        assert await post(made, "k1") == first
        assert await count(made) == 1
        other = await post(made, "k2")
        assert other[1] != first[1]


@awaited
async def test_another_body_under_the_same_key_is_refused(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        await post(made, "k1")
        assert await post(made, "k1", "B") == (422, "request.idempotency-mismatch")
        assert await count(made) == 1


@awaited
async def test_a_key_belongs_to_one_address(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        _, app = await post(made, "k1")
        headers = {"idempotency-key": "k1"}
        answer = await made.owner.post(f"{APPS}/{app}/boards", json={"name": "A"}, headers=headers)
        assert answer.status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 256])
@awaited
async def test_a_key_is_visible_ascii(tmp_path: Path, key: str) -> None:
    async with scene(tmp_path) as made:
        headers = {"idempotency-key": key.encode()}
        answer = await made.owner.post(APPS, json={"name": "A"}, headers=headers)  # type: ignore[arg-type]  # bytes, as they may come
        assert answer.status_code == 400


@awaited
async def test_a_refused_request_keeps_its_answer_and_a_fault_does_not(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        wrong = {"name": ""}
        headers = {"idempotency-key": "k1"}
        for _ in range(2):
            answer = await made.owner.post(APPS, json=wrong, headers=headers)
            assert answer.status_code == 422


@awaited
async def test_two_at_once_count_once(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        answers = await asyncio.gather(*[post(made, "k1") for _ in range(10)])
        assert {status for status, _ in answers} <= {201, 409}
        assert len({told for status, told in answers if status == 201}) == 1
        assert await count(made) == 1


@awaited
async def test_keys_last_a_day(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        keys = Keys(made.services.database, made.clock)
        claim = await keys.begin("ada", "/x", "k1", b"a")
        assert isinstance(claim, str)
        await keys.settle(claim, Kept(200, [(b"content-type", b"text/plain")], b"hi"))
        again = await keys.begin("ada", "/x", "k1", b"a")
        assert again == Kept(200, [(b"content-type", b"text/plain")], b"hi")
        made.clock.ahead = 25 * 3600 * 1_000_000
        assert isinstance(await keys.begin("ada", "/x", "k1", b"other"), str)


@awaited
async def test_a_request_in_work_is_waited_for_but_not_for_ever(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        keys = Keys(made.services.database, made.clock)
        await keys.begin("ada", "/x", "k1", b"a")
        with pytest.raises(Refusal) as caught:
            await keys.begin("ada", "/x", "k1", b"a")
        assert caught.value.code == "request.idempotency-in-progress"
        assert caught.value.kind.status == 409
        others = Keys(made.services.database, made.clock)
        for minutes, who in ((11, keys), (-11, keys), (9, others), (-9, others)):
            made.clock.ahead = minutes * 60 * 1_000_000
            with pytest.raises(Refusal, match="is being answered"):
                await who.begin("ada", "/x", "k1", b"a")
        made.clock.ahead = 11 * 60 * 1_000_000  # its server was killed meanwhile
        assert isinstance(await others.begin("ada", "/x", "k1", b"a"), str)


@awaited
async def test_what_was_released_may_be_tried_again(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        keys = Keys(made.services.database, made.clock)
        claim = await keys.begin("ada", "/x", "k1", b"a")
        assert isinstance(claim, str)
        await keys.release(claim)
        assert isinstance(await keys.begin("ada", "/x", "k1", b"b"), str)


@awaited
async def test_people_do_not_share_keys(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        keys = Keys(made.services.database, made.clock)
        await keys.begin("ada", "/x", "k1", b"a")
        assert isinstance(await keys.begin("bob", "/x", "k1", b"b"), str)


async def recorded(made: Scene, status: int, *chunks: bytes) -> Kept | str:
    """What is found of an answer that a recorder saw."""
    keys = Keys(made.services.database, made.clock)

    async def send(_: object) -> None:
        return

    recorder = Recorder(keys, send)
    claim = await keys.begin("ada", "/x", "k1", b"a")
    assert isinstance(claim, str)
    recorder.claim = claim
    headers = [(b"content-type", b"text/plain"), (b"x-other", b"1")]
    await recorder({"type": "http.response.start", "status": status, "headers": headers})
    for number, chunk in enumerate(chunks):
        more = number < len(chunks) - 1
        await recorder({"type": "http.response.body", "body": chunk, "more_body": more})
    await recorder.close()
    return await keys.begin("ada", "/x", "k1", b"a")


@awaited
async def test_an_answer_is_kept_with_what_describes_it(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        found = await recorded(made, 201, b"hi")
        assert found == Kept(201, [(b"content-type", b"text/plain")], b"hi")


@pytest.mark.parametrize("status", [429, 500, 503])
@awaited
async def test_faults_and_waits_are_not_kept(tmp_path: Path, status: int) -> None:
    async with scene(tmp_path) as made:
        assert isinstance(await recorded(made, status, b"x"), str)


@awaited
async def test_of_a_stream_only_that_it_was_one_is_kept(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        found = await recorded(made, 200, b"a", b"b", b"c")
        assert isinstance(found, Kept)
        with pytest.raises(Refusal) as caught:
            replayed(found)
        assert caught.value.code == "request.idempotency-streamed"


@awaited
async def test_an_answer_beyond_reason_is_not_kept(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        found = await recorded(made, 200, b"x" * 2_000_000)
        assert isinstance(found, Kept)
        assert (found.status, found.body) == (0, b"")


def test_without_a_claim_nothing_is_recorded() -> None:
    async def scenario() -> list[object]:
        sent: list[object] = []

        async def send(message: object) -> None:
            sent.append(message)

        recorder = Recorder(None, send)  # type: ignore[arg-type]  # never asked
        await recorder({"type": "http.response.start", "status": 200, "headers": []})
        await recorder({"type": "http.response.body", "body": b"x"})
        await recorder.close()
        return sent

    assert len(asyncio.run(scenario())) == 2
