"""What a node may ask of the world. A parameter of one of these types declares the permission.

The classes are interfaces; who runs a program supplies the objects. A node without the parameter
has no way to the thing: there is no global to reach for.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Protocol


class Capability(Protocol):
    """Base of all capabilities. ``permission`` is the name a person grants."""

    permission: ClassVar[str]


class Log(Capability, Protocol):
    """Writes lines to the run's log. Lines below the board's level cost nothing."""

    permission: ClassVar[str] = "log"

    def debug(self, message: object, /, **fields: object) -> None:
        """A detail for the board's author."""

    def info(self, message: object, /, **fields: object) -> None:
        """Something worth knowing."""

    def warning(self, message: object, /, **fields: object) -> None:
        """Something a person should look at."""

    def error(self, message: object, /, **fields: object) -> None:
        """Something that went wrong, though the run goes on."""


class Clock(Capability, Protocol):
    """Tells and waits for time; tests replace it."""

    permission: ClassVar[str] = "clock"

    def now(self) -> datetime:
        """The present, aware, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Waits; other branches go on."""


class Random(Capability, Protocol):
    """Random numbers, not for secrets; tests seed it."""

    permission: ClassVar[str] = "random"

    def integer(self, lowest: int, highest: int) -> int:
        """A whole number between both, inclusive."""
        ...

    def fraction(self) -> float:
        """A number from 0 up to, not including, 1."""
        ...

    def shuffled(self, items: list[Any]) -> list[Any]:
        """A new list of the same items in random order."""
        ...


class Stream(Capability, Protocol):
    """Sends live events to whoever watches the run."""

    permission: ClassVar[str] = "stream"

    def emit(self, kind: str, payload: Mapping[str, Any]) -> None:
        """One event of the run's ordered sequence; ``payload`` is JSON-like."""


class Respond(Capability, Protocol):
    """Answers the HTTP request that started the run."""

    permission: ClassVar[str] = "respond"

    def respond(self, status: int, headers: Mapping[str, str], body: object) -> None:
        """Sets the answer, once. Raises NodeFailure ``http.already-answered`` the second time."""
