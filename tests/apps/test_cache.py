"""Open boards: loaded once, kept while used, dropped by size, and told when they are gone."""

import asyncio

import pytest

from flowlike.apps.cache import BoardCache, OpenBoard
from flowlike.apps.entries import Entry
from flowlike.board.model import Board
from flowlike.errors import NotFound
from tests.apps.test_stacks import entry


def opened(id_: str, *, size: int = 10, revision: int = 0, recent: int = 4) -> OpenBoard:
    return OpenBoard(
        "app", id_, Board(id=id_), revision, size=size, snapshot=revision, recent=recent
    )


class Loader:
    """Opens boards and counts."""

    def __init__(self) -> None:
        self.loaded: list[str] = []
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self, app: str, id_: str) -> OpenBoard:
        self.loaded.append(id_)
        await self.go.wait()
        if id_ == "none":
            raise NotFound("board.not-found", "There is none.")
        return opened(id_)


def test_a_board_is_loaded_once_however_many_ask() -> None:
    async def scenario() -> None:
        load = Loader()
        cache = BoardCache(100, load)
        load.go.clear()

        async def use() -> OpenBoard:
            async with cache.using("app", "a") as found:
                return found

        tasks = [asyncio.create_task(use()) for _ in range(5)]
        await asyncio.sleep(0)
        load.go.set()
        assert len({id(each) for each in await asyncio.gather(*tasks)}) == 1
        assert load.loaded == ["a"]
        await use()
        assert load.loaded == ["a"]

    asyncio.run(scenario())


def test_who_gives_up_waiting_does_not_stop_the_others() -> None:
    async def scenario() -> None:
        load = Loader()
        cache = BoardCache(100, load)
        load.go.clear()

        async def use() -> str:
            async with cache.using("app", "a") as found:
                return found.id

        first, second = asyncio.create_task(use()), asyncio.create_task(use())
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        load.go.set()
        assert await second == "a"
        assert load.loaded == ["a"]

    asyncio.run(scenario())


def test_a_board_that_cannot_be_loaded_is_asked_for_again() -> None:
    async def scenario() -> None:
        load = Loader()
        cache = BoardCache(100, load)
        for _ in range(2):
            with pytest.raises(NotFound):
                async with cache.using("app", "none"):
                    pass
        assert load.loaded == ["none", "none"]
        assert len(cache) == 0

    asyncio.run(scenario())


def test_what_is_unused_longest_goes_first() -> None:
    async def scenario() -> None:
        load = Loader()
        cache = BoardCache(30, load)
        for id_ in "abcad":
            async with cache.using("app", id_):
                pass
        assert cache.size == 30
        for id_ in "cad":
            async with cache.using("app", id_):
                pass
        assert load.loaded == ["a", "b", "c", "d"]

    asyncio.run(scenario())


def test_what_is_in_use_stays() -> None:
    async def scenario() -> None:
        load = Loader()
        cache = BoardCache(10, load)
        async with cache.using("app", "a") as first:
            for id_ in "bcd":
                async with cache.using("app", id_):
                    pass
            async with cache.using("app", "a") as again:
                assert again is first
        assert load.loaded == ["a", "b", "c", "d"]
        assert len(cache) == 2

    asyncio.run(scenario())


def test_a_dropped_board_is_told_and_not_found_again() -> None:
    async def scenario() -> None:
        load = Loader()
        cache = BoardCache(100, load)
        async with cache.using("app", "a") as found:
            pulse = found.pulse
            cache.drop("app", "a")
            assert found.deleted
            assert pulse.is_set()
            cache.drop("app", "a")
        async with cache.using("app", "a") as fresh:
            assert fresh is not found
        cache.drop_app("other")
        assert len(cache) == 1
        cache.drop_app("app")
        assert len(cache) == 0
        assert fresh.deleted

    asyncio.run(scenario())


# ---------------------------------------------------------------- entries beside a board


def advanced(board: OpenBoard, *revisions: int) -> list[Entry]:
    entries = [entry(revision, "ada", "node:a") for revision in revisions]
    for each in entries:
        board.advance(Board(id="a", name=str(each.revision)), each)
    return entries


def test_entries_lately_are_at_hand() -> None:
    board = opened("a", revision=3)
    entries = advanced(board, 4, 5)
    assert (board.revision, board.board.name) == (5, "5")
    assert board.recent_after(3) == entries
    assert board.recent_after(4) == entries[1:]
    assert board.recent_after(5) == []
    assert board.recent_after(9) == []
    assert board.recent_after(2) is None


def test_older_entries_are_not() -> None:
    board = opened("a", recent=2)
    entries = advanced(board, 1, 2, 3)
    assert board.recent_after(1) == entries[1:]
    assert board.recent_after(0) is None
    assert opened("b", revision=7).recent_after(6) is None
    assert opened("b", revision=7).recent_after(7) == []


def test_each_change_wakes_who_waits_and_only_once() -> None:
    board = opened("a")
    pulse = board.pulse
    assert not pulse.is_set()
    advanced(board, 1)
    assert pulse.is_set()
    assert not board.pulse.is_set()


def test_catching_up_takes_over_all_and_forgets_the_stacks() -> None:
    from flowlike.apps.stacks import Stacks

    board = opened("a")
    (first,) = advanced(board, 1)
    board.stacks["ada"] = Stacks(undo=[1])
    fresh = opened("a", revision=3, size=99)
    between = [entry(2, "bob", "node:b"), entry(3, "bob", "node:b")]
    pulse = board.pulse
    board.catch_up(fresh, between)
    assert (board.revision, board.size, board.snapshot) == (3, 99, 3)
    assert board.board is fresh.board
    assert board.recent_after(0) == [first, *between]
    assert board.stacks == {}
    assert pulse.is_set()
