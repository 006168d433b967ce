"""Two people on one board, late and at random: one board, nothing lost, nobody undoes the other."""

import asyncio
import hashlib
import tempfile
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowlike.apps.boards import BoardOptions
from flowlike.apps.entries import Accepted, Entry, StaleRevision
from flowlike.board.edit import Batch, Change, replay
from flowlike.board.model import Board
from flowlike.board.text import dump
from flowlike.database.ids import new_id
from flowlike.errors import CommandError, Conflict
from tests.apps.scenes import ADA, APP, BOARD, BOB, Room, room
from tests.board.edit_examples import TYPES, random_command
from tests.examples import examples

SEEDS = st.integers(0, 2**32)
SMALL = BoardOptions(snapshot_every=8, recent=6)
Key = tuple[str, str, tuple[str, ...]]


class Ledger:
    """Who wrote which part, kept by other means than the service's own."""

    def __init__(self) -> None:
        self.writers: dict[Key, list[tuple[int, str]]] = {}

    def wrote(self, actor: str, revision: int, patch: tuple[Change, ...]) -> None:
        for change in patch:
            key = (change.kind, change.id, change.path)
            self.writers.setdefault(key, []).append((revision, actor))

    def undone(self, revision: int) -> None:
        for listed in self.writers.values():
            listed[:] = [each for each in listed if each[0] != revision]

    def check(self, actor: str, undone: int, patch: tuple[Change, ...]) -> None:
        """What an undo changes was not written by others since."""
        for change in patch:
            for (kind, id_, path), listed in self.writers.items():
                shorter = min(len(path), len(change.path))
                same = (kind, id_) == (change.kind, change.id)
                if same and path[:shorter] == change.path[:shorter]:
                    others = [each for each in listed if each[0] > undone and each[1] != actor]
                    assert not others, (change, others)


class Person:
    """Somebody with a page open: they see the board as it was when they last heard of it."""

    def __init__(self, name: str, board: Board) -> None:
        self.name = name
        self.board = board
        self.base = 0

    def hear(self, entries: tuple[Entry, ...]) -> None:
        self.board = replay(self.board, [entry.patch for entry in entries])
        self.base += len(entries)

    def take(self, done: Accepted) -> None:
        """What a client does with an answer: what it missed, then its own patch."""
        self.hear(done.missing)
        self.board = replay(self.board, [done.patch])
        self.base = done.revision


class Table:
    """Two people and their server."""

    def __init__(self, room_: Room, random: Random, board: Board) -> None:
        self.room = room_
        self.random = random
        self.people = [Person(ADA, board), Person(BOB, board)]
        self.ledger = Ledger()
        self.accepted = self.refused = 0

    async def step(self) -> None:
        person = self.random.choice(self.people)
        act = self.random.random()
        try:
            if act < 0.15:
                person.hear(tuple(await self.room.boards.since(APP, BOARD, person.base)))
            elif act < 0.3:
                await self.answer(person, "undo")
            elif act < 0.4:
                await self.answer(person, "redo")
            else:
                await self.edit(person)
        except StaleRevision as error:
            await self.missed(person, error)
        except (CommandError, Conflict):
            return

    async def missed(self, person: Person, error: StaleRevision) -> None:
        """A refusal holds all that is needed to go on."""
        self.refused += 1
        person.hear(error.missing)
        assert person.base == error.revision == await self.room.revision()

    async def edit(self, person: Person) -> None:
        count = self.random.choice((1, 1, 2))
        batch = Batch(tuple(random_command(self.random, person.board, TYPES) for _ in range(count)))
        behind = await self.room.boards.since(APP, BOARD, person.base)
        done = await self.room.boards.apply(APP, BOARD, person.base, batch, person.name, new_id())
        assert done.missing == tuple(behind)
        for entry in behind:
            assert not entry.touched & done.touched
        self.took(person, done, wrote=bool(done.patch))

    async def answer(self, person: Person, kind: str) -> None:
        act = self.room.boards.undo if kind == "undo" else self.room.boards.redo
        done = await act(APP, BOARD, person.name, person.base)
        (entry,) = await self.room.boards.since(APP, BOARD, done.revision - 1)
        self.ledger.check(person.name, entry.answers, done.patch)
        self.ledger.undone(entry.answers)
        self.took(person, done, wrote=kind == "redo")

    def took(self, person: Person, done: Accepted, *, wrote: bool) -> None:
        self.accepted += 1
        if wrote:
            self.ledger.wrote(person.name, done.revision, done.patch)
        person.take(done)


async def digest(r: Room) -> str:
    return hashlib.sha256((await r.text()).encode()).hexdigest()


@settings(max_examples=examples(4))
@given(SEEDS)
@pytest.mark.fuzz
def test_two_people_end_with_one_board(seed: int) -> None:
    async def scenario(place: Path) -> None:
        async with room(place, options=SMALL) as r:
            table = Table(r, Random(seed), await r.board())
            for _ in range(60):
                await table.step()
            for person in table.people:
                person.hear(tuple(await r.boards.since(APP, BOARD, person.base)))
                assert dump(person.board) == await r.text()
            assert table.accepted > 5
            end = await digest(r)
        async with room(place, options=SMALL) as r:
            assert await digest(r) == end
            entries = await r.boards.since(APP, BOARD, 0)
            assert [entry.revision for entry in entries] == list(range(1, len(entries) + 1))

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(scenario(Path(folder) / "f.db"))


@settings(max_examples=examples(1))
@given(SEEDS)
@pytest.mark.fuzz
def test_200_commands_undone_across_a_restart_give_the_same_text(seed: int) -> None:
    async def scenario(place: Path) -> None:
        async with room(place, options=SMALL) as r:
            random = Random(seed)
            start, done = await r.text(), 0
            while done < 200:
                command = random_command(random, await r.board(), TYPES)
                try:
                    done += bool((await r.do(ADA, command)).patch)
                except CommandError:
                    continue
            end = await r.text()
            for _ in range(100):
                await r.undo(ADA)
        async with room(place, options=SMALL) as r:
            assert await r.boards.stacks(APP, BOARD, ADA) == (100, 100)
            while (await r.boards.stacks(APP, BOARD, ADA))[0]:
                await r.undo(ADA)
            assert await r.text() == start
            with pytest.raises(Conflict):
                await r.undo(ADA)
        async with room(place, options=SMALL) as r:
            assert await r.text() == start
            while (await r.boards.stacks(APP, BOARD, ADA))[1]:
                await r.redo(ADA)
            assert await r.text() == end
            with pytest.raises(Conflict):
                await r.redo(ADA)

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(scenario(Path(folder) / "f.db"))


def test_people_at_once_are_taken_one_after_another(place: str) -> None:
    async def scenario() -> None:
        from flowlike.board.edit import commands as c

        async with room(place, options=SMALL) as r:
            done = await asyncio.gather(
                *(
                    r.do(
                        ADA if number % 2 else BOB,
                        c.AddNode(id=f"n{number}", type="add@1"),
                        base=0,
                    )
                    for number in range(20)
                )
            )
            assert sorted(each.revision for each in done) == list(range(1, 21))
            assert len((await r.board()).nodes) == 7 + 20 + 1
            assert msgspec.json.encode(await r.boards.history(APP, BOARD, limit=3))

    asyncio.run(scenario())
