"""Runs that wait for a place, each app in its turn."""

from collections import OrderedDict, deque
from typing import Generic, TypeVar

Item = TypeVar("Item")


class FairQueue(Generic[Item]):
    """First come, first served within an app; the apps take turns."""

    def __init__(self) -> None:
        self._apps: OrderedDict[str, deque[Item]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def of(self, app: str) -> int:
        """How many of an app wait."""
        waiting = self._apps.get(app)
        return len(waiting) if waiting else 0

    def push(self, app: str, item: Item) -> None:
        """Puts an item behind the others of its app."""
        waiting = self._apps.get(app)
        if waiting is None:
            waiting = self._apps[app] = deque()
        waiting.append(item)
        self._count += 1

    def put_back(self, app: str, item: Item) -> None:
        """Puts an item that was taken before all others."""
        waiting = self._apps.setdefault(app, deque())
        waiting.appendleft(item)
        self._apps.move_to_end(app, last=False)
        self._count += 1

    def pop(self) -> Item:
        """The next item. Raises IndexError if there is none."""
        if not self._count:
            raise IndexError
        app, waiting = next(iter(self._apps.items()))
        item = waiting.popleft()
        self._count -= 1
        if waiting:
            self._apps.move_to_end(app)
        else:
            del self._apps[app]
        return item

    def remove(self, app: str, item: Item) -> bool:
        """Takes an item out, wherever it stands. Says whether it was there."""
        waiting = self._apps.get(app)
        if waiting is None or item not in waiting:
            return False
        waiting.remove(item)
        self._count -= 1
        if not waiting:
            del self._apps[app]
        return True

    def clear(self) -> list[Item]:
        """Takes all items out."""
        found = [item for waiting in self._apps.values() for item in waiting]
        self._apps.clear()
        self._count = 0
        return found
