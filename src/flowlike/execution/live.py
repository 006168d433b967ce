"""What watchers of runs are told, kept for those who come late or come back."""

import asyncio
from collections import OrderedDict, deque
from itertools import islice
from typing import Any, cast

import msgspec

from flowlike.errors import UsageError
from flowlike.execution.frames import ProtocolError
from flowlike.execution.jobs import LiveFrame, LiveKind, Outcome, PoolOptions
from flowlike.execution.protocol import Told

_FRAME_BYTES = 64
_AT_ONCE = 256
_MOST_CHANNELS = 10_000
_FROM_EXECUTORS = frozenset({"node", "log", "chunk"})
_SLACK_BYTES = 64 * 1024 * 1024
"""What states of nodes may take in a run, beside its logs and events."""

encode = msgspec.json.Encoder().encode


class Channel:
    """The frames of one run: the newest, as many as there is room for."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self.frames: deque[LiveFrame] = deque()
        self.bytes = 0
        self.heard_bytes = 0
        self.last = 0
        self.done = False
        self.ended_at = 0.0
        self.watchers = 0
        self._news: set[asyncio.Future[None]] = set()

    def add(self, kind: LiveKind, data: bytes) -> int:
        """Adds a frame; gives the bytes it takes."""
        self.last += 1
        size = _FRAME_BYTES + len(data)
        self.frames.append(LiveFrame(self.last, kind, data))
        self.bytes += size
        return size

    def drop(self) -> int:
        """Drops the oldest frame; gives the bytes it took."""
        size = _FRAME_BYTES + len(self.frames.popleft().data)
        self.bytes -= size
        return size

    def after(self, seq: int) -> list[LiveFrame]:
        """Some of the frames above a number that are still there."""
        first = self.last - len(self.frames) + 1
        at = max(seq + 1 - first, 0)
        return list(islice(self.frames, at, at + _AT_ONCE))

    def wake(self) -> None:
        """Tells watchers that there is something new."""
        for each in self._news:
            if not each.done():
                each.set_result(None)
        self._news.clear()

    async def news(self) -> None:
        """Waits for something new."""
        waiter = asyncio.get_running_loop().create_future()
        self._news.add(waiter)
        try:
            await waiter
        finally:
            self._news.discard(waiter)


class Channels:
    """All channels, within the bounds of the options."""

    def __init__(self, options: PoolOptions) -> None:
        self._options = options
        self._channels: OrderedDict[str, Channel] = OrderedDict()
        self._bytes = 0
        quotas = options.quotas
        self._most_heard = 2 * (quotas.live + quotas.logs) + _SLACK_BYTES

    def __len__(self) -> int:
        return len(self._channels)

    def get(self, run_id: str) -> Channel | None:
        """The channel of a run, if anything is kept of it."""
        return self._channels.get(run_id)

    def open(self, run_id: str) -> Channel:
        """The channel of a run that goes on."""
        channel = self._channels.get(run_id)
        if channel is None:
            channel = self._channels[run_id] = Channel(run_id)
            self._add(channel, "run", {"run_id": run_id, "status": "running"})
        return channel

    def hear(self, run_id: str, told: tuple[Told, ...]) -> None:
        """Checked frames came from an executor. Raises ProtocolError if it tells too much."""
        channel = self._channels.get(run_id)
        if channel is None:
            return
        for each in told:
            channel.heard_bytes += len(each.data)
            self._bytes += channel.add(cast("LiveKind", each.kind), each.data)
        if channel.heard_bytes > self._most_heard:
            raise ProtocolError("A run told its watchers far more than it may.")
        self._make_room(channel)
        channel.wake()

    def end(self, run_id: str, outcome: Outcome, now: float) -> None:
        """The run ended; its channel stays for a while."""
        channel = self._channels.get(run_id)
        if channel is None or channel.done:
            return
        if outcome.outputs is not None:
            self._bytes += channel.add("output", outcome.outputs)
        if outcome.error is not None:
            self._add(channel, "error", outcome.error)
        told = {
            "status": outcome.status,
            "steps": outcome.steps,
            "handled_errors": outcome.handled_errors,
            "logs": outcome.logs,
            "max_level": outcome.max_level,
        }
        self._add(channel, "done", told)
        channel.done, channel.ended_at = True, now
        self._channels.move_to_end(run_id)
        self._make_room(channel)
        channel.wake()

    def _add(self, channel: Channel, kind: LiveKind, content: Any) -> None:
        self._bytes += channel.add(kind, encode(content))

    def _make_room(self, channel: Channel) -> None:
        options = self._options
        while channel.bytes > options.live_run_bytes and len(channel.frames) > 1:
            self._bytes -= channel.drop()
        while self._bytes > options.live_bytes or len(self._channels) > _MOST_CHANNELS:
            oldest = next((each for each in self._channels.values() if each.done), None)
            if oldest is None or oldest is channel:
                break
            self._remove(oldest)
        while self._bytes > options.live_bytes and len(channel.frames) > 1:
            self._bytes -= channel.drop()

    def forget_old(self, now: float) -> None:
        """Drops channels of runs that ended long ago."""
        limit = now - self._options.live_seconds
        old = [each for each in self._channels.values() if each.done and each.ended_at < limit]
        for each in old:
            self._remove(each)

    def _remove(self, channel: Channel) -> None:
        del self._channels[channel.run_id]
        self._bytes -= channel.bytes


def check_told(told: tuple[Told, ...]) -> None:
    """Whether frames are such as an executor may send. Raises ProtocolError."""
    for each in told:
        if each.kind not in _FROM_EXECUTORS or b"\n" in each.data or b"\r" in each.data:
            raise ProtocolError(f"A live frame of kind {each.kind!r} is not as it should be.")


def not_watched(run_id: str) -> UsageError:
    """The error for a run of which nothing live is kept."""
    return UsageError(
        "run.not-live",
        f"No run {run_id!r} goes on, and nothing live is kept of it.",
        remedy="Read its trace instead.",
    )
