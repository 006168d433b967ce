"""The capabilities of a run in this process: what a node asked for, made from what the host gives."""

import asyncio
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from flowlike.board.values import to_json
from flowlike.engine.run import LiveEvent, LogEntry, Response, Run
from flowlike.errors import CompileError, NodeFailure
from flowlike.nodes.capabilities import Clock, Log, Random, Respond, Stream


class SystemClock:
    """The machine's clock."""

    permission = Clock.permission

    def now(self) -> datetime:
        """The present in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        await asyncio.sleep(seconds)


class SystemRandom:
    """Random numbers, seeded by the system. Not for secrets."""

    permission = Random.permission

    def __init__(self) -> None:
        self._source = random.Random()  # noqa: S311 - the capability promises no secrecy

    def integer(self, lowest: int, highest: int) -> int:
        """A whole number between both, inclusive."""
        return self._source.randint(lowest, highest)

    def fraction(self) -> float:
        """A number from 0 up to 1."""
        return self._source.random()

    def shuffled(self, items: list[Any]) -> list[Any]:
        """The items in random order."""
        return self._source.sample(items, len(items))


class _Speaker:
    """A capability that knows which activation speaks. Awaiting programs get a copy an activation."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.seq = 0
        self.node = -1
        self.copied = run.program.is_async

    def at(self, seq: int, node: int) -> "_Speaker":
        """This capability as the given activation uses it."""
        speaker = type(self)(self.run) if self.copied else self
        speaker.seq = seq
        speaker.node = node
        return speaker


class RunLog(_Speaker):
    """Writes to the run's log."""

    permission = Log.permission

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.least = run.program.log_level

    def _write(self, level: int, message: object, fields: Mapping[str, object]) -> None:
        text = message if isinstance(message, str) else to_text(message)
        self.run.write_log(level, text, dict(fields), self.node, self.seq)

    def debug(self, message: object, /, **fields: object) -> None:
        """A detail."""
        if self.least <= 0:
            self._write(0, message, fields)

    def info(self, message: object, /, **fields: object) -> None:
        """Something worth knowing."""
        if self.least <= 1:
            self._write(1, message, fields)

    def warning(self, message: object, /, **fields: object) -> None:
        """Something to look at."""
        if self.least <= 2:  # noqa: PLR2004 - levels are 0 debug to 4 fatal
            self._write(2, message, fields)

    def error(self, message: object, /, **fields: object) -> None:
        """Something that went wrong."""
        if self.least <= 3:  # noqa: PLR2004 - levels are 0 debug to 4 fatal
            self._write(3, message, fields)


class RunStream(_Speaker):
    """Sends live events to the host."""

    permission = Stream.permission

    def emit(self, kind: str, payload: Mapping[str, Any]) -> None:
        """One event."""
        run = self.run
        event = LiveEvent(kind, dict(payload), run.program.node_id(self.node))
        if run.events == ():
            run.events = []
        run.events.append(event)  # type: ignore[union-attr]  # made a list above
        if run.host.on_event is not None:
            run.host.on_event(event)


class RunRespond:
    """Keeps the answer to the HTTP request."""

    permission = Respond.permission

    def __init__(self, run: Run) -> None:
        self._run = run

    def respond(self, status: int, headers: Mapping[str, str], body: object) -> None:
        """Sets the answer, once."""
        if self._run.response is not None:
            raise NodeFailure(
                "http.already-answered",
                "The request was already answered in this run.",
                remedy="Make sure that only one respond node runs.",
            )
        self._run.response = Response(status, dict(headers), body)


def to_text(value: object) -> str:
    """A value as a line of a log."""
    return msgspec.json.encode(to_json(value)).decode()


class Host:
    """What this process lends to runs. Everything has a default; tests replace what they need.

    Args:
        on_log: called with each log line as it is written.
        on_event: called with each live event as it is sent.
        others: further capabilities by type, given as they are.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        random: Random | None = None,
        on_log: Callable[[LogEntry], None] | None = None,
        on_event: Callable[[LiveEvent], None] | None = None,
        others: Mapping[type, Any] | None = None,
    ) -> None:
        self.on_log = on_log
        self.on_event = on_event
        self._fixed: dict[type, Any] = {
            Clock: clock or SystemClock(),
            Random: random or SystemRandom(),
            **(others or {}),
        }

    def supply(self, capability: type, run: Run) -> Any:
        """The capability for one run. Raises CompileError if this host has none of that kind."""
        made = _PER_RUN.get(capability)
        if made is not None and capability not in self._fixed:
            return made(run)
        found = self._fixed.get(capability)
        if found is None:
            raise CompileError(
                "engine.no-capability",
                f"A node needs {capability.__name__}, which is not to be had here.",
                remedy="Run the board where the capability is granted.",
            )
        return found


_PER_RUN: Mapping[type, Callable[[Run], Any]] = {Log: RunLog, Stream: RunStream, Respond: RunRespond}
