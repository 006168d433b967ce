"""Structs at a node's border: wires carry dictionaries, functions may speak in msgspec Structs."""

import functools
import inspect
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from flowlike.errors import NodeFailure
from flowlike.nodes.declaration import Gives
from flowlike.nodes.results import Outgoing

_WIRE_TYPES = (datetime, bytes)


class Border:
    """Converts what comes in and goes out of one function.

    Args:
        function: what the author wrote.
        structs: hints of the parameters to convert, by name.
        pins: the pin to blame, by parameter name.
        outgoing: what of the result to convert.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        structs: Mapping[str, Any],
        pins: Mapping[str, str],
        outgoing: Outgoing,
    ) -> None:
        self._structs = structs
        self._pins = pins
        self._outgoing = outgoing
        parameters = inspect.signature(function).parameters.values()
        self._positions = [each.name for each in parameters if each.kind is not each.KEYWORD_ONLY]
        self._many = any(each.kind is each.VAR_POSITIONAL for each in parameters)

    def arguments(self, given: tuple[Any, ...]) -> list[Any]:
        """The positional arguments as the function wants them."""
        names = self._positions
        last = len(names) - 1
        return [self._read(names[min(at, last)], value) for at, value in enumerate(given)]

    def keywords(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The keyword arguments as the function wants them."""
        return {name: self._read(name, value) for name, value in given.items()}

    def _read(self, name: str, value: Any) -> Any:
        hint = self._structs.get(name)
        if hint is None:
            return value
        try:
            return msgspec.convert(value, hint, builtin_types=_WIRE_TYPES)
        except msgspec.ValidationError as error:
            raise NodeFailure(
                "node.bad-struct",
                f"The value does not have the form the node needs: {error}",
                remedy="Look at the schema of the pin and mend the value.",
                pin=self._pins[name],
            ) from error

    def result(self, value: Any) -> Any:
        """The function's result with its Structs as plain values."""
        if self._outgoing.gives is Gives.VALUE_AND_STATE:
            taken, state = value
            return self._plain(taken), state
        return self._plain(value)

    def _plain(self, value: Any) -> Any:
        structs = self._outgoing.structs
        if None in structs:
            return msgspec.to_builtins(value, builtin_types=_WIRE_TYPES)
        names = structs.get(type(value), ())
        if not names:
            return value
        plain = {
            name: msgspec.to_builtins(getattr(value, name), builtin_types=_WIRE_TYPES)
            for name in names
        }
        return msgspec.structs.replace(value, **plain)


def convert_structs(
    function: Callable[..., Any],
    structs: Mapping[str, Any],
    pins: Mapping[str, str],
    outgoing: Outgoing,
) -> Callable[..., Any]:
    """The function, or a wrapper that converts if its signature speaks of Structs."""
    if not structs and not outgoing.structs:
        return function
    border = Border(function, structs, pins, outgoing)
    if outgoing.gives is Gives.EXITS:
        return _streaming(function, border)
    if inspect.iscoroutinefunction(function):
        return _awaiting(function, border)

    @functools.wraps(function)
    def call(*args: Any, **keywords: Any) -> Any:
        return border.result(function(*border.arguments(args), **border.keywords(keywords)))

    return call


def _awaiting(function: Callable[..., Any], border: Border) -> Callable[..., Any]:
    @functools.wraps(function)
    async def call(*args: Any, **keywords: Any) -> Any:
        return border.result(await function(*border.arguments(args), **border.keywords(keywords)))

    return call


def _streaming(function: Callable[..., Any], border: Border) -> Callable[..., Any]:
    @functools.wraps(function)
    async def call(*args: Any, **keywords: Any) -> AsyncIterator[Any]:
        async for value in function(*border.arguments(args), **border.keywords(keywords)):
            yield border.result(value)

    return call
