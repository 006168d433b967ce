"""The capabilities of a run in this process, made from what the host gives."""

import asyncio
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

import msgspec

from flowlike.board.values import to_json
from flowlike.engine.run import LiveEvent, LogEntry, Response, Run
from flowlike.errors import CompileError, NodeFailure
from flowlike.nodes.capabilities import Clock, Log, Random, Respond, Stream


class SystemClock:
    """The machine's clock."""

    permission: ClassVar[str] = Clock.permission

    def now(self) -> datetime:
        """The present in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        await asyncio.sleep(seconds)


class SystemRandom:
    """Random numbers, seeded by the system. Not for secrets."""

    permission: ClassVar[str] = Random.permission

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


class RunLog(msgspec.Struct):
    """Writes to a run's log, for one activation."""

    permission: ClassVar[str] = Log.permission
    run: Run
    seq: int
    node: int

    def debug(self, message: object, /, **fields: object) -> None:
        """A detail."""
        self._write(0, message, fields)

    def info(self, message: object, /, **fields: object) -> None:
        """Something worth knowing."""
        self._write(1, message, fields)

    def warning(self, message: object, /, **fields: object) -> None:
        """Something to look at."""
        self._write(2, message, fields)

    def error(self, message: object, /, **fields: object) -> None:
        """Something that went wrong."""
        self._write(3, message, fields)

    def _write(self, level: int, message: object, fields: Mapping[str, object]) -> None:
        if level >= self.run.program.log_level:
            text = message if isinstance(message, str) else to_text(message)
            self.run.write_log(level, text, dict(fields), self.node, self.seq)


class RunStream(msgspec.Struct):
    """Sends live events to those who watch a run, for one activation."""

    permission: ClassVar[str] = Stream.permission
    run: Run
    seq: int
    node: int

    def emit(self, kind: str, payload: Mapping[str, Any]) -> None:
        """One event."""
        self.run.send(LiveEvent(kind, dict(payload), self.run.program.node_id(self.node)))


class RunRespond(msgspec.Struct):
    """Keeps the answer to the HTTP request that started a run."""

    permission: ClassVar[str] = Respond.permission
    run: Run
    seq: int
    node: int

    def respond(self, status: int, headers: Mapping[str, str], body: object) -> None:
        """Sets the answer, once."""
        if self.run.response is not None:
            raise NodeFailure(
                "http.already-answered",
                "The request was already answered in this run.",
                remedy="Make sure that only one respond node runs.",
            )
        self.run.response = Response(status, dict(headers), body)
        if self.run.host.on_respond is not None:
            self.run.host.on_respond(self.run.response)


def to_text(value: object) -> str:
    """A value as a line of a log."""
    return msgspec.json.encode(to_json(value)).decode()


class Host:
    """What this process lends to runs. Everything has a default; tests replace what they need.

    Args:
        on_start: called with the run before its first step.
        on_log: called with each log line as it is written.
        on_event: called with each live event as it is sent.
        on_respond: called with the answer as it is given; the run goes on.
        others: further capabilities by type; for Log, Stream and Respond a maker that takes run,
            sequence number and node number.

    Attributes:
        lent: what is lent, by capability.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        random: Random | None = None,
        on_start: Callable[[Run], None] | None = None,
        on_log: Callable[[LogEntry], None] | None = None,
        on_event: Callable[[LiveEvent], None] | None = None,
        on_respond: Callable[[Response], None] | None = None,
        others: Mapping[type, Any] | None = None,
    ) -> None:
        self.on_start = on_start
        self.on_log = on_log
        self.on_event = on_event
        self.on_respond = on_respond
        self.lent: Mapping[type, Any] = {
            Clock: clock or SystemClock(),
            Random: random or SystemRandom(),
            Log: RunLog,
            Stream: RunStream,
            Respond: RunRespond,
            **(others or {}),
        }

    def lend(self, capability: type) -> Any:
        """What generated code uses for a capability: the object, or its maker for one activation.

        Raises:
            CompileError: ``engine.no-capability``; this host has none of that kind.
        """
        found = self.lent.get(capability)
        if found is None:
            raise CompileError(
                "engine.no-capability",
                f"A node needs {capability.__name__}, which is not to be had here.",
                remedy="Run the board where the capability is granted.",
            )
        return found
