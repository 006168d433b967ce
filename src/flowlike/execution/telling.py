"""What a run that is watched tells, a few times a second. The engine does nothing for it.

Logs and live events are read off the list the run's host keeps; states of nodes off the records of
its trace and off the stacks of its thread and tasks.
"""

import asyncio
import sys
from collections.abc import Iterator, Mapping
from types import CoroutineType, FrameType
from typing import Any

import msgspec

from flowlike.board.values import to_json
from flowlike.engine.program import Program
from flowlike.engine.run import LiveEvent, LogEntry
from flowlike.execution.protocol import MOST_FRAMES, Live, Told
from flowlike.execution.running import RunHost, readable

INTERVAL = 0.05
"""Seconds between two looks at a run."""
_MOST_NODES = 1_000
_MOST_BYTES = 256 * 1024
"""Of logs and events in one look at a run; the rest is told at the next."""
_STATES = ("done", "failed", "skipped", "skipped")
_STEP = 1
_NEAR = 8
"""Lines of generated source that may lie between a jump and the node after it."""

encode = msgspec.json.Encoder().encode


class _Node:
    """What is known of a node: how its last activation ended, how many, their time in all."""

    __slots__ = ("count", "state", "total_ns")

    def __init__(self) -> None:
        self.state = "done"
        self.count = 0
        self.total_ns = 0


class Teller:
    """Tells of one run what it has not told yet."""

    def __init__(self, ticket: int, program: Program, host: RunHost) -> None:
        self.ticket = ticket
        self.program = program
        self.host = host
        self.on = True
        self._at = 0
        self._record = 0
        self._nodes: dict[int, _Node] = {}
        self._changed: dict[int, None] = {}
        self._running: set[int] = set()

    def tell(self, running: set[int], *, all_of_it: bool = False) -> list[Live]:
        """Messages with what is new; ``all_of_it`` at the end of the run."""
        frames = list(self._lines(sys.maxsize if all_of_it else _MOST_BYTES))
        self._read_records()
        changed = (running ^ self._running) | self._changed.keys()
        self._running = running
        self._changed = dict.fromkeys(changed)
        while self._changed:
            frames.append(self._states())
            if not all_of_it:
                break
        return [
            Live(self.ticket, tuple(frames[at : at + MOST_FRAMES]))
            for at in range(0, len(frames), MOST_FRAMES)
        ]

    def _lines(self, most: int) -> Iterator[Told]:
        """Logs and events, in the order in which they happened."""
        source = self.host.told
        while self._at < len(source) and most > 0:
            each = source[self._at]
            self._at += 1
            told = _log(each) if isinstance(each, LogEntry) else _chunk(each)
            most -= len(told.data)
            yield told

    def _read_records(self) -> None:
        """Adds up the steps that were recorded since the last look."""
        run = self.host.run
        records = run.records if run is not None else None
        if records is None:
            return
        self._record = min(self._record, len(records))
        fresh = records[self._record :]
        self._record += len(fresh)
        nodes, changed = self._nodes, self._changed
        for record in fresh:
            if record[0] != _STEP:
                continue
            number = record[2]
            node = nodes.get(number)
            if node is None:
                node = nodes[number] = _Node()
            node.count += 1
            node.total_ns += record[6]
            node.state = _STATES[record[8]]
            changed[number] = None

    def _states(self) -> Told:
        numbers = list(self._changed)[:_MOST_NODES]
        for number in numbers:
            del self._changed[number]
        return Told("node", encode({"nodes": [self._state(number) for number in numbers]}))

    def _state(self, number: int) -> tuple[str, str, int, int]:
        node = self._nodes.get(number) or _Node()
        state = "running" if number in self._running else node.state
        return self.program.node_id(number), state, node.count, node.total_ns // 1_000


def _log(entry: LogEntry) -> Told:
    content = {"level": entry.level, "message": entry.message, "node": entry.node}
    return _told("log", content, "fields", entry.fields)


def _chunk(event: LiveEvent) -> Told:
    return _told("chunk", {"kind": event.kind, "node": event.node}, "payload", event.payload)


def _told(kind: str, content: dict[str, Any], name: str, data: Any) -> Told:
    try:
        return Told(kind, encode({**content, name: to_json(data)}))
    except (ValueError, TypeError, OverflowError, RecursionError):
        spelled = {
            key: readable(value) if isinstance(value, str) else value
            for key, value in content.items()
        }
        return Told(kind, encode({**spelled, name: {}}))


# Where runs are now.


def running_in_thread(thread: int, program: Program) -> set[int]:
    """Numbers of the nodes a thread is in."""
    frame = sys._current_frames().get(thread)  # noqa: SLF001 - the one way to look at a thread
    found: set[int] = set()
    while frame is not None:
        _add_site(frame, program, found)
        frame = frame.f_back
    return found


def running_in_tasks(programs: Mapping[str, Program]) -> dict[int, set[int]]:
    """Nodes that tasks of this loop wait in, by the identity of their run.

    Args:
        programs: those to look for, by their file names.
    """
    found: dict[int, set[int]] = {}
    if not programs:
        return found
    for task in asyncio.all_tasks():
        awaited: Any = task.get_coro()
        while isinstance(awaited, CoroutineType):
            frame = awaited.cr_frame
            program = programs.get(frame.f_code.co_filename) if frame is not None else None
            if program is not None and frame is not None:
                run = frame.f_locals.get("r")
                _add_site(frame, program, found.setdefault(id(run), set()))
            awaited = awaited.cr_await
    return found


def _add_site(frame: FrameType, program: Program, found: set[int]) -> None:
    """Adds the node of the line a frame is at, or of the next line that has one.

    Python leaves a loop to look around only where it jumps back, which is no node's line.
    """
    if frame.f_code.co_filename != program.filename:
        return
    sites = program.sites
    for line in range(frame.f_lineno, frame.f_lineno + _NEAR):
        site = sites.get(line)
        if site is not None and site.node >= 0:
            found.add(site.node)
            return
