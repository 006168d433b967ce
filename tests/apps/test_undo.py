"""Undo and redo are each person's own, outlive the process, and stop where others went on."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from flowlike.apps.entries import StaleRevision
from flowlike.board.edit import commands as c
from flowlike.board.model import Place
from flowlike.errors import Conflict
from tests.apps.scenes import ADA, APP, BOARD, BOB, room


def rename(name: str, node: str = "say") -> c.Rename:
    return c.Rename(node, name)


def test_each_person_takes_back_their_own(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, rename("Ada"))
            await r.do(BOB, rename("Bob", "end"))
            done = await r.undo(ADA)
            assert (done.undo, done.redo, done.revision) == (0, 1, 3)
            names = {id_: node.name for id_, node in (await r.board()).nodes.items()}
            assert (names["say"], names["end"]) == ("", "Bob")
            with pytest.raises(Conflict) as caught:
                await r.undo(ADA)
            assert caught.value.code == "board.nothing-to-undo"
            done = await r.redo(ADA)
            assert (done.undo, done.redo) == (1, 0)
            assert (await r.board()).nodes["say"].name == "Ada"
            with pytest.raises(Conflict) as caught:
                await r.redo(ADA)
            assert caught.value.code == "board.nothing-to-redo"

    asyncio.run(scenario())


def test_a_step_that_others_built_on_is_left_so_that_earlier_ones_go(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, rename("Mine", "end"))
            await r.do(ADA, rename("First"))
            await r.do(BOB, rename("Theirs"))
            with pytest.raises(StaleRevision):
                await r.undo(ADA)
            assert await r.boards.skip(APP, BOARD, ADA) == (1, 0)
        async with room(place) as r:
            await r.undo(ADA)
            names = {id_: node.name for id_, node in (await r.board()).nodes.items()}
            assert (names["say"], names["end"]) == ("Theirs", "")
            with pytest.raises(Conflict) as caught:
                await r.boards.skip(APP, BOARD, ADA)
            assert caught.value.code == "board.nothing-to-undo"

    asyncio.run(scenario())


def test_stacks_outlive_the_process(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            for name in ("One", "Two", "Three"):
                await r.do(ADA, rename(name))
            await r.undo(ADA)
        async with room(place) as r:
            assert await r.boards.stacks(APP, BOARD, ADA) == (2, 1)
            await r.redo(ADA)
            await r.undo(ADA)
            await r.undo(ADA)
            assert (await r.board()).nodes["say"].name == "One"
        async with room(place) as r:
            await r.redo(ADA)
            assert (await r.board()).nodes["say"].name == "Two"
            assert await r.boards.stacks(APP, BOARD, ADA) == (2, 1)

    asyncio.run(scenario())


def test_a_new_edit_forgets_what_was_undone(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, rename("One"))
            await r.undo(ADA)
            await r.do(BOB, rename("Bob", "end"))
            assert await r.boards.stacks(APP, BOARD, ADA) == (0, 1)
            await r.do(ADA, rename("Two"))
            assert await r.boards.stacks(APP, BOARD, ADA) == (1, 0)
        async with room(place) as r:
            assert await r.boards.stacks(APP, BOARD, ADA) == (1, 0)
            assert await r.boards.stacks(APP, BOARD, BOB) == (1, 0)
            await r.do(ADA, rename("Three"))
            await r.undo(ADA)
            await r.undo(ADA)
            assert (await r.board()).nodes["say"].name == ""

    asyncio.run(scenario())


def test_what_somebody_else_changed_later_stays(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, rename("Ada"))
            await r.do(BOB, rename("Bob"))
            with pytest.raises(StaleRevision) as caught:
                await r.undo(ADA)
            assert "Rename Bob" in caught.value.message
            assert caught.value.revision == 2
            assert (await r.board()).nodes["say"].name == "Bob"
            assert await r.boards.stacks(APP, BOARD, ADA) == (1, 0)
            await r.undo(BOB)
            await r.undo(ADA)
            assert (await r.board()).nodes["say"].name == ""

    asyncio.run(scenario())


def test_there_and_back_by_somebody_else_is_still_theirs(place: str) -> None:
    """The value is what Ada left, but Bob put it there: taking it away would undo Bob."""

    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, rename("Ada"))
            await r.do(BOB, rename("Bob"))
            await r.do(BOB, rename("Ada"))
            with pytest.raises(StaleRevision):
                await r.undo(ADA)
            assert (await r.board()).nodes["say"].name == "Ada"
            await r.undo(BOB)
            await r.undo(BOB)
            await r.redo(BOB)
            with pytest.raises(StaleRevision):
                await r.undo(ADA)
            await r.undo(BOB)
            await r.undo(ADA)

    asyncio.run(scenario())


def test_what_somebody_else_builds_on_stays(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, c.AddNode(id="new", type="add@1", place=Place(x=1)))
            await r.do(BOB, c.Connect("new.sum", "tail.b"))
            with pytest.raises(StaleRevision):
                await r.undo(ADA)
            await r.do(ADA, c.UpsertLayer(id="area", name="Area"))
            await r.do(BOB, c.SetLayer(("say",), "area"))
            with pytest.raises(StaleRevision) as caught:
                await r.undo(ADA)
            assert caught.value.refused is not None
            assert caught.value.refused.code == "command.conflict"
            assert "area" in (await r.board()).layers

    asyncio.run(scenario())


def test_other_parts_of_the_same_node_do_not_stand_in_the_way(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, c.SetPinValue("calc", "a", 7))
            await r.do(BOB, c.SetPinValue("calc", "b", 8))
            await r.do(BOB, c.MoveMany({"calc": c.Move(x=5.0)}))
            await r.undo(ADA)
            inputs = (await r.board()).nodes["calc"].inputs
            assert {key: each.value for key, each in inputs.items()} == {"a": 1, "b": 8}

    asyncio.run(scenario())


def test_a_redo_stops_where_others_went_on(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, rename("Ada"))
            await r.undo(ADA)
            await r.do(BOB, rename("Bob"))
            with pytest.raises(StaleRevision) as caught:
                await r.redo(ADA)
            assert "be done again" in caught.value.message
            assert (await r.board()).nodes["say"].name == "Bob"

    asyncio.run(scenario())


def test_a_restore_by_hand_is_taken_back_unless_others_touched_it(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, rename("Ada"), rename("End", "end"))
            await r.boards.restore(APP, BOARD, 1, ADA, revision=0)
            await r.do(BOB, c.SetPinValue("calc", "b", 8))
            await r.undo(ADA)
            assert (await r.board()).nodes["say"].name == "Ada"
            await r.redo(ADA)
            await r.do(BOB, c.SetComment("say", "mine"))
            with pytest.raises(StaleRevision):
                await r.undo(ADA)

    asyncio.run(scenario())


def test_an_undo_sent_twice_counts_once(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, rename("One"))
            await r.do(ADA, rename("Two"))
            first = await r.boards.undo(APP, BOARD, ADA, 2, "same")
            again = await r.boards.undo(APP, BOARD, ADA, 2, "same")
            assert again.revision == first.revision == 3
            assert again.patch == first.patch
            assert (await r.board()).nodes["say"].name == "One"

    asyncio.run(scenario())


def test_a_late_undo_tells_what_was_missed(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, rename("One"))
            await r.do(BOB, rename("Bob", "end"))
            done = await r.boards.undo(APP, BOARD, ADA, 1)
            assert [entry.actor for entry in done.missing] == [BOB]
            assert done.revision == 3

    asyncio.run(scenario())


def test_the_history_of_an_undo_says_what_it_undid(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with room(tmp_path / "f.db") as r:
            await r.do(ADA, c.AddNode(id="n", type="log@1"))
            await r.undo(ADA)
            await r.redo(ADA)
            items = await r.boards.history(APP, BOARD)
            assert [(item.kind, item.summary) for item in items] == [
                ("redo", "Add node Log"),
                ("undo", "Add node Log"),
                ("edit", "Add node Log"),
            ]
            assert msgspec.json.encode(items)

    asyncio.run(scenario())
