"""Boards as people edit them: revisions, late batches, batches sent twice, history and versions."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from flowlike.apps.boards import BoardOptions, Boards
from flowlike.apps.entries import Entry, StaleRevision
from flowlike.board.edit import Batch, Restore
from flowlike.board.edit import commands as c
from flowlike.board.model import Board, Comment, Place
from flowlike.board.text import dump, parse
from flowlike.errors import AppError, CommandError, Conflict, NotFound, TextError
from tests.apps.scenes import ADA, APP, BOARD, BOB, Room, room
from tests.board.edit_examples import TYPES, sample


def rename(name: str, node: str = "say") -> c.Rename:
    return c.Rename(node, name)


# ---------------------------------------------------------------- one writer


def test_a_batch_moves_the_revision_and_survives_a_restart(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            done = await r.do(ADA, rename("Speak"), c.SetPinValue("calc", "b", 5))
            assert done.revision == 1
            assert (done.undo, done.redo) == (1, 0)
            assert done.missing == ()
            assert {change.id for change in done.patch} == {"say", "calc"}
            assert done.touched == {"node:say", "node:calc"}
            text = await r.text()
            assert '"Speak"' in text
        async with room(place) as r:
            assert await r.text() == text
            assert await r.revision() == 1
            assert await r.boards.stacks(APP, BOARD, ADA) == (1, 0)

    asyncio.run(scenario())


def test_snapshots_and_entries_give_every_revision_back(place: str) -> None:
    async def scenario() -> None:
        async with room(place, options=BoardOptions(snapshot_every=4)) as r:
            texts = [await r.text()]
            for number in range(11):
                await r.do(ADA, rename(f"Name {number}"))
                texts.append(await r.text())
        async with room(place, options=BoardOptions(snapshot_every=4)) as r:
            assert await r.text() == texts[-1]
            for revision in (0, 3, 4, 5, 8, 11):
                await r.boards.restore(APP, BOARD, await r.revision(), ADA, revision=revision)
                assert await r.text() == texts[revision]
            with pytest.raises(NotFound):
                await r.boards.restore(APP, BOARD, await r.revision(), ADA, revision=99)

    asyncio.run(scenario())


def test_what_the_board_refuses_changes_nothing(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            for bad in (c.Remove(("nobody",)), c.AddNode(id="say", type="add@1")):
                with pytest.raises(CommandError):
                    await r.do(ADA, rename("x"), bad)
            assert await r.revision() == 0
            assert dump(await r.board()) == dump(msgspec.structs.replace(sample(), id=BOARD))

    asyncio.run(scenario())


def test_a_batch_that_changes_nothing_leaves_no_entry(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, rename("Speak"))
            done = await r.do(ADA, rename("Speak"))
            assert (done.revision, done.patch, done.undo) == (1, (), 1)

    asyncio.run(scenario())


def test_recorded_changes_are_not_taken_from_outside(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            done = await r.do(ADA, rename("Speak"))
            with pytest.raises(CommandError) as caught:
                await r.do(ADA, Restore(done.inverse.changes, exact=True))
            assert caught.value.code == "command.server-only"

    asyncio.run(scenario())


def test_the_server_says_who_wrote_a_comment(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, c.UpsertComment("mine", Comment(content="Hi", author="eve")))
            await r.do(BOB, c.UpsertComment("mine", Comment(content="Ho", author="eve")))
            fragment = c.Fragment(comments={"x": Comment(content="pasted", author="eve")})
            await r.do(BOB, c.Paste(fragment=fragment, ids={"x": "pasted"}))
            comments = (await r.board()).comments
            assert comments["mine"] == Comment(content="Ho", author=ADA)
            assert comments["pasted"].author == BOB

    asyncio.run(scenario())


# ---------------------------------------------------------------- two writers


def test_a_late_batch_that_meets_nobody_is_taken(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, rename("Speak"))
            await r.do(ADA, c.SetPinValue("calc", "b", 5))
            done = await r.do(BOB, rename("Finish", "end"), base=0)
            assert done.revision == 3
            assert [entry.revision for entry in done.missing] == [1, 2]
            assert done.missing[0].actor == ADA
            board = await r.board()
            assert (board.nodes["say"].name, board.nodes["end"].name) == ("Speak", "Finish")

    asyncio.run(scenario())


def test_a_late_batch_that_meets_others_is_refused_with_what_it_missed(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, rename("Speak"))
            await r.do(ADA, c.Remove(("end",)))
            codes = []
            for late in (rename("Shout"), rename("Finish", "end")):
                with pytest.raises(StaleRevision) as caught:
                    await r.do(BOB, late, base=0)
                assert caught.value.revision == 2
                assert [entry.revision for entry in caught.value.missing] == [1, 2]
                assert caught.value.remedy
                codes.append(caught.value.refused and caught.value.refused.code)
            assert codes == [None, "command.unknown-entity"]
            assert await r.revision() == 2

    asyncio.run(scenario())


def test_whoever_leans_on_what_others_removed_is_refused(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, c.Connect("calc.sum", "tail.b"))
            with pytest.raises(StaleRevision):
                await r.do(BOB, c.Remove(("tail",)), base=0)
            assert "tail" in (await r.board()).nodes

    asyncio.run(scenario())


@pytest.mark.parametrize("base", [-1, 1, 99])
def test_a_revision_that_never_was(tmp_path: Path, base: int) -> None:
    async def scenario() -> None:
        async with room(tmp_path / "f.db") as r:
            with pytest.raises(AppError) as caught:
                await r.do(ADA, rename("x"), base=base)
            assert caught.value.code == "board.unknown-revision"
            with pytest.raises(AppError):
                await r.boards.since(APP, BOARD, base)

    asyncio.run(scenario())


def test_entries_missed_long_ago_come_from_the_database(place: str) -> None:
    async def scenario() -> None:
        async with room(place, options=BoardOptions(recent=4)) as r:
            for number in range(12):
                await r.do(ADA, rename(f"Name {number}"))
            done = await r.do(BOB, rename("Finish", "end"), base=2)
            assert [entry.revision for entry in done.missing] == list(range(3, 13))
            assert len(await r.boards.since(APP, BOARD, 0)) == 13

    asyncio.run(scenario())


# ---------------------------------------------------------------- batches sent twice


def test_a_batch_sent_twice_counts_once(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            add = c.AddNode(id="new", type="add@1", place=Place(x=5))
            first = await r.do(ADA, add, base=0, batch_id="same")
            again = await r.do(ADA, add, base=0, batch_id="same")
            assert again == first
            await r.do(BOB, rename("Speak"))
            later = await r.do(ADA, add, base=0, batch_id="same")
            assert (later.revision, later.patch) == (2, first.patch)
            assert [entry.actor for entry in later.missing] == [BOB]
            aware = await r.do(ADA, add, base=2, batch_id="same")
            assert (aware.patch, aware.missing) == (first.patch, ())
            assert await r.revision() == 2

    asyncio.run(scenario())


def test_an_id_of_somebody_elses_batch_is_taken(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, rename("Speak"), batch_id="same")
            with pytest.raises(Conflict) as caught:
                await r.do(BOB, rename("Finish", "end"), batch_id="same")
            assert caught.value.code == "board.batch-id-taken"
            with pytest.raises(Conflict):
                await r.boards.undo(APP, BOARD, BOB, 1, "same")
            assert await r.revision() == 1

    asyncio.run(scenario())


def test_a_harmless_batch_sent_twice_counts_once_too(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, rename("Speak"), batch_id="same")
            await r.do(BOB, rename("Shout"))
            again = await r.do(ADA, rename("Speak"), batch_id="same")
            assert again.revision == 2
            assert (await r.board()).nodes["say"].name == "Shout"

    asyncio.run(scenario())


@pytest.mark.parametrize("id_", ["a b", "-a", "x" * 65, "é"])
def test_a_batch_needs_a_well_formed_id(tmp_path: Path, id_: str) -> None:
    async def scenario() -> None:
        async with room(tmp_path / "f.db") as r:
            with pytest.raises(AppError) as caught:
                await r.do(ADA, rename("x"), batch_id=id_)
            assert caught.value.code == "board.bad-batch-id"

    asyncio.run(scenario())


# ---------------------------------------------------------------- several processes


def test_two_processes_on_one_database_lose_nothing(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as one, room(place) as two:
            await one.do(ADA, rename("Speak"))
            await two.do(BOB, rename("Finish", "end"), base=0)
            done = await one.do(ADA, c.SetPinValue("calc", "b", 5), base=1)
            assert done.revision == 3
            assert [entry.actor for entry in done.missing] == [BOB]
            assert await one.text() == await two.text() or await two.revision() == 2
            with pytest.raises(StaleRevision):
                await two.do(BOB, c.SetPinValue("calc", "b", 6), base=2)
            assert await one.text() == await two.text()
            assert (await one.undo(ADA)).undo == 1
            done = await two.undo(BOB)
            assert done.revision == 5
            assert (await two.board()).nodes["end"].name == ""
            await two.boards.delete(APP, BOARD)
            with pytest.raises(NotFound):
                await one.do(ADA, rename("x"), base=4)

    asyncio.run(scenario())


# ---------------------------------------------------------------- whole boards


def test_boards_are_made_listed_and_deleted(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            made = await r.boards.create(APP, BOB, name="Empty")
            assert (made.name, made.revision, made.nodes, made.starts) == ("Empty", 0, 0, ())
            assert len(made.id) == 26
            listed = {each.id: each for each in await r.boards.list(APP)}
            assert listed.keys() == {BOARD, made.id}
            assert [start.id for start in listed[BOARD].starts] == ["go"]
            r.clock.turn(5)
            await r.do(BOB, rename("Begin", "go"), c.SetBoard(name="Orders"))
            info = await r.boards.info(APP, BOARD)
            assert (info.name, info.starts[0].name, info.updated_by) == ("Orders", "Begin", BOB)
            assert info.updated_us > info.created_us
            await r.boards.delete(APP, made.id)
            for gone in (made.id, "never"):
                with pytest.raises(NotFound):
                    await r.boards.get(APP, gone)
                with pytest.raises(NotFound):
                    await r.boards.delete(APP, gone)
                with pytest.raises(NotFound):
                    await r.boards.info(APP, gone)

    asyncio.run(scenario())


def test_a_board_is_made_of_a_document(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            made = await r.boards.create(APP, ADA, board=sample())
            board = (await r.boards.get(APP, made.id)).board
            assert board == msgspec.structs.replace(sample(), id=made.id)
            with pytest.raises(Conflict):
                await r.boards.create(APP, ADA, id=BOARD)
            with pytest.raises(AppError):
                await r.boards.create(APP, ADA, id="../x")
            with pytest.raises(NotFound):
                await r.boards.create("nowhere", ADA)
            odd = Board(id="x", nodes={"a": sample().nodes["go"]}, name="\ud800")
            with pytest.raises(TextError):
                await r.boards.create(APP, ADA, board=odd)

    asyncio.run(scenario())


def test_an_edit_that_waited_does_not_reach_a_board_made_anew(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with room(tmp_path / "f.db") as r:
            async with r.boards._cache.using(APP, BOARD) as opened:  # noqa: SLF001 - makes it wait
                await opened.turn.acquire()
                waiting = [asyncio.create_task(r.do(ADA, rename("Late"), base=0))]
                await asyncio.sleep(0.01)
                await r.boards.delete(APP, BOARD)
                await r.boards.create(APP, BOB, id=BOARD, board=sample())
                opened.turn.release()
                (done,) = await asyncio.gather(*waiting, return_exceptions=True)
            assert isinstance(done, NotFound)
            assert await r.revision() == 0
            assert (await r.board()).nodes["say"].name == ""

    asyncio.run(scenario())


def test_another_apps_board_is_not_there(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.apps.create(BOB, "Other", id="other")
            await r.boards.create("other", BOB, id=BOARD)
            await r.do(ADA, rename("Speak"))
            assert (await r.boards.get("other", BOARD)).board.nodes == {}
            assert await r.boards.history("other", BOARD) == []
            with pytest.raises(NotFound):
                await r.boards.history("other", "orders2")
            await r.apps.delete("other")
            with pytest.raises(NotFound):
                await r.boards.get("other", BOARD)
            assert await r.revision() == 1

    asyncio.run(scenario())


def test_memory_holds_no_more_than_it_may(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with room(tmp_path / "f.db") as r:
            for number in range(6):
                await r.boards.create(APP, ADA, id=f"b{number}", board=sample())
            size = len(msgspec.json.encode(sample()))
            small = Boards(r.database, TYPES, options=BoardOptions(cache_bytes=3 * size))
            for _ in range(2):
                for number in range(6):
                    assert (await small.get(APP, f"b{number}")).board.nodes
            cache = small._cache  # noqa: SLF001 - what it holds is the point
            assert 1 <= len(cache) <= 3
            assert cache.size <= 3 * size

    asyncio.run(scenario())


# ---------------------------------------------------------------- history


def test_the_history_says_who_did_what(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, c.AddNode(id="n", type="log@1"))
            await r.do(BOB, rename("Speak"), rename("Finish", "end"))
            await r.undo(BOB)
            version = await r.boards.publish(APP, BOARD, ADA)
            newest, *rest = await r.boards.history(APP, BOARD)
            assert (newest.kind, newest.actor, newest.version) == ("undo", BOB, version.version)
            assert newest.summary == "Rename Log and 1 more" or newest.summary.startswith("Rename")
            assert [item.summary for item in rest[1:]] == ["Add node Log"]
            assert [item.revision for item in await r.boards.history(APP, BOARD, 3, 1)] == [2]

    asyncio.run(scenario())


def test_entries_read_back_are_the_entries(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, c.AddNode(id="n", type="log@1"), c.SetPinValue("n", "message", "é"))
            await r.undo(ADA)
            fresh = await r.boards.since(APP, BOARD, 0)
            read = await Boards(r.database, TYPES).since(APP, BOARD, 0)
            assert [msgspec.structs.replace(each, commands=()) for each in read] == [
                msgspec.structs.replace(each, commands=()) for each in fresh
            ]
            assert read[0].commands == fresh[0].commands
            assert read[1].answers == 1

    asyncio.run(scenario())


def test_listeners_hear_what_was_and_what_comes(place: str) -> None:
    async def scenario() -> None:
        async with room(place, options=BoardOptions(recent=4)) as r:
            await r.do(ADA, rename("One"))
            heard: list[Entry] = []
            caught_up = asyncio.Event()

            async def listen() -> None:
                async for entry in r.boards.subscribe(APP, BOARD, 0):
                    heard.append(entry)
                    if entry.revision == 14:
                        caught_up.set()

            task = asyncio.create_task(listen())
            await r.do(BOB, rename("Two"))
            for number in range(12):
                await r.do(ADA, rename(f"Name {number}"))
            await caught_up.wait()
            await r.boards.delete(APP, BOARD)
            await task
            assert [entry.revision for entry in heard] == list(range(1, 15))

    asyncio.run(scenario())


def test_a_listener_who_leaves_is_forgotten(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with room(tmp_path / "f.db") as r:
            task = asyncio.ensure_future(anext(r.boards.subscribe(APP, BOARD, 0)))
            await asyncio.sleep(0.01)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            async with r.boards._cache.using(APP, BOARD) as opened:  # noqa: SLF001 - its count
                assert opened.users == 1
            with pytest.raises(AppError):
                await anext(r.boards.subscribe(APP, BOARD, 7))
            with pytest.raises(NotFound):
                await anext(r.boards.subscribe(APP, "none", 0))

    asyncio.run(scenario())


# ---------------------------------------------------------------- versions


def test_versions_count_on_and_never_change(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            first = await r.boards.publish(APP, BOARD, ADA, message="First")
            await r.do(ADA, rename("Speak"))
            await r.boards.publish(APP, BOARD, ADA, "patch")
            third = await r.boards.publish(APP, BOARD, ADA, "major")
            listed = await r.boards.versions(APP, BOARD)
            assert [each.version for each in listed] == ["1.0.0", "0.1.1", "0.1.0"]
            assert listed[-1] == first
            assert (first.message, first.revision, third.revision) == ("First", 0, 1)
            kept = await r.boards.text(APP, BOARD, "0.1.0")
            board = parse(kept.text)
            assert (board.version, board.nodes["say"].name) == ("0.1.0", "")
            assert board.types["log@1"] == TYPES["log@1"]
            assert kept.hash == first.hash
            state = await r.boards.get(APP, BOARD, "1.0.0")
            assert (state.revision, state.version) == (1, "1.0.0")
            assert (await r.boards.info(APP, BOARD)).version == "1.0.0"
            for missing in ("9.9.9", "x", "", "1.0"):
                with pytest.raises(NotFound):
                    await r.boards.text(APP, BOARD, missing)
            with pytest.raises(NotFound):
                await r.boards.publish(APP, "none", ADA)
            with pytest.raises(NotFound):
                await r.boards.versions(APP, "none")

    asyncio.run(scenario())


def test_a_board_from_elsewhere_goes_on_counting(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            board = msgspec.structs.replace(sample(), version="2.3.4")
            made = await r.boards.create(APP, ADA, board=board)
            assert (await r.boards.publish(APP, made.id, ADA, "patch")).version == "2.3.5"

    asyncio.run(scenario())


def test_two_who_publish_at_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with room(tmp_path / "f.db") as r:
            done = await asyncio.gather(
                *(r.boards.publish(APP, BOARD, ADA) for _ in range(4)), return_exceptions=True
            )
            fine = [each for each in done if not isinstance(each, BaseException)]
            assert fine
            assert all(isinstance(each, Conflict) for each in done if isinstance(each, Exception))
            assert len(await r.boards.versions(APP, BOARD)) == len(fine)

    asyncio.run(scenario())


def test_differences_and_restoring_a_version(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.boards.publish(APP, BOARD, ADA)
            before = await r.text()
            await r.do(BOB, rename("Speak"), c.Remove(("tail",)))
            found = await r.boards.diff(APP, BOARD, "0.1.0", "")
            told = {(each.what, each.id) for each in found}
            assert told == {("changed", "say"), ("changed", "calc"), ("removed", "tail")}
            assert await r.boards.diff(APP, BOARD, "0", "0.1.0") == []
            assert len(await r.boards.diff(APP, BOARD, "1", "0")) == 3
            done = await r.boards.restore(APP, BOARD, 1, ADA, version="0.1.0")
            assert done.revision == 2
            assert await r.text() == before
            await r.undo(ADA)
            assert (await r.board()).nodes["say"].name == "Speak"
            with pytest.raises(ValueError, match="one of the three"):
                await r.boards.restore(APP, BOARD, 1, ADA)

    asyncio.run(scenario())


def test_a_stale_restore_is_refused(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            await r.do(ADA, rename("Speak"))
            await r.do(BOB, rename("Shout"))
            with pytest.raises(StaleRevision):
                await r.boards.restore(APP, BOARD, 1, ADA, revision=0)

    asyncio.run(scenario())


def test_a_merge_keeps_what_others_did_meanwhile(place: str) -> None:
    async def scenario() -> None:
        async with room(place) as r:
            from_git = (await r.board()).nodes
            target = msgspec.structs.replace(
                await r.board(),
                nodes={**from_git, "end": msgspec.structs.replace(from_git["end"], name="Finish")},
            )
            await r.do(ADA, rename("Speak"))
            done = await r.boards.merge(APP, BOARD, 0, target, "files")
            assert [entry.actor for entry in done.missing] == [ADA]
            names = {id_: node.name for id_, node in (await r.board()).nodes.items()}
            assert (names["say"], names["end"]) == ("Speak", "Finish")

    asyncio.run(scenario())


def test_findings_of_the_board_and_of_a_draft(tmp_path: Path) -> None:
    async def scenario() -> Room:
        async with room(tmp_path / "f.db") as r:
            found = await r.boards.validate(APP, BOARD)
            assert {finding.code for finding in found}
            assert await r.boards.validate(APP, BOARD, Board(id="x")) == ()
            return r

    asyncio.run(scenario())


def test_a_batch_is_encoded_as_one(tmp_path: Path) -> None:
    assert msgspec.json.decode(msgspec.json.encode(Batch((rename("x"),))), type=Batch).commands
