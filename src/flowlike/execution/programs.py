"""The programs an executor keeps ready, and the thread that makes them."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import zstandard

from flowlike.board.text import parse
from flowlike.engine.artifact import foreign
from flowlike.engine.program import Program, compile_board, find_start
from flowlike.engine.run import out_of_memory
from flowlike.errors import FlowlikeError
from flowlike.execution.protocol import Load, Loaded, Mode, Start
from flowlike.execution.running import Entry, problem_of
from flowlike.nodes.catalog import Catalog

QUICK = 0.001
"""Seconds within which an inline run counts as quick."""
TRUSTED = 8
"""Quick runs after which a program is trusted to be quick."""
_LEVEL = 1
_MOST_ARTIFACT_BYTES = 256 * 1024 * 1024
_CODE_BYTES = 6
"""How much larger a program is in memory than its packed artifact, about."""
_OVERHEAD = 32 * 1024
"""What a program takes beside its code, in bytes; a guess that is only used to share the room."""


class Kept(msgspec.Struct):
    """A program that is ready, or on its way: then runs wait for it."""

    entry: Entry | None = None
    mode: Mode = Mode.INLINE
    trust: int = 0
    """Quick runs in a row: whoever has been quick for long need not be told of before."""
    weight: int = 0
    waiting: list[Start] = []


def mode_of(program: Program) -> Mode:
    """How a program is to be run."""
    if program.is_async:
        return Mode.AWAITING
    return Mode.COMPUTING if program.loops else Mode.INLINE


class Programs:
    """Keeps the programs that were used last.

    Args:
        stamp: what artifacts are made for.
        post: calls a function in the event loop's thread.
        ready: called there when a program is loaded, with the runs that waited for it.
        most: programs to keep, and ``most_bytes`` of them.
    """

    def __init__(
        self,
        catalog: Catalog,
        stamp: str,
        post: Callable[..., object],
        ready: Callable[[Loaded, list[Start]], None],
        most: int,
        most_bytes: int,
    ) -> None:
        self._catalog = catalog
        self._stamp = stamp
        self._post = post
        self._ready = ready
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[int, Kept] = OrderedDict()
        self._thread = ThreadPoolExecutor(1, "loader")

    def get(self, number: int) -> Kept | None:
        """The program of that number, None if it was let go."""
        kept = self._kept.get(number)
        if kept is not None:
            self._kept.move_to_end(number)
        return kept

    def has_waiting(self, ticket: int) -> bool:
        """Whether a run waits for its program."""
        return any(start.ticket == ticket for kept in self._kept.values() for start in kept.waiting)

    def remove(self, ticket: int) -> bool:
        """Takes back a run that waits for its program. Says whether it did."""
        for kept in self._kept.values():
            for start in kept.waiting:
                if start.ticket == ticket:
                    kept.waiting.remove(start)
                    return True
        return False

    def load(self, message: Load) -> None:
        """Makes a program ready in the background."""
        self._kept[message.program] = Kept()
        self._thread.submit(self._make, message)

    def _make(self, message: Load) -> None:
        entry: Entry | None = None
        weight = 0
        try:
            program, artifact = self._program(message)
            overrides: dict[str, Any] = msgspec.json.decode(message.overrides or b"{}")
            entry = Entry(program, overrides or None)
            weight = _OVERHEAD + _CODE_BYTES * len(message.artifact or artifact or message.board)
            loaded = Loaded(
                message.program,
                mode_of(program),
                program.hash,
                program.nodes[0],
                program.described,
                artifact if message.keep else b"",
            )
        except FlowlikeError as error:
            loaded = Loaded(message.program, error=problem_of(error))
        except MemoryError:
            loaded = Loaded(message.program, error=out_of_memory().error)
        except Exception as error:  # noqa: BLE001 - a package may raise anything
            wrapped = FlowlikeError("run.fault", f"The board cannot be compiled: {error!r}.")
            loaded = Loaded(message.program, error=problem_of(wrapped))
        self._post(self._made, loaded, entry, weight)

    def _program(self, message: Load) -> tuple[Program, bytes]:
        """The program, and its artifact if it was compiled."""
        if message.artifact:
            return self._unpacked(message.artifact), b""
        board = parse(message.board)
        start = find_start(board, self._catalog, message.start)
        program = compile_board(
            board, self._catalog, event=start, trace=message.level, pinned=message.pinned
        )
        artifact = program.artifact(self._stamp)
        if artifact is None:
            return program, b""
        # The loaded one does without board and plan, which are many times its size.
        loaded = Program.load(artifact, self._catalog, self._stamp)
        return loaded, zstandard.ZstdCompressor(_LEVEL).compress(artifact)

    def _unpacked(self, packed: bytes) -> Program:
        try:
            artifact = zstandard.ZstdDecompressor().decompress(packed, _MOST_ARTIFACT_BYTES)
        except zstandard.ZstdError as error:
            raise foreign(f"it cannot be unpacked ({error})") from error
        return Program.load(artifact, self._catalog, self._stamp)

    def _made(self, loaded: Loaded, entry: Entry | None, weight: int) -> None:
        kept = self._kept[loaded.program]
        kept.mode = loaded.mode
        kept.entry = entry
        if entry is None:
            del self._kept[loaded.program]
        else:
            kept.weight = weight
            self._bytes += kept.weight
        waiting, kept.waiting = kept.waiting, []
        self._ready(loaded, waiting)
        self._make_room()

    def _make_room(self) -> None:
        for number, kept in list(self._kept.items()):
            if len(self._kept) <= self._most and self._bytes <= self._most_bytes:
                break
            if kept.entry is not None and len(self._kept) > 1:
                del self._kept[number]
                self._bytes -= kept.weight
