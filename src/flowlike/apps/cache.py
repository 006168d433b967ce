"""Boards in memory: read once, kept while they are used, the ones unused longest dropped first."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from flowlike.apps.entries import Entry
from flowlike.apps.stacks import Stacks
from flowlike.board.model import Board

Key = tuple[str, str]
"""App and board."""


class OpenBoard:
    """A board as it is now, and what was done to it lately.

    Attributes:
        app, id: which board it is.
        board, revision: its present state.
        size: about how many bytes it takes in memory.
        snapshot: the newest revision of which the database holds the whole board.
        recent: the newest entries without a gap, the oldest first.
        stacks: of those who edited it since it was opened.
        turn: held while the board changes.
        users: how many hold it; while any does, it is not dropped.
        deleted: whether it is gone.
    """

    def __init__(
        self,
        app: str,
        id_: str,
        board: Board,
        revision: int,
        *,
        size: int,
        snapshot: int,
        recent: int,
    ) -> None:
        self.app = app
        self.id = id_
        self.board = board
        self.revision = revision
        self.size = size
        self.snapshot = snapshot
        self.recent: deque[Entry] = deque(maxlen=recent)
        self.stacks: dict[str, Stacks] = {}
        self.turn = asyncio.Lock()
        self.users = 0
        self.deleted = False
        self._pulse = asyncio.Event()

    @property
    def pulse(self) -> asyncio.Event:
        """Is set at the next change. Take it before looking at the revision."""
        return self._pulse

    def advance(self, board: Board, entry: Entry) -> None:
        """Take over what was committed, and wake who listens."""
        self.board = board
        self.revision = entry.revision
        self.recent.append(entry)
        self._wake()

    def catch_up(self, fresh: "OpenBoard", between: Sequence[Entry]) -> None:
        """Take over what another process committed: the board now, and all entries since."""
        self.board = fresh.board
        self.revision = fresh.revision
        self.size = fresh.size
        self.snapshot = fresh.snapshot
        self.recent.extend(between)
        self.stacks.clear()
        self._wake()

    def end(self) -> None:
        """Say that the board is gone."""
        self.deleted = True
        self._wake()

    def recent_after(self, revision: int) -> list[Entry] | None:
        """Entries after a revision, the oldest first; None if they are not all at hand."""
        if revision >= self.revision:
            return []
        first = self.recent[0].revision if self.recent else self.revision + 1
        if revision + 1 < first:
            return None
        return [each for each in self.recent if each.revision > revision]

    def _wake(self) -> None:
        self._pulse.set()
        self._pulse = asyncio.Event()


class BoardCache:
    """Open boards within a bound on their bytes.

    Args:
        most: bytes that boards nobody uses may take together with those in use.
        load: opens a board that is not here.
    """

    def __init__(self, most: int, load: Callable[[str, str], Awaitable[OpenBoard]]) -> None:
        self._most = most
        self._load = load
        self._open: OrderedDict[Key, OpenBoard] = OrderedDict()
        self._loading: dict[Key, asyncio.Task[OpenBoard]] = {}

    def __len__(self) -> int:
        return len(self._open)

    @property
    def size(self) -> int:
        """About how many bytes the open boards take."""
        return sum(each.size for each in self._open.values())

    @asynccontextmanager
    async def using(self, app: str, id_: str) -> AsyncIterator[OpenBoard]:
        """The open board, which stays the one of its kind while the block runs."""
        found = self._open.get((app, id_))
        if found is None:
            found = await self._fetch((app, id_))
        found.users += 1
        self._open[app, id_] = found  # it may have been dropped while others were loading
        self._open.move_to_end((app, id_))
        try:
            yield found
        finally:
            found.users -= 1
            if found.deleted and self._open.get((app, id_)) is found:
                del self._open[app, id_]

    def drop(self, app: str, id_: str) -> None:
        """Forget a board that was deleted, and tell who listens."""
        found = self._open.pop((app, id_), None)
        if found is not None:
            found.end()

    def drop_app(self, app: str) -> None:
        """Forget all boards of an app that was deleted."""
        for key in [key for key in self._open if key[0] == app]:
            self.drop(*key)

    async def _fetch(self, key: Key) -> OpenBoard:
        """Load a board, once however many ask for it."""
        task = self._loading.get(key)
        if task is None:
            task = asyncio.ensure_future(self._load(*key))
            self._loading[key] = task
            task.add_done_callback(lambda done: self._loaded(key, done))
        loaded = await asyncio.shield(task)
        found = self._open.setdefault(key, loaded)
        self._trim(found)
        return found

    def _loaded(self, key: Key, task: asyncio.Task[OpenBoard]) -> None:
        del self._loading[key]
        if not task.cancelled():
            task.exception()  # those who waited may all have gone

    def _trim(self, new: OpenBoard) -> None:
        size = self.size
        for key, each in list(self._open.items()):
            if size <= self._most:
                return
            if not each.users and each is not new:
                size -= each.size
                del self._open[key]
