"""Compiled programs as the dispatcher keeps them: some in memory, more in the compile cache."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flowlike.execution.cache import CompileCache

MOST_BYTES = 32 * 1024 * 1024


class Artifacts:
    """Artifacts by what was compiled. Files are read and written in a thread.

    Args:
        cache: where they stay; None keeps them in memory only.
        most_bytes: of those in memory.
    """

    def __init__(self, cache: CompileCache | None, most_bytes: int = MOST_BYTES) -> None:
        self._cache = cache
        self._most = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._wanted: dict[tuple[str, str], list[Callable[[], None]]] = {}
        self._thread = ThreadPoolExecutor(1, "compile-cache") if cache else None
        self._loop = asyncio.get_running_loop()

    def is_known(self, code: str, stamp: str) -> bool:
        """Whether it is known if there is an artifact; else ``fetch`` finds out."""
        return self._cache is None or (code, stamp) in self._kept

    def get(self, code: str, stamp: str) -> bytes:
        """The artifact, empty if there is none in memory."""
        found = self._kept.get((code, stamp), b"")
        if found:
            self._kept.move_to_end((code, stamp))
        return found

    def fetch(self, code: str, stamp: str, then: Callable[[], None]) -> None:
        """Looks on disk, and calls back when it is known."""
        waiting = self._wanted.get((code, stamp))
        if waiting is not None:
            waiting.append(then)
            return
        self._wanted[code, stamp] = [then]
        if self._cache is None or self._thread is None:
            self._fetched(code, stamp, None)
            return
        name = CompileCache.name_of(code, stamp)
        future = self._loop.run_in_executor(self._thread, self._cache.get, name)
        future.add_done_callback(lambda done: self._fetched(code, stamp, done))

    def _fetched(self, code: str, stamp: str, done: "asyncio.Future[bytes | None] | None") -> None:
        found = b""
        if done is not None and not done.cancelled() and done.exception() is None:
            found = done.result() or b""
        self._remember(code, stamp, found)
        for then in self._wanted.pop((code, stamp), ()):
            then()

    def keep(self, code: str, stamp: str, artifact: bytes) -> None:
        """Keeps what an executor compiled."""
        self._remember(code, stamp, artifact)
        if self._cache is not None and self._thread is not None:
            name = CompileCache.name_of(code, stamp)
            self._thread.submit(self._cache.put, name, artifact)

    def keep_none(self, code: str, stamp: str) -> None:
        """The artifact turned out to be of no use: the board is compiled again."""
        self._remember(code, stamp, b"")

    def _remember(self, code: str, stamp: str, artifact: bytes) -> None:
        self._bytes += len(artifact) - len(self._kept.pop((code, stamp), b""))
        self._kept[code, stamp] = artifact
        while len(self._kept) > 1 and (self._bytes > self._most or len(self._kept) > 4_096):
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= len(dropped)

    def close(self) -> None:
        """Writes what is still to be written."""
        if self._thread is not None:
            self._thread.shutdown()
