"""The callable that stands for a node in generated code: its function, wrapped if it must be."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from flowlike.board.definition import PinDefinition
from flowlike.board.model import Retry
from flowlike.board.values import ValueMismatch, checker, identity
from flowlike.engine.plan import PlanNode
from flowlike.errors import CompileError, NodeFailure, Where
from flowlike.nodes.declaration import Gives, NodeType

Function = Callable[..., Any]


class Callee(msgspec.Struct, frozen=True):
    """A node whose function is called. ``outputs`` are only there if results must be checked."""

    id: str
    type: NodeType
    timeout_ms: int | None = None
    retry: Retry | None = None
    outputs: dict[str, PinDefinition] = {}

    @classmethod
    def of(cls, node: PlanNode) -> "Callee":
        """What calling needs of a node."""
        settings = node.node.settings
        outputs = {} if node.type.trusted else dict(node.outputs)
        return cls(node.id, node.type, settings.timeout_ms, settings.retry, outputs)


def callable_of(node: Callee) -> Function:
    """The node's function with threads, time limit, retries and result checks around it as needed.

    Raises:
        CompileError: ``engine.cannot-time-out``: a time limit on a node that never awaits.
    """
    function = node.type.function
    if function is None:
        raise CompileError(
            "engine.no-function",
            f"The node type {node.type.definition.key!r} has nothing to run.",
            remedy="Install a version of its package that fits.",
            where=Where(node=node.id),
        )
    if node.type.blocking:
        function = functools.partial(asyncio.to_thread, function)
    awaits = (node.type.is_async or node.type.blocking) and node.type.gives is not Gives.EXITS
    if not node.type.trusted:
        function = _checking(function, node, awaits=awaits)
    if node.timeout_ms is not None:
        if not awaits:
            raise CompileError(
                "engine.cannot-time-out",
                "A time limit cannot stop this node, because it never waits.",
                remedy="Remove the node's time limit; the run has one of its own.",
                where=Where(node=node.id),
            )
        function = _timed(function, node.timeout_ms / 1000)
    if node.retry is not None and node.retry.attempts > 1:
        retry = _retrying_later if awaits else _retrying
        function = retry(function, node.retry.attempts, node.retry.delay_ms / 1000)
    return function


def _timed(function: Function, seconds: float) -> Function:
    async def call(*args: Any, **keywords: Any) -> Any:
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                return await function(*args, **keywords)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise NodeFailure(
                "engine.node-timeout",
                f"The node took longer than {seconds:g} s.",
                remedy="Raise the node's time limit, or handle the error.",
            ) from error

    return call


def _retrying(function: Function, attempts: int, _seconds: float) -> Function:
    def call(*args: Any, **keywords: Any) -> Any:
        for _ in range(attempts - 1):
            try:
                return function(*args, **keywords)
            except Exception:  # noqa: BLE001, S112 - whatever a node raises, it is tried again
                continue
        return function(*args, **keywords)

    return call


def _retrying_later(function: Function, attempts: int, seconds: float) -> Function:
    async def call(*args: Any, **keywords: Any) -> Any:
        for _ in range(attempts - 1):
            try:
                return await function(*args, **keywords)
            except Exception:  # noqa: BLE001 - whatever a node raises, it is tried again
                await asyncio.sleep(seconds)
        return await function(*args, **keywords)

    return call


def _checking(function: Function, node: Callee, *, awaits: bool) -> Function:
    check = _ResultCheck(node)
    if node.type.gives is Gives.EXITS:

        async def stream(*args: Any, **keywords: Any) -> Any:
            async for each in function(*args, **keywords):
                check(each)
                yield each

        return stream
    if awaits:

        async def later(*args: Any, **keywords: Any) -> Any:
            result = await _as_awaitable(function(*args, **keywords))
            check(result)
            return result

        return later

    def call(*args: Any, **keywords: Any) -> Any:
        result = function(*args, **keywords)
        check(result)
        return result

    return call


async def _as_awaitable(result: Awaitable[Any]) -> Any:
    return await result


class _ResultCheck:
    """Checks what code that the product does not ship returned, against the pins it declared."""

    def __init__(self, node: Callee) -> None:
        kind = node.type
        self._gives = kind.gives
        pins = {key: pin for key, pin in node.outputs.items() if not pin.is_execution}
        self._pins = pins
        self._check = {key: checker(pin) for key, pin in pins.items()}
        self._value_pin = kind.value_pin
        self._fields = kind.fields
        self._exits = {each.cls: each.fields for each in kind.exits}

    def __call__(self, result: Any) -> None:
        match self._gives:
            case Gives.VALUE if self._value_pin:
                self._one(self._value_pin, result)
            case Gives.FIELDS:
                self._each(self._fields, result)
            case Gives.EXIT | Gives.EXITS:
                self._exit(result)
            case Gives.VALUE_AND_STATE:
                if result[0] is not None:
                    self._exit(result[0])
            case _:
                pass

    def _exit(self, result: Any) -> None:
        if type(result) not in self._exits:
            raise NodeFailure(
                "engine.bad-exit",
                f"The node returned {type(result).__name__}, which is none of its exits.",
                remedy="Report it to the author of the package.",
            )
        self._each(self._exits[type(result)], result)

    def _each(self, fields: tuple[tuple[str, str], ...], result: Any) -> None:
        for name, pin in fields:
            if pin:
                self._one(pin, getattr(result, name, None))

    def _one(self, key: str, value: Any) -> None:
        if value is None and self._pins[key].optional:
            return
        try:
            wire = self._check[key](value)
        except ValueMismatch as error:
            raise _bad_output(key, error.message) from error
        if identity(wire) != identity(value):  # right as JSON, but no wire carries it so
            raise _bad_output(key, "a text for a Date, say, or a whole number for a Float.")


def _bad_output(key: str, why: str) -> NodeFailure:
    return NodeFailure(
        "engine.bad-output",
        f"The node's output {key!r} is not what it declared: {why}",
        remedy="Report it to the author of the package.",
    )
