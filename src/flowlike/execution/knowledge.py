"""What is known of sources since an executor loaded them, for as long as there is room."""

from collections import OrderedDict
from collections.abc import Iterable

from flowlike.execution.active import Known
from flowlike.execution.jobs import Source
from flowlike.execution.worker import Worker

_MOST = 4_096
_MOST_BYTES = 32 * 1024 * 1024


class Knowledge:
    """Known sources, those used last.

    Args:
        most: sources to remember, and ``most_bytes`` of their records.
    """

    def __init__(self, most: int = _MOST, most_bytes: int = _MOST_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._known: OrderedDict[str, Known] = OrderedDict()

    def of(self, source: Source, workers: Iterable[Worker]) -> Known:
        """What is known of a source; if it was forgotten, an executor may still have it."""
        key = source.key
        known = self._known.get(key)
        if known is not None:
            self._known.move_to_end(key)
            return known
        found = (worker.known_of(source) for worker in workers)
        known = next((each for each in found if each is not None), None) or Known()
        self._known[key] = known
        self._bytes += len(known.record)
        self._make_room()
        return known

    def learn(self, known: Known, record: bytes) -> None:
        """The record of a source has become known."""
        self._bytes += len(record) - len(known.record)
        known.record = record
        self._make_room()

    def _make_room(self) -> None:
        while len(self._known) > 1 and (
            len(self._known) > self._most or self._bytes > self._most_bytes
        ):
            _, dropped = self._known.popitem(last=False)
            self._bytes -= len(dropped.record)
