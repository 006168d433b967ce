"""Numbers of versions, and the text that a version keeps."""

import asyncio
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.apps.versions import Bump, bumped, number_of, recorded
from flowlike.board.edit import commands as c
from flowlike.board.text import dump, parse
from flowlike.errors import Conflict, NotFound
from tests.apps.event_scenes import CATALOG, event, fine
from tests.apps.scenes import ADA, APP, BOARD, room
from tests.board.edit_examples import TYPES, sample

numbers = st.tuples(*[st.integers(0, 999_999_999)] * 3)


@pytest.mark.parametrize(
    ("bump", "following"), [("major", (2, 0, 0)), ("minor", (1, 3, 0)), ("patch", (1, 2, 4))]
)
def test_counting_on(bump: Bump, following: tuple[int, int, int]) -> None:
    assert bumped((1, 2, 3), bump) == following


@given(numbers, st.sampled_from(["major", "minor", "patch"]))
def test_the_next_version_is_newer(number: tuple[int, int, int], bump: Bump) -> None:
    assert bumped(number, bump) > number


@given(numbers)
def test_versions_read_as_they_are_written(number: tuple[int, int, int]) -> None:
    assert number_of(".".join(map(str, number))) == number


@pytest.mark.parametrize(
    "text", ["", "1", "1.2", "1.2.3.4", "a.b.c", "1.2.-3", " 1.2.3", "1.2.3\n"]
)
def test_what_is_no_version(text: str) -> None:
    assert number_of(text) is None


def test_a_version_opens_without_its_packages() -> None:
    board = recorded(sample(), TYPES)
    assert board.types.keys() == {node.type for node in sample().nodes.values()}
    assert parse(dump(board)) == board
    assert recorded(board, {}) == board


def test_a_version_says_its_number_and_the_board_goes_on(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with room(tmp_path / "f.db") as r:
            version = await r.boards.publish(APP, BOARD, ADA, "major", "First")
            kept = await r.boards.text(APP, BOARD, version.version)
            assert kept.parse().version == "1.0.0"
            assert (await r.board()).version == "0.0.1"
            assert await r.revision() == 0
            assert kept.text.decode() == dump(kept.parse())

    asyncio.run(scenario())


def test_what_was_checked_is_what_is_published(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with room(tmp_path / "f.db") as r:
            state = await r.boards.get(APP, BOARD)
            await r.do(ADA, c.Rename("say", "Later"))
            version = await r.boards.publish(APP, BOARD, ADA, state=state)
            assert version.revision == 0
            board = (await r.boards.text(APP, BOARD, version.version)).parse()
            assert board.nodes["say"].name == ""

    asyncio.run(scenario())


def test_the_same_board_twice_has_one_hash_but_for_its_number(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with room(tmp_path / "f.db") as r:
            first = await r.boards.publish(APP, BOARD, ADA)
            second = await r.boards.publish(APP, BOARD, ADA)
            one, two = [
                msgspec.structs.replace(
                    (await r.boards.text(APP, BOARD, each.version)).parse(), version="0.0.1"
                )
                for each in (first, second)
            ]
            assert one == two
            assert first.hash != second.hash

    asyncio.run(scenario())


def test_versions_go_with_their_board(place: str) -> None:
    async def scenario() -> None:
        async with room(place, types=CATALOG, board=fine()) as r:
            await r.boards.publish(APP, BOARD, ADA)
            await r.events.put(APP, event(), ADA)
            with pytest.raises(Conflict):
                await r.boards.delete(APP, BOARD)
            await r.events.delete(APP, "ask")
            await r.boards.delete(APP, BOARD)
            await r.boards.create(APP, ADA, id=BOARD, board=fine())
            assert await r.boards.versions(APP, BOARD) == []
            with pytest.raises(NotFound):
                await r.boards.get(APP, BOARD, "0.1.0")

    asyncio.run(scenario())
